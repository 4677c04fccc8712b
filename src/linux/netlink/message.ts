/**
 * Netlink messages (netlink(7), rtnetlink(7)): written one after the other into one buffer, read with every
 * length checked. Host byte order, little endian.
 */
export const NLM_F_REQUEST = 0x1;
export const NLM_F_ACK = 0x4;
export const NLM_F_DUMP = 0x300;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
const headerBytes = 16;

const align = (length: number): number => (length + 3) & ~3;

/** Writes messages; a buffer that grows too small is a bug, since callers know what they write. */
export class MessageWriter {
  readonly buffer: Buffer;
  #length = 0;
  #count = 0;
  #start = 0;

  constructor(bytes = 8_192) {
    this.buffer = Buffer.allocUnsafeSlow(bytes);
  }

  get length(): number {
    return this.#length;
  }

  /** Messages begun since `reset`. */
  get count(): number {
    return this.#count;
  }

  reset(): void {
    this.#length = 0;
    this.#count = 0;
  }

  /** Begins a message whose fixed part is `body`. */
  begin(type: number, flags: number, sequence: number, body: Uint8Array): void {
    this.#start = this.#length;
    this.#count += 1;
    this.buffer.fill(0, this.#start, this.#start + headerBytes);
    this.buffer.writeUInt16LE(type, this.#start + 4);
    this.buffer.writeUInt16LE(flags, this.#start + 6);
    this.buffer.writeUInt32LE(sequence, this.#start + 8);
    this.#length = this.#start + headerBytes;
    this.#append(body);
  }

  /** Adds flags to the message begun last. */
  addFlags(flags: number): void {
    this.buffer.writeUInt16LE(this.buffer.readUInt16LE(this.#start + 6) | flags, this.#start + 6);
  }

  /** Adds an attribute to the message begun last. */
  attribute(type: number, value: Uint8Array): void {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(4 + value.length, 0);
    head.writeUInt16LE(type, 2);
    this.#append(Buffer.concat([head, value]));
  }

  /** Adds an attribute made of attributes. */
  nested(type: number, write: () => void): void {
    const start = this.#length;
    this.attribute(type, new Uint8Array(0));
    write();
    this.buffer.writeUInt16LE(this.#length - start, start);
    this.#seal();
  }

  #append(bytes: Uint8Array): void {
    this.buffer.set(bytes, this.#length);
    this.buffer.fill(0, this.#length + bytes.length, this.#length + align(bytes.length));
    this.#length += align(bytes.length);
    this.#seal();
  }

  #seal(): void {
    this.buffer.writeUInt32LE(this.#length - this.#start, this.#start);
  }
}

export interface Message {
  readonly type: number;
  readonly sequence: number;
  /** What follows the header. */
  readonly body: Buffer;
}

/** The messages in a datagram; stops at the first that is cut or malformed. */
export function* messagesIn(datagram: Buffer): Generator<Message> {
  for (let at = 0; at + headerBytes <= datagram.length; ) {
    const length = datagram.readUInt32LE(at);
    if (length < headerBytes || at + length > datagram.length) return;
    yield {
      type: datagram.readUInt16LE(at + 4),
      sequence: datagram.readUInt32LE(at + 8),
      body: datagram.subarray(at + headerBytes, at + length),
    };
    at += align(length);
  }
}

/** The attributes from `offset` on, by type; a later one of the same type wins, a cut one ends the list. */
export function attributesIn(body: Buffer, offset: number): Map<number, Buffer> {
  const attributes = new Map<number, Buffer>();
  for (let at = offset; at + 4 <= body.length; ) {
    const length = body.readUInt16LE(at);
    if (length < 4 || at + length > body.length) break;
    // The two high bits flag nesting and byte order (linux/netlink.h NLA_F_NESTED, NLA_F_NET_BYTEORDER).
    attributes.set(body.readUInt16LE(at + 2) & 0x3fff, body.subarray(at + 4, at + length));
    at += align(length);
  }
  return attributes;
}

/** The values of a list, whose attributes are all of one type. */
export function listIn(list: Buffer | undefined): Buffer[] {
  const values: Buffer[] = [];
  for (let at = 0; list !== undefined && at + 4 <= list.length; ) {
    const length = list.readUInt16LE(at);
    if (length < 4 || at + length > list.length) break;
    values.push(list.subarray(at + 4, at + length));
    at += align(length);
  }
  return values;
}

export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};
/** A zero-terminated string. */
export const text = (value: string): Buffer => Buffer.from(`${value}\0`);
export const textOf = (value: Buffer | undefined): string =>
  value?.toString('utf8').replace(/\0.*$/s, '') ?? '';
