/** Which entries of one list are still there in another, in order: near to the longest such row, in n log n. */

/** By place in `before`: the place in `after`. Both rise. */
export function alignment(before: readonly string[], after: readonly string[]): ReadonlyMap<number, number> {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const found = new Map(before.slice(0, head).map((_, i) => [i, i]));
  const inner = risingPairs(before.slice(head, before.length - tail), after.slice(head, after.length - tail));
  for (const [i, at] of inner) found.set(i + head, at + head);
  for (let i = tail; i > 0; i -= 1) found.set(before.length - i, after.length - i);
  return found;
}

/** The nth of a text with the nth, then the longest rising row of these pairs. */
function risingPairs(before: readonly string[], after: readonly string[]): [number, number][] {
  const places = new Map<string, number[]>();
  after.forEach((text, i) => {
    const list = places.get(text);
    if (list === undefined) places.set(text, [i]);
    else list.push(i);
  });
  const used = new Map<string, number>();
  const pairs = before.flatMap((text, i): [number, number][] => {
    const nth = used.get(text) ?? 0;
    used.set(text, nth + 1);
    const at = places.get(text)?.[nth];
    return at === undefined ? [] : [[i, at]];
  });
  // Patience: the ends of the shortest rows, and from each pair the one before it in its row.
  const ends: number[] = [];
  const previous = pairs.map(() => -1);
  pairs.forEach(([, at], i) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[ends[middle] ?? 0]?.[1] ?? 0) < at) low = middle + 1;
      else high = middle;
    }
    previous[i] = low === 0 ? -1 : (ends[low - 1] ?? -1);
    ends[low] = i;
  });
  const found: [number, number][] = [];
  for (let i = ends.at(-1) ?? -1; i >= 0; i = previous[i] ?? -1) {
    const pair = pairs[i];
    if (pair !== undefined) found.push(pair);
  }
  return found.reverse();
}
