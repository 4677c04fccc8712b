import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prng } from '#base/prng.ts';
import { after, type Instant, instant, millis } from '#base/time.ts';
import type { Monitor } from '#config/balancer.ts';
import { Health } from './health.ts';
import type { BalanceEffect, Outcome, Target } from './types.ts';

const monitor: Monitor = {
  name: 'ping',
  type: 'icmp',
  interval: 1_000,
  retryInterval: 500,
  timeout: 200,
  fall: 3,
  rise: 2,
};
const target = (key: string, change: Partial<Monitor> = {}): Target =>
  ({ key, address: '10.0.0.1', port: 80, monitor: { ...monitor, ...change } }) as Target;
const good: Outcome = { ok: true };
const bad: Outcome = { ok: false, why: 'refused' };
const ms = (count: number): Instant => instant(count * 1_000);

/** Carries the engine's clock forward and answers every check by `answer`; undefined leaves it hanging. */
class Bench {
  readonly health = new Health();
  readonly log: string[] = [];
  readonly started: number[] = [];
  most = 0;
  now = ms(0);

  watch(targets: readonly Target[], workers = 10): void {
    this.#take(this.health.watch(targets, workers, this.now), () => good);
  }

  runUntil(until: Instant, answer: (key: string) => Outcome | undefined): void {
    for (;;) {
      const next = this.health.deadline();
      if (next === undefined || next.at > until) break;
      this.now = instant(Math.max(next.at, this.now));
      this.#take(this.health.tick(this.now), answer);
      this.most = Math.max(this.most, this.health.busy);
    }
    this.now = until;
  }

  #take(effects: readonly BalanceEffect[], answer: (key: string) => Outcome | undefined): void {
    for (const effect of effects) {
      if (effect.kind === 'changed')
        this.log.push(`${this.now / 1_000} ${effect.target.key}: ${effect.from} -> ${effect.to}`);
      if (effect.kind === 'doubted') this.log.push(`${this.now / 1_000} doubted: ${effect.on}`);
      if (effect.kind === 'absolved') this.log.push(`${this.now / 1_000} absolved, trust: ${effect.trust}`);
      if (effect.kind === 'abandon') this.log.push(`${this.now / 1_000} abandoned ${effect.check}`);
      if (effect.kind !== 'check') continue;
      this.started.push(this.now / 1_000);
      const outcome = answer(effect.target.key);
      if (outcome === undefined) continue;
      this.#take(this.health.checked(effect.target.key, effect.check, outcome, millis(1), this.now), answer);
    }
  }
}

test('the first check decides; then the third failed check in a row, and the second good one', () => {
  const bench = new Bench();
  bench.watch([target('a')]);
  bench.runUntil(ms(2_500), () => good);
  bench.runUntil(ms(10_000), () => bad);
  bench.runUntil(ms(20_000), () => good);
  assert.deepEqual(bench.log, [
    '0 a: unknown -> online',
    // Asked at 3000 as planned, then twice after the shorter interval.
    '4000 a: online -> offline',
    '11500 a: offline -> online',
  ]);
});

test('two failed checks and a good one leave the member where it is', () => {
  const bench = new Bench();
  bench.watch([target('a')]);
  let count = 0;
  bench.runUntil(ms(60_000), () => (count++ % 3 === 2 ? good : count === 1 ? good : bad));
  assert.deepEqual(bench.log, ['0 a: unknown -> online']);
});

test('a member that is dead at first is offline after one check', () => {
  const bench = new Bench();
  bench.watch([target('a')]);
  bench.runUntil(ms(1), () => bad);
  assert.deepEqual(bench.log, ['0 a: unknown -> offline']);
});

