/** Keeps the peers at the same revision: whoever was away gets what it missed, by the node that has it. */
import { fail, ok, type Result } from '#base/result.ts';
import { type Coordinator, type Member, yes } from './coordinator.ts';
import { type Relation, relate } from './history.ts';
import type { MemberYes } from './messages.ts';
import { type RevisionHead, undoAuthor } from './revision.ts';
import { secretNamesIn } from './secrets.ts';

/** How a peer's document stands to ours. */
export type PeerStand =
  | { readonly kind: 'in step'; readonly head: RevisionHead }
  /** It lacks so many revisions; `why` it did not take them just now. */
  | { readonly kind: 'behind'; readonly revisions: number; readonly why?: string }
  /** `revisions`: how many it lacks, if it was heard of before. */
  | { readonly kind: 'away'; readonly why: string; readonly revisions?: number }
  | { readonly kind: 'unrelated'; readonly why: string };

const comparedRevisions = 10_000;

/**
 * Compares with one peer and brings the one that is behind forward: theirs by giving, ours by taking. Of two pasts
 * that parted one wins (history.ts); the loser's revisions are kept aside, and its participant tells of it.
 */
export async function bringTogether(self: Member, peer: Member): Promise<PeerStand> {
  const own = await yes(self, { kind: 'head' });
  const other = await peer.ask({ kind: 'head' });
  if (!own.ok) return { kind: 'away', why: own.error };
  if (!other.ok) return { kind: 'away', why: other.error };
  const [ours, theirs] = [own.value.head, other.value.head];
  if (ours === undefined) return { kind: 'unrelated', why: 'this node has no document yet' };
  if (theirs === undefined) return { kind: 'unrelated', why: `${peer.node} has no document yet` };
  if (ours.hash === theirs.hash) return { kind: 'in step', head: ours };
  const relation = await relationOf(self, peer);
  if (!relation.ok) return { kind: 'away', why: relation.error };
  return act(self, peer, ours, relation.value);
}

async function act(self: Member, peer: Member, ours: RevisionHead, relation: Relation): Promise<PeerStand> {
  switch (relation.kind) {
    case 'equal':
      return { kind: 'in step', head: ours };
    case 'unrelated': {
      const why = `${peer.node} has a document with another past; "bascule join" makes one of the two nodes take the other's`;
      return { kind: 'unrelated', why };
    }
    case 'ahead':
      return given(await hand(self, peer, relation.common), ours, relation.common);
    case 'behind':
      return taken(await hand(peer, self, relation.common));
    case 'diverged':
      return relation.winner === 'ours'
        ? given(await hand(self, peer, relation.common), ours, relation.common)
        : taken(await hand(peer, self, relation.common));
  }
}

const given = (moved: Result<MemberYes>, ours: RevisionHead, common: RevisionHead): PeerStand =>
  moved.ok
    ? { kind: 'in step', head: ours }
    : { kind: 'behind', revisions: ours.number - common.number, why: moved.error };

const taken = (moved: Result<MemberYes>): PeerStand => {
  if (!moved.ok) return { kind: 'away', why: moved.error };
  const { head } = moved.value;
  return head === undefined ? { kind: 'away', why: 'bug: took nothing' } : { kind: 'in step', head };
};

async function relationOf(self: Member, peer: Member): Promise<Result<Relation>> {
  const [own, other] = await Promise.all(
    [self, peer].map((member) => yes(member, { kind: 'history', limit: comparedRevisions })),
  );
  if (own?.ok !== true) return own ?? fail('bug: nobody was asked');
  if (other?.ok !== true) return other ?? fail('bug: nobody was asked');
  return ok(relate(own.value.history ?? [], other.value.history ?? []));
}

/** Hands over everything after `common`, in as many messages as it takes. */
async function hand(from: Member, to: Member, common: RevisionHead): Promise<Result<MemberYes>> {
  let at = common;
  for (;;) {
    const read = await yes(from, { kind: 'revisions', after: at.number });
    if (!read.ok) return read;
    const revisions = read.value.revisions ?? [];
    const last = revisions.at(-1);
    if (last === undefined) return yes(to, { kind: 'head' });
    const names = secretNamesIn(last.text);
    const told = names.length === 0 ? undefined : await yes(from, { kind: 'secrets', names });
    if (told?.ok === false) return told;
    const secrets = told?.value.secrets ?? {};
    const moved = await yes(to, { kind: 'catchUp', common: at, revisions: [...revisions], secrets });
    if (!moved.ok) return moved;
    const { text: _, ...head } = last;
    at = head;
  }
}

/**
 * A revision that was confirmed here and undone by a peer which did not hear of it is made anew: the confirmation
 * was a person's word, the undoing only a clock's.
 */
export async function redoConfirmed(self: Member, coordinator: Coordinator): Promise<Result<boolean>> {
  const stand = await yes(self, { kind: 'head' });
  if (!stand.ok) return stand;
  const { head, confirmed } = stand.value;
  if (confirmed === undefined || head?.author !== undoAuthor || head.parent !== confirmed) return ok(false);
  const read = await yes(self, { kind: 'revisions', after: head.number - 2 });
  if (!read.ok) return read;
  const before = read.value.revisions?.[0];
  if (before === undefined) return ok(false);
  const { text, author } = before;
  const reason = `revision ${before.number} was confirmed at ${self.node}`;
  const done = await coordinator.propose({ text, author, reason, base: head.number });
  return done.ok ? ok(true) : done;
}
