/** What the privileged process of a node (`core`) asks of its unprivileged one (`api`), and what it hears of peers. */
import { z } from 'zod';
import { revisionHead } from '#commit/head.ts';

export const peerAddress = z.strictObject({
  node: z.string(),
  /** Without brackets; undefined when the document gives the peer no address that this node can reach. */
  address: z.string().optional(),
  /** PEM; undefined until the peer has joined. */
  certificate: z.string().optional(),
  /** When it joined, ms since 1970 by the clock of the node that it joined: of two certificates the later one counts. */
  joined: z.int().min(0).optional(),
});
export type PeerAddress = Readonly<z.infer<typeof peerAddress>>;

/** What `core` asks. */
export const coreAsks = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('plan'), text: z.string() }),
  z.strictObject({
    kind: z.literal('propose'),
    text: z.string(),
    author: z.string(),
    reason: z.string(),
    base: z.int().optional(),
    confirmMs: z.int().optional(),
  }),
  z.strictObject({ kind: z.literal('confirm') }),
  /** How the nodes' documents and kernels differ. */
  z.strictObject({ kind: z.literal('compare') }),
  /** What the other nodes measure. */
  z.strictObject({ kind: z.literal('examine') }),
  /** A code by which a node may join. */
  z.strictObject({ kind: z.literal('invite'), node: z.string() }),
]);
export type CoreAsks = z.infer<typeof coreAsks>;

const perNode = <T extends z.ZodType>(value: T) => z.record(z.string(), value);
const failure = z.strictObject({ ok: z.literal(false), error: z.string() });

export const planned = perNode(
  z.discriminatedUnion('ok', [z.strictObject({ ok: z.literal(true), value: z.array(z.string()) }), failure]),
);
export type Planned = z.infer<typeof planned>;

export const applied = z.strictObject({
  head: revisionHead,
  words: perNode(z.array(z.string())),
  away: perNode(z.string()),
  unchanged: z.boolean(),
});
export type AppliedReply = z.infer<typeof applied>;

export const proposed = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: applied }),
  failure,
]);
export const confirmed = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    value: z.strictObject({ head: revisionHead, away: perNode(z.string()) }),
  }),
  failure,
]);

/** A node's document and kernel, as it answered just now. */
export const nodeStand = z.strictObject({
  /** Why it could not be asked. */
  away: z.string().optional(),
  version: z.string().optional(),
  head: revisionHead.optional(),
  /** How its kernel differs from its document, one line each. */
  drift: z.array(z.string()).optional(),
});
export const compared = perNode(nodeStand);
export type Compared = z.infer<typeof compared>;

/** What each of the other nodes measured, and this node's clock (ms since 1970) before and after it was asked. */
export const peersExamined = perNode(
  z.discriminatedUnion('ok', [
    z.strictObject({
      ok: z.literal(true),
      evidence: z.record(z.string(), z.unknown()),
      sentMs: z.number(),
      gotMs: z.number(),
    }),
    failure,
  ]),
);
export type PeersExamined = z.infer<typeof peersExamined>;

/** How a peer's document stands to this node's. */
export const peerStand = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('in step'), head: revisionHead }),
  z.strictObject({ kind: z.literal('behind'), revisions: z.number(), why: z.string().optional() }),
  z.strictObject({
    kind: z.literal('away'),
    why: z.string(),
    /** How many revisions it lacks, if it was heard of before. */
    revisions: z.number().optional(),
  }),
  z.strictObject({ kind: z.literal('unrelated'), why: z.string() }),
]);

/** Done, or why not. */
export const outcome = z.discriminatedUnion('ok', [z.strictObject({ ok: z.literal(true) }), failure]);

/** The command that is to be run at the node that joins. */
export const invited = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.string() }),
  failure,
]);
