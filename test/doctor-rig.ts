/**
 * A running pair to be broken on purpose: two nodes with LAN, WAN and a sync link, a router on the WAN and a stranger on
 * the LAN, all in throw-away namespaces. Nodes of this rig can be started with a wrong clock or version: run with the
 * argument `node`, this file is such a node.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ask } from '#api/client.ts';
import type { ControlRequest, NodeStatus } from '#api/contract/control.ts';
import { diagnose, readExamination } from '#doctor/diagnose.ts';
import type { DoctorFinding } from '#doctor/finding.ts';
import { applySteps, inNamespace, ip } from '#infra/apply.ts';
import type { Host, Port } from '#infra/network.ts';
import { cableEnd, planNamespaces, withoutIpv6 } from '#infra/plan.ts';
import { introduce } from '#lab/introduction.ts';
import { NodeHandle, stateOf } from '#lab/node-handle.ts';
import { runNode } from '#node/main.ts';
import { until } from './interop/segment.ts';

/** How a node is started. */
export interface Variant {
  readonly version?: string;
  /** Added to the wall clock, ms. */
  readonly clockAhead?: number;
  readonly password?: string;
  readonly syncKey?: string;
  /** Another document than the pair's. */
  readonly config?: string;
}

const passwords = { password: 'Pont-levis-1789', syncKey: 'Barbacane-1402-tour' };
export const addresses = {
  lan: ['10.80.0.2', '10.80.0.3'],
  wan: ['10.81.0.2', '10.81.0.3'],
  sync: ['10.82.0.2', '10.82.0.3'],
} as const;
export const lanVip = '10.80.0.1';
export const router = '10.81.0.254';

const ground = `  - { action: pass, interface: sync, protocol: udp, ports: 4789 }
infrastructure:
  hypervisors: { hv1: { address: ${addresses.sync[0]} }, hv2: { address: ${addresses.sync[1]} } }
  bridges: { vmbr1: { kind: linux, mtu: 1450 } }
  tunnels: { vxlan-lan: { bridge: vmbr1, between: [hv1, hv2], key: 2000 } }
`;

export class DoctorRig {
  readonly folder = mkdtempSync(join(tmpdir(), 'bascule-doctor-'));
  readonly a: string;
  readonly b: string;
  readonly stranger: string;
  readonly switchName: string;
  /** The namespace of the router. */
  readonly gateway: string;
  readonly #variants = new Map<string, Variant>();
  readonly #nodes: readonly NodeHandle[];

  readonly #hasTunnel: boolean;

  /** With a tunnel each node is a hypervisor, too, with a bridge that the tunnel joins to the other's. */
  constructor({ tunnel = false } = {}) {
    this.#hasTunnel = tunnel;
    const name = (word: string): string => `bdr-${word}-${process.pid}`;
    [this.a, this.b, this.stranger] = [name('a'), name('b'), name('x')];
    [this.switchName, this.gateway] = [name('sw'), name('r')];
    this.#nodes = [this.a, this.b].map((node) => new NodeHandle(node, this.folder, this.#commandOf));
  }

  /** What must never leave a node. One stands in the document, the others are only named there. */
  readonly secrets = ['Herse-1204-douve', passwords.password, passwords.syncKey];

  documentOf(vhid = 20): string {
    const at = (name: keyof typeof addresses): string =>
      `{ ${this.a}: [${addresses[name][0]}/24], ${this.b}: [${addresses[name][1]}/24] }`;
    return `
cluster: doctor
failover: fast
nodes: { ${this.a}: { priority: 1 }, ${this.b}: { priority: 2 } }
interfaces:
  lan: { device: eth0, addresses: ${at('lan')}, role: lan, description: LAN }
  wan: { device: eth1, addresses: ${at('wan')}, role: wan, gateway: ${router}, description: WAN, blockPrivate: false, blockBogons: false }
  sync: { device: eth2, addresses: ${at('sync')}, role: sync, description: SYNC }
virtualIps:
  - { interface: lan, vhid: ${vhid}, addresses: [${lanVip}/24], password: Herse-1204-douve }
  - { interface: wan, vhid: 30, addresses: [10.81.0.1/24], password: { env: VIP_PASSWORD } }
ha:
  sync:
    interface: sync
    peers: { ${this.a}: ${addresses.sync[1]}, ${this.b}: ${addresses.sync[0]} }
    keys: [{ env: SYNC_KEY }]
rules:
  - { action: pass, interface: lan, protocol: icmp }
  - { action: pass, interface: wan, protocol: icmp }
  - { action: pass, interface: sync, protocol: icmp }
  - { action: pass, interface: sync, protocol: tcp, ports: 443 }
  - { action: pass, interface: sync, protocol: pfsync }
${this.#hasTunnel ? ground : ''}`;
  }

