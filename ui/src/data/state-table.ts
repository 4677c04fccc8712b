/**
 * A large table of connections, a part at a time: what is scrolled to is asked for. Their order is that of a hash, so
 * the place of a row in the list says about where to ask, and the reply says exactly which rows it has.
 */
import type { StateRow } from '#api/contract/control.ts';
import type { ReplyOf } from '#api/contract/rest.ts';

/** Rows of one answer. */
export const pageRows = 1_000;
/** Parts that are kept; who scrolls comes back to the last ones only. */
const mostPages = 24;
/** Hashes spread evenly: asked for so many standard deviations early, the row that is wanted is in the answer. */
const margin = 3;
/** Rows to have before one scrolls to them: what passes by while a node answers. */
const ahead = 800;

type Reply = Pick<ReplyOf<'states'>, 'rows' | 'matching' | 'all' | 'before' | 'next'>;
export type AskStates = (after: string | undefined) => Promise<Reply>;

export interface StateView {
  /** undefined until the first answer. */
  readonly matching: number | undefined;
  readonly all: number;
  readonly error: unknown;
  readonly pages: readonly Page[];
}

interface Page {
  /** Place of its first row. */
  readonly first: number;
  readonly rows: readonly StateRow[];
  /** Where the row behind them is asked for, exactly. */
  readonly next: string | undefined;
}

export class StateTable {
  readonly #ask: AskStates;
  readonly #listeners = new Set<() => void>();
  #view: StateView = { matching: undefined, all: 0, error: undefined, pages: [] };
  /** The rows that are looked at. */
  #first = 0;
  #end = 1;
  #isAsking = false;

  constructor(ask: AskStates) {
    this.#ask = ask;
  }

  readonly view = (): StateView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Rows from `first` to before `end` are looked at; what is missing of them is asked for. */
  look(first: number, end: number): void {
    this.#first = first;
    this.#end = end;
    if (!this.#isAsking) void this.#fill();
  }

  /** One question at a time; when its answer is there, one may have scrolled on. */
  async #fill(): Promise<void> {
    this.#isAsking = true;
    try {
      for (let place = this.#missing(); place !== undefined; place = this.#missing()) {
        const { rows, matching, all, before, next } = await this.#ask(this.#cursorFor(place));
        const page: Page = { first: before, rows, next };
        const pages = [page, ...this.#view.pages].slice(0, mostPages);
        this.#set({ matching, all, error: undefined, pages });
        // The table has changed so much meanwhile that the answer has other rows; the next look asks again.
        if (!has(page, place)) break;
      }
    } catch (error) {
      this.#set({ ...this.#view, error });
    }
    this.#isAsking = false;
  }

  /** What is looked at comes first, then what is below it, then what is above. */
  #missing(): number | undefined {
    if (this.#view.matching === undefined) return this.#first;
    return (
      this.#missingIn(this.#first, this.#end) ??
      this.#missingIn(this.#end, this.#end + ahead) ??
      this.#missingIn(this.#first - ahead, this.#first)
    );
  }

  #missingIn(first: number, end: number): number | undefined {
    const { matching = 0, pages } = this.#view;
    for (let place = Math.max(0, first); place < Math.min(end, matching); place += 1) {
      const page = pages.find((one) => has(one, place));
      if (page === undefined) return place;
      place = page.first + page.rows.length - 1;
    }
    return undefined;
  }

  #cursorFor(place: number): string | undefined {
    const { matching = 0, pages } = this.#view;
    const above = pages.find(({ first, rows, next }) => next !== undefined && first + rows.length === place);
    return above?.next ?? cursorFor(place, matching);
  }

  #set(view: StateView): void {
    this.#view = view;
    for (const listener of this.#listeners) listener();
  }
}

const has = ({ first, rows }: Page, place: number): boolean => place >= first && place < first + rows.length;

/** The row at a place; undefined while it is on its way. */
export function rowAt({ pages }: StateView, place: number): StateRow | undefined {
  const page = pages.find((one) => has(one, place));
  return page?.rows[place - page.first];
}

/** Where to ask for the row at this place of so many: 16 hex digits; undefined for the beginning. */
export function cursorFor(place: number, matching: number): string | undefined {
  const share = place / Math.max(1, matching);
  if (share >= 1) return undefined;
  // How many rows come before a place of the order is binomial.
  const early = margin * Math.sqrt(matching * share * (1 - share));
  const wanted = (place - early) / Math.max(1, matching);
  if (wanted <= 0) return undefined;
  // A number holds 53 bits exactly.
  return (BigInt(Math.floor(wanted * 2 ** 53)) << 11n).toString(16).padStart(16, '0');
}
