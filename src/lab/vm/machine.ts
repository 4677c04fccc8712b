/**
 * One node as a virtual machine: a QEMU of its own, operated by its monitor (QMP) as a hypervisor's operator would, and
 * the agent inside. All of the guest's processor is emulated, so it runs wherever QEMU does.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { inNamespace } from '#infra/apply.ts';
import { cableEnd } from '#infra/plan.ts';
import type { IpShell } from '../ip-shell.ts';
import type { Launch, Running } from '../processes.ts';
import { type FromAgent, lineCutter, type ToAgent } from './agent-wire.ts';
import { type Card, cardDevice } from './guest-network.ts';
import type { Image } from './image.ts';
import { LineSocket } from './line-socket.ts';
import type { Kernel } from './possible.ts';

export interface MachineOptions {
  readonly name: string;
  readonly cards: readonly Card[];
  readonly kernel: Kernel;
  readonly image: Image;
  /** What survives a power cut. */
  readonly disk: string;
  readonly folder: string;
  /** Where the switch is, and the machine's cables end. */
  readonly switchName: string;
  /** Told what QEMU, or a tool in the guest, refused. */
  readonly onTrouble: (message: string) => void;
}

/** Megabytes of a guest: Node takes a third of it. */
const memory = 640;
/** The highest that an ordinary process can have (setpriority(2)): a real machine does not wait for the others here. */
const highestPriority = -20;
const wordsOfKernel = [
  'console=ttyS0 quiet panic=-1 rdinit=/init',
  // The names of the cards are the document's; an emulated processor needs no mitigations, and has one clock.
  'net.ifnames=0 mitigations=off tsc=reliable',
].join(' ');

type Answer = Extract<FromAgent, { readonly id: number }>;

export class Machine {
  readonly name: string;
  readonly #options: MachineOptions;
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>();
  #number = 0;
  #qemu: ChildProcess | undefined;
  #agent: LineSocket | undefined;
  #monitor: LineSocket | undefined;
  #console: LineSocket | undefined;
  #control: Server | undefined;
  #isUp = false;
  #daemon: Daemon | undefined;
  /** Resolves when the last QEMU has let go of its taps. */
  #gone: Promise<unknown> = Promise.resolve();

  constructor(options: MachineOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get isOn(): boolean {
    return this.#qemu !== undefined;
  }

  /** Answers at the node's control socket on this side for the daemon in the guest. */
  async serveControl(path: string): Promise<void> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.setEncoding('utf8').on(
        'data',
        lineCutter(async (line) => {
          const answer = await this.#ask({ ask: 'control', id: 0, line });
          if (answer?.kind === 'control' && answer.line !== undefined) socket.write(`${answer.line}\n`);
          else socket.destroy();
        }),
      );
    });
    this.#control = server;
    await new Promise<void>((resolve) => server.listen(path, resolve));
  }

  async powerOn(): Promise<void> {
    await this.#gone;
    if (this.isOn) return;
    const { folder, name } = this.#options;
    this.#agent = await LineSocket.open(join(folder, `${name}.agent`), (line) =>
      this.#hear(JSON.parse(line) as FromAgent),
    );
    this.#monitor = await LineSocket.open(join(folder, `${name}.qmp`), (line) => {
      if (line.startsWith('{"QMP"')) this.#monitor?.say({ execute: 'qmp_capabilities' });
      if (line.startsWith('{"error"')) this.#options.onTrouble(`${name}: QEMU refused: ${line}`);
    });
    // The kernel is told to be quiet: what it says all the same, and what init says, is of interest.
    this.#console = await LineSocket.open(join(folder, `${name}.console`), (line) =>
      this.#daemon?.hear(line.trimEnd(), Date.now()),
    );
    const log = join(folder, `${name}.qemu.log`);
    const out = openSync(log, 'a');
    const [command = '', ...args] = inNamespace(this.#options.switchName, [
      'nice',
      `--adjustment=${highestPriority}`,
      ...qemuArguments(this.#options),
    ]);
    const qemu = spawn(command, args, { stdio: ['ignore', out, out] });
    this.#qemu = qemu;
    this.#gone = new Promise((resolve) => {
      for (const end of ['exit', 'error'])
        qemu.on(end, () => {
          if (this.#qemu === qemu)
            this.#options.onTrouble(`${name}: QEMU has ended by itself: ${readFileSync(log, 'utf8').trim()}`);
          this.#off(qemu);
          resolve(undefined);
        });
    });
  }

  /** As if the plug were pulled: nothing inside is told. */
  powerCut(): void {
    const qemu = this.#qemu;
    if (qemu === undefined) return;
    qemu.kill('SIGKILL');
    this.#off(qemu);
  }

  /** Stops the guest's processor and its clock; it does not notice. */
  freeze(): void {
    this.#monitor?.say({ execute: 'stop' });
  }

  thaw(): void {
    this.#monitor?.say({ execute: 'cont' });
  }

  /** Unplugs the card that a device is on, or stands on, from its cable, or plugs it in. */
  plug(device: string, isIn: boolean): void {
    const slot = this.#options.cards.findIndex((card) => card.device === cardDevice(device));
    this.#monitor?.say({ execute: 'set_link', arguments: { name: `card${slot}`, up: isIn } });
  }

  /** Runs a tool inside; undefined when the guest is off. */
  async run(argv: readonly string[], input = ''): Promise<{ status: number; output: string } | undefined> {
    const answer = await this.#ask({ ask: 'run', id: 0, argv, input });
    return answer?.kind === 'ran' ? answer : undefined;
  }

  /** Carries lines out by the guest's `ip`. */
  shell(): IpShell {
    const run = async (lines: readonly string[]): Promise<void> => {
      const done = await this.run(['/usr/sbin/ip', '-force', '-batch', '-'], `${lines.join('\n')}\n`);
      const { onTrouble } = this.#options;
      if (done?.status !== 0) onTrouble(`${this.name}: ${done?.output.trim() ?? 'the machine is off'}`);
    };
    return { run, close: () => undefined };
  }

  /** Starts a program inside, once the guest is up; the machine is switched on where it is off. */
  launch({ argv, onLine }: Omit<Launch, 'namespace'>): Running {
    const daemon = new Daemon(argv, onLine, (name) => this.#agent?.say({ tell: 'signal', name }));
    this.#daemon = daemon;
    if (this.#isUp) this.#start();
    else void this.powerOn();
    return daemon;
  }

  async close(): Promise<void> {
    this.#control?.close();
    this.powerCut();
    await this.#gone;
  }

  #start(): void {
    if (this.#daemon !== undefined) this.#agent?.say({ tell: 'start', argv: this.#daemon.argv });
  }

  #hear(message: FromAgent): void {
    switch (message.kind) {
      case 'up':
        this.#isUp = true;
        this.#start();
        return;
      case 'log':
        this.#daemon?.hear(message.line, message.at);
        return;
      case 'ended':
        this.#daemon?.end(message.outcome);
        return;
      case 'ran':
      case 'control':
        this.#waiting.get(message.id)?.(message);
        this.#waiting.delete(message.id);
    }
  }

  #ask(question: Extract<ToAgent, { ask: string }>): Promise<Answer | undefined> {
    const agent = this.#agent;
    if (!this.#isUp || agent === undefined) return Promise.resolve(undefined);
    this.#number += 1;
    const id = this.#number;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      agent.say({ ...question, id });
    });
  }

  #off(qemu: ChildProcess): void {
    if (this.#qemu !== qemu) return;
    this.#qemu = undefined;
    this.#isUp = false;
    this.#agent?.close();
    this.#monitor?.close();
    this.#console?.close();
    for (const resolve of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
    this.#daemon?.end('SIGKILL');
  }
}

