/** `bascule import`: a cluster document from the config.xml of one or two firewalls. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { loadDocument } from '#config/load.ts';
import { filesOf, secretsText } from '#config/pfsense/as-text.ts';
import { noteText } from '#config/pfsense/notes.ts';
import { importCluster } from '#config/pfsense/to-cluster.ts';
import { configFrom, languageOf } from './audit.ts';
import { asText } from './check.ts';

export interface ImportOptions {
  readonly output: string;
  readonly lang?: string;
  readonly force?: boolean;
}

/** Returns the exit code: 0 written and accepted, 1 written with errors that `check` finds, 2 bad input. */
export function importFiles(first: string, second: string | undefined, options: ImportOptions): number {
  const language = languageOf(options.lang);
  if (language === undefined) {
    console.error(`there is no language "${options.lang}"; there are fr and en`);
    return 2;
  }
  const files = second === undefined ? [first] : [first, second];
  const [one, two] = files.map((file) => configFrom(file, language));
  if (one === undefined || (second !== undefined && two === undefined)) return 2;
  const secretsFile = options.output.replace(/(\.ya?ml)?$/, '.secrets.yaml');
  const there = [options.output, secretsFile].find((file) => existsSync(file));
  if (there !== undefined && options.force !== true) {
    console.error(
      language === 'fr'
        ? `${there} existe déjà ; --force l’écrase`
        : `${there} is there already; --force overwrites it`,
    );
    return 2;
  }
  const { value, notes } = importCluster(two === undefined ? [one] : [one, two]);
  const { document, passwords } = filesOf(value);
  try {
    // A file of another mode, or a link, must not get the passwords.
    rmSync(secretsFile, { force: true });
    writeFileSync(secretsFile, secretsText(passwords), { mode: 0o600, flag: 'wx' });
    writeFileSync(options.output, document);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 2;
  }
  for (const note of notes) console.log(`${files[note.node]}:${note.line}: ${noteText(note, language)}`);
  const loaded = loadDocument(document, { secrets: passwords });
  const findings = loaded.ok ? loaded.value.findings : loaded.error;
  const written = `${options.output}, ${secretsFile}`;
  console.log(language === 'fr' ? `\nÉcrits : ${written}` : `\nWritten: ${written}`);
  console.log(asText(options.output, findings, (_, word) => word));
  return loaded.ok && !findings.some(({ severity }) => severity === 'error') ? 0 : 1;
}
