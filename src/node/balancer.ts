/**
 * The load balancer of a running node: hands the engine what happens, and does what it says. Members are checked on
 * every node, master or not, so that a new master has known them for long.
 */
import type { BalancerStatus, MemberOrder } from '#api/contract/balancer.ts';
import { BalanceEngine } from '#balance/engine.ts';
import { type GivenOrders, ordersInForce, type Wish, withOrder, withOthers } from '#balance/orders.ts';
import type { BalanceEffect, BalanceEvent } from '#balance/types.ts';
import { fail, ok, type Result } from '#base/result.ts';
import { type Instant, micros } from '#base/time.ts';
import { balancerOf } from '#config/balancer.ts';
import type { ClusterDocument } from '#config/document.ts';
import type { BalancerKernel } from '#ports/balancer-kernel.ts';
import type { Asked, Monitors } from '#ports/monitors.ts';
import type { Nft } from '#ports/nft.ts';
import { memberOfNumber } from '#ruleset/balancer.ts';
import { describeBalancer } from './balancer-describe.ts';
import { type BalancerFinding, findingsOf } from './balancer-findings.ts';
import { ConnectionRates } from './balancer-rates.ts';
import type { OrderStore } from './balancer-store.ts';
import { BalancerTables } from './balancer-tables.ts';
import type { Log } from './log.ts';

export interface BalancerParts {
  readonly document: ClusterDocument;
  readonly nft: Pick<Nft, 'check' | 'apply'>;
  readonly kernel: BalancerKernel;
  readonly monitors: Monitors;
  readonly store: OrderStore;
  /** The monotonic clock, microseconds. */
  readonly clock: () => Instant;
  /** ms since 1970. */
  readonly wallClock: () => number;
  readonly log: Log;
  readonly findings: {
    raise(code: string, subject: string | undefined, cause: string): void;
    clear(code: string, subject: string | undefined): void;
  };
}

/** Which members an order is for. */
export interface OrderFor {
  readonly order: MemberOrder;
  /** "192.0.2.1:80", or an address alone for all its ports. */
  readonly member: string;
  /** All pools when left out. */
  readonly pool?: string | undefined;
}

export interface BalancerHandle {
  /** Whether the kernel would take the balancer of a document. Touches nothing. */
  tryOut(document: ClusterDocument): Promise<Result<void>>;
  /** Goes on with another document; what is known of members that stay is kept. On failure nothing has changed. */
  follow(document: ClusterDocument): Promise<Result<void>>;
  status(): Promise<BalancerStatus>;
  /** The members that it was for, each as "pool member". */
  command(order: OrderFor): Result<readonly string[]>;
  /** Takes over the orders of another node that are newer; all that there are then. */
  exchange(orders: GivenOrders): Result<GivenOrders>;
  /** How the table in the kernel differs from what was written, one line each. */
  inspect(): Promise<readonly string[]>;
  /** Ends all checks. `keep`: the table stays in the kernel and goes on as it is. */
  stop(keep?: 'keep'): Promise<void>;
}

/** A node that starts gives its first checks so long before it tells the kernel, ms. */
const firstRound = 500;
/** How often new connections are counted for the rate, ms. */
const countEvery = 10_000;
/** How soon it is known that a member refused a connection, ms. Until then the kernel passes it over by itself. */
const lookEvery = 50;
/** How soon a table that somebody else changed is put right, ms. */
const guardEvery = 1_000;
/** Findings gather for so long: a thousand members may change one after the other, ms. */
const noteAfter = 100;

const wishes = { drain: 'drained', disable: 'disabled', enable: 'enabled' } as const satisfies Record<
  MemberOrder,
  Wish
>;

type EndStates = Extract<BalanceEffect, { kind: 'endStates' }>;

/** Changes of a table that are named in the log. */
const mostChanges = 5;

/** Resolves when the table is in the kernel, or was refused: then it is tried again. */
export async function startBalancer(parts: BalancerParts): Promise<BalancerHandle> {
  const balancer = new RunningBalancer(parts);
  await balancer.start();
  return balancer;
}

class RunningBalancer implements BalancerHandle {
  readonly #parts: BalancerParts;
  readonly #engine = new BalanceEngine();
  readonly #tables: BalancerTables;
  readonly #rates = new ConnectionRates();
  readonly #running = new Map<number, Asked>();
  #document: ClusterDocument;
  #given: GivenOrders = {};
  #timer: NodeJS.Timeout | undefined;
  #counting: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #guarding: NodeJS.Timeout | undefined;
  #noting: NodeJS.Timeout | undefined;
  readonly #open = new Map<string, BalancerFinding>();
  /** Endings that wait for the kernel to take a new document. */
  #postponed: EndStates[] | undefined;
  #isOpen = false;
  #settled: () => void = () => undefined;