  /** Builds everything; no daemon runs yet. */
  async build(): Promise<void> {
    const port = (device: string, segment: string, address: string): Port => ({
      device,
      segment,
      addresses: [`${address}/24`],
    });
    const host = (name: string, ports: readonly Port[]): Host => ({
      name,
      ports,
      loopback: [],
      routes: [],
      sysctls: withoutIpv6,
    });
    const node = (name: string, place: 0 | 1): Host =>
      host(name, [
        port('eth0', 'lan', addresses.lan[place]),
        port('eth1', 'wan', addresses.wan[place]),
        port('eth2', 'sync', addresses.sync[place]),
      ]);
    const hosts = [
      node(this.a, 0),
      node(this.b, 1),
      host(this.gateway, [port('eth0', 'wan', router)]),
      host(this.stranger, [port('eth0', 'lan', '10.80.0.66')]),
    ];
    const segments = ['lan', 'wan', 'sync'].map((name) => ({ name }));
    const plan = planNamespaces({ switchName: this.switchName, segments, hosts });
    if (!plan.ok) throw new Error(plan.error);
    const applied = applySteps(plan.value);
    if (!applied.ok) throw new Error(applied.error);
    writeFileSync(join(this.folder, 'cluster.yaml'), this.documentOf());
    for (const name of [this.a, this.b]) this.resolvers(name, '');
    const known = await introduce(this.folder, [this.a, this.b]);
    if (!known.ok) throw new Error(known.error);
  }

  handle(name: string): NodeHandle {
    const found = this.#nodes.find((node) => node.name === name);
    if (found === undefined) throw new Error(`bug: there is no node ${name}`);
    return found;
  }

  start(name: string, variant: Variant = {}): void {
    this.#variants.set(name, variant);
    this.handle(name).start();
  }

  async restart(name: string, variant: Variant = {}): Promise<void> {
    await this.handle(name).stop(3_000);
    this.start(name, variant);
  }

  async status(name: string): Promise<NodeStatus | undefined> {
    return this.handle(name).status();
  }

  async command(name: string, request: ControlRequest): Promise<void> {
    await this.handle(name).command(request);
  }

  /** Both nodes are well by their own status: the first is master of all, and all is in step. */
  async settled(limitMs = 30_000): Promise<void> {
    await until(
      `settled: ${JSON.stringify(await this.#whyNot())}`,
      limitMs,
      async () => (await this.#whyNot()) === '',
    );
  }

  async #whyNot(): Promise<string> {
    for (const [name, role] of [
      [this.a, 'MASTER'],
      [this.b, 'BACKUP'],
    ] as const) {
      const status = await this.status(name);
      if (status === undefined) return `${name} does not answer: ${this.handle(name).lastLines.at(-1)}`;
      const wrong = status.vips.find((vip) => vip.status !== role);
      if (wrong !== undefined) return `${name}: ${wrong.title} is ${wrong.status}`;
      if (!status.ready || status.demotion !== 0) return `${name} is demoted by ${status.demotion}`;
      if (status.states?.peers.some(({ state }) => state !== 'in step') !== false)
        return `${name}: states ${JSON.stringify(status.states?.peers)}`;
      const stands = Object.values(status.document?.peers ?? {});
      if (stands.length === 0 || stands.some(({ kind }) => kind !== 'in step'))
        return `${name}: document ${JSON.stringify(stands)}`;
      const open = status.findings.find(({ code }) => code === 'states-forged');
      if (open !== undefined) return `${name}: ${open.code}`;
    }
    return '';
  }

  /** What the doctor at a node finds. */
  async findings(name = this.a): Promise<DoctorFinding[]> {
    const reply = await ask(this.socketOf(name), { command: 'examine' }, 30_000);
    if (!reply.ok) throw new Error(reply.error);
    const examined = readExamination(reply.value.examined);
    if (examined === undefined) throw new Error(JSON.stringify(reply.value.examined));
    return diagnose(examined, 'en');
  }

  /** Codes and subjects of what it finds, each once, with the nodes' names as "a" and "b". */
  async names(name = this.a): Promise<string[]> {
    const found = await this.findings(name);
    return [...new Set(found.map(({ code, subject }) => this.plain(`${code} ${subject}`)))].sort();
  }

  plain = (text: string): string => text.replaceAll(this.a, 'a').replaceAll(this.b, 'b');

  /** Runs `ip` lines in a namespace. */
  ip(where: string, ...lines: readonly string[]): void {
    const done = ip(where, lines);
    if (!done.ok) throw new Error(done.error);
  }