test('a member that keeps falling must prove itself for longer each time', () => {
  const bench = new Bench();
  bench.watch([target('a', { interval: 1_000, retryInterval: 1_000, rise: 1 })]);
  for (let round = 0; round < 4; round++) {
    const until = bench.now;
    bench.runUntil(after(until, millis(3_000)), () => bad);
    bench.runUntil(after(bench.now, millis(9_000)), () => good);
  }
  const back = bench.log.filter((line) => line.endsWith('-> online')).length;
  const heldAt = bench.log.filter((line) => line.endsWith('-> held'));
  assert.ok(back >= 3 && heldAt.length >= 2, bench.log.join('\n'));
  const needs = bench.log
    .map((line) => /^(\d+) .* -> (held|online|offline)/.exec(line))
    .filter((match) => match !== null);
  const waits = needs.flatMap((match, i) =>
    match[2] === 'online' && needs[i - 1]?.[2] === 'held'
      ? [Number(match[1]) - Number(needs[i - 1]?.[1])]
      : [],
  );
  // The second fall within a minute costs one more good check, the third three more.
  assert.deepEqual(waits.slice(0, 2), [1_000, 3_000]);
  // Falls are forgotten: much later one good check is enough again.
  bench.log.length = 0;
  bench.runUntil(after(bench.now, millis(700_000)), () => good);
  bench.log.length = 0;
  bench.runUntil(after(bench.now, millis(5_000)), () => bad);
  bench.runUntil(after(bench.now, millis(5_000)), () => good);
  assert.equal(bench.log.filter((line) => line.endsWith('-> held')).length, 0);
});

test('a check that never ends is given up, and its late answer changes nothing', () => {
  const bench = new Bench();
  bench.watch([target('a')], 1);
  bench.runUntil(ms(449), () => undefined);
  assert.equal(bench.health.busy, 1);
  bench.runUntil(ms(450), () => undefined);
  assert.deepEqual(bench.log, ['450 abandoned 1', '450 a: unknown -> offline']);
  assert.deepEqual(bench.health.checked('a', 1, good, millis(9), bench.now), []);
  assert.equal(bench.health.stateOf('a'), 'offline');
});

test('hanging checks leave no worker to others for longer than their time', () => {
  const bench = new Bench();
  const keys = ['h1', 'h2', 'h3', 'h4', 'a', 'b', 'c'];
  bench.watch(
    keys.map((key) => target(key)),
    2,
  );
  bench.runUntil(ms(30_000), (key) => (key.startsWith('h') ? undefined : good));
  assert.equal(bench.most, 2);
  for (const key of ['a', 'b', 'c']) {
    assert.equal(bench.health.stateOf(key), 'online');
    assert.ok((bench.health.report(key, bench.now)?.checks ?? 0) >= 10, key);
  }
  for (const key of ['h1', 'h4']) assert.equal(bench.health.stateOf(key), 'offline');
});

test('what is known stays when a document changes the monitor or the other members', () => {
  const bench = new Bench();
  bench.watch([target('a'), target('b')]);
  bench.runUntil(ms(5_000), (key) => (key === 'a' ? good : bad));
  bench.watch([target('a', { interval: 100 }), target('a by other')]);
  assert.equal(bench.health.stateOf('a'), 'online');
  // The same address under another monitor begins as it was known.
  assert.equal(bench.health.stateOf('a by other'), 'online');
  assert.equal(bench.health.stateOf('b'), 'unknown');
  const before = bench.started.length;
  bench.runUntil(ms(8_000), () => good);
  assert.ok(bench.started.length - before > 20);
});

test('a check of a member that has gone is given up, its worker is free, and the answer falls on nobody', () => {
  const bench = new Bench();
  bench.watch([target('a')], 1);
  bench.runUntil(ms(1), () => undefined);
  bench.watch([target('c')], 1);
  assert.equal(bench.health.busy, 0);
  assert.deepEqual(bench.health.checked('a', 1, bad, millis(1), bench.now), []);
  bench.runUntil(ms(100), () => good);
  assert.equal(bench.health.stateOf('c'), 'online');
});

