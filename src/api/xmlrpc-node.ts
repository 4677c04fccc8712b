/**
 * The endpoint at a running node: who may push stands in `ha.sync.config`, `management` and `users`, and a push is
 * proposed on the revision that it was made of. What a document cannot hold is kept by the privileged process.
 */
import { fail, ok, type Result } from '#base/result.ts';
import type { Proposal } from '#commit/coordinator.ts';
import type { ClusterDocument } from '#config/document.ts';
import { addressesOf } from '#config/model.ts';
import { type Note, noteText } from '#config/pfsense/notes.ts';
import { areaOf, mayDo } from '#config/privileges.ts';
import { grantsOf } from '#config/users.ts';
import type { Login } from '#configsync/basic.ts';
import { sentParts } from '#configsync/come-back.ts';
import { deliveryOf } from '#configsync/delivery.ts';
import { usualVersion } from '#configsync/export.ts';
import type { NoticeCode } from '#configsync/serve.ts';
import type { TreeMap } from '#configsync/tree.ts';
import { textOfTree, treeOfText } from '#configsync/tree-text.ts';
import { type Kept, mostKept } from './contract/pfsense-words.ts';
import { Passwords } from './passwords.ts';
import { credentialsOf, type Standing, type XmlrpcParts } from './xmlrpc.ts';

/** What the process around the endpoint offers. */
export interface NodeParts {
  readonly node: string;
  readonly version: string;
  /** The document in force, with its passwords, and its revision. */
  readonly inForce: () => Promise<Result<InForce>>;
  /** `Coordinator.propose`. */
  readonly propose: (proposal: Proposal) => Promise<Result<unknown>>;
  /** What was kept last. */
  readonly kept: () => Promise<Result<Kept | undefined>>;
  /** Keeps it across restarts; undefined forgets. */
  readonly keep: (kept: Kept | undefined) => Promise<Result<void>>;
  readonly notice: (code: NoticeCode, source: string, detail: string) => void;
  /** A push of this source was taken: what was wrong with it is over. */
  readonly took: (source: string) => void;
}

export interface InForce {
  readonly revision: number;
  /** Of the revision. */
  readonly hash: string;
  readonly text: string;
  readonly document: ClusterDocument;
}

/** Passwords are those of a moment ago, so that strangers cannot keep others busy with reading them, ms. */
const accountsLast = 2_000;
/** Of what is told of a push, lines, and characters of each. */
const mostLines = 100;
const longestLine = 300;

export function partsOf(parts: NodeParts, keeping = new Keeping(parts)): XmlrpcParts {
  const { node, version, inForce, propose, notice, took } = parts;
  const passwords = new Passwords();
  let known = { at: Number.NEGATIVE_INFINITY, people: nobody };
  const people = async (): Promise<People> => {
    if (performance.now() - known.at < accountsLast) return known.people;
    const told = await inForce();
    known = { at: performance.now(), people: told.ok ? told.value.document : nobody };
    return known.people;
  };
  return {
    firmware: `Bascule ${version}`,
    authenticate: async (login) => {
      const known = await people();
      const found = credentialsOf(login, accountsOf(known));
      return found === 'right' ? found : userOf(login, known, passwords);
    },
    notice,
    standing: async () => {
      const told = await inForce();
      if (!told.ok) return told;
      const kept = await keeping.tree();
      return kept.ok ? ok(standingOf(node, told.value, kept.value)) : kept;
    },
    apply: async ({ text, source, reason, base, kept: tree, notes }) => {
      const kept = await keeping.put(tree, notes);
      if (!kept.ok) return fail(`what a document cannot hold is not kept: ${kept.error}`);
      const done = await propose({ text, author: `pfSense ${source}`, reason, base });
      if (!done.ok) {
        await kept.value.undo();
        return done;
      }
      took(source);
      return ok(undefined);
    },
  };
}

type People = Pick<ClusterDocument, 'ha' | 'management' | 'users' | 'groups'>;
const nobody: People = { ha: {}, management: undefined, users: {}, groups: {} };

