/**
 * A table of connections that behaves as the kernel's does through ctnetlink (net/netfilter/nf_conntrack_netlink.c):
 * found by the original or the reply tuple, which no two entries share; translation only at creation; status bits that
 * do not go back; news of everybody's changes with the number of whoever made them.
 */
import { addressFromBytes } from '#base/address.ts';
import type { ConntrackKernel, MessageHandler } from '#ports/conntrack.ts';
import {
  attr,
  attributesIn,
  type Entry,
  familyOf,
  ipsDestinationNat,
  ipsSourceNat,
  message,
  plainRange,
  plainTuple,
  protocol,
  reversed,
  type Tuple,
  tupleAttr,
  u16,
  u32,
} from './states-entry.ts';

/** Who was the last to change an entry; `kept`: it was there before the node's program started. */
export type Origin = 'traffic' | 'peer' | 'adopted' | 'kept';

export interface Row {
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly zone: number;
  status: number;
  timeout: number;
  mark: number;
  origin: Origin;
}

const ENOENT = 2;
const EBUSY = 16;
const EEXIST = 17;
const EINVAL = 22;
const EOPNOTSUPP = 95;
const type = { set: 0x100, remove: 0x102 } as const;
const createFlag = 0x400;
const exclusiveFlag = 0x200;
const translation = ipsSourceNat | ipsDestinationNat;
/** IPS_EXPECTED, CONFIRMED and DYING may not change; SEEN_REPLY and ASSURED may not go. */
const fixedBits = 1 | 8 | 512;
const growingBits = 2 | 4;
const dumpPiece = 8;
const eventPiece = 16;

export const keyOf = (tuple: Tuple, zone: number): string =>
  `${tuple.source} ${tuple.destination} ${tuple.protocol} ${tuple.sourcePort} ${tuple.destinationPort} ${zone}`;

export class MemoryKernel implements ConntrackKernel {
  port = 1;
  readonly eventRoom = 1 << 20;
  /** By original tuple and zone. */
  readonly rows = new Map<string, Row>();
  readonly #byReply = new Map<string, Row>();
  /** So many news are thrown away before others are kept. */
  losing = 0;
  /** So many dumps fail before one does not. */
  failingDumps = 0;
  readonly #events: Buffer[] = [];
  #isOverrun = false;
  #isListening = false;
  #dump: string[] | undefined;
  /** Requests that nobody should send. */
  fault: string | undefined;

  get hasNews(): boolean {
    return this.#events.length > 0 || this.#isOverrun;
  }

  /** A packet of traffic: begins a connection unless its tuple, or the translated one, is taken. */
  begin(entry: Entry): Row | undefined {
    const { original, reply, status, timeout, mark = 0, zone = 0 } = entry;
    if (this.#find(original, zone) !== undefined || this.#find(reply, zone) !== undefined) return undefined;
    const row: Row = { original, reply, zone, status, timeout, mark, origin: 'traffic' };
    this.#insert(row);
    this.#tell(type.set, createFlag | exclusiveFlag, 0, row);
    return row;
  }

  /** Traffic changes an entry. */
  touch(row: Row, mark: number): void {
    row.mark = mark;
    row.origin = 'traffic';
    row.status |= growingBits;
    this.#tell(type.set, 0, 0, row);
  }

  /** An entry ends by itself. */
  end(row: Row): void {
    this.#delete(row);
    this.#tell(type.remove, 0, 0, row);
  }

  /** The program starts anew: its sockets are new ones. */
  reopen(isKept: boolean): void {
    this.port += 1;
    this.#events.length = 0;
    this.#isListening = false;
    this.#isOverrun = false;
    this.#dump = undefined;
    for (const row of this.rows.values()) row.origin = 'kept';
    if (isKept) return;
    this.rows.clear();
    this.#byReply.clear();
  }

  listen(on: boolean): void {
    this.#isListening = on;
  }

  readEvents(handle: MessageHandler): 'more' | 'empty' | 'overrun' {
    if (this.#isOverrun) {
      this.#isOverrun = false;
      return 'overrun';
    }
    const got = this.#events.splice(0, eventPiece);
    for (const bytes of got) deliver(bytes, handle);
    return got.length === eventPiece ? 'more' : 'empty';
  }

  /** There are no helpers here, and so no expectations. */
  startDump(what: 'entries' | 'expectations'): void {
    this.#dump = what === 'entries' ? [...this.rows.keys()] : [];
  }

  readDump(handle: MessageHandler): 'more' | 'done' | 'failed' {
    if (this.#dump === undefined || this.failingDumps > 0) {
      this.failingDumps = Math.max(0, this.failingDumps - 1);
      this.#dump = undefined;
      return 'failed';
    }
    for (const key of this.#dump.splice(0, dumpPiece)) {
      const row = this.rows.get(key);
      if (row !== undefined) deliver(messageOf(type.set, 2, 0, row), handle);
    }
    return this.#dump.length === 0 ? 'done' : 'more';
  }

  transmit(messages: Buffer, length: number, failed: (sequence: number, errno: number) => void): void {
    for (let at = 0; at < length; ) {
      const end = at + messages.readUInt32LE(at);
      const errno = this.#carryOut(
        messages.readUInt16LE(at + 4),
        messages.readUInt16LE(at + 6),
        attributesIn(messages, at + 20, end),
      );
      if (errno !== 0) failed(messages.readUInt32LE(at + 8), errno);
      at = end;
    }
  }

