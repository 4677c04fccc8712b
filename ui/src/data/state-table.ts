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

type Reply = Pick<ReplyOf<'states'>, 'rows' | 'matching' | 'all' | 'before'>;
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
        const { rows, matching, all, before } = await this.#ask(cursorFor(place, this.#view.matching ?? 0));
        const page: Page = { first: before, rows };
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

  #missing(): number | undefined {
    const { matching, pages } = this.#view;
    if (matching === undefined) return this.#first;
    for (let place = this.#first; place < Math.min(this.#end, matching); place += 1)
      if (!pages.some((page) => has(page, place))) return place;
    return undefined;
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