  /** Runs a command in a namespace; its output. */
  inside(where: string, argv: readonly string[], input = ''): string {
    const [command = '', ...args] = inNamespace(where, argv);
    const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${where}: ${argv.join(' ')}: ${stderr}`);
    return stdout;
  }

  /** Runs a command where only one node's daemon sees what is mounted. */
  async mountsOf(name: string, argv: readonly string[]): Promise<void> {
    const pid = (await this.status(name))?.pid ?? 0;
    const { status, stderr } = spawnSync('nsenter', ['-t', `${pid}`, '-m', '-n', '--', ...argv], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`${name}: ${argv.join(' ')}: ${stderr}`);
  }

  setting(name: string, path: string, value: string): void {
    this.inside(name, ['sh', '-c', `echo ${value} > /proc/sys/${path}`]);
  }

  /** The switch's end of a node's cable. */
  cable = (name: string, device: string): string => cableEnd(name, device);

  /** Both nodes' cables on one segment, in nft's words. */
  from = (device: string): string =>
    `iifname { ${[this.a, this.b].map((name) => this.cable(name, device)).join(', ')} }`;

  /** What the switches drop on the way, in nft's words; none heals. */
  drops(...rules: readonly string[]): void {
    const program = `table bridge fault\ndelete table bridge fault\ntable bridge fault {\nchain way {
      type filter hook forward priority 0;\n${rules.map((rule) => `${rule} drop`).join('\n')}\n}\n}\n`;
    this.inside(this.switchName, ['nft', '-f', '-'], program);
  }

  /** Runs a program of this folder inside a namespace; resolves when it has said its first word. */
  async spawn(where: string, program: string, args: readonly string[]): Promise<ChildProcess> {
    const file = join(import.meta.dirname, program);
    const [command = '', ...argv] = inNamespace(where, [process.execPath, '--no-warnings', file, ...args]);
    const child = spawn(command, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    return child;
  }

  /** Sends pings as large as Ethernet carries; whether they are answered does not matter. */
  pings(name: string, address: string, count: number): void {
    const argv = [
      'ping',
      '-q',
      '-c',
      `${count}`,
      '-i',
      '0.002',
      '-W',
      '1',
      '-M',
      'do',
      '-s',
      '1472',
      address,
    ];
    const [command = '', ...args] = inNamespace(name, argv);
    spawnSync(command, args);
  }

  /** Kills the API process until it stays away for longer than an examination takes. */
  async stopApi(name: string): Promise<void> {
    const core = (await this.status(name))?.pid ?? 0;
    const children = (): number[] =>
      readFileSync(`/proc/${core}/task/${core}/children`, 'utf8').split(' ').map(Number).filter(isApi);
    for (let killed = 0; killed < 2; killed++) {
      await until('there is an API process', 30_000, () => children().length > 0);
      const [child = 0] = children();
      process.kill(child, 'SIGKILL');
      await until('it is gone', 30_000, () => !children().includes(child));
    }
  }

  /** A node that does not run begins its history anew. */
  forgetRevisions(name: string): void {
    for (const what of ['revisions', 'memory.json', 'superseded'])
      rmSync(join(this.stateOf(name), what), { recursive: true, force: true });
  }

  /** A node that does not run gets another key and knows nobody; the returned call undoes that. */
  newIdentity(name: string): () => void {
    const folder = join(this.stateOf(name), 'identity');
    renameSync(folder, `${folder}.kept`);
    return () => {
      rmSync(folder, { recursive: true, force: true });
      renameSync(`${folder}.kept`, folder);
    };
  }

  /** A node that does not run forgets that another has joined; the returned call undoes that. */
  forgetPeer(name: string, peer: string): () => void {
    const file = join(this.stateOf(name), 'identity', 'peers', `${peer}.pem`);
    renameSync(file, `${file}.kept`);
    return () => renameSync(`${file}.kept`, file);
  }

  resolvers(name: string, text: string): void {
    writeFileSync(join(this.folder, `${name}.resolv`), text);
  }

  socketOf = (name: string): string => join(this.folder, `${name}.sock`);

  stateOf = (name: string): string => join(stateOf(this.folder, name), name);

  async remove(): Promise<void> {
    await Promise.all(this.#nodes.map((node) => node.stop(2_000)));
    for (const name of [this.a, this.b, this.switchName, this.gateway, this.stranger])
      spawnSync('ip', ['netns', 'del', name]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #commandOf = (name: string): string[] => {
    const { password, syncKey, ...rest } = { ...passwords, ...this.#variants.get(name) };
    // A name server file of its own, and room of its own for what it keeps, which the kernel forgets with the node.
    const mounts = `mount --bind ${join(this.folder, `${name}.resolv`)} /etc/resolv.conf`;
    const env = [`VIP_PASSWORD=${password}`, `SYNC_KEY=${syncKey}`];
    return [
      ...['sh', '-c', `${mounts} && exec "$@"`, 'sh', 'env', ...env],
      ...[process.execPath, '--disable-warning=ExperimentalWarning', import.meta.filename],
      ...['node', name, this.folder, JSON.stringify(rest)],
    ];
  };
}

function isApi(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('api/main.ts');
  } catch {
    return false;
  }
}

if (process.argv[2] === 'node') {
  const [name = '', folder = '', variant = '{}'] = process.argv.slice(3);
  const { version = 'test', clockAhead = 0, config } = JSON.parse(variant) as Variant;
  const now = Date.now;
  Date.now = () => now() + clockAhead;
  process.exit(
    await runNode({
      config: config ?? join(folder, 'cluster.yaml'),
      node: name,
      socket: join(folder, `${name}.sock`),
      state: stateOf(folder, name),
      log: 'text',
      version,
    }),
  );
}
