/** One node of the lab: its process, its control socket, and what its log says of its roles. */
import { fileURLToPath } from 'node:url';
import { ask } from '#api/client.ts';
import type { ControlReply, ControlRequest, NodeStatus } from '#api/contract/control.ts';
import { monotonicMs } from './probe-wire.ts';
import { type Launch, launch, type Running } from './processes.ts';
import { type RoleChange, readTransition, type Status } from './roles.ts';

const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

/** How to start a node's daemon; a bench puts another one in its place. */
export type CommandOf = (node: string) => readonly string[];

/** The command of our own daemon. `session`: a file with the token that logs in at the page without a password. */
export const basculeCommand =
  (documentFile: string, folder: string, session?: string): CommandOf =>
  (node) => [
    process.execPath,
    main,
    ...['node', 'run', '--config', documentFile, '--node', node],
    ...['--socket', socketOf(folder, node), '--state', stateOf(folder, node)],
    ...(session === undefined ? [] : ['--lab-session', session]),
  ];

/** Where a node keeps what must survive a restart. */
export const stateOf = (folder: string, node: string): string => `${folder}/state-${node}`;

export const socketOf = (folder: string, node: string): string => `${folder}/${node}.sock`;

/** Lines of the log that are kept for the live view. */
const keptLines = 200;

export class NodeHandle {
  readonly name: string;
  readonly changes: RoleChange[] = [];
  readonly lastLines: string[] = [];
  readonly #folder: string;
  readonly #commandOf: CommandOf;
  readonly #launch: (how: Launch) => Running;
  #running: Running | undefined;
  /** The roles of before, while the whole machine stands still. */
  #frozen: ReadonlyMap<string, Status> | undefined;

  constructor(name: string, folder: string, commandOf: CommandOf, launcher = launch) {
    this.name = name;
    this.#folder = folder;
    this.#commandOf = commandOf;
    this.#launch = launcher;
  }

  get logFile(): string {
    return `${this.#folder}/${this.name}.log`;
  }

  get isRunning(): boolean {
    return this.#running !== undefined && !this.#running.hasEnded() && this.#frozen === undefined;
  }

  start(): void {
    if (this.isRunning) return;
    const running = this.#launch({
      namespace: this.name,
      argv: this.#commandOf(this.name),
      logFile: this.logFile,
      onLine: (line, now) => this.#read(line, now),
    });
    this.#running = running;
    void running.ended.then(() => {
      if (this.#running === running) this.#markDown();
    });
  }

  /** SIGKILL; the kernel's side of the node stays as it is. */
  kill(): void {
    this.#running?.signal('SIGKILL');
    this.#markDown();
  }

  /** SIGTERM, and waits for the end; after `limitMs` it is killed. Returns whether it left by itself. */
  async stop(limitMs = 5_000): Promise<boolean> {
    const running = this.#running;
    if (running === undefined || running.hasEnded()) return true;
    running.signal('SIGTERM');
    const timer = setTimeout(() => running.signal('SIGKILL'), limitMs);
    const outcome = await running.ended;
    clearTimeout(timer);
    return outcome !== 'SIGKILL';
  }

  /** The machine of the node stands still: it serves nothing, whatever it will believe when it goes on. */
  freeze(): void {
    this.#frozen = this.#roles();
    this.#markDown();
  }

  /** It goes on, and believes what it believed. */
  thaw(): void {
    for (const [vip, status] of this.#frozen ?? [])
      this.changes.push({ at: monotonicMs(), node: this.name, vip, status });
    this.#frozen = undefined;
  }

  /** The node's status, or undefined while it does not answer. */
  async status(): Promise<NodeStatus | undefined> {
    if (!this.isRunning) return undefined;
    const reply = await ask(socketOf(this.#folder, this.name), { command: 'status' }, 1_000);
    return reply.ok ? reply.value.status : undefined;
  }

  /** Asks the node to do something; what it refuses, or does not answer in time, is an error. */
  async command(request: ControlRequest, timeoutMs = 2_000): Promise<Extract<ControlReply, { ok: true }>> {
    const reply = await ask(socketOf(this.#folder, this.name), request, timeoutMs);
    if (!reply.ok) throw new Error(`${this.name}: ${reply.error}`);
    return reply.value;
  }

  /** Forgets the roles of virtual IPs that the node does not take part in any more. */
  async forgetLeft(): Promise<void> {
    const status = await this.status();
    if (status === undefined) return;
    const titles = new Set(status.vips.map(({ title }) => title));
    const kept = this.changes.filter(({ vip }) => titles.has(vip));
    this.changes.splice(0, this.changes.length, ...kept);
  }

  #read(line: string, wallNow: number): void {
    this.lastLines.push(line);
    if (this.lastLines.length > keptLines) this.lastLines.shift();
    const change = readTransition(this.name, line);
    if (change === undefined) return;
    // The log has the wall clock's time, the probes the monotonic clock's.
    const at = monotonicMs() - (wallNow - change.at);
    // The log counts whole milliseconds, the difference of the clocks does not: the order of lines is what holds.
    this.changes.push({ ...change, at: Math.max(at, this.changes.at(-1)?.at ?? at) });
  }

  #roles(): ReadonlyMap<string, Status> {
    return new Map(this.changes.map(({ vip, status }) => [vip, status]));
  }

  #markDown(): void {
    for (const [vip, status] of this.#roles()) {
      if (status !== 'DOWN') this.changes.push({ at: monotonicMs(), node: this.name, vip, status: 'DOWN' });
    }
  }
}
