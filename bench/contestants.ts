/** The daemons that a bench compares, each behind the same few verbs. */
import { rmSync, writeFileSync } from 'node:fs';
import { deviceOf } from '#config/model.ts';
import type { Lab } from '#lab/lab.ts';
import { basculeCommand, NodeHandle } from '#lab/node-handle.ts';
import { launch, type Running } from '#lab/processes.ts';
import { keepalivedConfig, readVrrpTransition, type VrrpState } from './keepalived.ts';
import { childrenOf, residentBytesOf } from './processes.ts';

export interface Contestant {
  readonly name: string;
  start(node: string): void;
  /** SIGKILL to all of its processes at once. */
  kill(node: string): void;
  /** SIGTERM; resolves when it has ended. */
  stop(node: string): Promise<void>;
  maintenance(node: string, on: boolean): Promise<void>;
  /** Leaves the host as a reboot would. */
  forget(node: string): void;
  /** Undefined when `master` holds everything and no other running node holds anything. */
  whyUnsettled(master: string): Promise<string | undefined>;
  /** Of all its processes at a node. */
  residentBytes(node: string): number;
}

/** Our own daemon, running the document in `file`. */
export function bascule(lab: Lab, file: string, folder: string): Contestant {
  const nodes = new Map(
    lab.topology.nodes.map((name) => [name, new NodeHandle(name, folder, basculeCommand(file, folder))]),
  );
  const pids = new Map<string, number>();
  const at = (name: string): NodeHandle => must(nodes.get(name), name);
  return {
    name: 'Bascule',
    start: (node) => at(node).start(),
    kill: (node) => at(node).kill(),
    stop: async (node) => void (await at(node).stop()),
    maintenance: async (node, on) => void (await at(node).command({ command: 'maintenance', on })),
    forget: (node) => lab.reboot(node),
    whyUnsettled: async (master) => {
      for (const node of [...nodes.values()].filter(({ isRunning }) => isRunning)) {
        const status = await node.status();
        if (status === undefined) return `${node.name} does not answer`;
        pids.set(node.name, status.pid);
        if (!status.ready) return `${node.name} is not ready`;
        const isMaster = node.name === master;
        const wrong = status.vips.find((vip) => (vip.status === 'MASTER') !== isMaster);
        if (wrong !== undefined) return `${wrong.title} is ${wrong.status} at ${node.name}`;
      }
      return at(master).isRunning ? undefined : `${master} does not run`;
    },
    residentBytes: (node) => residentBytesOfAll(pids.get(node) ?? 0),
  };
}

export interface KeepalivedFlavour {
  readonly name: string;
  readonly advertSeconds: number;
  readonly useVmac: boolean;
}

