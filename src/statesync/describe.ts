/** An entry of the kernel's table as a person reads it (linux/netfilter/nfnetlink_conntrack.h, CTA_*). */
import { addressFromBytes, type Ipv4, type Ipv6 } from '#base/address.ts';
import { align, attribute, find, lengthAt, typeAt } from './record.ts';

export interface Endpoint {
  readonly address: Ipv4 | Ipv6;
  /** Undefined where the protocol has none; of an ICMP query its id. */
  readonly port: number | undefined;
}

export interface StateRow {
  readonly protocol: string;
  readonly source: Endpoint;
  /** What the source is translated to; undefined when it is not. */
  readonly natSource: Endpoint | undefined;
  readonly destination: Endpoint;
  /** What the destination is translated to. */
  readonly natDestination: Endpoint | undefined;
  /** TCP's own, else "unreplied", "replied" or "assured". */
  readonly state: string;
  /** Seconds; undefined for entries that are older than the kernel's accounting of age. */
  readonly ageSeconds: number | undefined;
  readonly timeoutSeconds: number;
  /** Both directions together. */
  readonly packets: number;
  readonly bytes: number;
  readonly mark: number;
  readonly zone: number;
}

const protocols: Readonly<Record<number, string>> = {
  1: 'icmp',
  2: 'igmp',
  6: 'tcp',
  17: 'udp',
  47: 'gre',
  50: 'esp',
  58: 'icmpv6',
  132: 'sctp',
  136: 'udplite',
};
/** enum tcp_conntrack */
const tcpStates = [
  'NONE',
  'SYN_SENT',
  'SYN_RECV',
  'ESTABLISHED',
  'FIN_WAIT',
  'CLOSE_WAIT',
  'LAST_ACK',
  'TIME_WAIT',
  'CLOSE',
  'SYN_SENT2',
];
const attributes = { countersOrig: 9, countersReply: 10, timestamp: 20 };
const status = { seenReply: 2, assured: 4 };

interface Tuple {
  readonly protocol: number;
  readonly source: Endpoint;
  readonly destination: Endpoint;
}

/** The entry whose attributes are `bytes[from..end)`; undefined when it has no tuples. `nowMs` is the wall clock. */
export function describeState(bytes: Buffer, from: number, end: number, nowMs: number): StateRow | undefined {
  const original = tupleAt(bytes, find(bytes, attribute.tupleOrig, from, end));
  const reply = tupleAt(bytes, find(bytes, attribute.tupleReply, from, end));
  if (original === undefined || reply === undefined) return undefined;
  const startedNs = wide(bytes, inside(bytes, find(bytes, attributes.timestamp, from, end), 1));
  return {
    protocol: protocols[original.protocol] ?? String(original.protocol),
    source: original.source,
    natSource: different(reply.destination, original.source),
    destination: original.destination,
    natDestination: different(reply.source, original.destination),
    state: stateOf(bytes, from, end),
    ageSeconds: startedNs === 0 ? undefined : Math.max(0, nowMs / 1_000 - startedNs / 1e9),
    timeoutSeconds: word(bytes, find(bytes, attribute.timeout, from, end)),
    ...carriedBy(bytes, from, end),
    zone: half(bytes, find(bytes, attribute.zone, from, end)),
  };
}

/** Of an entry: its mark, and what it has carried in both directions. */
export const carriedBy = (
  bytes: Buffer,
  from: number,
  end: number,
): Pick<StateRow, 'mark' | 'packets' | 'bytes'> => ({
  mark: word(bytes, find(bytes, attribute.mark, from, end)),
  packets: counted(bytes, from, end, 1),
  bytes: counted(bytes, from, end, 2),
});

const different = (one: Endpoint, other: Endpoint): Endpoint | undefined =>
  one.address === other.address && one.port === other.port ? undefined : one;

/** CTA_TUPLE_IP { source, destination }, CTA_TUPLE_PROTO { number, ports or ICMP id } */
function tupleAt(bytes: Buffer, at: number): Tuple | undefined {
  if (at < 0) return undefined;
  const ip = inside(bytes, at, 1);
  const proto = inside(bytes, at, 2);
  const source = ip < 0 ? -1 : ip + 4;
  const destination = source < 0 ? -1 : source + align(lengthAt(bytes, source));
  if (source < 0 || proto < 0 || destination >= ip + lengthAt(bytes, ip)) return undefined;
  const id = portIn(bytes, proto, 4) ?? portIn(bytes, proto, 7);
  const number = inside(bytes, proto, 1);
  return {
    protocol: number < 0 ? 0 : (bytes[number + 4] ?? 0),
    source: { address: addressAt(bytes, source), port: portIn(bytes, proto, 2) ?? id },
    destination: { address: addressAt(bytes, destination), port: portIn(bytes, proto, 3) ?? id },
  };
}

const addressAt = (bytes: Buffer, at: number): Ipv4 | Ipv6 =>
  addressFromBytes(bytes.subarray(at + 4, at + (typeAt(bytes, at) <= 2 ? 8 : 20)));

function stateOf(bytes: Buffer, from: number, end: number): string {
  const info = find(bytes, attribute.protoinfo, from, end);
  const tcp = inside(bytes, inside(bytes, info, 1), 1);
  if (tcp >= 0) return tcpStates[bytes[tcp + 4] ?? 0] ?? 'NONE';
  const flags = word(bytes, find(bytes, attribute.status, from, end));
  if ((flags & status.assured) !== 0) return 'assured';
  return (flags & status.seenReply) === 0 ? 'unreplied' : 'replied';
}

const counted = (bytes: Buffer, from: number, end: number, type: number): number =>
  [attributes.countersOrig, attributes.countersReply]
    .map((direction) => wide(bytes, inside(bytes, find(bytes, direction, from, end), type)))
    .reduce((sum, one) => sum + one, 0);

/** The attribute of a type within a nested one; -1 when either is missing. */
const inside = (bytes: Buffer, at: number, type: number): number =>
  at < 0 ? -1 : find(bytes, type, at + 4, at + lengthAt(bytes, at));

const portIn = (bytes: Buffer, proto: number, type: number): number | undefined => {
  const at = inside(bytes, proto, type);
  return at < 0 ? undefined : bytes.readUInt16BE(at + 4);
};
const half = (bytes: Buffer, at: number): number => (at < 0 ? 0 : bytes.readUInt16BE(at + 4));
const word = (bytes: Buffer, at: number): number => (at < 0 ? 0 : bytes.readUInt32BE(at + 4));
const wide = (bytes: Buffer, at: number): number => (at < 0 ? 0 : Number(bytes.readBigUInt64BE(at + 4)));
