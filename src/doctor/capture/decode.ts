/** One line for each captured frame: what CARP, state synchronisation and VXLAN say. Pure. */
import { addressFromBytes } from '#base/address.ts';
import type { FilterRows } from '#linux/filter.ts';

export const captureKinds = ['carp', 'pfsync', 'vxlan'] as const;
export type CaptureKind = (typeof captureKinds)[number];

/** IP protocols: CARP and VRRP, and pfsync; VXLAN is a UDP port (RFC 7348). */
const protocols = { carp: 112, pfsync: 240, udp: 17 } as const;
const vxlanPort = 4_789;
const accept = [0x06, 0, 0, 0x40000] as const;
const refuse = [0x06, 0, 0, 0] as const;

/** What the kernel hands over. VXLAN is looked for over IPv4 and IPv6 without options or extension headers. */
export function filterOf(kind: CaptureKind): FilterRows {
  if (kind === 'vxlan')
    return [
      [0x28, 0, 0, 12],
      [0x15, 0, 4, 0x0800],
      [0x30, 0, 0, 23],
      [0x15, 0, 8, protocols.udp],
      [0x28, 0, 0, 36],
      [0x15, 5, 6, vxlanPort],
      [0x15, 0, 5, 0x86dd],
      [0x30, 0, 0, 20],
      [0x15, 0, 3, protocols.udp],
      [0x28, 0, 0, 56],
      [0x15, 0, 1, vxlanPort],
      [...accept],
      [...refuse],
    ];
  return [
    [0x28, 0, 0, 12],
    [0x15, 0, 2, 0x0800],
    [0x30, 0, 0, 23],
    [0x15, 3, 4, protocols[kind]],
    [0x15, 0, 3, 0x86dd],
    [0x30, 0, 0, 20],
    [0x15, 0, 1, protocols[kind]],
    [...accept],
    [...refuse],
  ];
}

/** What a frame says, without time and interface. */
export function lineOf(frame: Uint8Array): string {
  const packet = packetOf(frame);
  if (packet === undefined) return `${frame.length} bytes, no IP packet`;
  const { protocol, source, destination, payload } = packet;
  const way = `${source} > ${destination}`;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (protocol === protocols.carp) return `${way} ${electionOf(view)}, from ${macOf(frame, 6)}`;
  if (protocol === protocols.pfsync) return `${way} ${statesOf(view)}`;
  return protocol === protocols.udp ? `${way} ${tunnelOf(payload)}` : `${way} IP protocol ${protocol}`;
}

interface Packet {
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  /** What follows the IP header, without padding. */
  readonly payload: Uint8Array;
}

function packetOf(frame: Uint8Array): Packet | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const type = frame.length < 34 ? 0 : view.getUint16(12);
  if (type === 0x0800) {
    const start = 14 + (view.getUint8(14) & 15) * 4;
    return {
      protocol: view.getUint8(23),
      source: addressFromBytes(frame.subarray(26, 30)),
      destination: addressFromBytes(frame.subarray(30, 34)),
      payload: frame.subarray(start, Math.max(start, 14 + view.getUint16(16))),
    };
  }
  if (type !== 0x86dd || frame.length < 54) return undefined;
  return {
    protocol: view.getUint8(20),
    source: addressFromBytes(frame.subarray(22, 38)),
    destination: addressFromBytes(frame.subarray(38, 54)),
    payload: frame.subarray(54, 54 + view.getUint16(18)),
  };
}

/** CARP (FreeBSD ip_carp.h `struct carp_header`), or VRRP, which has the same protocol number. */
function electionOf(view: DataView): string {
  if (view.byteLength < 8) return 'CARP, cut short';
  const version = view.getUint8(0) >>> 4;
  const id = view.getUint8(1);
  if (version !== 2 || view.getUint8(3) !== 7 || view.byteLength < 36)
    return `VRRPv${version}, VRID ${id}, priority ${view.getUint8(2)}`;
  const advbase = view.getUint8(5);
  const advskew = view.getUint8(2);
  const counter = view.getBigUint64(8).toString(16).padStart(16, '0');
  const farewell = advbase === 255 && advskew === 255 ? ', farewell' : '';
  return `CARP, VHID ${id}, advbase ${advbase}, advskew ${advskew}, counter ${counter}${farewell}`;
}

/** Our own states have a version that pfsync does not use; the wire is told in statesync/wire.ts. */
function statesOf(view: DataView): string {
  const ourVersion = 0xb1;
  const headerBytes = 24;
  if (view.byteLength < 4) return 'pfsync, cut short';
  const version = view.getUint8(0);
  if (version !== ourVersion) return `pfsync version ${version}, of a pfSense or another BSD`;
  if (view.byteLength < headerBytes) return 'states, cut short';
  const kinds: Readonly<Record<number, string>> = { 1: 'data', 2: 'hello', 3: 'request' };
  const kind = kinds[view.getUint8(1)] ?? `type ${view.getUint8(1)}`;
  const hostId = view.getUint32(4).toString(16).padStart(8, '0');
  return `states ${kind}, host id ${hostId}, counter ${view.getBigUint64(16)}, key ${view.getUint16(2)}, ${view.byteLength} bytes`;
}

/** The frame in a VXLAN packet (RFC 7348 section 5). */
function tunnelOf(payload: Uint8Array): string {
  if (payload.length < 16 + 14) return 'VXLAN, cut short';
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  const key = view.getUint32(12) >>> 8;
  const inner = payload.subarray(16);
  const type = view.getUint16(28).toString(16).padStart(4, '0');
  return `VXLAN ${key}: ${macOf(inner, 6)} > ${macOf(inner, 0)}, type 0x${type}, ${inner.length} bytes`;
}

const macOf = (frame: Uint8Array, at: number): string =>
  [...frame.subarray(at, at + 6)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
