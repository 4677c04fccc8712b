/**
 * Several nodes that synchronise their states in virtual time: the real loop, session, owners and applier over a kernel
 * and a link that are made up. Everything follows from the seed. (It is not in src/sim, as that room knows no `node`.)
 */
import { type Prng, prng } from '#base/prng.ts';
import { type Instant, instant } from '#base/time.ts';
import { StatesLoop } from '#node/states-loop.ts';
import type { StatesReport, ToStates } from '#node/states-protocol.ts';
import { MemoryKernel, messageOf, type Row } from '#sim/states-kernel.ts';
import { LossyWire } from '#sim/wire.ts';
import { Applier } from '#statesync/applier.ts';
import { LocalAddresses } from '#statesync/local.ts';
import { nameOf, Owners } from '#statesync/owners.ts';
import { Session } from '#statesync/session.ts';

export interface StatesClusterPlan {
  readonly seed: number;
  readonly nodes: number;
  /** Bytes of a datagram, and how many are kept for those who missed some. */
  readonly datagramBytes: number;
  readonly kept: number;
  readonly secrets: readonly string[];
}

/** Thrown where a thread would sleep. */
const idle = new Error('idle');
/** A turn of the loop takes so long, microseconds. */
const turnTime = 20;
const never = Number.POSITIVE_INFINITY;
/** Datagrams of the past that can be repeated. */
const mostRecorded = 400;

export class StatesNode {
  readonly kernel = new MemoryKernel();
  alive = false;
  active = false;
  boots = 0;
  session = 0n;
  loop: StatesLoop | undefined;
  owners = new Owners();
  report: StatesReport | undefined;
  readonly arrived: Buffer[] = [];
  readonly inbox: ToStates[] = [];
  /** When the loop wants its next turn, and until when it does not look. */
  wakeAt = 0;
  gatherUntil = 0;
  pausedUntil = 0;

  /** For which peer it holds an entry, by its place among the peers; -1 when for none. */
  ownerOf(row: Row): number {
    const bytes = messageOf(0, 0, 0, row);
    const name = { high: 0, low: 0 };
    return nameOf(bytes, 20, bytes.length, name) ? this.owners.ownerOf(name) : -1;
  }

  get hasWork(): boolean {
    return this.arrived.length > 0 || this.inbox.length > 0 || this.kernel.hasNews;
  }

  /** When its next turn is due. */
  due(now: number): number {
    if (!this.alive) return never;
    const at = this.hasWork ? now : this.wakeAt;
    // Gathering ends when somebody wakes the thread.
    return Math.max(at, this.inbox.length > 0 ? 0 : this.gatherUntil, this.pausedUntil);
  }
}

export class StatesCluster {
  now: Instant = instant(0);
  readonly plan: StatesClusterPlan;
  readonly wire: LossyWire;
  readonly nodes: readonly StatesNode[];
  /** Probability that a datagram comes twice. */
  repeating = 0;
  /** Datagrams in the order of their sending, to be repeated by whoever listened. */
  readonly recorded: Buffer[] = [];
  readonly #chance: Prng;

