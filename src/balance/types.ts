/** What goes in and out of the engine. All of it is data, so a recorded node replays. */
import type { Ipv4, Ipv6 } from '#base/address.ts';
import type { Instant, Micros } from '#base/time.ts';
import type { Balancer, Monitor } from '#config/balancer.ts';

/** One question: does this address live, as this monitor asks? Pools that ask the same share the answer. */
export interface Target {
  readonly key: string;
  readonly address: Ipv4 | Ipv6;
  readonly port: number;
  readonly monitor: Monitor;
}

/**
 * unknown: not asked yet. held: answers again, but fell so often of late that it must prove itself for longer; it
 * serves only where nobody else does.
 */
export type HealthState = 'unknown' | 'online' | 'held' | 'offline';

export type Outcome = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** What a person ordered for a member. A drained one keeps its connections, a disabled one loses them. */
export type Order = 'drained' | 'disabled';
/** Orders by pool, then by member id: the one place where they are kept. */
export type Orders = Readonly<Record<string, Readonly<Record<string, Order>>>>;

export type BalanceEvent =
  /** A document has come into force. What is still there keeps its state. */
  | { readonly kind: 'follow'; readonly balancer: Balancer }
  /** A check has come to an end; `took` in microseconds. */
  | {
      readonly kind: 'checked';
      readonly key: string;
      readonly check: number;
      readonly outcome: Outcome;
      readonly took: Micros;
    }
  | { readonly kind: 'order'; readonly orders: Orders }
  /** The kernel saw these members (by id) refuse new connections. */
  | { readonly kind: 'refused'; readonly members: readonly string[] }
  | { readonly kind: 'tick' };

export type BalanceEffect =
  | { readonly kind: 'check'; readonly check: number; readonly target: Target }
  /** A check that has not ended in time is not waited for any more. */
  | { readonly kind: 'abandon'; readonly check: number }
  | {
      readonly kind: 'changed';
      readonly target: Target;
      readonly from: HealthState;
      readonly to: HealthState;
      readonly why: string;
    }
  /** Begins or ends the doubt about one that is online: it serves only where nobody else does. */
  | { readonly kind: 'doubted'; readonly target: Target; readonly on: boolean; readonly why: string }
  /** The kernel need not doubt this target any more. `trust`: its check went well although it had refused somebody. */
  | { readonly kind: 'absolved'; readonly target: Target; readonly trust: boolean }
  /** The tables of these pools may differ from before. */
  | { readonly kind: 'tables'; readonly pools: readonly string[] }
  /** The same of the members that the target stands for. */
  | {
      readonly kind: 'absolve';
      readonly members: readonly { readonly address: Ipv4 | Ipv6; readonly port: number }[];
      readonly trust: boolean;
    }
  /** Connections to this member shall end: it is dead, or disabled, in every pool that has it. */
  | { readonly kind: 'endStates'; readonly address: Ipv4 | Ipv6; readonly port: number };

/** What is known of a target. */
export interface HealthReport {
  readonly target: Target;
  readonly state: HealthState;
  /** Online still, but it refused a connection and its check fails. */
  readonly doubted: boolean;
  readonly since: Instant;
  /** Why it is in this state. */
  readonly why: string;
  /** Checks in a row that went as the last one did. */
  readonly inARow: number;
  readonly last: { readonly outcome: Outcome; readonly at: Instant; readonly took: Micros } | undefined;
  /** Good checks that a held one still needs. */
  readonly stillNeeded: number;
  readonly checks: number;
  readonly failures: number;
}
