/**
 * The balancer's decisions: health, orders by hand, and the tables that follow. `step` takes what has happened and says
 * what shall be done; the node does it.
 */
import type { Family } from '#base/address.ts';
import type { Instant } from '#base/time.ts';
import { type Balancer, type Member, memberId, type Pool } from '#config/balancer.ts';
import { Health } from './health.ts';
import { type Availability, PoolTables, type Table } from './planner.ts';
import type {
  BalanceEffect,
  BalanceEvent,
  HealthReport,
  HealthState,
  Order,
  Orders,
  Target,
} from './types.ts';

/** The tables of one pool, in both families. */
export type TablesOfPool = Readonly<Record<Family, Table>>;

export interface MemberReport {
  readonly member: Member;
  readonly health: HealthState;
  readonly order: Order | undefined;
  /** Whether new connections may come to it: it has places in the pool's table. */
  readonly serving: boolean;
  /** Undefined when the pool has no monitor. */
  readonly check: HealthReport | undefined;
}

interface PoolState {
  readonly pool: Pool;
  readonly tables: Readonly<Record<Family, PoolTables>>;
}

export class BalanceEngine {
  readonly #health = new Health();
  #balancer: Balancer = { workers: 1, pools: [], servers: [] };
  #pools = new Map<string, PoolState>();
  #orders: Orders = {};

  step(event: BalanceEvent, now: Instant): BalanceEffect[] {
    switch (event.kind) {
      case 'follow':
        return [...this.#follow(event.balancer, now), ...this.#health.tick(now)];
      case 'order':
        return this.#order(event.orders);
      case 'checked': {
        const { key, check, outcome, took } = event;
        const effects = this.#health.checked(key, check, outcome, took, now);
        return [...this.#withConsequences(effects), ...this.#health.tick(now)];
      }
      case 'refused':
        for (const key of this.#keysOf(event.members)) this.#health.refused(key, now);
        return this.#withConsequences(this.#health.tick(now));
      case 'tick':
        return this.#withConsequences(this.#health.tick(now));
    }
  }

  deadline(): { readonly at: Instant; readonly why: string } | undefined {
    return this.#health.deadline();
  }

  /** The balancer that is in force. */
  get balancer(): Balancer {
    return this.#balancer;
  }

  /** All that was ordered by hand; orders for members that are not there (any more) are kept. */
  get orders(): Orders {
    return this.#orders;
  }

  /** Whether every member has been asked at least once. */
  get isSettled(): boolean {
    return [...this.#pools.values()].every(({ pool }) =>
      pool.members.every((member) => !member.enabled || this.#healthOf(pool, member) !== 'unknown'),
    );
  }

  get busyWorkers(): number {
    return this.#health.busy;
  }

  /** Where the places of a pool lead; nowhere for one that is not in the document (any more). */
  tablesOf(name: string): TablesOfPool {
    const state = this.#pools.get(name);
    if (state === undefined) return { ipv4: [], ipv6: [] };
    const availability = (member: Member): Availability => this.#availability(state.pool, member);
    return { ipv4: state.tables.ipv4.table(availability), ipv6: state.tables.ipv6.table(availability) };
  }

  report(name: string, now: Instant): MemberReport[] {
    const pool = this.#pools.get(name)?.pool;
    if (pool === undefined) return [];
    const tables = this.tablesOf(name);
    const used = (table: Table): Table => (pool.mode === 'failover' ? table.slice(0, 1) : table);
    const serving = new Set([...used(tables.ipv4), ...used(tables.ipv6)].map(({ id }) => id));
    return pool.members.map((member) => ({
      member,
      health: this.#healthOf(pool, member),
      order: this.#orderFor(pool, member),
      serving: serving.has(member.id),
      check:
        pool.monitor === undefined ? undefined : this.#health.report(targetOf(pool.monitor, member).key, now),
    }));
  }

  #follow(balancer: Balancer, now: Instant): BalanceEffect[] {
    const targets = new Map<string, Target>();
    for (const { monitor, members } of balancer.pools)
      for (const member of members) {
        if (monitor === undefined || !member.enabled) continue;
        const target = targetOf(monitor, member);
        targets.set(target.key, target);
      }
    const before = this.#balancer.pools.flatMap(({ members }) => members);
    this.#balancer = balancer;
    this.#pools = new Map(
      balancer.pools.map((pool) => [
        pool.name,
        { pool, tables: { ipv4: new PoolTables(pool, 'ipv4'), ipv6: new PoolTables(pool, 'ipv6') } },
      ]),
    );
    const watching = this.#health.watch([...targets.values()], balancer.workers, now);
    return [...watching, ...this.#endings(before.filter((member) => this.#isTakenOut(member)))];
  }

  /** Whether the document has taken out who was a member: it has gone, or is disabled. */
  #isTakenOut({ id, enabled }: Member): boolean {
    const { pools, servers } = this.#balancer;
    const now = pools.flatMap(({ members }) => members.filter((member) => member.id === id));
    const isLastResort = servers.some(
      ({ lastResort }) => lastResort !== undefined && memberId(lastResort.address, lastResort.port) === id,
    );
    return now.length === 0 ? !isLastResort : enabled && now.every((member) => !member.enabled);
  }

  #order(orders: Orders): BalanceEffect[] {
    const before = this.#orders;
    this.#orders = orders;
    const touched = [...this.#pools.values()].map(({ pool }) => ({
      pool: pool.name,
      members: pool.members.filter(
        (member) => orderIn(before, pool.name, member) !== orderIn(orders, pool.name, member),
      ),
    }));
    const pools = touched.filter(({ members }) => members.length > 0).map(({ pool }) => pool);
    return [...tablesChanged(pools), ...this.#endings(touched.flatMap(({ members }) => members))];
  }

