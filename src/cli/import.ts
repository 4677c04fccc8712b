/** `bascule import`: a cluster document from the config.xml of one or two firewalls. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import type { Language } from '#base/language.ts';
import { judge, loadDocument } from '#config/load.ts';
import { filesOf, type KnownFiles, secretsText } from '#config/pfsense/as-text.ts';
import type { PfConfig } from '#config/pfsense/model.ts';
import { noteText } from '#config/pfsense/notes.ts';
import { importCluster } from '#config/pfsense/to-cluster.ts';
import { type ComeBack, comeBack } from '#configsync/come-back.ts';
import { configFrom } from './audit.ts';
import { asText } from './check.ts';
import { languageAsked } from './language.ts';

export interface ImportOptions {
  readonly output: string;
  readonly lang?: string;
  readonly force?: boolean;
}

/** The document that the files were exported from, where they were; else one of what they hold. */
function documentOf(
  configs: readonly [PfConfig, ...PfConfig[]],
  language: Language,
): ComeBack & Partial<KnownFiles> {
  const back = comeBack(configs);
  if (back.ok) return back.value;
  if (back.error !== 'foreign') console.error(`${configs[0].hostname}: ${noWayBack[back.error][language]}`);
  const { value, notes } = importCluster(configs);
  return { ...filesOf(value), notes };
}

const noWayBack = {
  unreadable: {
    fr: 'le document exporté qu’il contient ne se lit plus ; il est importé comme un pfSense quelconque',
    en: 'the exported document in it can no longer be read; it is imported like any pfSense',
  },
  'other-nodes': {
    fr: 'le document exporté qu’il contient n’est pas celui de ces nœuds ; ils sont importés comme des pfSense quelconques',
    en: 'the exported document in it is not of these nodes; they are imported like any pfSense',
  },
} as const;

/** Returns the exit code: 0 written and accepted, 1 written with errors that `check` finds, 2 bad input. */
export function importFiles(first: string, second: string | undefined, options: ImportOptions): number {
  const language = languageAsked(options.lang);
  if (language === undefined) return 2;
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
  const made = documentOf(two === undefined ? [one] : [one, two], language);
  const { document, passwords, notes, locate } = made;
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
  const from = { secrets: passwords, env: process.env };
  const loaded = locate === undefined ? loadDocument(document, from) : judge(made.value, locate, from);
  const findings = loaded.ok ? loaded.value.findings : loaded.error;
  const written = `${options.output}, ${secretsFile}`;
  console.log(language === 'fr' ? `\nÉcrits : ${written}` : `\nWritten: ${written}`);
  console.log(asText(options.output, findings, (_, word) => word, language));
  return loaded.ok && !findings.some(({ severity }) => severity === 'error') ? 0 : 1;
}
