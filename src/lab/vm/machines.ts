/** The nodes of a lab as virtual machines: their common image, a disk for each, and their cables to the lab's switches. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '#base/result.ts';
import { ip } from '#infra/apply.ts';
import type { DesiredNetwork, Host } from '#infra/network.ts';
import type { OvsDaemon } from '#infra/ovs/daemon.ts';
import { bridgeOf, cableEnd } from '#infra/plan.ts';
import type { Launch, Running } from '../processes.ts';
import { controlSocket } from './agent-wire.ts';
import { type Card, cardsOf, guestLines } from './guest-network.ts';
import { buildImage, guestNode, guestProgram, type Image, makeDisk } from './image.ts';
import { Machine } from './machine.ts';
import type { Kernel } from './possible.ts';
import { buildTrunk, dropAdverts, type TrunkEnd } from './trunk.ts';
import { warmCache } from './warm.ts';

export interface MachinesOptions {
  readonly kernel: Kernel;
  /** The cluster document, which each node's disk has a copy of. */
  readonly documentFile: string;
  /** For images, disks and sockets. */
  readonly folder: string;
  /** Where a node keeps what must survive a restart, and its control socket, on this side. */
  readonly stateOf: (node: string) => string;
  readonly socketOf: (node: string) => string;
  readonly onTrouble: (message: string) => void;
}

interface Member {
  readonly host: Host;
  readonly cards: readonly Card[];
  readonly machine: Machine;
}

/** Megabytes for the document and its revisions. */
const diskSize = 64;
/** Where a guest's own disk is. */
const guestDisk = '/disk';

/** How a guest starts its daemon. */
export const guestCommand = (node: string): readonly string[] => [
  ...[guestNode, '--disable-warning=ExperimentalWarning', guestProgram],
  ...['node', 'run', '--config', `${guestDisk}/cluster.yaml`, '--node', node],
  ...['--socket', controlSocket, '--state', `${guestDisk}/state`],
];

export class Machines {
  readonly #options: MachinesOptions;
  readonly #switchName: string;
  #members: readonly Member[] = [];
  readonly #hosts: readonly Host[];
  #trunk: OvsDaemon | undefined;

  constructor(network: DesiredNetwork, nodes: readonly string[], options: MachinesOptions) {
    this.#options = options;
    this.#switchName = network.switchName;
    this.#hosts = network.hosts.filter(({ name }) => nodes.includes(name));
  }

  /** Everything but the virtual machines. */
  others(network: DesiredNetwork): DesiredNetwork {
    return { ...network, hosts: network.hosts.filter((host) => !this.#hosts.includes(host)) };
  }

  of(node: string): Machine {
    const found = this.#members.find(({ host }) => host.name === node);
    if (found === undefined) throw new Error(`bug: ${node} is no virtual machine`);
    return found.machine;
  }

  get kernel(): string {
    return `Linux ${this.#options.kernel.version}`;
  }

  /** The switch that takes tags off learns as slowly as those of hypervisors. */
  get hasTrunk(): boolean {
    return this.#trunk !== undefined;
  }

  /** Makes images, disks and cables; the switches stand already. No machine is switched on. */
  async build(): Promise<Result<void>> {
    const { kernel, folder, documentFile } = this.#options;
    const [like] = this.#hosts;
    const image = await buildImage(kernel, folder, async (program) =>
      like === undefined ? ok(undefined) : warmCache(program, like, documentFile, folder),
    );
    if (!image.ok) return image;
    const members = this.#hosts.map((host, place) => this.#member(host, place, image.value));
    this.#members = members;
    const plugged = ip(this.#switchName, members.flatMap(tapLines));
    if (!plugged.ok) return plugged;
    for (const { host, cards, machine } of members) {
      const disk = this.#makeDisk(host, cards);
      if (!disk.ok) return disk;
      await machine.serveControl(this.#options.socketOf(host.name));
    }
    const trunks = members.flatMap(({ host, cards }) =>
      cards
        .filter(({ tagged }) => tagged.length > 0)
        .map((card): TrunkEnd => ({ tap: cableEnd(host.name, card.device), card })),
    );
    if (trunks.length === 0) return ok(undefined);
    const trunk = await buildTrunk(this.#switchName, trunks, join(folder, 'trunk'));
    if (!trunk.ok) return trunk;
    this.#trunk = trunk.value;
    return ok(undefined);
  }

  launch(node: string, how: Omit<Launch, 'namespace'>): Running {
    return this.of(node).launch(how);
  }

  /** Drops adverts of a node in the trunks' switch; `undefined` heals. */
  blockAdverts(from: string | undefined): Result<unknown> {
    if (this.#trunk === undefined) return ok(undefined);
    const member = this.#members.find(({ host }) => host.name === from);
    if (member === undefined) return dropAdverts(this.#trunk, undefined);
    for (const { device, tagged } of member.cards) {
      if (tagged.length === 0) continue;
      const dropped = dropAdverts(this.#trunk, cableEnd(member.host.name, device));
      if (!dropped.ok) return dropped;
    }
    return ok(undefined);
  }

  async close(): Promise<void> {
    await Promise.all(this.#members.map(({ machine }) => machine.close()));
    await this.#trunk?.stop();
  }

  #member(host: Host, place: number, image: Image): Member {
    const cards = cardsOf(host, place);
    const { kernel, folder, onTrouble } = this.#options;
    const disk = this.#diskOf(host.name);
    const { name } = host;
    return {
      host,
      cards,
      machine: new Machine({
        ...{ name, cards, kernel, image, disk, folder, onTrouble },
        switchName: this.#switchName,
      }),
    };
  }

  /** What the node's installation would have left: its name, network and document, and that it has joined. */
  #makeDisk(host: Host, cards: readonly Card[]): Result<void> {
    const { folder, documentFile, stateOf } = this.#options;
    const staged = join(folder, `disk-${host.name}`);
    mkdirSync(staged, { recursive: true });
    cpSync(stateOf(host.name), join(staged, 'state'), { recursive: true });
    cpSync(documentFile, join(staged, 'cluster.yaml'));
    const lines: Readonly<Record<string, readonly string[]>> = {
      hostname: [host.name],
      network: guestLines(host, cards),
      sysctls: Object.entries(host.sysctls).map(([name, value]) => `${name.replaceAll('.', '/')} ${value}`),
    };
    for (const [name, each] of Object.entries(lines))
      writeFileSync(join(staged, name), each.map((line) => `${line}\n`).join(''));
    return makeDisk(this.#diskOf(host.name), diskSize, staged);
  }

  #diskOf(node: string): string {
    return join(this.#options.folder, `${node}.disk`);
  }
}

/** A cable ends at the switch of its network, or, where it carries several, at that of the trunks. */
function tapLines({ host, cards }: Member): string[] {
  return cards.flatMap(({ device, segment, tagged }) => {
    const tap = cableEnd(host.name, device);
    const isPlain = tagged.length === 0 && segment !== undefined;
    return [
      `tuntap add dev ${tap} mode tap`,
      ...(isPlain ? [`link set dev ${tap} master ${bridgeOf(segment)}`] : []),
      `link set dev ${tap} up`,
    ];
  });
}
