/**
 * Long lists of rules as a tree of chains. Verdict maps lead a packet by family, protocol, addresses and port to a
 * short chain with the rules that can still match it, in their order. The maps only leave out what cannot match, so
 * the first match stays the first.
 */
import type { Family } from '#base/address.ts';
import { hasPorts, type Known, type Match, matchText, word } from './match.ts';
import type { Chain } from './program.ts';
import { protocolText, withPorts } from './protocols.ts';
import type { Recent } from './recent.ts';
import { beforeOf, nextOf, type Span, sorted, spanText, type Value } from './spans.ts';
import { joined } from './text.ts';

/** A rule of the document in a list: what it matches, and the lines that act, each without the match. */
export interface Step {
  readonly match: Match;
  readonly tails: readonly string[];
}

/** So many rules cost a packet less than another map would. */
const leafSize = 16;
/** Rules that match across a cut are repeated on both sides; more than so many copies of each are not worth it. */
const copyLimit = 3;
const deepest = 8;
/** Parts of a cut: enough to come near a leaf, no more than a map is quick to change. */
const partsOf = (rules: number): number => Math.min(64, Math.max(2, Math.ceil(rules / (leafSize / 2))));

/** What is known of the packets that come to a chain. */
interface Region {
  readonly family?: Family;
  readonly protocol?: Span;
  readonly source?: Span;
  readonly destination?: Span;
  readonly ports?: Span;
}

type Dimension = keyof Region;

/** What a list of steps became. */
export interface Tree {
  /** Chains with a map, the first before those that it jumps to; then those without. */
  readonly inner: readonly Chain[];
  readonly leaves: readonly Chain[];
  /** What it was made from. */
  readonly steps: readonly Step[];
  readonly region: string;
}

/**
 * The chain `name`, and the chains that it jumps to. Those with a map come first, since for each map of a transaction
 * the kernel walks through all that it has read so far (__nft_set_trans_bind in nf_tables_api.c): behind 10,000 rules
 * that was a seventh of the time to load them. `trees` are those of the last time, of which what is the same is taken.
 */
export function dispatch(name: string, steps: readonly Step[], trees?: Recent<Tree>): Chain[] {
  const { inner, leaves } = grow({ name, steps, region: {}, depth: 0, trees });
  return [...inner, ...leaves];
}

interface Place {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly region: Region;
  readonly depth: number;
  readonly trees: Recent<Tree> | undefined;
}

function grow(place: Place): Tree {
  const { name, steps, trees } = place;
  const region = `${place.depth} ${Object.values(place.region).join(' ')}`;
  const known = trees?.get(name);
  if (known?.region === region && isSame(known.steps, steps)) return known;
  const grown = { ...chainsOf(place), steps, region };
  trees?.set(name, grown);
  return grown;
}

const isSame = (one: readonly Step[], other: readonly Step[]): boolean =>
  one.length === other.length && one.every((step, i) => step === other[i]);

function chainsOf({ name, steps, region, depth, trees }: Place): Pick<Tree, 'inner' | 'leaves'> {
  const texts = (list: readonly Step[]): string[] => list.flatMap((step) => linesOf(step, region));
  const cut = steps.length > leafSize && depth < deepest ? bestCut(steps, region) : undefined;
  if (cut === undefined) return { inner: [], leaves: [{ name, lines: texts(steps) }] };
  const { before, after, dimension, parts } = cut;
  const children = parts.map((part) => {
    const child = `${name}.${partName(dimension, part.span)}`;
    const inside = narrowed(region, dimension, part.span);
    return {
      element: `${valueText(dimension, part.span, region)} : jump ${child}`,
      tree: grow({ name: child, steps: part.steps, region: inside, depth: depth + 1, trees }),
    };
  });
  const map = `${keyText(dimension, region)} vmap { ${children.map(({ element }) => element).join(', ')} }`;
  return {
    inner: [
      { name, lines: [...texts(before), map, ...texts(after)] },
      ...children.flatMap(({ tree }) => tree.inner),
    ],
    leaves: children.flatMap(({ tree }) => tree.leaves),
  };
}

