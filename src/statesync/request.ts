/**
 * From a record to what the kernel is asked to do: ctnetlink requests that create, change or remove an entry.
 *
 * A created entry gets its NAT by a range of one address and port, as the kernel takes no other description: the reply
 * tuple then has to be the one before translation (nf_nat_setup_info in net/netfilter/nf_nat_core.c; the same is done
 * by libnetfilter_conntrack, nfct_setobjopt UNDO_SNAT). An entry that exists can be changed in everything but that.
 */
import { align, attribute, copyBytes, find, lengthAt, recordHead, recordKind, typeAt } from './record.ts';

const requestFlag = 0x1;
const createFlags = 0x400 | 0x200;
const netlinkHead = 16;
/** struct nfgenmsg: family, version, resource id. */
const generalHead = 4;
const conntrackNew = 0x100;
const conntrackGet = 0x101;
const conntrackDelete = 0x102;
const expectNew = 0x200;
const expectDelete = 0x202;
const nested = 0x8000;
/** CTA_EXPECT_MASTER, CTA_EXPECT_ZONE */
const expectMaster = 1;
const expectZone = 7;

/** IPS_* (linux/netfilter/nf_conntrack_common.h) */
const status = {
  expected: 1,
  seenReply: 2,
  assured: 4,
  confirmed: 8,
  sourceNat: 16,
  destinationNat: 32,
  dying: 512,
};
/** CTA_PROTOINFO_TCP, CTA_PROTOINFO_TCP_FLAGS_ORIGINAL and _REPLY */
const protoinfo = { tcp: 1, flagsOrig: 4, flagsReply: 5 };
/** IP_CT_TCP_FLAG_BE_LIBERAL: the windows of the stream are not known here. */
const beLiberal = 0x08;
/** CTA_NAT_V4_MINIP and so on, CTA_PROTONAT_PORT_MIN and MAX */
const nat = { v4min: 1, v4max: 2, proto: 3, v6min: 4, v6max: 5, portMin: 1, portMax: 2 };

/** Room that a request may need beyond its record: head, and two ranges of IPv6 addresses with ports. */
export const requestSurplus = 200;

/**
 * What is asked for. `createNew` is `create` of an entry that has just begun, so that what stands in its way is old. `createPlain` is without what a kernel may lack or refuse: helper, master, labels, sequence
 * adjustment; `changeQuietly` without the status, which must not go back; `checkReply` finds the entry by its
 * reply, and so only if the translation is the same; `evict` removes by the reply tuple.
 */
export type Attempt =
  | 'create'
  | 'createNew'
  | 'createPlain'
  | 'recreate'
  | 'change'
  | 'changeQuietly'
  | 'checkReply'
  | 'remove'
  | 'evict';

const bits = (...types: readonly number[]): number => types.reduce((set, type) => set | (1 << type), 0);
const createPlain = bits(1, 2, 3, 4, 7, 8, 18);
const create = createPlain | bits(5, 14, 15, 16, 22, 24);
const creations: ReadonlySet<Attempt> = new Set(['create', 'createNew', 'createPlain', 'recreate']);
const attributesOf: Readonly<Record<Attempt, number>> = {
  create,
  createNew: create,
  createPlain,
  recreate: create,
  change: bits(1, 3, 4, 7, 8, 15, 16, 18, 22),
  changeQuietly: bits(1, 4, 7, 8, 18),
  checkReply: bits(2, 7, 18),
  remove: bits(1, 18),
  evict: bits(2, 18),
};

/**
 * Writes the request that a record `record[at..end)` amounts to; where it ends in `out`. `hold` is the least timeout in
 * seconds: the entry shall live until its owner says that it has ended.
 */
export function writeRequest(
  attempt: Attempt,
  record: Buffer,
  at: number,
  end: number,
  sequence: number,
  hold: number,
  out: Buffer,
  start: number,
): number {
  const isRemoval = attempt === 'remove' || attempt === 'evict';
  const isCreation = creations.has(attempt);
  const wanted = attributesOf[attempt];
  let to = start + netlinkHead + generalHead;
  let replyAt = -1;
  for (let from = at + recordHead; from < end; from += align(lengthAt(record, from))) {
    const type = typeAt(record, from);
    if ((wanted & (1 << type)) === 0) continue;
    const length = align(lengthAt(record, from));
    copyBytes(record, from, from + length, out, to);
    if (type === attribute.status) liftStatus(out, to + 4, isCreation);
    else if (type === attribute.timeout) liftTimeout(out, to + 4, hold);
    else if (type === attribute.protoinfo) makeLiberal(out, to + 4, to + length);
    else if (type === attribute.tupleReply) replyAt = to;
    to += length;
  }
  if (isCreation && replyAt >= 0) to = writeNat(record, at, end, out, replyAt, to);
  const type = isRemoval ? conntrackDelete : conntrackNew;
  writeHeads(out, start, to, type, isCreation ? createFlags : 0, sequence, record[at + 1] as number);
  return to;
}

