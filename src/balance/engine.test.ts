import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Instant, instant, millis } from '#base/time.ts';
import { balancerOf } from '#config/balancer.ts';
import { loadDocument } from '#config/load.ts';
import { BalanceEngine } from './engine.ts';
import type { BalanceEffect, Orders } from './types.ts';

const documentText = `cluster: sample
nodes: { A: {}, B: {} }
interfaces:
  wan: { addresses: { A: [192.0.2.2/24], B: [192.0.2.3/24] } }
  lan: { addresses: { A: [10.0.0.2/24, fd00::2/64], B: [10.0.0.3/24, fd00::3/64] } }
virtualIps:
  - { interface: wan, vhid: 1, addresses: [192.0.2.1/24], password: a-good-password }
loadBalancer:
  monitors: { m: { type: tcp, interval: 1000, retryInterval: 1000 } }
  pools:
    web: { port: 80, monitor: m, members: [{ address: 10.0.0.11 }, { address: 10.0.0.12 }, { address: "fd00::13" }] }
    also: { port: 80, monitor: m, mode: failover, members: [{ address: 10.0.0.12 }, { address: 10.0.0.11 }] }
    trust: { port: 80, monitor: none, members: [{ address: 10.0.0.11 }, { address: 10.0.0.99, enabled: false }] }
  virtualServers: { www: { addresses: [192.0.2.1], port: 80, pool: web } }
`;

/** An engine whose members answer as `dead` says, carried on by the clock. */
class Cluster {
  readonly engine = new BalanceEngine();
  readonly dead = new Set<string>();
  effects: BalanceEffect[] = [];
  now = instant(0);

  constructor(text = documentText) {
    this.follow(text);
  }

  follow(text: string): BalanceEffect[] {
    const loaded = loadDocument(text);
    assert.ok(loaded.ok, JSON.stringify(loaded));
    this.effects = [];
    this.#take(this.engine.step({ kind: 'follow', balancer: balancerOf(loaded.value.document) }, this.now));
    return this.effects;
  }

  runUntil(until: Instant): BalanceEffect[] {
    this.effects = [];
    for (;;) {
      const next = this.engine.deadline();
      if (next === undefined || next.at > until) break;
      this.now = instant(Math.max(this.now, next.at));
      this.#take(this.engine.step({ kind: 'tick' }, this.now));
    }
    this.now = until;
    return this.effects;
  }

  order(orders: Orders): BalanceEffect[] {
    return this.engine.step({ kind: 'order', orders }, this.now);
  }

  refused(member: string): BalanceEffect[] {
    this.effects = [];
    this.#take(this.engine.step({ kind: 'refused', members: [member] }, this.now));
    return this.effects;
  }

  #take(effects: readonly BalanceEffect[]): void {
    this.effects.push(...effects);
    for (const effect of effects) {
      if (effect.kind !== 'check') continue;
      const { key, address } = effect.target;
      const outcome = this.dead.has(address)
        ? ({ ok: false, why: 'refused' } as const)
        : ({ ok: true } as const);
      this.#take(
        this.engine.step({ kind: 'checked', key, check: effect.check, outcome, took: millis(1) }, this.now),
      );
    }
  }
}

const at = (s: number): Instant => instant(s * 1_000_000);
const addresses = (cluster: Cluster, pool: string): string =>
  cluster.engine
    .report(pool, cluster.now)
    .flatMap(({ serving, member }) => (serving && member.family === 'ipv4' ? member.address : []))
    .sort()
    .join(' ');
const kinds = (effects: readonly BalanceEffect[]): string[] =>
  effects.flatMap((effect) => (effect.kind === 'check' ? [] : [effect.kind]));

test('pools that ask the same member the same share its check', () => {
  const cluster = new Cluster();
  const checks = cluster.runUntil(at(0.5)).filter(({ kind }) => kind === 'check');
  // The first check begins when the document is taken up.
  assert.equal(checks.length, 2);
  assert.equal(addresses(cluster, 'web'), '10.0.0.11 10.0.0.12');
  assert.equal(addresses(cluster, 'also'), '10.0.0.12');
  assert.equal(addresses(cluster, 'trust'), '10.0.0.11');
});

test('a death changes every pool that has the member, and ends its connections where nobody else holds to it', () => {
  const cluster = new Cluster();
  cluster.runUntil(at(0.5));
  cluster.dead.add('10.0.0.12').add('10.0.0.11');
  const effects = cluster.runUntil(at(10));
  assert.deepEqual(
    effects.flatMap((effect) => (effect.kind === 'tables' ? [...effect.pools].sort().join(' ') : [])),
    ['also web', 'also web'],
  );
  // 10.0.0.11 is still good in the pool that asks nobody.
  assert.deepEqual(
    effects.flatMap((effect) => (effect.kind === 'endStates' ? effect.address : [])),
    ['10.0.0.12'],
  );
  assert.equal(addresses(cluster, 'web'), '');
  assert.deepEqual(cluster.engine.tablesOf('web').ipv6.length, 240);
});

