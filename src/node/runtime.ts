/** A running node's main thread: keeps the guard, answers requests, writes the log, and ends in good order. */
import type { ControlReply, ControlRequest, NodeStatus } from '#api/contract/control.ts';
import { type Micros, millis } from '#base/time.ts';
import type { CarpEvent } from '#carp/types.ts';
import { describeNode, type NodeFacts } from './describe.ts';
import { RuntimeFindings } from './findings.ts';
import type { GuardHandle } from './guard-handle.ts';
import type { FromGuard } from './guard-protocol.ts';
import type { Log } from './log.ts';
import type { NodeMemory, StateStore } from './state-store.ts';

/** How long the addresses stay after the farewell when nobody takes over. */
const leavePatience: Micros = millis(1_000);

export class NodeRuntime {
  readonly #facts: NodeFacts;
  readonly #log: Log;
  readonly #store: StateStore;
  readonly #memory: NodeMemory;
  readonly #findings = new RuntimeFindings();
  /** Milliseconds that only go forward. */
  readonly #clock: () => number;
  readonly #refreshNeighbours: (device: string) => void;
  readonly #startedAt: number;
  #guard: GuardHandle | undefined;
  #realtime = false;
  #ready = false;

  constructor(parts: {
    facts: NodeFacts;
    log: Log;
    store: StateStore;
    memory: NodeMemory;
    clock: () => number;
    refreshNeighbours: (device: string) => void;
  }) {
    this.#facts = parts.facts;
    this.#log = parts.log;
    this.#store = parts.store;
    this.#memory = parts.memory;
    this.#clock = parts.clock;
    this.#refreshNeighbours = parts.refreshNeighbours;
    this.#startedAt = parts.clock();
  }

  attach(guard: GuardHandle): void {
    this.#guard = guard;
    this.#tell({ kind: 'demote', reason: 'starting', amount: 240 });
    if (this.#memory.maintenance) this.#tell({ kind: 'maintenance', on: true });
  }

  /** The ruleset is in the kernel: the election may begin, and nothing else is waited for. */
  rulesetLoaded(): void {
    this.#guard?.send({ kind: 'start' });
    this.#tell({ kind: 'undemote', reason: 'starting' });
    this.#ready = true;
    this.#log('info', 'ready', { startupMs: Math.round(this.#clock() - this.#startedAt) });
  }

  /** Says farewell; `GuardHandle.ended` resolves when nothing is held any more. */
  leave(signal: string): void {
    this.#log('info', `leaving (${signal})`);
    this.#tell({ kind: 'leave', patience: leavePatience });
  }

  async answer(request: ControlRequest): Promise<ControlReply> {
    switch (request.command) {
      case 'status':
        return { ok: true, status: await this.status() };
      case 'maintenance':
        this.#memory.maintenance = request.on;
        await this.remember();
        this.#log('info', `persistent maintenance mode ${request.on ? 'entered' : 'left'}`);
        this.#tell({ kind: 'maintenance', on: request.on });
        return { ok: true };
      case 'carp':
        this.#log('info', `CARP ${request.on ? 'enabled' : 'temporarily disabled'}`);
        this.#tell({ kind: 'allow', on: request.on });
        return { ok: true };
      case 'resetDemotion':
        this.#tell({ kind: 'resetDemotion' });
        return { ok: true };
    }
  }

  async status(): Promise<NodeStatus> {
    if (this.#guard === undefined) throw new Error('bug: asked for the status before the guard was attached');
    const report = await this.#guard.report();
    const moment = {
      pid: process.pid,
      uptimeMs: this.#clock() - this.#startedAt,
      ready: this.#ready,
      realtime: this.#realtime,
      residentBytes: process.memoryUsage.rss(),
      findings: this.#findings.list(this.#clock()),
    };
    return describeNode(this.#facts, moment, report);
  }

  /** Writes down what must survive a restart. */
  async remember(): Promise<void> {
    const report = await this.#guard?.report();
    this.#memory.replay = report?.replay ?? this.#memory.replay;
    this.#store.write(this.#memory);
  }

  /** Hears the guard. */
  hear(message: Exclude<FromGuard, { kind: 'report' }>): void {
    switch (message.kind) {
      case 'opened':
        this.#realtime = message.realtime;
        if (message.why !== undefined) this.#log('warn', `no real-time scheduling: ${message.why}`);
        return;
      case 'log':
        this.#log(message.level, message.message);
        return;
      case 'link':
        if (message.up) this.#refresh(message.ifname);
        this.#log(
          message.up ? 'info' : 'warn',
          `link ${this.#interfaceTitle(message.ifname)} ${message.up ? 'up' : 'down'}`,
        );
        return;
      case 'effect':
        this.#hearEffect(message.effect);
    }
  }

  #hearEffect(effect: Extract<FromGuard, { kind: 'effect' }>['effect']): void {
    switch (effect.kind) {
      case 'roleChanged':
        if (effect.to === 'MASTER') this.#refresh(effect.key.split('@')[0] ?? '');
        this.#log(
          'info',
          `CARP: ${this.#title(effect.key)} ${effect.from} -> ${effect.to} (${effect.reason})`,
        );
        return;
      case 'demotionChanged':
        this.#log('info', `CARP: demoted by ${effect.total}`, effect.reasons);
        return;
      case 'finding':
        if (effect.cleared === true) {
          if (this.#findings.clear(effect.code, effect.subject))
            this.#log('info', `over: ${effect.code}`, { subject: effect.subject });
        } else if (this.#findings.raise(effect.code, effect.subject, effect.cause, this.#clock())) {
          this.#log('warn', `${effect.code}: ${effect.cause}`, { subject: effect.subject });
        }
        return;
      case 'left':
        this.#log('info', 'left: no virtual IP is held any more');
    }
  }

  /** Here and not in the guard: the kernel makes this wait for its RTNL lock, for 10 ms and more at bad times. */
  #refresh(ifname: string): void {
    const device = this.#facts.devices[ifname];
    if (device !== undefined) this.#refreshNeighbours(device);
  }

  #tell(event: CarpEvent): void {
    this.#guard?.send({ kind: 'event', event });
  }

  #title(key: string): string {
    return this.#facts.vips.find((vip) => vip.key === key)?.title ?? key;
  }

  #interfaceTitle(ifname: string): string {
    return this.#facts.vips.find((vip) => vip.interface === ifname)?.title.split('@')[0] ?? ifname;
  }
}
