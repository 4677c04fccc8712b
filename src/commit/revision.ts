/**
 * A revision is one saved state of the cluster's document. Revisions form a chain: each names the one before it by
 * its hash, so two nodes can tell in one comparison whether they hold the same document with the same past.
 */
import { createHash } from 'node:crypto';
import type { Revision, RevisionHead } from './head.ts';

export type { Revision, RevisionHead } from './head.ts';

/** Who made a change, when (milliseconds since 1970), where, and why. */
export interface Origin {
  readonly time: number;
  readonly author: string;
  readonly reason: string;
  readonly node: string;
}

/** Signs the revisions that undo one that was not confirmed in time. */
export const undoAuthor = 'bascule';

/** The parent of the first revision. */
export const noParent = '0'.repeat(64);

export const hashOf = (parent: string, text: string): string =>
  createHash('sha256').update(parent).update('\n').update(text).digest('hex');

/** The revision that follows `head`, or the first one. */
export function nextRevision(head: RevisionHead | undefined, text: string, origin: Origin): Revision {
  const parent = head?.hash ?? noParent;
  const { time, author, reason, node } = origin;
  return {
    number: (head?.number ?? 0) + 1,
    parent,
    hash: hashOf(parent, text),
    time,
    author,
    reason,
    node,
    text,
  };
}

/** Whether the hash is that of the text and the parent. */
export const isWhole = ({ parent, text, hash: claimed }: Revision): boolean =>
  hashOf(parent, text) === claimed;

export function headOf(full: Revision): RevisionHead {
  const { text: _, ...head } = full;
  return head;
}

/** "revision 12 (by anna at PF1: open port 443)" */
export const titleOf = ({ number, author, node, reason }: RevisionHead): string =>
  `revision ${number} (by ${author} at ${node}${reason === '' ? '' : `: ${reason}`})`;
