/**
 * A change of the document, from a proposal to the same revision on every node, or on none. Runs at the node where
 * the change was asked for; talks to all members, its own node first among them, in the same words.
 */
import { fail, ok, type Result } from '#base/result.ts';
import { type MemberNo, type MemberReply, type MemberRequest, type MemberYes, protocol } from './messages.ts';
import { hashOf, headOf, nextRevision, type Revision, type RevisionHead } from './revision.ts';
import { type Secrets, secretNamesIn } from './secrets.ts';

/** A node that can be asked. `away` when no answer came; the words say what was tried. */
export interface Member {
  readonly node: string;
  ask(request: MemberRequest): Promise<Result<MemberReply>>;
}

export interface Proposal {
  readonly text: string;
  readonly author: string;
  readonly reason: string;
  /** The revision that the author has seen; the present one when left out. */
  readonly base?: number | undefined;
  /** Undone after so many ms unless confirmed. */
  readonly confirmMs?: number | undefined;
}

export interface Applied {
  readonly head: RevisionHead;
  /** What changed, per node, one line each. */
  readonly words: Readonly<Record<string, readonly string[]>>;
  /** Nodes that were away and will catch up, with what was tried. */
  readonly away: Readonly<Record<string, string>>;
  /** The text was that of the present revision: nothing was done. */
  readonly unchanged: boolean;
}

export interface CoordinatorParts {
  readonly self: Member;
  /** The other nodes, in any order. */
  readonly peers: () => readonly Member[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A fresh transaction: sixteen hex digits. */
  readonly transaction: () => string;
}

export class Coordinator {
  readonly #parts: CoordinatorParts;

  constructor(parts: CoordinatorParts) {
    this.#parts = parts;
  }

