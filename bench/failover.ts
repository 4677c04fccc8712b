/**
 * Failover side by side: the same faults in the same lab, against Bascule and against Debian's keepalived, one after
 * the other in every run, so that a busy moment of the machine hits both alike. A bench, no test: it prints, and
 * fails only when it could not measure.
 */
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { fail, ok, type Result } from '#base/result.ts';
import { cableEnd } from '#infra/plan.ts';
import { figures } from '#lab/flow.ts';
import type { Lab } from '#lab/lab.ts';
import { monotonicMs } from '#lab/probe-wire.ts';
import { launch } from '#lab/processes.ts';
import { stageFolder } from '#lab/stage.ts';
import { switchName } from '#lab/topology.ts';
import { onBenchLab } from './bench-lab.ts';
import { userWith } from './bench-user.ts';
import { bascule, type Contestant, keepalived } from './contestants.ts';
import { loaded } from './loaded.ts';
import { benchTable, duration, type Fact, median, type Row, type Sample } from './table.ts';

export interface BenchOptions {
  /** Runs of each fault and contestant. */
  readonly runs: number;
  /** `fastest`, `fast` and `standard`. */
  readonly profiles: readonly string[];
  /** Requests a second at the API of each node: Bascule with this load beside Bascule without it, instead of keepalived. */
  readonly apiLoad?: number | undefined;
}

const packages = ['keepalived', 'tcpdump', 'iproute2', 'nftables'];
const titles = {
  death: 'host death',
  return: 'return of the first node',
  pulled: 'LAN cable pulled',
  crash: 'daemon killed',
  stop: 'graceful stop',
  maintenance: 'maintenance',
} as const;
type Fault = keyof typeof titles;
const order = Object.keys(titles) as readonly Fault[];

/** Neighbours ignore an ARP update within a second of the last: a fault must not profit or suffer from the one before. */
const calmMs = 1_500;
/** After everything answers again, so that a relapse would be seen. */
const aftermathMs = 500;
const settleLimitMs = 20_000;

/** Runs the bench and prints a table per profile. Returns the exit code. */
export async function benchFailover(options: BenchOptions): Promise<number> {
  const unknown = options.profiles.find((profile) => !['standard', 'fast', 'fastest'].includes(profile));
  if (unknown !== undefined) {
    console.error(`there is no profile "${unknown}"; there are fastest, fast and standard`);
    return 2;
  }
  return onBenchLab(packages, (lab, file) => compareAll(lab, file, options));
}

async function compareAll(lab: Lab, file: string, options: BenchOptions): Promise<number> {
  lab.startProbes();
  let failures = 0;
  for (const profile of options.profiles) {
    const own = `${stageFolder}/${profile}.yaml`;
    writeFileSync(own, readFileSync(file, 'utf8').replace(/^failover:.*$/m, `failover: ${profile}`));
    const ours = bascule(lab, own, stageFolder);
    if (options.apiLoad !== undefined) {
      const token = `${stageFolder}/api-token`;
      appendFileSync(own, await userWith(token));
      const busy = loaded(bascule(lab, own, stageFolder), options.apiLoad, token, stageFolder);
      failures += await compare(lab, profile, [busy, { ...ours, name: 'no requests' }], options.runs);
      console.log(`${busy.loadText()}\n`);
      continue;
    }
    const rivals = rivalsOf(profile).map((flavour) => keepalived(lab, stageFolder, flavour));
    failures += await compare(lab, profile, [ours, ...rivals], options.runs);
  }
  await lab.close();
  return failures === 0 ? 0 : 1;
}

const rivalsOf = (profile: string) =>
  profile === 'standard'
    ? [
        { name: 'keepalived 1 s', advertSeconds: 1, useVmac: false },
        { name: '1 s, use_vmac', advertSeconds: 1, useVmac: true },
      ]
    : [
        { name: 'keepalived 10 ms', advertSeconds: 0.01, useVmac: false },
        { name: '10 ms, use_vmac', advertSeconds: 0.01, useVmac: true },
      ];

/** Returns how many measurements failed. */
async function compare(
  lab: Lab,
  profile: string,
  contestants: readonly Contestant[],
  runs: number,
): Promise<number> {
  const tracks = contestants.map((contestant) => new Track(lab, contestant));
  for (let run = 1; run <= runs; run += 1) {
    for (const track of tracks) {
      const told = await track.run();
      console.log(`${profile}, run ${run} of ${runs}: ${told}`);
    }
  }
  const rows = order.map(
    (fault): Row => ({ title: titles[fault], samples: tracks.map((track) => track.samples[fault]) }),
  );
  const facts: Fact[] = [
    {
      title: 'memory of a node',
      values: tracks.map(({ memory }) => `${Math.round((median(memory) ?? 0) / 1e6)} MB`),
    },
    {
      title: 'start to first advert',
      values: tracks.map(({ starts }) => duration(median(starts) ?? Number.NaN)),
    },
  ];
  const names = contestants.map(({ name }) => name);
  console.log(
    `\nfailover: ${profile}, ${runs} runs of each; longest silence of any flow / probes lost, 1 ms apart`,
  );
  console.log(`${benchTable(names, rows, facts)}\n`);
  return tracks.reduce((sum, track) => sum + track.failures, 0);
}

/** One contestant's way through the faults. */
class Track {
  readonly samples: Record<Fault, Sample[]> = {
    death: [],
    return: [],
    pulled: [],
    crash: [],
    stop: [],
    maintenance: [],
  };
  readonly memory: number[] = [];
  readonly starts: number[] = [];
  failures = 0;
  readonly #lab: Lab;
  readonly #contestant: Contestant;
  readonly #first: string;
  readonly #second: string;

