/**
 * Several nodes on a simulated network in virtual time: the real CARP engine, the real frames, the real receiver;
 * only the wire and the clock are made up. Everything follows from the seed.
 */
import { type Ipv4, parseVhid, type Vhid } from '#base/address.ts';
import { type Prng, prng } from '#base/prng.ts';
import { type Instant, instant, type Micros, micros } from '#base/time.ts';
import { HmacContext, hashedPrefix, keyFromPassword } from '#carp/auth.ts';
import { CarpGroup } from '#carp/group.ts';
import { Receiver, type ReplayMarks } from '#carp/receive.ts';
import {
  type CarpEffect,
  type CarpEvent,
  type GroupConfig,
  type Role,
  type Timing,
  type VhidConfig,
  vhidKey,
} from '#carp/types.ts';
import { AdvertFrame } from '#carp/wire.ts';

export interface ClusterPlan {
  readonly seed: number;
  readonly nodes: number;
  readonly segments: number;
  readonly timing: Timing;
  readonly advbase: number;
  /** Advskew per node, the preferred first. */
  readonly skews: readonly number[];
}

interface Delivery {
  readonly at: number;
  readonly order: number;
  readonly node: number;
  readonly segment: number;
  readonly frame: Uint8Array;
}

/** Longest time that a frame is under way when nothing is wrong. */
export const calmDelay = micros(200);

class SimulatedNode {
  alive = true;
  pausedUntil = 0;
  readonly linkUp: boolean[];
  readonly holds = new Set<string>();
  readonly waiting: Delivery[] = [];
  marks: ReplayMarks = {};
  boots = 0;
  group!: CarpGroup; // set by `boot`, which the cluster calls before anything else
  receivers!: Receiver[]; // likewise
  frames!: AdvertFrame[]; // likewise

  constructor(segments: number) {
    this.linkUp = new Array<boolean>(segments).fill(true);
  }
}

export class SimulatedCluster {
  now: Instant = instant(0);
  loss = 0;
  /** Longest delay of a frame, microseconds. */
  delay: number = calmDelay;
  /** "FROM>TO@SEGMENT" pairs that do not get through. */
  readonly cuts = new Set<string>();
  readonly nodes: readonly SimulatedNode[];
  readonly plan: ClusterPlan;
  readonly chance: Prng;
  readonly #wire: Delivery[] = [];
  #order = 0;
  /** Called after every step of a node. */
  observe: () => void = () => undefined;

  constructor(plan: ClusterPlan) {
    this.plan = plan;
    this.chance = prng(plan.seed);
    this.nodes = Array.from({ length: plan.nodes }, () => new SimulatedNode(plan.segments));
    for (let node = 0; node < plan.nodes; node++) this.boot(node);
  }

  /** Starts or restarts a node as its shell would: fresh engine, stored replay marks, unused sequence numbers. */
  boot(index: number): void {
    const node = this.#node(index);
    node.boots += 1;
    node.alive = true;
    node.pausedUntil = 0;
    node.waiting.length = 0;
    node.holds.clear();
    const vhids = Array.from({ length: this.plan.segments }, (_, segment) =>
      this.#vhidConfig(index, segment),
    );
    const config: GroupConfig = {
      node: `N${index}`,
      timing: this.plan.timing,
      preempt: true,
      strict: this.plan.timing === 'quick',
      group: true,
      vhids,
      firstSequence: node.boots * 2 ** 24,
      seed: this.plan.seed + index,
      listen: micros(250_000),
    };
    node.group = new CarpGroup(config, this.now);
    const contexts = vhids.map(
      (vhid) => new HmacContext(vhid.key20, hashedPrefix(vhid.vhid, vhid.ipv4, vhid.ipv6)),
    );
    const strict = config.strict;
    node.receivers = vhids.map(
      (vhid, segment) =>
        new Receiver(
          [
            {
              key: vhid.key,
              vhid: vhid.vhid,
              contexts: [contexts[segment] as HmacContext],
              ownSources: vhid.ownSources,
              peers: vhid.peers,
            },
          ],
          strict,
          node.marks,
        ),
    );
    node.frames = vhids.map(
      (vhid, segment) => new AdvertFrame(vhid.vhid, source(index, segment), contexts[segment] as HmacContext),
    );
    for (let segment = 0; segment < this.plan.segments; segment++) {
      this.step(index, { kind: 'link', ifname: `s${segment}`, up: node.linkUp[segment] === true });
    }
  }

  crash(index: number): void {
    const node = this.#node(index);
    node.marks = Object.assign({}, ...node.receivers.map((receiver) => receiver.replayMarks()));
    node.alive = false;
    node.holds.clear();
  }

  setLink(index: number, segment: number, up: boolean): void {
    const node = this.#node(index);
    node.linkUp[segment] = up;
    if (node.alive) this.step(index, { kind: 'link', ifname: `s${segment}`, up });
  }

  roles(segment: number): (Role | 'DEAD')[] {
    return this.nodes.map((node) =>
      node.alive ? (node.group.status().vhids[segment]?.role ?? 'INIT') : 'DEAD',
    );
  }

