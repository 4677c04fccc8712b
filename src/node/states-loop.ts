/**
 * The states thread's loop: the kernel's news go to the peers, the peers' news into the kernel. One turn reads what is
 * there, and lets more gather when there is much, because a turn costs the same for one entry as for ten.
 */
import { fail, ok } from '#base/result.ts';
import { after, between, type Instant, type Micros, micros, millis } from '#base/time.ts';
import type { ConntrackKernel, MessageHandler, StatesClock, SyncLink } from '#ports/conntrack.ts';
import type { Applier } from '#statesync/applier.ts';
import type { SessionOutlets } from '#statesync/contract.ts';
import { parseFilter } from '#statesync/filter.ts';
import type { LocalAddresses } from '#statesync/local.ts';
import { type EntryName, nameOf, type Owners } from '#statesync/owners.ts';
import { longestRecord, recordKind, writeRecord } from '#statesync/record.ts';
import { writeMasterQuestion } from '#statesync/request.ts';
import type { Session } from '#statesync/session.ts';
import { Tally } from '#statesync/tally.ts';
import type { FromStates, StatesQuestion, StatesReport, ToStates } from './states-protocol.ts';
import { StatesQuery } from './states-query.ts';

export interface StatesParts {
  readonly kernel: ConntrackKernel & { readonly eventRoom: number };
  readonly link: SyncLink;
  readonly clock: StatesClock;
  readonly owners: Owners;
  readonly applier: Applier;
  readonly local: LocalAddresses;
  readonly session: (outlets: SessionOutlets) => Session;
  /** Milliseconds of the wall clock, as entries bear their time of birth. */
  readonly wallMs: () => number;
  /** The name of the node that told of an entry, by its index; -1 is this node. */
  readonly nameOfPeer: (index: number) => string;
  readonly inbox: () => ToStates | undefined;
  readonly tell: (message: FromStates) => void;
}

/** struct nlmsghdr and struct nfgenmsg */
const headBytes = 20;
const entryNew = 0x100;
const entryGone = 0x102;
const expectationNew = 0x200;
const createFlag = 0x400;

const readsPerTurn = 8;
const idleTurn = millis(200);
const reportEvery = millis(200);
/** How long a bulk waits for word of the slowest peer before it looks again. */
const roomPause = millis(1);
/** How long more news may gather, by how long ago the last turn with news was. */
const gatherings = [
  { within: micros(900), for: micros(600) },
  { within: millis(2), for: micros(150) },
] as const;

/** Packets may still come through a node for a moment after it is no master any more. */
const lastNews = millis(5_000);
/** From an expectation to the change of sequence numbers that goes with it: both happen to one packet. */
const adjustmentPause = millis(1);

/** Questions that wait: each reads the whole table, and what the peers are to be told waits behind them. */
const mostQueries = 4;
const busy = fail('others are asking for connections just now; ask again in a second');

/** A reading of the whole table, and what it is for. */
type Reading =
  | { readonly kind: 'bulk' }
  /** The end of a bulk: expectations come after the entries that they belong to. */
  | { readonly kind: 'expectations' }
  | { readonly kind: 'query'; readonly query: StatesQuery }
  | { readonly kind: 'sweep'; readonly peer: number; readonly round: number };

/** Whether a reading goes to the peers, who must keep up with it. */
const isTelling = ({ kind }: Reading): boolean => kind === 'bulk' || kind === 'expectations';

export class StatesLoop {
  readonly #parts: StatesParts;
  readonly #session: Session;
  readonly #name: EntryName = { high: 0, low: 0 };
  /** Records of one piece of a dump, which the kernel hands out in at most 32 KiB. */
  readonly #scratch = Buffer.alloc(1 << 16);
  #scratchEnd = 0;
  readonly #waiting: Reading[] = [];
  readonly #ended = new Tally();
  readonly #questions: { readonly question: Buffer; readonly length: number; readonly at: Instant }[] = [];
  #reading: Reading | undefined;
  #now: Instant;
  #events = 0;
  #overruns = 0;
  #sendErrors = 0;
  #changes = -1;
  #reportAt: Instant;
  #left = false;
  #lastNews = 0 as Instant;
  #hasGathered = false;
  /** Until when news are listened to; undefined: for as long as the node is master of something. */
  #listenUntil: Instant | undefined;
  #isListening = false;

