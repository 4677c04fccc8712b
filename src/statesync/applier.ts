/**
 * Puts peers' entries into the kernel: records gather into one transmission; what the kernel refuses is tried in
 * another way. Which way depends on the error alone, so that no copy of the table is needed.
 */
import { type EntryName, nameOf, type Owners } from './owners.ts';
import { attribute, find, lengthAt, longestRecord, recordHead, recordKind } from './record.ts';
import { type Attempt, requestSurplus, writeExpectation, writeRequest, writeTimeout } from './request.ts';

const ENOENT = 2;
const ENOMEM = 12;
const EEXIST = 17;
const ENFILE = 23;

/** Entries live here so long without news, seconds; their owner names them again four times as often. */
export const holdSeconds = 3_600;
/** An adopted entry that no packet touches for so long is gone, seconds. */
const adoptedSeconds = 180;
const mostRequests = 512;
const batchBytes = 1 << 16;

export interface ApplierCounters {
  created: number;
  changed: number;
  removed: number;
  /** Whether the translation is still the same. */
  checked: number;
  /** Tried in another way after an error. */
  retried: number;
  /** Ends of entries that were not there: short ones whose begin and end met in one batch, mostly. */
  absent: number;
  /** Refused for want of room in the table. */
  full: number;
  /** Refused for good, by errno. */
  failed: Record<string, number>;
}

interface Refused {
  readonly attempt: Attempt;
  readonly errno: number;
  readonly bytes: Buffer;
  readonly at: number;
  readonly end: number;
  readonly name: number;
  /** A later record of the same batch has made this one void. */
  readonly isOvertaken: boolean;
}

type Transmit = (messages: Buffer, length: number, failed: (sequence: number, errno: number) => void) => void;

export class Applier {
  readonly counters: ApplierCounters = {
    created: 0,
    changed: 0,
    removed: 0,
    checked: 0,
    retried: 0,
    absent: 0,
    full: 0,
    failed: {},
  };
  readonly #transmit: Transmit;
  readonly #owners: Owners;
  readonly #batch = Buffer.allocUnsafeSlow(batchBytes);
  readonly #sources = new Array<Buffer | undefined>(mostRequests).fill(undefined);
  readonly #starts = new Uint32Array(mostRequests);
  readonly #ends = new Uint32Array(mostRequests);
  readonly #names = new Uint32Array(mostRequests);
  readonly #attempts = new Array<Attempt>(mostRequests).fill('create');
  readonly #refused: Refused[] = [];
  readonly #name: EntryName = { high: 0, low: 0 };
  #length = 0;
  #count = 0;

  constructor(owners: Owners, transmit: Transmit) {
    this.#owners = owners;
    this.#transmit = transmit;
  }

  /** Adds a peer's record. `bytes` must stay as it is until `flush`. */
  apply(peer: number, round: number, bytes: Buffer, at: number, end: number): void {
    const kind = bytes[at] as number;
    if (kind === recordKind.expected || kind === recordKind.unexpected) {
      this.#enlist('create', bytes, at, end, 0);
      this.#length = writeExpectation(bytes, at, end, this.#count, this.#batch, this.#length);
      return;
    }
    const name = this.#name;
    nameOf(bytes, at + recordHead, end, name);
    if (kind === recordKind.destroyed) {
      this.#owners.delete(name);
      this.#request('remove', bytes, at, end, name.low);
      return;
    }
    const isKnown = this.#owners.ownerOf(name) === peer;
    this.#owners.set(name, peer, round);
    const { low } = name;
    if (kind === recordKind.created) {
      this.#request('createNew', bytes, at, end, low);
      return;
    }
    const isChange = isKnown || kind === recordKind.updated;
    this.#request(isChange ? 'change' : 'create', bytes, at, end, low);
    // Of a bulk, or not known of that peer: an end may have been missed, and it may be another connection by now.
    if (isChange && (!isKnown || kind === recordKind.listed))
      this.#request('checkReply', bytes, at, end, low);
  }

