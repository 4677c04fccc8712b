/**
 * Addresses, branded, with their bytes. Text forms are parsed by `ipaddr.js` so that every notation RFC 4291
 * knows is understood and written back in one canonical form.
 */
import ipaddr from 'ipaddr.js';
import { fail, ok, type Result } from './result.ts';

/** A dotted-quad IPv4 address in canonical form. */
export type Ipv4 = string & { readonly __address: 'ipv4' };
/** An IPv6 address in RFC 5952 form, without a zone. */
export type Ipv6 = string & { readonly __address: 'ipv6' };
/** An Ethernet address as six lower-case hex bytes with colons. */
export type Mac = string & { readonly __address: 'mac' };
/** A CARP virtual host id, 1 to 255. */
export type Vhid = number & { readonly __id: 'vhid' };
export type Family = 'ipv4' | 'ipv6';

/** The library throws inside for what has no digit in front; with thousands of names in place of addresses it shows. */
const mayBeIpv4 = /^\d/;

export function parseIpv4(text: string): Result<Ipv4> {
  return mayBeIpv4.test(text) && ipaddr.IPv4.isValidFourPartDecimal(text)
    ? ok(ipaddr.IPv4.parse(text).toString() as Ipv4)
    : fail(`"${text}" is not an IPv4 address`);
}

export function parseIpv6(text: string): Result<Ipv6> {
  return ipaddr.IPv6.isValid(text) && !text.includes('%')
    ? ok(ipaddr.IPv6.parse(text).toRFC5952String() as Ipv6)
    : fail(`"${text}" is not an IPv6 address`);
}

/** The family of a valid address. */
export const familyOf = (address: Ipv4 | Ipv6): Family => (address.includes(':') ? 'ipv6' : 'ipv4');

/** The 4 or 16 bytes of an address, network order. */
export function addressBytes(address: Ipv4 | Ipv6): Uint8Array {
  return Uint8Array.from(ipaddr.parse(address).toByteArray());
}

/** The address that 4 or 16 bytes (network order) spell. */
export function addressFromBytes(bytes: Uint8Array): Ipv4 | Ipv6 {
  const parsed = ipaddr.fromByteArray([...bytes]);
  return (parsed.kind() === 'ipv6' ? (parsed as ipaddr.IPv6).toRFC5952String() : parsed.toString()) as
    | Ipv4
    | Ipv6;
}

export function parseVhid(value: number): Result<Vhid> {
  return Number.isInteger(value) && value >= 1 && value <= 255
    ? ok(value as Vhid)
    : fail(`${value} is not a VHID: a whole number from 1 to 255 is due`);
}

/** The virtual MAC of a VHID: 00:00:5e:00:01:VHID (RFC 5798 section 7.3; CARP shares the block). */
export const virtualMac = (vhid: Vhid): Mac => `00:00:5e:00:01:${vhid.toString(16).padStart(2, '0')}` as Mac;

/** The six bytes of an Ethernet address. */
export const macBytes = (mac: Mac): Uint8Array =>
  Uint8Array.from(mac.split(':'), (byte) => Number.parseInt(byte, 16));
