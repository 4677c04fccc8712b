/**
 * What the nodes of a cluster say to each other about the document. The coordinator of a change asks, every node,
 * the coordinator's own too, answers as a participant.
 */
import { z } from 'zod';
import { revision, revisionHead } from './head.ts';
import { secretNames, secrets } from './secrets.ts';

/** Raised when a message changes its meaning; nodes of another number refuse each other, and say so. */
export const protocol = 2;

const transaction = z.string().regex(/^[0-9a-f]{16}$/, 'not a transaction');

export const memberRequest = z.discriminatedUnion('kind', [
  /** Where does the node stand? */
  z.strictObject({ kind: z.literal('head') }),
  /** Keep everybody else from changing anything until this transaction ends; the first step of a change. */
  z.strictObject({
    kind: z.literal('reserve'),
    transaction,
    base: revisionHead.optional(),
    by: z.string().max(200),
  }),
  /** Judge, compile and try the revision; touch nothing. */
  z.strictObject({ kind: z.literal('prepare'), transaction, revision, secrets: secrets.optional() }),
  /** Make kernel and threads follow the prepared revision, ready to go back. */
  z.strictObject({ kind: z.literal('commit'), transaction }),
  /** All have it: it becomes part of the history. With `confirmBy` (ms since 1970) it is undone then, unless confirmed. */
  z.strictObject({ kind: z.literal('seal'), transaction, confirmBy: z.int().min(0).optional() }),
  /** Forget the transaction; what was changed is changed back. */
  z.strictObject({ kind: z.literal('abort'), transaction }),
  /** A revision that waited for confirmation stays. */
  z.strictObject({ kind: z.literal('confirm'), hash: z.string() }),
  /** What would the text change here? Nothing is reserved or kept. */
  z.strictObject({ kind: z.literal('plan'), text: z.string(), secrets: secrets.optional() }),
  /** The heads of the newest revisions, oldest first. */
  z.strictObject({ kind: z.literal('history'), limit: z.int().min(1).max(10_000) }),
  /** Whole revisions after a number, oldest first, as many as fit into one message. */
  z.strictObject({ kind: z.literal('revisions'), after: z.int().min(0) }),
  /** Revisions that the node lacks; it takes them over, and its kernel follows the last. */
  z.strictObject({
    kind: z.literal('catchUp'),
    common: revisionHead,
    revisions: z.array(revision).min(1),
    secrets: secrets.optional(),
  }),
  /** Those of these secrets that the node has. */
  z.strictObject({ kind: z.literal('secrets'), names: secretNames }),
  /** How the kernel differs from the document that is in force. */
  z.strictObject({ kind: z.literal('inspect') }),
  /** What the node measures of itself and of its segments. */
  z.strictObject({ kind: z.literal('examine') }),
]);
export type MemberRequest = Readonly<z.infer<typeof memberRequest>>;

export const memberReply = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    node: z.string(),
    /** Of the program, for people: "0.1.0". */
    version: z.string(),
    protocol: z.int(),
    head: revisionHead.optional(),
    /** The head is undone at this time (ms since 1970) unless it is confirmed. */
    confirmBy: z.int().optional(),
    /** The hash of the revision that was confirmed last. */
    confirmed: z.string().optional(),
    /** What would change, or how the kernel differs, one line each. */
    words: z.array(z.string()).optional(),
    history: z.array(revisionHead).optional(),
    revisions: z.array(revision).optional(),
    secrets: secrets.optional(),
    /** Its schema is the doctor's. */
    evidence: z.record(z.string(), z.unknown()).optional(),
  }),
  z.strictObject({
    ok: z.literal(false),
    node: z.string(),
    version: z.string(),
    protocol: z.int(),
    /** conflict: it has another head. busy: another change is under way. refused: it cannot take the document. */
    why: z.enum(['conflict', 'busy', 'refused', 'failed']),
    error: z.string(),
    head: revisionHead.optional(),
  }),
]);
export type MemberReply = Readonly<z.infer<typeof memberReply>>;
export type MemberYes = Extract<MemberReply, { ok: true }>;
export type MemberNo = Extract<MemberReply, { ok: false }>;
