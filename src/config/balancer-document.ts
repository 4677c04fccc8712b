/** The load balancer's part of the document: how servers are checked, which belong together, and where clients come. */
import { z } from 'zod';
import { address, type DeepReadonly, name, text, whole } from './fields.ts';

/** Monitors that every document has, as pfSense's load balancer did. */
export const builtInMonitors = ['icmp', 'tcp', 'http', 'https', 'none'] as const;

const port = whole(1, 65_535, 'a port');
/** A line of a request: no control character may begin another. */
const requestWord = z
  .string()
  .max(1_000, 'at most 1000 characters')
  .regex(/^[\x21-\x7e]+$/, 'printable ASCII without blanks');

const timing = {
  interval: whole(100, 3_600_000, 'interval').default(10_000).describe('Milliseconds between checks.'),
  retryInterval: whole(100, 3_600_000, 'retryInterval')
    .optional()
    .describe(
      'Milliseconds after a check that contradicts the state; 1000 or the interval if that is shorter.',
    ),
  timeout: whole(10, 60_000, 'timeout')
    .default(1_000)
    .describe('Milliseconds until a check counts as failed.'),
  fall: whole(1, 1_000, 'fall').default(3).describe('Failed checks in a row before a member is offline.'),
  rise: whole(1, 1_000, 'rise').default(1).describe('Good checks in a row before it is online again.'),
  port: port.optional().describe('Where to check; the port of the member when left out.'),
} as const;

const web = {
  path: requestWord.regex(/^\//, 'a path begins with /').default('/'),
  host: requestWord.optional().describe('The Host header; the address of the member when left out.'),
  status: z
    .array(whole(100, 599, 'a status'))
    .min(1, 'at least one is due')
    .default([200])
    .describe('Expected status codes.'),
  text: z.string().min(1).max(1_000).optional().describe('What the answer must contain.'),
} as const;

/** Bytes as text: \r, \n, \t, \0, \\ and \xHH are understood. */
const bytes = z
  .string()
  .max(1_000, 'at most 1000 characters')
  .regex(/^(?:[^\\]|\\(?:[rnt0\\]|x[0-9A-Fa-f]{2}))*$/, 'the escapes are \\r, \\n, \\t, \\0, \\\\ and \\xHH');

const monitorDocument = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('icmp'), ...timing }),
    z.strictObject({ type: z.literal('tcp'), ...timing }),
    z.strictObject({ type: z.literal('http'), ...timing, ...web }),
    z.strictObject({
      type: z.literal('https'),
      ...timing,
      ...web,
      verifyCertificate: z.boolean().default(false).describe('Whether the certificate must be valid, too.'),
    }),
    z.strictObject({
      type: z.literal('send'),
      ...timing,
      send: bytes.default(''),
      expect: bytes.describe('What the answer must look like; * stands for anything, ? for one byte.'),
    }),
  ],
  { error: 'the type of a monitor is icmp, tcp, http, https or send' },
);

const memberDocument = z.strictObject({
  address,
  port: port.optional().describe('That of the pool when left out.'),
  weight: whole(1, 256, 'weight').default(1),
  enabled: z.boolean().default(true),
  description: text.default(''),
});

const poolDocument = z.strictObject({
  mode: z
    .enum(['loadbalance', 'failover'], { error: 'mode is loadbalance or failover' })
    .default('loadbalance')
    .describe('failover: all to the first member that is online.'),
  sticky: z
    .boolean()
    .default(false)
    .describe('A client stays with its member, by its address; otherwise in turn.'),
  port: port.optional(),
  members: z.array(memberDocument).min(1, 'a pool needs a member').max(2_000, 'at most 2000 members'),
  monitor: z
    .string()
    .default('tcp')
    .describe(`A name in monitors, or one of ${builtInMonitors.join(', ')}.`),
  fallback: name.optional().describe('The pool that serves when none of its members is online.'),
  description: text.default(''),
});

const portRange = z
  .string()
  .regex(/^[1-9]\d{0,4}-[1-9]\d{0,4}$/, 'a port, or a range such as 8000-8010')
  .refine((text) => {
    const [low = 0, high = 0] = text.split('-').map(Number);
    return low < high && high <= 65_535;
  }, 'a range goes from the lower port to the higher, at most 65535');

const serverDocument = z.strictObject({
  addresses: z.array(address).min(1, 'a virtual server needs an address').describe('Virtual IPs.'),
  port: z.union([port, portRange]).describe('Or a range: all of it leads to the port of the member.'),
  protocol: z.enum(['tcp', 'udp'], { error: 'protocol is tcp or udp' }).default('tcp'),
  pool: name,
  fallback: z
    .union([name, z.strictObject({ address, port: port.optional() })], {
      error: 'fallback is the name of a pool, or {address: ADDRESS, port: PORT}',
    })
    .optional()
    .describe('Who serves when no member of the pool is online.'),
  rule: z
    .enum(['pass', 'none'], { error: 'rule is pass or none' })
    .default('pass')
    .describe('pass: what comes in for the server passes behind the rules of its interface.'),
  disabled: z.boolean().default(false),
  description: text.default(''),
});

export const balancerDocument = z
  .strictObject({
    workers: whole(1, 4_096, 'workers').default(256).describe('Checks that may be under way at once.'),
    monitors: z.record(name, monitorDocument).default({}),
    pools: z.record(name, poolDocument).default({}),
    virtualServers: z.record(name, serverDocument).default({}),
  })
  .prefault({});

export type BalancerDocument = DeepReadonly<z.infer<typeof balancerDocument>>;
export type MonitorDocument = DeepReadonly<z.infer<typeof monitorDocument>>;
export type PoolDocument = DeepReadonly<z.infer<typeof poolDocument>>;
export type ServerDocument = DeepReadonly<z.infer<typeof serverDocument>>;
