/** Ranges of addresses, ports and protocol numbers, as numbers. */
import type { Family } from '#base/address.ts';
import { addressOfNumber, bitsOf, type Cidr, cidrOf, shortText } from '#config/network.ts';

/** Addresses of IPv6 need more bits than a number has; everything else is a number, which is three times as fast. */
export type Value = number | bigint;
/** First and last value, both inside. */
export type Span = readonly [first: Value, last: Value];

export const spanOf = ({ first, last, family }: Cidr): Span =>
  family === 'ipv4' ? [Number(first), Number(last)] : [first, last];

export const nextOf = (value: Value): Value => (typeof value === 'number' ? value + 1 : value + 1n);
export const beforeOf = (value: Value): Value => (typeof value === 'number' ? value - 1 : value - 1n);

/** Values in rising order. */
export function sorted(values: readonly Value[]): Value[] {
  // The engine sorts an array of numbers by itself several times as fast as with a comparison in JavaScript.
  const isPlain = values.every((value) => typeof value === 'number');
  return isPlain ? Array.from(Float64Array.from(values).sort()) : [...values].sort(compare);
}

/** The networks without those that lie within another, in their order: nft refuses overlaps in a set. */
export function widest(networks: readonly Cidr[]): Cidr[] {
  const sorted = [...networks].sort(
    (a, b) => compare(a.first, b.first) || compare(b.last, a.last) || compare(a.prefix, b.prefix),
  );
  const kept = new Set<Cidr>();
  let last: bigint | undefined;
  for (const network of sorted) {
    if (last !== undefined && network.last <= last) continue;
    kept.add(network);
    last = network.last;
  }
  return networks.filter((network) => kept.has(network));
}

/** The networks as elements of an interval set: sorted, and those that touch made one, so that each is there once. */
export function elementsOf(networks: readonly Cidr[], family: Family): string[] {
  const spans: [bigint, bigint][] = [];
  const sorted = networks.filter((one) => one.family === family).sort((a, b) => compare(a.first, b.first));
  for (const { first, last } of sorted) {
    const before = spans.at(-1);
    if (before !== undefined && first <= before[1] + 1n) {
      if (last > before[1]) before[1] = last;
    } else spans.push([first, last]);
  }
  return spans.map(([first, last]) => spanText(first, last, family));
}

/** A span as nft writes it: an address, a network, or a range of addresses. */
export function spanText(low: Value, high: Value, family: Family): string {
  const [first, last] = [BigInt(low), BigInt(high)];
  const from = addressOfNumber(first, family);
  if (first === last) return from;
  const size = last - first + 1n;
  const isNetwork = (size & (size - 1n)) === 0n && first % size === 0n;
  if (!isNetwork) return `${from}-${addressOfNumber(last, family)}`;
  return shortText(cidrOf(from, bitsOf(family) - (size.toString(2).length - 1)));
}

export const compare = (a: Value, b: Value): number => (a < b ? -1 : a > b ? 1 : 0);
