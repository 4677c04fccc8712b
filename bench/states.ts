/**
 * State synchronisation side by side: the same flows through the same pair of firewalls, kept in step by Bascule and
 * by Debian's conntrackd in turn, so that a busy moment of the machine hits both alike. A bench, no test: it prints,
 * and fails only when it could not measure.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Lab } from '#lab/lab.ts';
import { enterStage, onStage, somethingMissing, stageFolder } from '#lab/stage.ts';
import { install, withLab } from './bench-lab.ts';
import {
  type Bulk,
  bulk,
  type Cost,
  cost,
  type Latency,
  latency,
  type Rig,
  sustained,
} from './states-measure.ts';
import { buildRig, flushBoth } from './states-rig.ts';
import { basculeSync, conntrackdSync, documentFor, type SyncRival } from './states-rivals.ts';
import { type Line, statesTable } from './states-table.ts';

export interface StatesBenchOptions {
  /** One round with few flows, against conntrackd as it comes. */
  readonly quick: boolean;
}

interface Plan {
  readonly rounds: number;
  readonly steps: readonly number[];
  readonly stepSeconds: number;
  readonly seconds: number;
  readonly bulks: readonly number[];
}

const plans: Readonly<Record<'quick' | 'full', Plan>> = {
  quick: { rounds: 1, steps: [20_000, 40_000], stepSeconds: 1, seconds: 2, bulks: [100_000] },
  full: {
    rounds: 2,
    steps: [20_000, 40_000, 60_000],
    stepSeconds: 2,
    seconds: 3,
    bulks: [100_000, 500_000],
  },
};
const packages = ['conntrackd', 'iproute2', 'nftables'];
/** Flows per second of each measurement. */
const rates = { udp: 20_000, echo: 10_000, tcp: 2_000, latency: 10_000, fill: 25_000 } as const;
const tableSize = '/proc/sys/net/netfilter/nf_conntrack_max';
/** Entries that a table may have while 500,000 are measured. */
const roomNeeded = 600_000;

/** Runs the bench and prints the table. Returns the exit code. */
export async function benchStates({ quick }: StatesBenchOptions): Promise<number> {
  const plan = quick ? plans.quick : plans.full;
  if (!onStage()) {
    if (!install(packages)) return somethingMissing;
    return withRoom(Math.max(...plan.bulks) > 200_000, () => enterStage((line) => console.log(line)));
  }
  return withLab((lab, file) => measureRivals(lab, file, plan, quick));
}

async function measureRivals(lab: Lab, file: string, plan: Plan, quick: boolean): Promise<number> {
  const text = readFileSync(file, 'utf8');
  const documents = [true, false].map((states) => {
    const own = `${stageFolder}/states-${states}.yaml`;
    writeFileSync(own, documentFor(text, states));
    return own;
  });
  const [ours = '', theirs = ''] = documents;
  const rivals = [
    basculeSync(lab, ours, stageFolder, process.env.BASCULE_BENCH_REALTIME === '1'),
    conntrackdSync(lab, theirs, stageFolder, true),
    ...(quick ? [] : [conntrackdSync(lab, theirs, stageFolder, false)]),
  ];
  const rig = buildRig(lab);
  const tracks = rivals.map((rival) => new Track(lab, rig, rival, plan));
  for (let round = 1; round <= plan.rounds; round += 1)
    for (const track of tracks) await track.round(`round ${round} of ${plan.rounds}`, round === 1);
  const names = rivals.map(({ name }) => name);
  console.log(
    `\nstate synchronisation, ${plan.rounds} rounds; a ratio below 1: Bascule is better, but for rates above 1`,
  );
  console.log(statesTable(names, linesOf(tracks, plan)));
  rig.stop();
  await lab.close();
  return tracks.every(({ failures }) => failures === 0) ? 0 : 1;
}

/** The table's room is the machine's, and put back afterwards. */
async function withRoom(isNeeded: boolean, run: () => Promise<number>): Promise<number> {
  const before = isNeeded ? Number(readFileSync(tableSize, 'utf8')) : roomNeeded;
  if (before >= roomNeeded) return run();
  try {
    writeFileSync(tableSize, `${roomNeeded}`);
  } catch {
    console.log(`${tableSize} cannot be raised: no more than ${before} states can be measured`);
    return run();
  }
  try {
    return await run();
  } finally {
    writeFileSync(tableSize, `${before}`);
  }
}

/** One contestant's measurements. */
class Track {
  readonly rates: number[] = [];
  readonly costs: Record<'udp' | 'echo' | 'tcp', Cost[]> = { udp: [], echo: [], tcp: [] };
  readonly latencies: Latency[] = [];
  readonly bulks = new Map<number, Bulk[]>();
  failures = 0;
  readonly #lab: Lab;
  readonly #rig: Rig;
  readonly #rival: SyncRival;
  readonly #plan: Plan;

