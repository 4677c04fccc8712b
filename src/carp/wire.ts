/**
 * CARP version 2 on the wire: 36 bytes of payload in one IPv4 or IPv6 packet in one Ethernet frame. Layout from
 * FreeBSD ip_carp.h `struct carp_header` and ip_carp.c `carp_send_ad_locked`; all fields in network order.
 */
import {
  addressBytes,
  familyOf,
  type Ipv4,
  type Ipv6,
  macBytes,
  type Vhid,
  virtualMac,
} from '#base/address.ts';
import { checksum } from '#base/checksum.ts';
import type { HmacContext } from './auth.ts';

/** IP protocol number, shared with VRRP. */
export const protocol = 112;
export const payloadLength = 36;
export const ethernetLength = 14;
/** Offsets in the payload. */
export const at = {
  versionType: 0,
  vhid: 1,
  advskew: 2,
  authlen: 3,
  demote: 4,
  advbase: 5,
  checksum: 6,
  counter: 8,
  digest: 16,
};
/** Version 2, type 1 (advertisement). */
const versionType = 0x21;
/** Counter and digest in 32-bit words; also what tells CARP from a VRRPv2 advert of five addresses. */
export const authlen = 7;
const ttl = 255;
/** DSCP 56 (FreeBSD net.inet.carp.dscp) in the TOS byte. */
const trafficClass = 0xe0;
export const group4 = '224.0.0.18' as Ipv4;
export const group6 = 'ff02::12' as Ipv6;

/** Writes the payload of one advert at `offset`, checksum and digest included. */
export function writePayload(
  target: DataView,
  offset: number,
  vhid: Vhid,
  advert: { advbase: number; advskew: number; counterHi: number; counterLo: number },
  hmac: HmacContext,
): void {
  target.setUint8(offset + at.versionType, versionType);
  target.setUint8(offset + at.vhid, vhid);
  target.setUint8(offset + at.advskew, advert.advskew);
  target.setUint8(offset + at.authlen, authlen);
  target.setUint8(offset + at.demote, 0);
  target.setUint8(offset + at.advbase, advert.advbase);
  target.setUint16(offset + at.checksum, 0);
  target.setUint32(offset + at.counter, advert.counterHi);
  target.setUint32(offset + at.counter + 4, advert.counterLo);
  hmac.sign(advert.counterHi, advert.counterLo, target, offset + at.digest);
  target.setUint16(offset + at.checksum, checksum(target, offset, payloadLength));
}

/**
 * The frame of one VHID's adverts in one family, built once; `fill` patches what changes. The frame comes from
 * the virtual MAC, which is how switches learn where the master is.
 */
export class AdvertFrame {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #payloadAt: number;
  readonly #vhid: Vhid;
  readonly #hmac: HmacContext;

  constructor(vhid: Vhid, source: Ipv4 | Ipv6, hmac: HmacContext) {
    const family = familyOf(source);
    this.#payloadAt = ethernetLength + (family === 'ipv4' ? 20 : 40);
    this.bytes = new Uint8Array(this.#payloadAt + payloadLength);
    this.#view = new DataView(this.bytes.buffer);
    this.#vhid = vhid;
    this.#hmac = hmac;
    if (family === 'ipv4') this.#writeIpv4(source as Ipv4);
    else this.#writeIpv6(source as Ipv6);
    this.bytes.set(macBytes(virtualMac(vhid)), 6);
  }

  /** Makes the frame that of this advert; the same bytes are returned every time. */
  fill(advert: { advbase: number; advskew: number; counterHi: number; counterLo: number }): Uint8Array {
    writePayload(this.#view, this.#payloadAt, this.#vhid, advert, this.#hmac);
    return this.bytes;
  }

  #writeIpv4(source: Ipv4): void {
    const view = this.#view;
    this.bytes.set([0x01, 0x00, 0x5e, 0x00, 0x00, 0x12], 0);
    view.setUint16(12, 0x0800);
    view.setUint8(14, 0x45);
    view.setUint8(15, trafficClass);
    view.setUint16(16, 20 + payloadLength);
    // Never fragmented, so RFC 6864 section 4.1 lets the identification be anything.
    view.setUint16(18, 0);
    view.setUint16(20, 0x4000);
    view.setUint8(22, ttl);
    view.setUint8(23, protocol);
    this.bytes.set(addressBytes(source), 26);
    this.bytes.set(addressBytes(group4), 30);
    view.setUint16(24, checksum(view, ethernetLength, 20));
  }

  #writeIpv6(source: Ipv6): void {
    const view = this.#view;
    this.bytes.set([0x33, 0x33, 0x00, 0x00, 0x00, 0x12], 0);
    view.setUint16(12, 0x86dd);
    view.setUint32(14, 0x60000000 | (trafficClass << 20));
    view.setUint16(18, payloadLength);
    view.setUint8(20, protocol);
    view.setUint8(21, ttl);
    this.bytes.set(addressBytes(source), 22);
    this.bytes.set(addressBytes(group6), 38);
  }
}