  ask(request: Buffer, length: number, handle: MessageHandler): void {
    const parts = attributesIn(request, 20, length);
    const name = parts.get(1) ?? parts.get(2);
    const row = name && this.#find(tupleOf(name), parts.get(18)?.readUInt16BE() ?? 0);
    if (row !== undefined) deliver(messageOf(type.set, 0, 0, row), handle);
  }

  count(): { entries: number; most: number } {
    return { entries: this.rows.size, most: 100_000 };
  }

  #carryOut(what: number, flags: number, parts: ReadonlyMap<number, Buffer>): number {
    if (what !== type.set && what !== type.remove) {
      this.fault = `a request of type ${what}`;
      return EINVAL;
    }
    const zone = parts.get(18)?.readUInt16BE() ?? 0;
    const name = parts.get(1) ?? parts.get(2);
    if (name === undefined) {
      this.fault = 'a request without a tuple, which means every entry';
      return EINVAL;
    }
    const row = this.#find(tupleOf(name), zone);
    if (what === type.remove) {
      if (row === undefined) return ENOENT;
      this.#delete(row);
      this.#tell(type.remove, 0, this.port, row);
      return 0;
    }
    if (row === undefined) return (flags & createFlag) === 0 ? ENOENT : this.#create(parts, zone);
    return (flags & exclusiveFlag) === 0 ? this.#change(row, parts) : EEXIST;
  }

  #create(parts: ReadonlyMap<number, Buffer>, zone: number): number {
    const [originalAt, replyAt, timeout] = [parts.get(1), parts.get(2), parts.get(7)];
    if (originalAt === undefined || replyAt === undefined || timeout === undefined) return EINVAL;
    const original = tupleOf(originalAt);
    let reply = tupleOf(replyAt);
    const [source, destination] = [parts.get(6), parts.get(13)];
    const isTranslated = source !== undefined || destination !== undefined;
    if (isTranslated && keyOf(reply, 0) !== keyOf(reversed(original), 0))
      this.fault = 'translation of a reply that is translated already';
    if (source !== undefined) reply = translated(reply, source, 'destination');
    if (destination !== undefined) reply = translated(reply, destination, 'source');
    if (this.#find(original, zone) !== undefined || this.#find(reply, zone) !== undefined) return EEXIST;
    const said = (parts.get(3)?.readUInt32BE() ?? 0) & ~translation;
    const made =
      (source === undefined ? 0 : ipsSourceNat) | (destination === undefined ? 0 : ipsDestinationNat);
    const row: Row = {
      original,
      reply,
      zone,
      status: said | made,
      timeout: timeout.readUInt32BE(),
      mark: parts.get(8)?.readUInt32BE() ?? 0,
      origin: 'peer',
    };
    this.#insert(row);
    this.#tell(type.set, createFlag | exclusiveFlag, this.port, row);
    return 0;
  }

  #change(row: Row, parts: ReadonlyMap<number, Buffer>): number {
    if (parts.has(6) || parts.has(13) || parts.has(14)) return EOPNOTSUPP;
    const status = parts.get(3)?.readUInt32BE();
    if (status !== undefined) {
      const lost = row.status & ~status & growingBits;
      if (((row.status ^ status) & fixedBits) !== 0 || lost !== 0) return EBUSY;
      row.status = (row.status & translation) | (status & ~translation);
    }
    row.timeout = parts.get(7)?.readUInt32BE() ?? row.timeout;
    row.mark = parts.get(8)?.readUInt32BE() ?? row.mark;
    row.origin = parts.has(8) ? 'peer' : 'adopted';
    this.#tell(type.set, 0, this.port, row);
    return 0;
  }

  #find(tuple: Tuple, zone: number): Row | undefined {
    const key = keyOf(tuple, zone);
    return this.rows.get(key) ?? this.#byReply.get(key);
  }

  #insert(row: Row): void {
    this.rows.set(keyOf(row.original, row.zone), row);
    this.#byReply.set(keyOf(row.reply, row.zone), row);
  }

  #delete(row: Row): void {
    this.rows.delete(keyOf(row.original, row.zone));
    this.#byReply.delete(keyOf(row.reply, row.zone));
  }

  #tell(what: number, flags: number, port: number, row: Row): void {
    if (!this.#isListening) return;
    if (this.losing > 0) {
      this.losing -= 1;
      this.#isOverrun = true;
      return;
    }
    this.#events.push(messageOf(what, flags, port, row));
  }
}

