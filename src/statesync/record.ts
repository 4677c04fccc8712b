/**
 * A record is one conntrack entry on the wire: four bytes of head, then the kernel's own netlink attributes, untouched
 * but for those that mean nothing elsewhere (linux/netfilter/nfnetlink_conntrack.h). Attributes are in the sender's
 * byte order, little endian on everything that runs Bascule; their values mostly in network order.
 *
 *     0 kind      1 address family      2 length of the attributes (2 bytes, little endian), a multiple of 4
 */

export const recordHead = 4;
/** The longest record that the kernel makes: labels, NAT and two IPv6 tuples are some 400 bytes. */
export const longestRecord = 1_024;

/** Kinds of records. `created`, `updated` and `listed` (in a bulk) are whole entries. */
export const recordKind = {
  created: 1,
  updated: 2,
  destroyed: 3,
  listed: 4,
  /** Begin and end of a bulk; the attributes are its number, and at the end the count of entries. */
  bulkBegin: 5,
  bulkEnd: 6,
  /** Of a helper: a connection that it foresees. */
  expected: 7,
  unexpected: 8,
} as const;

/** What a bulk's end says of it. Untold: the sender is master of nothing and has told nothing. */
export const told = 0;
export const untold = 0xffff_ffff;

/** CTA_* */
export const attribute = {
  tupleOrig: 1,
  tupleReply: 2,
  status: 3,
  protoinfo: 4,
  help: 5,
  natSource: 6,
  timeout: 7,
  mark: 8,
  natDestination: 13,
  tupleMaster: 14,
  zone: 18,
} as const;

/** CTA_EXPECT_* */
const expectation = { master: 1, tuple: 2, mask: 3, zone: 7 } as const;

const typeMask = 0x3fff;
const bits = (...types: readonly number[]): number => types.reduce((set, type) => set | (1 << type), 0);

/** Tuples, status, protocol, helper, timeout, mark, master, sequence adjustment, zone, labels, synproxy. */
const wholeEntry = bits(1, 2, 3, 4, 5, 7, 8, 14, 15, 16, 18, 22, 24);
const nameOfEntry = bits(attribute.tupleOrig, attribute.zone);
/** Master, tuple, mask, timeout, helper, zone, flags, class, NAT, function. */
const wholeExpectation = bits(1, 2, 3, 4, 6, 7, 8, 9, 10, 11);
const nameOfExpectation = bits(expectation.master, expectation.tuple, expectation.mask, expectation.zone);

const wantedOf = (kind: number): number => {
  if (kind === recordKind.destroyed) return nameOfEntry;
  if (kind === recordKind.expected) return wholeExpectation;
  return kind === recordKind.unexpected ? nameOfExpectation : wholeEntry;
};

/** The attribute without which a request to the kernel would mean every entry. */
const namingOf = (kind: number): number =>
  kind === recordKind.expected || kind === recordKind.unexpected ? expectation.tuple : attribute.tupleOrig;

export const lengthAt = (bytes: Buffer, at: number): number =>
  (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
export const typeAt = (bytes: Buffer, at: number): number => lengthAt(bytes, at + 2) & typeMask;
export const align = (length: number): number => (length + 3) & ~3;

/**
 * Copies `source[from..end)` to `out[to..]`. A loop: for the dozens of bytes of an attribute Buffer.copy takes longer, as it
 * makes a view first.
 */
export function copyBytes(source: Buffer, from: number, end: number, out: Buffer, to: number): void {
  for (let at = from, target = to; at < end; at++, target++) out[target] = source[at] as number;
}

/** Where the attribute of a type begins, between `at` and `end`; -1 if there is none. */
export function find(bytes: Buffer, type: number, from: number, end: number): number {
  for (let at = from; at + 4 <= end; at += align(lengthAt(bytes, at))) {
    if (typeAt(bytes, at) === type) return at;
    if (lengthAt(bytes, at) < 4) return -1;
  }
  return -1;
}

/**
 * Writes the record of a kernel message whose attributes are `source[from..end)`. Returns where it ends in `out`, or
 * `at` when the message has no tuple. The caller sees to it that there is room.
 */
export function writeRecord(
  kind: number,
  family: number,
  source: Buffer,
  from: number,
  end: number,
  out: Buffer,
  at: number,
): number {
  const wanted = wantedOf(kind);
  const naming = namingOf(kind);
  let to = at + recordHead;
  let isNamed = false;
  // Neighbours that are both wanted are copied together.
  let runFrom = -1;
  let cursor = from;
  while (cursor + 4 <= end) {
    const length = lengthAt(source, cursor);
    if (length < 4 || cursor + length > end) break;
    const type = typeAt(source, cursor);
    const isWanted = type < 32 && (wanted & (1 << type)) !== 0;
    if (type === naming) isNamed = true;
    if (isWanted && runFrom < 0) runFrom = cursor;
    if (!isWanted && runFrom >= 0) {
      copyBytes(source, runFrom, cursor, out, to);
      to += cursor - runFrom;
      runFrom = -1;
    }
    cursor += align(length);
  }
  if (!isNamed) return at;
  if (runFrom >= 0) {
    const stop = Math.min(cursor, end);
    copyBytes(source, runFrom, stop, out, to);
    to = align(to + stop - runFrom);
  }
  out[at] = kind;
  out[at + 1] = family;
  out.writeUInt16LE(to - at - recordHead, at + 2);
  return to;
}

/** Writes the begin or the end of a bulk, `what` being `told` or `untold`; where it ends. */
export function writeBulkMark(kind: number, id: number, what: number, out: Buffer, at: number): number {
  out[at] = kind;
  out[at + 1] = 0;
  out.writeUInt16LE(8, at + 2);
  out.writeUInt32LE(id, at + recordHead);
  out.writeUInt32LE(what, at + recordHead + 4);
  return at + recordHead + 8;
}

/**
 * Where the record at `at` ends, or -1 when it is damaged: of no known kind, longer than the datagram, with attributes
 * that do not fit, that no node sends, or without a name.
 */
export function endOfRecord(bytes: Buffer, at: number, limit: number): number {
  if (at + recordHead > limit) return -1;
  const kind = bytes[at] as number;
  const end = at + recordHead + lengthAt(bytes, at + 2);
  if (kind < recordKind.created || kind > recordKind.unexpected || end > limit) return -1;
  if (kind === recordKind.bulkBegin || kind === recordKind.bulkEnd) return end === at + 12 ? end : -1;
  const wanted = wantedOf(kind);
  const naming = namingOf(kind);
  let isNamed = false;
  let cursor = at + recordHead;
  while (cursor < end) {
    if (cursor + 4 > end) return -1;
    const length = lengthAt(bytes, cursor);
    const type = typeAt(bytes, cursor);
    if (length < 4 || cursor + length > end || type >= 32 || (wanted & (1 << type)) === 0) return -1;
    if (type === naming) isNamed = true;
    // Of an entry these two are read, and not only handed on.
    const isWord =
      naming === attribute.tupleOrig && (type === attribute.status || type === attribute.timeout);
    if (isWord && length !== 8) return -1;
    cursor += align(length);
  }
  return isNamed ? end : -1;
}
