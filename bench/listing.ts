/** What it costs a node to show its connections, page by page, when there are a hundred thousand. */
import { readFileSync, writeFileSync } from 'node:fs';
import { ask } from '#api/client.ts';
import type { Lab } from '#lab/lab.ts';
import { stageFolder } from '#lab/stage.ts';
import { onBenchLab } from './bench-lab.ts';
import { userWith } from './bench-user.ts';
import { bascule, type Contestant } from './contestants.ts';
import type { ListingRequest, Walk } from './listing-reader.ts';
import { childrenOf, processorMsOf, residentBytesOf } from './processes.ts';
import { startHelper } from './states-helper.ts';
import { buildRig } from './states-rig.ts';
import { median } from './table.ts';

const flows = 100_000;
const perSecond = 20_000;
const pageRows = 1_000;
/** The "no more than a moment": a page, ms; what the API process may grow by, bytes. */
const goals = { ms: 500, bytes: 50e6 } as const;
const settleMs = 20_000;

/** Prints what was measured. 0 when the goals are met. */
export const benchListing = (): Promise<number> => onBenchLab(['iproute2', 'nftables'], measure);

async function measure(lab: Lab, file: string): Promise<number> {
  const [first = '', second = ''] = lab.topology.nodes;
  const [own, token] = [`${stageFolder}/listing.yaml`, `${stageFolder}/api-token`];
  writeFileSync(own, readFileSync(file, 'utf8') + (await userWith(token)));
  const nodes = bascule(lab, own, stageFolder);
  const rig = buildRig(lab);
  const reader = startHelper<ListingRequest>(first, './listing-reader.ts', [token]);
  try {
    nodes.start(first);
    await settled(nodes, first);
    nodes.start(second);
    await settled(nodes, first);
    await rig.generator.ask({ kind: 'udp', flows, perSecond });
    const [core, api] = await processesOf(first);
    const read = (kind: ListingRequest['kind'], filter: string): Promise<Walk> =>
      reader.ask<Walk>({ kind, filter, limit: pageRows });
    // Code that runs for the first time is no measure of the second.
    await read('first', '');
    const before = { bytes: residentBytesOf(api), core: processorMsOf(core), api: processorMsOf(api) };
    const all = await read('walk', '');
    const filtered = await read('first', 'udp 203.0.113.10 :20001');
    const grown = residentBytesOf(api) - before.bytes;
    const pages = all.ms.length;
    const each = (ms: number): string => `${(ms / pages).toFixed(0)} ms`;
    const [usual, slowest] = [median(all.ms) ?? Number.NaN, Math.max(...all.ms)];
    console.log(
      `${all.matching} connections, ${pages} pages of ${pageRows}: ${all.rows} rows, ${all.distinct} different ones`,
    );
    console.log(
      `a page takes: median ${usual.toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms; with a filter that picks ${filtered.matching}: ${filtered.ms[0]?.toFixed(0)} ms`,
    );
    console.log(
      `processor for a page: ${each(processorMsOf(core) - before.core)} of the privileged process with its threads, ${each(processorMsOf(api) - before.api)} of the API's`,
    );
    console.log(
      `the API process: ${(before.bytes / 1e6).toFixed(0)} MB before, ${(grown / 1e6).toFixed(0)} MB more after`,
    );
    const isMet = usual < goals.ms && grown < goals.bytes && all.rows === all.distinct;
    console.log(`goals: ${goals.ms} ms, ${goals.bytes / 1e6} MB: ${isMet ? 'met' : 'NOT met'}`);
    return isMet ? 0 : 1;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  } finally {
    reader.stop();
    rig.stop();
    await Promise.all([first, second].map((node) => nodes.stop(node)));
    await lab.close();
  }
}

async function settled(nodes: Contestant, master: string): Promise<void> {
  const end = performance.now() + settleMs;
  for (;;) {
    const why = await nodes.whyUnsettled(master);
    if (why === undefined) return;
    if (performance.now() > end) throw new Error(`${master} did not become the only master: ${why}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The privileged process of a node, and its child, which serves the API. */
async function processesOf(node: string): Promise<[core: number, api: number]> {
  const reply = await ask(`${stageFolder}/${node}.sock`, { command: 'status' }, 2_000);
  const core = (reply.ok ? reply.value.status?.pid : undefined) ?? 0;
  return [core, childrenOf(core)[0] ?? 0];
}
