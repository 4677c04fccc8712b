/**
 * Listens to a segment and sends single frames on it, for those who look for faults. Only what a filter lets through
 * is copied, so that a firewall's own traffic costs nothing.
 */
import { fail, ok, type Result } from '#base/result.ts';
import { attachFilter, type FilterRows } from './filter.ts';
import {
  AF_PACKET,
  lastError,
  libc,
  MSG_DONTWAIT,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
  setIntOption,
} from './libc.ts';
import { ReceiveBatch } from './receive-batch.ts';

const ETH_P_ALL = 0x0003;
const SOL_PACKET = 263;
const PACKET_IGNORE_OUTGOING = 23;
const batchSize = 64;

export class FrameTap {
  readonly #fd: number;
  readonly #batch: ReceiveBatch;

  private constructor(fd: number, longest: number) {
    this.#fd = fd;
    this.#batch = new ReceiveBatch(batchSize, longest);
  }

  /** `longest`: bytes kept of a frame. `direction`: whether what this host sends is heard, too. */
  static open(
    interfaceName: string,
    filter: FilterRows,
    longest: number,
    direction: 'incoming' | 'both',
  ): Result<FrameTap> {
    const index = libc.ifNameToIndex(interfaceName) as number;
    if (index === 0) return fail(`there is no interface "${interfaceName}" here`);
    // Protocol 0 receives nothing, so that no frame slips in before the filter is attached.
    const fd = libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) as number;
    if (fd < 0) return fail(`packet socket: ${lastError()}; it takes root or CAP_NET_RAW`);
    if (!attachFilter(fd, filter)) throw new Error(`bug: the kernel refused the filter: ${lastError()}`);
    if (direction === 'incoming') setIntOption(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
    // struct sockaddr_ll { family, protocol (network order), ifindex, ... }
    const address = Buffer.alloc(20);
    address.writeUInt16LE(AF_PACKET, 0);
    address.writeUInt16BE(ETH_P_ALL, 2);
    address.writeInt32LE(index, 4);
    if (libc.bind(fd, address, 20) === 0) return ok(new FrameTap(fd, longest));
    const why = lastError();
    libc.close(fd);
    return fail(`packet socket on ${interfaceName}: ${why}`);
  }

  /** Hands over what is there; the bytes are overwritten by the next call. */
  read(handle: (frame: Buffer) => void): void {
    for (;;) {
      const got = this.#batch.receive(this.#fd);
      for (let i = 0; i < got; i++) {
        const slot = this.#batch.slots[i];
        if (slot !== undefined) handle(slot.subarray(0, this.#batch.lengthOf(i)));
      }
      if (got < batchSize) return;
    }
  }

  /** False when the kernel refused it. */
  send(frame: Uint8Array): boolean {
    return libc.send(this.#fd, frame, frame.length, MSG_DONTWAIT) === frame.length;
  }

  close(): void {
    libc.close(this.#fd);
  }
}
