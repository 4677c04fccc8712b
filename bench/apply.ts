/**
 * How long a change of one rule takes until it is in the kernels of both nodes, for documents of several sizes. There
 * is no peer to compare with: keepalived has no such thing, and a pfSense does not run here.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { ask } from '#api/client.ts';
import type { Lab } from '#lab/lab.ts';
import { basculeCommand, NodeHandle } from '#lab/node-handle.ts';
import { stageFolder } from '#lab/stage.ts';
import { onBenchLab } from './bench-lab.ts';
import { duration, median } from './table.ts';

const sizes = [10, 100, 1_000, 2_000, 10_000] as const;
/** The goal: one rule of 2,000 in both kernels, ms. */
const goal = { rules: 2_000, ms: 1_000 } as const;
const settleMs = 15_000;

/** Prints a line per size. 0 when the goal is met, 1 when not or when it could not be measured. */
export const benchApply = ({ runs }: { readonly runs: number }): Promise<number> =>
  onBenchLab(['iproute2', 'nftables'], (lab, file) => measure(lab, file, runs));

async function measure(lab: Lab, file: string, runs: number): Promise<number> {
  const text = readFileSync(file, 'utf8');
  const nodes = lab.topology.nodes.map(
    (name) => new NodeHandle(name, stageFolder, basculeCommand(file, stageFolder)),
  );
  for (const node of nodes) node.start();
  const [first = ''] = lab.topology.nodes;
  const apply = (document: string): Promise<number> => timed(`${stageFolder}/${first}.sock`, document);
  let isMet = true;
  try {
    await inStep(`${stageFolder}/${first}.sock`);
    console.log('rules     median  slowest   until both kernels have a change of one rule');
    for (const rules of sizes) {
      await apply(documentOf(text, rules, 1));
      const times: number[] = [];
      for (let run = 0; run < runs; run++) times.push(await apply(documentOf(text, rules, run + 2)));
      const middle = median(times) ?? Number.POSITIVE_INFINITY;
      if (rules === goal.rules && middle > goal.ms) isMet = false;
      const slowest = duration(Math.max(...times));
      console.log(`${String(rules).padStart(6)} ${duration(middle).padStart(9)} ${slowest.padStart(9)}`);
    }
  } catch (error) {
    console.error((error as Error).message);
    isMet = false;
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
    await lab.close();
  }
  console.log(`goal: ${goal.rules} rules within ${goal.ms} ms: ${isMet ? 'met' : 'NOT met'}`);
  return isMet ? 0 : 1;
}

/** The document with so many more rules, of which the middle one has another port in each `version`. */
function documentOf(text: string, rules: number, version: number): string {
  const lines = Array.from({ length: rules }, (_, at) => {
    const port = at === Math.floor(rules / 2) ? 20_000 + version : 1 + (at % 20_000);
    const source = `10.${10 + (at >> 12)}.${(at >> 4) & 255}.${(at & 15) * 16}/28`;
    return `  - { action: pass, interface: wan, protocol: tcp, source: ${source}, ports: ${port}, description: rule ${at} }`;
  });
  return text.replace(/^rules:$/m, ['rules:', ...lines].join('\n'));
}

async function timed(socket: string, text: string): Promise<number> {
  writeFileSync(`${stageFolder}/applied.yaml`, text);
  const startedAt = performance.now();
  const request = { command: 'apply', text, author: 'bench', reason: '' } as const;
  const reply = await ask(socket, request, 120_000);
  const took = performance.now() - startedAt;
  if (!reply.ok) throw new Error(reply.error);
  const there = Object.keys(reply.value.applied?.words ?? {});
  if (there.length !== 2) throw new Error(`only ${there.join()} took the change`);
  return took;
}

async function inStep(socket: string): Promise<void> {
  const until = performance.now() + settleMs;
  while (performance.now() < until) {
    const reply = await ask(socket, { command: 'status' }, 1_000);
    const stands = Object.values((reply.ok ? reply.value.status?.document?.peers : undefined) ?? {});
    if (stands.length > 0 && stands.every(({ kind }) => kind === 'in step')) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the nodes were not in step within ${settleMs / 1_000} s`);
}
