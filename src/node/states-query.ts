/**
 * Questions about the table of connections: how many a filter picks, and a page of them. The order is that of their
 * names, 64 bits of a hash (statesync/owners.ts): the kernel's own order changes with its table, a name does not, so
 * whoever asks page by page sees every entry once. Only what may be on the page is described and kept.
 */
import { describeState, type StateRow } from '#statesync/describe.ts';
import type { StateFilter } from '#statesync/filter.ts';
import type { EntryName } from '#statesync/owners.ts';
import { Tally } from '#statesync/tally.ts';
import type { RuleCarried, StatesAnswer, StatesQuestion } from './states-protocol.ts';

type Row = StatesAnswer['rows'][number];
interface Kept extends EntryName {
  readonly row: Row;
}

export class StatesQuery {
  readonly id: number;
  /** Whether what the filter picks shall be removed, here and at the peers. */
  readonly isKill: boolean;
  /** Undefined: every entry is meant. */
  readonly #filter: StateFilter | undefined;
  readonly #limit: number;
  /** The last name of the page before. */
  readonly #after: EntryName | undefined;
  readonly #ended: Tally;
  /** Of the entries that are there, if that was asked. */
  readonly #present: Tally | undefined;
  #kept: Kept[] = [];
  /** No name beyond this one can be on the page any more. */
  #worst: EntryName | undefined;
  #isMore = false;
  #matching = 0;
  #before = 0;
  #all = 0;

  /** `ended` are the connections that are over. */
  constructor(
    { id, kill, limit, after, byRule }: StatesQuestion,
    filter: StateFilter | undefined,
    ended: Tally = new Tally(),
  ) {
    this.#ended = ended;
    this.#present = byRule === true ? new Tally() : undefined;
    this.id = id;
    this.isKill = kill;
    this.#filter = filter;
    this.#limit = limit;
    this.#after = after === undefined ? undefined : nameOfCursor(after);
  }

  /** Looks at an entry of the table; true when the filter picks it. `nowMs` is the wall clock. */
  look(bytes: Buffer, from: number, end: number, name: EntryName, creator: string, nowMs: number): boolean {
    this.#all += 1;
    let row: StateRow | undefined;
    if (this.#filter !== undefined) {
      row = describeState(bytes, from, end, nowMs);
      if (row === undefined || !this.#filter(row, creator)) return false;
    }
    this.#matching += 1;
    this.#present?.add(bytes, from, end);
    if (this.#limit === 0) return true;
    if (this.#after !== undefined && order(name, this.#after) <= 0) this.#before += 1;
    else if (this.#worst !== undefined && order(name, this.#worst) > 0) this.#isMore = true;
    else {
      row ??= describeState(bytes, from, end, nowMs);
      if (row !== undefined) this.#keep({ ...name, row: { ...row, creator } });
    }
    return true;
  }

  get answer(): StatesAnswer {
    this.#cut();
    const last = this.#kept.at(-1);
    return {
      rows: this.#kept.map(({ row }) => row),
      matching: this.#matching,
      all: this.#all,
      before: this.#before,
      ...(this.#isMore && last !== undefined ? { next: cursorOf(last) } : {}),
      ...(this.#present === undefined ? {} : { byRule: sums(this.#present, this.#ended) }),
    };
  }

  /** Twice a page gathers before it is sorted and cut: a few sorts, however many entries there are. */
  #keep(entry: Kept): void {
    this.#kept.push(entry);
    if (this.#kept.length >= this.#limit * 2) this.#cut();
  }

  #cut(): void {
    this.#kept.sort(order);
    if (this.#kept.length > this.#limit) this.#isMore = true;
    this.#kept = this.#kept.slice(0, this.#limit);
    if (this.#kept.length === this.#limit) this.#worst = this.#kept.at(-1);
  }
}

const sums = (present: Tally, ended: Tally): RuleCarried[] =>
  [...new Set([...present.rules, ...ended.rules])].map((rule) => {
    const [now, over] = [present.of(rule), ended.of(rule)];
    return {
      rule,
      connections: now.connections,
      packets: now.packets + over.packets,
      bytes: now.bytes + over.bytes,
    };
  });

const order = (one: EntryName, other: EntryName): number => one.high - other.high || one.low - other.low;

const cursorOf = ({ high, low }: EntryName): string =>
  [high, low].map((half) => half.toString(16).padStart(8, '0')).join('');

const nameOfCursor = (cursor: string): EntryName => ({
  high: Number.parseInt(cursor.slice(0, 8), 16),
  low: Number.parseInt(cursor.slice(8), 16),
});
