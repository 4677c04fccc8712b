/** One schedule of faults from one seed: a cluster is drawn, disturbed, healed and judged. */
import { type Prng, prng } from '#base/prng.ts';
import { type Micros, micros, seconds } from '#base/time.ts';
import { settleAfter } from '#carp/change.ts';
import type { Dialect } from '#carp/decide.ts';
import { type ClusterPlan, type Draft, draftOf, SimulatedCluster } from '#sim/cluster.ts';
import { calmDelay, cut } from '#sim/wire.ts';

interface Profile {
  readonly timing: 'freebsd' | 'quick';
  readonly advbase: number;
  readonly skews: readonly number[];
  /** Longest time between two adverts of a master, microseconds, and the time from silence to takeover. */
  readonly interval: number;
  readonly masterDown: number;
  readonly mixed?: true;
}
const skewUs = 1_000_000 / 256;
const standard: Profile = {
  timing: 'freebsd',
  advbase: 1,
  skews: [0, 100, 150, 200, 239],
  interval: 1_000_000 + 240 * skewUs,
  masterDown: 4_000_000,
};
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
  standard,
  // OpenBSD waits for three whole intervals.
  { ...standard, masterDown: 6_000_000, mixed: true },
];

function drawPlan(seed: number, chance: Prng, profile: Profile): ClusterPlan {
  const nodes = 2 + chance.below(4);
  const isMixed = profile.mixed === true;
  const kinds: readonly (Dialect | 'ours')[] = ['ours', 'ours', 'ucarp', 'openbsd'];
  return {
    seed,
    nodes,
    segments: 1 + chance.below(3),
    timing: profile.timing,
    advbase: profile.advbase,
    skews: profile.skews,
    preempt: isMixed || chance.chance(0.8),
    group: chance.chance(0.85),
    ipv6: !isMixed && chance.chance(0.4),
    foreign: Array.from({ length: nodes }, () => {
      const kind = isMixed ? chance.pick(kinds) : 'ours';
      return kind === 'ours' ? undefined : kind;
    }),
  };
}

/** Runs one schedule; returns the promise that was broken, if any. */
export function runSchedule(seed: number): string | undefined {
  const chance = prng(seed);
  const profile = profiles[seed % profiles.length] as Profile;
  const plan = drawPlan(seed, chance, profile);
  const cluster = new SimulatedCluster(plan);
  const watch = new DoubleMasterWatch(cluster, profile);

  let at = 0;
  let settling = micros(0);
  const faults = 1 + chance.below(6);
  for (let i = 0; i < faults && cluster.broken === undefined; i++) {
    at += chance.below(profile.masterDown);
    cluster.run(at);
    const effect = strike(cluster, chance, profile);
    if (effect === 'reconfigures') settling = settleAfter;
    if (effect === 'disturbs' || effect === 'reconfigures') watch.suspend();
    else if (effect === 'heals') watch.resume(settling);
    at += chance.below(profile.masterDown * 2);
    cluster.run(at);
  }
  heal(cluster);
  watch.resume(settling);
  cluster.run(cluster.now + settling + 2 * profile.masterDown + 3 * profile.interval);
  return cluster.broken ?? endOf(cluster);
}

/**
 * Two masters at once: who is worse yields at the next advert of the better, so within an interval and the way;
 * the beat may start anew in between, hence two. Looked at only while nothing disturbs the wire or a node's time.
 */
class DoubleMasterWatch {
  #quietSince = 0;
  readonly #since: (number | undefined)[];