  constructor(lab: Lab, rig: Rig, rival: SyncRival, plan: Plan) {
    this.#lab = lab;
    this.#rig = rig;
    this.#rival = rival;
    this.#plan = plan;
  }

  /** Everything once on freshly started nodes; bulks are long, and done in one round only. */
  async round(title: string, withBulks: boolean): Promise<void> {
    const say = (line: string): void =>
      console.log(`${Math.round(performance.now() / 1_000)} s, ${title}, ${this.#rival.name}: ${line}`);
    try {
      await this.#rival.start();
      say(`load of the machine ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}`);
      await this.#measure(withBulks, say);
    } catch (error) {
      this.failures += 1;
      say(`FAILED: ${(error as Error).message}`);
    }
    await this.#rival.stop();
    await flushBoth(this.#rig);
    for (const node of this.#lab.topology.nodes) this.#lab.reboot(node);
  }

  async #measure(withBulks: boolean, say: (line: string) => void): Promise<void> {
    const { steps, stepSeconds, seconds, bulks } = this.#plan;
    this.rates.push(await sustained(this.#rig, steps, stepSeconds, (line) => say(`rate ${line}`)));
    for (const kind of ['udp', 'echo', 'tcp'] as const) {
      const one = await cost(this.#rig, this.#rival, kind, rates[kind], seconds);
      this.costs[kind].push(one);
      const cpu = [one.sender, one.receiver, one.senderThread, one.receiverThread].map((us) => us.toFixed(1));
      say(`CPU ${kind} at ${Math.round(one.rate)}/s: ${cpu.join(', ')} us (sender, receiver, threads alone)`);
    }
    const late = await latency(this.#rig, rates.latency, seconds);
    this.latencies.push(late);
    say(`latency p50 ${late.p50.toFixed(3)}, p99 ${late.p99.toFixed(3)}, max ${late.most.toFixed(3)} ms`);
    for (const flows of withBulks ? bulks : []) {
      const one = await bulk(this.#rig, this.#rival, flows, rates.fill);
      this.bulks.set(flows, [...(this.bulks.get(flows) ?? []), one]);
      say(`bulk of ${flows}: ${Math.round(one.ms)} ms, ${Math.round(one.fillMs)} ms of it filling`);
    }
  }
}

const microseconds = (value: number): string => `${value.toFixed(1)} us`;
const milliseconds = (value: number): string => `${value.toFixed(value < 100 ? 3 : 0)} ms`;
const megabytes = (value: number): string => `${Math.round(value / 1e6)} MB`;

function linesOf(tracks: readonly Track[], { bulks }: Plan): Line[] {
  const costs = (['udp', 'echo', 'tcp'] as const).flatMap((kind): Line[] => {
    const what = { udp: 'UDP one-way', echo: 'UDP answered', tcp: 'TCP short' }[kind];
    const line = (title: string, value: (one: Cost) => number): Line => ({
      title: `CPU per flow, ${what} ${rates[kind]}/s, ${title}`,
      format: microseconds,
      runs: tracks.map((track) => track.costs[kind].map(value)),
    });
    return [
      line('sender', (one) => one.sender),
      line('receiver', (one) => one.receiver),
      line('sender, sync thread', (one) => one.senderThread),
      line('receiver, sync thread', (one) => one.receiverThread),
    ];
  });
  const late = (title: string, value: (one: Latency) => number): Line => ({
    title: `latency at ${rates.latency}/s, ${title}`,
    format: milliseconds,
    runs: tracks.map((track) => track.latencies.map(value)),
  });
  const bulkLine = (
    flows: number,
    title: string,
    format: Line['format'],
    value: (one: Bulk) => number,
  ): Line => ({
    title,
    format,
    runs: tracks.map((track) => (track.bulks.get(flows) ?? []).map(value)),
  });
  return [
    {
      title: 'new UDP flows per second, none lost',
      format: (value) => `${Math.round(value)}`,
      runs: tracks.map((track) => track.rates),
      isRate: true,
    },
    ...costs,
    late('p50', (one) => one.p50),
    late('p99', (one) => one.p99),
    late('max', (one) => one.most),
    ...bulks.flatMap((flows) => [
      bulkLine(flows, `bulk of ${flows}, from the start of the process`, milliseconds, (one) => one.ms),
      bulkLine(flows, `bulk of ${flows}, from the first entry`, milliseconds, (one) => one.fillMs),
    ]),
    bulkLine(100_000, 'memory with 100,000 states, active', megabytes, (one) => one.activeBytes),
    bulkLine(100_000, 'memory with 100,000 states, standby', megabytes, (one) => one.standbyBytes),
  ];
}
