/** What the processes of the state bench ask each other, and the packets of its flows. */

/** Where all flows go: a host beyond the gateway (RFC 5737), which the lab's internet has. */
export const serverAddress = '203.0.113.10';
/** UDP flows fill a port of the server before they take the next. */
export const udpPorts = { first: 20_000, count: 16 } as const;
export const tcpPorts = { first: 21_000, count: 8 } as const;
const sourcePorts = { first: 1_024, count: 64_000 } as const;
export const mostFlows = sourcePorts.count * udpPorts.count;

export type GeneratorRequest =
  | { readonly kind: 'udp' | 'tcp'; readonly flows: number; readonly perSecond: number }
  | { readonly kind: 'ready' };
/** Flows begun, and the seconds that it took. */
export interface Generated {
  readonly flows: number;
  readonly seconds: number;
}

/** Whether the server answers UDP; TCP it always does. */
export interface SinkRequest {
  readonly kind: 'echo';
  readonly on: boolean;
}

export type ObserverRequest = { readonly kind: 'count' | 'flush' | 'list' };
/** The UDP flows in a node's table: who they are, and when the kernel put them in, nanoseconds. */
export interface Listed {
  readonly keys: Uint32Array;
  readonly startedAt: BigInt64Array;
}

const ipHead = 20;
const udpHead = 8;
const payload = 4;
export const packetBytes = ipHead + udpHead + payload;

/** A packet between two IPv4 addresses of four bytes each; the kernel fills in its IP checksum, UDP needs none. */
export function packetOf(source: Uint8Array, target: Uint8Array, into: Buffer): void {
  into.fill(0);
  into.writeUInt8(0x45, 0);
  into.writeUInt16BE(packetBytes, 2);
  into.writeUInt8(64, 8);
  into.writeUInt8(17, 9);
  into.set(source, 12);
  into.set(target, 16);
  into.writeUInt16BE(udpHead + payload, 24);
}

/** Makes it the packet of a flow, counted from 0. */
export function aimPacket(packet: Buffer, flow: number): void {
  packet.writeUInt16BE(sourcePorts.first + (flow % sourcePorts.count), ipHead);
  packet.writeUInt16BE(udpPorts.first + Math.floor(flow / sourcePorts.count), ipHead + 2);
}

/** A number for a flow's ports. */
export const keyOf = (sourcePort: number, targetPort: number): number =>
  ((targetPort << 16) | sourcePort) >>> 0;
