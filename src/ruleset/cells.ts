/** A rule as a body in the space of packets of one family: what it has in common with others, and whether a map can hold it. */
import type { Family } from '#base/address.ts';
import { type Region, spansAlong, wholeOf } from './cuts.ts';
import { hasPorts, type Match, type Side } from './match.ts';
import type { Chain, VerdictElement } from './program.ts';
import { protocolText } from './protocols.ts';
import { type Span, spanText, type Value } from './spans.ts';

/** Where a rule can match, at most. */
export interface Body {
  /** First and last destination: most rules have nothing in common for these alone. */
  readonly first: Value;
  readonly last: Value;
  readonly destinations: readonly Span[];
  readonly sources: readonly Span[];
  readonly ports: readonly Span[];
  readonly protocols: readonly Span[];
}

/** A rule that a verdict map can hold. */
export interface Cell extends Body {
  readonly shape: Shape;
  readonly elements: readonly VerdictElement[];
}

/**
 * What a map compares besides the two addresses. A look at what a packet lacks, as an ICMP message lacks ports, fails
 * as a whole, so a rule is in the map that looks at nothing else than the rule does.
 */
export type Shape = 'any' | 'protocol' | 'ports';

/** A rule with many ranges would become a map by itself. */
const mostElements = 8;

export function bodyOf(match: Match, family: Family): Body {
  const whole = wholes[family];
  const destinations = match.destination.spans ?? whole.destination;
  let [first, last]: readonly [Value, Value] = destinations[0] ?? [0, 0];
  for (const [low, high] of destinations) {
    if (low < first) first = low;
    if (high > last) last = high;
  }
  return {
    first,
    last,
    destinations,
    sources: match.source.spans ?? whole.source,
    ports: match.ports ?? whole.ports,
    protocols: spansAlong(match, 'protocol') ?? whole.protocol,
  };
}

const wholesOf = (family: Family) => {
  const whole = (dimension: Exclude<keyof Region, 'family'>): readonly Span[] => [
    wholeOf(dimension, { family }),
  ];
  return {
    destination: whole('destination'),
    source: whole('source'),
    ports: whole('ports'),
    protocol: whole('protocol'),
  };
};
const wholes = { ipv4: wholesOf('ipv4'), ipv6: wholesOf('ipv6') } as const;

/** Whether some packet may match both. */
export const meet = (one: Body, other: Body): boolean =>
  one.first <= other.last &&
  other.first <= one.last &&
  touch(one.destinations, other.destinations) &&
  touch(one.sources, other.sources) &&
  touch(one.ports, other.ports) &&
  touch(one.protocols, other.protocols);

function touch(ones: readonly Span[], others: readonly Span[]): boolean {
  for (const one of ones)
    for (const other of others) if (one[0] <= other[1] && other[0] <= one[1]) return true;
  return false;
}

/** Undefined when a map cannot say what the rule says. `tails` are the lines that act, without the match. */
export function cellOf(match: Match, tails: readonly string[]): Cell | undefined {
  const { family, source, destination, protocols, ports } = match;
  const value = elementValue(tails);
  if (value === undefined || family === undefined || !source.exact || !destination.exact) return undefined;
  if (match.icmpTypes.length > 0 || match.sourcePorts !== undefined) return undefined;
  if (ports !== undefined && !hasPorts(match)) return undefined;
  if (count(source.spans) * count(destination.spans) * count(protocols) * count(ports) > mostElements)
    return undefined;
  return {
    ...bodyOf(match, family),
    shape: ports !== undefined ? 'ports' : protocols !== undefined ? 'protocol' : 'any',
    elements: keysOf(match, family).map((key): VerdictElement => ({ key, value })),
  };
}

const count = (list: readonly unknown[] | undefined): number => list?.length ?? 1;

/** What counts and decides, and does nothing else, as an element says it. */
function elementValue(tails: readonly string[]): string | undefined {
  const tail = tails[0] ?? '';
  if (tails.length === 1) {
    if (tail.startsWith('counter accept comment "')) return `counter ${tail.slice(15)} : accept`;
    if (tail.startsWith('counter drop comment "')) return `counter ${tail.slice(13)} : drop`;
  }
  const comment = tail.slice(tail.indexOf('comment "'));
  const refuses = (line: string): boolean =>
    line.endsWith(comment) && refusals.has(line.slice(0, -comment.length - 1));
  return tails.every(refuses) ? `counter ${comment} : goto ${refusal.name}` : undefined;
}

const reset = 'reject with tcp reset';
const unreachable = 'reject with icmpx port-unreachable';
/** How lines refuse. */
const refusals = new Set([`counter ${reset}`, `meta l4proto tcp counter ${reset}`, `counter ${unreachable}`]);
/** Where elements send what they refuse, for a verdict cannot. */
export const refusal: Chain = { name: 'refuse', lines: [`meta l4proto tcp ${reset}`, unreachable] };

/** Every combination of its ranges: they exclude each other. */
function keysOf({ source, destination, protocols, ports }: Match, family: Family): readonly string[] {
  let keys = addressTexts(source, family);
  keys = extended(keys, addressTexts(destination, family));
  if (protocols !== undefined) keys = extended(keys, protocols.map(protocolText));
  if (ports === undefined) return keys;
  return extended(
    keys,
    ports.map(([low, high]) => (low === high ? `${low}` : `${low}-${high}`)),
  );
}

/** Most rules have one of each. */
const extended = (keys: readonly string[], texts: readonly string[]): readonly string[] =>
  keys.length === 1 && texts.length === 1
    ? [`${keys[0]} . ${texts[0]}`]
    : keys.flatMap((key) => texts.map((text) => `${key} . ${text}`));

function addressTexts({ spans, tests }: Side, family: Family): readonly string[] {
  if (spans === undefined) return [family === 'ipv4' ? '0.0.0.0/0' : '::/0'];
  // Of one network the test is the text.
  if (spans.length === 1) return tests;
  return spans.map(([first, last]) => spanText(first, last, family));
}
