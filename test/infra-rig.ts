/** Two "hypervisors" in namespaces, a cable between them, and a guest on each. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Infrastructure } from '#config/infrastructure-document.ts';
import { infrastructureDocument } from '#config/infrastructure-document.ts';
import { inNamespace, ip } from '#infra/apply.ts';
import { applyGround, planGround, readGround } from '#infra/ground.ts';
import { type WantedHypervisor, wantedOn } from '#infra/hypervisor.ts';
import { type OvsDaemon, startOvs } from '#infra/ovs/daemon.ts';
import { openShell, type Shell } from '#infra/shell.ts';
import type { GroundPlan } from '#infra/steps.ts';

export const hypervisors = ['hv1', 'hv2'] as const;
export type HypervisorName = (typeof hypervisors)[number];

/** Guest 1 and 2 hang on `tap1` in VLAN 10 of either end, guest 3 in VLAN 20 of the second. */
export const ovsGround = (changes: { key?: number; underlayMtu?: number } = {}): Infrastructure =>
  infrastructureDocument.parse({
    hypervisors: {
      hv1: { address: '10.99.0.1', underlayMtu: changes.underlayMtu ?? 1_500 },
      hv2: { address: '10.99.0.2', underlayMtu: changes.underlayMtu ?? 1_500 },
    },
    bridges: {
      'br-phy': {
        kind: 'ovs',
        datapath: 'netdev',
        ports: { hv1: ['uplink'], hv2: ['uplink'] },
        addresses: { hv1: ['10.99.0.1/24'], hv2: ['10.99.0.2/24'] },
      },
      vmbr1: { kind: 'ovs', datapath: 'netdev', mtu: 1_450 },
    },
    tunnels: { 'vxlan-lan': { bridge: 'vmbr1', between: ['hv1', 'hv2'], key: changes.key ?? 2_000 } },
    machines: {
      guest1: machine('hv1', 'tap1', 10),
      guest2: machine('hv2', 'tap1', 10),
      guest3: machine('hv2', 'tap2', 20),
    },
  });

const machine = (hypervisor: HypervisorName, device: string, tag: number) => ({
  hypervisor,
  os: 'linux',
  nics: [{ bridge: 'vmbr1', device, tag, mtu: 1_446, checksumOffload: false }],
});

/** Where the guests' cables lead: guest, its hypervisor, the device there, its address. */
const guests = [
  ['guest1', 'hv1', 'tap1', '172.16.0.1/24'],
  ['guest2', 'hv2', 'tap1', '172.16.0.2/24'],
  ['guest3', 'hv2', 'tap2', '172.16.0.3/24'],
] as const;

export class Rig {
  readonly folder = mkdtempSync(join(tmpdir(), 'bascule-infra-'));
  readonly daemons = new Map<HypervisorName, OvsDaemon>();
  readonly #names = [...hypervisors, ...guests.map(([guest]) => guest)];

  /** A namespace's name that no other run has. */
  static namespace(name: string): string {
    return `infra-${name}-${process.pid}`;
  }

  /** Cables and guests; the bridges are what is tested. Throws what failed. */
  constructor() {
    const at = Rig.namespace;
    must(
      ip(undefined, [
        ...this.#names.map((name) => `netns add ${at(name)}`),
        `link add uplink netns ${at('hv1')} type veth peer name uplink netns ${at('hv2')}`,
        ...guests.map(
          ([guest, hv, tap]) => `link add eth0 netns ${at(guest)} type veth peer name ${tap} netns ${at(hv)}`,
        ),
      ]),
    );
    for (const hv of hypervisors) must(ip(at(hv), ['link set lo up', 'link set uplink up']));
    for (const [guest, hv, tap, address] of guests) {
      must(ip(at(hv), [`link set ${tap} up`]));
      must(ip(at(guest), [`addr add ${address} dev eth0`, 'link set eth0 mtu 1446', 'link set eth0 up']));
      // A guest that leaves checksums to its card sends them unfilled into a userspace datapath.
      this.run(guest, ['ethtool', '-K', 'eth0', 'tx', 'off']);
    }
  }

  /** Starts an Open vSwitch on both. */
  async startSwitches(): Promise<void> {
    for (const hv of hypervisors) {
      const started = await startOvs(Rig.namespace(hv), join(this.folder, hv));
      if (!started.ok) throw new Error(started.error);
      this.daemons.set(hv, started.value);
    }
  }

  shell(hv: HypervisorName): Shell {
    return this.daemons.get(hv)?.shell ?? openShell({ namespace: Rig.namespace(hv) });
  }

  run(name: string, argv: readonly string[]): { status: number | null; stdout: string } {
    const [command = '', ...args] = inNamespace(Rig.namespace(name), argv);
    const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
    return { status, stdout };
  }

  /** Something that runs until it is killed. */
  start(name: string, argv: readonly string[]): ChildProcess {
    const [command = '', ...args] = inNamespace(Rig.namespace(name), argv);
    return spawn(command, args, { stdio: 'ignore' });
  }

  pings(from: string, target: string, ...options: string[]): boolean {
    return this.run(from, ['ping', '-c', '1', '-W', '1', ...options, target]).status === 0;
  }

  plan(infrastructure: Infrastructure, hv: HypervisorName): GroundPlan {
    const wanted = wantedAt(infrastructure, hv);
    const state = readGround(this.shell(hv), wanted);
    if (!state.ok) throw new Error(state.error);
    return planGround(wanted, state.value);
  }

  /** Plans and applies on both; returns the plans. */
  apply(infrastructure: Infrastructure): GroundPlan[] {
    return hypervisors.map((hv) => {
      const plan = this.plan(infrastructure, hv);
      must(applyGround(this.shell(hv), plan));
      return plan;
    });
  }

  async remove(): Promise<void> {
    for (const daemon of this.daemons.values()) await daemon.stop();
    for (const name of this.#names) spawnSync('ip', ['netns', 'del', Rig.namespace(name)]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function wantedAt(infrastructure: Infrastructure, hv: HypervisorName): WantedHypervisor {
  const wanted = wantedOn(infrastructure, hv);
  if (!wanted.ok) throw new Error(wanted.error);
  return wanted.value;
}

function must(done: { ok: boolean; error?: string }): void {
  if (!done.ok) throw new Error(done.error);
}
