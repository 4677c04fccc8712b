/** Questions about the table of connections: the rows that a filter picks, counted and kept up to a limit. */
import { describeState, type StateRow } from '#statesync/describe.ts';
import type { StateFilter } from '#statesync/filter.ts';
import type { StatesAnswer } from './states-protocol.ts';

export class StatesQuery {
  readonly id: number;
  /** Whether what the filter picks shall be removed, here and at the peers. */
  readonly isKill: boolean;
  readonly #filter: StateFilter;
  readonly #limit: number;
  readonly #rows: StatesAnswer['rows'][number][] = [];
  #matching = 0;
  #all = 0;

  constructor(id: number, isKill: boolean, filter: StateFilter, limit: number) {
    this.id = id;
    this.isKill = isKill;
    this.#filter = filter;
    this.#limit = limit;
  }

  /** Looks at an entry of the table; true when the filter picks it. `nowMs` is the wall clock. */
  look(bytes: Buffer, from: number, end: number, creator: string, nowMs: number): boolean {
    const row: StateRow | undefined = describeState(bytes, from, end, nowMs);
    if (row === undefined) return false;
    this.#all += 1;
    if (!this.#filter(row, creator)) return false;
    this.#matching += 1;
    if (this.#rows.length < this.#limit) this.#rows.push({ ...row, creator });
    return true;
  }

  get answer(): StatesAnswer {
    return { rows: this.#rows, matching: this.#matching, all: this.#all };
  }
}