interface Part {
  readonly span: Span;
  readonly steps: readonly Step[];
}
interface Cut {
  readonly dimension: Dimension;
  /** Rules at either end that every part would repeat stay where they are. */
  readonly before: readonly Step[];
  readonly after: readonly Step[];
  readonly parts: readonly Part[];
}

/** The dimension that leaves the fewest rules for a packet to be compared with. */
function bestCut(steps: readonly Step[], region: Region): Cut | undefined {
  let best: Cut | undefined;
  // Doing nothing costs as many comparisons as there are rules; a map has to save some.
  let least = steps.length * 0.8;
  for (const dimension of dimensionsOf(steps, region)) {
    const cut = cutAlong(steps, region, dimension);
    if (cut === undefined) continue;
    // Addresses can be told apart only once the family is known, so this comes first even if it saves nothing.
    if (dimension === 'family') return cut;
    const sizes = cut.parts.map((part) => part.steps.length);
    const copies = sizes.reduce((sum, size) => sum + size, 0);
    const cost = cut.before.length + cut.after.length + Math.max(0, ...sizes);
    if (copies > steps.length * copyLimit || cost >= least) continue;
    [best, least] = [cut, cost];
  }
  return best;
}

/** Addresses have a meaning in one family, ports in protocols that have them. */
function dimensionsOf(steps: readonly Step[], region: Region): Dimension[] {
  if (region.family === undefined && steps.some(({ match }) => match.family !== undefined)) return ['family'];
  const hasAddresses = region.family !== undefined;
  const [protocol] = region.protocol ?? [];
  const knowsPorts =
    protocol !== undefined && region.protocol?.[1] === protocol && withPorts.has(Number(protocol));
  return [
    ...(hasAddresses ? (['destination', 'source'] as const) : []),
    ...(region.protocol === undefined ? (['protocol'] as const) : []),
    ...(knowsPorts ? (['ports'] as const) : []),
  ];
}

