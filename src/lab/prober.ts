/** A probing process from its parent's side: collects its records and keeps running figures. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inNamespace } from '#infra/apply.ts';
import { type Probe, replyLimitMs } from './flow.ts';
import { monotonicMs, type ProbeRecord, readRecords } from './probe-wire.ts';

export interface FlowPlan {
  /** "client -> LAN VIP". */
  readonly name: string;
  readonly target: string;
}

interface OpenProbe {
  sentAt: number;
  repliedAt: number | undefined;
}

/** The probes of one flow, as far back as they are kept. */
export class FlowLog {
  readonly name: string;
  readonly target: string;
  #firstSequence = 0;
  #probes: OpenProbe[] = [];

  constructor(plan: FlowPlan) {
    this.name = plan.name;
    this.target = plan.target;
  }

  add(record: ProbeRecord): void {
    if (record.kind === 'sent') {
      if (this.#probes.length === 0) this.#firstSequence = record.sequence;
      this.#probes.push({ sentAt: record.at, repliedAt: undefined });
      return;
    }
    const probe = this.#probes[record.sequence - this.#firstSequence];
    // The first reply counts: a second one is a duplicate made while the switch learns.
    if (probe !== undefined) probe.repliedAt ??= record.at;
  }

  /** The probes sent since a moment. */
  since(from: number): Probe[] {
    return this.#probes.slice(this.#indexOf(from));
  }

  /** Forgets what was sent before a moment. */
  forget(before: number): void {
    const count = this.#indexOf(before);
    this.#probes.splice(0, count);
    this.#firstSequence += count;
  }

  /** Sends are in order of time, so half of the rest falls away with every look. */
  #indexOf(from: number): number {
    let low = 0;
    let high = this.#probes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#probes[middle]?.sentAt ?? Number.POSITIVE_INFINITY) < from) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export interface Prober {
  readonly flows: readonly FlowLog[];
  /** Resolves when every probe sent before now has had its second, and its record has arrived. */
  settle(): Promise<void>;
  stop(): void;
}

/** Starts a probing process inside a namespace: one probe per flow every `spacingMs`. */
export function startProber(
  namespace: string,
  plans: readonly FlowPlan[],
  logFile: string,
  spacingMs = 1,
): Prober {
  const main = fileURLToPath(new URL('./probe-main.ts', import.meta.url));
  const words = [String(spacingMs), ...plans.map((plan) => plan.target)];
  const argv = inNamespace(namespace, [process.execPath, main, ...words]);
  const [command = '', ...args] = argv;
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const flows = plans.map((plan) => new FlowLog(plan));
  let rest: Buffer = Buffer.alloc(0);
  child.stdout?.on('data', (chunk: Buffer) => {
    const read = readRecords(rest.length === 0 ? chunk : Buffer.concat([rest, chunk]));
    rest = read.rest;
    for (const record of read.records) flows[record.flow]?.add(record);
  });
  child.stderr?.pipe(createWriteStream(logFile, { flags: 'a' }));
  return {
    flows,
    settle: () => settle(flows, monotonicMs()),
    stop: () => void child.kill('SIGKILL'),
  };
}

/** Waits for the answers only where some are missing: after a clean end that is no wait at all. */
async function settle(flows: readonly FlowLog[], at: number): Promise<void> {
  const isDue = () =>
    flows.some((flow) =>
      flow.since(at - replyLimitMs).some((probe) => probe.sentAt <= at && probe.repliedAt === undefined),
    );
  await pause(2 * 25 + 10);
  while (isDue() && monotonicMs() < at + replyLimitMs + 100) await pause(20);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
