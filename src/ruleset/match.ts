/** The left side of a rule: family, addresses, protocol and ports, as ranges and as nft expressions. */
import type { Family } from '#base/address.ts';
import { type PortRange, plainPorts, portsBehind } from '#config/aliases.ts';
import type { Rule } from '#config/document.ts';
import { addressesOf, entryOf, networksOf, vipAddresses } from '#config/model.ts';
import { bitsOf, type Cidr, cidr, cidrOf, plainIpv4Span, shortText } from '#config/network.ts';
import { icmpTypeIn, type Protocol, protocolsIn, protocolText, withPorts } from './protocols.ts';
import type { Setting } from './setting.ts';
import { type Span, spanOf, widest } from './spans.ts';
import { anyOf, joined } from './text.ts';

type Endpoints = Rule['source'];
type Ports = Rule['ports'];

/** What rules of all kinds have in common. */
export interface Selector {
  readonly family: Rule['family'];
  readonly protocol: Protocol;
  readonly icmpType?: Rule['icmpType'];
  readonly source: Endpoints;
  readonly sourcePorts?: Ports;
  readonly destination: Endpoints;
  readonly ports?: Ports;
}

/** One end of a packet. */
export interface Side {
  /** What the address is compared with, such as `10.0.0.0/8`, `!= 10.1.2.3` or `@set`; all must fit. */
  readonly tests: readonly string[];
  /** No address outside these fits; undefined when any may. */
  readonly spans?: readonly Span[];
  /** Every address in `spans` fits. */
  readonly exact: boolean;
}

/** What a line of nft can match: a rule comes apart into one or more of these. */
export interface Match {
  /** Undefined for both. */
  readonly family: Family | undefined;
  /** IP protocol numbers; undefined for any. */
  readonly protocols: readonly number[] | undefined;
  readonly source: Side;
  readonly destination: Side;
  readonly sourcePorts: readonly PortRange[] | undefined;
  readonly ports: readonly PortRange[] | undefined;
  /** Types as nft names them; none for any. */
  readonly icmpTypes: readonly string[];
}

/** Tests that a packet is known to have passed where the line stands. */
export type Known = Partial<Record<'family' | 'protocol' | 'source' | 'destination' | 'ports', boolean>>;

export const families: readonly Family[] = ['ipv4', 'ipv6'];
export const word = { ipv4: 'ip', ipv6: 'ip6' } as const;
const anywhere: Side = { tests: [], exact: true };
const anySide = [anywhere] as const;
const hostLength = /\/32$/;

/** What a rule matches at the setting's node; nothing when it can match no packet there. */
export function matchesOf(setting: Setting, rule: Selector): Match[] {
  const isIcmp = rule.protocol === 'icmp' || rule.protocol === 'icmpv6';
  const rest = {
    sourcePorts: portRanges(setting, rule.sourcePorts),
    ports: portRanges(setting, rule.ports),
  };
  // An alias without ports lets nothing through.
  if (rest.sourcePorts?.length === 0 || rest.ports?.length === 0) return [];
  if (rule.family === 'both' && isAny(rule.source) && isAny(rule.destination) && !isIcmp)
    return [
      {
        family: undefined,
        protocols: protocolsIn(rule.protocol, undefined),
        source: anywhere,
        destination: anywhere,
        icmpTypes: [],
        ...rest,
      },
    ];
  const matches: Match[] = [];
  for (const family of rule.family === 'both' ? families : [rule.family]) {
    const types =
      rule.protocol === 'icmpv6' && family === 'ipv4'
        ? undefined
        : icmpTypeIn(rule.icmpType ?? 'any', family);
    if (types === undefined) continue;
    const protocols = protocolsIn(rule.protocol, family);
    const icmpTypes = isIcmp ? types : [];
    for (const source of sidesOf(setting, rule.source, family))
      for (const destination of sidesOf(setting, rule.destination, family))
        matches.push({ family, protocols, source, destination, icmpTypes, ...rest });
  }
  return matches;
}

/** A match as nft's expressions, without the tests that are known to hold; "" when nothing is left to test. */
export function matchText(match: Match, known: Known = {}): string {
  const { family } = match;
  const source = known.source === true ? '' : sideText(match.source, family, 'saddr');
  const destination = known.destination === true ? '' : sideText(match.destination, family, 'daddr');
  const isNamed = family === undefined || known.family === true || source !== '' || destination !== '';
  return joined(
    isNamed ? '' : `meta nfproto ${family}`,
    source,
    destination,
    layerFour(match, known),
    portText(match.sourcePorts, 'sport'),
    known.ports === true ? '' : portText(match.ports, 'dport'),
  );
}

function layerFour({ protocols, icmpTypes, family }: Match, known: Known): string {
  if (icmpTypes.length > 0) return `${family === 'ipv6' ? 'icmpv6' : 'icmp'} type ${anyOf(icmpTypes)}`;
  return protocols === undefined || known.protocol === true
    ? ''
    : `meta l4proto ${anyOf(protocols.map(protocolText))}`;
}

