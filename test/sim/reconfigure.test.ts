/**
 * Nodes that get a new document, one after the other within a second, in any order: whatever it changes, nobody notices.
 * Promises: never two masters, always somebody who holds the addresses, the master stays the same until all nodes have
 * settled, and then the preferred node is it. BASCULE_SEED=n replays one of the clusters.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Prng, prng } from '#base/prng.ts';
import { seconds } from '#base/time.ts';
import { type Draft, draftOf, SimulatedCluster } from '#sim/cluster.ts';

const settled = seconds(12);
/** Longest time between the first and the last node's getting a document. */
const apart = seconds(1);
const clusters = Number(process.env.BASCULE_SCHEDULES ?? 60);

const profiles: readonly Pick<Draft, 'timing' | 'advbase' | 'skews'>[] = [
  { timing: 'quick', advbase: 0, skews: [20, 24, 28, 32, 36] },
  { timing: 'quick', advbase: 0, skews: [1, 2, 3, 4, 5] },
  { timing: 'freebsd', advbase: 1, skews: [0, 100, 150, 200, 239] },
];

function clusterOf(seed: number): SimulatedCluster {
  const chance = prng(seed);
  return new SimulatedCluster({
    seed,
    nodes: 2 + chance.below(3),
    segments: 1 + chance.below(3),
    ...chance.pick(profiles),
    preempt: chance.chance(0.8),
    group: chance.chance(0.8),
    ipv6: chance.chance(0.5),
    foreign: [],
  });
}

type Change = (draft: Draft, chance: Prng) => Draft;
const changes: Readonly<Record<string, Change>> = {
  password: (draft) => ({ ...draft, password: `${draft.password}!` }),
  addresses: (draft, chance) => ({ ...draft, addresses: 1 + chance.below(4) }),
  strict: (draft) => ({ ...draft, strict: !draft.strict }),
  preempt: (draft) => ({ ...draft, preempt: !draft.preempt }),
  priorities: (draft, chance) => ({ ...draft, skews: shuffled(draft.skews, chance) }),
  'failover profile': (draft, chance) => ({ ...draft, ...chance.pick(profiles) }),
  everything: (draft, chance) => {
    const profile = chance.pick(profiles);
    const skews = shuffled(profile.skews, chance);
    return { ...draft, ...profile, skews, password: 'another', addresses: 3, strict: chance.chance(0.5) };
  },
};

function shuffled(list: readonly number[], chance: Prng): number[] {
  const left = [...list];
  return list.map(() => left.splice(chance.below(left.length), 1)[0] as number);
}

/** Every node gets the document at its own moment. */
function follow(cluster: SimulatedCluster, draft: Draft, chance: Prng): void {
  const begin = cluster.now;
  const moments = cluster.nodes.map((_, index) => ({ index, at: begin + chance.below(apart) }));
  for (const { index, at } of moments.sort((a, b) => a.at - b.at)) {
    cluster.run(at);
    cluster.follow(index, draft);
  }
}

/** Settles a cluster and watches it from then on. */
function watched(seed: number, chance: Prng): SimulatedCluster {
  const cluster = clusterOf(seed);
  cluster.run(settled + chance.below(seconds(2)));
  cluster.observe(({ now, plan, nodes }) => {
    for (let segment = 0; segment < plan.segments; segment++) {
      if (!nodes.some(({ holds }) => holds[segment] === true))
        cluster.broken ??= `nobody holds segment ${segment} at ${now} us`;
    }
  });
  return cluster;
}

const mastersOf = (cluster: SimulatedCluster): number[] =>
  Array.from({ length: cluster.plan.segments }, (_, segment) =>
    cluster.nodes.findIndex(({ roles }) => roles[segment] === 'MASTER'),
  );
const seedsOf = (): number[] => {
  const only = process.env.BASCULE_SEED;
  return only === undefined ? Array.from({ length: clusters }, (_, i) => i) : [Number(only)];
};

for (const [name, change] of Object.entries(changes)) {
  test(`another ${name}: one master all the time, and the preferred one in the end`, () => {
    for (const seed of seedsOf()) {
      const chance = prng(seed + 1_000_000);
      const cluster = watched(seed, chance);
      const before = mastersOf(cluster);
      const draft = change(draftOf(cluster.plan), chance);
      const until = cluster.now + seconds(5);
      cluster.observe(({ now, plan }) => {
        if (now > until) return;
        for (let segment = 0; segment < plan.segments; segment++)
          if (cluster.masters(segment) !== 1)
            cluster.broken ??= `${cluster.masters(segment)} masters at ${now}`;
        if (draft.preempt === plan.preempt && mastersOf(cluster).join() !== before.join())
          cluster.broken ??= `masters ${before} became ${mastersOf(cluster)} at ${now} us`;
      });
      follow(cluster, draft, chance);
      cluster.run(cluster.now + settled);
      const broken = cluster.broken ?? wrongEnd(cluster, draft);
      assert.equal(broken, undefined, `seed ${seed}: ${broken}; replay with BASCULE_SEED=${seed}`);
    }
  });
}