  /** Removes an entry of the kernel, named by a record. */
  remove(bytes: Buffer, at: number, end: number): void {
    nameOf(bytes, at + recordHead, end, this.#name);
    this.#owners.delete(this.#name);
    this.#request('remove', bytes, at, end, this.#name.low);
  }

  /** Makes an entry that was held for a peer our own: it lives on as long as traffic keeps it alive. */
  adopt(bytes: Buffer, at: number, end: number): void {
    nameOf(bytes, at + recordHead, end, this.#name);
    this.#owners.delete(this.#name);
    const timeout = find(bytes, attribute.timeout, at + recordHead, end);
    if (timeout < 0 || bytes.readUInt32BE(timeout + 4) > holdSeconds) return;
    this.#enlist('changeQuietly', bytes, at, end, this.#name.low);
    this.#length = writeTimeout(bytes, at, end, this.#count, adoptedSeconds, this.#batch, this.#length);
  }

  /** Has everything carried out that was added. */
  flush(): void {
    while (this.#count > 0) {
      const count = this.#count;
      for (let i = 0; i < count; i++) this.counters[outcomeOf[this.#attempts[i] as Attempt]] += 1;
      this.#refused.length = 0;
      this.#transmit(this.#batch, this.#length, this.#noteRefusal);
      this.#length = 0;
      this.#count = 0;
      if (this.#refused.length > 0) for (const refused of [...this.#refused]) this.#again(refused);
    }
  }

  readonly #noteRefusal = (sequence: number, errno: number): void => {
    const index = sequence - 1;
    const attempt = this.#attempts[index];
    const bytes = this.#sources[index];
    if (attempt === undefined || bytes === undefined) return;
    this.counters[outcomeOf[attempt]] -= 1;
    const name = this.#names[index] as number;
    const at = this.#starts[index] as number;
    const isOvertaken = this.#isOvertaken(index, errno);
    this.#refused.push({ attempt, errno, bytes, at, end: this.#ends[index] as number, name, isOvertaken });
  };

  /**
   * Whether a later record of the batch is about the same entry, or, if room would have to be made for this one, about
   * another with the same reply: that one has taken the place since.
   */
  #isOvertaken(index: number, errno: number): boolean {
    const [bytes, at, end] = [this.#sources[index] as Buffer, this.#starts[index], this.#ends[index]];
    const reply = errno === ENOENT ? replyOf(bytes, at as number, end as number) : undefined;
    for (let later = index + 1; later < this.#count; later++) {
      const other = this.#sources[later] as Buffer;
      const otherAt = this.#starts[later] as number;
      if (other === bytes && otherAt === at) continue;
      if (this.#names[later] === this.#names[index]) return true;
      if (reply !== undefined && replyOf(other, otherAt, this.#ends[later] as number)?.equals(reply) === true)
        return true;
    }
    return false;
  }

  #request(attempt: Attempt, bytes: Buffer, at: number, end: number, name: number): void {
    this.#enlist(attempt, bytes, at, end, name);
    this.#length = writeRequest(attempt, bytes, at, end, this.#count, holdSeconds, this.#batch, this.#length);
  }

  /** Makes room, and remembers what request number `#count` (from 1) came from. */
  #enlist(attempt: Attempt, bytes: Buffer, at: number, end: number, name: number): void {
    if (this.#count === mostRequests || this.#length + longestRecord + requestSurplus > batchBytes)
      this.flush();
    const i = this.#count;
    this.#sources[i] = bytes;
    this.#starts[i] = at;
    this.#ends[i] = end;
    this.#names[i] = name;
    this.#attempts[i] = attempt;
    this.#count += 1;
  }

  /** Tries a refused request in another way, unless a later one of the same batch has overtaken it. */
  #again({ attempt, errno, bytes, at, end, name, isOvertaken }: Refused): void {
    if (outcomeOf[attempt] === 'removed') {
      if (errno === ENOENT) this.counters.absent += 1;
      else this.#giveUp(errno);
      return;
    }
    const isExpectation = name === 0;
    if (isOvertaken && !isExpectation) return;
    if (isExpectation && (errno === EEXIST || errno === ENOENT)) return;
    const ways = isExpectation ? [] : waysAfter(attempt, errno);
    if (ways.length === 0) this.#giveUp(errno);
    else this.counters.retried += 1;
    for (const way of ways) this.#request(way, bytes, at, end, name);
  }

  #giveUp(errno: number): void {
    if (isForWantOfRoom(errno)) this.counters.full += 1;
    this.counters.failed[errno] = (this.counters.failed[errno] ?? 0) + 1;
  }
}

const outcomeOf = {
  create: 'created',
  createNew: 'created',
  createPlain: 'created',
  recreate: 'created',
  changeQuietly: 'changed',
  change: 'changed',
  checkReply: 'checked',
  remove: 'removed',
  evict: 'removed',
} as const satisfies Record<Attempt, string>;

function waysAfter(attempt: Attempt, errno: number): readonly Attempt[] {
  if (attempt === 'create' || attempt === 'createNew') {
    if (errno !== EEXIST) return isForWantOfRoom(errno) ? [] : ['createPlain'];
    // It has just begun where it was told: whatever is here under its names has ended, and its end was missed.
    if (attempt === 'createNew') return ['remove', 'evict', 'recreate'];
    // It is there, or another is in its way, which has the same reply.
    return ['change', 'checkReply'];
  }
  if (attempt === 'change') return errno === ENOENT ? ['evict', 'recreate'] : ['changeQuietly'];
  // Translation cannot be changed: an entry with another one, or one in its way, has to go.
  if (attempt === 'checkReply' && errno === ENOENT) return ['remove', 'evict', 'recreate'];
  return [];
}

const isForWantOfRoom = (errno: number): boolean => errno === ENOMEM || errno === ENFILE;

/** The reply tuple of a record of an entry, if it has one. */
function replyOf(bytes: Buffer, at: number, end: number): Buffer | undefined {
  const kind = bytes[at];
  if (kind === recordKind.expected || kind === recordKind.unexpected) return undefined;
  const reply = find(bytes, attribute.tupleReply, at + recordHead, end);
  return reply < 0 ? undefined : bytes.subarray(reply, Math.min(end, reply + lengthAt(bytes, reply)));
}
