/** A bulk: the whole table, between two marks in the stream of news. One at a time. */
import { after, between, type Instant, millis, seconds } from '#base/time.ts';
import type { Outgoing } from './outgoing.ts';
import { recordKind, told, untold } from './record.ts';

/** A bulk that began less than this ago is the one that is asked for. */
const isFreshFor = millis(500);
/** News that are late come in company: so long is waited for the rest before the table is told because of them. */
const lateFor = millis(300);
/** The former master's own entries live for 30 s at least. */
const takeoverPause = millis(1_500);
/** For so long after a takeover the former master's last news may be under way. */
const lateUntil = seconds(10);

export class BulkTeller {
  /** When this node became master of something; undefined while it is not. */
  activeSince: Instant | undefined;
  /** Bulks told to their end. */
  sent = 0;
  readonly #outgoing: Outgoing;
  readonly #begin: () => void;
  #isRunning = false;
  #isWanted = false;
  #id = 0;
  #openedAt: Instant | undefined;
  #isWhole = true;
  #lateAt: Instant | undefined;

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

  /** The table has changed by late news of a node that is master of nothing any more, after it may have been told. */
  wantLater(now: Instant): void {
    if (this.activeSince === undefined || between(this.activeSince, now) > lateUntil) return;
    this.#lateAt ??= after(now, lateFor);
  }

  /** A takeover's bulk waits: reading a table, be it empty, keeps packets of one processor waiting for 10 ms. */
  wantAfterTakeover(now: Instant): void {
    this.#lateAt ??= after(now, takeoverPause);
  }

  deadline(): Instant | undefined {
    return this.#lateAt;
  }

  tick(now: Instant): void {
    if (this.#lateAt === undefined || now < this.#lateAt) return;
    this.#lateAt = undefined;
    this.want();
  }

  isFresh(now: Instant): boolean {
    return this.#isRunning && this.#openedAt !== undefined && between(this.#openedAt, now) < isFreshFor;
  }

  /** `isWhole`: the table will be told; a node that is master of nothing tells none of it. */
  open(isWhole: boolean, now: Instant): void {
    this.#id += 1;
    this.#isWhole = isWhole;
    this.#openedAt = now;
    this.#outgoing.mark(recordKind.bulkBegin, this.#id, told, now);
  }

  close(now: Instant): void {
    this.#outgoing.mark(recordKind.bulkEnd, this.#id, this.#isWhole ? told : untold, now);
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
