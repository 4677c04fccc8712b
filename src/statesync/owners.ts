/**
 * Who sent the entries that were injected into our kernel: an open hash table from an entry's name (its original tuple
 * and zone, hashed to 64 bits) to its sender. Entries that are not in it are our own. 10 bytes per place, at most three
 * quarters full: 500,000 entries take 10 MB. Nothing is allocated but when it grows.
 */
import { align, attribute, find, lengthAt } from './record.ts';

export interface EntryName {
  high: number;
  low: number;
}

const noName = 0;

/** Hashes an entry's name out of its attributes into `name`; false when there is no tuple. */
export function nameOf(bytes: Buffer, from: number, end: number, name: EntryName): boolean {
  const at = find(bytes, attribute.tupleOrig, from, end);
  if (at < 0) return false;
  name.high = 0x811c9dc5;
  name.low = 0x9747b28c;
  mix(bytes, at, Math.min(end, at + align(lengthAt(bytes, at))), name);
  const zone = find(bytes, attribute.zone, from, end);
  if (zone >= 0) mix(bytes, zone, Math.min(end, zone + 6), name);
  name.high = finish(name.high ^ name.low);
  name.low = finish(Math.imul(name.low, 0x85ebca6b) + name.high);
  if (name.high === noName) name.high = 1;
  return true;
}

function mix(bytes: Buffer, from: number, end: number, name: EntryName): void {
  let { high, low } = name;
  for (let at = from; at < end; at++) {
    const byte = bytes[at] as number;
    high = Math.imul(high ^ byte, 0x01000193);
    low = Math.imul(low ^ byte, 0x5bd1e995);
    low ^= low >>> 15;
  }
  name.high = high;
  name.low = low;
}

function finish(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

export class Owners {
  #capacity: number;
  #highs: Uint32Array;
  #lows: Uint32Array;
  #peers: Uint8Array;
  #rounds: Uint8Array;
  #size = 0;

  constructor(capacity = 1_024) {
    this.#capacity = capacity;
    this.#highs = new Uint32Array(capacity);
    this.#lows = new Uint32Array(capacity);
    this.#peers = new Uint8Array(capacity);
    this.#rounds = new Uint8Array(capacity);
  }

  get size(): number {
    return this.#size;
  }

  /** The sender of an entry, by its index; -1 when the entry is our own. */
  ownerOf(name: EntryName): number {
    const place = this.#placeOf(name);
    return this.#highs[place] === noName ? -1 : (this.#peers[place] as number);
  }

  /** The round of its sender's bulks in which an entry was last heard of. */
  roundOf(name: EntryName): number {
    return this.#rounds[this.#placeOf(name)] as number;
  }

  set(name: EntryName, peer: number, round: number): void {
    let place = this.#placeOf(name);
    if (this.#highs[place] === noName) {
      if ((this.#size + 1) * 4 > this.#capacity * 3) {
        this.#grow();
        place = this.#placeOf(name);
      }
      this.#size += 1;
      this.#highs[place] = name.high;
      this.#lows[place] = name.low;
    }
    this.#peers[place] = peer;
    this.#rounds[place] = round & 0xff;
  }

  delete(name: EntryName): void {
    let hole = this.#placeOf(name);
    if (this.#highs[hole] === noName) return;
    this.#size -= 1;
    // Backward shift: what was displaced over the hole moves back, so that no tombstones are needed.
    const mask = this.#capacity - 1;
    for (let next = (hole + 1) & mask; this.#highs[next] !== noName; next = (next + 1) & mask) {
      const home = (this.#lows[next] as number) & mask;
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      this.#move(next, hole);
      hole = next;
    }
    this.#highs[hole] = noName;
  }

  /** Entries of a peer. */
  countOf(peer: number): number {
    let count = 0;
    for (let place = 0; place < this.#capacity; place++)
      if (this.#highs[place] !== noName && this.#peers[place] === peer) count += 1;
    return count;
  }

  /** Entries of a peer that its bulk of this round did not name. */
  staleOf(peer: number, round: number): number {
    let count = 0;
    for (let place = 0; place < this.#capacity; place++) if (this.#isStale(place, peer, round)) count += 1;
    return count;
  }

  /** Forgets a peer's entries that its bulk of this round did not name. */
  purge(peer: number, round: number): void {
    const stale: EntryName[] = [];
    for (let place = 0; place < this.#capacity; place++)
      if (this.#isStale(place, peer, round))
        stale.push({ high: this.#highs[place] as number, low: this.#lows[place] as number });
    for (const name of stale) this.delete(name);
  }

  #isStale(place: number, peer: number, round: number): boolean {
    const isOfPeer = this.#highs[place] !== noName && this.#peers[place] === peer;
    // A later bulk may have begun since: what it has named already is in a later round.
    return isOfPeer && (((this.#rounds[place] as number) - round) & 0xff) >= 0x80;
  }

  clear(): void {
    this.#highs.fill(noName);
    this.#size = 0;
  }

  #placeOf(name: EntryName): number {
    const mask = this.#capacity - 1;
    let place = name.low & mask;
    while (
      this.#highs[place] !== noName &&
      (this.#highs[place] !== name.high || this.#lows[place] !== name.low)
    )
      place = (place + 1) & mask;
    return place;
  }

  #move(from: number, to: number): void {
    this.#highs[to] = this.#highs[from] as number;
    this.#lows[to] = this.#lows[from] as number;
    this.#peers[to] = this.#peers[from] as number;
    this.#rounds[to] = this.#rounds[from] as number;
  }

  #grow(): void {
    const old = { highs: this.#highs, lows: this.#lows, peers: this.#peers, rounds: this.#rounds };
    this.#capacity *= 2;
    this.#highs = new Uint32Array(this.#capacity);
    this.#lows = new Uint32Array(this.#capacity);
    this.#peers = new Uint8Array(this.#capacity);
    this.#rounds = new Uint8Array(this.#capacity);
    for (const [place, high] of old.highs.entries()) {
      if (high === noName) continue;
      const low = old.lows[place] as number;
      const to = this.#placeOf({ high, low });
      this.#highs[to] = high;
      this.#lows[to] = low;
      this.#peers[to] = old.peers[place] as number;
      this.#rounds[to] = old.rounds[place] as number;
    }
  }
}