/** Whoever pushes changes all of this. */
const pushedAreas = new Set([...sentParts].map(areaOf));

/** A user of the page. When too many passwords are being checked, nobody is let in; ha.sync.config is never kept waiting. */
async function userOf(
  { user, password }: Login,
  { users, groups }: People,
  passwords: Passwords,
): Promise<'right' | 'wrong' | 'unprivileged'> {
  if (Object.keys(users).length === 0) return 'wrong';
  const known = Object.hasOwn(users, user) ? users[user] : undefined;
  const matches = await passwords.matches(password, known?.password);
  if (known === undefined || !matches.ok || !matches.value) return 'wrong';
  const held = grantsOf(known, groups);
  return [...pushedAreas].every((area) => mayDo(held, area, 'write')) ? 'right' : 'unprivileged';
}

const accountsOf = ({ ha, management }: People): Login[] =>
  [ha.sync?.config, management].flatMap((one) =>
    one?.password === undefined ? [] : [{ user: one.user, password: one.password }],
  );

function standingOf(
  node: string,
  { revision, text, document }: InForce,
  kept: TreeMap | undefined,
): Standing {
  // Whoever is sent the configuration by one node must not send it to another one either.
  const target = document.ha.sync?.config?.peer ?? deliveryOf(document, node)?.settings.target;
  const others = Object.keys(document.nodes).filter((name) => name !== node);
  const faces = Object.values(document.interfaces);
  const peers = others
    .flatMap((name) => faces.flatMap((face) => addressesOf(face, name)))
    .map(({ address }) => `${address}`);
  const optional = { ...(target === undefined ? {} : { target }), ...(kept === undefined ? {} : { kept }) };
  const version = document.ha.sync?.config?.version ?? usualVersion;
  return { node, revision, text, document, version, peers, ...optional };
}

/** What is kept, as a tree here and as text at the privileged process. */
export class Keeping {
  readonly #parts: Pick<NodeParts, 'kept' | 'keep'>;
  #known: { readonly kept: Kept | undefined; readonly tree: TreeMap | undefined } | undefined;

  constructor(parts: Pick<NodeParts, 'kept' | 'keep'>) {
    this.#parts = parts;
  }

  /** Another node was sent something newer. */
  forget(): void {
    this.#known = undefined;
  }

  async tree(): Promise<Result<TreeMap | undefined>> {
    if (this.#known !== undefined) return ok(this.#known.tree);
    const told = await this.#parts.kept();
    if (!told.ok) return told;
    const tree = told.value === undefined ? undefined : treeOfText(told.value.text);
    this.#known = { kept: told.value, tree: tree?.ok === true ? tree.value : undefined };
    return ok(this.#known.tree);
  }

  async put(
    tree: TreeMap,
    notes: readonly Note[],
  ): Promise<Result<{ readonly undo: () => Promise<unknown> }>> {
    const before = this.#known;
    const text = textOfTree(tree);
    if (text.length > mostKept) return fail(`it is longer than ${mostKept} characters`);
    const kept = { text, left: linesOf(notes) };
    const done = await this.#parts.keep(kept);
    if (!done.ok) return done;
    this.#known = { kept, tree };
    return ok({
      undo: async () => {
        this.#known = before;
        // As something new, for other nodes may have heard of what is undone.
        await this.#parts.keep(before?.kept === undefined ? undefined : withoutTime(before.kept));
      },
    });
  }
}

/** Sections by their names first, then single things. */
function linesOf(notes: readonly Note[]): string[] {
  const sections = notes.filter(({ code }) => code === 'section').map(({ what }) => what);
  const rest = notes.filter(({ code }) => code !== 'section').map((note) => noteText(note, 'en'));
  const named = sections.length === 0 ? [] : [`sections without a counterpart: ${sections.join(', ')}`];
  return [...new Set([...named, ...rest])].slice(0, mostLines).map((line) => line.slice(0, longestLine));
}

function withoutTime({ at: _, ...kept }: Kept): Kept {
  return kept;
}
