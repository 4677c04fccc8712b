/** Which document a starting node takes: the newest revision that it keeps, or else the file that it is given. */
import { readFileSync } from 'node:fs';
import { fail, ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import { loadDocument } from '#config/load.ts';
import { documentAt } from '#config/sections.ts';
import type { RevisionStore } from '#ports/revisions.ts';
import type { ReadText } from './document-ground.ts';
import type { SecretStore } from './secret-store.ts';

export interface Opening {
  readonly text: string;
  readonly document: ClusterDocument;
  /** The file says something else than the revision that is used. */
  readonly fileDiffers: boolean;
  /** The document before, when the one that is used is so new that peers may still speak as the one before says. */
  readonly former?: ClusterDocument | undefined;
}

/**
 * Reads texts for one node; secrets are those that it knows, and the environment's. The last good outcome is kept:
 * a change is tried first and followed a moment later, and a long document takes a quarter of a second to read.
 */
export function textReader(known: SecretStore['known'], node: string): ReadText {
  let last: { text: string; given: string; document: Result<ClusterDocument> } | undefined;
  return (text, given = {}) => {
    // Of a change that was given up, the next one may bring other secrets.
    const wording = JSON.stringify(given);
    if (last?.text === text && last.given === wording) return last.document;
    const document = documentOf(text, { ...given, ...known() }, node);
    // A text that was refused may be fine once a secret is there.
    if (document.ok) last = { text, given: wording, document };
    return document;
  };
}

function documentOf(
  text: string,
  secrets: Readonly<Record<string, string>>,
  node: string,
): Result<ClusterDocument> {
  const loaded = loadDocument(text, { env: process.env, secrets });
  const findings = loaded.ok ? loaded.value.findings : loaded.error;
  const errors = findings.filter((finding) => finding.severity === 'error');
  if (!loaded.ok || errors.length > 0)
    return fail(
      errors
        .map(({ code, line, column, message, remedy }) => `${line}:${column}: ${code}: ${message} ${remedy}`)
        .join('\n'),
    );
  const { document } = loaded.value;
  // The one place where a node's document is opened: from here on it is what is in force here.
  if (document.nodes[node]?.kind === 'pfsense')
    return fail(`${node} is a pfSense in the document; "bascule pfsense push" brings it what it needs`);
  if (Object.hasOwn(document.nodes, node)) return ok(documentAt(document, node));
  return fail(`the document has no node "${node}"; it has ${Object.keys(document.nodes).join(', ')}`);
}

/** `now`: ms since 1970. */
export function openDocument(
  config: string | undefined,
  store: RevisionStore,
  read: ReadText,
  now: number,
): Result<Opening> {
  const file = config === undefined ? undefined : readFile(config);
  const head = store.list().at(-1);
  if (head !== undefined) {
    const document = read(head.text);
    if (!document.ok) return fail(document.error.replace(/^/gm, `revision ${head.number}:`));
    const fileDiffers = file?.ok === true && file.value !== head.text;
    return ok({ text: head.text, document: document.value, fileDiffers, former: formerOf(store, read, now) });
  }
  if (file === undefined)
    return fail(
      'this node has no document yet: name one with --config FILE, or join a node that has one ("bascule join")',
    );
  if (!file.ok) return file;
  const document = read(file.value);
  if (!document.ok) return fail(document.error.replace(/^/gm, `${config}:`));
  return ok({ text: file.value, document: document.value, fileDiffers: false });
}

/** Running nodes speak as before for 2 s after a change, and one may have got it a second later than another, ms. */
const spokenFor = 4_000;
/** A node that has just joined got revisions that are old to its peers; clocks of nodes may differ by so much, ms. */
const clocksDiffer = 30_000;

function formerOf(store: RevisionStore, read: ReadText, now: number): ClusterDocument | undefined {
  const [before, head] = store.list().slice(-2);
  const keptAt = store.keptAt();
  if (before === undefined || head === undefined || keptAt === undefined) return undefined;
  const isNew = now - keptAt < spokenFor && Math.abs(now - head.time) < clocksDiffer;
  const former = isNew ? read(before.text) : undefined;
  return former?.ok === true ? former.value : undefined;
}

function readFile(path: string): Result<string> {
  try {
    return ok(readFileSync(path, 'utf8'));
  } catch (error) {
    return fail(`cannot read ${path}: ${(error as Error).message}`);
  }
}
