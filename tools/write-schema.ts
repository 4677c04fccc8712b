/** Writes what follows from the code of the config room: schema/cluster.schema.json and docs/findings.md. */
import { writeFileSync } from 'node:fs';
import { jsonSchema } from '#config/document.ts';
import { findingsPage } from '#config/findings.ts';

const at = (path: string): URL => new URL(`../${path}`, import.meta.url);

writeFileSync(at('schema/cluster.schema.json'), `${JSON.stringify(jsonSchema(), undefined, 2)}\n`);
writeFileSync(at('docs/findings.md'), findingsPage());