test('a drained member gets nothing new and keeps what it has; a disabled one loses it', () => {
  const cluster = new Cluster();
  cluster.runUntil(at(0.5));
  assert.deepEqual(kinds(cluster.order({ web: { '10.0.0.12:80': 'drained' } })), ['tables']);
  assert.equal(addresses(cluster, 'web'), '10.0.0.11');
  assert.equal(addresses(cluster, 'also'), '10.0.0.12');
  const both = { web: { '10.0.0.12:80': 'disabled' }, also: { '10.0.0.12:80': 'disabled' } } as const;
  assert.deepEqual(kinds(cluster.order(both)), ['tables', 'endStates']);
  assert.equal(addresses(cluster, 'also'), '10.0.0.11');
  assert.deepEqual(kinds(cluster.order({})), ['tables']);
  assert.equal(addresses(cluster, 'web'), '10.0.0.11 10.0.0.12');
});

test('two nodes that see the same members come to the same tables, whatever happened before', () => {
  const [one, other] = [new Cluster(), new Cluster()];
  one.dead.add('10.0.0.12');
  one.runUntil(at(10));
  one.dead.clear();
  one.runUntil(at(20));
  other.runUntil(at(1));
  for (const pool of ['web', 'also', 'trust'])
    assert.deepEqual(one.engine.tablesOf(pool), other.engine.tablesOf(pool));
});

test('a member that fell too often serves when nobody else does', () => {
  const cluster = new Cluster();
  for (let s = 1; s < 40; s += 10) {
    cluster.dead.delete('10.0.0.11');
    cluster.runUntil(at(s + 4));
    cluster.dead.add('10.0.0.11');
    cluster.runUntil(at(s + 9));
  }
  cluster.dead.clear();
  cluster.runUntil(at(43));
  const report = cluster.engine.report('web', cluster.now)[0];
  assert.equal(report?.health, 'held');
  assert.ok((report?.check?.stillNeeded ?? 0) > 0);
  assert.equal(addresses(cluster, 'web'), '10.0.0.12');
  cluster.dead.add('10.0.0.12');
  cluster.runUntil(at(46));
  assert.equal(cluster.engine.report('web', cluster.now)[1]?.health, 'offline');
  assert.equal(addresses(cluster, 'web'), '10.0.0.11');
});

test('what a member is and why stands in its report', () => {
  const cluster = new Cluster();
  cluster.dead.add('10.0.0.12');
  cluster.runUntil(at(3));
  const [up, down] = cluster.engine.report('web', cluster.now);
  assert.deepEqual([up?.health, up?.serving, up?.check?.why], ['online', true, 'the first check went well']);
  assert.deepEqual([down?.health, down?.serving, down?.check?.why], ['offline', false, 'refused']);
  const disabled = cluster.engine.report('trust', cluster.now)[1];
  assert.deepEqual([disabled?.order, disabled?.serving], ['disabled', false]);
});

test('a member that refuses and fails its check serves only where nobody else does, until a check goes well', () => {
  const cluster = new Cluster();
  cluster.runUntil(at(0.5));
  cluster.dead.add('10.0.0.12');
  const effects = cluster.refused('10.0.0.12:80');
  assert.deepEqual(kinds(effects), ['doubted', 'tables']);
  assert.equal(addresses(cluster, 'web'), '10.0.0.11');
  const [, second] = cluster.engine.report('web', cluster.now);
  assert.deepEqual([second?.health, second?.serving], ['online', false]);
  assert.equal(second?.check?.why, 'refused a connection, and its check fails');
  cluster.dead.clear();
  const after = cluster.runUntil(at(1.7));
  assert.deepEqual(kinds(after), ['doubted', 'absolved', 'tables', 'absolve']);
  assert.equal(addresses(cluster, 'web'), '10.0.0.11 10.0.0.12');
});

test('a member that answers its check is not doubted, whomever it refused', () => {
  const cluster = new Cluster();
  cluster.runUntil(at(0.5));
  const effects = cluster.refused('10.0.0.12:80');
  assert.deepEqual(
    effects.flatMap((effect) =>
      effect.kind === 'absolve' ? effect.members.map(({ address }) => `${address} ${effect.trust}`) : [],
    ),
    ['10.0.0.12 true'],
  );
  assert.equal(addresses(cluster, 'web'), '10.0.0.11 10.0.0.12');
});

test('whom a new document takes out loses its connections, whoever stays in another pool keeps them', () => {
  const cluster = new Cluster();
  cluster.runUntil(at(0.5));
  const ended = (change: (text: string) => string): string[] =>
    cluster
      .follow(change(documentText))
      .flatMap((effect) => (effect.kind === 'endStates' ? effect.address : []));
  assert.deepEqual(
    ended((text) => text.replace('members: [{ address: 10.0.0.11 }, { address: 10.0.0.12 }, ', 'members: [')),
    [],
  );
  const without = (text: string): string => text.replaceAll(/\{ address: 10\.0\.0\.12 \}, /g, '');
  assert.deepEqual(ended(without), ['10.0.0.12']);
  assert.deepEqual(ended(without), []);
  assert.deepEqual(
    ended((text) => without(text).replaceAll('10.0.0.11 }', '10.0.0.11, enabled: false }')),
    ['10.0.0.11'],
  );
});
