/** IP protocols and ICMP types, by the document's names and by nft's. */
import type { Family } from '#base/address.ts';
import type { Rule } from '#config/document.ts';

export type Protocol = Rule['protocol'];

/** Numbers of IANA's protocol registry. */
const numbers: Readonly<Record<string, readonly number[]>> = {
  tcp: [6],
  udp: [17],
  'tcp/udp': [6, 17],
  icmpv6: [58],
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
/** Where nft knows the name without /etc/protocols. */
const names: Readonly<Record<number, string>> = {
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  50: 'esp',
  51: 'ah',
  58: 'ipv6-icmp',
  132: 'sctp',
};
/** TCP, UDP, SCTP: the ports are the first four bytes of their headers. */
export const withPorts: ReadonlySet<number> = new Set([6, 17, 132]);

/** The numbers behind a protocol of the document; undefined for any. `icmp` means ICMPv6 in IPv6. */
export function protocolsIn(protocol: Protocol, family: Family | undefined): readonly number[] | undefined {
  if (protocol === 'any') return undefined;
  if (typeof protocol === 'number') return [protocol];
  if (protocol === 'icmp') return [family === 'ipv6' ? 58 : 1];
  return numbers[protocol];
}

export const protocolText = (number: number): string => names[number] ?? String(number);

/** The one meaning that some types have under two names (RFC 792, RFC 4443, RFC 4861). */
const inIpv6: Readonly<Record<string, string>> = {
  redirect: 'nd-redirect',
  'router-advertisement': 'nd-router-advert',
  'router-solicitation': 'nd-router-solicit',
};
const onlyIpv4 = ['source-quench', 'timestamp-request', 'timestamp-reply'];
const onlyIpv6 = /^(packet-too-big|nd-|mld)/;

/** Types as nft names them in a family: none for any; undefined when the family has none of them. */
export function icmpTypeIn(wanted: Rule['icmpType'], family: Family): readonly string[] | undefined {
  const list = typeof wanted === 'string' ? [wanted] : wanted;
  if (list.includes('any')) return [];
  const own = list
    .filter((type) => (family === 'ipv4' ? !onlyIpv6.test(type) : !onlyIpv4.includes(type)))
    .map((type) => (family === 'ipv6' ? (inIpv6[type] ?? type) : type));
  return own.length === 0 ? undefined : [...new Set(own)];
}
