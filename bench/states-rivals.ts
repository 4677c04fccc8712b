/**
 * The two that are compared: Bascule's daemon with state synchronisation, and Debian's conntrackd beside a Bascule
 * daemon that does everything but that, so that packets take the same way past the same rules.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Lab } from '#lab/lab.ts';
import { basculeCommand, NodeHandle } from '#lab/node-handle.ts';
import { launch, type Running } from '#lab/processes.ts';

export interface SyncRival {
  readonly name: string;
  /** Starts both nodes; the first is master. Resolves when they are in step. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops and starts what synchronises at a node. */
  stopSync(node: string): Promise<void>;
  startSync(node: string): void;
  /** The process that synchronises. */
  pidOf(node: string): Promise<number>;
}

const settleLimitMs = 20_000;
/** Of SCHED_RR: above the flows' generator, below the guard. */
const experimentPriority = 40;
/** conntrackd sets its priority as it starts. */
const calmDownMs = 50;

/** The document of the rival, made of a shipped one: the sync link lets everything pass; states or not. */
export function documentFor(text: string, states: boolean): string {
  const open = text.replace(/^ {4}protocol: pfsync\n/m, '');
  return states ? open : open.replace(/^( {2}sync:\n)( {4}interface: )/m, '$1    states: false\n$2');
}

/** Nodes that run a document. */
class Nodes {
  readonly #handles: readonly NodeHandle[];

  constructor(lab: Lab, file: string, folder: string) {
    this.#handles = lab.topology.nodes.map(
      (name) => new NodeHandle(name, folder, basculeCommand(file, folder)),
    );
  }

  at(name: string): NodeHandle {
    const found = this.#handles.find((handle) => handle.name === name);
    if (found === undefined) throw new Error(`bug: there is no node ${name}`);
    return found;
  }

  /** One after the other, so that the first is master, and its table is the one that counts. */
  async start(): Promise<void> {
    for (const [i, handle] of this.#handles.entries()) {
      handle.start();
      await until(async () => {
        const status = await handle.status();
        const role = i === 0 ? 'MASTER' : 'BACKUP';
        const peers = status?.states?.peers ?? [];
        const isInStep = i === 0 || peers.every(({ state }) => state === 'in step');
        return status?.ready === true && isInStep && status.vips.every((vip) => vip.status === role);
      }, `${handle.name} did not become ready`);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#handles.map((handle) => handle.stop()));
  }
}

/** Ours; on demand with its states thread in real time, an experiment. */
export function basculeSync(lab: Lab, file: string, folder: string, isRealtime: boolean): SyncRival {
  const nodes = new Nodes(lab, file, folder);
  const pidOf = async (node: string): Promise<number> => (await nodes.at(node).status())?.pid ?? 0;
  const hurry = async (node: string): Promise<void> => {
    const pid = await pidOf(node);
    // The guard is in real time already; of the workers the last is the states thread.
    const workers = readdirSync(`/proc/${pid}/task`).filter(
      (task) => readFileSync(`/proc/${pid}/task/${task}/comm`, 'utf8').trim() === 'WorkerThread',
    );
    spawnSync('chrt', ['-r', '-p', `${experimentPriority}`, workers.at(-1) ?? '']);
  };
  return {
    name: isRealtime ? 'Bascule, RT' : 'Bascule',
    start: async () => {
      await nodes.start();
      if (isRealtime) for (const node of lab.topology.nodes) await hurry(node);
    },
    stop: () => nodes.stop(),
    stopSync: async (node) => void (await nodes.at(node).stop()),
    startSync: (node) => {
      nodes.at(node).start();
      if (!isRealtime) return;
      void until(async () => (await pidOf(node)) > 0, `${node} does not answer`).then(() => hurry(node));
    },
    pidOf,
  };
}

/** As it comes: under SCHED_RR with priority 99; or as an ordinary program. */
export function conntrackdSync(lab: Lab, file: string, folder: string, isRealtime: boolean): SyncRival {
  const nodes = new Nodes(lab, file, folder);
  const running = new Map<string, Running>();
  const stopSync = async (node: string): Promise<void> => {
    running.get(node)?.signal('SIGTERM');
    await running.get(node)?.ended;
  };
  const startSync = (node: string): void => {
    const config = `${folder}/conntrackd-${node}.conf`;
    writeFileSync(config, conntrackdConfig(lab, node, folder));
    for (const what of ['lock', 'ctl']) rmSync(`${folder}/conntrackd-${node}.${what}`, { force: true });
    const logFile = `${folder}/conntrackd-${node}.out`;
    const started = launch({ namespace: node, argv: ['conntrackd', '-C', config], logFile });
    running.set(node, started);
    if (!isRealtime) setTimeout(() => spawnSync('chrt', ['-o', '-p', '0', `${started.pid}`]), calmDownMs);
  };
  return {
    name: isRealtime ? 'conntrackd' : 'same, not RT',
    start: async () => {
      await nodes.start();
      for (const node of lab.topology.nodes) startSync(node);
      // They find each other within this time; then each asks for the other's table.
      await pause(1_500);
      for (const [node, { hasEnded }] of running)
        if (hasEnded()) throw new Error(`conntrackd ended at ${node}`);
    },
    stop: async () => {
      for (const node of lab.topology.nodes) await stopSync(node);
      await nodes.stop();
    },
    stopSync,
    startSync,
    pidOf: async (node) => running.get(node)?.pid ?? 0,
  };
}

/** Reliable mode, straight into the kernel; with as much room for news as ours asks for. */
function conntrackdConfig(lab: Lab, node: string, folder: string): string {
  const { interfaces } = lab.document;
  const [first = '', second = ''] = lab.topology.nodes;
  const addressAt = (name: string): string =>
    (interfaces[lab.topology.sync ?? '']?.addresses[name]?.[0] ?? '').split('/')[0] ?? '';
  const local = Object.values(interfaces).flatMap(({ addresses }) => addresses[node] ?? []);
  const ignored = ['127.0.0.1', ...local.map((address) => address.split('/')[0])];
  const file = `${folder}/conntrackd-${node}`;
  return `Sync {
  Mode FTFW {
    ResendQueueSize 131072
    ACKWindowSize 300
    DisableExternalCache On
    StartupResync On
  }
  UDP {
    IPv4_address ${addressAt(node)}
    IPv4_Destination_Address ${addressAt(node === first ? second : first)}
    Port 3780
    Interface ${lab.topology.sync}
    SndSocketBuffer 8388608
    RcvSocketBuffer 8388608
    Checksum On
  }
}
General {
  HashSize 131072
  HashLimit 1048576
  LogFile ${file}.log
  LockFile ${file}.lock
  UNIX {
    Path ${file}.ctl
  }
  NetlinkBufferSize 67108864
  NetlinkBufferSizeMaxGrowth 134217728
  Filter From Kernelspace {
    Protocol Accept {
      TCP
      UDP
      ICMP
    }
    Address Ignore {
${ignored.map((address) => `      IPv4_address ${address}`).join('\n')}
    }
  }
}
`;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something is so; throws `otherwise` after 20 s. */
export async function until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  const limit = Date.now() + settleLimitMs;
  while (!(await isSo())) {
    if (Date.now() > limit) throw new Error(otherwise);
    await pause(20);
  }
}
