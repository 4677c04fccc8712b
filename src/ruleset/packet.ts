/**
 * Whether one packet fits one rule, by the words of the document. Written apart from the compiler, so that tests can
 * hold one against the other; slow and plain on purpose.
 */
import type { Family, Ipv4, Ipv6 } from '#base/address.ts';
import { networksBehind, portsBehind, type Tables } from '#config/aliases.ts';
import type { ClusterDocument, Rule } from '#config/document.ts';
import { addressesOf, enabledAt, entryOf, networksOf, vipAddresses } from '#config/model.ts';
import { type Cidr, cidr, contains } from '#config/network.ts';

/** The first packet of a connection. */
export interface Packet {
  readonly family: Family;
  /** IP protocol number. */
  readonly protocol: number;
  readonly source: Ipv4 | Ipv6;
  readonly destination: Ipv4 | Ipv6;
  readonly sourcePort?: number;
  readonly port?: number;
  /** Type of an ICMP or ICMPv6 message. */
  readonly icmpType?: number;
}

/** Where a document is read. */
export interface View {
  readonly document: ClusterDocument;
  readonly node: string;
  readonly tables?: Tables;
}

interface Conditions {
  readonly family?: 'ipv4' | 'ipv6' | 'both';
  readonly protocol: Rule['protocol'];
  readonly icmpType?: Rule['icmpType'];
  readonly source: Rule['source'];
  readonly sourcePorts?: Rule['ports'];
  readonly destination: Rule['source'];
  readonly ports?: Rule['ports'];
}

export const fits = (view: View, rule: Conditions, packet: Packet): boolean =>
  (rule.family === undefined || rule.family === 'both' || rule.family === packet.family) &&
  fitsProtocol(rule, packet) &&
  fitsEnd(view, rule.source, packet.source) &&
  fitsEnd(view, rule.destination, packet.destination) &&
  fitsPort(view, rule.sourcePorts, packet.sourcePort) &&
  fitsPort(view, rule.ports, packet.port);

/** IANA protocol numbers; `icmp` is left out, since it depends on the family. */
const protocolNumbers: Readonly<Record<string, readonly number[]>> = {
  tcp: [6],
  udp: [17],
  'tcp/udp': [6, 17],
  esp: [50],
  ah: [51],
  gre: [47],
  carp: [112],
  pfsync: [240],
  igmp: [2],
  ospf: [89],
  pim: [103],
  sctp: [132],
  ipv6: [41],
};

/** Types in ICMP (RFC 792) and in ICMPv6 (RFC 4443, 4861, 2710, 3810). */
const icmpNumbers: Readonly<Record<string, Partial<Record<Family, number>>>> = {
  'echo-request': { ipv4: 8, ipv6: 128 },
  'echo-reply': { ipv4: 0, ipv6: 129 },
  'destination-unreachable': { ipv4: 3, ipv6: 1 },
  'time-exceeded': { ipv4: 11, ipv6: 3 },
  'parameter-problem': { ipv4: 12, ipv6: 4 },
  'source-quench': { ipv4: 4 },
  redirect: { ipv4: 5, ipv6: 137 },
  'router-advertisement': { ipv4: 9, ipv6: 134 },
  'router-solicitation': { ipv4: 10, ipv6: 133 },
  'timestamp-request': { ipv4: 13 },
  'timestamp-reply': { ipv4: 14 },
  'packet-too-big': { ipv6: 2 },
  'nd-neighbor-solicit': { ipv6: 135 },
  'nd-neighbor-advert': { ipv6: 136 },
  'nd-redirect': { ipv6: 137 },
  'mld-listener-query': { ipv6: 130 },
  'mld-listener-report': { ipv6: 131 },
  'mld-listener-done': { ipv6: 132 },
  'mld2-listener-report': { ipv6: 143 },
};

function fitsProtocol({ protocol, icmpType = 'any' }: Conditions, packet: Packet): boolean {
  if (protocol === 'any') return true;
  if (typeof protocol === 'number') return protocol === packet.protocol;
  if (protocol !== 'icmp' && protocol !== 'icmpv6')
    return protocolNumbers[protocol]?.includes(packet.protocol) === true;
  const { family } = packet;
  if (protocol === 'icmpv6' && family === 'ipv4') return false;
  if (packet.protocol !== (family === 'ipv4' ? 1 : 58)) return false;
  const types = typeof icmpType === 'string' ? [icmpType] : icmpType;
  return types.some(
    (type) =>
      type === 'any' || (packet.icmpType !== undefined && icmpNumbers[type]?.[family] === packet.icmpType),
  );
}

/** One of the wanted words must fit, if there are any, and none of those with "not". */
export function fitsEnd(view: View, value: Rule['source'], address: Ipv4 | Ipv6): boolean {
  const words = typeof value === 'string' ? [value] : value;
  const wanted = words.filter((text) => !text.startsWith('not '));
  const barred = words.filter((text) => text.startsWith('not ')).map((text) => text.slice('not '.length));
  return (
    (wanted.length === 0 || wanted.some((text) => isMeant(view, text, address))) &&
    !barred.some((text) => isMeant(view, text, address))
  );
}

function isMeant(view: View, text: string, address: Ipv4 | Ipv6): boolean {
  if (text === 'any') return true;
  const own = cidr(address);
  return networksMeant(view, text).some((network) => contains(network, own));
}

function networksMeant({ document, node, tables }: View, text: string): readonly Cidr[] {
  const [ifname = '', what] = text.split(' ');
  if (what === 'net') return networksOf(document, ifname);
  if (what === 'address') return addressesOf(entryOf(document.interfaces, ifname), node).map(asHost);
  if (what === 'vip') return vipsOn(document, ifname).map(asHost);
  if (text === 'self') return selfAddresses(document, node).map(asHost);
  if (entryOf(document.aliases, text) !== undefined) return networksBehind(document, text, tables);
  return [cidr(text)];
}

export const vipsOn = (document: ClusterDocument, ifname: string): Cidr[] =>
  document.virtualIps.filter((vip) => vip.interface === ifname).flatMap(vipAddresses);

/** Every address that a node answers to, those of a master included. */
export const selfAddresses = (document: ClusterDocument, node: string): Cidr[] => [
  ...Object.entries(document.interfaces)
    .filter(([ifname]) => enabledAt(document, ifname, node))
    .flatMap(([, face]) => addressesOf(face, node)),
  ...document.virtualIps.flatMap(vipAddresses),
];

const asHost = ({ address }: Cidr): Cidr => cidr(address);

function fitsPort({ document }: View, value: Rule['ports'], port: number | undefined): boolean {
  if (value === undefined) return true;
  if (port === undefined) return false;
  return (typeof value === 'object' ? value : [value]).some((one) => {
    if (typeof one === 'number') return one === port;
    const [low, high] = one.split('-');
    const ranges = /^\d/.test(one)
      ? [[Number(low), Number(high ?? low)] as const]
      : portsBehind(document, one);
    return ranges.some(([from, to]) => from <= port && port <= to);
  });
}