  constructor(plan: StatesClusterPlan) {
    this.plan = plan;
    this.#chance = prng(plan.seed ^ 0x5a5a5a5a);
    this.wire = new LossyWire(plan.nodes, this.#chance);
    this.nodes = Array.from({ length: plan.nodes }, () => new StatesNode());
    for (let index = 0; index < plan.nodes; index++) this.boot(index, true);
  }

  /** Starts or restarts a node's program: a new session, nothing remembered but the kernel's table, if that is kept. */
  boot(index: number, isKept: boolean): void {
    const node = this.node(index);
    const { nodes, datagramBytes, kept, secrets, seed } = this.plan;
    node.kernel.reopen(isKept);
    node.boots += 1;
    node.alive = true;
    node.active = false;
    node.arrived.length = 0;
    node.inbox.length = 0;
    node.wakeAt = 0;
    node.gatherUntil = 0;
    node.report = undefined;
    node.session = BigInt(seed) * 1_000_000n + BigInt(node.boots * 100 + index + 1);
    const owners = new Owners();
    node.owners = owners;
    const peers = Array.from({ length: nodes }, (_, other) => ({ node: other + 1, name: `N${other}` }));
    // Nobody's clock begins where another's does.
    const offset = (index + 1) * 1_000_000_000 + node.boots * 777_777;
    const own = (): Instant => instant(this.now + offset);
    const clock = {
      now: own,
      wait: (until: Instant): void => {
        if (node.hasWork || until <= own()) return;
        node.wakeAt = until - offset;
        throw idle;
      },
      gather: (until: Instant): void => {
        node.gatherUntil = until - offset;
      },
    };
    node.loop = new StatesLoop({
      kernel: node.kernel,
      link: this.#linkOf(index, node),
      clock,
      owners,
      applier: new Applier(owners, (messages, length, failed) =>
        node.kernel.transmit(messages, length, failed),
      ),
      local: new LocalAddresses([]),
      session: (outlets) =>
        new Session(
          {
            self: { node: index + 1, session: node.session },
            peers: peers.filter((_, other) => other !== index),
            secrets,
            datagramBytes,
            kept,
          },
          outlets,
          own(),
        ),
      wallMs: () => own() / 1_000,
      nameOfPeer: (peer) => peers[peer]?.name ?? '',
      inbox: () => node.inbox.shift(),
      tell: (said) => {
        if (said.kind === 'report') node.report = said.report;
      },
    });
  }

  crash(index: number): void {
    this.node(index).alive = false;
    this.node(index).active = false;
  }

  setActive(index: number, active: boolean): void {
    const node = this.node(index);
    if (!node.alive) return;
    node.active = active;
    node.inbox.push({ kind: 'active', active });
  }

  /** Somebody on the link sends a datagram to a node. */
  inject(index: number, datagram: Buffer): void {
    const node = this.node(index);
    if (node.alive) node.arrived.push(Buffer.from(datagram));
  }

  /** Lets virtual time pass until `until`. */
  run(until: number): void {
    for (;;) {
      const arrival = this.wire.next?.at ?? never;
      const [waking, at] = this.#nextWaking();
      if (Math.min(arrival, at) > until) break;
      this.now = instant(Math.max(this.now, Math.min(arrival, at)));
      if (arrival <= at) this.#arrive();
      else this.#turn(this.node(waking));
    }
    this.now = instant(Math.max(this.now, until));
  }

  node(index: number): StatesNode {
    const node = this.nodes[index];
    if (node === undefined) throw new Error(`bug: no node ${index}`);
    return node;
  }

  #nextWaking(): [index: number, at: number] {
    let earliest = never;
    let waking = -1;
    for (const [index, node] of this.nodes.entries()) {
      const at = node.due(this.now);
      if (at >= earliest) continue;
      earliest = at;
      waking = index;
    }
    return [waking, earliest];
  }

  #turn(node: StatesNode): void {
    try {
      node.loop?.turn();
      node.wakeAt = this.now + turnTime;
      node.gatherUntil = Math.max(node.gatherUntil, this.now + turnTime);
    } catch (error) {
      if (error !== idle) throw error;
    }
  }

  #arrive(): void {
    const delivery = this.wire.take();
    if (delivery === undefined) return;
    const node = this.node(delivery.to);
    if (node.alive) node.arrived.push(delivery.frame as Buffer);
  }

  #linkOf(index: number, node: StatesNode) {
    let handed: Buffer[] = [];
    return {
      send: (datagram: Buffer, length: number): boolean => {
        const copy = Buffer.from(datagram.subarray(0, length));
        this.recorded.push(copy);
        if (this.recorded.length > mostRecorded) this.recorded.splice(0, mostRecorded / 4);
        const times = this.#chance.chance(this.repeating) ? 2 : 1;
        for (let i = 0; i < times; i++) this.wire.send(index, 0, copy, this.now);
        return true;
      },
      receive: (handle: (datagram: Buffer) => void): 'more' | 'empty' => {
        // As the slots of the real link: what was handed over before is overwritten now.
        for (const old of handed) old.fill(0xdd);
        handed = node.arrived.splice(0, 32).map((datagram) => Buffer.from(datagram));
        for (const datagram of handed) handle(datagram);
        return handed.length === 32 ? 'more' : 'empty';
      },
    };
  }
}

/** What an entry is to its connection: the translation above all. */
export const described = ({ original, reply, zone, status }: Row): string =>
  JSON.stringify([original, reply, zone, status & 0x30]);
