import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Ipv4 } from '#base/address.ts';
import { type Member, memberId, type Pool } from '#config/balancer.ts';
import { type Availability, PoolTables, type Table } from './planner.ts';

const member = (n: number, weight = 1): Member => {
  const address = `10.0.${n >> 8}.${n & 255}` as Ipv4;
  return {
    id: memberId(address, 80),
    address,
    family: 'ipv4',
    port: 80,
    weight,
    enabled: true,
    description: '',
  };
};
const poolOf = (members: readonly Member[], change: Partial<Pool> = {}): Pool => ({
  name: 'web',
  mode: 'loadbalance',
  sticky: false,
  members,
  monitor: undefined,
  slots: change.mode === 'failover' ? 1 : 240,
  description: '',
  ...change,
});
const all = (): Availability => 'online';
const without =
  (...gone: readonly Member[]) =>
  (one: Member): Availability =>
    gone.some(({ id }) => id === one.id) ? 'out' : 'online';
const count = (table: Table): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { id } of table) counts[id] = (counts[id] ?? 0) + 1;
  return counts;
};
const moved = (before: Table, after: Table): Member[] => before.filter((one, i) => after[i]?.id !== one.id);

const four = [1, 2, 3, 4].map((n) => member(n));
const [a, b, c] = four as [Member, Member, Member, Member];

test('in turn: every member once before any comes again', () => {
  const table = new PoolTables(poolOf(four), 'ipv4').table(all);
  assert.deepEqual(
    table
      .slice(0, 8)
      .map(({ address }) => address.slice(-1))
      .join(''),
    '12341234',
  );
});

test('weights: shares as written, heavy members not all at once', () => {
  for (const sticky of [false, true]) {
    const members = [member(1, 5), member(2, 2), member(3, 1)];
    const table = new PoolTables(poolOf(members, { sticky }), 'ipv4').table(all);
    assert.deepEqual(
      Object.values(count(table)).sort((x, y) => x - y),
      [30, 60, 150],
    );
    const turns = table.slice(0, 8).map(({ weight }) => weight);
    if (!sticky) assert.equal(turns.join(''), '52551525');
  }
});

test('when a member goes its places alone change, and the others share them', () => {
  for (const sticky of [false, true]) {
    const tables = new PoolTables(poolOf(four, { sticky }), 'ipv4');
    const before = tables.table(all);
    const after = tables.table(without(b));
    assert.ok(moved(before, after).every(({ id }) => id === b.id));
    const counts = Object.values(count(after));
    assert.equal(counts.length, 3);
    assert.ok(Math.min(...counts) >= 70 && Math.max(...counts) <= 90, JSON.stringify(counts));
  }
});

test('sticky: when a second member goes, the clients of the first stay where they went', () => {
  const tables = new PoolTables(poolOf(four, { sticky: true }), 'ipv4');
  const one = tables.table(without(b));
  const two = tables.table(without(b, c));
  assert.ok(moved(one, two).every(({ id }) => id === c.id));
});

test('sticky: a new member in the document takes few clients from others than its share', () => {
  const before = new PoolTables(poolOf(four, { sticky: true }), 'ipv4').table(all);
  const after = new PoolTables(poolOf([...four, member(5)], { sticky: true }), 'ipv4').table(all);
  assert.equal(count(after)[member(5).id], 48);
  assert.ok(moved(before, after).length < 110, `${moved(before, after).length} of 240 moved`);
});

test('the order in which members came and went leaves no trace', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(fc.nat(3), { maxLength: 6 }), (sticky, history) => {
      const tables = new PoolTables(poolOf(four, { sticky }), 'ipv4');
      const gone = new Set<number>();
      for (const n of history) {
        if (!gone.delete(n)) gone.add(n);
        tables.table(without(...four.filter((_, i) => gone.has(i))));
      }
      const lost = four.filter((_, i) => gone.has(i));
      assert.deepEqual(
        tables.table(without(...lost)),
        new PoolTables(poolOf(four, { sticky }), 'ipv4').table(without(...lost)),
      );
    }),
  );
});

test('whoever is out has no place, and every place leads somewhere as long as anybody serves', () => {
  const states = fc.array(fc.constantFrom<Availability>('online', 'held', 'out'), {
    minLength: 1,
    maxLength: 12,
  });
  const weights = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(
      states,
      weights,
      fc.boolean(),
      fc.constantFrom('loadbalance', 'failover'),
      (list, heavy, sticky, mode) => {
        const members = list.map((_, i) => member(i, heavy[i]));
        const pool = poolOf(members, { sticky, mode });
        const table = new PoolTables(pool, 'ipv4').table((one) => list[members.indexOf(one)] ?? 'out');
        const wanted = list.includes('online') ? 'online' : 'held';
        const serving = list.filter((state) => state === wanted).length;
        assert.equal(table.length, mode === 'failover' || serving === 0 ? serving : pool.slots);
        for (const one of table) assert.equal(list[members.indexOf(one)], wanted);
        assert.equal(new Set(table).size, serving);
      },
    ),
  );
});

test('failover: the first that is online, with the others behind it, and back to it when it returns', () => {
  const tables = new PoolTables(poolOf(four, { mode: 'failover' }), 'ipv4');
  assert.deepEqual(tables.table(all), four);
  assert.deepEqual(tables.table(without(a)), four.slice(1));
  assert.deepEqual(tables.table(without(a, b)), four.slice(2));
  assert.deepEqual(
    tables.table(() => 'out'),
    [],
  );
});

test('a pool has a table for each family of its members', () => {
  assert.deepEqual(new PoolTables(poolOf(four), 'ipv6').table(all), []);
});