/** A program that runs in a guest, as the lab sees one that runs here. */
class Daemon implements Running {
  /** It has one of its own in the guest. */
  readonly pid = -1;
  readonly argv: readonly string[];
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly #onLine: Launch['onLine'];
  readonly #signal: (name: NodeJS.Signals) => void;
  #hasEnded = false;
  #resolve: (outcome: number | NodeJS.Signals) => void = () => undefined;

  constructor(argv: readonly string[], onLine: Launch['onLine'], signal: (name: NodeJS.Signals) => void) {
    this.argv = argv;
    this.#onLine = onLine;
    this.#signal = signal;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  hasEnded(): boolean {
    return this.#hasEnded;
  }

  hear(line: string, at: number): void {
    this.#onLine?.(line, at);
  }

  end(outcome: number | NodeJS.Signals): void {
    this.#hasEnded = true;
    this.#resolve(outcome);
  }

  signal(name: NodeJS.Signals): void {
    if (!this.#hasEnded) this.#signal(name);
  }
}

function qemuArguments(options: MachineOptions): string[] {
  const { name, cards, kernel, image, disk, folder } = options;
  const file = (id: string, path: string, more: string) => [
    ...['-drive', `if=none,id=${id},format=raw,file=${path},${more}`],
    ...['-device', `virtio-blk-pci,drive=${id}`],
  ];
  const socket = (id: string, extension: string) => [
    '-chardev',
    `socket,id=${id},path=${join(folder, `${name}.${extension}`)}`,
  ];
  return [
    'qemu-system-x86_64',
    ...['-name', name, '-machine', 'q35', '-accel', 'tcg', '-cpu', 'max', '-smp', '1', '-m', String(memory)],
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none'],
    ...['-kernel', kernel.file, '-initrd', image.initial, '-append', wordsOfKernel],
    ...[...socket('console', 'console'), '-serial', 'chardev:console'],
    ...file('disk', disk, 'cache=writeback'),
    ...file('program', image.program, 'readonly=on'),
    ...['-device', 'virtio-serial-pci', ...socket('agent', 'agent')],
    ...['-device', 'virtserialport,chardev=agent,name=agent'],
    ...[...socket('monitor', 'qmp'), '-mon', 'chardev=monitor,mode=control'],
    ...cards.flatMap((card, slot) => cardArguments(card, slot, cableEnd(name, card.device))),
  ];
}

/**
 * A trunk ends at a switch in userspace, which sees packets as they are: what a card leaves to do for the one behind it,
 * checksums and cutting into segments, nobody would do there.
 */
function cardArguments({ mac, tagged }: Card, slot: number, tap: string): string[] {
  const plain = tagged.length > 0 ? ',vnet_hdr=off' : '';
  return [
    ...['-netdev', `tap,id=net${slot},ifname=${tap},script=no,downscript=no,vhost=off${plain}`],
    ...['-device', `virtio-net-pci,id=card${slot},netdev=net${slot},mac=${mac},romfile=`],
  ];
}