  /** A change of health changes tables; connections to the dead end, so that clients learn of it at once. */
  #withConsequences(effects: readonly BalanceEffect[]): BalanceEffect[] {
    const pools = new Set<string>();
    const fallen: Member[] = [];
    const absolved: BalanceEffect[] = [];
    for (const effect of effects) {
      if (effect.kind !== 'changed' && effect.kind !== 'doubted' && effect.kind !== 'absolved') continue;
      const touched = this.#standsFor(effect.target);
      const members = [...new Map(touched.map(({ member }) => [member.id, member])).values()];
      if (effect.kind === 'absolved') absolved.push({ kind: 'absolve', members, trust: effect.trust });
      else for (const { pool } of touched) pools.add(pool.name);
      if (effect.kind === 'changed' && effect.to === 'offline') fallen.push(...members);
    }
    return [...effects, ...tablesChanged([...pools]), ...absolved, ...this.#endings(fallen)];
  }

  /** The members that a target tells of, in every pool. */
  #standsFor({ key }: Target): { readonly pool: Pool; readonly member: Member }[] {
    return this.#checked().filter((one) => one.key === key);
  }

  #keysOf(members: readonly string[]): string[] {
    return this.#checked()
      .filter(({ member }) => members.includes(member.id))
      .map(({ key }) => key);
  }

  #checked(): { readonly pool: Pool; readonly member: Member; readonly key: string }[] {
    return [...this.#pools.values()].flatMap(({ pool }) => {
      const { monitor } = pool;
      if (monitor === undefined) return [];
      return pool.members.map((member) => ({ pool, member, key: targetOf(monitor, member).key }));
    });
  }

  #endings(members: readonly Member[]): BalanceEffect[] {
    const done = new Map(members.filter((one) => this.#isDone(one)).map((one) => [one.id, one]));
    return [...done.values()].map(({ address, port }) => ({ kind: 'endStates', address, port }));
  }

  /** Whether no pool wants this server's connections to go on: it is dead or disabled wherever it is a member. */
  #isDone({ id }: Member): boolean {
    return [...this.#pools.values()].every(({ pool }) =>
      pool.members.every(
        (member) =>
          member.id !== id ||
          this.#healthOf(pool, member) === 'offline' ||
          this.#orderFor(pool, member) === 'disabled',
      ),
    );
  }

  #healthOf(pool: Pool, member: Member): HealthState {
    if (pool.monitor === undefined) return 'online';
    return this.#health.stateOf(targetOf(pool.monitor, member).key);
  }

  #orderFor(pool: Pool, member: Member): Order | undefined {
    return member.enabled ? orderIn(this.#orders, pool.name, member) : 'disabled';
  }

  #availability(pool: Pool, member: Member): Availability {
    if (this.#orderFor(pool, member) !== undefined) return 'out';
    const { monitor } = pool;
    if (monitor !== undefined && this.#health.isDoubted(targetOf(monitor, member).key)) return 'held';
    const health = this.#healthOf(pool, member);
    return health === 'online' || health === 'held' ? health : 'out';
  }
}

const orderIn = (orders: Orders, pool: string, { id }: Member): Order | undefined => {
  const ofPool = Object.hasOwn(orders, pool) ? orders[pool] : undefined;
  return ofPool !== undefined && Object.hasOwn(ofPool, id) ? ofPool[id] : undefined;
};

const tablesChanged = (pools: readonly string[]): BalanceEffect[] =>
  pools.length === 0 ? [] : [{ kind: 'tables', pools }];

function targetOf(monitor: NonNullable<Pool['monitor']>, { id, address, port }: Member): Target {
  return { key: `${id} by ${monitor.name}`, address, port: monitor.port ?? port, monitor };
}
