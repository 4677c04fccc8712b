/** Writes what follows from the code of the config room: schema/cluster.schema.json, docs/findings.md and its twin. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jsonSchema } from '#config/document.ts';
import { findingsPage } from '#config/findings.ts';

const at = (path: string): URL => new URL(`../${path}`, import.meta.url);

writeFileSync(at('schema/cluster.schema.json'), `${JSON.stringify(jsonSchema(), undefined, 2)}\n`);
writeFileSync(at('docs/findings.md'), findingsPage('en'));
writeFileSync(at('docs/findings.fr.md'), findingsPage('fr'));

// The formatter has its own mind about short lists.
const schema = fileURLToPath(at('schema/cluster.schema.json'));
const formatted = spawnSync(fileURLToPath(at('node_modules/.bin/biome')), ['format', '--write', schema], {
  stdio: 'inherit',
});
process.exitCode = formatted.status ?? 1;