  constructor(parts: StatesParts) {
    this.#parts = parts;
    this.#now = parts.clock.now();
    this.#reportAt = this.#now;
    this.#session = parts.session({
      send: (datagram, length) => {
        if (!parts.link.send(datagram, length)) this.#sendErrors += 1;
      },
      apply: (peer, round, bytes, at, end) => parts.applier.apply(peer, round, bytes, at, end),
      bulkDone: (peer, round) => this.#sweepIfStale(peer, round),
      beginBulk: () => void this.#waiting.unshift({ kind: 'bulk' }),
    });
  }

  /** Runs until it is told to leave. */
  run(): void {
    while (!this.#left) this.turn();
  }

  turn(): void {
    const { clock, kernel, link, applier } = this.#parts;
    // After a pause in which news gathered there is something to read.
    if (this.#hasGathered) this.#hasGathered = false;
    else clock.wait(this.#wakeAt());
    this.#now = clock.now();
    this.#events = 0;
    for (let i = 0; this.#isListening && i < readsPerTurn; i++) {
      const outcome = kernel.readEvents(this.#hearEvent);
      if (outcome === 'overrun') this.#overrun();
      if (outcome === 'empty') break;
    }
    this.#ask();
    this.#session.flush(this.#now);
    for (let i = 0; i < readsPerTurn; i++) if (link.receive(this.#hearDatagram) === 'empty') break;
    applier.flush();
    this.#read();
    this.#session.flush(this.#now);
    this.#session.tick(clock.now());
    this.#session.seals.tick(this.#now);
    this.#readInbox();
    if (this.#listenUntil !== undefined && this.#listenUntil <= this.#now) this.#listen(false);
    this.#report();
    if (this.#events > 0) this.#gather();
  }

  /** The first news in a while goes at once; the faster they come, the more gather. */
  #gather(): void {
    const pause = between(this.#lastNews, this.#now);
    this.#lastNews = this.#now;
    const gathering = gatherings.find(({ within }) => pause <= within);
    if (gathering === undefined) return;
    this.#parts.clock.gather(after(this.#now, gathering.for));
    this.#hasGathered = true;
  }

  #wakeAt(): Instant {
    const now = this.#parts.clock.now();
    const question = this.#questions[0]?.at ?? after(now, idleTurn);
    const idle = Math.min(after(now, idleTurn), question, this.#session.deadline()) as Instant;
    if (this.#reading === undefined && this.#waiting.length === 0) return idle;
    return this.#session.hasRoom(now) ? now : (Math.min(idle, after(now, roomPause)) as Instant);
  }

  readonly #hearDatagram = (datagram: Buffer): void => this.#session.hear(datagram, this.#now);

  /** What the kernel threw away nobody knows: everything is told again. */
  #overrun(): void {
    this.#overruns += 1;
    this.#session.wantBulk();
  }

  readonly #hearEvent = (bytes: Buffer, at: number, end: number): void => {
    // What we put into the kernel ourselves comes back as news of our own port.
    if (end - at < headBytes || bytes.readUInt32LE(at + 12) === this.#parts.kernel.port) return;
    this.#events += 1;
    const type = bytes.readUInt16LE(at + 4);
    const from = at + headBytes;
    if (type === entryGone) this.#entryGone(bytes, at, from, end);
    else if (type === entryNew) this.#entryNews(bytes, at, from, end);
    else {
      const kind = type === expectationNew ? recordKind.expected : recordKind.unexpected;
      if (!this.#session.isActive) return;
      this.#tell(kind, bytes, at, from, end);
      if (type === expectationNew) this.#askLater(bytes, at, from, end);
    }
  };

  /**
   * A helper that foresees a connection may have changed the length of what announced it. The kernel reports no change of
   * sequence numbers, and makes it after the expectation: so the entry is looked at a little later.
   */
  #askLater(bytes: Buffer, at: number, from: number, end: number): void {
    const question = Buffer.alloc(longestRecord);
    const length = writeMasterQuestion(bytes[at + 16] as number, bytes, from, end, question);
    if (length > 0) this.#questions.push({ question, length, at: after(this.#now, adjustmentPause) });
  }

  #ask(): void {
    while ((this.#questions[0]?.at ?? Number.POSITIVE_INFINITY) <= this.#now) {
      const due = this.#questions.shift();
      if (due !== undefined) this.#parts.kernel.ask(due.question, due.length, this.#hearAnswer);
    }
  }

  readonly #hearAnswer = (bytes: Buffer, at: number, end: number): void => {
    if (bytes.readUInt16LE(at + 4) === entryNew)
      this.#tell(recordKind.updated, bytes, at, at + headBytes, end);
  };

  /** Traffic came through here, so the entry is ours, whoever told us of it. */
  #entryNews(bytes: Buffer, at: number, from: number, end: number): void {
    const { owners, local } = this.#parts;
    if (local.has(bytes, from, end)) return;
    if (owners.size > 0 && nameOf(bytes, from, end, this.#name)) owners.delete(this.#name);
    const isNew = (bytes.readUInt16LE(at + 6) & createFlag) !== 0;
    this.#tell(isNew ? recordKind.created : recordKind.updated, bytes, at, from, end);
  }

  /** An entry that is held for a peer may end here by its timeout; only the peer knows whether it has ended. */
  #entryGone(bytes: Buffer, at: number, from: number, end: number): void {
    const { owners, local } = this.#parts;
    this.#ended.add(bytes, from, end);
    if (owners.size > 0 && nameOf(bytes, from, end, this.#name)) {
      const owner = owners.ownerOf(this.#name);
      if (owner >= 0) owners.delete(this.#name);
      if (owner >= 0 && this.#session.isLookedAfter(owner, this.#now)) return;
    }
    if (this.#session.isActive && !local.has(bytes, from, end))
      this.#tell(recordKind.destroyed, bytes, at, from, end);
  }

  #tell(kind: number, bytes: Buffer, at: number, from: number, end: number): void {
    this.#session.tell(kind, bytes[at + 16] as number, bytes, from, end, this.#now);
  }

  #sweepIfStale(peer: number, round: number): void {
    if (this.#parts.owners.staleOf(peer, round) > 0) this.#waiting.push({ kind: 'sweep', peer, round });
  }

  /** Goes on reading the table, a piece at a time, so that news are never kept waiting for long. */
  #read(): void {
    const { kernel, applier } = this.#parts;
    if (this.#reading === undefined && !this.#startReading()) return;
    const reading = this.#reading;
    if (reading === undefined) return;
    for (let i = 0; i < readsPerTurn; i++) {
      if (isTelling(reading) && !this.#session.hasRoom(this.#now)) break;
      const outcome = kernel.readDump(this.#handlers[reading.kind]);
      applier.flush();
      this.#scratchEnd = 0;
      if (outcome === 'more') continue;
      if (outcome === 'failed') this.#waiting.unshift(reading);
      else if (reading.kind === 'bulk') this.#waiting.unshift({ kind: 'expectations' });
      else if (reading.kind === 'expectations') this.#session.closeBulk(this.#now);
      else if (reading.kind === 'query') this.#answer(reading.query);
      else this.#parts.owners.purge(reading.peer, reading.round);
      this.#reading = undefined;
      break;
    }
  }

  #startReading(): boolean {
    this.#reading = this.#waiting.shift();
    if (this.#reading === undefined) return false;
    if (this.#reading.kind === 'bulk') {
      this.#session.openBulk(this.#now);
      if (!this.#session.isActive) {
        // A backup holds what it was told; it has nothing to tell.
        this.#reading = undefined;
        this.#session.closeBulk(this.#now);
        return false;
      }
    }
    this.#parts.kernel.startDump(this.#reading.kind === 'expectations' ? 'expectations' : 'entries');
    return true;
  }

  readonly #listEntry = (bytes: Buffer, at: number, end: number): void => {
    const { owners, local } = this.#parts;
    const from = at + headBytes;
    if (end < from || local.has(bytes, from, end)) return;
    if (owners.size > 0 && nameOf(bytes, from, end, this.#name)) {
      const owner = owners.ownerOf(this.#name);
      if (owner >= 0 && this.#session.isLookedAfter(owner, this.#now)) return;
      if (owner >= 0) this.#applyDumped('adopt', bytes, at, from, end);
    }
    this.#tell(recordKind.listed, bytes, at, from, end);
  };

  readonly #listExpectation = (bytes: Buffer, at: number, end: number): void => {
    const from = at + headBytes;
    if (end > from) this.#tell(recordKind.expected, bytes, at, from, end);
  };

  readonly #sweepEntry = (bytes: Buffer, at: number, end: number): void => {
    const { owners } = this.#parts;
    const from = at + headBytes;
    const reading = this.#reading;
    if (reading?.kind !== 'sweep' || end < from || !nameOf(bytes, from, end, this.#name)) return;
    if (owners.ownerOf(this.#name) !== reading.peer) return;
    // The next bulk may have begun since: what it has named already is in a later round.
    if (((owners.roundOf(this.#name) - reading.round) & 0xff) < 0x80) return;
    this.#applyDumped('remove', bytes, at, from, end);
  };

  /** Has a dumped entry adopted or removed, if it has a name: its record stays in the scratch buffer until then. */
  #applyDumped(what: 'adopt' | 'remove', bytes: Buffer, at: number, from: number, end: number): void {
    const start = this.#scratchEnd;
    const family = bytes[at + 16] as number;
    this.#scratchEnd = writeRecord(recordKind.listed, family, bytes, from, end, this.#scratch, start);
    if (this.#scratchEnd > start) this.#parts.applier[what](this.#scratch, start, this.#scratchEnd);
  }

  readonly #lookAtEntry = (bytes: Buffer, at: number, end: number): void => {
    const { owners } = this.#parts;
    const from = at + headBytes;
    const reading = this.#reading;
    if (reading?.kind !== 'query' || end < from || !nameOf(bytes, from, end, this.#name)) return;
    const owner = owners.ownerOf(this.#name);
    const creator = this.#parts.nameOfPeer(owner);
    if (!reading.query.look(bytes, from, end, this.#name, creator, this.#parts.wallMs())) return;
    if (!reading.query.isKill) return;
    this.#ended.add(bytes, from, end);
    this.#applyDumped('remove', bytes, at, from, end);
    this.#tell(recordKind.destroyed, bytes, at, from, end);
  };

  #answer(query: StatesQuery): void {
    this.#parts.tell({ kind: 'answer', id: query.id, answer: ok(query.answer) });
  }

  readonly #handlers: Readonly<Record<Reading['kind'], MessageHandler>> = {
    bulk: this.#listEntry,
    expectations: this.#listExpectation,
    query: this.#lookAtEntry,
    sweep: this.#sweepEntry,
  };

  #readInbox(): void {
    const { inbox, tell, clock } = this.#parts;
    for (let message = inbox(); message !== undefined; message = inbox()) {
      if (message.kind === 'active') this.#setActive(message.active, clock.now());
      else if (message.kind === 'query') this.#beginQuery(message);
      else if (message.kind === 'secrets') this.#session.seals.change(message.secrets, clock.now());
      else {
        this.#session.leave(clock.now());
        this.#left = true;
        tell({ kind: 'left' });
      }
    }
  }

  /** What happened before the kernel was asked for news is in the bulk that becoming active begins. */
  #setActive(active: boolean, now: Instant): void {
    if (active) this.#listen(true);
    else if (this.#isListening) this.#listenUntil = after(now, lastNews);
    this.#session.setActive(active, now);
  }

  #listen(on: boolean): void {
    this.#listenUntil = undefined;
    if (this.#isListening === on) return;
    this.#isListening = on;
    this.#parts.kernel.listen(on);
  }

  #beginQuery(question: StatesQuestion): void {
    const { id, words } = question;
    const filter = words.length === 0 ? ok(undefined) : parseFilter(words);
    const queries = this.#waiting.filter(({ kind }) => kind === 'query').length;
    const meant = queries < mostQueries ? filter : busy;
    if (meant.ok)
      this.#waiting.push({ kind: 'query', query: new StatesQuery(question, meant.value, this.#ended) });
    else this.#parts.tell({ kind: 'answer', id, answer: meant });
  }

  #report(): void {
    const { changes } = this.#session;
    const now = this.#parts.clock.now();
    if (now < this.#reportAt && changes === this.#changes) return;
    this.#changes = changes;
    this.#reportAt = after(now, reportEvery as Micros);
    this.#parts.tell({ kind: 'report', report: this.#reportOf(now) });
  }

  #reportOf(now: Instant): StatesReport {
    const { kernel, applier } = this.#parts;
    const { entries, most } = kernel.count();
    this.#session.setStates(entries);
    return {
      active: this.#session.isActive,
      entries,
      mostEntries: most,
      peers: this.#session.peers(now),
      session: this.#session.counters,
      applier: applier.counters,
      overruns: this.#overruns,
      sendErrors: this.#sendErrors,
      sameHostId: this.#session.sameHostId,
      eventRoomBytes: kernel.eventRoom,
    };
  }
}
