/** `bascule export pfsense`: a cluster document as the config.xml of a pfSense for each node. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDocument } from '#config/load.ts';
import { nodesInOrder } from '#config/model.ts';
import { configFile } from '#configsync/config-file.ts';
import { isKnown } from '#configsync/dialect.ts';
import { pfsenseTree, usualVersion } from '#configsync/export.ts';
import { type ExportNote, exportText } from '#configsync/export-notes.ts';
import { readSecrets } from '#node/document-file.ts';
import { asText } from './check.ts';
import { languageAsked } from './language.ts';

export interface ExportOptions {
  readonly node?: string;
  readonly out: string;
  readonly configVersion?: string;
  readonly lang?: string;
  readonly force?: boolean;
}

/** Returns the exit code: 0 written, 1 the document has errors, 2 bad input. */
export function exportPfsense(file: string, options: ExportOptions): number {
  const language = languageAsked(options.lang);
  if (language === undefined) return 2;
  const version = options.configVersion ?? usualVersion;
  if (!isKnown(version))
    return refused(
      `"${version}" is no version of a pfSense's configuration from 17.0 on, such as ${usualVersion}`,
    );
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return refused(`cannot read ${file}: ${messageOf(error)}`);
  }
  const secrets = readSecrets(file);
  const loaded = loadDocument(text, { env: process.env, secrets });
  const findings = loaded.ok ? loaded.value.findings : loaded.error;
  if (!loaded.ok || findings.some(({ severity }) => severity === 'error')) {
    console.error(asText(file, findings, (_, word) => word, language));
    return loaded.ok ? 1 : 2;
  }
  const { document, locate } = loaded.value;
  const nodes = nodesInOrder(document).filter((node) => node === (options.node ?? node));
  if (nodes.length === 0)
    return refused(`${file} has no node "${options.node}"; it has ${nodesInOrder(document).join(', ')}`);
  const paths = nodes.map((node) => join(options.out, `${node}.config.xml`));
  const there = paths.find((path) => existsSync(path));
  if (there !== undefined && options.force !== true)
    return refused(
      language === 'fr'
        ? `${there} existe déjà ; --force l’écrase`
        : `${there} is there already; --force overwrites it`,
    );
  const source = { text, secrets, env: usedVariables(text) };
  const exported = nodes.map((node) => pfsenseTree(document, node, { version, source }));
  try {
    mkdirSync(options.out, { recursive: true });
    exported.forEach(({ tree }, i) => {
      const path = paths[i] ?? '';
      // A config.xml holds passwords as they are; a link or a file of another mode must not get them.
      rmSync(path, { force: true });
      writeFileSync(path, configFile(tree), { mode: 0o600, flag: 'wx' });
    });
  } catch (error) {
    return refused(messageOf(error));
  }
  const line = (note: ExportNote): string =>
    `${file}:${locate(note.path).line}: ${exportText(note, language)}`;
  // Most notes are the same for every node.
  for (const note of new Set(exported.flatMap(({ notes }) => notes.map(line)))) console.log(note);
  console.log(`\n${language === 'fr' ? 'Écrits' : 'Written'}: ${paths.join(', ')}`);
  return 0;
}

/** The variables of the environment that a document refers to, as far as there are any. */
function usedVariables(text: string): Record<string, string> {
  const names = [
    ...text.matchAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\benv:\s*["']?([A-Za-z_][A-Za-z0-9_.-]*)/g),
  ];
  return Object.fromEntries(
    names.flatMap(([, one, other]): [string, string][] => {
      const value = process.env[one ?? other ?? ''];
      return value === undefined ? [] : [[one ?? other ?? '', value]];
    }),
  );
}

function refused(why: string): number {
  console.error(why);
  return 2;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