  constructor(cluster: SimulatedCluster, profile: Profile) {
    this.#since = new Array<number | undefined>(cluster.plan.segments).fill(undefined);
    const patience = 2 * profile.interval + calmDelay;
    cluster.observe(({ now }) => {
      for (let segment = 0; segment < this.#since.length; segment++) {
        if (cluster.masters(segment) < 2) this.#since[segment] = undefined;
        else this.#since[segment] ??= now;
        const since = Math.max(this.#since[segment] ?? Number.POSITIVE_INFINITY, this.#quietSince);
        if (now - since > patience) cluster.broken ??= `two masters for ${now - since} us on ${segment}`;
      }
    });
    this.resume = (pause): void => {
      this.#quietSince = cluster.now + pause;
    };
  }

  /** `pause`: how long documents may still be settling. */
  readonly resume: (pause: Micros) => void;

  suspend(): void {
    this.#quietSince = Number.POSITIVE_INFINITY;
  }
}

/** What a healed cluster must look like: one master per segment, the best if it may preempt, alone with the addresses. */
function endOf(cluster: SimulatedCluster): string | undefined {
  for (let segment = 0; segment < cluster.plan.segments; segment++) {
    const roles = cluster.nodes.map((node) => node.roles[segment]);
    const holds = cluster.nodes.map((node) => node.holds[segment]);
    const masters = roles.filter((role) => role === 'MASTER').length;
    const isRight = masters === 1 && (roles[0] === 'MASTER' || !cluster.plan.preempt);
    if (!isRight || roles.includes('INIT')) return `segment ${segment} ended as ${roles.join(' ')}`;
    for (const [index, role] of roles.entries())
      if (holds[index] !== (role === 'MASTER')) return `node ${index} holds wrongly on ${segment}`;
  }
  return undefined;
}

type Strike = 'disturbs' | 'reconfigures' | 'leaves the wire alone' | 'heals';

/** One fault, drawn by chance. */
function strike(cluster: SimulatedCluster, chance: Prng, profile: Profile): Strike {
  const { nodes, segments } = cluster.plan;
  const node = chance.below(nodes);
  const other = (node + 1 + chance.below(nodes - 1)) % nodes;
  const segment = chance.below(segments);
  switch (chance.below(16)) {
    case 0:
      cluster.crash(node);
      return 'leaves the wire alone';
    case 1:
      cluster.setLink(node, segment, false);
      return 'leaves the wire alone';
    case 2:
      cluster.step(node, { kind: 'demote', reason: 'drawn', amount: 240 });
      return 'leaves the wire alone';
    case 3:
      cluster.step(node, { kind: 'maintenance', on: true });
      return 'leaves the wire alone';
    case 4:
      cluster.step(node, { kind: 'allow', on: false });
      return 'leaves the wire alone';
    case 5:
      cluster.step(node, { kind: 'leave', patience: seconds(chance.next()) });
      return 'leaves the wire alone';
    case 6:
      cluster.crash(node);
      cluster.boot(node);
      return 'leaves the wire alone';
    case 7:
      cluster.wire.loss = chance.next() * 0.6;
      return 'disturbs';
    case 8:
      cluster.wire.delay = chance.below(profile.interval * 2) + 1;
      return 'disturbs';
    case 9:
      cluster.wire.cuts.add(cut(node, other, segment));
      return 'disturbs';
    case 10:
      for (let s = 0; s < segments; s++) cluster.wire.cuts.add(cut(node, other, s)).add(cut(other, node, s));
      return 'disturbs';
    case 11: {
      const paused = cluster.nodes[node];
      if (paused !== undefined) paused.pausedUntil = cluster.now + chance.below(profile.masterDown * 2);
      return 'disturbs';
    }
    case 12:
      // Equals meet: whoever was demoted stays so when the wire is whole again.
      for (let n = 0; n < nodes; n++) cluster.step(n, { kind: 'demote', reason: 'drawn', amount: 240 });
      return 'leaves the wire alone';
    case 13:
      // As good as a disturbance: a node that boots with the new document speaks it at once, others take their time.
      reconfigure(cluster, chance);
      return 'reconfigures';
    case 14:
      calm(cluster);
      return 'heals';
    default:
      heal(cluster);
      return 'heals';
  }
}

/** The nodes get a new document within a second of each other, but for those that are dead. */
function reconfigure(cluster: SimulatedCluster, chance: Prng): void {
  const { foreign, preempt, segments } = cluster.plan;
  // What is not ours knows nothing of documents.
  if (foreign.some((dialect) => dialect !== undefined)) return;
  const draft: Draft = {
    ...draftOf(cluster.plan),
    preempt,
    password: chance.pick(['simulated', 'another']),
    addresses: 1 + chance.below(3),
    strict: chance.chance(0.5),
    without: chance.chance(0.3) ? [chance.below(segments)] : [],
  };
  const order = cluster.nodes.map((_, index) => index).sort(() => chance.next() - 0.5);
  for (const index of order) {
    cluster.follow(index, draft);
    cluster.run(cluster.now + chance.below(seconds(1) / cluster.nodes.length));
  }
}

/** The wire is whole and every node awake; who is dead, demoted or without a link stays so. */
function calm(cluster: SimulatedCluster): void {
  cluster.wire.calm();
  for (const node of cluster.nodes) node.pausedUntil = 0;
}

function heal(cluster: SimulatedCluster): void {
  calm(cluster);
  // One document for all, with a VHID on every segment.
  const [first] = cluster.nodes;
  const draft = first === undefined ? draftOf(cluster.plan) : { ...first.draft, without: [] };
  for (const [index, node] of cluster.nodes.entries()) {
    // Who is still leaving has no way back but a restart.
    if (node.alive && node.leaving) cluster.crash(index);
    if (node.draft.without.length > 0) cluster.follow(index, draft);
    if (!node.alive) cluster.boot(index);
    cluster.step(index, { kind: 'undemote', reason: 'drawn' });
    cluster.step(index, { kind: 'maintenance', on: false });
    cluster.step(index, { kind: 'allow', on: true });
    for (const [segment, up] of node.linkUp.entries()) if (!up) cluster.setLink(index, segment, true);
  }
}
