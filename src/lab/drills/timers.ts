/** What the timers of a document mean for a drill that breaks its first node. Pure; all times in milliseconds. */
import type { ClusterDocument } from '#config/document.ts';
import { nodesInOrder } from '#config/model.ts';
import { type Timers, workOutTimers } from '#config/profile.ts';

/** Of all virtual IPs the slowest counts, for a promise holds for all of them. */
export interface DrillTimers {
  /** From the first node's last advert until the second takes over. */
  readonly masterDownMs: number;
  /** From one advert of the first node as master to its next. */
  readonly firstIntervalMs: number;
  /** The same of the second. */
  readonly secondIntervalMs: number;
  /** What the switches take to send packets where an address has moved to; bridges of the kernel take none. */
  readonly learningMs?: number;
  /** What nodes on emulated processors take longer; those of the lab's own kernel take none of it. */
  readonly emulation?: EmulationTimes;
}

export interface EmulationTimes {
  /** From power to the start of the daemon. */
  readonly bootMs: number;
  /** From the start of the daemon until it takes part. */
  readonly startMs: number;
  /** Whatever it does, and however busy it is at that moment. */
  readonly busyMs: number;
}

/** One interval: advbase + advskew / 256 s. */
const intervalMs = ({ advbase, advskew }: Timers): number => advbase * 1_000 + (advskew * 1_000) / 256;

/** The timers of a document with at least two nodes and one virtual IP. */
export function drillTimersOf(document: ClusterDocument): DrillTimers {
  const [first, second] = nodesInOrder(document);
  const all = workOutTimers(document);
  const of = (node: string | undefined) => all.filter((timers) => timers.node === node);
  // FreeBSD's backup goes by its own timers (`carp_setrun`), a quick one by those of the master that it heard.
  const downs =
    document.failover === 'standard'
      ? of(second).map(({ advbase, advskew }) => 3 * advbase * 1_000 + (advskew * 1_000) / 256)
      : of(first).map((timers) => 3 * intervalMs(timers));
  return {
    masterDownMs: Math.max(0, ...downs),
    firstIntervalMs: Math.max(0, ...of(first).map(intervalMs)),
    secondIntervalMs: Math.max(0, ...of(second).map(intervalMs)),
  };
}
