/** Ranges of addresses, ports and protocol numbers, as numbers. */
import type { Family } from '#base/address.ts';
import { addressOfNumber, bitsOf, type Cidr, cidrOf, shortText } from '#config/network.ts';

/** First and last value, both inside. */
export type Span = readonly [first: bigint, last: bigint];

export const spanOf = ({ first, last }: Cidr): Span => [first, last];

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
export function spanText(first: bigint, last: bigint, family: Family): string {
  const from = addressOfNumber(first, family);
  if (first === last) return from;
  const size = last - first + 1n;
  const isNetwork = (size & (size - 1n)) === 0n && first % size === 0n;
  if (!isNetwork) return `${from}-${addressOfNumber(last, family)}`;
  return shortText(cidrOf(from, bitsOf(family) - (size.toString(2).length - 1)));
}

export const compare = (a: bigint | number, b: bigint | number): number => (a < b ? -1 : a > b ? 1 : 0);
