/**
 * Ways out of the firewall that the usual routes do not know: to the gateways that rules name, and back by the gateway
 * of the interface where a connection came in (pf's "route-to" and "reply-to"). A way has a number, which stands in
 * the mark of the connections that take it.
 */
import { type Family, familyOf } from '#base/address.ts';
import type { ClusterDocument } from '#config/document.ts';
import { entryOf, gatewayOf, gatewayTiers, outsideInterfaces } from '#config/model.ts';
import { parseAddress } from '#config/network.ts';
import { hashOf } from './identity.ts';

export interface Way {
  /** From 1 to `mostWays`. */
  readonly number: number;
  /** The gateway's name or address, as the document refers to it. */
  readonly reference: string;
  readonly family: Family;
  readonly gateway: string;
  readonly interface: string;
}

/** Answers of connections that come in on `interface` take the way to `reference`. */
interface ReplyWay {
  readonly interface: string;
  readonly family: Family;
  readonly reference: string;
}

/** A number has seven bits of a connection's mark. */
const mostWays = 127;

/** The same numbers at every node, and as far as possible in every revision: connections outlive a document. */
export function waysOf(document: ClusterDocument): Way[] {
  const named = [...document.rules, ...document.floatingRules].flatMap(({ gateway }) =>
    gateway === undefined ? [] : gatewayTiers(document, gateway).flat(),
  );
  const references = new Set([...named, ...replyWaysOf(document).map(({ reference }) => reference)]);
  const taken = new Set<number>();
  return [...references].sort().flatMap((reference) => {
    const found = addressOf(document, reference);
    if (found === undefined || taken.size === mostWays) return [];
    let number = Number.parseInt(hashOf(reference), 16) % mostWays;
    while (taken.has(number)) number = (number + 1) % mostWays;
    taken.add(number);
    return [{ number: number + 1, reference, ...found }];
  });
}

export interface MonitoredWay extends Way {
  /** The address that answers as long as the gateway leads out. */
  readonly monitor: string;
}

/** Ways whose gateway is watched: it is in a group, or the document says whom to ask. */
export function monitoredWays(document: ClusterDocument): MonitoredWay[] {
  const grouped = new Set(Object.values(document.gatewayGroups).flatMap(({ tiers }) => tiers.flat()));
  return waysOf(document).flatMap((way) => {
    const monitor = entryOf(document.gateways, way.reference)?.monitor;
    if (monitor === 'none' || (monitor === undefined && !grouped.has(way.reference))) return [];
    return [{ ...way, monitor: monitor ?? way.gateway }];
  });
}

/** Where new connections by a rule's gateway go now: to those of the first tier that has one up; nowhere if none has. */
export function waysTo(
  document: ClusterDocument,
  ways: readonly Way[],
  reference: string,
  down: ReadonlySet<string> = new Set(),
): readonly Way[] {
  for (const tier of gatewayTiers(document, reference)) {
    const up = ways.filter((way) => tier.includes(way.reference) && !down.has(way.reference));
    if (up.length > 0) return up;
  }
  return [];
}

/** With one way out the usual route is the way back. */
export function replyWaysOf(document: ClusterDocument): ReplyWay[] {
  const found = outsideInterfaces(document).flatMap((ifname) => {
    const own = entryOf(document.interfaces, ifname)?.gateway;
    const there = Object.entries(document.gateways).filter(([, gateway]) => gateway.interface === ifname);
    const references = [...(own === undefined ? [] : [own]), ...there.map(([name]) => name)];
    return (['ipv4', 'ipv6'] as const).flatMap((family) => {
      const reference = references.find((one) => addressOf(document, one)?.family === family);
      return reference === undefined ? [] : [{ interface: ifname, family, reference }];
    });
  });
  return found.filter(({ family }) => found.filter((other) => other.family === family).length > 1);
}

function addressOf(
  document: ClusterDocument,
  reference: string,
): Pick<Way, 'family' | 'gateway' | 'interface'> | undefined {
  const gateway = gatewayOf(document, reference);
  const address = gateway === undefined ? undefined : parseAddress(gateway.address);
  if (gateway === undefined || address?.ok !== true) return undefined;
  return { family: familyOf(address.value), gateway: address.value, interface: gateway.interface };
}