const sideText = (side: Side, family: Family | undefined, at: 'saddr' | 'daddr'): string =>
  family === undefined ? '' : side.tests.map((test) => `${word[family]} ${at} ${test}`).join(' ');

const portText = (ranges: readonly PortRange[] | undefined, at: 'sport' | 'dport'): string =>
  ranges === undefined
    ? ''
    : `th ${at} ${anyOf(ranges.map(([low, high]) => (low === high ? low : `${low}-${high}`)))}`;

/** Whether the packets of a match have ports to look at. */
export const hasPorts = ({ protocols }: Match): boolean =>
  protocols?.every((one) => withPorts.has(one)) === true;

/** One end of a rule in one family, once per set that it names; nothing when no address of the family fits. */
export function sidesOf(setting: Setting, endpoints: Endpoints, family: Family): readonly Side[] {
  if (typeof endpoints === 'string') {
    // Most rules have one address, one network or anything here, which needs no more.
    if (endpoints === 'any') return anySide;
    const span = plainIpv4Span(endpoints);
    if (span !== undefined)
      return family === 'ipv4'
        ? [{ tests: [endpoints.replace(hostLength, '')], spans: [span], exact: true }]
        : [];
  }
  const list = typeof endpoints === 'string' ? [endpoints] : endpoints;
  const wanted = list.filter((text) => !text.startsWith('not '));
  const barred = list.filter((text) => text.startsWith('not ')).map((text) => text.slice(4));
  if (barred.includes('any')) return [];
  const not = namedAndPlain(setting, barred, family);
  const tests = [
    ...(not.plain.length === 0 ? [] : [`!= ${anyOf(not.plain.map(shortText))}`]),
    ...not.named.map((name) => `!= @${name}`),
  ];
  if (wanted.length === 0 || wanted.includes('any')) return [{ tests, exact: tests.length === 0 }];
  const { plain, named } = namedAndPlain(setting, wanted, family);
  const sides: Side[] = named.map((name) => ({ tests: [`@${name}`, ...tests], exact: false }));
  if (plain.length === 0) return sides;
  const inside = anyOf(plain.map(shortText));
  return [{ tests: [inside, ...tests], spans: plain.map(spanOf), exact: tests.length === 0 }, ...sides];
}

const isAny = (endpoints: Endpoints): boolean =>
  endpoints === 'any' ||
  (typeof endpoints !== 'string' && endpoints.includes('any') && endpoints.length === 1);

/** Words of one family, as sets by name and as networks that are written out. */
function namedAndPlain(
  setting: Setting,
  words: readonly string[],
  family: Family,
): { named: string[]; plain: Cidr[] } {
  const named: string[] = [];
  const plain: Cidr[] = [];
  for (const text of words) {
    const isAlias = entryOf(setting.document.aliases, text) !== undefined;
    const set = isAlias ? setting.setOf(text, family) : undefined;
    if (set !== undefined) named.push(set);
    else plain.push(...addressesBehind(setting, text).filter((one) => one.family === family));
  }
  return { named, plain: plain.length === 1 ? plain : widest(plain) };
}

/** Networks of one family as elements of a set written out. */
export const setOf = (networks: readonly Cidr[], family: Family): string[] =>
  widest(networks.filter((network) => network.family === family)).map(shortText);

/** The addresses and networks that a word of the document stands for at a node. */
function addressesBehind(setting: Setting, text: string): readonly Cidr[] {
  const { document, node } = setting;
  const [, ifname, what] = /^(\S+) (net|address|vip)$/.exec(text) ?? [];
  if (ifname !== undefined) {
    if (what === 'net') return networksOf(document, ifname);
    const own = document.virtualIps.filter((vip) => vip.interface === ifname).flatMap(vipAddresses);
    return (what === 'vip' ? own : addressesOf(entryOf(document.interfaces, ifname), node)).map(asHost);
  }
  if (text === 'self') return ownAddresses(setting);
  return entryOf(document.aliases, text) === undefined ? [cidr(text)] : setting.networksBehind(text);
}

/** Every address that can be a node's: its own, and the virtual ones whether it holds them now or not. */
export function ownAddresses({ document, node, interfaces }: Setting): Cidr[] {
  const own = interfaces.flatMap((name) => addressesOf(entryOf(document.interfaces, name), node));
  return [...own, ...document.virtualIps.flatMap(vipAddresses)].map(asHost);
}

const asHost = ({ address, family }: Cidr): Cidr => cidrOf(address, bitsOf(family));

/** Ports in rising order, those that touch made one range; undefined for all. */
function portRanges(setting: Setting, ports: Ports): PortRange[] | undefined {
  if (ports === undefined) return undefined;
  if (typeof ports !== 'object') {
    const plain = plainPorts(ports);
    if (plain.length > 0) return plain;
  }
  const list = typeof ports === 'object' ? ports : [ports];
  const ranges = list.flatMap((port) => {
    const plain = plainPorts(port);
    return plain.length > 0 ? plain : portsBehind(setting.document, String(port));
  });
  const merged: [number, number][] = [];
  for (const [low, high] of ranges.sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else merged.push([low, high]);
  }
  return merged;
}
