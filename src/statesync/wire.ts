/**
 * What goes over the sync link: IP protocol 240 and 224.0.0.240, as pfsync, with contents of our own (pf's states name
 * rules, queues and windows that conntrack has not, and the other way round).
 *
 * Every datagram: a header of 24 bytes, then sealed contents, then a tag of 16 bytes. Network byte order.
 *
 *     0 version, where pfsync has its own (2..6)      1 type      2 key (2 bytes)      4 sender's host id (4)
 *     8 sender's session (8), drawn at its start      16 counter (8)
 */

export const wireVersion = 0xb1;
export const headerBytes = 24;
export const tagBytes = 16;

/** The three kinds of datagrams. `data` counts for itself (its counter is the stream's sequence); the others share. */
export const datagramType = { data: 1, hello: 2, request: 3 } as const;

/** One start of one node: host id and session together. */
export interface Incarnation {
  /** Host id, 32 bits. */
  readonly node: number;
  /** 64 bits, drawn at random at every start. */
  readonly session: bigint;
}

export interface Header extends Incarnation {
  readonly type: number;
  readonly key: number;
  readonly counter: number;
}

/** Writes a header to the beginning of `out`. */
export function writeHeader(out: Buffer, header: Header): void {
  out.writeUInt8(wireVersion, 0);
  out.writeUInt8(header.type, 1);
  out.writeUInt16BE(header.key, 2);
  out.writeUInt32BE(header.node, 4);
  out.writeBigUInt64BE(header.session, 8);
  writeCount(out, 16, header.counter);
}

/** The header of a datagram, or undefined when it is too short, of another version or of an unknown type. */
export function readHeader(datagram: Buffer): Header | undefined {
  if (datagram.length < headerBytes + tagBytes || datagram.readUInt8(0) !== wireVersion) return undefined;
  const type = datagram.readUInt8(1);
  const counter = readCount(datagram, 16);
  if (type < datagramType.data || type > datagramType.request || counter === undefined) return undefined;
  return {
    type,
    key: datagram.readUInt16BE(2),
    node: datagram.readUInt32BE(4),
    session: datagram.readBigUInt64BE(8),
    counter,
  };
}

/** What a node hears of another's stream. */
export interface Echo extends Incarnation {
  /** The last sequence up to which nothing is missing; 0 when the stream is not followed. */
  readonly received: number;
  /** For how long `received` has been so when the hello left, microseconds: none of it is the way's fault. */
  readonly held: number;
  readonly inStep: boolean;
  /** Counter of its last hello or request that was heard: proof of when this was said. */
  readonly heard: number;
}

/** A node says that it is there, what it has sent, and what it has heard. */
export interface Hello {
  /** Master of at least one VHID. */
  readonly active: boolean;
  readonly leaving: boolean;
  /** Entries in the sender's kernel. */
  readonly states: number;
  /** Sequence of the last data datagram. */
  readonly sent: number;
  readonly echoes: readonly Echo[];
}

const helloHead = 14;
const echoBytes = 33;

/** Writes a hello; its length in bytes. */
export function writeHello(out: Buffer, hello: Hello): number {
  out.writeUInt8((hello.active ? 1 : 0) | (hello.leaving ? 2 : 0), 0);
  out.writeUInt8(hello.echoes.length, 1);
  out.writeUInt32BE(hello.states, 2);
  writeCount(out, 6, hello.sent);
  let at = helloHead;
  for (const echo of hello.echoes) {
    out.writeUInt32BE(echo.node, at);
    out.writeBigUInt64BE(echo.session, at + 4);
    writeCount(out, at + 12, echo.received);
    out.writeUInt32BE(Math.min(echo.held, 0xffffffff), at + 20);
    out.writeUInt8(echo.inStep ? 1 : 0, at + 24);
    writeCount(out, at + 25, echo.heard);
    at += echoBytes;
  }
  return at;
}

export function readHello(bytes: Buffer): Hello | undefined {
  if (bytes.length < helloHead) return undefined;
  const flags = bytes.readUInt8(0);
  const count = bytes.readUInt8(1);
  const sent = readCount(bytes, 6);
  if (sent === undefined || bytes.length !== helloHead + count * echoBytes) return undefined;
  const echoes: Echo[] = [];
  for (let at = helloHead; at < bytes.length; at += echoBytes) {
    const received = readCount(bytes, at + 12);
    const heard = readCount(bytes, at + 25);
    if (received === undefined || heard === undefined) return undefined;
    echoes.push({
      node: bytes.readUInt32BE(at),
      session: bytes.readBigUInt64BE(at + 4),
      received,
      held: bytes.readUInt32BE(at + 20),
      inStep: bytes.readUInt8(at + 24) === 1,
      heard,
    });
  }
  return {
    active: (flags & 1) !== 0,
    leaving: (flags & 2) !== 0,
    states: bytes.readUInt32BE(2),
    sent,
    echoes,
  };
}

/** What one node wants of another: data once more, or everything. */
export interface Request {
  readonly of: Incarnation;
  /** The whole table. */
  readonly bulk: boolean;
  /** Sequences to send again, both ends included. */
  readonly ranges: readonly (readonly [number, number])[];
}

const requestHead = 14;
const rangeBytes = 16;
/** So that a request fits into one datagram. */
export const mostRanges = 64;

/** Writes a request; its length in bytes. */
export function writeRequest(out: Buffer, request: Request): number {
  out.writeUInt32BE(request.of.node, 0);
  out.writeBigUInt64BE(request.of.session, 4);
  out.writeUInt8(request.bulk ? 1 : 0, 12);
  out.writeUInt8(request.ranges.length, 13);
  let at = requestHead;
  for (const [first, last] of request.ranges) {
    writeCount(out, at, first);
    writeCount(out, at + 8, last);
    at += rangeBytes;
  }
  return at;
}

export function readRequest(bytes: Buffer): Request | undefined {
  if (bytes.length < requestHead) return undefined;
  const count = bytes.readUInt8(13);
  if (count > mostRanges || bytes.length !== requestHead + count * rangeBytes) return undefined;
  const ranges: (readonly [number, number])[] = [];
  for (let at = requestHead; at < bytes.length; at += rangeBytes) {
    const first = readCount(bytes, at);
    const last = readCount(bytes, at + 8);
    if (first === undefined || last === undefined || last < first) return undefined;
    ranges.push([first, last]);
  }
  return {
    of: { node: bytes.readUInt32BE(0), session: bytes.readBigUInt64BE(4) },
    bulk: bytes.readUInt8(12) === 1,
    ranges,
  };
}

const word = 2 ** 32;

function writeCount(out: Buffer, at: number, value: number): void {
  out.writeUInt32BE(Math.floor(value / word), at);
  out.writeUInt32BE(value % word, at + 4);
}

/** Counts beyond 2^53 do not happen: at 100,000 datagrams a second they would take 2,800 years. */
function readCount(bytes: Buffer, at: number): number | undefined {
  const high = bytes.readUInt32BE(at);
  return high >= 2 ** 21 ? undefined : high * word + bytes.readUInt32BE(at + 4);
}
