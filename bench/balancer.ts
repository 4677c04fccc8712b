/**
 * The load balancer side by side with Debian's HAProxy (mode tcp): the same firewall, servers, checks and load, one
 * after the other in every run. Client, firewall and servers share this machine, so figures are of all three together.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { enterStage, onStage, setStage, somethingMissing } from '#lab/stage.ts';
import { benchChecks } from './balancer-checks.ts';
import type { Tally } from './balancer-prober.ts';
import { inNet, members, pause, ports, Rig, vip } from './balancer-rig.ts';
import { install } from './bench-lab.ts';
import { median } from './table.ts';

const packages = ['haproxy', 'nginx-light', 'wrk', 'curl', 'nftables', 'iproute2'];
type Rival = keyof typeof ports;
const rivals: readonly Rival[] = ['bascule', 'haproxy'];
/** How long a death is watched: three checks a second apart, and what comes after. */
const watchMs = 6_000;

interface Load {
  readonly perSecond: number;
  readonly p99Ms: number;
  /** Processor time of the whole machine for a thousand requests, ms. */
  readonly cpuMs: number;
  readonly failed: number;
}
type Measure = 'keep' | 'fresh';
const titles = { keep: 'requests, connections kept', fresh: 'requests, each a new connection' } as const;

/** 0 when it could be measured, whatever came out. */
export async function benchBalancer(options: {
  readonly runs: number;
  readonly quick: boolean;
}): Promise<number> {
  if (!onStage()) return install(packages) ? enterStage((line) => console.log(line)) : somethingMissing;
  const stage = setStage();
  if (!stage.ok) {
    console.error(stage.error);
    return 1;
  }
  const seconds = options.quick ? 2 : 5;
  const rig = new Rig();
  try {
    await rig.start();
    for (const measure of ['keep', 'fresh'] as const) {
      const loads: Record<Rival, Load[]> = { bascule: [], haproxy: [] };
      for (let run = 0; run < options.runs; run++)
        for (const rival of rivals) loads[rival].push(load(measure, ports[rival], seconds));
      tell(titles[measure], loads);
    }
    for (const death of ['killed', 'vanished'] as const)
      for (const rival of rivals) await tellDeath(rig, rival, death);
    await rig.close();
    await benchChecks();
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  } finally {
    await rig.close();
  }
}

function load(measure: Measure, port: number, seconds: number): Load {
  const before = busyJiffies();
  const header = measure === 'fresh' ? ['-H', 'Connection: close'] : [];
  const args = ['-t1', '-c64', `-d${seconds}s`, '--latency', ...header, `http://${vip}:${port}/`];
  const { stdout, stderr } = inNet('client', ['wrk', ...args]);
  const spent = (busyJiffies() - before) * 10;
  const [, count = ''] = /(\d+) requests in/.exec(stdout) ?? [];
  const [, perSecond = ''] = /Requests\/sec:\s+([\d.]+)/.exec(stdout) ?? [];
  const [, p99 = '', unit = ''] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? [];
  if (count === '' || p99 === '') throw new Error(`wrk: ${stdout} ${stderr}`);
  const errors = [...stdout.matchAll(/(?:connect|read|write|timeout|responses:) (\d+)/g)];
  return {
    perSecond: Number(perSecond),
    p99Ms: Number(p99) * { us: 0.001, ms: 1, s: 1_000 }[unit as 'us' | 'ms' | 's'],
    cpuMs: (spent / Number(count)) * 1_000,
    failed: errors.reduce((sum, match) => sum + Number(match[1]), 0),
  };
}

function tell(title: string, loads: Record<Rival, readonly Load[]>): void {
  console.log(`${title}        Bascule    HAProxy  ratio`);
  const row = (name: string, pick: (one: Load) => number, isMoreBetter: boolean): void => {
    const own = median(loads.bascule.map(pick)) ?? Number.NaN;
    const other = median(loads.haproxy.map(pick)) ?? Number.NaN;
    const ratio = isMoreBetter ? own / other : other / own;
    const cells = [own.toFixed(1), other.toFixed(1)].map((cell) => cell.padStart(11)).join('');
    console.log(`  ${name.padEnd(36)}${cells} ${Number.isFinite(ratio) ? ratio.toFixed(2) : '-'}`);
  };
  row('a second', ({ perSecond }) => perSecond, true);
  row('p99, ms', ({ p99Ms }) => p99Ms, false);
  row('processor ms for a thousand', ({ cpuMs }) => cpuMs, false);
  row('failed', ({ failed }) => failed, false);
}

/** killed: its host refuses connections. vanished: nothing answers any more. */
async function tellDeath(rig: Rig, rival: Rival, death: 'killed' | 'vanished'): Promise<void> {
  await rig.allOnline();
  const prober = fileURLToPath(new URL('./balancer-prober.ts', import.meta.url));
  const argv = [
    'netns',
    'exec',
    'client',
    process.execPath,
    '--no-warnings',
    prober,
    vip,
    String(ports[rival]),
  ];
  const child = spawn('ip', argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  const tally = async (): Promise<Tally> => {
    child.kill('SIGUSR2');
    const [line] = (await once(lines, 'line')) as [string];
    return JSON.parse(line) as Tally;
  };
  // Not the first: the kernel takes the other addresses of a network away together with the first.
  const victim = members.at(-1) ?? '';
  await pause(1_500);
  const calm = await tally();
  const at = Number(process.hrtime.bigint()) / 1e6;
  if (death === 'killed') rig.killServer(victim);
  else inNet('servers', ['ip', 'addr', 'del', `${victim}/24`, 'dev', 'eth0']);
  await pause(watchMs);
  const { asked, failed, lastFailedAt } = await tally();
  const last =
    lastFailedAt === undefined ? 'none failed' : `last failed after ${Math.round(lastFailedAt - at)} ms`;
  const before = calm.failed === 0 ? '' : `, ${calm.failed} of ${calm.asked} before`;
  console.log(`member ${death}, ${rival}: ${last}; ${failed} of ${asked} failed${before}`);
  child.kill('SIGKILL');
  if (death === 'killed') rig.startServer(victim);
  else inNet('servers', ['ip', 'addr', 'add', `${victim}/24`, 'dev', 'eth0']);
}

/** All that was not idle, jiffies of 10 ms (proc(5), the line "cpu" of stat; guest time is in user time). */
function busyJiffies(): number {
  const fields = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '')
    .split(/\s+/)
    .slice(1, 9)
    .map(Number);
  const [, , , idle = 0, wait = 0] = fields;
  return fields.reduce((sum, field) => sum + field, 0) - idle - wait;
}
