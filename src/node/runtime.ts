/** A running node's main thread: keeps the guard, answers requests, writes the log, and ends in good order. */
import type { ControlReply, NodeRequest, NodeStatus } from '#api/contract/control.ts';
import { type Micros, millis } from '#base/time.ts';
import type { CarpEvent } from '#carp/types.ts';
import { describeNode, type NodeFacts } from './describe.ts';
import { RuntimeFindings } from './findings.ts';
import type { GuardHandle } from './guard-handle.ts';
import type { GuardNews } from './guard-protocol.ts';
import type { Log } from './log.ts';
import type { NodeMemory, StateStore } from './state-store.ts';
import type { StatesHandle } from './states-handle.ts';
import type { RuleCarried, StatesReport } from './states-protocol.ts';
import { StatesWatch } from './states-watch.ts';

/** How long the addresses stay after the farewell when nobody takes over. */
const leavePatience: Micros = millis(1_000);
/** Peers that are there are heard of within a few milliseconds; without any, the node goes on after this, ms. */
const alonePatience = 1_000;
/** A node takes part after this even if a peer's table has not arrived, ms. */
const holdOffLimit = 60_000;
/** How often it is looked at whether the node is ready, and whether it is out of step for too long, ms. */
const readinessEvery = 25;
/** Findings and limits that only time brings about may be so late, ms; all else shows when it is reported. */
const findingsEvery = 500;
/** Being asked and answered takes some milliseconds; only what lasts longer is worth a demotion, ms. */
const outOfStepPatience = 250;
const startingReason = 'starting';
const outOfStepReason = 'states not in step';
/** Milliseconds. */
const carriedFor = 1_000;

export class NodeRuntime {
  #facts: NodeFacts;
  readonly #titles = new Map<string, string>();
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
  #states: { readonly handle: StatesHandle; readonly watch: StatesWatch } | undefined;
  #rulesetAt: number | undefined;
  /** Since when a peer has something that is not here. */
  #outOfStepSince: number | undefined;
  /** Demoted for that. */
  #isHeldBack = false;
  #lookAgain: NodeJS.Timeout | undefined;
  #carried: { readonly at: number; readonly answer: Promise<readonly RuleCarried[] | undefined> } | undefined;
  readonly #masters = new Set<string>();
  readonly #whenReady = Promise.withResolvers<void>();
  readonly #openStates = new Map<string, { readonly code: string; readonly subject: string | undefined }>();

  constructor(parts: {
    facts: NodeFacts;
    log: Log;
    store: StateStore;
    memory: NodeMemory;
    clock: () => number;
    refreshNeighbours: (device: string) => void;
  }) {
    this.#facts = parts.facts;
    this.#learnTitles();
    this.#log = parts.log;
    this.#store = parts.store;
    this.#memory = parts.memory;
    this.#clock = parts.clock;
    this.#refreshNeighbours = parts.refreshNeighbours;
    this.#startedAt = parts.clock();
  }

  /** Resolves when the node takes part in the election; what is not urgent waits for it. */
  get whenReady(): Promise<void> {
    return this.#whenReady.promise;
  }

