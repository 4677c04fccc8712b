/** The whole lab: the network, the nodes' daemons and the probes, built on a stage and operated from here. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fail, ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import { deviceOf } from '#config/model.ts';
import { applySteps, inNamespace, ip } from '#infra/apply.ts';
import type { OvsDaemon } from '#infra/ovs/daemon.ts';
import { cableEnd, planNamespaces } from '#infra/plan.ts';
import type { EmulationTimes } from './drills/timers.ts';
import type { LeftOut } from './flow.ts';
import { buildGround } from './ground.ts';
import { type Ground, standOn } from './hypervisors.ts';
import { introduce } from './introduction.ts';
import { type IpShell, openIpShell } from './ip-shell.ts';
import { type CommandOf, NodeHandle, socketOf, stateOf } from './node-handle.ts';
import { monotonicMs } from './probe-wire.ts';
import { type FlowLog, type Prober, startProber } from './prober.ts';
import { type Outcome, runInside } from './processes.ts';
import { Sessions } from './sessions.ts';
import type { SessionGroup } from './sessions-wire.ts';
import { clientName, type Guest, internetName, switchName, type Topology, topologyOf } from './topology.ts';
import { emulatedCounts, emulatedSpacing, emulationTimes } from './vm/emulation.ts';
import { guestCommand, Machines } from './vm/machines.ts';
import type { Kernel } from './vm/possible.ts';
import { WebServers } from './web.ts';

export interface LabOptions {
  readonly document: ClusterDocument;
  /** For logs, sockets and state; it must lie on the stage's file system. */
  readonly folder: string;
  readonly commandOf: CommandOf;
  /** Hosts besides the client and the internet. */
  readonly guests?: readonly Guest[];
  /** The hypervisors under it; a plain switch when left out. */
  readonly ground?: Ground | undefined;
  /** The nodes are virtual machines with this kernel, and a copy of the document in this file. */
  readonly machines?: { readonly kernel: Kernel; readonly documentFile: string } | undefined;
}

export class Lab {
  readonly document: ClusterDocument;
  readonly topology: Topology;
  readonly nodes: readonly NodeHandle[];
  readonly web: WebServers;
  /** What went wrong while operating the network, newest last. */
  readonly troubles: string[] = [];
  readonly #folder: string;
  readonly #ground: Ground | undefined;
  readonly #machines: Machines | undefined;
  #switches: readonly OvsDaemon[] = [];
  readonly #shells = new Map<string, IpShell>();
  readonly #leftOut = new Map<string, LeftOut>();
  #probers: readonly Prober[] = [];
  #sessions: Sessions | undefined;
  /** The kinds of connections that worked when they were asked first. */
  #openGroups: readonly SessionGroup[] | undefined;

  constructor({ document, folder, commandOf, guests = [], ground, machines }: LabOptions) {
    this.document = document;
    const plain = topologyOf(document, guests);
    this.topology = ground === undefined ? plain : standOn(plain, ground);
    this.#ground = ground;
    this.#folder = folder;
    this.web = new WebServers(this.webLog);
    const { network, nodes } = this.topology;
    const set =
      machines &&
      new Machines(network, nodes, {
        ...machines,
        folder,
        stateOf: (node) => stateOf(folder, node),
        socketOf: (node) => socketOf(folder, node),
        onTrouble: (message) => void this.troubles.push(message),
      });
    this.#machines = set;
    this.nodes = nodes.map((name) =>
      set === undefined
        ? new NodeHandle(name, folder, commandOf)
        : new NodeHandle(name, folder, guestCommand, (how) => set.of(name).launch(how)),
    );
  }

