/**
 * Whether the balancer's table in the kernel still is as the node wrote it, by what nft lists. Sets and maps whose
 * elements the packets or the members' health change are no part of the picture, places of pools are compared apart.
 */
import type { Family } from '#base/address.ts';

/** Places of a pool's map by their numbers, which member each leads to by its own. */
export type PlaceNumbers = ReadonlyMap<number, number>;

export interface Picture {
  /** Everything that stands, each line with the chain, set or map that it is in. */
  readonly lines: ReadonlySet<string>;
  /** By "pool family". */
  readonly places: ReadonlyMap<string, PlaceNumbers>;
}

/** Reads what `nft --stateless list table` printed; undefined when there is no table. */
export function pictureOf(listing: string): Picture | undefined {
  if (listing.trim() === '') return undefined;
  const lines = new Set<string>();
  const places = new Map<string, PlaceNumbers>();
  for (const [, head = '', body = ''] of listing.matchAll(
    /^\t((?:chain|set|map|counter) \S+) \{\n(.*?)^\t\}/gms,
  )) {
    const elements = /^\t\telements = \{(.*?)\}/ms.exec(body)?.[1] ?? '';
    const rest = body.replace(/^\t\telements = \{.*?\}\n/ms, '');
    for (const line of rest.split('\n').map((text) => text.trim())) lines.add(`${head}: ${line}`);
    const [, pool, family] = /^map pool_(\w+)_(ipv[46])$/.exec(head) ?? [];
    if (pool !== undefined) places.set(`${pool} ${family}`, numbersIn(elements));
    else if (!/^set (doubted|trusted|turned_)/.test(head))
      for (const element of elements.split(',')) lines.add(`${head}: ${element.trim()}`);
  }
  return { lines, places };
}

/** "3 : 0:1a": the place 3 and member 26; nft prints a number of 32 bits as two hexadecimal halves. */
const numbersIn = (elements: string): PlaceNumbers =>
  new Map(
    [...elements.matchAll(/(\d+) : ([0-9a-f]+):([0-9a-f]+)/g)].map(([, place, high, low]) => [
      Number(place),
      Number.parseInt(high ?? '', 16) * 0x1_0000 + Number.parseInt(low ?? '', 16),
    ]),
  );

/** What differs, one line each. `wanted` tells the places of a pool's map. */
export function differences(
  before: Picture,
  after: Picture | undefined,
  wanted: (pool: string, family: Family) => PlaceNumbers,
): string[] {
  if (after === undefined) return ['the table "inet bascule_balancer" is gone'];
  const gone = [...before.lines].filter((line) => !after.lines.has(line)).map((line) => `removed: ${line}`);
  const come = [...after.lines].filter((line) => !before.lines.has(line)).map((line) => `added: ${line}`);
  const moved = [...after.places].flatMap(([key, numbers]) => {
    const [pool = '', family] = key.split(' ');
    const right = wanted(pool, family as Family);
    const isSame =
      right.size === numbers.size && [...right].every(([place, to]) => numbers.get(place) === to);
    return isSame ? [] : [`places of pool ${pool} changed`];
  });
  return [...gone, ...come, ...moved];
}
