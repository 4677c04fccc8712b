/** The left side of a rule: family, addresses, protocol and ports as nft expressions. */

import type { Family } from '#base/address.ts';
import type { ClusterDocument, Rule } from '#config/document.ts';
import { addressesOf, enabledAt, entryOf, networksOf, vipAddresses } from '#config/model.ts';
import { bitsOf, type Cidr, cidr, cidrOf, shortText, within } from '#config/network.ts';
import { anyOf } from './text.ts';

type Endpoints = Rule['source'];
type Ports = NonNullable<Rule['ports']>;

const families: readonly Family[] = ['ipv4', 'ipv6'];
const word = { ipv4: 'ip', ipv6: 'ip6' } as const;
/** Protocols by number where nft's names differ from the document's, or hang on /etc/protocols. */
const numbers: Partial<Record<string, number>> = {
  carp: 112,
  pfsync: 240,
  igmp: 2,
  ospf: 89,
  pim: 103,
  ipv6: 41,
  gre: 47,
};

/** What a rule matches: one expression per family that it concerns, "" when it matches everything. */
export function matchesOf(document: ClusterDocument, node: string, rule: Rule): string[] {
  const anywhere = isAny(rule.source) && isAny(rule.destination);
  const isIcmp = rule.protocol === 'icmp' || rule.protocol === 'icmpv6';
  if (rule.family === 'both' && anywhere && !isIcmp) return [protocolOf(document, rule, undefined)];
  return families
    .filter((family) => rule.family === 'both' || rule.family === family)
    .filter((family) => !(rule.protocol === 'icmpv6' && family === 'ipv4'))
    .flatMap((family) => {
      const source = endpointsOf(document, node, rule.source, family, 'saddr');
      const destination = endpointsOf(document, node, rule.destination, family, 'daddr');
      if (source === undefined || destination === undefined) return [];
      const only = source === '' && destination === '' ? `meta nfproto ${family}` : '';
      return [joined(only, source, destination, protocolOf(document, rule, family))];
    });
}

/** One side of a rule in one family; undefined when it has no address of that family, so that nothing matches. */
export function endpointsOf(
  document: ClusterDocument,
  node: string,
  endpoints: Endpoints,
  family: Family,
  side: 'saddr' | 'daddr',
): string | undefined {
  const list = typeof endpoints === 'string' ? [endpoints] : endpoints;
  const wanted = list.filter((text) => !text.startsWith('not '));
  const barred = list.filter((text) => text.startsWith('not ')).map((text) => text.slice(4));
  if (barred.includes('any')) return undefined;
  const outside = elements(document, node, barred, family);
  const not = outside.length === 0 ? '' : `${word[family]} ${side} != ${anyOf(outside)}`;
  if (wanted.length === 0 || wanted.includes('any')) return not;
  const inside = elements(document, node, wanted, family);
  return inside.length === 0 ? undefined : joined(`${word[family]} ${side} ${anyOf(inside)}`, not);
}

const isAny = (endpoints: Endpoints): boolean =>
  endpoints === 'any' ||
  (typeof endpoints !== 'string' && endpoints.includes('any') && endpoints.length === 1);

export const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

const elements = (
  document: ClusterDocument,
  node: string,
  words: readonly string[],
  family: Family,
): string[] =>
  setOf(
    words.flatMap((text) => addressesBehind(document, node, text)),
    family,
  );

/** Networks of one family as elements of a set, without those that lie within another: nft refuses overlaps. */
export function setOf(networks: readonly Cidr[], family: Family): string[] {
  const own = networks.filter((network) => network.family === family);
  const widest = own.filter(
    (network, i) =>
      !own.some((other, j) => i !== j && within(network, other) && (!within(other, network) || j < i)),
  );
  return widest.map(shortText);
}

/** The addresses and networks that a word of the document stands for at a node. */
function addressesBehind(document: ClusterDocument, node: string, text: string): Cidr[] {
  const [, ifname, what] = /^(\S+) (net|address)$/.exec(text) ?? [];
  if (ifname !== undefined) {
    if (what === 'net') return networksOf(document, ifname);
    return addressesOf(entryOf(document.interfaces, ifname), node).map(asHost);
  }
  if (text === 'self') return ownAddresses(document, node);
  const alias = entryOf(document.aliases, text);
  if (alias === undefined) return [cidr(text)];
  return alias.type === 'ports' ? [] : alias.entries.map(cidr);
}

/** Every address that can be a node's: its own, and the virtual ones whether it holds them now or not. */
function ownAddresses(document: ClusterDocument, node: string): Cidr[] {
  const names = Object.keys(document.interfaces).filter((name) => enabledAt(document, name, node));
  const own = names.flatMap((name) => addressesOf(entryOf(document.interfaces, name), node));
  return [...own, ...document.virtualIps.flatMap(vipAddresses)].map(asHost);
}

const asHost = ({ address, family }: Cidr): Cidr => cidrOf(address, bitsOf(family));

function protocolOf(document: ClusterDocument, rule: Rule, family: Family | undefined): string {
  const { protocol } = rule;
  if (protocol === 'any') return '';
  if (protocol === 'icmp' || protocol === 'icmpv6') {
    const name = family === 'ipv6' ? 'icmpv6' : 'icmp';
    if (rule.icmpType !== 'any') return `${name} type ${rule.icmpType}`;
    return `meta l4proto ${name === 'icmp' ? 'icmp' : 'ipv6-icmp'}`;
  }
  const from = portsOf(document, rule.sourcePorts, 'sport');
  const to = portsOf(document, rule.ports, 'dport');
  if (protocol === 'tcp/udp') return joined('meta l4proto { tcp, udp }', from, to);
  return joined(`meta l4proto ${numbers[protocol] ?? protocol}`, from, to);
}

function portsOf(document: ClusterDocument, ports: Ports | undefined, side: 'sport' | 'dport'): string {
  if (ports === undefined) return '';
  const list = typeof ports === 'object' ? ports : [ports];
  const ranges = mergedRanges(list.flatMap((port) => rangesBehind(document, port)));
  return `th ${side} ${anyOf(ranges.map(([low, high]) => (low === high ? low : `${low}-${high}`)))}`;
}

type Range = readonly [low: number, high: number];

function rangesBehind(document: ClusterDocument, port: string | number): Range[] {
  if (typeof port === 'number') return [[port, port]];
  const [, low, high] = /^(\d+)(?:-(\d+))?$/.exec(port) ?? [];
  if (low !== undefined) return [[Number(low), Number(high ?? low)]];
  const alias = entryOf(document.aliases, port);
  // An alias within an alias is a finding; only plain ports count here, so that a circle cannot hang us.
  return alias?.type === 'ports'
    ? alias.entries
        .filter((entry) => typeof entry === 'number' || /^\d/.test(entry))
        .flatMap((entry) => rangesBehind(document, entry))
    : [];
}

function mergedRanges(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}
