/**
 * Several nodes on a simulated network in virtual time: the real CARP engine, the real frames, the real receiver;
 * only the wire and the clock are made up. Everything follows from the seed.
 */
import { type Ipv4, type Ipv6, parseVhid } from '#base/address.ts';
import { type Prng, prng } from '#base/prng.ts';
import { type Instant, instant, micros } from '#base/time.ts';
import { keyFromPassword } from '#carp/auth.ts';
import { Codec, type Sources } from '#carp/codec.ts';
import type { Dialect } from '#carp/decide.ts';
import { CarpGroup } from '#carp/group.ts';
import type { ReplayMarks } from '#carp/receive.ts';
import { farewell } from '#carp/timing.ts';
import {
  type CarpEffect,
  type CarpEvent,
  type GroupConfig,
  type Role,
  type Timing,
  type VhidConfig,
  type VhidKey,
  vhidKey,
} from '#carp/types.ts';
import { ForeignHost, type Host } from './foreign.ts';
import { type Delivery, LossyWire } from './wire.ts';

export interface ClusterPlan {
  readonly seed: number;
  readonly nodes: number;
  readonly segments: number;
  readonly timing: Timing;
  readonly advbase: number;
  /** Advskew per node, the preferred first. */
  readonly skews: readonly number[];
  readonly preempt: boolean;
  readonly group: boolean;
  /** Addresses, and so adverts, of both families. IPv6 adverts come from link-local addresses, as the daemon's do. */
  readonly ipv6: boolean;
  /** Per node: an implementation that is not ours. The group is a mixed one then: nobody is known by its address. */
  readonly foreign: readonly (Dialect | undefined)[];
}

/** What a document may say anew while the nodes run. */
export interface Draft {
  readonly timing: Timing;
  readonly advbase: number;
  readonly skews: readonly number[];
  readonly preempt: boolean;
  readonly strict: boolean;
  readonly password: string;
  /** How many addresses every VHID has. */
  readonly addresses: number;
  /** Segments without a VHID. */
  readonly without: readonly number[];
}

interface SimulatedNode {
  draft: Draft;
  alive: boolean;
  leaving: boolean;
  /** Until then it neither reads nor acts; frames wait for it. */
  pausedUntil: number;
  readonly linkUp: boolean[];
  readonly roles: Role[];
  readonly holds: boolean[];
  readonly waiting: Delivery[];
  marks: ReplayMarks;
  boots: number;
  host: Host;
  /** The host's deadline, looked up once a step. */
  due: number;
  codec: Codec;
}

const never = Number.POSITIVE_INFINITY;

export class SimulatedCluster {
  now: Instant = instant(0);
  readonly wire: LossyWire;
  readonly nodes: readonly SimulatedNode[];
  readonly plan: ClusterPlan;
  /** The first promise that any step of a node has broken. */
  broken: string | undefined;
  readonly #listeners: ((cluster: SimulatedCluster) => void)[] = [];

