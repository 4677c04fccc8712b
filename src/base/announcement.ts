/** Frames that tell a network where an address lives now. */
import { addressBytes, familyOf, type Ipv4, type Ipv6, type Mac, macBytes } from './address.ts';
import { checksum } from './checksum.ts';

/** A gratuitous ARP reply (RFC 5944 section 4.6) or an unsolicited neighbour advertisement (RFC 4861 section 7.2.6). */
export function announcement(address: Ipv4 | Ipv6, mac: Mac): Uint8Array {
  return familyOf(address) === 'ipv4'
    ? gratuitousArp(address as Ipv4, mac)
    : neighbourAdvertisement(address as Ipv6, mac);
}

/**
 * Sender and target are the address; the Ethernet source is the virtual MAC, too, so that switches learn with the
 * same frame. A reply, not FreeBSD's request: the old master, which holds the address a moment longer, would
 * answer a request from the virtual MAC and draw the switch's entry back to itself until the next advert.
 */
export function gratuitousArp(address: Ipv4, mac: Mac): Uint8Array {
  const frame = new Uint8Array(42);
  const hardware = macBytes(mac);
  frame.fill(0xff, 0, 6);
  frame.set(hardware, 6);
  // EtherType ARP; Ethernet, IPv4, lengths 6 and 4, reply (RFC 826).
  frame.set([0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 2], 12);
  frame.set(hardware, 22);
  frame.set(addressBytes(address), 28);
  frame.set(hardware, 32);
  frame.set(addressBytes(address), 38);
  return frame;
}

export function neighbourAdvertisement(address: Ipv6, mac: Mac): Uint8Array {
  const frame = new Uint8Array(14 + 40 + 32);
  const view = new DataView(frame.buffer);
  const hardware = macBytes(mac);
  frame.set([0x33, 0x33, 0, 0, 0, 1], 0);
  frame.set(hardware, 6);
  view.setUint16(12, 0x86dd);
  view.setUint8(14, 0x60);
  view.setUint16(18, 32);
  // ICMPv6, hop limit 255.
  view.setUint8(20, 58);
  view.setUint8(21, 255);
  frame.set(addressBytes(address), 22);
  frame.set(addressBytes('ff02::1' as Ipv6), 38);
  // Type 136; flags router and override (RFC 4861 section 4.4).
  view.setUint8(54, 136);
  view.setUint32(58, 0xa0000000);
  frame.set(addressBytes(address), 62);
  // Option: target link-layer address, one unit of eight bytes.
  frame.set([2, 1], 78);
  frame.set(hardware, 80);
  // Pseudo header (RFC 8200 section 8.1): both addresses stand in the frame; length and next header are added.
  const pseudo = 32 + 58 + (~checksum(view, 22, 32) & 0xffff);
  view.setUint16(56, checksum(view, 54, 32, pseudo));
  return frame;
}
