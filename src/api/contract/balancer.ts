/** What a node tells of its load balancer, and what may be ordered. */
import { z } from 'zod';

/** By hand: a drained member keeps its connections, a disabled one loses them; enable takes either back. */
export const memberOrder = z.enum(['drain', 'disable', 'enable']);
export type MemberOrder = z.infer<typeof memberOrder>;

/** All orders of a node by pool and member, each with its time, ms since 1970: of two the newer counts. */
export const givenOrders = z.record(
  z.string().max(64),
  z.record(
    z.string().max(64),
    z.strictObject({ order: z.enum(['drained', 'disabled', 'enabled']), at: z.number().min(0) }),
  ),
);
export type GivenOrders = z.infer<typeof givenOrders>;

export const memberStatus = z.object({
  /** "192.0.2.1:80" or "[2001:db8::1]:80". */
  member: z.string(),
  description: z.string(),
  weight: z.number(),
  /** unknown: not asked yet. held: answers, but fell so often of late that it must prove itself for longer. */
  health: z.enum(['unknown', 'online', 'held', 'offline']),
  order: z.enum(['drained', 'disabled']).optional(),
  /** Whether new connections go to it. */
  serving: z.boolean(),
  /** Milliseconds in this health, and why. */
  forMs: z.number().optional(),
  why: z.string().optional(),
  lastCheck: z
    .object({ ok: z.boolean(), why: z.string().optional(), tookMs: z.number(), msAgo: z.number() })
    .optional(),
  /** Good checks in a row that it still needs while it is held. */
  stillNeeded: z.number(),
  checks: z.number(),
  failures: z.number(),
  /** Connections now; left out when the table could not be read. */
  states: z.number().optional(),
  /** New connections, ever and a second of late. */
  connections: z.number(),
  rate: z.number(),
});
export type MemberStatus = z.infer<typeof memberStatus>;

export const balancerStatus = z.object({
  pools: z.array(
    z.object({
      pool: z.string(),
      description: z.string(),
      mode: z.enum(['loadbalance', 'failover']),
      sticky: z.boolean(),
      /** "web: http every 10 s"; left out when nobody is asked. */
      monitor: z.string().optional(),
      members: z.array(memberStatus),
    }),
  ),
  servers: z.array(
    z.object({
      server: z.string(),
      description: z.string(),
      addresses: z.array(z.string()),
      /** `80` or `8000-8010` */
      port: z.union([z.number(), z.string()]),
      protocol: z.enum(['tcp', 'udp']),
      pools: z.array(z.string()),
      /** Who serves now, by address: a pool, an address, or nobody: clients are refused. */
      served: z.array(z.object({ address: z.string(), by: z.string().optional() })),
    }),
  ),
  workers: z.object({ busy: z.number(), most: z.number() }),
  /** Why the kernel does not have the newest tables. */
  behind: z.string().optional(),
});
export type BalancerStatus = z.infer<typeof balancerStatus>;