  constructor(plan: ClusterPlan) {
    const chance: Prng = prng(plan.seed);
    this.plan = plan;
    this.wire = new LossyWire(plan.nodes, chance);
    this.nodes = Array.from({ length: plan.nodes }, () => this.#build());
    for (let node = 0; node < plan.nodes; node++) this.boot(node);
  }

  /** Calls `look` after every step of a node. */
  observe(look: (cluster: SimulatedCluster) => void): void {
    this.#listeners.push(look);
  }

  /** Starts or restarts a node as its shell would: fresh engine, stored replay marks, unused sequence numbers. */
  boot(index: number): void {
    const node = this.#node(index);
    node.boots += 1;
    node.alive = true;
    node.leaving = false;
    node.pausedUntil = 0;
    node.waiting.length = 0;
    node.holds.fill(false);
    node.roles.fill('INIT');
    const config = this.#configOf(index, node.boots);
    const dialect = this.plan.foreign[index];
    node.host = dialect === undefined ? new CarpGroup(config, this.now) : new ForeignHost(dialect, config);
    node.codec = new Codec(config, this.#sourcesOf(index, config), node.marks);
    for (const [segment, up] of node.linkUp.entries())
      this.step(index, { kind: 'link', ifname: `s${segment}`, up });
  }

  crash(index: number): void {
    const node = this.#node(index);
    node.marks = node.codec.replayMarks();
    node.alive = false;
    node.holds.fill(false);
  }

  /** A node gets a document, as its shell would follow it; one that is dead finds it when it boots. */
  follow(index: number, draft: Draft): void {
    const node = this.#node(index);
    node.draft = draft;
    if (!node.alive) return;
    node.boots += 1;
    const config = this.#configOf(index, node.boots);
    node.codec.reconfigure(config, this.#sourcesOf(index, config), this.now);
    this.step(index, { kind: 'reconfigure', config });
  }

  setLink(index: number, segment: number, up: boolean): void {
    const node = this.#node(index);
    node.linkUp[segment] = up;
    this.step(index, { kind: 'link', ifname: `s${segment}`, up });
  }

  /** Tells a node something; one that is dead or stands still does not hear it. */
  step(index: number, event: CarpEvent): void {
    const node = this.#node(index);
    if (!node.alive) return;
    node.codec.expire(this.now);
    if (event.kind === 'leave' && this.plan.foreign[index] === undefined) node.leaving = true;
    this.#perform(index, node, node.host.step(event, this.now));
    node.due = node.host.deadline()?.at ?? never;
    for (const look of this.#listeners) look(this);
  }

  masters(segment: number): number {
    let masters = 0;
    for (const node of this.nodes) if (node.alive && node.roles[segment] === 'MASTER') masters += 1;
    return masters;
  }

  /** Lets virtual time pass until `until`. */
  run(until: number): void {
    for (;;) {
      const arrival = this.wire.next?.at ?? never;
      const [waking, at] = this.#nextWaking();
      if (Math.min(arrival, at) > until) break;
      this.now = instant(Math.max(this.now, Math.min(arrival, at)));
      if (arrival <= at) this.#arrive(this.wire.take() as Delivery);
      else this.#wake(waking);
    }
    this.now = instant(Math.max(this.now, until));
  }

  #nextWaking(): [node: number, at: number] {
    let earliest = never;
    let waking = -1;
    for (let index = 0; index < this.nodes.length; index++) {
      const node = this.nodes[index] as SimulatedNode;
      if (!node.alive) continue;
      const at = Math.max(node.waiting.length > 0 ? 0 : node.due, node.pausedUntil);
      if (at < earliest) {
        earliest = at;
        waking = index;
      }
    }
    return [waking, earliest];
  }

  /** As the guard's loop: what has arrived is read first, then the timers are looked at. */
  #wake(index: number): void {
    const node = this.#node(index);
    for (const delivery of node.waiting.splice(0)) this.#deliver(node, delivery);
    if (node.due <= this.now) this.step(index, { kind: 'tick' });
  }

  #arrive(delivery: Delivery): void {
    const node = this.#node(delivery.to);
    if (!node.alive || node.linkUp[delivery.segment] !== true) return;
    if (node.pausedUntil > this.now) node.waiting.push(delivery);
    else this.#deliver(node, delivery);
  }

  #deliver(node: SimulatedNode, { to, segment, frame }: Delivery): void {
    const verdict = node.codec.judge(`s${segment}`, frame, frame.length);
    if (verdict?.ok !== true) return;
    const { listener, family, source, advbase, advskew, counterHi, counterLo } = verdict.advert;
    const { key } = listener;
    this.step(to, { kind: 'advert', key, family, source, advbase, advskew, counterHi, counterLo });
  }

