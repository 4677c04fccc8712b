/**
 * State synchronisation of one node with its peers: who is there, what each has, what is missing, and whose table is
 * complete. Time comes in as an argument, everything else goes out through `SessionOutlets`: calls and not effects as
 * data, because a record must not cost an allocation.
 *
 * A session follows a peer's stream from the first hello that names its own session on: such a hello cannot be an old
 * one, but of a session that has ended since; so another is followed only if it has heard what was said since then. It
 * asks for the peer's whole table (a bulk); bulk and news come in one ordered stream, so that the table is complete when
 * the bulk's end arrives. A gap that cannot be repaired is healed by another bulk.
 */
import { after, between, type Instant, micros, millis, seconds } from '#base/time.ts';
import { BulkTeller } from './bulk.ts';
import {
  noCounts,
  type PeerReport,
  type Refusal,
  type SessionConfig,
  type SessionCounters,
  type SessionOutlets,
} from './contract.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';
import { Peer } from './peer.ts';
import { endOfRecord, recordHead, recordKind, untold } from './record.ts';
import { Seals } from './seals.ts';
import {
  datagramType,
  type Echo,
  type Header,
  type Hello,
  type Incarnation,
  readHeader,
  readHello,
  readRequest,
  writeHello,
  writeRequest,
} from './wire.ts';

const helloEvery = millis(100);
/** A hello is worth an answer, but not every one of a flood. */
const answerAfter = millis(1);
const acknowledgeAfter = millis(5);
/** Data that nobody acknowledged for so long is announced, lest its loss stays unseen. */
const tailAfter = millis(3);
const silentAfter = seconds(1);
const askAgainAfter = seconds(1);
const noProgress = seconds(5);
/** Entries without news, such as long UDP flows, are named again so often; receivers keep them for four times that. */
export const refreshEvery = seconds(900);
/** Datagrams of a bulk that may be under way to the slowest peer: some 700 kB, less than its socket holds. */
const bulkWindow = 512;

export class Session {
  readonly #counters = noCounts();
  /** Another node says that it has our host id. */
  sameHostId = false;
  readonly #self: Incarnation;
  readonly #outlets: SessionOutlets;
  readonly #peers: readonly Peer[];
  readonly seals: Seals;
  readonly #outgoing: Outgoing;
  readonly #contents = Buffer.alloc(4_096);
  readonly #control = Buffer.alloc(8_192);
  #controls = 0;
  #active = false;
  #leaving = false;
  #states = 0;
  #helloAt: Instant;
  #lastHello: Instant;
  #lastData: Instant | undefined;
  readonly #bulk: BulkTeller;
  #refreshAt: Instant;

  constructor(config: SessionConfig, outlets: SessionOutlets, now: Instant) {
    this.#self = config.self;
    this.#outlets = outlets;
    this.#peers = config.peers.map((peer, index) => new Peer(index, peer, now));
    this.seals = new Seals(config.self, config.secrets);
    this.#outgoing = new Outgoing(this.seals, config.datagramBytes, config.kept, outlets.send);
    this.#helloAt = now;
    this.#lastHello = after(now, micros(-helloEvery));
    this.#bulk = new BulkTeller(this.#outgoing, () => outlets.beginBulk());
    this.#refreshAt = after(now, refreshEvery);
  }

