/**
 * A revision is one saved state of the cluster's document. Revisions form a chain: each names the one before it by
 * its hash, so two nodes can tell in one comparison whether they hold the same document with the same past.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256 hash');

export const revisionHead = z.strictObject({
  /** 1 for the first, then one more each time. */
  number: z.int().min(1),
  /** Of the revision before; of sixty-four zeros for the first. */
  parent: hash,
  /** SHA-256 over the parent's hash and the text. */
  hash,
  /** When it was made: milliseconds since 1970, by the clock of the node that made it. */
  time: z.int().min(0),
  author: z.string().max(100),
  reason: z.string().max(500),
  /** The node at which it was made. */
  node: z.string().max(63),
});
/** A revision without its text. */
export type RevisionHead = Readonly<z.infer<typeof revisionHead>>;

export const revision = revisionHead.extend({ text: z.string() });
export type Revision = Readonly<z.infer<typeof revision>>;

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
