/**
 * Hand-overs that somebody asked for lose nothing: at every moment some node holds the addresses of every segment.
 * BASCULE_SEED=n replays one of the clusters.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { prng } from '#base/prng.ts';
import { seconds } from '#base/time.ts';
import type { CarpEvent } from '#carp/types.ts';
import { SimulatedCluster } from '#sim/cluster.ts';

const demote: CarpEvent = { kind: 'demote', reason: 'drawn', amount: 240 };
const patience = seconds(1);
const settled = seconds(10);

/** What the master is told, with time to settle in between. */
const requests: Readonly<Record<string, readonly CarpEvent[]>> = {
  'maintenance on and off': [
    { kind: 'maintenance', on: true },
    { kind: 'maintenance', on: false },
  ],
  'CARP disabled and enabled': [
    { kind: 'allow', on: false },
    { kind: 'allow', on: true },
  ],
  'a demotion and its end': [demote, { kind: 'undemote', reason: 'drawn' }],
  'a graceful stop': [{ kind: 'leave', patience }],
};

function clusterOf(seed: number): SimulatedCluster {
  const chance = prng(seed);
  const isQuick = chance.chance(0.5);
  const cluster = new SimulatedCluster({
    seed,
    nodes: 2 + chance.below(4),
    segments: 1 + chance.below(3),
    timing: isQuick ? 'quick' : 'freebsd',
    advbase: isQuick ? 0 : 1,
    skews: isQuick ? [20, 24, 28, 32, 36] : [0, 100, 150, 200, 239],
    preempt: chance.chance(0.7),
    group: chance.chance(0.8),
    ipv6: chance.chance(0.5),
    foreign: [],
  });
  // Hand-overs begin at any point of the master's beat.
  cluster.run(settled + chance.below(seconds(2)));
  return cluster;
}

const isHeld = (cluster: SimulatedCluster, segment: number): boolean =>
  cluster.nodes.some((node) => node.alive && node.holds[segment] === true);

for (const [name, events] of Object.entries(requests)) {
  test(`${name}: the addresses are on some node all the time`, () => {
    const only = process.env.BASCULE_SEED;
    const seeds = only === undefined ? Array.from({ length: 500 }, (_, i) => i) : [Number(only)];
    for (const seed of seeds) {
      const cluster = clusterOf(seed);
      cluster.observe(({ now }) => {
        for (let segment = 0; segment < cluster.plan.segments; segment++)
          if (!isHeld(cluster, segment)) cluster.broken ??= `nobody holds segment ${segment} at ${now} us`;
      });
      const master = cluster.nodes.findIndex((node) => node.roles[0] === 'MASTER');
      for (const event of events) {
        cluster.step(master, event);
        cluster.run(cluster.now + settled);
      }
      assert.equal(cluster.broken, undefined, `seed ${seed}: ${cluster.broken}; BASCULE_SEED=${seed}`);
      assert.equal(cluster.masters(0), 1, `seed ${seed}: one master in the end`);
    }
  });
}
