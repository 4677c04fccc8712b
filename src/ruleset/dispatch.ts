/**
 * Long lists of rules as a tree of chains. Verdict maps lead a packet by family, protocol, addresses and port to a
 * chain with the rules that can still match it; there, rules that exclude each other are the elements of one more map.
 * The maps only leave out what cannot match, so the first match stays the first.
 */
import { bestCut, type Dimension, familyNumber, type Region, spansAlong } from './cuts.ts';
import { hasPorts, type Known, matchText, word } from './match.ts';
import type { Chain, VerdictMap } from './program.ts';
import { protocolText } from './protocols.ts';
import type { Recent } from './recent.ts';
import { type Span, spanText, type Value } from './spans.ts';
import type { Step } from './step.ts';
import { joined } from './text.ts';
import { costOf, type Group, groupsOf, mapOf, mostInGroups } from './verdicts.ts';

/** So many rules cost a packet less than another map would. */
const leafSize = 16;
/** Rules that can be elements of a map, and as such cost a packet no more than one line; the map stays quick to change. */
const mapSize = 128;
const deepest = 8;

/** What a list of steps became. */
export interface Tree {
  /** Chains with a map of jumps, the first before those that it jumps to; then those without. */
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

function chainsOf(place: Place): Pick<Tree, 'inner' | 'leaves'> {
  const { name, steps, region, depth, trees } = place;
  const few = steps.length <= leafSize;
  const groups = few ? undefined : groupsIn(place);
  if (few || (groups !== undefined && costOf(groups) <= leafSize))
    return { inner: [], leaves: [leafOf(place, groups)] };
  const cut = depth < deepest ? bestCut(steps, region, partSize(steps)) : undefined;
  if (cut === undefined) return { inner: [], leaves: [leafOf(place, groups)] };
  const { before, after, dimension, parts } = cut;
  const children = parts.map((part) => {
    const child = `${name}.${partName(dimension, part.span)}`;
    const inside = narrowed(region, dimension, part.span);
    return {
      element: `${valueText(dimension, part.span, region)} : jump ${child}`,
      tree: grow({ name: child, steps: part.steps, region: inside, depth: depth + 1, trees }),
    };
  });
  const texts = (list: readonly Step[]): string[] => list.flatMap((step) => linesOf(step, region));
  const map = `${keyText(dimension, region)} vmap { ${children.map(({ element }) => element).join(', ')} }`;
  return {
    inner: [
      { name, lines: [...texts(before), map, ...texts(after)] },
      ...children.flatMap(({ tree }) => tree.inner),
    ],
    leaves: children.flatMap(({ tree }) => tree.leaves),
  };
}

/** Undefined where the addresses have no meaning, or where trying would take long. */
const groupsIn = ({ steps, region: { family } }: Place): Group[] | undefined =>
  family === undefined || steps.length > mostInGroups ? undefined : groupsOf(steps, family);

/** Rules in a part: as many as a leaf shall have when all are elements or lines, between them when they are mixed. */
function partSize(steps: readonly Step[]): number {
  const lines = steps.filter(({ cell }) => cell === undefined).length;
  const share = lines / steps.length;
  return 2 ** Math.round(Math.log2(1 / (share / leafSize + (1 - share) / mapSize)));
}

/** A chain without jumps to others. */
function leafOf({ name, steps, region }: Place, groups: readonly Group[] | undefined): Chain {
  const { family } = region;
  const texts = (list: readonly Step[]): string[] => list.flatMap((step) => linesOf(step, region));
  if (groups === undefined || family === undefined) return { name, lines: texts(steps) };
  const maps: VerdictMap[] = [];
  const seen = { any: 0, protocol: 0, ports: 0 };
  const lines = groups.flatMap(({ shape, steps: own }) => {
    if (shape === undefined) return texts(own);
    seen[shape] += 1;
    const { map, line } = mapOf(`${name}.${shape}${seen[shape]}`, shape, own, family);
    maps.push(map);
    return [line];
  });
  return maps.length === 0 ? { name, lines } : { name, lines, maps };
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