/** One master of every segment; the preferred one where that may preempt. */
function wrongEnd(cluster: SimulatedCluster, draft: Draft): string | undefined {
  const skews = cluster.nodes.map((_, index) => draft.skews[index] ?? 0);
  const best = skews.indexOf(Math.min(...skews));
  for (let segment = 0; segment < cluster.plan.segments; segment++) {
    const count = cluster.masters(segment);
    if (count !== 1) return `${count} masters of segment ${segment} in the end`;
    const master = mastersOf(cluster)[segment];
    if (draft.preempt && master !== best) return `node ${master}, not ${best}, is master in the end`;
  }
  return undefined;
}

test('a VHID that goes is held by nobody, others notice nothing, and it comes back by an election', () => {
  for (const seed of seedsOf()) {
    const chance = prng(seed + 2_000_000);
    const cluster = clusterOf(seed);
    cluster.run(settled);
    const before = mastersOf(cluster);
    const gone = chance.below(cluster.plan.segments);
    const others = before.filter((_, segment) => segment !== gone);
    cluster.observe(({ now }) => {
      const masters = mastersOf(cluster).filter((_, segment) => segment !== gone);
      if (masters.join() !== others.join())
        cluster.broken ??= `the others' masters are ${masters} at ${now} us`;
    });
    const draft = draftOf(cluster.plan);
    follow(cluster, { ...draft, without: [gone] }, chance);
    assert.ok(
      cluster.nodes.every(({ holds }) => holds[gone] === false),
      `seed ${seed}: held by nobody`,
    );
    cluster.run(cluster.now + chance.below(settled));
    follow(cluster, draft, chance);
    cluster.run(cluster.now + settled);
    assert.equal(cluster.broken, undefined, `seed ${seed}: ${cluster.broken}; BASCULE_SEED=${seed}`);
    assert.equal(cluster.masters(gone), 1, `seed ${seed}: one master in the end`);
  }
});

test('a node that starts anew in the middle of a change of password: never two masters for longer than an advert takes', () => {
  const longest = seconds(0.1);
  for (const seed of seedsOf()) {
    const chance = prng(seed + 5_000_000);
    const cluster = clusterOf(seed);
    cluster.run(settled + chance.below(seconds(2)));
    const before = draftOf(cluster.plan);
    const draft = { ...before, password: 'another' };
    const who = chance.below(cluster.nodes.length);
    const since = new Map<number, number>();
    cluster.observe(({ now, plan }) => {
      for (let segment = 0; segment < plan.segments; segment++) {
        if (cluster.masters(segment) < 2) since.delete(segment);
        else if (!since.has(segment)) since.set(segment, now);
        if (now - (since.get(segment) ?? now) > longest)
          cluster.broken ??= `two masters of segment ${segment} since ${since.get(segment)} us`;
      }
    });
    const begin = cluster.now;
    cluster.crash(who);
    for (const { index, at } of cluster.nodes
      .map((_, index) => ({ index, at: begin + chance.below(seconds(0.3)) }))
      .filter(({ index }) => index !== who)
      .sort((a, b) => a.at - b.at)) {
      cluster.run(at);
      cluster.follow(index, draft);
    }
    cluster.run(begin + seconds(0.3) + chance.below(seconds(3)));
    // As its shell does: it begins with what its peers may still go by, and follows its own at once.
    cluster.boot(who);
    cluster.follow(who, draft);
    cluster.run(cluster.now + settled);
    const broken = cluster.broken ?? wrongEnd(cluster, draft);
    assert.equal(broken, undefined, `seed ${seed}: ${broken}; replay with BASCULE_SEED=${seed}`);
  }
});

test('documents that come faster than nodes settle, and are taken back: one master all the time', () => {
  for (const seed of seedsOf()) {
    const chance = prng(seed + 3_000_000);
    const cluster = watched(seed, chance);
    cluster.observe(({ now, plan }) => {
      for (let segment = 0; segment < plan.segments; segment++)
        if (cluster.masters(segment) !== 1)
          cluster.broken ??= `${cluster.masters(segment)} masters at ${now} us`;
    });
    const first = draftOf(cluster.plan);
    const second = { ...first, password: 'second', addresses: 2 };
    for (const draft of [second, first, { ...second, password: 'third' }, first]) {
      follow(cluster, draft, chance);
      cluster.run(cluster.now + chance.below(seconds(4)));
    }
    cluster.run(cluster.now + settled);
    const broken = cluster.broken ?? wrongEnd(cluster, first);
    assert.equal(broken, undefined, `seed ${seed}: ${broken}; replay with BASCULE_SEED=${seed}`);
  }
});

test('strict mode off and on again: one master all the time', () => {
  for (const seed of seedsOf()) {
    const chance = prng(seed + 4_000_000);
    const cluster = watched(seed, chance);
    const before = mastersOf(cluster);
    cluster.observe(({ now }) => {
      if (mastersOf(cluster).join() !== before.join())
        cluster.broken ??= `not the master any more at ${now} us`;
      for (let segment = 0; segment < before.length; segment++)
        if (cluster.masters(segment) !== 1)
          cluster.broken ??= `${cluster.masters(segment)} masters at ${now} us`;
    });
    for (const strict of [false, true, false]) {
      follow(cluster, { ...draftOf(cluster.plan), strict }, chance);
      cluster.run(cluster.now + settled);
    }
    assert.equal(cluster.broken, undefined, `seed ${seed}: ${cluster.broken}; BASCULE_SEED=${seed}`);
  }
});
