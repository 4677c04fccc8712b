/** What connections have carried, by the rule that let them in, whose number their mark bears. */
import { ruleOfMark } from '#base/connection-mark.ts';
import { carriedBy } from './describe.ts';

export interface Carried {
  connections: number;
  /** Both directions together. */
  packets: number;
  bytes: number;
}

/** Rules that were changed often enough leave many numbers behind. */
const mostRules = 65_536;

export class Tally {
  readonly #sums = new Map<number, Carried>();

  /** The entry whose attributes are `bytes[from..end)`. */
  add(bytes: Buffer, from: number, end: number): void {
    const entry = carriedBy(bytes, from, end);
    const rule = ruleOfMark(entry.mark);
    if (rule === 0) return;
    const sum = this.#sums.get(rule) ?? { connections: 0, packets: 0, bytes: 0 };
    sum.connections += 1;
    sum.packets += entry.packets;
    sum.bytes += entry.bytes;
    if (sum.connections > 1 || this.#sums.size < mostRules) this.#sums.set(rule, sum);
  }

  of(rule: number): Carried {
    return this.#sums.get(rule) ?? { connections: 0, packets: 0, bytes: 0 };
  }

  get rules(): readonly number[] {
    return [...this.#sums.keys()];
  }
}