function cutAlong(steps: readonly Step[], region: Region, dimension: Dimension): Cut | undefined {
  const spans = steps.map(({ match }) => spansAlong(match, dimension));
  const whole = (dimension === 'family' ? undefined : region[dimension]) ?? wholeOf(dimension, region);
  const isWide = (i: number): boolean => {
    const own = spans[i];
    return own === undefined || own.some(([first, last]) => first <= whole[0] && last >= whole[1]);
  };
  let [from, to] = [0, steps.length];
  while (from < to && isWide(from)) from += 1;
  while (to > from && isWide(to - 1)) to -= 1;
  const starts = cutPoints(spans.slice(from, to), whole, dimension);
  if (starts.length < 2) return undefined;
  const lists: Step[][] = starts.map(() => []);
  for (let i = from; i < to; i += 1) {
    const step = steps[i];
    if (step === undefined) throw new Error('bug: a step is missing');
    for (const [first, last] of spans[i] ?? [whole]) {
      if (last < whole[0] || first > whole[1]) continue;
      for (
        let part = placeOf(starts, first);
        part < starts.length && (starts[part] ?? 0) <= last;
        part += 1
      ) {
        const list = lists[part];
        // Two ranges of one rule may lie in the same part.
        if (list !== undefined && list.at(-1) !== step) list.push(step);
      }
    }
  }
  const parts = lists.map((list, i): Part => {
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

/** First values of the parts: where ranges begin or have ended, evenly many in each. */
function cutPoints(
  spans: readonly (readonly Span[] | undefined)[],
  whole: Span,
  dimension: Dimension,
): Value[] {
  const edges = new Set<Value>();
  for (const own of spans)
    for (const [first, last] of own ?? []) {
      if (first > whole[0] && first <= whole[1]) edges.add(first);
      if (last >= whole[0] && last < whole[1]) edges.add(nextOf(last));
    }
  const rising = sorted(edges);
  const parts = partsOf(spans.length);
  const isSmall = dimension === 'family' || dimension === 'protocol' || rising.length < parts;
  if (isSmall) return [whole[0], ...rising];
  const chosen = Array.from(
    { length: parts - 1 },
    (_, i) => rising[Math.floor((i * rising.length) / (parts - 1))],
  );
  return [whole[0], ...new Set(chosen.filter((edge) => edge !== undefined))];
}

/** The last part that begins at or before a value. */
function placeOf(starts: readonly Value[], value: Value): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Families count as 0 and 1 here. */
const familyNumber = { ipv4: 0, ipv6: 1 } as const;

/** Where a rule can match in a dimension; undefined for everywhere. */
function spansAlong(match: Match, dimension: Dimension): readonly Span[] | undefined {
  switch (dimension) {
    case 'family':
      return match.family === undefined
        ? undefined
        : [[familyNumber[match.family], familyNumber[match.family]]];
    case 'protocol':
      return match.protocols?.map((one): Span => [one, one]);
    case 'ports':
      return match.ports;
    default:
      return match[dimension].spans;
  }
}

function wholeOf(dimension: Dimension, { family = 'ipv4' }: Region): Span {
  if (dimension === 'family') return [0, 1];
  if (dimension === 'protocol') return [0, 255];
  if (dimension === 'ports') return [0, 65_535];
  return family === 'ipv4' ? [0, 2 ** 32 - 1] : [0n, (1n << 128n) - 1n];
}

function narrowed(region: Region, dimension: Dimension, span: Span): Region {
  if (dimension === 'family') return { ...region, family: span[0] === familyNumber.ipv4 ? 'ipv4' : 'ipv6' };
  return { ...region, [dimension]: span };
}

/** The lines of a rule for packets of a region, without what they are known to fit. */
function linesOf({ match, tails }: Step, region: Region): string[] {
  const covers = (spans: readonly Span[] | undefined, span: Span | undefined): boolean =>
    span !== undefined && spans?.some(([first, last]) => first <= span[0] && last >= span[1]) === true;
  const known: Known = {
    family: region.family !== undefined,
    protocol: match.icmpTypes.length === 0 && covers(spansAlong(match, 'protocol'), region.protocol),
    source: match.source.exact && covers(match.source.spans, region.source),
    destination: match.destination.exact && covers(match.destination.spans, region.destination),
    ports: hasPorts(match) && covers(spansAlong(match, 'ports'), region.ports),
  };
  const left = matchText(match, known);
  return tails.map((tail) => joined(left, tail));
}

function keyText(dimension: Dimension, { family = 'ipv4' }: Region): string {
  if (dimension === 'family') return 'meta nfproto';
  if (dimension === 'protocol') return 'meta l4proto';
  if (dimension === 'ports') return 'th dport';
  return `${word[family]} ${dimension === 'source' ? 'saddr' : 'daddr'}`;
}

function valueText(dimension: Dimension, [first, last]: Span, { family = 'ipv4' }: Region): string {
  if (dimension === 'family') return first === familyNumber.ipv4 ? 'ipv4' : 'ipv6';
  if (dimension === 'source' || dimension === 'destination') return spanText(first, last, family);
  const text = (value: Value): string =>
    dimension === 'protocol' ? protocolText(Number(value)) : String(value);
  return first === last ? text(first) : `${first}-${last}`;
}

/** Named by where it begins, so that it keeps its name when its neighbours change. */
function partName(dimension: Dimension, [first]: Span): string {
  if (dimension === 'family') return first === familyNumber.ipv4 ? 'four' : 'six';
  if (dimension === 'protocol') return protocolText(Number(first)).replace(/^\d/, 'p$&');
  if (dimension === 'ports') return `to${first}`;
  return `${dimension === 'source' ? 's' : 'd'}${first.toString(16)}`;
}
