/** Limited tries at a password, per source. A success forgives; a source that is blocked is not even listened to. */
import { after, between, type Instant, type Micros, micros, seconds } from '#base/time.ts';

export interface TryRules {
  /** Failures before the first block. A pfSense with a wrong password makes four per save. */
  readonly free: number;
  readonly firstBlock: Micros;
  readonly longestBlock: Micros;
  /** After so long without a failure all is forgotten. */
  readonly memory: Micros;
  /** Sources remembered; beyond it the one whose last failure is longest ago is forgotten. */
  readonly sources: number;
}

export const usualTries: TryRules = {
  free: 5,
  firstBlock: seconds(60),
  longestBlock: seconds(3600),
  memory: seconds(1800),
  sources: 1024,
};

interface Failures {
  readonly count: number;
  /** The end of the block, or the time of the failure. */
  readonly until: Instant;
}

export class Tries {
  readonly #rules: TryRules;
  /** In the order of their last failures. */
  readonly #failures = new Map<string, Failures>();

  constructor(rules: TryRules) {
    this.#rules = rules;
  }

  /** For how long a source has still to wait; 0 if it may try. */
  waitOf(source: string, now: Instant): Micros {
    const until = this.#failures.get(keyOf(source))?.until;
    return until === undefined || until <= now ? micros(0) : between(now, until);
  }

  /** Counts a failure; how long the source is blocked for it. */
  failed(source: string, now: Instant): Micros {
    const { free, firstBlock, longestBlock, memory, sources } = this.#rules;
    const key = keyOf(source);
    const known = this.#failures.get(key);
    const isForgotten = known === undefined || between(known.until, now) > memory;
    const count = (isForgotten ? 0 : known.count) + 1;
    const block = micros(
      count < free ? 0 : Math.min(longestBlock, firstBlock * 2 ** Math.min(count - free, 30)),
    );
    this.#failures.delete(key);
    this.#failures.set(key, { count, until: after(now, block) });
    for (const oldest of this.#failures.keys()) {
      if (this.#failures.size <= sources) break;
      this.#failures.delete(oldest);
    }
    return block;
  }

  succeeded(source: string): void {
    this.#failures.delete(keyOf(source));
  }
}

/** Whoever has one IPv6 address has the other 2^64 of its network. */
function keyOf(source: string): string {
  if (!source.includes(':')) return source;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(source)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = source.toLowerCase().replace(/%.*$/, '').split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  const groups = [...left, ...Array.from({ length: zeros }, () => '0'), ...right];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
