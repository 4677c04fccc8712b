/**
 * What one peer tells: its datagrams in their order, each once. What comes early waits until the gap before it is
 * repaired; a gap that nobody repairs is given up, which the session heals by a bulk.
 */
import { after, type Instant, millis } from '#base/time.ts';
import { mostRanges } from './wire.ts';

/** Datagrams of one link rarely overtake each other: so long is waited before they are asked for again. */
const askAfter = millis(1);
const askEvery = millis(10);
const giveUpAfter = millis(500);
/** Early datagrams that are kept: 4 MB of memory at most. */
const mostWaiting = 2_048;

export class Incoming {
  readonly #deliver: (contents: Buffer, now: Instant) => void;
  readonly #skip: (now: Instant) => void;
  readonly #waiting = new Map<number, Buffer>();
  /** The next sequence to deliver. */
  #next: number;
  /** The highest sequence that the peer is known to have sent. */
  #announced: number;
  /** `since` the last progress, for as long as something is missing. */
  #gap: { since: Instant; askAt: Instant } | undefined;

  /** Follows a stream after the datagram `last`. `skip` is called where something is left out of what is delivered. */
  constructor(last: number, deliver: (contents: Buffer, now: Instant) => void, skip: (now: Instant) => void) {
    this.#next = last + 1;
    this.#announced = last;
    this.#deliver = deliver;
    this.#skip = skip;
  }

  /** The last sequence up to which nothing is missing. */
  get received(): number {
    return this.#next - 1;
  }

  /** Whether a datagram brings nothing new. */
  isKnown(sequence: number): boolean {
    return sequence < this.#next || this.#waiting.has(sequence);
  }

  /** Takes a datagram that is not known yet. */
  take(sequence: number, contents: Buffer, now: Instant): void {
    this.#announced = Math.max(this.#announced, sequence);
    if (sequence === this.#next) {
      if (this.#gap !== undefined) this.#gap.since = now;
      this.#next += 1;
      this.#deliver(contents, now);
      this.#deliverWaiting(now);
    } else if (this.#waiting.size < mostWaiting) {
      this.#waiting.set(sequence, contents);
    }
    this.#watchGap(now);
  }

  /** The peer says how far it has come. */
  announce(sequence: number, now: Instant): void {
    this.#announced = Math.max(this.#announced, sequence);
    this.#watchGap(now);
  }

  deadline(): Instant | undefined {
    return this.#gap?.askAt;
  }

  /** What to ask for now; nothing when it is not time yet. `lost` when the gap was given up. */
  due(now: Instant): { readonly ranges: readonly (readonly [number, number])[]; readonly lost: number } {
    const gap = this.#gap;
    if (gap === undefined || gap.askAt > now) return { ranges: [], lost: 0 };
    if (after(gap.since, giveUpAfter) <= now) return { ranges: [], lost: this.#giveUp(now) };
    gap.askAt = after(now, askEvery);
    return { ranges: this.#missing(), lost: 0 };
  }

  #deliverWaiting(now: Instant): void {
    for (let contents = this.#waiting.get(this.#next); contents !== undefined; ) {
      this.#waiting.delete(this.#next);
      this.#next += 1;
      this.#deliver(contents, now);
      contents = this.#waiting.get(this.#next);
    }
  }

  #watchGap(now: Instant): void {
    if (this.#announced < this.#next) this.#gap = undefined;
    else this.#gap ??= { since: now, askAt: after(now, askAfter) };
  }

  #missing(): (readonly [number, number])[] {
    const ranges: (readonly [number, number])[] = [];
    let first = this.#next;
    for (const sequence of [...this.#waiting.keys()].sort((a, b) => a - b)) {
      if (sequence > first) ranges.push([first, sequence - 1]);
      first = sequence + 1;
      if (ranges.length === mostRanges) return ranges;
    }
    if (first <= this.#announced) ranges.push([first, this.#announced]);
    return ranges.slice(0, mostRanges);
  }

  /**
   * Goes on behind all gaps at once, as each would take as long again, and whatever was lost calls for a bulk anyway;
   * how many datagrams are lost.
   */
  #giveUp(now: Instant): number {
    const before = this.#next;
    let delivered = 0;
    for (const sequence of [...this.#waiting.keys()].sort((a, b) => a - b)) {
      if (sequence > this.#next) this.#skip(now);
      this.#next = Math.max(this.#next, sequence);
      delivered += 1;
      this.#deliverWaiting(now);
    }
    if (delivered === 0) {
      this.#skip(now);
      this.#next = this.#announced + 1;
    }
    this.#gap = undefined;
    this.#watchGap(now);
    return this.#next - before - delivered;
  }
}