  step(index: number, event: CarpEvent): void {
    this.#perform(index, this.#node(index).group.step(event, this.now));
    this.observe();
  }

  /** Lets virtual time pass until `until`. */
  run(until: Micros | number): void {
    for (;;) {
      const next = this.#next();
      if (next === undefined || next.at > until) break;
      this.now = instant(Math.max(this.now, next.at));
      next.act();
    }
    this.now = instant(Math.max(this.now, until));
  }

  #next(): { at: number; act: () => void } | undefined {
    let next: { at: number; act: () => void } | undefined;
    const [first] = this.#wire;
    if (first !== undefined) {
      next = {
        at: first.at,
        act: () => {
          this.#wire.shift();
          this.#arrive(first);
        },
      };
    }
    for (let index = 0; index < this.nodes.length; index++) {
      const node = this.#node(index);
      if (!node.alive) continue;
      const due = node.group.deadline()?.at;
      const waits = node.waiting.length > 0 ? node.pausedUntil : undefined;
      const soonest = Math.min(due ?? Number.POSITIVE_INFINITY, waits ?? Number.POSITIVE_INFINITY);
      const at = Math.max(soonest, node.pausedUntil);
      if (at !== Number.POSITIVE_INFINITY && (next === undefined || at < next.at)) {
        next = { at, act: () => this.#wake(index) };
      }
    }
    return next;
  }

  /** As the guard's loop: what has arrived is read first, then the timers are looked at. */
  #wake(index: number): void {
    const node = this.#node(index);
    for (const delivery of node.waiting.splice(0)) this.#deliver(delivery);
    const due = node.group.deadline()?.at;
    if (due !== undefined && due <= this.now) this.step(index, { kind: 'tick' });
  }

  #arrive(delivery: Delivery): void {
    const node = this.#node(delivery.node);
    if (!node.alive || node.linkUp[delivery.segment] !== true) return;
    if (node.pausedUntil > this.now) node.waiting.push(delivery);
    else this.#deliver(delivery);
  }

  #deliver({ node: index, segment, frame }: Delivery): void {
    const node = this.#node(index);
    const verdict = node.receivers[segment]?.judge(frame, frame.length);
    if (verdict?.ok !== true) return;
    const { listener, family, source: from, advbase, advskew, counterHi, counterLo } = verdict.advert;
    this.step(index, {
      kind: 'advert',
      key: listener.key,
      family,
      source: from,
      advbase,
      advskew,
      counterHi,
      counterLo,
    });
  }

  #perform(index: number, effects: readonly CarpEffect[]): void {
    const node = this.#node(index);
    for (const effect of effects) {
      if (effect.kind === 'takeAddresses') node.holds.add(effect.key);
      else if (effect.kind === 'dropAddresses') node.holds.delete(effect.key);
      else if (effect.kind === 'sendAdvert') {
        const segment = Number(effect.key.slice(1, effect.key.indexOf('@')));
        const frame = node.frames[segment]?.fill(effect);
        if (frame !== undefined && node.linkUp[segment] === true)
          this.#send(index, segment, Uint8Array.from(frame));
      }
    }
  }

  #send(from: number, segment: number, frame: Uint8Array): void {
    for (let to = 0; to < this.nodes.length; to++) {
      if (to === from || this.cuts.has(`${from}>${to}@${segment}`) || this.chance.chance(this.loss)) continue;
      this.#order += 1;
      const at = this.now + 20 + this.chance.below(this.delay);
      insert(this.#wire, { at, order: this.#order, node: to, segment, frame });
    }
  }

  #node(index: number): SimulatedNode {
    const node = this.nodes[index];
    if (node === undefined) throw new Error(`bug: no node ${index}`);
    return node;
  }

  #vhidConfig(index: number, segment: number): VhidConfig {
    const vhid = parseVhid(segment + 1);
    if (!vhid.ok) throw new Error(vhid.error);
    const peers = Array.from({ length: this.plan.nodes }, (_, node) => ({
      node: `N${node}`,
      sources: [source(node, segment)],
      advskew: this.plan.skews[node] ?? 0,
    })).filter((peer) => peer.node !== `N${index}`);
    return {
      key: vhidKey(`s${segment}`, segment + 1),
      ifname: `s${segment}`,
      vhid: vhid.value as Vhid,
      advbase: this.plan.advbase,
      advskew: this.plan.skews[index] ?? 0,
      key20: keyFromPassword('simulated'),
      ipv4: [`10.${segment}.0.254` as Ipv4],
      ipv6: [],
      ownSources: [source(index, segment)],
      peers,
    };
  }
}

const source = (node: number, segment: number): Ipv4 => `10.${segment}.0.${node + 1}` as Ipv4;

/** Keeps the wire in order of arrival; equal times in the order of sending. */
function insert(wire: Delivery[], delivery: Delivery): void {
  let at = wire.length;
  while (at > 0 && (wire[at - 1] as Delivery).at > delivery.at) at -= 1;
  wire.splice(at, 0, delivery);
}
