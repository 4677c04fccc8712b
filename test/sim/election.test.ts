/**
 * Ten thousand schedules of faults, each from a seed, for two to five nodes on one to three segments. Two promises:
 * in a connected, undisturbed segment there are never two masters for longer than the timers allow, and when the
 * faults end there is exactly one, the preferred one, and it alone holds the addresses.
 *
 * BASCULE_SEED=n replays one schedule; BASCULE_SCHEDULES=n sets how many.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Prng, prng } from '#base/prng.ts';
import { calmDelay, SimulatedCluster } from '#sim/cluster.ts';

const schedules = Number(process.env.BASCULE_SCHEDULES ?? 10_000);

interface Profile {
  readonly timing: 'freebsd' | 'quick';
  readonly advbase: number;
  readonly skews: readonly number[];
  /** Longest time between two adverts of a master, microseconds, and the time from silence to takeover. */
  readonly interval: number;
  readonly masterDown: number;
}
const skewUs = 1_000_000 / 256;
const profiles: readonly Profile[] = [
  {
    timing: 'quick',
    advbase: 0,
    skews: [20, 24, 28, 32, 36],
    interval: 36 * skewUs,
    masterDown: 3 * 36 * skewUs + 250_000,
  },
  {
    timing: 'quick',
    advbase: 0,
    skews: [1, 2, 3, 4, 5],
    interval: 5 * skewUs,
    masterDown: 250_000 + 40 * skewUs,
  },
  {
    timing: 'freebsd',
    advbase: 1,
    skews: [0, 100, 150, 200, 239],
    interval: 1_000_000 + 240 * skewUs,
    masterDown: 4_000_000,
  },
];

/** Runs one schedule; returns what was broken, if anything. */
function runSchedule(seed: number): string | undefined {
  const chance = prng(seed);
  const profile = profiles[seed % profiles.length] as Profile;
  const nodes = 2 + chance.below(4);
  const segments = 1 + chance.below(3);
  const cluster = new SimulatedCluster({ seed, nodes, segments, ...profile });
  let broken: string | undefined;
  let quietSince = 0;
  const doubleSince = new Array<number | undefined>(segments).fill(undefined);
  const patience = 2 * profile.interval + calmDelay;
  cluster.observe = () => {
    for (let segment = 0; segment < segments; segment++) {
      const masters = cluster.roles(segment).filter((role) => role === 'MASTER').length;
      if (masters < 2) doubleSince[segment] = undefined;
      else doubleSince[segment] ??= cluster.now;
      const since = Math.max(doubleSince[segment] ?? Number.POSITIVE_INFINITY, quietSince);
      if (cluster.now - since > patience)
        broken ??= `${masters} masters for ${cluster.now - since} us on segment ${segment}`;
    }
  };

  let at = 0;
  const faults = 1 + chance.below(6);
  for (let i = 0; i < faults && broken === undefined; i++) {
    at += chance.below(profile.masterDown);
    cluster.run(at);
    quietSince = strike(cluster, chance, profile, nodes, segments) ? Number.POSITIVE_INFINITY : cluster.now;
    at += chance.below(profile.masterDown * 2);
    cluster.run(at);
  }

  heal(cluster);
  quietSince = cluster.now;
  cluster.run(cluster.now + 2 * profile.masterDown + 3 * profile.interval);
  if (broken !== undefined) return broken;
  for (let segment = 0; segment < segments; segment++) {
    const roles = cluster.roles(segment);
    if (roles[0] !== 'MASTER' || roles.slice(1).some((role) => role !== 'BACKUP')) {
      return `segment ${segment} ended as ${roles.join(' ')}`;
    }
    for (const [index, node] of cluster.nodes.entries()) {
      if (node.holds.has(`s${segment}@${segment + 1}`) !== (index === 0))
        return `node ${index} holds wrongly`;
    }
  }
  return undefined;
}

/** One fault, drawn by chance. True when it disturbs what the wire or a node does from now on. */
function strike(
  cluster: SimulatedCluster,
  chance: Prng,
  profile: Profile,
  nodes: number,
  segments: number,
): boolean {
  const node = chance.below(nodes);
  const other = (node + 1 + chance.below(nodes - 1)) % nodes;
  const segment = chance.below(segments);
  switch (chance.below(9)) {
    case 0:
      cluster.crash(node);
      return true;
    case 1:
      cluster.setLink(node, segment, false);
      return true;
    case 2:
      cluster.loss = chance.next() * 0.6;
      return true;
    case 3:
      cluster.delay = chance.below(profile.interval * 2) + 1;
      return true;
    case 4:
      cluster.cuts.add(`${node}>${other}@${segment}`);
      return true;
    case 5:
      for (let s = 0; s < segments; s++) {
        cluster.cuts.add(`${node}>${other}@${s}`);
        cluster.cuts.add(`${other}>${node}@${s}`);
      }
      return true;
    case 6: {
      const paused = cluster.nodes[node];
      if (paused !== undefined) paused.pausedUntil = cluster.now + chance.below(profile.masterDown * 2);
      return true;
    }
    case 7:
      if (cluster.nodes[node]?.alive === true)
        cluster.step(node, { kind: 'demote', reason: 'drawn', amount: 240 });
      return true;
    default:
      heal(cluster);
      return false;
  }
}

function heal(cluster: SimulatedCluster): void {
  cluster.loss = 0;
  cluster.delay = calmDelay;
  cluster.cuts.clear();
  for (const [index, node] of cluster.nodes.entries()) {
    node.pausedUntil = 0;
    if (!node.alive) cluster.boot(index);
    cluster.step(index, { kind: 'undemote', reason: 'drawn' });
    for (const [segment, up] of node.linkUp.entries()) if (!up) cluster.setLink(index, segment, true);
  }
}

test(`${schedules} schedules of faults: one master per connected segment, always one in the end`, () => {
  const only = process.env.BASCULE_SEED;
  const seeds = only === undefined ? Array.from({ length: schedules }, (_, i) => i) : [Number(only)];
  for (const seed of seeds) {
    const broken = runSchedule(seed);
    assert.equal(broken, undefined, `seed ${seed}: ${broken}; replay with BASCULE_SEED=${seed}`);
  }
});
