/** The frames of an examination: questions by ARP, beacons, and what is read out of those that arrive. Pure. */
import { addressBytes, addressFromBytes, type Ipv4, type Ipv6, type Mac, macBytes } from '#base/address.ts';
import { checksum } from '#base/checksum.ts';

/**
 * A beacon goes to every host (RFC 1112: never pruned by a switch), or to the group of CARP and VRRP; over IPv6 where an
 * interface has nothing else.
 */
export const beaconGroups = {
  'beacon all': { ipv4: '224.0.0.1', ipv6: 'ff02::1' },
  'beacon carp': { ipv4: '224.0.0.18', ipv6: 'ff02::12' },
} as const;
/** When beacons and questions are sent, from the beginning of the listening on, ms. */
export const beaconTimes = [250, 550, 850] as const;
export type BeaconKind = keyof typeof beaconGroups;

/** UDP port 9 (discard): who receives one has nothing to do. */
const discard = 9;
const mark = 'bascule doctor ';
const broadcast = 'ff:ff:ff:ff:ff:ff' as Mac;
const etherLength = 14;
const icmp6 = 58;
const neighbourSolicitation = 135;
const neighbourAdvertisement = 136;

/** A frame as far as it matters to an examination; who says by ARP or by neighbour discovery where an address is. */
export type Heard =
  | { readonly kind: 'arp'; readonly mac: string; readonly address: string; readonly asked: string }
  | {
      readonly kind: 'carp' | 'vrrp' | BeaconKind | 'igmp query';
      readonly source: string;
      readonly mac: string;
      readonly id?: number;
      readonly node?: string;
    };

/**
 * Asks who has `address` (RFC 826). A sender of 0.0.0.0 makes it a probe (RFC 5227), which no host learns from. With
 * `to` only that MAC is asked.
 */
export function arpQuestion(mac: Mac, sender: Ipv4, address: Ipv4, to: Mac = broadcast): Uint8Array {
  const frame = new Uint8Array(60);
  const view = new DataView(frame.buffer);
  frame.set(macBytes(to), 0);
  frame.set(macBytes(mac), 6);
  view.setUint16(12, 0x0806);
  view.setUint16(14, 1);
  view.setUint16(16, 0x0800);
  view.setUint8(18, 6);
  view.setUint8(19, 4);
  view.setUint16(20, 1);
  frame.set(macBytes(mac), 22);
  frame.set(addressBytes(sender), 28);
  frame.set(addressBytes(address), 38);
  return frame;
}

/**
 * Asks who has `address` by neighbour discovery (RFC 4861 section 4.3). A sender of :: makes it a probe (RFC 4862), which
 * no host learns from. With `to` only that MAC is asked.
 */
export function neighbourQuestion(mac: Mac, sender: Ipv6, address: Ipv6, to?: Mac): Uint8Array {
  const target = addressBytes(address);
  // ff02::1:ff00:0/104 and the last 24 bits of the address (RFC 4291 section 2.7.1).
  const group = Uint8Array.from([
    ...addressBytes('ff02::1:ff00:0' as Ipv6).subarray(0, 13),
    ...target.subarray(13),
  ]);
  const isProbe = sender === '::';
  const message = new Uint8Array(isProbe ? 24 : 32);
  message[0] = neighbourSolicitation;
  message.set(target, 8);
  // Where to answer (option 1), which a probe does not tell.
  if (!isProbe) message.set([1, 1, ...macBytes(mac)], 24);
  return packet6(mac, to, addressBytes(sender), group, { next: icmp6, hops: 255, checksumAt: 2 }, message);
}

/** The same as a beacon over IPv4, from a link-local address. */
export function beacon6(kind: BeaconKind, node: string, mac: Mac, source: Ipv6): Uint8Array {
  const payload = new TextEncoder().encode(mark + node);
  const datagram = new Uint8Array(8 + payload.length);
  const view = new DataView(datagram.buffer);
  view.setUint16(0, discard);
  view.setUint16(2, discard);
  view.setUint16(4, datagram.length);
  datagram.set(payload, 8);
  const group = addressBytes(beaconGroups[kind].ipv6 as Ipv6);
  return packet6(mac, undefined, addressBytes(source), group, { next: 17, hops: 1, checksumAt: 6 }, datagram);
}

/** A packet of IPv6 in a frame to the MAC of its group (RFC 2464 section 7), unless another is given. */
function packet6(
  mac: Mac,
  to: Mac | undefined,
  source: Uint8Array,
  group: Uint8Array,
  { next, hops, checksumAt }: { readonly next: number; readonly hops: number; readonly checksumAt: number },
  payload: Uint8Array,
): Uint8Array {
  const frame = new Uint8Array(Math.max(60, etherLength + 40 + payload.length));
  const view = new DataView(frame.buffer);
  frame.set(to === undefined ? [0x33, 0x33, ...group.subarray(12)] : macBytes(to), 0);
  frame.set(macBytes(mac), 6);
  view.setUint16(12, 0x86dd);
  view.setUint8(14, 0x60);
  view.setUint16(18, payload.length);
  view.setUint8(20, next);
  view.setUint8(21, hops);
  frame.set(source, 22);
  frame.set(group, 38);
  frame.set(payload, 54);
  // The pseudo header (RFC 8200 section 8.1): addresses, length, next header.
  const sum = checksum(view, 22, 32 + payload.length, payload.length + next);
  view.setUint16(54 + checksumAt, sum === 0 ? 0xffff : sum);
  return frame;
}

