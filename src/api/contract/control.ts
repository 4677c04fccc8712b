/**
 * What may be asked of a running node over its unix socket: one JSON object per line, one answer per line.
 * Both sides parse with these schemas.
 */
import { z } from 'zod';
import { revision, revisionHead } from '#commit/head.ts';
import { balancerStatus, givenOrders, memberOrder } from './balancer.ts';
import { documentRequest } from './document-requests.ts';
import { applied, compared, peerStand, planned } from './inside.ts';
import { ruleCounter } from './rule-counters.ts';

/** A place in the order of connections, which is that of a hash: 8000000000000000 is about in the middle. */
export const statesCursor = z.string().regex(/^[0-9a-f]{16}$/, 'the next of a page, 16 hex digits');

export const nodeRequest = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('status') }),
  z.strictObject({ command: z.literal('maintenance'), on: z.boolean() }),
  z.strictObject({ command: z.literal('carp'), on: z.boolean() }),
  z.strictObject({ command: z.literal('resetDemotion') }),
  /** Connections that fit all words of a filter; `kill` ends them on all nodes. */
  z.strictObject({
    command: z.literal('states'),
    words: z.array(z.string().max(64)).max(16),
    limit: z.number().int().min(0).max(100_000),
    kill: z.boolean(),
    after: statesCursor.optional(),
  }),
]);
export type NodeRequest = z.infer<typeof nodeRequest>;

export const balancerRequest = z.discriminatedUnion('command', [
  z.strictObject({ command: z.literal('balancer') }),
  /** For one member, "ADDRESS:PORT" or an address alone, in one pool or all that have it. */
  z.strictObject({
    command: z.literal('balancerOrder'),
    order: memberOrder,
    member: z.string().max(64),
    pool: z.string().max(64).optional(),
  }),
  /** Takes over the orders of another node that are newer; the answer is all that this node has. */
  z.strictObject({ command: z.literal('balancerOrders'), orders: givenOrders }),
]);
export type BalancerRequest = z.infer<typeof balancerRequest>;

export const controlRequest = z.union([nodeRequest, balancerRequest, documentRequest]);
export type ControlRequest = z.infer<typeof controlRequest>;

export const vipStatus = z.object({
  /** "WAN@10": the interface's description, then the VHID. */
  title: z.string(),
  interface: z.string(),
  vhid: z.number(),
  /** With prefix length: "172.17.1.40/16". */
  addresses: z.array(z.string()),
  description: z.string(),
  status: z.enum(['INIT', 'BACKUP', 'MASTER', 'DISABLED']),
  /** Milliseconds in this status. */
  forMs: z.number(),
  /** Advskew as it goes on the wire. */
  advskew: z.number(),
  /** Source of the last valid advert heard, and its age in ms. */
  heardFrom: z.string().optional(),
  heardMsAgo: z.number().optional(),
});
export type VipStatus = z.infer<typeof vipStatus>;

export const runtimeFinding = z.object({
  code: z.string(),
  subject: z.string().optional(),
  cause: z.string(),
  remedy: z.string(),
  /** Both in French; a node of an older version does not say them. */
  fr: z.object({ cause: z.string(), remedy: z.string() }).optional(),
  /** Milliseconds since it was first seen. */
  forMs: z.number(),
});
export type RuntimeFinding = z.infer<typeof runtimeFinding>;

export const statesStatus = z.object({
  /** Entries in this node's table of connections, and how many it may have. */
  entries: z.number(),
  mostEntries: z.number(),
  peers: z.array(
    z.object({
      node: z.string(),
      /** Eight hex digits. */
      hostId: z.string(),
      state: z.enum(['unknown', 'asking', 'filling', 'in step', 'silent', 'left']),
      active: z.boolean(),
      /** Entries in its table. */
      entries: z.number(),
      /** How long our news take to it, or the age of the oldest that it has not. */
      lagMs: z.number(),
    }),
  ),
  /** Datagrams, records, repairs, refusals; entries created, changed, removed; overruns. */
  counters: z.record(z.string(), z.number()),
});
export type StatesStatus = z.infer<typeof statesStatus>;