/** Writes a request that gives an entry, named by a record, another timeout, seconds; where it ends. */
export function writeTimeout(
  record: Buffer,
  at: number,
  end: number,
  sequence: number,
  seconds: number,
  out: Buffer,
  start: number,
): number {
  let to = writeRequest('remove', record, at, end, sequence, 0, out, start);
  out.writeUInt16LE(8, to);
  out.writeUInt16LE(attribute.timeout, to + 2);
  out.writeUInt32BE(seconds, to + 4);
  to += 8;
  writeHeads(out, start, to, conntrackNew, 0, sequence, record[at + 1] as number);
  return to;
}

/**
 * Writes the question for the entry that an expectation, whose attributes are `bytes[from..end)`, belongs to; its length,
 * 0 when the expectation names none.
 */
export function writeMasterQuestion(
  family: number,
  bytes: Buffer,
  from: number,
  end: number,
  out: Buffer,
): number {
  const master = find(bytes, expectMaster, from, end);
  if (master < 0) return 0;
  const length = align(lengthAt(bytes, master));
  const at = netlinkHead + generalHead;
  copyBytes(bytes, master, master + length, out, at);
  out.writeUInt16LE(attribute.tupleOrig | nested, at + 2);
  let to = at + length;
  const zone = find(bytes, expectZone, from, end);
  if (zone >= 0) {
    copyBytes(bytes, zone, zone + 8, out, to);
    out.writeUInt16LE(attribute.zone, to + 2);
    to += 8;
  }
  writeHeads(out, 0, to, conntrackGet, 0, 0, family);
  return to;
}

/** Writes the request of an expectation's record; where it ends. */
export function writeExpectation(
  record: Buffer,
  at: number,
  end: number,
  sequence: number,
  out: Buffer,
  start: number,
): number {
  const isNew = record[at] === recordKind.expected;
  const from = start + netlinkHead + generalHead;
  copyBytes(record, at + recordHead, end, out, from);
  const to = from + end - at - recordHead;
  writeHeads(
    out,
    start,
    to,
    isNew ? expectNew : expectDelete,
    isNew ? createFlags : 0,
    sequence,
    record[at + 1] as number,
  );
  return to;
}

function writeHeads(
  out: Buffer,
  start: number,
  end: number,
  type: number,
  flags: number,
  sequence: number,
  family: number,
): void {
  out.writeUInt32LE(end - start, start);
  out.writeUInt16LE(type, start + 4);
  out.writeUInt16LE(requestFlag | flags, start + 6);
  out.writeUInt32LE(sequence, start + 8);
  out.writeUInt32LE(0, start + 12);
  out.writeUInt32LE(family, start + 16);
}

/** The kernel refuses to create an entry that is not confirmed; the other bits are for it alone to set. */
function liftStatus(out: Buffer, at: number, isCreation: boolean): void {
  const own = isCreation ? status.dying | status.expected : status.dying;
  out.writeUInt32BE(((out.readUInt32BE(at) & ~own) | status.confirmed) >>> 0, at);
}

function liftTimeout(out: Buffer, at: number, hold: number): void {
  if (out.readUInt32BE(at) < hold) out.writeUInt32BE(hold, at);
}

/** In struct nf_ct_tcp_flags { flags, mask } the kernel tells its flags with an empty mask, and takes none but by it. */
function makeLiberal(out: Buffer, from: number, end: number): void {
  const tcp = find(out, protoinfo.tcp, from, end);
  if (tcp < 0) return;
  for (const type of [protoinfo.flagsOrig, protoinfo.flagsReply]) {
    const flags = find(out, type, tcp + 4, tcp + lengthAt(out, tcp));
    if (flags < 0) continue;
    out[flags + 4] = (out[flags + 4] as number) | beLiberal;
    out[flags + 5] = out[flags + 4] as number;
  }
}

/** Where the values of a tuple are; 0 for what it has not. */
interface Places {
  source: number;
  destination: number;
  addressBytes: number;
  sourcePort: number;
  destinationPort: number;
  /** Of an ICMP query. */
  id: number;
}

const noPlaces = (): Places => ({
  source: 0,
  destination: 0,
  addressBytes: 0,
  sourcePort: 0,
  destinationPort: 0,
  id: 0,
});
const original = noPlaces();
const reply = noPlaces();

/**
 * Finds the values of the tuple whose attribute is at `at` (CTA_TUPLE_IP 1, CTA_TUPLE_PROTO 2). What has not the length
 * that it must have is not there: no sender's fault may reach beyond its own record.
 */