  /** Performs what a node's engine says, and looks whether it may. */
  #perform(index: number, node: SimulatedNode, effects: readonly CarpEffect[]): void {
    const must = (holds: boolean, what: string): void => {
      if (!holds) this.broken ??= `node ${index} ${what} at ${this.now} us`;
    };
    for (const effect of effects) {
      if (effect.kind === 'left') {
        must(!node.holds.includes(true), 'left with addresses');
        this.crash(index);
        return;
      }
      if (!('key' in effect)) continue;
      const segment = Number(effect.key.slice(1, effect.key.indexOf('@')));
      if (effect.kind === 'roleChanged') node.roles[segment] = effect.to;
      else if (effect.kind === 'takeAddresses') node.holds[segment] = true;
      else if (effect.kind === 'dropAddresses') node.holds[segment] = false;
      else if (effect.kind === 'announce') must(node.roles[segment] === 'MASTER', 'announces as no master');
      else {
        must(node.holds[segment] === true, 'sends an advert without the addresses');
        must(
          node.roles[segment] === 'MASTER' || effect.advbase === farewell || this.#isForeign(index),
          'sends an advert as no master',
        );
        const frame = node.codec.frameOf(effect);
        if (frame !== undefined && node.linkUp[segment] === true)
          this.wire.send(index, segment, Uint8Array.from(frame), this.now);
      }
    }
    for (const effect of effects) {
      if (effect.kind !== 'roleChanged' || effect.to !== 'MASTER') continue;
      const says = effects.some((other) => other.kind === 'sendAdvert' && other.key === effect.key);
      must(says, 'becomes master and tells nobody');
    }
    for (const [segment, role] of node.roles.entries())
      must(role !== 'MASTER' || node.holds[segment] === true, 'is master without the addresses');
  }

  #isForeign(index: number): boolean {
    return this.plan.foreign[index] !== undefined;
  }

  #node(index: number): SimulatedNode {
    const node = this.nodes[index];
    if (node === undefined) throw new Error(`bug: no node ${index}`);
    return node;
  }

  #build(): SimulatedNode {
    const { segments } = this.plan;
    return {
      draft: draftOf(this.plan),
      alive: false,
      leaving: false,
      pausedUntil: 0,
      linkUp: new Array<boolean>(segments).fill(true),
      roles: new Array<Role>(segments).fill('INIT'),
      holds: new Array<boolean>(segments).fill(false),
      waiting: [],
      marks: {},
      boots: 0,
      host: new CarpGroup(nothing, this.now),
      due: never,
      codec: new Codec(nothing, new Map(), {}),
    };
  }

  #configOf(index: number, boots: number): GroupConfig {
    const { segments, group, seed } = this.plan;
    const { timing, preempt, strict, without } = this.#node(index).draft;
    return {
      node: `N${index}`,
      timing,
      preempt,
      strict,
      group,
      vhids: Array.from({ length: segments }, (_, segment) => segment)
        .filter((segment) => !without.includes(segment))
        .map((segment) => this.#vhidConfig(index, segment)),
      firstSequence: boots * 2 ** 24,
      seed: seed + index,
      listen: micros(250_000),
    };
  }

  #sourcesOf(index: number, config: GroupConfig): ReadonlyMap<VhidKey, Sources> {
    return new Map(
      config.vhids.map(({ key, ifname }) => {
        const segment = Number(ifname.slice(1));
        return [key, { ipv4: address4(index, segment), ipv6: linkLocal(index, segment) }];
      }),
    );
  }

  #vhidConfig(index: number, segment: number): VhidConfig {
    const { ipv6, foreign, nodes } = this.plan;
    const { advbase, skews, password, addresses } = this.#node(index).draft;
    const vhid = parseVhid(segment + 1);
    if (!vhid.ok) throw new Error(vhid.error);
    const isMixed = foreign.some((dialect) => dialect !== undefined);
    const documented = (node: number): (Ipv4 | Ipv6)[] => [
      address4(node, segment),
      ...(ipv6 ? [address6(node, segment)] : []),
    ];
    const peers = Array.from({ length: nodes }, (_, node) => ({
      node: `N${node}`,
      sources: documented(node),
      advskew: skews[node] ?? 0,
    })).filter((peer) => peer.node !== `N${index}`);
    return {
      key: vhidKey(`s${segment}`, segment + 1),
      ifname: `s${segment}`,
      vhid: vhid.value,
      advbase,
      advskew: skews[index] ?? 0,
      key20: keyFromPassword(password),
      ipv4: Array.from({ length: addresses }, (_, i) => `10.${segment}.0.${254 - i}` as Ipv4),
      ipv6: ipv6 ? [`fd00:${segment}::254` as Ipv6] : [],
      ownSources: [...documented(index), linkLocal(index, segment)],
      peers: isMixed ? [] : peers,
    };
  }
}

/** The document that the nodes of a plan begin with. */
export const draftOf = ({ timing, advbase, skews, preempt }: ClusterPlan): Draft => ({
  timing,
  advbase,
  skews,
  preempt,
  strict: timing === 'quick',
  password: 'simulated',
  addresses: 1,
  without: [],
});

/** A node that has not been started. */
const nothing: GroupConfig = {
  node: '',
  timing: 'quick',
  preempt: true,
  strict: true,
  group: true,
  vhids: [],
  firstSequence: 0,
  seed: 0,
  listen: micros(0),
};

const address4 = (node: number, segment: number): Ipv4 => `10.${segment}.0.${node + 1}` as Ipv4;
const address6 = (node: number, segment: number): Ipv6 => `fd00:${segment}::${node + 1}` as Ipv6;
/** In another order than the documented addresses, as it is with addresses made of MACs. */
const linkLocal = (node: number, segment: number): Ipv6 => `fe80::${segment}:${9 - node}` as Ipv6;