  constructor(parts: BalancerParts) {
    this.#parts = parts;
    this.#document = parts.document;
    this.#tables = new BalancerTables({
      document: parts.document,
      nft: parts.nft,
      placesOf: (pool) => this.#engine.tablesOf(pool),
      kernel: parts.kernel,
      told: (behind) => this.#noteBehind(behind),
    });
  }

  async start(): Promise<void> {
    this.#given = this.#parts.store.read();
    this.#tell({ kind: 'order', orders: ordersInForce(this.#given) });
    this.#tell({ kind: 'follow', balancer: balancerOf(this.#document) });
    await this.#firstRound();
    this.#isOpen = true;
    await this.#tables.settle();
    this.#counting = setInterval(() => void this.#count(), countEvery);
    this.#counting.unref();
    this.#looking = setInterval(() => this.#look(), lookEvery);
    this.#looking.unref();
    this.#guarding = setInterval(() => void this.#guard(), guardEvery);
    this.#guarding.unref();
  }

  tryOut(document: ClusterDocument): Promise<Result<void>> {
    return this.#tables.check(document);
  }

  async follow(document: ClusterDocument): Promise<Result<void>> {
    if (JSON.stringify(balancerOf(document)) === JSON.stringify(balancerOf(this.#document))) {
      this.#document = document;
      return ok(undefined);
    }
    await this.#count();
    const before = this.#document;
    const ending: EndStates[] = [];
    this.#postponed = ending;
    this.#tell({ kind: 'follow', balancer: balancerOf(document) });
    this.#postponed = undefined;
    const done = await this.#tables.replace(document);
    if (done.ok) {
      this.#document = document;
      for (const effect of ending) void this.#endStates(effect);
    } else this.#tell({ kind: 'follow', balancer: balancerOf(before) });
    return done;
  }

  async status(): Promise<BalancerStatus> {
    const [states] = await Promise.all([this.#parts.kernel.states(), this.#count()]);
    // What is told of who serves shall be true of the kernel, too.
    if (this.#isOpen) await this.#tables.settle();
    if (!states.ok) this.#parts.log('warn', states.error);
    this.#noteFindings();
    return describeBalancer({
      engine: this.#engine,
      now: this.#parts.clock(),
      states: states.ok ? states.value : undefined,
      rates: this.#rates,
      behind: this.#tables.behind,
    });
  }

  command({ order, member, pool }: OrderFor): Result<readonly string[]> {
    const pools = this.#engine.balancer.pools.filter(({ name }) => pool === undefined || name === pool);
    if (pools.length === 0)
      return fail(pool === undefined ? 'there are no pools' : `there is no pool "${pool}"`);
    const picked = pools.flatMap(({ name, members }) =>
      members
        .filter(({ id, address }) => id === member || address === member)
        .map(({ id }) => ({ pool: name, id })),
    );
    if (picked.length === 0) {
      const known = pools.flatMap(({ members }) => members.map(({ id }) => id));
      return fail(`there is no member "${member}"; there are ${[...new Set(known)].join(', ')}`);
    }
    const now = this.#parts.wallClock();
    const taken = this.#take(
      picked.reduce((all, one) => withOrder(all, one.pool, one.id, wishes[order], now), this.#given),
    );
    if (!taken.ok) return taken;
    for (const one of picked) this.#parts.log('info', `balancer: ${order} ${one.id}`, { pool: one.pool });
    return ok(picked.map((one) => `${one.pool} ${one.id}`));
  }

  exchange(orders: GivenOrders): Result<GivenOrders> {
    const isKnown = (pool: string, member: string): boolean =>
      this.#engine.balancer.pools.some(
        ({ name, members }) => name === pool && members.some(({ id }) => id === member),
      );
    const all = withOthers(this.#given, orders, isKnown);
    if (all === undefined) return ok(this.#given);
    const taken = this.#take(all);
    if (!taken.ok) return taken;
    this.#parts.log('info', 'balancer: orders of another node taken over');
    return ok(all);
  }

  #take(given: GivenOrders): Result<void> {
    const written = this.#parts.store.write(given);
    if (!written.ok) return written;
    this.#given = given;
    this.#tell({ kind: 'order', orders: ordersInForce(given) });
    return written;
  }

  inspect(): Promise<readonly string[]> {
    return this.#tables.inspect();
  }

  async stop(keep?: 'keep'): Promise<void> {
    clearTimeout(this.#timer);
    clearInterval(this.#counting);
    clearInterval(this.#looking);
    clearInterval(this.#guarding);
    clearTimeout(this.#noting);
    this.#isOpen = false;
    for (const asked of this.#running.values()) asked.abandon();
    this.#running.clear();
    this.#parts.monitors.close();
    this.#parts.kernel.close();
    if (keep !== undefined) return;
    const removed = await this.#tables.remove();
    if (!removed.ok) this.#parts.log('warn', removed.error);
  }

  #tell(event: BalanceEvent): void {
    const effects = this.#engine.step(event, this.#parts.clock());
    for (const effect of effects) this.#perform(effect);
    if (event.kind === 'follow' || effects.some(({ kind }) => kind === 'tables'))
      this.#noting ??= setTimeout(() => this.#noteFindings(), noteAfter);
    this.#settled();
    this.#arm();
  }

  #noteFindings(): void {
    clearTimeout(this.#noting);
    this.#noting = undefined;
    const found = new Map(
      findingsOf(this.#engine, this.#parts.clock()).map((one) => [`${one.code} ${one.subject}`, one]),
    );
    for (const [key, { code, subject }] of this.#open)
      if (!found.has(key)) {
        this.#open.delete(key);
        this.#parts.findings.clear(code, subject);
      }
    for (const [key, one] of found) {
      this.#open.set(key, one);
      this.#parts.findings.raise(one.code, one.subject, one.cause);
    }
  }

  #noteBehind(behind: string | undefined): void {
    if (behind === undefined) this.#parts.findings.clear('balancer-not-loaded', undefined);
    else this.#parts.findings.raise('balancer-not-loaded', undefined, behind);
  }

  async #guard(): Promise<void> {
    const found = await this.#tables.guard();
    if (found.length > 0)
      this.#parts.log('warn', 'balancer: somebody changed the table; it was written anew', {
        changes: found.slice(0, mostChanges).join('; '),
      });
  }

  /** One timer for everything that the engine waits for. */
  #arm(): void {
    clearTimeout(this.#timer);
    const next = this.#engine.deadline();
    if (next === undefined) return;
    const ms = Math.ceil((next.at - this.#parts.clock()) / 1_000);
    this.#timer = setTimeout(() => this.#tell({ kind: 'tick' }), Math.max(0, ms));
  }

  #perform(effect: BalanceEffect): void {
    switch (effect.kind) {
      case 'check':
        this.#check(effect);
        return;
      case 'abandon':
        this.#running.get(effect.check)?.abandon();
        this.#running.delete(effect.check);
        return;
      case 'changed': {
        const { target, from, to, why } = effect;
        this.#parts.log('info', `balancer: ${target.key}: ${from} -> ${to} (${why})`);
        return;
      }
      case 'doubted': {
        const { target, on, why } = effect;
        this.#parts.log('info', `balancer: ${target.key}: ${on ? '' : 'no longer '}doubted (${why})`);
        return;
      }
      case 'absolved':
        return;
      case 'absolve':
        void this.#tables.absolve(effect.members, effect.trust);
        return;
      case 'tables':
        if (this.#isOpen) this.#tables.touch(effect.pools);
        return;
      case 'endStates':
        if (this.#postponed === undefined) void this.#endStates(effect);
        else this.#postponed.push(effect);
    }
  }

  #check({ check, target }: Extract<BalanceEffect, { kind: 'check' }>): void {
    const began = this.#parts.clock();
    const asked = this.#parts.monitors.ask(target.address, target.port, target.monitor);
    this.#running.set(check, asked);
    void asked.answer.then((outcome) => {
      if (!this.#running.delete(check)) return;
      const took = micros(this.#parts.clock() - began);
      this.#tell({ kind: 'checked', key: target.key, check, outcome, took });
    });
  }

  /** Only when no new connection can come to it any more. */
  async #endStates({ address, port }: EndStates): Promise<void> {
    if (!this.#isOpen) return;
    await this.#tables.settle();
    const ended = await this.#parts.kernel.endStates(address, port);
    if (!ended.ok) this.#parts.log('warn', `connections to ${address} port ${port} go on: ${ended.error}`);
    else if (ended.value > 0)
      this.#parts.log('info', 'balancer: connections ended', { address, port, count: ended.value });
  }

  /** Hands over who refused connections. */
  #look(): void {
    const { balancer } = this.#engine;
    if (balancer.servers.length === 0) return;
    const members = this.#parts.kernel.doubted().flatMap((number) => memberOfNumber(balancer, number) ?? []);
    if (members.length > 0) this.#tell({ kind: 'refused', members });
  }

  async #count(): Promise<void> {
    if (this.#engine.balancer.servers.length === 0) return;
    const counted = await this.#parts.kernel.counters();
    if (counted.ok) this.#rates.note(counted.value, this.#parts.clock());
    else this.#parts.log('debug', counted.error);
  }

  #firstRound(): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#settled = () => undefined;
        resolve();
      };
      const timer = setTimeout(end, firstRound);
      this.#settled = () => {
        if (this.#engine.isSettled) end();
      };
      this.#settled();
    });
  }
}
