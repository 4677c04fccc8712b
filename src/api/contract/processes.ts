/**
 * What the unprivileged process of a node (`api`) asks of the privileged one (`core`), and what they tell each other.
 * `api` may hand documents over and ask; what it can do to the node stands here and nowhere else.
 */
import { z } from 'zod';
import { memberRequest } from '#commit/messages.ts';
import { nodeStatus } from './control.ts';
import { peerAddress, peerStand } from './inside.ts';
import { auditLine, counters, logLine, nodeQuestion } from './node-questions.ts';
import { kept, pfsenseAsks, pfsenseTells } from './pfsense-words.ts';

/** Who asks, as the audit log names him, and his client's address. */
const actor = z.strictObject({ user: z.string().max(100), from: z.string().max(100) });

const identity = z.strictObject({ key: z.string(), certificate: z.string() });

const places = z.strictObject({
  port: z.int().min(1).max(65_535),
  peers: z.array(peerAddress),
});

/** What `core` tells. */
export const coreTells = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('start'),
    node: z.string(),
    version: z.string(),
    identity,
    /** What browsers are shown instead of it, if somebody has put it there. */
    page: identity.optional(),
    places,
    /** SHA-256 of the token that logs in at the page of a lab; only in a lab. */
    lab: z.string().optional(),
  }),
  /** The document, or who joined, has changed. */
  z.strictObject({ kind: z.literal('places'), places }),
  /** Browsers are shown this one from now on; without it, the node's own. */
  z.strictObject({ kind: z.literal('page'), page: identity.optional() }),
  /** A line of the node's log. */
  z.strictObject({ kind: z.literal('line'), line: logLine }),
]);
export type CoreTells = z.infer<typeof coreTells>;

/** What `api` tells. */
export const apiTells = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('listening'), port: z.int() }),
  z.strictObject({ kind: z.literal('stands'), peers: z.record(z.string(), peerStand) }),
  z.strictObject({ kind: z.literal('log'), level: z.enum(['info', 'warn', 'error']), message: z.string() }),
  /** For the audit log; core says when. */
  z.strictObject({ kind: z.literal('audit'), line: auditLine.omit({ time: true }) }),
  pfsenseTells,
]);
export type ApiTells = z.infer<typeof apiTells>;

/** What `api` asks. */
export const apiAsks = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('member'), request: memberRequest }),
  /** A node has joined: this certificate (PEM), and no other, is its own. With `heard`, it joined at another node. */
  z.strictObject({
    kind: z.literal('trust'),
    node: z.string(),
    certificate: z.string(),
    heard: z.strictObject({ from: z.string(), joined: z.int().min(0) }).optional(),
  }),
  /** Somebody, who may, asks something of the running node. */
  z.strictObject({ kind: z.literal('node'), question: nodeQuestion, by: actor }),
  /** Is this the code of the first start? */
  z.strictObject({ kind: z.literal('setUpCode'), code: z.string().max(100) }),
  ...pfsenseAsks,
]);
export type ApiAsks = z.infer<typeof apiAsks>;

/** How long a node is waited for that has nothing new to tell, ms. */
export const watchMs = 1_000;

/** A node as it was seen just now. */
export const nodeSnapshot = z.object({
  /** Counts up; begins anew with the process. */
  version: z.int(),
  status: nodeStatus,
  counters: counters.optional(),
});
export type NodeSnapshot = z.infer<typeof nodeSnapshot>;

/** What a node asks another one of the cluster, beside the document. */
export const nodeCall = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('question'), question: nodeQuestion, by: actor }),
  /** The next snapshot after the one that was seen last. */
  z.strictObject({ kind: z.literal('watch'), seen: z.int().min(0) }),
  /** Whom it trusts, and what came from a pfSense after a time, ms since 1970. */
  z.strictObject({ kind: z.literal('shared'), keptAfter: z.int().min(0) }),
]);
export type NodeCall = z.infer<typeof nodeCall>;

/** What nodes have in common beside the document. */
export const sharedReply = z.object({
  /** Nodes that have joined, with their certificates (PEM). */
  trusted: z.array(z.object({ node: z.string(), certificate: z.string(), joined: z.int().min(0) })).max(100),
  kept: kept.optional(),
});
export type SharedReply = z.infer<typeof sharedReply>;