  attach(guard: GuardHandle): void {
    this.#guard = guard;
    this.#tell({ kind: 'demote', reason: startingReason, amount: 240 });
    if (this.#memory.maintenance) this.#tell({ kind: 'maintenance', on: true });
  }

  /** Another document is in force. */
  follow(facts: NodeFacts): void {
    this.#facts = facts;
    this.#learnTitles();
  }

  /** Also of virtual IPs that are gone: the last is heard of them after the document. */
  #learnTitles(): void {
    for (const { key, title } of this.#facts.vips) this.#titles.set(key, title);
  }

  isMaster(key: string): boolean {
    return this.#masters.has(key);
  }

  attachStates(handle: StatesHandle): void {
    this.#states = { handle, watch: new StatesWatch(this.#clock()) };
    this.#clear('states-stopped', undefined);
    if (this.#masters.size > 0) handle.send({ kind: 'active', active: true });
    this.#watchReadiness();
  }

  /** The document wants no state synchronisation any more. */
  detachStates(): void {
    this.#states = undefined;
    this.#watchReadiness();
  }

  /** The ruleset is in the kernel: the election may begin. Demoted still, until the peers' states are here. */
  rulesetLoaded(): void {
    this.#guard?.send({ kind: 'start' });
    this.#rulesetAt = this.#clock();
    this.#watchReadiness();
  }

  /** A finding of another part of the node. */
  raise(code: string, subject: string | undefined, cause: string): void {
    this.#raise(code, subject, cause);
  }

  clear(code: string, subject: string | undefined): void {
    this.#clear(code, subject);
  }

  hearStates(report: StatesReport): void {
    this.#states?.watch.hear(report, this.#clock());
    this.#watchReadiness();
  }

  /** The states thread is gone: what it knew is not to be waited for any more. */
  statesFailed(why: string): void {
    this.#states = undefined;
    this.#raise('states-stopped', undefined, why);
    this.#watchReadiness();
  }

  /** Looked at after every report, and once more when time alone may have changed something. */
  #watchReadiness(): void {
    if (this.#rulesetAt === undefined) return;
    this.#noteStatesFindings();
    if (this.#ready) this.#watchStep();
    else this.#becomeReady(this.#clock() - this.#rulesetAt);
    clearTimeout(this.#lookAgain);
    if (this.#states === undefined) return;
    const since = this.#outOfStepSince;
    const isUrgent = !this.#ready || (since !== undefined && this.#clock() - since < outOfStepPatience);
    this.#lookAgain = setTimeout(() => this.#watchReadiness(), isUrgent ? readinessEvery : findingsEvery);
    this.#lookAgain.unref();
  }

  #becomeReady(waited: number): void {
    const watch = this.#states?.watch;
    const isLate = waited >= holdOffLimit;
    const isReady = watch === undefined || watch.isInStep || (watch.isAlone && waited >= alonePatience);
    if (!isReady && !isLate) return;
    this.#ready = true;
    if (!isReady)
      this.#raise('hold-off-expired', undefined, `after ${holdOffLimit / 1_000} s states are still missing`);
    this.#tell({ kind: 'undemote', reason: startingReason });
    const startupMs = Math.round(this.#clock() - this.#startedAt);
    this.#whenReady.resolve();
    this.#log('info', 'ready', { startupMs, states: watch?.isInStep === true ? 'in step' : 'alone' });
  }

  /** A backup that lacks states shall not take over from a master that has them. */
  #watchStep(): void {
    const isFilling = this.#states?.watch.isFilling === true && this.#masters.size === 0;
    const now = this.#clock();
    this.#outOfStepSince = isFilling ? (this.#outOfStepSince ?? now) : undefined;
    const lasting = this.#outOfStepSince === undefined ? 0 : now - this.#outOfStepSince;
    const shallHoldBack = lasting >= outOfStepPatience && lasting < holdOffLimit;
    if (shallHoldBack === this.#isHeldBack) return;
    this.#isHeldBack = shallHoldBack;
    if (shallHoldBack) this.#tell({ kind: 'demote', reason: outOfStepReason, amount: 240 });
    else this.#tell({ kind: 'undemote', reason: outOfStepReason });
  }

  #noteStatesFindings(): void {
    const found = this.#states?.watch.findings(this.#clock()) ?? [];
    const names = new Set(found.map(({ code, subject }) => `${code} ${subject ?? ''}`));
    for (const [name, { code, subject }] of this.#openStates) {
      if (names.has(name)) continue;
      this.#openStates.delete(name);
      this.#clear(code, subject);
    }
    for (const { code, subject, cause } of found) {
      this.#openStates.set(`${code} ${subject ?? ''}`, { code, subject });
      this.#raise(code, subject, cause);
    }
  }

  /** Says farewell; `GuardHandle.ended` resolves when nothing is held any more. */
  leave(signal: string): void {
    this.#log('info', `leaving (${signal})`);
    this.#tell({ kind: 'leave', patience: leavePatience });
  }

  async answer(request: NodeRequest): Promise<ControlReply> {
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
      case 'states': {
        const handle = this.#states?.handle;
        if (handle === undefined)
          return { ok: false, error: 'this node keeps no states in step: the document has no ha.sync' };
        const { command: _, ...wish } = request;
        const { words, kill } = wish;
        const answer = await handle.query(wish);
        if (kill && answer.ok)
          this.#log('info', `ended ${answer.value.matching} connections`, { filter: words.join(' ') });
        return answer.ok
          ? { ok: true, states: { ...answer.value, rows: [...answer.value.rows] } }
          : { ok: false, error: answer.error };
      }
      case 'resetDemotion':
        this.#tell({ kind: 'resetDemotion' });
        return { ok: true };
    }
  }

  /**
   * Connections by the number of the rule that let them in; undefined when nobody looks at them. One reading of the
   * table serves all who ask within a second.
   */
  carried(): Promise<readonly RuleCarried[] | undefined> {
    const now = this.#clock();
    if (this.#carried === undefined || now - this.#carried.at > carriedFor)
      this.#carried = { at: now, answer: this.#askCarried() };
    return this.#carried.answer;
  }

  async #askCarried(): Promise<readonly RuleCarried[] | undefined> {
    const wish = { words: [], limit: 0, kill: false, byRule: true };
    const answer = await this.#states?.handle.query(wish);
    return answer?.ok === true ? answer.value.byRule : undefined;
  }

  /**
   * Ends the connections that a word of a filter picks, here and at the peers. `which`: "whose schedule is over". Whether
   * they shall end, their carrier knows: a backup's clock may be fast, and its gateway down for the backup alone.
   */
  async endConnections(word: string, which: string): Promise<void> {
    if (this.#masters.size === 0 && this.#facts.vips.length > 0) return;
    const answer = await this.#states?.handle.query({ words: [word], limit: 0, kill: true });
    if (answer?.ok === false) this.#log('warn', `connections ${which} go on: ${answer.error}`);
    if (answer?.ok === true && answer.value.matching > 0)
      this.#log('info', `ended ${answer.value.matching} connections ${which}`);
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
    return { ...describeNode(this.#facts, moment, report), states: this.#states?.watch.status() };
  }

  /** Writes down what must survive a restart. */
  async remember(): Promise<void> {
    const report = await this.#guard?.report();
    this.#memory.replay = report?.replay ?? this.#memory.replay;
    this.#store.write(this.#memory);
  }

  /** Hears the guard. */
  hear(message: GuardNews): void {
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

  #hearEffect(effect: Extract<GuardNews, { kind: 'effect' }>['effect']): void {
    switch (effect.kind) {
      case 'roleChanged':
        this.#noteRole(effect.key, effect.to === 'MASTER');
        this.#log(
          'info',
          `CARP: ${this.#title(effect.key)} ${effect.from} -> ${effect.to} (${effect.reason})`,
        );
        return;
      case 'demotionChanged':
        this.#log('info', `CARP: demoted by ${effect.total}`, effect.reasons);
        return;
      case 'finding':
        if (effect.cleared === true) this.#clear(effect.code, effect.subject);
        else this.#raise(effect.code, effect.subject, effect.cause);
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

  #noteRole(key: string, isMaster: boolean): void {
    if (isMaster) this.#masters.add(key);
    else this.#masters.delete(key);
    this.#states?.handle.send({ kind: 'active', active: this.#masters.size > 0 });
    if (isMaster) this.#refresh(key.split('@')[0] ?? '');
  }

  #raise(code: string, subject: string | undefined, cause: string): void {
    if (this.#findings.raise(code, subject, cause, this.#clock()))
      this.#log('warn', `${code}: ${cause}`, { subject });
  }

  #clear(code: string, subject: string | undefined): void {
    if (this.#findings.clear(code, subject)) this.#log('info', `over: ${code}`, { subject });
  }

  #tell(event: CarpEvent): void {
    this.#guard?.send({ kind: 'event', event });
  }

  #title(key: string): string {
    return this.#titles.get(key) ?? key;
  }

  #interfaceTitle(ifname: string): string {
    return this.#facts.vips.find((vip) => vip.interface === ifname)?.title.split('@')[0] ?? ifname;
  }
}
