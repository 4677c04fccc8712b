/** How soon a page knows of a swing, on either node, and what fifty open pages cost the node that they watch. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ask } from '#api/client.ts';
import { inNamespace } from '#infra/apply.ts';
import type { Lab } from '#lab/lab.ts';
import { basculeCommand, NodeHandle } from '#lab/node-handle.ts';
import { stageFolder } from '#lab/stage.ts';
import { onBenchLab } from './bench-lab.ts';
import { childrenOf, processorMsOf } from './processes.ts';
import { median } from './table.ts';

const pages = 50;
const program = fileURLToPath(new URL('events-pages.ts', import.meta.url));
/** The issue's goals: a swing on the screen, ms; pages' share of one processor. */
const goals = { ms: 100, share: 0.1 } as const;
const settleMs = 20_000;
const measureMs = 10_000;
const betweenSwingsMs = 1_500;

/** Prints what was measured. 0 when the goals are met. */
export const benchEvents = ({ runs }: { readonly runs: number }): Promise<number> =>
  onBenchLab(['iproute2', 'nftables'], (lab, file) => measure(lab, file, runs));

async function measure(lab: Lab, file: string, runs: number): Promise<number> {
  const token = `${stageFolder}/lab-token`;
  writeFileSync(token, randomBytes(32).toString('base64url'), { mode: 0o600 });
  const commandOf = basculeCommand(file, stageFolder, token);
  const nodes = lab.topology.nodes.map((name) => new NodeHandle(name, stageFolder, commandOf));
  for (const node of nodes) node.start();
  const [first = ''] = lab.topology.nodes;
  const socket = `${stageFolder}/${first}.sock`;
  const delays: Record<string, number[]> = {};
  let watchers: ReturnType<typeof spawn> | undefined;
  try {
    const pids = await inStep(socket);
    const idle = await shareOf(pids);
    const [command = '', ...args] = inNamespace(first, [process.execPath, program, String(pages), token]);
    watchers = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ready = Promise.withResolvers<void>();
    watchers.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      for (const line of chunk.split('\n')) {
        if (line === 'watching') ready.resolve();
        const [node, , ms] = line.split(' ');
        if (node !== undefined && ms !== undefined) delays[node] = [...(delays[node] ?? []), Number(ms)];
      }
    });
    await ready.promise;
    const watched = await shareOf(pids);
    for (let run = 0; run < runs * 2; run += 1) {
      await ask(socket, { command: 'maintenance', on: run % 2 === 0 }, 2_000);
      await pause(betweenSwingsMs);
    }
    const all = Object.values(delays).flat();
    for (const [node, times] of Object.entries(delays))
      console.log(
        `a page at ${first} knows of a role of ${node}: median ${median(times)} ms, slowest ${Math.max(...times)} ms (${times.length} swings)`,
      );
    const cost = watched - idle;
    console.log(
      `${pages} pages cost ${(100 * cost).toFixed(1)} % of a processor (idle ${(100 * idle).toFixed(1)} %)`,
    );
    const isMet = all.length >= runs * 2 && Math.max(...all) < goals.ms && cost < goals.share;
    console.log(`goals: ${goals.ms} ms, ${100 * goals.share} %: ${isMet ? 'met' : 'NOT met'}`);
    return isMet ? 0 : 1;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  } finally {
    watchers?.kill();
    await Promise.all(nodes.map((node) => node.stop()));
    await lab.close();
  }
}

/** When both have the same document: the processes of the node, core and the one of the pages. */
async function inStep(socket: string): Promise<readonly number[]> {
  const end = performance.now() + settleMs;
  for (;;) {
    const reply = await ask(socket, { command: 'status' }, 2_000);
    const status = reply.ok ? reply.value.status : undefined;
    const stands = Object.values(status?.document?.peers ?? {});
    if (status !== undefined && stands.some(({ kind }) => kind === 'in step')) {
      return [status.pid, ...childrenOf(status.pid)];
    }
    if (performance.now() > end) throw new Error('the nodes did not come into step');
    await pause(200);
  }
}

/** The share of one processor that some processes take. */
async function shareOf(pids: readonly number[]): Promise<number> {
  const before = busyMs(pids);
  await pause(measureMs);
  return (busyMs(pids) - before) / measureMs;
}

const busyMs = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + processorMsOf(pid), 0);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
