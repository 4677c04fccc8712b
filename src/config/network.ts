/** Addresses with a prefix length, and the questions one asks about networks. */
import {
  addressBytes,
  type Family,
  familyOf,
  type Ipv4,
  type Ipv6,
  parseIpv4,
  parseIpv6,
} from '#base/address.ts';
import { fail, ok, type Result } from '#base/result.ts';

/** An address together with the network it lies in. */
export interface Cidr {
  readonly address: Ipv4 | Ipv6;
  readonly family: Family;
  readonly prefix: number;
  /** The address as a number. */
  readonly value: bigint;
  /** First and last address of the network, as numbers. */
  readonly first: bigint;
  readonly last: bigint;
}

export const bitsOf = (family: Family): number => (family === 'ipv4' ? 32 : 128);

/** Reads an IPv4 or IPv6 address without prefix length. */
export function parseAddress(text: string): Result<Ipv4 | Ipv6> {
  const four = parseIpv4(text);
  if (four.ok) return four;
  const six = parseIpv6(text);
  return six.ok ? six : fail(`"${text}" is not an IP address`);
}

/** Reads `ADDRESS/LENGTH`; an address alone is its own network when `bare` allows it. */
export function parseCidr(text: string, bare: 'bare' | 'length needed' = 'length needed'): Result<Cidr> {
  const [head = '', tail, ...rest] = text.split('/');
  const address = parseAddress(head);
  if (!address.ok) return address;
  const bits = bitsOf(familyOf(address.value));
  if (tail === undefined && bare === 'bare') return ok(cidrOf(address.value, bits));
  if (tail === undefined) return fail(`"${text}" lacks a prefix length, such as /${bits === 32 ? 24 : 64}`);
  const prefix = /^\d{1,3}$/.test(tail) ? Number(tail) : Number.NaN;
  if (rest.length > 0 || !(prefix <= bits))
    return fail(`"${text}" has a bad prefix length: 0 to ${bits} is due`);
  return ok(cidrOf(address.value, prefix));
}

/** Like `parseCidr` for text that the schema has already judged. Throws on anything else, since that is a bug. */
export function cidr(text: string): Cidr {
  const four = plainIpv4.exec(text);
  if (four !== null) return ipv4Cidr(text, four);
  const parsed = parseCidr(text, 'bare');
  if (!parsed.ok) throw new Error(`bug: ${parsed.error}`);
  return parsed.value;
}

/** IPv4 as it nearly always stands: canonical, which the schema has judged; with thousands of rules it shows. */
const plainIpv4 =
  /^((?:0|[1-9]\d{0,2})\.(?:0|[1-9]\d{0,2})\.(?:0|[1-9]\d{0,2})\.(?:0|[1-9]\d{0,2}))(?:\/(\d{1,2}))?$/;

/**
 * First and last address of an IPv4 address or network as it nearly always stands: canonical, with all bits behind the
 * prefix zero. Undefined for any other text.
 */
export function plainIpv4Span(text: string): readonly [first: number, last: number] | undefined {
  let [value, number, digits, dots, prefix] = [0, 0, 0, 0, 32];
  for (let i = 0; i <= text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code >= 0x30 && code <= 0x39) {
      if (digits > 0 && number === 0) return undefined;
      number = number * 10 + code - 0x30;
      digits += 1;
      continue;
    }
    if (digits === 0 || number > 255) return undefined;
    // A dot ends one of the first three numbers, a slash or the end of the text the fourth; then comes the prefix.
    if (dots === 4) {
      if (i < text.length || number > 32) return undefined;
      prefix = number;
    } else {
      const isLast = dots === 3;
      if (code === 0x2e ? isLast : !isLast || (i < text.length && code !== 0x2f)) return undefined;
      value = value * 256 + number;
      dots += 1;
    }
    [number, digits] = [0, 0];
  }
  const size = 2 ** (32 - prefix);
  return dots === 4 && value % size === 0 ? [value, value + size - 1] : undefined;
}

function ipv4Cidr(text: string, [, head = '', tail]: RegExpExecArray): Cidr {
  const value = head.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const prefix = Number(tail ?? 32);
  if (prefix > 32 || head.split('.').some((octet) => Number(octet) > 255)) throw new Error(`bug: ${text}`);
  const size = 2 ** (32 - prefix);
  const first = value - (value % size);
  return {
    address: head as Ipv4,
    family: 'ipv4',
    prefix,
    value: BigInt(value),
    first: BigInt(first),
    last: BigInt(first + size - 1),
  };
}

/** An address and a prefix length as a `Cidr`. */
export function cidrOf(address: Ipv4 | Ipv6, prefix: number): Cidr {
  const family = familyOf(address);
  const value = numberOf(address);
  const size = 1n << BigInt(bitsOf(family) - prefix);
  const first = (value / size) * size;
  return { address, family, prefix, value, first, last: first + size - 1n };
}

/** An address as a number, for comparisons. */
export const numberOf = (address: Ipv4 | Ipv6): bigint =>
  addressBytes(address).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);

/** The number as an address in canonical text. */
export function addressOfNumber(value: bigint, family: Family): Ipv4 | Ipv6 {
  if (family === 'ipv4') {
    const bits = Number(value);
    return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}` as Ipv4;
  }
  const text = Array.from({ length: 8 }, (_, i) =>
    ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16),
  ).join(':');
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(`bug: ${parsed.error}`);
  return parsed.value;
}

/** `NETWORK/LENGTH` of the network an address lies in. */
export const networkText = (net: Cidr): string => `${addressOfNumber(net.first, net.family)}/${net.prefix}`;
/** `ADDRESS/LENGTH` in canonical form. */
export const cidrText = (net: Cidr): string => `${net.address}/${net.prefix}`;
/** What nft and people write for a network: hosts without their full prefix length. */
export const shortText = (net: Cidr): string =>
  net.prefix === bitsOf(net.family) ? net.address : networkText(net);

export const contains = (net: Cidr, other: Cidr): boolean =>
  net.family === other.family && net.first <= other.value && other.value <= net.last;
export const overlap = (a: Cidr, b: Cidr): boolean =>
  a.family === b.family && a.first <= b.last && b.first <= a.last;
export const within = (inner: Cidr, outer: Cidr): boolean =>
  inner.family === outer.family && outer.first <= inner.first && inner.last <= outer.last;
export const sameNetwork = (a: Cidr, b: Cidr): boolean =>
  a.family === b.family && a.first === b.first && a.last === b.last;
export const sameAddress = (a: Cidr, b: Cidr): boolean => a.family === b.family && a.value === b.value;

/** The networks of some addresses, each once. */
export function distinctNetworks(addresses: readonly Cidr[]): Cidr[] {
  return addresses.filter((one, i) => addresses.findIndex((other) => sameNetwork(one, other)) === i);
}

/** fe80::/10: addresses of a link alone. */
export const isLinkLocal = (one: Cidr): boolean => one.family === 'ipv6' && one.value >> 118n === 0x3fan;

/**
 * What "block private networks" drops: RFC 1918, loopback and RFC 4193, as in pfSense (filter.inc, the rules of
 * `blockpriv`).
 */
export const privateRanges: readonly string[] = [
  '10.0.0.0/8',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
];

/**
 * What "block bogons" drops: the IANA special-purpose registries (RFC 6890 and its updates) without private
 * networks, link-local IPv6 and the unspecified address, which neighbour discovery needs.
 */
export const bogonRanges: readonly string[] = [
  '0.0.0.0/8',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
  '100::/64',
  '2001:2::/48',
  '2001:db8::/32',
  '3fff::/20',
  '5f00::/16',
  'fec0::/10',
];