/** Debian's keepalived with the same virtual IPs, and a source NAT in place of our ruleset. */
export function keepalived(lab: Lab, folder: string, flavour: KeepalivedFlavour): Contestant {
  const running = new Map<string, Running>();
  const states = new Map<string, Map<string, VrrpState>>();
  const fileOf = (node: string, what: string) => `${folder}/keepalived-${node}.${what}`;
  const isRunning = (node: string) => running.get(node)?.hasEnded() === false;
  const setMaintenance = (node: string, on: boolean) =>
    writeFileSync(fileOf(node, 'maintenance'), on ? '1' : '0');
  const vips = lab.document.virtualIps;

  return {
    name: flavour.name,
    start: (node) => {
      const config = keepalivedConfig(lab.document, node, {
        ...flavour,
        maintenanceFile: fileOf(node, 'maintenance'),
      });
      writeFileSync(fileOf(node, 'conf'), config);
      setMaintenance(node, false);
      // One that was killed left them, and the next would think it still runs.
      for (const what of ['pid', 'vrrp.pid']) rmSync(fileOf(node, what), { force: true });
      prepareHost(lab, node);
      const seen = new Map<string, VrrpState>();
      states.set(node, seen);
      const argv = ['keepalived', '--dont-fork', '--vrrp', '--log-console', '--log-detail', '--no-syslog'];
      const files = ['-f', fileOf(node, 'conf'), '-p', fileOf(node, 'pid'), '-r', fileOf(node, 'vrrp.pid')];
      running.set(
        node,
        launch({
          namespace: node,
          argv: [...argv, ...files],
          logFile: fileOf(node, 'log'),
          onLine: (line) => {
            const change = readVrrpTransition(line);
            if (change !== undefined) seen.set(change.instance, change.state);
          },
        }),
      );
    },
    kill: (node) => {
      const parent = running.get(node);
      if (parent === undefined || parent.hasEnded()) return;
      // A parent that saw its child die, or the other way round, would bow out in good order.
      parent.signal('SIGSTOP');
      for (const pid of childrenOf(parent.pid)) process.kill(pid, 'SIGKILL');
      parent.signal('SIGKILL');
    },
    stop: async (node) => {
      const process_ = running.get(node);
      process_?.signal('SIGTERM');
      await process_?.ended;
    },
    maintenance: async (node, on) => setMaintenance(node, on),
    forget: (node) => {
      lab.reboot(node);
      const lines = vips.flatMap((vip) =>
        vip.addresses.map(
          (address) =>
            `ip addr del ${address} dev ${deviceOf(lab.document, vip.interface, node)} 2>/dev/null`,
        ),
      );
      lab.inside(node, ['sh', '-c', `${lines.join('; ')}; true`]);
    },
    whyUnsettled: async (master) => {
      if (!isRunning(master)) return `${master} does not run`;
      for (const [node, seen] of states) {
        if (!isRunning(node)) continue;
        if (seen.size < vips.length) return `${node} has not said its state yet`;
        const wrong = [...seen].find(([, state]) => (state === 'MASTER') !== (node === master));
        if (wrong !== undefined) return `${wrong[0]} is ${wrong[1]} at ${node}`;
      }
      return undefined;
    },
    residentBytes: (node) => {
      return residentBytesOfAll(running.get(node)?.pid ?? 0);
    },
  };
}

/** Of a daemon and its children. */
const residentBytesOfAll = (pid: number): number =>
  [pid, ...childrenOf(pid)].reduce((sum, one) => sum + residentBytes(one), 0);

/** What our daemon does by itself: forwarding, strict ARP, and the LAN's way out by the virtual IP. */
function prepareHost(lab: Lab, node: string): void {
  const sysctls = {
    ip_forward: 1,
    'conf/all/rp_filter': 0,
    'conf/all/arp_ignore': 1,
    'conf/all/arp_announce': 2,
  };
  const writes = Object.entries(sysctls).map(([name, value]) => `echo ${value} > /proc/sys/net/ipv4/${name}`);
  lab.inside(node, ['sh', '-c', writes.join(' && ')]);
  const { document, topology } = lab;
  const out = document.virtualIps.find((vip) => vip.interface === topology.wan)?.addresses[0]?.split('/')[0];
  const net = document.virtualIps.find((vip) => vip.interface === topology.lan)?.addresses[0];
  if (out === undefined || net === undefined) return;
  // Only what leaves by the WAN: translated adverts would have a wrong checksum.
  const wan = deviceOf(document, topology.wan ?? '', node);
  const rule = `oifname "${wan}" meta l4proto != 112 ip saddr ${net} snat to ${out};`;
  const program = `table ip bench {}\ndelete table ip bench\ntable ip bench {
    chain out { type nat hook postrouting priority srcnat; ${rule} }\n}\n`;
  lab.inside(node, ['nft', '-f', '-'], program);
}

/** 0 for a process that has ended. */
function residentBytes(pid: number): number {
  try {
    return residentBytesOf(pid);
  } catch {
    return 0;
  }
}

function must<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`bug: there is no node ${name}`);
  return value;
}