/** A datagram to a group of this segment, with a TTL of 1, that says which node sent it. */
export function beacon(kind: BeaconKind, node: string, mac: Mac, source: Ipv4): Uint8Array {
  const payload = new TextEncoder().encode(mark + node);
  const group = addressBytes(beaconGroups[kind].ipv4 as Ipv4);
  const frame = new Uint8Array(Math.max(60, etherLength + 28 + payload.length));
  const view = new DataView(frame.buffer);
  // The 23 low bits of the group in 01:00:5e:00:00:00 (RFC 1112 section 6.4).
  frame.set([0x01, 0x00, 0x5e, (group[1] ?? 0) & 0x7f, group[2] ?? 0, group[3] ?? 0], 0);
  frame.set(macBytes(mac), 6);
  view.setUint16(12, 0x0800);
  view.setUint8(14, 0x45);
  view.setUint16(16, 28 + payload.length);
  view.setUint8(22, 1);
  view.setUint8(23, 17);
  frame.set(addressBytes(source), 26);
  frame.set(group, 30);
  view.setUint16(24, checksum(view, 14, 20));
  view.setUint16(34, discard);
  view.setUint16(36, discard);
  // A checksum of 0 is none (RFC 768).
  view.setUint16(38, 8 + payload.length);
  frame.set(payload, 42);
  return frame;
}

/** What a frame is; undefined for one that does not matter. */
export function readFrame(frame: Uint8Array): Heard | undefined {
  if (frame.length < etherLength + 28) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const type = view.getUint16(12);
  const mac = macText(frame, 6);
  if (type === 0x0806) return readArp(frame, view);
  if (type === 0x0800) {
    const source = addressFromBytes(frame.subarray(26, 30));
    return readPacket(frame, view, view.getUint8(23), 14 + (view.getUint8(14) & 15) * 4, source, mac);
  }
  if (type !== 0x86dd || frame.length < etherLength + 48) return undefined;
  if (view.getUint8(20) === icmp6) return readNeighbour(frame, view, mac);
  const source = addressFromBytes(frame.subarray(22, 38));
  return readPacket(frame, view, view.getUint8(20), 54, source, mac);
}

/** To everybody it is the answer to a probe, else to whom it was asked by. */
function readNeighbour(frame: Uint8Array, view: DataView, mac: string): Heard | undefined {
  if (frame.length < 78 || view.getUint8(54) !== neighbourAdvertisement) return undefined;
  const to = addressFromBytes(frame.subarray(38, 54));
  // The option with the MAC (type 2), which is not left out in answers to everybody (RFC 4861 section 4.4).
  const hasOption = frame.length >= 86 && view.getUint8(78) === 2;
  const asked = to === beaconGroups['beacon all'].ipv6 ? '0.0.0.0' : to;
  const address = addressFromBytes(frame.subarray(62, 78));
  return { kind: 'arp', mac: hasOption ? macText(frame, 80) : mac, address, asked };
}

function readArp(frame: Uint8Array, view: DataView): Heard | undefined {
  if (view.getUint16(20) !== 2) return undefined;
  const address = addressFromBytes(frame.subarray(28, 32));
  return { kind: 'arp', mac: macText(frame, 22), address, asked: addressFromBytes(frame.subarray(38, 42)) };
}

function readPacket(
  frame: Uint8Array,
  view: DataView,
  protocol: number,
  payload: number,
  source: Ipv4 | Ipv6,
  mac: string,
): Heard | undefined {
  if (frame.length < payload + 8) return undefined;
  if (protocol === 112) {
    // CARP has version 2, and 7 words where VRRPv2 counts its addresses (see carp/receive.ts).
    const words = view.getUint8(payload + 3);
    const isCarp = view.getUint8(payload) >>> 4 === 2 && words === 7 && frame.length >= payload + 36;
    return { kind: isCarp ? 'carp' : 'vrrp', source, mac, id: view.getUint8(payload + 1) };
  }
  if (protocol === 2)
    return view.getUint8(payload) === 0x11 ? { kind: 'igmp query', source, mac } : undefined;
  if (protocol !== 17 || view.getUint16(payload + 2) !== discard) return undefined;
  const end = payload + view.getUint16(payload + 4);
  const text = new TextDecoder().decode(frame.subarray(payload + 8, end));
  if (!text.startsWith(mark)) return undefined;
  // The last byte of the group: 224.0.0.18 and ff02::12.
  const kind = view.getUint8(payload - 1) === 0x12 ? 'beacon carp' : 'beacon all';
  return { kind, source, mac, node: text.slice(mark.length) };
}

const macText = (frame: Uint8Array, at: number): string =>
  [...frame.subarray(at, at + 6)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
