/** The nodes of a document that are pfSenses, and the way to each. */
import { readFileSync } from 'node:fs';
import { PfsenseRemote } from '#api/pfsense-remote.ts';
import type { Language } from '#base/language.ts';
import { fail, ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import { type LoadedDocument, loadDocument } from '#config/load.ts';
import { addressesOf, entryOf, nodesInOrder, syncInterface } from '#config/model.ts';
import { isKnown } from '#configsync/dialect.ts';
import type { TreeMap } from '#configsync/tree.ts';
import { readSecrets } from '#node/document-file.ts';
import { asText } from './check.ts';

/** What a node holds, in a version that is known. */
export interface Held {
  readonly version: string;
  readonly sections: TreeMap;
}

/** Reads a document that may be pushed; says on the terminal what is wrong with one that may not. */
export function readDocument(file: string, language: Language): LoadedDocument | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    console.error(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
  const loaded = loadDocument(text, { env: process.env, secrets: readSecrets(file) });
  const findings = loaded.ok ? loaded.value.findings : loaded.error;
  const errors = findings.filter(({ severity }) => severity === 'error');
  if (loaded.ok && errors.length === 0) return loaded.value;
  console.error(asText(file, errors, (_, word) => word, language));
  return undefined;
}

/** The preferred master first. */
export const pfsensesOf = (document: ClusterDocument): string[] =>
  nodesInOrder(document).filter((node) => entryOf(document.nodes, node)?.kind === 'pfsense');

export function remoteOf(document: ClusterDocument, node: string): Result<PfsenseRemote> {
  const access = entryOf(document.nodes, node)?.pfsense;
  const ifname = syncInterface(document);
  const face = ifname === undefined ? undefined : entryOf(document.interfaces, ifname);
  const host = access?.address ?? addressesOf(face, node)[0]?.address;
  if (host === undefined) return fail(`nodes.${node}.pfsense.address is missing, and so is a sync address`);
  if (access?.password === undefined) return fail(`nodes.${node}.pfsense.password is missing`);
  const { port, user, password, verifyCertificate, fingerprint } = access;
  return ok(
    new PfsenseRemote({
      ...{ host, port, verifyCertificate, login: { user, password } },
      fingerprintField: `nodes.${node}.pfsense.fingerprint`,
      ...(fingerprint === undefined ? {} : { fingerprint: fingerprint.replaceAll(':', '').toLowerCase() }),
    }),
  );
}

/** Asks for the version first: of one that is not known nothing is understood. */
export async function heldBy(remote: PfsenseRemote, sections: readonly string[]): Promise<Result<Held>> {
  const version = await remote.version();
  if (!version.ok) return version;
  if (!isKnown(version.value))
    return fail(`its configuration has the version ${version.value}, which is not known here`);
  const read = await remote.read(sections);
  return read.ok ? ok({ version: version.value, sections: read.value }) : read;
}
