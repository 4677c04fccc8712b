/** Conntrack entries as the kernel tells them: netlink messages of nfnetlink_conntrack, made and taken apart. */
import { addressBytes, type Ipv4, type Ipv6 } from '#base/address.ts';

/** One direction of a connection. For ICMP both ports are the query's id. */
export interface Tuple {
  readonly source: Ipv4 | Ipv6;
  readonly destination: Ipv4 | Ipv6;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export interface Entry {
  readonly original: Tuple;
  readonly reply: Tuple;
  readonly status: number;
  readonly timeout: number;
  readonly mark?: number;
  readonly zone?: number;
  /** Of TCP: its state, as the kernel counts them. */
  readonly tcpState?: number;
}

export const protocol = { icmp: 1, tcp: 6, udp: 17 } as const;
/** IPS_SEEN_REPLY | IPS_ASSURED | IPS_CONFIRMED */
export const established = 2 | 4 | 8;
export const ipsSourceNat = 16;
export const ipsDestinationNat = 32;

const nestedFlag = 0x8000;

/** An attribute with its padding. */
export function attr(type: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc((4 + payload.length + 3) & ~3);
  bytes.writeUInt16LE(4 + payload.length, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.set(payload, 4);
  return bytes;
}

export const nested = (type: number, ...children: readonly Buffer[]): Buffer =>
  attr(type | nestedFlag, Buffer.concat(children));

export const u8 = (value: number): Buffer => Buffer.from([value]);
export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** AF_INET or AF_INET6 */
export const familyOf = ({ source }: Tuple): number => (source.includes(':') ? 10 : 2);

const knownAddresses = new Map<string, Uint8Array>();
function bytesOf(address: Ipv4 | Ipv6): Uint8Array {
  const bytes = knownAddresses.get(address) ?? addressBytes(address);
  knownAddresses.set(address, bytes);
  return bytes;
}

/** CTA_TUPLE_ORIG (1), CTA_TUPLE_REPLY (2) ... */
export function tupleAttr(type: number, tuple: Tuple): Buffer {
  const [source, destination] = familyOf(tuple) === 10 ? [3, 4] : [1, 2];
  const ports =
    tuple.protocol === protocol.icmp
      ? [attr(4, u16(tuple.sourcePort)), attr(5, u8(8)), attr(6, u8(0))]
      : [attr(2, u16(tuple.sourcePort)), attr(3, u16(tuple.destinationPort))];
  return nested(
    type,
    nested(1, attr(source, bytesOf(tuple.source)), attr(destination, bytesOf(tuple.destination))),
    nested(2, attr(1, u8(tuple.protocol)), ...ports),
  );
}

/** What the kernel says of an entry, in its order. */
export function entryAttributes(entry: Entry): Buffer {
  const parts = [tupleAttr(1, entry.original), tupleAttr(2, entry.reply)];
  if (entry.zone !== undefined && entry.zone !== 0) parts.push(attr(18, u16(entry.zone)));
  parts.push(attr(3, u32(entry.status)), attr(7, u32(entry.timeout)));
  // Counters (9) and id (12) mean nothing elsewhere, and so must not be told.
  parts.push(nested(9, attr(1, Buffer.alloc(8, 7)), attr(2, Buffer.alloc(8, 7))));
  if (entry.tcpState !== undefined) {
    const tcp = [attr(1, u8(entry.tcpState)), attr(4, Buffer.from([2, 0])), attr(5, Buffer.from([2, 0]))];
    parts.push(nested(4, nested(1, ...tcp)));
  }
  parts.push(attr(12, u32(77)), attr(8, u32(entry.mark ?? 0)));
  return Buffer.concat(parts);
}

/** A message with struct nlmsghdr and struct nfgenmsg. */
export function message(
  type: number,
  flags: number,
  port: number,
  family: number,
  attributes: Buffer,
): Buffer {
  const bytes = Buffer.alloc(20 + attributes.length);
  bytes.writeUInt32LE(bytes.length, 0);
  bytes.writeUInt16LE(type, 4);
  bytes.writeUInt16LE(flags, 6);
  bytes.writeUInt32LE(port, 12);
  bytes[16] = family;
  attributes.copy(bytes, 20);
  return bytes;
}

/** The attributes of `bytes[from..end)` by type, without flags. */
export function attributesIn(bytes: Buffer, from = 0, end = bytes.length): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = from; at + 4 <= end; ) {
    const length = bytes.readUInt16LE(at);
    if (length < 4 || at + length > end) throw new Error(`an attribute of ${length} bytes at ${at}`);
    found.set(bytes.readUInt16LE(at + 2) & 0x3fff, bytes.subarray(at + 4, at + length));
    at += (length + 3) & ~3;
  }
  return found;
}

/** Values of a tuple's attribute, addresses in hexadecimal digits. */
export interface PlainTuple {
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly id: number | undefined;
}

export function plainTuple(payload: Buffer): PlainTuple {
  const parts = attributesIn(payload);
  const ip = attributesIn(parts.get(1) ?? Buffer.alloc(0));
  const proto = attributesIn(parts.get(2) ?? Buffer.alloc(0));
  const id = proto.get(4) ?? proto.get(7);
  return {
    source: (ip.get(1) ?? ip.get(3))?.toString('hex') ?? '',
    destination: (ip.get(2) ?? ip.get(4))?.toString('hex') ?? '',
    protocol: proto.get(1)?.[0] ?? 0,
    sourcePort: proto.get(2)?.readUInt16BE() ?? 0,
    destinationPort: proto.get(3)?.readUInt16BE() ?? 0,
    id: id?.readUInt16BE(),
  };
}

/** A range of CTA_NAT_SRC or _DST of one address and one port, or a complaint. */
export function plainRange(payload: Buffer): { readonly address: string; readonly port: number | undefined } {
  const parts = attributesIn(payload);
  const least = (parts.get(1) ?? parts.get(4))?.toString('hex');
  const most = (parts.get(2) ?? parts.get(5))?.toString('hex');
  if (least === undefined || least !== most) throw new Error(`a range from ${least} to ${most}`);
  const ports = parts.get(3);
  if (ports === undefined) return { address: least, port: undefined };
  const bounds = attributesIn(ports);
  const port = bounds.get(1)?.readUInt16BE();
  if (port === undefined || bounds.get(2)?.readUInt16BE() !== port) throw new Error('a range of ports');
  return { address: least, port };
}

export const reversed = (tuple: Tuple): Tuple => ({
  source: tuple.destination,
  destination: tuple.source,
  protocol: tuple.protocol,
  sourcePort: tuple.protocol === protocol.icmp ? tuple.sourcePort : tuple.destinationPort,
  destinationPort: tuple.protocol === protocol.icmp ? tuple.destinationPort : tuple.sourcePort,
});
