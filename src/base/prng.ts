/**
 * A seeded source of chance (mulberry32): the same seed always gives the same sequence, so a failing
 * simulation replays. Not for secrets.
 */
export interface Prng {
  /** A uniform number in [0, 1). */
  next(): number;
  /** A uniform whole number in [0, limit). */
  below(limit: number): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** One element of a list that is not empty. */
  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T;
}

export function prng(seed: number): Prng {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (p) => next() < p,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('bug: pick from an empty list');
      return item;
    },
  };
}