test('whatever the answers: no more workers than allowed, no check at once twice, states follow the rule', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const chance = prng(seed);
    const health = new Health();
    const keys = Array.from({ length: 1 + chance.below(30) }, (_, i) => `t${i}`);
    const workers = 1 + chance.below(5);
    health.watch(
      keys.map((key) => target(key, { fall: 1 + chance.below(4) })),
      workers,
      ms(0),
    );
    const running = new Map<number, string>();
    const bads = new Map<string, number>();
    let now = ms(0);
    const take = (effects: readonly BalanceEffect[]): void => {
      for (const effect of effects) {
        if (effect.kind === 'check') {
          assert.ok(![...running.values()].includes(effect.target.key), `seed ${seed}: twice`);
          running.set(effect.check, effect.target.key);
        }
        if (effect.kind === 'abandon') {
          const key = running.get(effect.check) ?? '';
          bads.set(key, (bads.get(key) ?? 0) + 1);
          running.delete(effect.check);
        }
        if (effect.kind === 'changed' && effect.from === 'online')
          assert.ok((bads.get(effect.target.key) ?? 0) >= effect.target.monitor.fall, `seed ${seed}: early`);
      }
      assert.ok(running.size <= workers && running.size === health.busy, `seed ${seed}: workers`);
    };
    for (let turn = 0; turn < 2_000; turn++) {
      const next = health.deadline();
      assert.ok(next !== undefined, `seed ${seed}: nothing is planned`);
      const [check, key] = chance.pick([...running, [0, ''] as [number, string]]);
      if (check > 0 && chance.chance(0.7)) {
        running.delete(check);
        const outcome = chance.chance(0.6) ? good : bad;
        bads.set(key, outcome.ok ? 0 : (bads.get(key) ?? 0) + 1);
        take(health.checked(key, check, outcome, millis(1), now));
      } else {
        if (next.at > now) now = next.at;
        take(health.tick(now));
      }
    }
    for (const key of keys)
      assert.ok((health.report(key, now)?.checks ?? 0) > 0, `seed ${seed}: ${key} starves`);
  }
});

test('whoever refused is asked at once; the rhythm of its checks stays as it is', () => {
  const bench = new Bench();
  bench.watch([target('a')]);
  bench.runUntil(ms(2_500), () => good);
  bench.health.refused('a', ms(2_500));
  bench.health.refused('a', ms(2_500));
  bench.runUntil(ms(6_000), () => good);
  assert.deepEqual(bench.log, ['0 a: unknown -> online', '2500 absolved, trust: true']);
  assert.deepEqual(bench.started, [0, 1_000, 2_000, 2_500, 3_500, 4_500, 5_500]);
});

test('the doubt lasts until a check goes well, or until the third that failed', () => {
  const bench = new Bench();
  bench.watch([target('a')]);
  bench.runUntil(ms(2_500), () => good);
  bench.health.refused('a', ms(2_500));
  bench.runUntil(ms(3_100), () => bad);
  assert.equal(bench.health.isDoubted('a'), true);
  bench.runUntil(ms(4_200), () => good);
  bench.health.refused('a', ms(4_200));
  bench.runUntil(ms(6_000), () => bad);
  assert.deepEqual(bench.log, [
    '0 a: unknown -> online',
    '2500 doubted: true',
    '3500 doubted: false',
    '3500 absolved, trust: false',
    '4200 doubted: true',
    '5200 a: online -> offline',
  ]);
  assert.equal(bench.health.isDoubted('a'), false);
});

test('a check that began before the refusal says nothing of it', () => {
  const bench = new Bench();
  bench.watch([target('a')]);
  bench.runUntil(ms(500), () => good);
  const [check] = bench.health.tick(ms(1_000));
  assert.ok(check?.kind === 'check');
  bench.health.refused('a', ms(1_001));
  assert.deepEqual(bench.health.checked('a', check.check, good, millis(2), ms(1_002)), []);
  assert.equal(bench.health.deadline()?.at, ms(1_002));
});