function locate(bytes: Buffer, at: number, places: Places): void {
  Object.assign(places, none);
  const end = at + lengthAt(bytes, at);
  each(bytes, find(bytes, 1, at + 4, end), end, (type, place, length) => {
    // CTA_IP_V4_SRC 1, V4_DST 2, V6_SRC 3, V6_DST 4
    if (length !== (type <= 2 ? 4 : 16)) return;
    if (type === 1 || type === 3) places.source = place;
    else places.destination = place;
    places.addressBytes = length;
  });
  each(bytes, find(bytes, 2, at + 4, end), end, (type, place, length) => {
    // CTA_PROTO_SRC_PORT 2, DST_PORT 3, ICMP_ID 4, ICMPV6_ID 7
    if (length !== 2) return;
    if (type === 2) places.sourcePort = place;
    else if (type === 3) places.destinationPort = place;
    else if (type === 4 || type === 7) places.id = place;
  });
}

/** The attributes in the one at `at`, as far as they are whole and before `end`. */
function each(
  bytes: Buffer,
  at: number,
  end: number,
  see: (type: number, place: number, length: number) => void,
): void {
  if (at < 0) return;
  const stop = Math.min(end, at + lengthAt(bytes, at));
  for (let one = at + 4; one + 4 <= stop; one += align(lengthAt(bytes, one))) {
    const length = lengthAt(bytes, one);
    if (length < 4 || one + length > stop) return;
    see(typeAt(bytes, one), one + 4, length - 4);
  }
}
const none = noPlaces();

/** Turns the reply tuple in `out` into the one before translation and appends the translation; where it ends. */
function writeNat(record: Buffer, at: number, end: number, out: Buffer, replyAt: number, to: number): number {
  const statusAt = find(record, attribute.status, at + recordHead, end);
  const flags = statusAt < 0 ? 0 : record.readUInt32BE(statusAt + 4);
  if ((flags & (status.sourceNat | status.destinationNat)) === 0) return to;
  locate(record, find(record, attribute.tupleOrig, at + recordHead, end), original);
  locate(out, replyAt, reply);
  const isWhole = [original, reply].every(({ source, destination }) => source > 0 && destination > 0);
  if (!isWhole || original.addressBytes !== reply.addressBytes) return to;
  let after = to;
  const portOf = (place: number): number => (place === 0 ? -1 : out.readUInt16BE(place));
  if ((flags & status.sourceNat) !== 0)
    after = writeRange(
      attribute.natSource,
      out,
      reply.destination,
      reply.addressBytes,
      portOf(reply.id || reply.destinationPort),
      after,
    );
  if ((flags & status.destinationNat) !== 0)
    after = writeRange(
      attribute.natDestination,
      out,
      reply.source,
      reply.addressBytes,
      portOf(reply.id || reply.sourcePort),
      after,
    );
  copyBytes(record, original.destination, original.destination + original.addressBytes, out, reply.source);
  copyBytes(record, original.source, original.source + original.addressBytes, out, reply.destination);
  copyPort(record, original.destinationPort, out, reply.sourcePort);
  copyPort(record, original.sourcePort, out, reply.destinationPort);
  copyPort(record, original.id, out, reply.id);
  return after;
}

function copyPort(from: Buffer, at: number, out: Buffer, to: number): void {
  if (at !== 0 && to !== 0) copyBytes(from, at, at + 2, out, to);
}

/** CTA_NAT_SRC or CTA_NAT_DST: one address, and one port if there is any. */
function writeRange(
  type: number,
  out: Buffer,
  address: number,
  bytes: number,
  port: number,
  start: number,
): number {
  let at = start + 4;
  const [least, most] = bytes === 4 ? [nat.v4min, nat.v4max] : [nat.v6min, nat.v6max];
  for (const bound of [least, most]) {
    out.writeUInt16LE(4 + bytes, at);
    out.writeUInt16LE(bound, at + 2);
    copyBytes(out, address, address + bytes, out, at + 4);
    at += 4 + bytes;
  }
  if (port >= 0) {
    out.writeUInt16LE(20, at);
    out.writeUInt16LE(nat.proto | nested, at + 2);
    for (const [bound, place] of [
      [nat.portMin, at + 4],
      [nat.portMax, at + 12],
    ] as const) {
      out.writeUInt16LE(6, place);
      out.writeUInt16LE(bound, place + 2);
      out.writeUInt16BE(port, place + 4);
      out.writeUInt16LE(0, place + 6);
    }
    at += 20;
  }
  out.writeUInt16LE(at - start, start);
  out.writeUInt16LE(type | nested, start + 2);
  return at;
}
