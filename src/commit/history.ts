/** How the pasts of two nodes relate. Pure comparison of chains; what follows from it is catch-up.ts's. */
import type { RevisionHead } from './revision.ts';

export type Relation =
  | { readonly kind: 'equal' }
  /** We have revisions that follow theirs; `common` is their newest. */
  | { readonly kind: 'ahead'; readonly common: RevisionHead }
  | { readonly kind: 'behind'; readonly common: RevisionHead }
  /** Both made revisions that the other does not have. */
  | { readonly kind: 'diverged'; readonly common: RevisionHead; readonly winner: 'ours' | 'theirs' }
  /** No revision in common: two clusters, or a node that never joined. */
  | { readonly kind: 'unrelated' };

/**
 * Compares two chains, oldest first, both not empty. Of two pasts that parted the one with more revisions wins, then
 * the later one, then the greater hash: both nodes come to the same answer without talking.
 */
export function relate(ours: readonly RevisionHead[], theirs: readonly RevisionHead[]): Relation {
  const [own, other] = [newest(ours), newest(theirs)];
  if (own.hash === other.hash) return { kind: 'equal' };
  const known = new Set(theirs.map(({ hash }) => hash));
  const common = ours.findLast(({ hash }) => known.has(hash));
  if (common === undefined) return { kind: 'unrelated' };
  if (common.hash === other.hash) return { kind: 'ahead', common };
  if (common.hash === own.hash) return { kind: 'behind', common };
  return { kind: 'diverged', common, winner: wins(own, other) ? 'ours' : 'theirs' };
}

const newest = (chain: readonly RevisionHead[]): RevisionHead => {
  const last = chain.at(-1);
  if (last === undefined) throw new Error('bug: a history without a revision');
  return last;
};

function wins(own: RevisionHead, other: RevisionHead): boolean {
  if (own.number !== other.number) return own.number > other.number;
  if (own.time !== other.time) return own.time > other.time;
  return own.hash > other.hash;
}

/** How many revisions lie between two heads of one chain. */
export const distance = (from: RevisionHead, to: RevisionHead): number => to.number - from.number;
