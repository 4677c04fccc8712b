/** Routes of the running nodes. `?node=NAME` asks another node of the cluster; without it, the one that is asked. */
import { z } from 'zod';
import { balancerStatus, memberOrder } from './balancer.ts';
import { nodeStatus, runtimeFinding, stateRows, statesCursor } from './control.ts';
import { liveEvent } from './events.ts';
import {
  auditLine,
  captureFilter,
  interfaceRow,
  logLevel,
  logLine,
  neighbourRow,
  nodeName,
  pingResult,
  routeRow,
  tracerouteResult,
} from './node-questions.ts';
import { ruleCounter } from './rule-counters.ts';

const node = nodeName.optional();
const ofNode = z.strictObject({ node });
const done = z.object({ done: z.literal(true) });
/** One word or several with blanks between; all must fit. */
const filter = z.string().max(500).default('');
const address = z.string().max(45);
const interfaceKey = z.string().max(32).optional();

export const nodeRoutes = {
  status: {
    method: 'GET',
    path: '/status',
    summary: 'What a node says of itself',
    access: { area: 'status', level: 'read' },
    query: ofNode,
    reply: nodeStatus,
  },
  cluster: {
    method: 'GET',
    path: '/cluster',
    summary: 'All nodes side by side',
    access: { area: 'status', level: 'read' },
    reply: z.object({
      /** The node that answers. */
      node: z.string(),
      /** In the order of the document; one without a status says why. */
      nodes: z.array(
        z.object({ node: z.string(), status: nodeStatus.optional(), away: z.string().optional() }),
      ),
    }),
  },
  findings: {
    method: 'GET',
    path: '/findings',
    summary: 'What deserves a look, on all nodes',
    access: { area: 'status', level: 'read' },
    reply: z.array(runtimeFinding.extend({ node: z.string() })),
  },
  carp: {
    method: 'POST',
    path: '/carp',
    summary: 'Disable CARP temporarily, or enable it again',
    access: { area: 'carp', level: 'write' },
    body: z.strictObject({ node, enabled: z.boolean() }),
    bodyExample: { enabled: false },
    reply: done,
  },
  maintenance: {
    method: 'POST',
    path: '/maintenance',
    summary: 'Enter or leave persistent CARP maintenance mode',
    access: { area: 'carp', level: 'write' },
    body: z.strictObject({ node, on: z.boolean() }),
    bodyExample: { node: 'PF1', on: true },
    reply: done,
  },
  resetDemotion: {
    method: 'POST',
    path: '/demotion/reset',
    summary: 'Reset the CARP demotion status',
    access: { area: 'carp', level: 'write' },
    body: z.strictObject({ node }),
    bodyExample: {},
    reply: done,
  },
  states: {
    method: 'GET',
    path: '/states',
    summary: 'Connections that a node carries or holds ready, a page at a time',
    description:
      'Ask with `after`, the `next` of a page, for the page behind it, until there is no `next`: every connection that lives so long is seen once. The order is that of a hash, so any 16 hex digits are a place to begin at: `after=8000000000000000` is about in the middle, and `before` of the reply says at which row. A page costs the node one reading of its table; four questions may wait, one more is refused.',
    access: { area: 'states', level: 'read' },
    query: z.strictObject({
      node,
      filter,
      /** Rows of a page; 0 counts alone. */
      limit: z.coerce.number().int().min(0).max(5_000).default(1_000),
      after: statesCursor.optional(),
    }),
    reply: stateRows,
  },
  killStates: {
    method: 'DELETE',
    path: '/states',
    summary: 'End connections on all nodes',
    description: 'A filter is due; without one nothing is ended.',
    access: { area: 'states', level: 'write' },
    query: z.strictObject({ filter: z.string().trim().min(1, 'a filter is due').max(500) }),
    reply: z.object({ ended: z.number() }),
  },
  ruleCounters: {
    method: 'GET',
    path: '/rules/counters',
    summary: 'Connections and bytes by rule',
    access: { area: 'rules', level: 'read' },
    query: ofNode,
    reply: z.array(ruleCounter),
  },
  logs: {
    method: 'GET',
    path: '/logs',
    summary: 'Lines of the log, oldest first',
    access: { area: 'logs', level: 'read' },
    query: z.strictObject({
      node,
      after: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(5_000).default(500),
      level: logLevel.default('info'),
      text: z.string().max(100).default(''),
    }),
    reply: z.array(logLine),
  },
  audit: {
    method: 'GET',
    path: '/audit',
    summary: 'Who changed what, newest first',
    access: { area: 'users', level: 'read' },
    query: z.strictObject({ node, limit: z.coerce.number().int().min(1).max(5_000).default(500) }),
    reply: z.array(auditLine),
  },
  interfaces: {
    method: 'GET',
    path: '/interfaces',
    summary: 'Interfaces of the kernel, with their counters',
    access: { area: 'status', level: 'read' },
    query: ofNode,
    reply: z.array(interfaceRow),
  },
  routes: {
    method: 'GET',
    path: '/routes',
    summary: 'Routes of the kernel',
    access: { area: 'diagnostics', level: 'read' },
    query: ofNode,
    reply: z.array(routeRow),
  },
  neighbours: {
    method: 'GET',
    path: '/neighbours',
    summary: 'ARP and NDP tables',
    access: { area: 'diagnostics', level: 'read' },
    query: ofNode,
    reply: z.array(neighbourRow),
  },
  ping: {
    method: 'POST',
    path: '/diagnostics/ping',
    summary: 'Ping an address from a node',
    access: { area: 'diagnostics', level: 'write' },
    body: z.strictObject({
      node,
      address,
      interface: interfaceKey,
      count: z.int().min(1).max(10).default(4),
      size: z.int().min(0).max(9_000).default(56),
    }),
    bodyExample: { address: '192.0.2.1', count: 4 },
    reply: pingResult,
  },
  traceroute: {
    method: 'POST',
    path: '/diagnostics/traceroute',
    summary: 'The way to an address, hop by hop',
    access: { area: 'diagnostics', level: 'write' },
    body: z.strictObject({
      node,
      address,
      interface: interfaceKey,
      hops: z.int().min(1).max(30).default(20),
    }),
    bodyExample: { address: '192.0.2.1' },
    reply: tracerouteResult,
  },
  capture: {
    method: 'POST',
    path: '/diagnostics/capture',
    summary: 'Capture packets; the reply is a pcap file',
    description: 'One at a time at each node; it ends by time or number, whichever comes first.',
    access: { area: 'capture', level: 'write' },
    body: z.strictObject({ node, ...captureFilter }),
    bodyExample: { interface: 'wan', protocol: 'tcp', port: 443, seconds: 10 },
    media: 'application/vnd.tcpdump.pcap',
    reply: z.string(),
  },
  balancer: {
    method: 'GET',
    path: '/balancer',
    summary: 'Pools, members and virtual servers of the load balancer',
    access: { area: 'loadBalancer', level: 'read' },
    query: ofNode,
    reply: balancerStatus,
  },
  memberOrder: {
    method: 'POST',
    path: '/balancer/members',
    summary: 'Drain, disable or enable a member of a pool, on all nodes',
    access: { area: 'members', level: 'write' },
    body: z.strictObject({ pool: z.string().max(31), member: z.string().max(60), order: memberOrder }),
    bodyExample: { pool: 'web', member: '192.168.1.10:80', order: 'drain' },
    reply: done,
  },
  events: {
    method: 'GET',
    path: '/events',
    summary: 'Live events (server-sent events)',
    access: 'session',
    media: 'text/event-stream',
    reply: liveEvent,
  },
  metrics: {
    method: 'GET',
    path: '/metrics',
    summary: 'Figures for Prometheus',
    access: { area: 'status', level: 'read' },
    media: 'text/plain; version=0.0.4',
    reply: z.string(),
  },
  openapi: {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This API as an OpenAPI 3.1 document',
    access: 'open',
    reply: z.record(z.string(), z.unknown()),
  },
} as const;