/** A section that each node has for itself. */
const ownSectionStand = z.object({ section: z.string(), same: z.boolean() });
export type OwnSectionStand = z.infer<typeof ownSectionStand>;

export const documentStatus = revisionHead.extend({
  /** Undone after so many ms unless confirmed. */
  confirmWithinMs: z.number().optional(),
  /** How the other nodes' documents stand to this one. */
  peers: z.record(z.string(), peerStand),
  /** Sections that the nodes do not share, and whether they happen to be the same. */
  ownSections: z.array(ownSectionStand).optional(),
});
export type DocumentStatus = z.infer<typeof documentStatus>;

export const nodeStatus = z.object({
  cluster: z.string(),
  node: z.string(),
  pid: z.number(),
  uptimeMs: z.number(),
  /** Ruleset loaded and start-up hold-off over. */
  ready: z.boolean(),
  failover: z.enum(['standard', 'fast', 'fastest']),
  carp: z.enum(['enabled', 'disabled']),
  maintenance: z.boolean(),
  demotion: z.number(),
  demotionReasons: z.record(z.string(), z.number()),
  realtime: z.boolean(),
  residentBytes: z.number(),
  vips: z.array(vipStatus),
  /** Left out when the document wants no state synchronisation. */
  states: statesStatus.optional(),
  document: documentStatus.optional(),
  links: z.array(z.object({ interface: z.string(), device: z.string(), up: z.boolean() })),
  /** Packets by outcome: "accepted", or the reason of refusal. */
  counters: z.record(z.string(), z.number()),
  findings: z.array(runtimeFinding),
});
export type NodeStatus = z.infer<typeof nodeStatus>;

const endpoint = z.object({ address: z.string(), port: z.number().optional() });

/** A connection as a person reads it. */
export const stateRow = z.object({
  protocol: z.string(),
  source: endpoint,
  natSource: endpoint.optional(),
  destination: endpoint,
  natDestination: endpoint.optional(),
  state: z.string(),
  ageSeconds: z.number().optional(),
  timeoutSeconds: z.number(),
  packets: z.number(),
  bytes: z.number(),
  mark: z.number(),
  zone: z.number(),
  /** The node that told of it; this one for those that it carries itself. */
  creator: z.string(),
});
export type StateRow = z.infer<typeof stateRow>;

export const stateRows = z.object({
  rows: z.array(stateRow),
  /** How many the filter picked, shown or not, and how many there are. */
  matching: z.number(),
  all: z.number(),
  /** How many that the filter picked come before these rows: the place of the first one in the whole list. */
  before: z.number().default(0),
  /** Where the next page begins; left out when these rows are the last. */
  next: statesCursor.optional(),
});

export const controlReply = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    status: nodeStatus.optional(),
    states: stateRows.optional(),
    ruleCounters: z.array(ruleCounter).optional(),
    balancer: balancerStatus.optional(),
    /** Members that an order was for, as "pool member". */
    ordered: z.array(z.string()).optional(),
    orders: givenOrders.optional(),
    planned: planned.optional(),
    applied: applied.optional(),
    confirmed: z.object({ head: revisionHead, away: z.record(z.string(), z.string()) }).optional(),
    compared: compared.optional(),
    /** With `compared`: what may differ between documents, since each node has its own. */
    ownSections: z.array(ownSectionStand).optional(),
    /** The code, and where the inviting node is for the one that joins. */
    invitation: z.object({ code: z.string(), address: z.string().optional() }).optional(),
    history: z.array(revisionHead).optional(),
    revision: revision.optional(),
    /** Its schema is the doctor's (doctor/evidence.ts). */
    examined: z.unknown().optional(),
  }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);
export type ControlReply = z.infer<typeof controlReply>;
