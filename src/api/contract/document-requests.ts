/** What may be asked of a running node about the cluster's document. */
import { z } from 'zod';

const documentText = z.string().max(20_000_000);
const author = z.string().min(1).max(100);
const reason = z.string().max(500);
/** Undone after so many ms unless confirmed. */
const confirmMs = z
  .int()
  .min(1_000)
  .max(24 * 3_600_000)
  .optional();

export const documentRequest = z.discriminatedUnion('command', [
  /** What all nodes measure of themselves and of their segments. */
  z.strictObject({ command: z.literal('examine') }),
  /** What a document would change on each node; changes nothing. */
  z.strictObject({ command: z.literal('plan'), text: documentText }),
  /** Makes it the cluster's document, on every node or on none. */
  z.strictObject({
    command: z.literal('apply'),
    text: documentText,
    author,
    reason,
    /** The revision that the author has seen; refused when it is not the newest any more. */
    base: z.int().min(1).optional(),
    confirmMs,
  }),
  /** The newest revision stays, though it was to be undone. */
  z.strictObject({ command: z.literal('confirm') }),
  z.strictObject({ command: z.literal('history'), limit: z.int().min(1).max(10_000) }),
  /** One revision whole; the newest without a number. */
  z.strictObject({ command: z.literal('revision'), number: z.int().min(1).optional() }),
  z.strictObject({ command: z.literal('rollback'), number: z.int().min(1), author, reason, confirmMs }),
  /** What all nodes have, documents and kernels. */
  z.strictObject({ command: z.literal('compare') }),
  /** What this node's kernel has counted for the rules of the document. */
  z.strictObject({ command: z.literal('ruleCounters') }),
  /** A code by which a node of the document may join. */
  z.strictObject({ command: z.literal('invite'), node: z.string().max(63) }),
]);
export type DocumentRequest = z.infer<typeof documentRequest>;

const commands: ReadonlySet<string> = new Set(
  documentRequest.options.flatMap(({ shape }) => [...shape.command.values]),
);

export const isDocumentRequest = (request: { readonly command: string }): request is DocumentRequest =>
  commands.has(request.command);
