/**
 * Where a list of rules is cut: along the dimension that leaves the fewest rules for a packet to be compared with.
 * Addresses and ports are cut into blocks whose borders are round numbers, so that one rule more or less moves no
 * border but near itself.
 */
import type { Family } from '#base/address.ts';
import type { Match } from './match.ts';
import { withPorts } from './protocols.ts';
import { beforeOf, nextOf, type Span, sorted, type Value } from './spans.ts';

/** What is known of the packets that come to a chain. */
export interface Region {
  readonly family?: Family;
  readonly protocol?: Span;
  readonly source?: Span;
  readonly destination?: Span;
  readonly ports?: Span;
}

export type Dimension = keyof Region;

interface Matching {
  readonly match: Match;
}
export interface Part<S> {
  readonly span: Span;
  readonly steps: readonly S[];
}
export interface Cut<S> {
  readonly dimension: Dimension;
  /** Rules at either end that every part would repeat stay where they are. */
  readonly before: readonly S[];
  readonly after: readonly S[];
  readonly parts: readonly Part<S>[];
}

/** Rules that match across a cut are repeated on both sides; more than so many copies of each are not worth it. */
const copyLimit = 3;
/** No more parts than a map is quick to change, nearly: blocks are halved, and halves differ. */
const usualParts = 128;
/** Families count as 0 and 1 here. */
export const familyNumber = { ipv4: 0, ipv6: 1 } as const;

/** A cut that is not made yet. */
interface Plan {
  readonly dimension: Dimension;
  readonly whole: Span;
  /** Steps from the first to before the second are cut. */
  readonly from: number;
  readonly to: number;
  /** First values of the parts. */
  readonly starts: readonly Value[];
  /** For each of their ranges: its step, and the first and the last part that it lies in. */
  readonly ranges: Int32Array;
  /** Steps of all parts together, and of those that a packet may meet. */
  readonly copies: number;
  readonly cost: number;
}

/** The best cut into parts of at most about `most` rules; undefined when none saves a packet much. */
export function bestCut<S extends Matching>(
  steps: readonly S[],
  region: Region,
  most: number,
): Cut<S> | undefined {
  // Addresses can be told apart only once the family is known, so this comes first even if it saves nothing.
  if (region.family === undefined && steps.some(({ match }) => match.family !== undefined))
    return familyCut(steps);
  const limit = Math.max(most, 2 ** Math.ceil(Math.log2(steps.length / usualParts)));
  let best: Plan | undefined;
  // Doing nothing costs as many comparisons as there are rules; a map has to save some.
  let least = steps.length * 0.8;
  for (const dimension of dimensionsOf(region)) {
    const plan = planAlong(steps, region, dimension, limit);
    if (plan === undefined || plan.copies > steps.length * copyLimit || plan.cost >= least) continue;
    // What is short enough needs no better one; most lists are told apart by their destinations.
    if (plan.cost <= limit) return made(plan, steps);
    [best, least] = [plan, plan.cost];
  }
  return best === undefined ? undefined : made(best, steps);
}

function familyCut<S extends Matching>(steps: readonly S[]): Cut<S> {
  const from = steps.findIndex(({ match }) => match.family !== undefined);
  const to = steps.findLastIndex(({ match }) => match.family !== undefined) + 1;
  const inside = steps.slice(from, to);
  const parts = (['ipv4', 'ipv6'] as const).map((family): Part<S> => {
    const other = family === 'ipv4' ? 'ipv6' : 'ipv4';
    const number = familyNumber[family];
    return { span: [number, number], steps: inside.filter(({ match }) => match.family !== other) };
  });
  return {
    dimension: 'family',
    before: steps.slice(0, from),
    after: steps.slice(to),
    parts: parts.filter((part) => part.steps.length > 0),
  };
}

/** Addresses have a meaning in one family, ports in protocols that have them. */
function dimensionsOf(region: Region): Exclude<Dimension, 'family'>[] {
  const [protocol] = region.protocol ?? [];
  const knowsPorts =
    protocol !== undefined && region.protocol?.[1] === protocol && withPorts.has(Number(protocol));
  return [
    ...(region.family === undefined ? [] : (['destination', 'source'] as const)),
    ...(region.protocol === undefined ? (['protocol'] as const) : []),
    ...(knowsPorts ? (['ports'] as const) : []),
  ];
}