/** The kernel's buffer is used again: nobody may rely on it after the call. */
function deliver(bytes: Buffer, handle: MessageHandler): void {
  handle(bytes, 0, bytes.length);
  bytes.fill(0xee);
}

/** An entry as news and dumps tell it. */
export function messageOf(what: number, flags: number, port: number, row: Row): Buffer {
  const parts = [tupleAttr(1, row.original), tupleAttr(2, row.reply)];
  if (row.zone !== 0) parts.push(attr(18, u16(row.zone)));
  parts.push(attr(3, u32(row.status)));
  if (what === type.set) parts.push(attr(7, u32(row.timeout)), attr(8, u32(row.mark)), attr(12, u32(1)));
  return message(what, flags, port, familyOf(row.original), Buffer.concat(parts));
}

/** Taking tuples apart is most of a simulation's work, and they come again and again. */
const knownTuples = new Map<string, Tuple>();

function tupleOf(payload: Buffer): Tuple {
  const known = payload.toString('latin1');
  const tuple = knownTuples.get(known) ?? readTuple(payload);
  knownTuples.set(known, tuple);
  return tuple;
}

function readTuple(payload: Buffer): Tuple {
  const plain = plainTuple(payload);
  const isIcmp = plain.protocol === protocol.icmp;
  return {
    source: addressFromBytes(Buffer.from(plain.source, 'hex')),
    destination: addressFromBytes(Buffer.from(plain.destination, 'hex')),
    protocol: plain.protocol,
    sourcePort: isIcmp ? (plain.id ?? 0) : plain.sourcePort,
    destinationPort: isIcmp ? 0 : plain.destinationPort,
  };
}

function translated(reply: Tuple, range: Buffer, side: 'source' | 'destination'): Tuple {
  const { address, port } = plainRange(range);
  const place = addressFromBytes(Buffer.from(address, 'hex'));
  const isIcmp = reply.protocol === protocol.icmp;
  if (side === 'source')
    return { ...reply, source: place, ...(isIcmp || port === undefined ? {} : { sourcePort: port }) };
  const ports = isIcmp ? { sourcePort: port ?? reply.sourcePort } : { destinationPort: port ?? 0 };
  return { ...reply, destination: place, ...ports };
}
