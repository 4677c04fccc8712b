/**
 * What this node tells: records gather in a datagram, datagrams are numbered, sealed and kept for a while, so that a
 * peer that missed some can have them again.
 */
import type { Instant } from '#base/time.ts';
import { Merger } from './merge.ts';
import { longestRecord, writeBulkMark, writeRecord } from './record.ts';
import type { Sealer } from './seal.ts';
import { datagramType, headerBytes, tagBytes } from './wire.ts';

export class Outgoing {
  readonly #merger = new Merger();
  readonly #sealer: Pick<Sealer, 'seal'>;
  readonly #send: (datagram: Buffer, length: number) => void;
  readonly #room: number;
  readonly #slots: number;
  readonly #gathering: Buffer;
  readonly #kept: Buffer;
  readonly #lengths: Uint16Array;
  readonly #times: Float64Array;
  readonly #slotBytes: number;
  #length = 0;
  #records = 0;
  #sent = 0;

  /**
   * `datagramBytes` is what a datagram may have without being cut into fragments, `slots` how many are kept:
   * `datagramBytes * slots` bytes of memory.
   */
  constructor(
    sealer: Pick<Sealer, 'seal'>,
    datagramBytes: number,
    slots: number,
    send: (datagram: Buffer, length: number) => void,
  ) {
    this.#sealer = sealer;
    this.#send = send;
    this.#slots = slots;
    this.#slotBytes = datagramBytes;
    this.#room = datagramBytes - headerBytes - tagBytes;
    this.#gathering = Buffer.alloc(this.#room + longestRecord);
    this.#kept = Buffer.allocUnsafeSlow(datagramBytes * slots);
    this.#lengths = new Uint16Array(slots);
    this.#times = new Float64Array(slots);
  }

  /** The sequence of the last datagram; 0 before the first. */
  get sent(): number {
    return this.#sent;
  }

  /** Records told so far, gathering ones included. */
  get records(): number {
    return this.#records;
  }

  /** Adds the record of a kernel message whose attributes are `bytes[from..end)`, if it has a name. */
  add(kind: number, family: number, bytes: Buffer, from: number, end: number, now: Instant): void {
    const start = this.#length;
    const written = writeRecord(kind, family, bytes, from, end, this.#gathering, start);
    if (written === start) return;
    const merged = this.#merger.merge(this.#gathering, start, written);
    this.#length = start - (written - merged);
    this.#keep(merged, now);
  }

  /** Adds the begin or the end of a bulk, `what` being `told` or `untold`. */
  mark(kind: number, id: number, what: number, now: Instant): void {
    this.#keep(writeBulkMark(kind, id, what, this.#gathering, this.#length), now);
  }

  /** A record was written from the end of what has gathered to `end`; if it is too much, it waits for the next. */
  #keep(end: number, now: Instant): void {
    const start = this.#length;
    if (end === start) return;
    this.#records += 1;
    if (end <= this.#room) {
      this.#length = end;
      return;
    }
    this.flush(now);
    this.#gathering.copyWithin(0, start, end);
    this.#length = end - start;
  }

  /** Sends what has gathered. */
  flush(now: Instant): void {
    if (this.#length === 0) return;
    this.#sent += 1;
    const slot = this.#sent % this.#slots;
    const place = this.#kept.subarray(slot * this.#slotBytes, (slot + 1) * this.#slotBytes);
    const length = this.#sealer.seal(datagramType.data, this.#sent, this.#gathering, this.#length, place);
    this.#lengths[slot] = length;
    this.#times[slot] = now;
    this.#length = 0;
    this.#merger.reset();
    this.#send(place, length);
  }

  /** Sends again what is still kept of a range; how many datagrams. */
  repeat(first: number, last: number): number {
    const from = Math.max(first, this.#sent - this.#slots + 1, 1);
    const to = Math.min(last, this.#sent);
    for (let sequence = from; sequence <= to; sequence++) {
      const slot = sequence % this.#slots;
      this.#send(
        this.#kept.subarray(slot * this.#slotBytes, (slot + 1) * this.#slotBytes),
        this.#lengths[slot] as number,
      );
    }
    return Math.max(0, to - from + 1);
  }

  /** When a datagram was first sent; undefined when it is not kept any more or was never sent. */
  sentAt(sequence: number): Instant | undefined {
    if (sequence < 1 || sequence > this.#sent || sequence <= this.#sent - this.#slots) return undefined;
    return this.#times[sequence % this.#slots] as Instant;
  }
}
