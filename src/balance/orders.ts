/**
 * What was ordered by hand, as all nodes of a cluster come to hold the same: each order bears its time, and of two for
 * one member the newer counts. Nodes exchange all that they have, in any order and as often as they like.
 */
import type { Order, Orders } from './types.ts';

/** `enabled` takes an earlier order back. */
export type Wish = Order | 'enabled';
export interface GivenOrder {
  readonly order: Wish;
  /** ms since 1970. */
  readonly at: number;
}
/** By pool, then by member id. */
export type GivenOrders = Readonly<Record<string, Readonly<Record<string, GivenOrder>>>>;

/** Those that are in force. */
export function ordersInForce(given: GivenOrders): Orders {
  return Object.fromEntries(
    Object.entries(given).map(([pool, ofPool]) => [
      pool,
      Object.fromEntries(
        Object.entries(ofPool).flatMap(([id, { order }]) => (order === 'enabled' ? [] : [[id, order]])),
      ),
    ]),
  );
}

/** With one more; it is newer than what it replaces, whatever the clocks say. */
export function withOrder(
  given: GivenOrders,
  pool: string,
  id: string,
  order: Wish,
  now: number,
): GivenOrders {
  const before = given[pool]?.[id]?.at ?? 0;
  return { ...given, [pool]: { ...given[pool], [id]: { order, at: Math.max(now, before + 1) } } };
}

/**
 * With those of another node that are newer; undefined when there are none. `isKnown` keeps out what no member of the
 * document bears.
 */
export function withOthers(
  given: GivenOrders,
  others: GivenOrders,
  isKnown: (pool: string, id: string) => boolean,
): GivenOrders | undefined {
  let all: GivenOrders | undefined;
  for (const [pool, ofPool] of Object.entries(others))
    for (const [id, other] of Object.entries(ofPool)) {
      const so = all ?? given;
      if (!isKnown(pool, id) || !isNewer(other, so[pool]?.[id])) continue;
      all = { ...so, [pool]: { ...so[pool], [id]: other } };
    }
  return all;
}

/** Of two at the same time the same one counts everywhere. */
const isNewer = (one: GivenOrder, other: GivenOrder | undefined): boolean =>
  other === undefined || one.at > other.at || (one.at === other.at && one.order > other.order);
