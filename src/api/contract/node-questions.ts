/**
 * What may be asked of a node beside its document: the unprivileged process asks core, and core checks every question
 * with this schema; a question for another node of the cluster goes through that node's own pair of processes.
 */
import { z } from 'zod';
import { balancerStatus, givenOrders } from './balancer.ts';
import { newCertificate, pageCertificate } from './certificate.ts';
import { balancerRequest, nodeRequest, nodeStatus, stateRows } from './control.ts';
import { ruleCounter } from './rule-counters.ts';

/** Characters of addresses, with a zone; what does not parse as an address core refuses. */
const address = z.string().regex(/^[0-9A-Fa-f:.]{2,45}$/, 'an IPv4 or IPv6 address');
const interfaceKey = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, 'an interface of the document');
export const nodeName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,62}$/, 'a node of the document');
export const logLevel = z.enum(['error', 'warn', 'info', 'debug']);

export const captureFilter = {
  /** An interface of the document. */
  interface: interfaceKey,
  protocol: z.enum(['any', 'tcp', 'udp', 'icmp', 'icmpv6', 'arp', 'carp', 'esp', 'gre']).default('any'),
  host: address.optional(),
  port: z.int().min(1).max(65_535).optional(),
  /** It ends after so long, seconds. */
  seconds: z.int().min(1).max(60).default(10),
  /** It ends after so many packets. */
  packets: z.int().min(1).max(10_000).default(1_000),
  /** Bytes kept of each packet; 0 keeps all. */
  snapLength: z.int().min(0).max(65_535).default(128),
} as const;

export const nodeQuestion = z.discriminatedUnion('command', [
  ...nodeRequest.options,
  ...balancerRequest.options,
  z.strictObject({ command: z.literal('counters') }),
  z.strictObject({ command: z.literal('interfaces') }),
  z.strictObject({ command: z.literal('routes') }),
  z.strictObject({ command: z.literal('neighbours') }),
  z.strictObject({ command: z.literal('ruleCounters') }),
  z.strictObject({
    command: z.literal('logs'),
    /** Lines after this one. */
    after: z.int().min(0).default(0),
    limit: z.int().min(1).max(5_000).default(500),
    level: logLevel.default('info'),
    /** Part of the line, whatever the case. */
    text: z.string().max(100).default(''),
  }),
  z.strictObject({ command: z.literal('audit'), limit: z.int().min(1).max(5_000).default(500) }),
  z.strictObject({
    command: z.literal('ping'),
    address,
    interface: interfaceKey.optional(),
    count: z.int().min(1).max(10).default(4),
    /** Bytes of payload. */
    size: z.int().min(0).max(9_000).default(56),
  }),
  z.strictObject({
    command: z.literal('traceroute'),
    address,
    interface: interfaceKey.optional(),
    hops: z.int().min(1).max(30).default(20),
  }),
  z.strictObject({ command: z.literal('capture'), ...captureFilter }),
  /** The certificate that it shows to browsers. */
  z.strictObject({ command: z.literal('certificate') }),
  z.strictObject({ command: z.literal('putCertificate'), ...newCertificate }),
  z.strictObject({ command: z.literal('removeCertificate') }),
]);
export type NodeQuestion = z.infer<typeof nodeQuestion>;

const traffic = {
  rxBytes: z.number(),
  rxPackets: z.number(),
  rxErrors: z.number(),
  rxDropped: z.number(),
  txBytes: z.number(),
  txPackets: z.number(),
  txErrors: z.number(),
  txDropped: z.number(),
};

export const interfaceRow = z.object({
  /** The interface of the document that it is; undefined for others, such as lo. */
  interface: z.string().optional(),
  /** "WAN" */
  title: z.string().optional(),
  device: z.string(),
  up: z.boolean(),
  mac: z.string().optional(),
  mtu: z.number(),
  /** With prefix length. */
  addresses: z.array(z.string()),
  ...traffic,
});
export type InterfaceRow = z.infer<typeof interfaceRow>;

/** What a plot is drawn of: figures that only grow, and those of the moment. */
export const counters = z.object({
  /** ms since 1970. */
  time: z.number(),
  interfaces: z.array(z.object({ interface: z.string(), device: z.string(), up: z.boolean(), ...traffic })),
  states: z.number().optional(),
});
export type Counters = z.infer<typeof counters>;

export const routeRow = z.object({
  family: z.enum(['ipv4', 'ipv6']),
  /** "default", or with prefix length. */
  destination: z.string(),
  gateway: z.string().optional(),
  device: z.string().optional(),
  source: z.string().optional(),
  metric: z.number().optional(),
  /** Who put it there: kernel, static, dhcp ... */
  protocol: z.string(),
  type: z.string(),
  table: z.string(),
});

export const neighbourRow = z.object({
  address: z.string(),
  mac: z.string().optional(),
  device: z.string(),
  state: z.string(),
});

export const logLine = z.object({
  /** Counts up by one from the start of the node. */
  sequence: z.int(),
  /** ms since 1970. */
  time: z.int(),
  level: logLevel,
  message: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});
export type LogLine = z.infer<typeof logLine>;

export const auditLine = z.object({
  /** ms since 1970. */
  time: z.int(),
  /** "anna", "bascule" for the node itself, "cli" for its socket. */
  actor: z.string(),
  /** Address of the client. */
  from: z.string().optional(),
  /** "document.edit", "session.login", "carp.maintenance" */
  action: z.string(),
  ok: z.boolean(),
  detail: z.string(),
});
export type AuditLine = z.infer<typeof auditLine>;

export const pingResult = z.object({
  address: z.string(),
  sent: z.int(),
  received: z.int(),
  replies: z.array(z.object({ sequence: z.int(), ttl: z.int(), ms: z.number() })),
  /** Why nothing came, if the kernel knows. */
  error: z.string().optional(),
});

export const tracerouteResult = z.object({
  address: z.string(),
  hops: z.array(z.object({ hop: z.int(), address: z.string().optional(), ms: z.number().optional() })),
  reached: z.boolean(),
});

/** Only what was asked for is there. */
export const nodeAnswer = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    status: nodeStatus.optional(),
    states: stateRows.optional(),
    counters: counters.optional(),
    interfaces: z.array(interfaceRow).optional(),
    routes: z.array(routeRow).optional(),
    neighbours: z.array(neighbourRow).optional(),
    ruleCounters: z.array(ruleCounter).optional(),
    logs: z.array(logLine).optional(),
    audit: z.array(auditLine).optional(),
    ping: pingResult.optional(),
    traceroute: tracerouteResult.optional(),
    /** A pcap file, base64. */
    capture: z.string().optional(),
    certificate: pageCertificate.optional(),
    balancer: balancerStatus.optional(),
    /** The members that an order was for. */
    ordered: z.array(z.string()).optional(),
    orders: givenOrders.optional(),
  }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);
export type NodeAnswer = z.infer<typeof nodeAnswer>;
