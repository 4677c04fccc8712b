/** Datagrams that one recvmmsg(2) fetches: slots of one size each, set up once. */
import { addressOf, fixedBuffer, libc, MSG_DONTWAIT } from './libc.ts';

/** struct iovec { base, length } */
const vectorBytes = 16;
/** struct mmsghdr { msghdr { name, namelen, iov, iovlen, ... }, len } */
const messageBytes = 64;

export class ReceiveBatch {
  /** What has been received, a datagram each; overwritten by the next call. */
  readonly slots: readonly Buffer[];
  readonly #slotBytes: number;
  readonly #messages: Buffer;
  /** Kept, as the kernel knows its address. */
  readonly #vectors: Buffer;

  /** What is longer than `slotBytes` is cut. */
  constructor(slots: number, slotBytes: number) {
    const memory = fixedBuffer(slots * slotBytes);
    this.#slotBytes = slotBytes;
    this.#messages = fixedBuffer(slots * messageBytes);
    this.#vectors = fixedBuffer(slots * vectorBytes);
    const memoryAt = addressOf(memory);
    const vectorsAt = addressOf(this.#vectors);
    for (let i = 0; i < slots; i++) {
      this.#vectors.writeBigUInt64LE(memoryAt + BigInt(i * slotBytes), i * vectorBytes);
      this.#vectors.writeBigUInt64LE(BigInt(slotBytes), i * vectorBytes + 8);
      this.#messages.writeBigUInt64LE(vectorsAt + BigInt(i * vectorBytes), i * messageBytes + 16);
      this.#messages.writeBigUInt64LE(1n, i * messageBytes + 24);
    }
    this.slots = Array.from({ length: slots }, (_, i) => memory.subarray(i * slotBytes, (i + 1) * slotBytes));
  }

  /** Fetches what is there, at most `limit`, without waiting; how many, or -1 (`lastErrno` says why). */
  receive(fd: number, limit = this.slots.length): number {
    return libc.recvmmsg(fd, this.#messages, limit, MSG_DONTWAIT, null) as number;
  }

  /** Bytes that the last call put into slot `i`. */
  lengthOf(i: number): number {
    return Math.min(this.#slotBytes, this.#messages.readUInt32LE(i * messageBytes + 56));
  }
}