  /** Builds the network, and has the nodes know each other's certificates as if they had joined; no daemon runs yet. */
  async build(): Promise<Result<void>> {
    mkdirSync(this.#folder, { recursive: true });
    const known = await introduce(this.#folder, this.topology.nodes);
    if (!known.ok) return known;
    const { network, nodes } = this.topology;
    const plan = planNamespaces(this.#machines?.others(network) ?? network);
    if (!plan.ok) return plan;
    const applied = applySteps(plan.value);
    if (!applied.ok) return applied;
    if (this.#ground !== undefined) {
      const ground = await buildGround(this.#ground, this.#folder);
      if (!ground.ok) return ground;
      this.#switches = ground.value;
    }
    const machines = await this.#machines?.build();
    if (machines?.ok === false) return machines;
    const onError = (message: string): void => void this.troubles.push(message);
    this.#shells.set(switchName, openIpShell(switchName, onError));
    for (const name of nodes)
      this.#shells.set(name, this.#machines?.of(name).shell() ?? openIpShell(name, onError));
    return ok(undefined);
  }

  /**
   * A flow of Open vSwitch's userspace datapath stays as it is until a revalidator sees that an address has moved, which
   * takes 100 ms a round as the lab has it (`revalidateOften` in ground.ts), and many of them on a busy machine.
   */
  get learningMs(): number {
    return this.#switches.length > 0 || this.#machines?.hasTrunk === true ? 1_500 : 0;
  }

  get webLog(): string {
    return `${this.#folder}/web.log`;
  }

  /** The nodes are virtual machines, with kernels of their own. */
  get hasMachines(): boolean {
    return this.#machines !== undefined;
  }

  /** "Linux 6.1.0-56-cloud-amd64"; undefined where the nodes share the kernel of the lab. */
  get machineKernel(): string | undefined {
    return this.#machines?.kernel;
  }

  startNodes(): void {
    for (const node of this.nodes) node.start();
  }

  startProbes(): void {
    const spacing = this.hasMachines ? emulatedSpacing : undefined;
    this.#probers = this.topology.flows.map(({ from, plans }) =>
      startProber(from, plans, `${this.#folder}/probes.log`, spacing),
    );
  }

  /** What nodes on emulated processors take longer. */
  get emulation(): EmulationTimes | undefined {
    return this.hasMachines ? emulationTimes : undefined;
  }

  /** A node that is switched on, or started, may take so long until it takes part. */
  get bootLimitMs(): number {
    return this.hasMachines ? emulationTimes.bootMs + emulationTimes.startMs : 0;
  }

  /** Opens connections from the client to the internet, which stay for as long as the lab stands. */
  async startSessions(): Promise<void> {
    const { distant } = this.topology;
    const [log, counts] = [`${this.#folder}/sessions.log`, this.hasMachines ? emulatedCounts : undefined];
    if (distant !== undefined)
      this.#sessions = await Sessions.open(clientName, internetName, distant, log, counts);
  }

  /** Asks every connection; the kinds that never worked, for the rules forbid them, are left out. */
  async checkSessions(): Promise<readonly SessionGroup[]> {
    if (this.#sessions === undefined) return [];
    const check = await this.#sessions.check();
    const { complaint } = this.#sessions;
    if (check === undefined) this.troubles.push(`the client of the connections: ${complaint}`);
    // Who does not answer at all has lost every connection that it had.
    const groups =
      check?.groups ??
      this.#openGroups?.map((group) => ({ ...group, alive: 0, firstFault: complaint })) ??
      [];
    this.#openGroups ??= groups.filter(({ alive }) => alive > 0);
    const kinds = this.#openGroups.map(({ name }) => name);
    return groups.filter(({ name }) => kinds.includes(name));
  }

  get flows(): readonly FlowLog[] {
    return this.#probers.flatMap((prober) => prober.flows);
  }

  /** The flows that were answered when nothing was broken; before `leaveOutSilent`, all. */
  get judgedFlows(): readonly FlowLog[] {
    return this.flows.filter((flow) => !this.#leftOut.has(flow.name));
  }

  get leftOut(): readonly LeftOut[] {
    return [...this.#leftOut.values()];
  }

  /** Leaves out flows that nobody answers even without a fault, for the rules do not let them pass; returns them. */
  async leaveOutSilent(): Promise<readonly FlowLog[]> {
    const from = monotonicMs();
    await new Promise((resolve) => setTimeout(resolve, 500));
    const silent = this.flows.filter((flow) =>
      flow.since(from).every((probe) => probe.repliedAt === undefined),
    );
    for (const { name, target } of silent) {
      const reason = 'nobody answers it even without a fault, for no rule lets it pass';
      this.#leftOut.set(name, { name, target, reason });
    }
    return silent;
  }

  /** Resolves when every probe sent before now has been answered or given up. */
  async settleProbes(): Promise<void> {
    await Promise.all(this.#probers.map((prober) => prober.settle()));
  }

  node(name: string): NodeHandle {
    const found = this.nodes.find((node) => node.name === name);
    if (found === undefined) throw new Error(`bug: there is no node ${name}`);
    return found;
  }

  /** Pulls or plugs a node's cables, all in the same instant; resolves when that is done. */
  async cables(node: string, interfaces: readonly string[], position: 'pulled' | 'plugged'): Promise<void> {
    const devices = interfaces.map((name) => deviceOf(this.document, name, node));
    if (this.#machines !== undefined) {
      const machine = this.#machines.of(node);
      for (const device of devices) machine.plug(device, position === 'plugged');
      return;
    }
    const ends = devices.map((device) => cableEnd(node, device));
    const lines =
      position === 'pulled'
        ? ends.map((end) => `link set dev ${end} down`)
        : // The bridge would open its port up to a second after the node sees its carrier; a switch's is open first.
          ends.flatMap((end) => [`link set dev ${end} up`, `link set dev ${end} type bridge_slave state 3`]);
    await this.#shell(switchName).run(lines);
  }

  /** The interfaces at which a node has a cable. */
  interfacesOf(node: string): readonly string[] {
    const host = this.topology.network.hosts.find(({ name }) => name === node);
    const devices = new Set((host?.ports ?? []).map(({ device }) => device));
    return Object.keys(this.document.interfaces).filter((name) =>
      devices.has(deviceOf(this.document, name, node)),
    );
  }

  /** Sets an interface of a node administratively down or up, inside the node. */
  async setInterface(node: string, ifname: string, state: 'up' | 'down'): Promise<void> {
    const device = deviceOf(this.document, ifname, node);
    await this.#shell(node).run([`link set dev ${device} ${state}`]);
    if (state === 'down') return;
    // The kernel forgets IPv6 addresses and routes when their interface goes down.
    const host = this.topology.network.hosts.find(({ name }) => name === node);
    const addresses = host?.ports.find((port) => port.device === device)?.addresses ?? [];
    const routes = ifname === this.topology.wan ? (host?.routes ?? []) : [];
    await this.#shell(node).run([
      ...addresses
        .filter((address) => address.includes(':'))
        .map((address) => `addr replace ${address} dev ${device} nodad`),
      ...routes.map((route) => `route replace ${route.to} via ${route.via}`),
    ]);
  }

  /** A node dies with all its links; its kernel forwards until the cables are out, and then this resolves. */
  async powerCut(node: string): Promise<void> {
    this.#machines?.of(node).powerCut();
    this.node(node).kill();
    if (this.#machines === undefined) await this.cables(node, this.interfacesOf(node), 'pulled');
  }

  /** It comes back, with all its cables plugged in. */
  async powerOn(node: string): Promise<void> {
    if (this.#machines === undefined) {
      this.reboot(node);
      await this.cables(node, this.interfacesOf(node), 'plugged');
    }
    this.node(node).start();
  }

  /** Stops all of a machine for a while, as a busy or migrating hypervisor does, or lets it go on. */
  freeze(node: string, state: 'frozen' | 'thawed'): void {
    if (this.#machines === undefined) throw new Error('only a virtual machine can be frozen: --vm');
    const machine = this.#machines.of(node);
    if (state === 'frozen') {
      machine.freeze();
      this.node(node).freeze();
    } else {
      machine.thaw();
      this.node(node).thaw();
    }
  }

  /** What a reboot does to a host's kernel, so that a node that comes back finds nothing of its former life. */
  reboot(node: string): void {
    const { stdout } = spawnSync('ip', ['-n', node, '-o', 'link', 'show', 'type', 'macvlan'], {
      encoding: 'utf8',
    });
    const devices = [...stdout.matchAll(/^\d+: ([^@:]+)/gm)].map(([, name]) => name);
    // A neighbour that was asked for as the cables fell out would be asked for again only a second later.
    // Done before the cables are plugged in again, so not by the shell that stays open.
    const done = ip(node, [...devices.map((name) => `link del dev ${name}`), 'neigh flush all']);
    if (!done.ok) this.troubles.push(`${node}: ${done.error}`);
    this.inside(node, ['nft', 'flush', 'ruleset']);
    this.inside(node, [process.execPath, fileURLToPath(new URL('./flush-states.ts', import.meta.url))]);
  }

  /** Drops CARP on its way from one node to all others, on every network; `undefined` heals. */
  blockAdverts(from: string | undefined): void {
    const rules =
      from === undefined
        ? ''
        : this.interfacesOf(from)
            .map((name) => cableEnd(from, deviceOf(this.document, name, from)))
            .map((end) => `iifname "${end}" ip protocol 112 drop\n iifname "${end}" ip6 nexthdr 112 drop`)
            .join('\n');
    const program = `table bridge lab\ndelete table bridge lab\ntable bridge lab {\nchain adverts {
      type filter hook forward priority 0;\n${rules}\n }\n }\n`;
    this.inside(switchName, ['nft', '-f', '-'], program);
    const inTrunk = this.#machines?.blockAdverts(from);
    if (inTrunk?.ok === false) this.troubles.push(inTrunk.error);
  }

  /** Runs a command inside a host, whatever comes of it; the probes' records are read meanwhile. */
  async run(host: string, argv: readonly string[]): Promise<Outcome> {
    if (this.#machines !== undefined && this.topology.nodes.includes(host)) {
      const done = await this.#machines.of(host).run(argv);
      return { isDone: done?.status === 0, stdout: done?.output ?? '' };
    }
    return runInside(host, argv);
  }

  /** Runs a command inside a host; its failure is noted as a trouble. */
  inside(host: string, argv: readonly string[], input = ''): string {
    const [command = '', ...args] = inNamespace(host, argv);
    const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: 'utf8' });
    if (status !== 0) this.troubles.push(`${host}: ${argv.join(' ')}: ${stderr.trim()}`);
    return stdout;
  }

  /**
   * Waits until `master` is master of every virtual IP that it takes part in, all nodes that run are ready, and no
   * other one is master.
   */
  async settled(master: string, limitMs: number): Promise<Result<void>> {
    const until = Date.now() + limitMs;
    for (;;) {
      const why = await this.#whyUnsettled(master);
      if (why === undefined) return ok(undefined);
      if (Date.now() > until) return fail(why);
      await new Promise((resolve) => setTimeout(resolve, this.hasMachines ? 200 : 20));
    }
  }

  /** Takes everything down; the stage's end would do the same. */
  async close(): Promise<void> {
    for (const prober of this.#probers) prober.stop();
    this.#sessions?.stop();
    await this.web.stopAll();
    if (this.#machines === undefined) await Promise.all(this.nodes.map((node) => node.stop(2_000)));
    await this.#machines?.close();
    for (const shell of this.#shells.values()) shell.close();
    for (const daemon of this.#switches) await daemon.stop();
  }

  async #whyUnsettled(master: string): Promise<string | undefined> {
    const running = this.nodes.filter((node) => node.isRunning);
    if (!running.some((node) => node.name === master)) {
      return `${master} does not run; its last words: ${this.node(master).lastLines.at(-1) ?? 'none'}`;
    }
    const statuses = await Promise.all(running.map((node) => node.status()));
    const masters = statuses.find((status) => status?.node === master)?.vips ?? [];
    // A virtual IP whose interface is disabled at this node belongs to the others.
    const takesPart = (title: string) => masters.some((vip) => vip.title === title);
    for (const [index, status] of statuses.entries()) {
      const name = running[index]?.name ?? '';
      if (status === undefined) return `${name} does not answer on its control socket`;
      if (!status.ready) return `${name} is not ready`;
      const wrong = status.vips.find((vip) =>
        name === master ? vip.status !== 'MASTER' : vip.status === 'MASTER' && takesPart(vip.title),
      );
      if (wrong !== undefined) return `${wrong.title} is ${wrong.status} on ${name}`;
    }
    // A guest is busy with its API process long after it takes part: documents are compared when that has started.
    if (!this.hasMachines || running.length < this.nodes.length) return undefined;
    const apart = statuses.find((status) =>
      Object.values(status?.document?.peers ?? {}).some(({ kind }) => kind !== 'in step'),
    );
    return apart && `${apart.node} has not compared its document with the other's`;
  }

  #shell(namespace: string): IpShell {
    const shell = this.#shells.get(namespace);
    if (shell === undefined) throw new Error('bug: the lab has not been built');
    return shell;
  }
}
