/** What the state bench measures of one contestant. */
import { monotonicMs } from '#lab/probe-wire.ts';
import type { Generated, GeneratorRequest, Listed, ObserverRequest, SinkRequest } from './flows-wire.ts';
import { cpuOf, residentBytesOf } from './processes.ts';
import type { Helper } from './states-helper.ts';
import { pause, type SyncRival } from './states-rivals.ts';

export interface Rig {
  readonly active: string;
  readonly standby: string;
  readonly generator: Helper<GeneratorRequest>;
  readonly sink: Helper<SinkRequest>;
  readonly observers: { readonly active: Helper<ObserverRequest>; readonly standby: Helper<ObserverRequest> };
}

/** CPU of the sync process, microseconds per flow: of all its threads, and of the busiest alone. */
export interface Cost {
  readonly sender: number;
  readonly receiver: number;
  readonly senderThread: number;
  readonly receiverThread: number;
  /** Flows per second that were begun. */
  readonly rate: number;
}

/** Milliseconds from an entry in the active node's kernel to the same in the standby's. */
export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

const steadyMs = 500;
const settleLimitMs = 15_000;
/** Entries of the nodes' own that are in a table without any flow. */
const strayEntries = 100;
/** Without another entry for so long a bulk is given up. */
const stalledMs = 8_000;

/** Waits until the standby's table does not change any more. */
async function settle({ observers }: Rig): Promise<void> {
  const limit = monotonicMs() + settleLimitMs;
  let last = -1;
  for (let since = monotonicMs(); monotonicMs() - since < steadyMs && monotonicMs() < limit; ) {
    const count = await observers.standby.ask<number>({ kind: 'count' });
    if (Math.abs(count - last) > 3) {
      last = count;
      since = monotonicMs();
    }
    await pause(20);
  }
}

/** Empties both tables; the standby's through the active node's news if they come. */
export async function clear(rig: Rig): Promise<void> {
  const { active, standby } = rig.observers;
  await active.ask({ kind: 'flush' });
  const limit = monotonicMs() + settleLimitMs;
  while ((await standby.ask<number>({ kind: 'count' })) > strayEntries && monotonicMs() < limit)
    await pause(20);
  await settle(rig);
  await standby.ask({ kind: 'flush' });
  await pause(100);
}

async function listBoth({ observers }: Rig): Promise<{ active: Listed; standby: Listed }> {
  return {
    active: await observers.active.ask<Listed>({ kind: 'list' }),
    standby: await observers.standby.ask<Listed>({ kind: 'list' }),
  };
}

/** The highest of the steps, flows per second, of which no entry was missing at the standby. */
export async function sustained(
  rig: Rig,
  steps: readonly number[],
  seconds: number,
  say: (line: string) => void,
): Promise<number> {
  let best = 0;
  for (const perSecond of steps) {
    await clear(rig);
    const done = await rig.generator.ask<Generated>({ kind: 'udp', flows: perSecond * seconds, perSecond });
    await settle(rig);
    const { active, standby } = await listBoth(rig);
    const there = new Set(standby.keys);
    const missing = active.keys.reduce((sum, key) => sum + (there.has(key) ? 0 : 1), 0);
    const rate = active.keys.length / done.seconds;
    say(`${Math.round(rate)}/s, ${missing} of ${active.keys.length} missing`);
    if (missing > 0) break;
    best = Math.max(best, rate);
    // The generator, or the way through the firewall, gives no more.
    if (rate < perSecond * 0.85) break;
  }
  return best;
}

/** The CPU that flows cost at both nodes. */
export async function cost(
  rig: Rig,
  rival: SyncRival,
  kind: 'udp' | 'echo' | 'tcp',
  perSecond: number,
  seconds: number,
): Promise<Cost> {
  await clear(rig);
  await rig.sink.ask({ kind: 'echo', on: kind === 'echo' });
  const pids = [await rival.pidOf(rig.active), await rival.pidOf(rig.standby)];
  const before = pids.map(cpuOf);
  const done = await rig.generator.ask<Generated>({
    kind: kind === 'tcp' ? 'tcp' : 'udp',
    flows: perSecond * seconds,
    perSecond,
  });
  await settle(rig);
  const [sender, receiver] = pids.map((pid, i) => {
    const now = cpuOf(pid);
    const threads = [...now.threads].map(([task, used]) => used - (before[i]?.threads.get(task) ?? 0));
    return {
      all: (now.all - (before[i]?.all ?? 0)) / done.flows,
      busiest: Math.max(...threads) / done.flows,
    };
  });
  await rig.sink.ask({ kind: 'echo', on: false });
  return {
    sender: sender?.all ?? Number.NaN,
    receiver: receiver?.all ?? Number.NaN,
    senderThread: sender?.busiest ?? Number.NaN,
    receiverThread: receiver?.busiest ?? Number.NaN,
    rate: done.flows / done.seconds,
  };
}

/**
 * How late the standby has what the active node has. The kernels themselves note when an entry came
 * (nf_conntrack_timestamp), on one clock; tables are read afterwards, so that nothing but the contestant is measured.
 */
export async function latency(rig: Rig, perSecond: number, seconds: number): Promise<Latency> {
  await clear(rig);
  await rig.generator.ask({ kind: 'udp', flows: perSecond * seconds, perSecond });
  await settle(rig);
  const { active, standby } = await listBoth(rig);
  const there = new Map<number, bigint>();
  for (const [i, key] of standby.keys.entries()) there.set(key, standby.startedAt[i] ?? 0n);
  const late: number[] = [];
  for (const [i, key] of active.keys.entries()) {
    const [from, to] = [active.startedAt[i] ?? 0n, there.get(key) ?? 0n];
    if (from > 0n && to > 0n) late.push(Number(to - from) / 1e6);
  }
  late.sort((a, b) => a - b);
  const at = (share: number): number => late[Math.floor((late.length - 1) * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), most: at(1) };
}

export interface Bulk {
  /** From the start of the standby's process until its table has all. */
  readonly ms: number;
  /** From the first entry on. */
  readonly fillMs: number;
  readonly activeBytes: number;
  readonly standbyBytes: number;
}

/** How long a standby that starts anew takes until it has everything. */
export async function bulk(rig: Rig, rival: SyncRival, flows: number, perSecond: number): Promise<Bulk> {
  await clear(rig);
  await rival.stopSync(rig.standby);
  await rig.generator.ask({ kind: 'udp', flows, perSecond });
  await pause(1_000);
  const wanted = await rig.observers.active.ask<number>({ kind: 'count' });
  if (wanted < flows * 0.98) throw new Error(`the active node has ${wanted} of ${flows} flows only`);
  await rig.observers.standby.ask({ kind: 'flush' });
  const from = monotonicMs();
  let first: number | undefined;
  let grown = { count: 0, at: from };
  rival.startSync(rig.standby);
  for (;;) {
    const count = await rig.observers.standby.ask<number>({ kind: 'count' });
    const now = monotonicMs();
    if (count > strayEntries) first ??= now;
    if (count >= wanted - strayEntries) break;
    if (count > grown.count) grown = { count, at: now };
    if (now - grown.at > stalledMs) throw new Error(`a bulk of ${wanted} states stalls at ${count}`);
    await pause(5);
  }
  const end = monotonicMs();
  await settle(rig);
  return {
    ms: end - from,
    fillMs: end - (first ?? from),
    activeBytes: residentBytesOf(await rival.pidOf(rig.active)),
    standbyBytes: residentBytesOf(await rival.pidOf(rig.standby)),
  };
}