function planAlong(
  steps: readonly Matching[],
  region: Region,
  dimension: Exclude<Dimension, 'family'>,
  most: number,
): Plan | undefined {
  const spans = steps.map(({ match }) => spansAlong(match, dimension));
  const whole = region[dimension] ?? wholeOf(dimension, region);
  const isWide = (i: number): boolean => {
    const own = spans[i];
    return own === undefined || own.some(([first, last]) => first <= whole[0] && last >= whole[1]);
  };
  let [from, to] = [0, steps.length];
  while (from < to && isWide(from)) from += 1;
  while (to > from && isWide(to - 1)) to -= 1;
  const cut = spans.slice(from, to);
  const starts = dimension === 'protocol' ? edgesOf(cut, whole) : blocksOf(cut, whole, most);
  if (starts.length < 2) return undefined;
  const ranges = new Int32Array(3 * cut.reduce((sum, own) => sum + (own?.length ?? 1), 0));
  // How many steps come to each part and leave it again.
  const change = new Int32Array(starts.length + 1);
  let [used, copies] = [0, 0];
  for (let i = from; i < to; i += 1)
    for (const [first, last] of spans[i] ?? [whole]) {
      if (last < whole[0] || first > whole[1]) continue;
      const low = placeOf(starts, first);
      const high = first === last ? low : placeOf(starts, last);
      ranges[used] = i;
      ranges[used + 1] = low;
      ranges[used + 2] = high;
      used += 3;
      change[low] = (change[low] ?? 0) + 1;
      change[high + 1] = (change[high + 1] ?? 0) - 1;
      copies += high - low + 1;
    }
  let [now, largest] = [0, 0];
  for (const step of change) {
    now += step;
    largest = Math.max(largest, now);
  }
  const cost = steps.length - cut.length + largest;
  return { dimension, whole, from, to, starts, ranges: ranges.subarray(0, used), copies, cost };
}

function made<S>({ dimension, whole, from, to, starts, ranges }: Plan, steps: readonly S[]): Cut<S> {
  const lists: S[][] = starts.map(() => []);
  for (let i = 0; i < ranges.length; i += 3) {
    const step = steps[ranges[i] ?? 0];
    const last = ranges[i + 2] ?? 0;
    for (let part = ranges[i + 1] ?? 0; part <= last; part += 1) {
      const list = lists[part];
      // Two ranges of one rule may lie in the same part.
      if (step !== undefined && list !== undefined && list.at(-1) !== step) list.push(step);
    }
  }
  const parts = lists.map((list, i): Part<S> => {
    const next = starts[i + 1];
    return { span: [starts[i] ?? whole[0], next === undefined ? whole[1] : beforeOf(next)], steps: list };
  });
  return {
    dimension,
    before: steps.slice(0, from),
    after: steps.slice(to),
    parts: parts.filter((part) => part.steps.length > 0),
  };
}

/** Wherever a range begins or has ended. */
function edgesOf(spans: readonly (readonly Span[] | undefined)[], whole: Span): Value[] {
  const edges = new Set<Value>();
  for (const own of spans)
    for (const [first, last] of own ?? []) {
      if (first > whole[0] && first <= whole[1]) edges.add(first);
      if (last >= whole[0] && last < whole[1]) edges.add(nextOf(last));
    }
  return [whole[0], ...sorted([...edges])];
}

/** First values of blocks, each halved until no more than `most` ranges begin in it. */
function blocksOf(spans: readonly (readonly Span[] | undefined)[], whole: Span, most: number): Value[] {
  const begins: Value[] = [];
  for (const own of spans)
    for (const [first] of own ?? []) if (first >= whole[0] && first <= whole[1]) begins.push(first);
  const rising = sorted(begins);
  const starts: Value[] = [];
  const halve = (first: Value, last: Value, from: number, to: number): void => {
    if (to - from <= most || first === last) {
      starts.push(first);
      return;
    }
    const middle = middleOf(first, last);
    let place = from;
    while (place < to && (rising[place] ?? 0) < middle) place += 1;
    halve(first, beforeOf(middle), from, place);
    halve(middle, last, place, to);
  };
  halve(whole[0], whole[1], 0, rising.length);
  return starts;
}

/** Where the second half begins. */
const middleOf = (first: Value, last: Value): Value =>
  typeof first === 'number' && typeof last === 'number'
    ? first + Math.ceil((last - first) / 2)
    : BigInt(first) + (BigInt(last) - BigInt(first) + 1n) / 2n;

/** The last part that begins at or before a value. */
function placeOf(starts: readonly Value[], value: Value): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

const protocolSpans = Array.from({ length: 256 }, (_, i): readonly Span[] => [[i, i]]);

/** Where a rule can match in a dimension; undefined for everywhere. */
export function spansAlong(
  match: Match,
  dimension: Exclude<Dimension, 'family'>,
): readonly Span[] | undefined {
  if (dimension === 'ports') return match.ports;
  if (dimension !== 'protocol') return match[dimension].spans;
  // Of one protocol the list is made once: with thousands of rules it shows.
  return match.protocols?.length === 1
    ? protocolSpans[match.protocols[0] ?? 0]
    : match.protocols?.map((one): Span => [one, one]);
}

export function wholeOf(dimension: Exclude<Dimension, 'family'>, { family = 'ipv4' }: Region): Span {
  if (dimension === 'protocol') return [0, 255];
  if (dimension === 'ports') return [0, 65_535];
  return family === 'ipv4' ? [0, 2 ** 32 - 1] : [0n, (1n << 128n) - 1n];
}