  get counters(): SessionCounters {
    const { records: told, sent } = this.#outgoing;
    return { ...this.#counters, bulksSent: this.#bulk.sent, told, sent };
  }

  /** When `tick` is due. */
  deadline(): Instant {
    let due = Math.min(this.#helloAt, this.#refreshAt, this.#bulk.deadline() ?? this.#refreshAt);
    for (const peer of this.#peers) due = Math.min(due, peer.incoming?.deadline() ?? due);
    return due as Instant;
  }

  /** Whether this node is master of something: only then do its entries' ends and its whole table count. */
  setActive(active: boolean, now: Instant): void {
    if (active === this.#active) return;
    this.#active = active;
    this.#bulk.activeSince = active ? now : undefined;
    // What the former master held is ours now; it hears so before its own entries time out.
    if (active) this.#bulk.wantAfterTakeover(now);
    this.#helloAt = now;
  }

  get isActive(): boolean {
    return this.#active;
  }

  setStates(count: number): void {
    this.#states = count;
  }

  /** Whether a peer is there and master of something, so that its entries are its own business. */
  isLookedAfter(index: number, now: Instant): boolean {
    const peer = this.#peers[index];
    return peer !== undefined && (!this.#active || this.#isCarrying(peer, now));
  }

  #isCarrying(peer: Peer, now: Instant): boolean {
    return peer.active && !peer.leaving && !this.#isSilent(peer, now);
  }

  /** Tells of an entry or expectation: a kernel message whose attributes are `bytes[from..end)`. */
  tell(kind: number, family: number, bytes: Buffer, from: number, end: number, now: Instant): void {
    this.#outgoing.add(kind, family, bytes, from, end, now);
  }

  /** Ends a turn: what has gathered goes out. */
  flush(now: Instant): void {
    const before = this.#outgoing.sent;
    this.#outgoing.flush(now);
    if (this.#outgoing.sent === before) return;
    this.#lastData = now;
    this.#helloAt = Math.min(this.#helloAt, after(now, tailAfter)) as Instant;
  }

  /** The whole table shall be told: somebody asked, or events were lost. */
  wantBulk(): void {
    this.#bulk.want();
  }

  /** The bulk's first record. */
  openBulk(now: Instant): void {
    this.#bulk.open(this.#active, now);
    this.#refreshAt = after(now, refreshEvery);
  }

  /** Whether more of a bulk may be sent: the slowest peer that is there keeps up. */
  hasRoom(now: Instant): boolean {
    return this.#peers.every(
      (peer) =>
        peer.session === undefined ||
        this.#isSilent(peer, now) ||
        this.#outgoing.sent - peer.received < bulkWindow,
    );
  }

  /** Rises with every change of a peer's phase. */
  get changes(): number {
    return this.#peers.reduce((sum, peer) => sum + peer.changes, 0);
  }

  /** Everything has been told. */
  closeBulk(now: Instant): void {
    this.#bulk.close(now);
    this.flush(now);
  }

  /** Takes a datagram off the link; counts it when it is refused. */
  hear(datagram: Buffer, now: Instant): void {
    this.#counters.datagrams += 1;
    const refusal = this.#judge(datagram, now);
    if (refusal !== undefined) this.#counters.refused[refusal] += 1;
  }

  #judge(datagram: Buffer, now: Instant): Refusal | undefined {
    const header = readHeader(datagram);
    if (header === undefined) return 'malformed';
    if (header.node === this.#self.node) return this.#hearOurselves(header, datagram);
    const peer = this.#peers.find(({ node }) => node === header.node);
    if (peer === undefined) return 'stranger';
    const isFollowed = peer.session === header.session;
    if (header.type === datagramType.data) {
      if (!isFollowed || peer.incoming === undefined) return 'early';
      if (peer.incoming.isKnown(header.counter)) {
        this.#counters.repeated += 1;
        return undefined;
      }
    } else if (isFollowed && header.counter <= peer.lastControl) return 'replayed';
    const contents = this.seals.open(header, datagram);
    if (contents === undefined) return 'forged';
    if (header.type === datagramType.hello) return this.#hearHello(peer, header, contents, now);
    if (header.type === datagramType.request) return this.#hearRequest(peer, header, contents, now);
    this.#hearData(peer, header, contents, now);
    return undefined;
  }

  /** Our own datagrams may come back; those of another session are another node's with the same host id. */
  #hearOurselves(header: Header, datagram: Buffer): Refusal | undefined {
    if (header.session === this.#self.session) return undefined;
    if (this.seals.open(header, datagram) === undefined) return 'forged';
    this.sameHostId = true;
    return undefined;
  }

  #hearData(peer: Peer, header: Header, contents: Buffer, now: Instant): void {
    peer.heardAt = now;
    const before = peer.incoming?.received;
    peer.incoming?.take(header.counter, contents, now);
    if (peer.incoming?.received === before) return;
    peer.deliveredAt = now;
    const soonest = after(this.#lastHello, acknowledgeAfter);
    this.#helloAt = Math.min(this.#helloAt, Math.max(now, soonest)) as Instant;
  }

  #hearHello(peer: Peer, header: Header, contents: Buffer, now: Instant): Refusal | undefined {
    const hello = readHello(contents);
    if (hello === undefined) return 'damaged';
    const echo = hello.echoes.find(
      ({ node, session }) => node === this.#self.node && session === this.#self.session,
    );
    if (peer.session !== header.session) {
      if (echo === undefined) {
        // It does not know us yet: our hello tells it of ourselves, and that we heard it.
        peer.candidate = { session: header.session, heard: header.counter };
        this.#helloAt = Math.min(this.#helloAt, after(now, answerAfter)) as Instant;
        return undefined;
      }
      if (echo.heard <= peer.followedAt) return 'replayed';
      const incoming = new Incoming(
        hello.sent,
        (delivered, at) => this.#deliver(peer, delivered, at),
        (at) => peer.miss(at),
      );
      peer.follow(header.session, header.counter, this.#controls, incoming, now);
      this.#helloAt = now;
    }
    peer.heardAt = now;
    peer.lastControl = header.counter;
    peer.active = hello.active;
    peer.leaving = hello.leaving;
    peer.states = hello.states;
    if (echo !== undefined) peer.hearEcho(echo, this.#outgoing, now);
    peer.incoming?.announce(hello.sent, now);
    this.#ask(peer, now);
    return undefined;
  }

  #hearRequest(peer: Peer, header: Header, contents: Buffer, now: Instant): Refusal | undefined {
    if (peer.session !== header.session) return 'early';
    const request = readRequest(contents);
    if (request === undefined) return 'damaged';
    peer.lastControl = header.counter;
    peer.heardAt = now;
    if (request.of.node !== this.#self.node || request.of.session !== this.#self.session) return undefined;
    for (const [first, last] of request.ranges) this.#counters.resent += this.#outgoing.repeat(first, last);
    if (request.bulk && !this.#bulk.isFresh(now)) this.wantBulk();
    return undefined;
  }

  /** Records of one datagram, in order. A damaged one ends it: who could seal it has a fault, so it is counted. */
  #deliver(peer: Peer, contents: Buffer, now: Instant): void {
    for (let at = 0; at < contents.length; ) {
      const end = endOfRecord(contents, at, contents.length);
      if (end < 0) {
        this.#counters.refused.damaged += 1;
        return;
      }
      const kind = contents[at] as number;
      if (kind === recordKind.bulkBegin) this.#bulkBegins(peer, contents.readUInt32LE(at + recordHead), now);
      else if (kind === recordKind.bulkEnd) this.#bulkEnds(peer, contents, at + recordHead, now);
      else {
        this.#counters.records += 1;
        this.#outlets.apply(peer.index, peer.round, contents, at, end);
        if (!this.#isCarrying(peer, now)) this.#bulk.wantLater(now);
      }
      at = end;
    }
    if (peer.phase === 'filling') peer.phaseAt = now;
  }

  #bulkBegins(peer: Peer, id: number, now: Instant): void {
    peer.bulkId = id;
    peer.round += 1;
    if (peer.phase !== 'inStep') peer.enter('filling', now);
  }

  #bulkEnds(peer: Peer, contents: Buffer, at: number, now: Instant): void {
    if (contents.readUInt32LE(at) !== peer.bulkId) return;
    peer.bulkId = 0;
    this.#counters.bulksReceived += 1;
    // Who is master of nothing names nothing: what is held for it is of use to whoever carries on.
    if (contents.readUInt32LE(at + 4) !== untold) this.#outlets.bulkDone(peer.index, peer.round);
    if (peer.phase === 'inStep') return;
    peer.enter('inStep', now);
    this.#helloAt = now;
  }

  /** Does what is due. */
  tick(now: Instant): void {
    for (const peer of this.#peers) {
      this.#repair(peer, now);
      this.#watchBulk(peer, now);
      const isCarrying = this.#isCarrying(peer, now);
      // Whoever carries on becomes the owner of what the other held, and says so.
      if (peer.wasCarrying && !isCarrying && this.#active) this.#bulk.wantAfterTakeover(now);
      peer.wasCarrying = isCarrying;
    }
    this.#bulk.tick(now);
    if (now >= this.#refreshAt) {
      this.#refreshAt = after(now, refreshEvery);
      if (this.#active) this.wantBulk();
    }
    if (now >= this.#helloAt) this.#sayHello(now);
  }

  #repair(peer: Peer, now: Instant): void {
    const { incoming, session } = peer;
    if (incoming === undefined || session === undefined) return;
    const { ranges, lost } = incoming.due(now);
    if (ranges.length > 0) this.#request({ of: { node: peer.node, session }, bulk: false, ranges });
    if (lost === 0) return;
    this.#counters.lost += lost;
    this.#ask(peer, now);
  }

  #watchBulk(peer: Peer, now: Instant): void {
    if (peer.phase === 'filling' && between(peer.phaseAt, now) > noProgress) peer.enter('asking', now);
    this.#ask(peer, now);
  }

  /** Asks for the whole table of a peer that is there, and again when nothing comes. */
  #ask(peer: Peer, now: Instant): void {
    if (peer.phase !== 'asking' || peer.session === undefined || this.#isSilent(peer, now)) return;
    if (peer.askedAt !== undefined && between(peer.askedAt, now) < askAgainAfter) return;
    peer.askedAt = now;
    this.#request({ of: { node: peer.node, session: peer.session }, bulk: true, ranges: [] });
  }

  #isSilent(peer: Peer, now: Instant): boolean {
    return peer.heardAt === undefined || between(peer.heardAt, now) > silentAfter;
  }

  #request(request: Parameters<typeof writeRequest>[1]): void {
    this.#sendControl(datagramType.request, writeRequest(this.#contents, request));
  }

  #sayHello(now: Instant): void {
    const echoes: Echo[] = [];
    for (const peer of this.#peers) {
      const { node, session, candidate } = peer;
      if (session !== undefined)
        echoes.push({
          node,
          session,
          received: peer.incoming?.received ?? 0,
          held: between(peer.deliveredAt, now),
          inStep: peer.phase === 'inStep',
          heard: peer.lastControl,
        });
      if (candidate !== undefined) echoes.push({ node, received: 0, held: 0, inStep: false, ...candidate });
    }
    const hello: Hello = {
      active: this.#active,
      leaving: this.#leaving,
      states: this.#states,
      sent: this.#outgoing.sent,
      echoes,
    };
    this.#sendControl(datagramType.hello, writeHello(this.#contents, hello));
    this.#lastHello = now;
    const isTail = this.#lastData !== undefined && between(this.#lastData, now) < tailAfter;
    this.#helloAt = after(now, isTail ? tailAfter : helloEvery);
  }

  #sendControl(type: number, length: number): void {
    this.#controls += 1;
    const bytes = this.seals.seal(type, this.#controls, this.#contents, length, this.#control);
    this.#outlets.send(this.#control, bytes);
  }

  /** Says farewell: peers shall not wonder at the silence. */
  leave(now: Instant): void {
    this.flush(now);
    this.#leaving = true;
    this.#active = false;
    this.#sayHello(now);
  }

  peers(now: Instant): PeerReport[] {
    return this.#peers.map((peer) => peer.report(this.#isSilent(peer, now), now));
  }
}
