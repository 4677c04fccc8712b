/** What a revision is made of, as it is stored and sent. Imports nothing of Node, so that the page can read it, too. */
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