  constructor(lab: Lab, contestant: Contestant) {
    this.#lab = lab;
    this.#contestant = contestant;
    [this.#first = '', this.#second = ''] = lab.topology.nodes;
  }

  /** All faults once, on freshly started nodes. Returns a line that tells of it. */
  async run(): Promise<string> {
    const told: string[] = [];
    try {
      this.starts.push(await this.#startFirst());
      this.#contestant.start(this.#second);
      await this.#settle(this.#first);
      for (const fault of order) {
        const before = this.samples[fault].length;
        await this.#take(fault);
        const sample = this.samples[fault][before];
        if (sample !== undefined)
          told.push(`${titles[fault]} ${duration(sample.gapMs)} (${sample.lost} lost)`);
      }
      this.memory.push(this.#contestant.residentBytes(this.#first));
    } catch (error) {
      this.failures += 1;
      told.push(`FAILED: ${(error as Error).message}`);
    }
    await Promise.all([this.#first, this.#second].map((node) => this.#contestant.stop(node)));
    await this.#mendCables();
    for (const node of [this.#first, this.#second]) this.#contestant.forget(node);
    return `${this.#contestant.name}: ${told.join(', ')}`;
  }

  async #take(fault: Fault): Promise<void> {
    const { lan } = this.#lab.topology;
    const first = this.#first;
    const contestant = this.#contestant;
    switch (fault) {
      case 'death':
        await this.#measure('death', this.#second, async () => {
          contestant.kill(first);
          await this.#lab.cables(first, this.#lab.interfacesOf(first), 'pulled');
        });
        return;
      case 'return':
        await this.#measure('return', first, async () => {
          contestant.forget(first);
          await this.#mendCables();
          contestant.start(first);
        });
        return;
      case 'pulled':
        await this.#measure('pulled', this.#second, () =>
          this.#lab.cables(first, lan === undefined ? [] : [lan], 'pulled'),
        );
        await this.#mendCables();
        break;
      case 'crash':
        await this.#measure('crash', this.#second, () => contestant.kill(first));
        contestant.start(first);
        break;
      case 'stop':
        await this.#measure('stop', this.#second, () => contestant.stop(first));
        contestant.start(first);
        break;
      case 'maintenance':
        await this.#measure('maintenance', this.#second, () => contestant.maintenance(first, true));
        await contestant.maintenance(first, false);
    }
    await this.#settle(first);
  }

  /** Breaks something in a calm moment and watches until `heir` holds everything and all is well again. */
  async #measure(fault: Fault, heir: string, apply: () => Promise<void> | void): Promise<void> {
    // A random phase: at 1 s the moment between two adverts decides a good part of the gap.
    await pause(calmMs + Math.random() * 1_000);
    const from = monotonicMs();
    for (const flow of this.#lab.flows) flow.forget(from - 2_000);
    await apply();
    await this.#settle(heir);
    await pause(aftermathMs);
    const until = monotonicMs();
    await this.#lab.settleProbes();
    const measured = this.#lab.flows.map((flow) => figures(flow.since(from - 100), from, until));
    this.samples[fault].push({
      gapMs: Math.max(...measured.map((flow) => flow.longestGapMs)),
      lost: Math.max(...measured.map((flow) => flow.lost)),
    });
  }

  async #settle(master: string): Promise<void> {
    const limit = monotonicMs() + settleLimitMs;
    for (;;) {
      const why = (await this.#contestant.whyUnsettled(master)) ?? this.#silentFlow();
      if (why === undefined) return;
      if (monotonicMs() > limit) throw new Error(`${master} did not become the only master: ${why}`);
      await pause(20);
    }
  }

  /** A flow that had no answer a moment ago. */
  #silentFlow(): string | undefined {
    const now = monotonicMs();
    const silent = this.#lab.flows.find((flow) => {
      const recent = flow.since(now - 250).filter(({ sentAt }) => sentAt < now - 100);
      return recent.length === 0 || recent.some(({ repliedAt }) => repliedAt === undefined);
    });
    return silent === undefined ? undefined : `${silent.name} is silent`;
  }

  /** Starts the first node alone and returns the milliseconds until its first advert is on the wire. */
  async #startFirst(): Promise<number> {
    const ifname = this.#lab.document.virtualIps[0]?.interface ?? '';
    const end = cableEnd(this.#first, ifname);
    let isListening = () => {};
    let heard: (result: Result<number>) => void = () => {};
    const listening = new Promise<void>((resolve) => {
      isListening = resolve;
    });
    const first = new Promise<Result<number>>((resolve) => {
      heard = resolve;
    });
    const options = ['-i', end, '-n', '-l', '--immediate-mode', '-Z', 'root'];
    const watcher = launch({
      namespace: switchName,
      argv: ['tcpdump', ...options, 'ip proto 112'],
      logFile: `${stageFolder}/first-advert.log`,
      onLine: (line) => {
        if (line.startsWith('listening on')) isListening();
        else if (/^\d\d:\d\d:\d\d/.test(line)) heard(ok(monotonicMs()));
      },
    });
    void watcher.ended.then(() => isListening());
    await listening;
    const started = monotonicMs();
    this.#contestant.start(this.#first);
    const timer = setTimeout(() => heard(fail(`no advert within ${settleLimitMs} ms`)), settleLimitMs);
    const result = await first;
    clearTimeout(timer);
    watcher.signal('SIGTERM');
    if (!result.ok) throw new Error(result.error);
    return result.value - started;
  }

  #mendCables(): Promise<void> {
    return this.#lab.cables(this.#first, this.#lab.interfacesOf(this.#first), 'plugged');
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
