/**
 * Records of one datagram that are about the same entry: the last says all, so the earlier one need not go. A handshake's
 * three events become one, which saves the peer two requests to its kernel.
 */
import { type EntryName, nameOf } from './owners.ts';
import { attribute, find, recordHead, recordKind } from './record.ts';

/** The shortest entry has some 100 bytes: more do not fit into a jumbo frame's datagram. */
const mostRecords = 128;

export class Merger {
  readonly #starts = new Uint32Array(mostRecords);
  readonly #highs = new Uint32Array(mostRecords);
  readonly #lows = new Uint32Array(mostRecords);
  readonly #name: EntryName = { high: 0, low: 0 };
  #count = 0;

  reset(): void {
    this.#count = 0;
  }

  /** A record was written to `bytes[start..end)`; returns where it ends after an earlier one has been taken out. */
  merge(bytes: Buffer, start: number, end: number): number {
    const name = this.#name;
    const kind = bytes[start] as number;
    if (!isNews(kind) || !nameOf(bytes, start + recordHead, end, name)) return end;
    const place = this.#find(name);
    const isMerged = place >= 0 && canReplace(bytes, this.#starts[place] as number, kind);
    if (!isMerged) {
      this.#remember(start, name);
      return end;
    }
    return this.#takeOut(bytes, place, start, end);
  }

  /** The latest record of that name. */
  #find(name: EntryName): number {
    for (let i = this.#count - 1; i >= 0; i--)
      if (this.#lows[i] === name.low && this.#highs[i] === name.high) return i;
    return -1;
  }

  #remember(start: number, name: EntryName): void {
    if (this.#count === mostRecords) return;
    this.#starts[this.#count] = start;
    this.#highs[this.#count] = name.high;
    this.#lows[this.#count] = name.low;
    this.#count += 1;
  }

  /** Everything behind the earlier record moves up; the new one is its successor at the end. */
  #takeOut(bytes: Buffer, place: number, start: number, end: number): number {
    const old = this.#starts[place] as number;
    const length = recordHead + bytes.readUInt16LE(old + 2);
    if (bytes[old] === recordKind.created && bytes[start] === recordKind.updated)
      bytes[start] = recordKind.created;
    bytes.copyWithin(old, old + length, end);
    for (let i = 0; i < this.#count; i++)
      if ((this.#starts[i] as number) > old) this.#starts[i] = (this.#starts[i] as number) - length;
    this.#starts[place] = start - length;
    return end - length;
  }
}

const isNews = (kind: number): boolean =>
  kind === recordKind.created || kind === recordKind.updated || kind === recordKind.destroyed;

/** An end must stay before what begins anew. Only the first record of a foreseen connection names its master. */
function canReplace(bytes: Buffer, old: number, kind: number): boolean {
  const end = old + recordHead + bytes.readUInt16LE(old + 2);
  if (bytes[old] === recordKind.destroyed) return kind === recordKind.destroyed;
  return kind === recordKind.destroyed || find(bytes, attribute.tupleMaster, old + recordHead, end) < 0;
}
