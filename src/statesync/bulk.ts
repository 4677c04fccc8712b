/** A bulk: the whole table, between two marks in the stream of news. One at a time. */
import { between, type Instant, millis } from '#base/time.ts';
import type { Outgoing } from './outgoing.ts';
import { recordKind, untold } from './record.ts';

/** A bulk that began less than this ago is the one that is asked for. */
const isFreshFor = millis(500);

export class BulkTeller {
  /** Bulks told to their end. */
  sent = 0;
  readonly #outgoing: Outgoing;
  readonly #begin: () => void;
  #isRunning = false;
  #isWanted = false;
  #id = 0;
  #openedAt: Instant | undefined;
  #recordsBefore = 0;
  #isWhole = true;

  /** `begin` has the table read; the reader then calls `open`, tells every entry, and calls `close`. */
  constructor(outgoing: Outgoing, begin: () => void) {
    this.#outgoing = outgoing;
    this.#begin = begin;
  }

  /** Begins one, or another when the one under way has ended: it may have passed what is wanted. */
  want(): void {
    if (this.#isRunning) this.#isWanted = true;
    else this.#beginOne();
  }

  isFresh(now: Instant): boolean {
    return this.#isRunning && this.#openedAt !== undefined && between(this.#openedAt, now) < isFreshFor;
  }

  /** `isWhole`: the table will be told; a node that is master of nothing tells none of it. */
  open(isWhole: boolean, now: Instant): void {
    this.#id += 1;
    this.#isWhole = isWhole;
    this.#openedAt = now;
    this.#outgoing.mark(recordKind.bulkBegin, this.#id, 0, now);
    this.#recordsBefore = this.#outgoing.records;
  }

  close(now: Instant): void {
    const entries = this.#isWhole ? this.#outgoing.records - this.#recordsBefore : untold;
    this.#outgoing.mark(recordKind.bulkEnd, this.#id, entries, now);
    this.sent += 1;
    this.#isRunning = false;
    if (this.#isWanted) this.#beginOne();
  }

  #beginOne(): void {
    this.#isRunning = true;
    this.#isWanted = false;
    this.#openedAt = undefined;
    this.#begin();
  }
}
