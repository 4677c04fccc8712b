/** New connections to each member: ever, and a second of late. The kernel's counters begin anew with every table. */
import { type Instant, micros } from '#base/time.ts';

interface Track {
  counter: number;
  total: number;
  rate: number;
}

/** Shorter spans tell little about the rate, microseconds. */
const leastSpan = micros(900_000);

export class ConnectionRates {
  readonly #tracks = new Map<string, Track>();
  #base: { readonly at: Instant; readonly totals: ReadonlyMap<string, number> } | undefined;

  /** Figures of the counters by name, as they are at `now`. */
  note(counters: ReadonlyMap<string, number>, now: Instant): void {
    for (const [name, counter] of counters) {
      const track = this.#tracks.get(name) ?? { counter: 0, total: 0, rate: 0 };
      track.total += counter >= track.counter ? counter - track.counter : counter;
      track.counter = counter;
      this.#tracks.set(name, track);
    }
    for (const [name, track] of this.#tracks) if (!counters.has(name)) track.counter = 0;
    const base = this.#base;
    if (base !== undefined && now - base.at < leastSpan) return;
    for (const [name, track] of this.#tracks) {
      const before = base?.totals.get(name);
      track.rate =
        base === undefined || before === undefined ? 0 : (track.total - before) / ((now - base.at) / 1e6);
    }
    this.#base = {
      at: now,
      totals: new Map([...this.#tracks].map(([name, { total }]) => [name, total])),
    };
  }

  of(name: string): { readonly total: number; readonly rate: number } {
    return this.#tracks.get(name) ?? { total: 0, rate: 0 };
  }
}
