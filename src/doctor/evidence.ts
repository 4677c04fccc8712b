/**
 * What a node measured of itself and of its segments, as it goes from node to node. A node of another version may
 * know less, so what is not needed to tell nodes apart has a default.
 */
import { z } from 'zod';

/** A virtual IP as the document gives it to the node, and as it stands there. */
export const vipEvidence = z.object({
  /** "lan@20" */
  key: z.string(),
  /** "LAN@20" */
  title: z.string(),
  interface: z.string(),
  vhid: z.number(),
  /** Without prefix length. */
  addresses: z.array(z.string()),
  device: z.string(),
  mac: z.string(),
  status: z.string(),
  /** A few bits of a hash of the password: enough to tell two apart, useless to anybody who guesses. */
  passwordPrint: z.string(),
  /** The device's MAC and whether its link is up; undefined when there is no such device. */
  found: z.object({ mac: z.string(), up: z.boolean() }).optional(),
});
export type VipEvidence = z.infer<typeof vipEvidence>;

export const interfaceEvidence = z.object({
  /** The document's name, and that for people. */
  name: z.string(),
  title: z.string(),
  device: z.string(),
  /** Undefined when there is no such device. */
  link: z
    .object({
      up: z.boolean(),
      mac: z.string(),
      mtu: z.number(),
      /** Since the node looked first: packets, and those that were damaged or thrown away. */
      packets: z.number(),
      errors: z.number(),
      dropped: z.number(),
    })
    .optional(),
  addresses: z.array(z.string()),
  /** Its link-local addresses, from which CARP goes over IPv6; none where an older version does not tell. */
  linkLocals: z.array(z.string()).optional(),
  /** How often the carrier came or went in the last minutes. */
  carrierChanges: z.number(),
});
export type InterfaceEvidence = z.infer<typeof interfaceEvidence>;

/** A kind of frame that arrived on an interface while it was listened to. */
export const heardEvidence = z.object({
  interface: z.string(),
  kind: z.enum(['carp', 'vrrp', 'beacon all', 'beacon carp', 'igmp query']),
  /** IP and MAC of the sender. */
  source: z.string(),
  mac: z.string(),
  /** VHID or VRID. */
  id: z.number().optional(),
  /** The node that a beacon names. */
  node: z.string().optional(),
  count: z.number(),
});
export type HeardEvidence = z.infer<typeof heardEvidence>;

/** Who answers when it is asked by ARP who has an address. */
export const arpEvidence = z.object({
  interface: z.string(),
  address: z.string(),
  purpose: z.enum(['own', 'vip', 'peer', 'gateway']),
  /** The virtual IP's key, or the peer's name. */
  of: z.string().optional(),
  /** MACs that answered to everybody being asked. */
  answers: z.array(z.string()),
  /** Whether the virtual MAC answered when it alone was asked. */
  direct: z.boolean().optional(),
});
export type ArpEvidence = z.infer<typeof arpEvidence>;

/** A ping of a peer that may not be fragmented. */
export const pingEvidence = z.object({
  interface: z.string(),
  node: z.string(),
  address: z.string(),
  /** Whole IP packet. */
  bytes: z.number(),
  answered: z.boolean(),
});
export type PingEvidence = z.infer<typeof pingEvidence>;

const stand = z.object({
  kind: z.enum(['in step', 'behind', 'away', 'unrelated']),
  why: z.string().optional(),
  revisions: z.number().optional(),
});

export const nodeEvidence = z.object({
  cluster: z.string(),
  node: z.string(),
  version: z.string(),
  /** Milliseconds since 1970 when this was sent. */
  wallMs: z.number(),
  uptimeMs: z.number(),
  /** How long it was listened, and how long before `wallMs` that began, ms. */
  listenedMs: z.number(),
  listenedAgoMs: z.number(),
  ready: z.boolean(),
  carp: z.enum(['enabled', 'disabled']),
  maintenance: z.boolean(),
  demotion: z.number(),
  demotionReasons: z.record(z.string(), z.number()),
  vips: z.array(vipEvidence),
  interfaces: z.array(interfaceEvidence),
  /** Refused adverts by reason, while it was listened. */
  refused: z.record(z.string(), z.number()),
  findings: z.array(
    z.object({ code: z.string(), subject: z.string().optional(), cause: z.string(), remedy: z.string() }),
  ),
  states: z
    .object({
      peers: z.array(z.object({ node: z.string(), state: z.string(), lagMs: z.number() })),
      counters: z.record(z.string(), z.number()),
    })
    .optional(),
  syncInterface: z.string().optional(),
  document: z.object({ number: z.number(), hash: z.string(), peers: z.record(z.string(), stand) }).optional(),
  /** Whether the process that speaks with other nodes runs. */
  api: z.boolean(),
  drift: z.array(z.string()),
  heard: z.array(heardEvidence),
  arp: z.array(arpEvidence),
  pings: z.array(pingEvidence),
  /** By which device the way to a peer goes, where the document says another. */
  routes: z.array(
    z.object({
      node: z.string(),
      address: z.string(),
      interface: z.string(),
      device: z.string(),
      via: z.string(),
    }),
  ),
  gateways: z.array(z.object({ interface: z.string(), address: z.string(), answered: z.boolean() })),
  resolvers: z.array(z.object({ address: z.string(), answered: z.boolean() })),
  /** Passwords of the document that are known, short or empty: where, and which of these; never the password. */
  passwords: z.array(z.object({ where: z.string(), how: z.enum(['known', 'short', 'empty']) })).optional(),
  /** Kernel settings that are not as the node set them. */
  settings: z.array(z.object({ name: z.string(), wanted: z.string(), found: z.string() })),
  /** What the kernel lacks. */
  lacking: z.array(z.string()),
  connections: z.object({ entries: z.number(), most: z.number() }).optional(),
  disk: z.object({ folder: z.string(), freeBytes: z.number(), totalBytes: z.number() }).optional(),
});
export type NodeEvidence = z.infer<typeof nodeEvidence>;

/** What a peer sent, with this node's clock when it was asked and had answered (ms since 1970). */
export const peerEvidence = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), evidence: nodeEvidence, sentMs: z.number(), gotMs: z.number() }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);
export type PeerEvidence = z.infer<typeof peerEvidence>;

export const examination = z.object({
  self: nodeEvidence,
  peers: z.record(z.string(), peerEvidence),
});
export type Examination = z.infer<typeof examination>;