  /** What the text would change on each node, or why a node would not take it. */
  async plan(text: string): Promise<Readonly<Record<string, Result<readonly string[]>>>> {
    const members = [this.#parts.self, ...this.#parts.peers()];
    const secrets = await this.#secretsFor(text);
    if (!secrets.ok) return { [this.#parts.self.node]: secrets };
    const plans = members.map(async (member) => {
      const reply = await yes(member, { kind: 'plan', text, secrets: secrets.value });
      return [member.node, reply.ok ? ok(reply.value.words ?? []) : fail(reply.error)] as const;
    });
    return Object.fromEntries(await Promise.all(plans));
  }

  /**
   * Applies a proposal on every node that is there, or on none. Nodes that were away before it began catch up later;
   * one that vanishes or refuses in the middle stops it everywhere.
   */
  async propose(proposal: Proposal): Promise<Result<Applied>> {
    const { self, peers } = this.#parts;
    const stand = await yes(self, { kind: 'head' });
    if (!stand.ok) return stand;
    const seen = proposal.base;
    const { head } = stand.value;
    if (seen !== undefined && head !== undefined && head.number !== seen)
      return fail(conflictText(seen, head));
    if (head !== undefined && hashOf(head.parent, proposal.text) === head.hash)
      return ok({ head, words: {}, away: {}, unchanged: true });
    const { text, author, reason } = proposal;
    const origin = { author, reason, node: self.node, time: this.#parts.now() };
    const revision = nextRevision(head, text, origin);

    const { present, away } = await this.#present([...peers()]);
    const members = inOrder([self, ...present]);
    const id = this.#parts.transaction();
    const done = await this.#carry(id, members, head, revision, proposal);
    if (!done.ok) {
      await Promise.all(members.map((member) => member.ask({ kind: 'abort', transaction: id })));
      return done;
    }
    return ok({ head: headOf(revision), words: done.value, away, unchanged: false });
  }

  /** A revision that waited for it stays, everywhere it can be said. */
  async confirm(): Promise<
    Result<{ readonly head: RevisionHead; readonly away: Readonly<Record<string, string>> }>
  > {
    const stand = await yes(this.#parts.self, { kind: 'head' });
    if (!stand.ok) return stand;
    const { head, confirmBy } = stand.value;
    if (head === undefined || confirmBy === undefined) return fail('nothing waits to be confirmed');
    const own = await yes(this.#parts.self, { kind: 'confirm', hash: head.hash });
    if (!own.ok) return own;
    const away: Record<string, string> = {};
    for (const peer of this.#parts.peers()) {
      const reply = await yes(peer, { kind: 'confirm', hash: head.hash });
      if (!reply.ok) away[peer.node] = reply.error;
    }
    return ok({ head, away });
  }

  /** The secrets that a text names, as this node has them: another may lack one. */
  async #secretsFor(text: string): Promise<Result<Secrets>> {
    const names = secretNamesIn(text);
    if (names.length === 0) return ok({});
    const told = await yes(this.#parts.self, { kind: 'secrets', names });
    return told.ok ? ok(told.value.secrets ?? {}) : told;
  }

  async #present(peers: readonly Member[]): Promise<{ present: Member[]; away: Record<string, string> }> {
    const away: Record<string, string> = {};
    const asked = await Promise.all(
      peers.map(async (peer) => ({ peer, reply: await peer.ask({ kind: 'head' }) })),
    );
    const present = asked.flatMap(({ peer, reply }) => {
      if (reply.ok) return [peer];
      away[peer.node] = reply.error;
      return [];
    });
    return { present, away };
  }

  async #carry(
    id: string,
    members: readonly Member[],
    base: RevisionHead | undefined,
    revision: Revision,
    proposal: Proposal,
  ): Promise<Result<Readonly<Record<string, readonly string[]>>>> {
    const { self, now } = this.#parts;
    const by = `${proposal.author} at ${self.node}`;
    // One after the other, in an order that is the same at every node: of two changes at once exactly one gets past the first.
    for (const member of members) {
      const reserved = await yes(member, { kind: 'reserve', transaction: id, base, by });
      if (!reserved.ok) return reserved;
    }
    const secrets = await this.#secretsFor(revision.text);
    if (!secrets.ok) return secrets;
    const prepared = await all(members, {
      kind: 'prepare',
      transaction: id,
      revision,
      secrets: secrets.value,
    });
    if (!prepared.ok) return prepared;
    const committed = await all(members, { kind: 'commit', transaction: id });
    if (!committed.ok) return committed;
    const confirmBy = proposal.confirmMs === undefined ? undefined : now() + proposal.confirmMs;
    // Here it is decided: what a peer misses from now on it gets by catching up.
    const decided = await yes(self, { kind: 'seal', transaction: id, confirmBy });
    if (!decided.ok) return decided;
    await Promise.all(
      members
        .filter((member) => member !== self)
        .map((member) => member.ask({ kind: 'seal', transaction: id, confirmBy })),
    );
    return ok(Object.fromEntries(prepared.value.map((reply) => [reply.node, reply.words ?? []])));
  }
}

const inOrder = (members: readonly Member[]): Member[] =>
  [...members].sort((a, b) => (a.node < b.node ? -1 : 1));

const conflictText = (seen: number, { number, author, node, reason }: RevisionHead): string =>
  `the document has changed since revision ${seen}, on which this change is based: revision ${number} is by ${author} at ${node}${reason === '' ? '' : ` (${reason})`}; look at it with "bascule config diff ${seen}" and make the change again`;

/** Asks one member; its refusal, its silence and another protocol are failures that name it. */
export async function yes(member: Member, request: MemberRequest): Promise<Result<MemberYes>> {
  const reply = await member.ask(request);
  if (!reply.ok) return fail(`${member.node} does not answer: ${reply.error}`);
  if (reply.value.protocol !== protocol) return fail(otherProtocol(reply.value));
  return reply.value.ok ? ok(reply.value) : fail(refusalText(reply.value, request));
}

async function all(
  members: readonly Member[],
  request: MemberRequest,
): Promise<Result<readonly MemberYes[]>> {
  const replies = await Promise.all(members.map((member) => yes(member, request)));
  const failures = replies.flatMap((reply) => (reply.ok ? [] : [reply.error]));
  if (failures.length > 0) return fail(failures.join('\n'));
  return ok(replies.flatMap((reply) => (reply.ok ? [reply.value] : [])));
}

const otherProtocol = ({ node, version, protocol: theirs }: MemberReply): string =>
  `${node} runs Bascule ${version}, which speaks another protocol (${theirs}, here ${protocol}): bring both nodes to the same version`;

function refusalText({ node, why, error, version }: MemberNo, request: MemberRequest): string {
  if (why === 'refused' && request.kind !== 'reserve')
    return `${node} (Bascule ${version}) does not take it: ${error}`;
  return `${node}: ${error}`;
}
