/** The link to the peers: raw IP, protocol 240, to 224.0.0.240 or to each peer's own address, as pfsync does. */
import { addressBytes, type Ipv4 } from '#base/address.ts';
import { fail, ok, type Result } from '#base/result.ts';
import type { SyncLink } from '#ports/conntrack.ts';
import {
  AF_INET,
  fixedBuffer,
  lastError,
  libc,
  MSG_DONTWAIT,
  SOCK_CLOEXEC,
  SOCK_RAW,
  SOL_SOCKET,
  setIntOption,
  setReceiveBuffer,
} from './libc.ts';
import { ReceiveBatch } from './receive-batch.ts';

export const syncProtocol = 240;
const syncGroup = '224.0.0.240' as Ipv4;
const IPPROTO_IP = 0;
const IP_TTL = 2;
const IP_MULTICAST_IF = 32;
const IP_MULTICAST_TTL = 33;
const IP_MULTICAST_LOOP = 34;
const IP_ADD_MEMBERSHIP = 35;
const SO_BINDTODEVICE = 25;
/** A bulk's window of 700 kB, with the kernel's bookkeeping, and news besides. */
const receiveBufferBytes = 8 << 20;
const batchSize = 32;
const slotBytes = 9_216;

export interface SyncLinkOptions {
  /** Kernel name of the sync interface. */
  readonly device: string;
  /** This node's address there. */
  readonly own: Ipv4;
  /** Where datagrams go; multicast when empty. Only these are listened to, if any. */
  readonly peers: readonly Ipv4[];
}

export class RawSyncLink implements SyncLink {
  readonly fd: number;
  readonly #targets: readonly Buffer[];
  readonly #sources: ReadonlySet<number>;
  readonly #batch = new ReceiveBatch(batchSize, slotBytes);

  private constructor(fd: number, options: SyncLinkOptions) {
    this.fd = fd;
    this.#targets = (options.peers.length > 0 ? options.peers : [syncGroup]).map(socketAddress);
    this.#sources = new Set(options.peers.map((peer) => wordOf(peer)));
  }

  /** Needs CAP_NET_RAW in the network namespace. */
  static open(options: SyncLinkOptions): Result<RawSyncLink> {
    const fd = libc.socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, syncProtocol) as number;
    if (fd < 0) return fail(`raw socket for state synchronisation: ${lastError()}; it takes CAP_NET_RAW`);
    const device = Buffer.from(`${options.device}\0`);
    const isBound = libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device, device.length) === 0;
    const index = libc.ifNameToIndex(options.device) as number;
    // struct ip_mreqn { group, address, ifindex }
    const membership = Buffer.alloc(12);
    membership.set(addressBytes(syncGroup), 0);
    membership.writeInt32LE(index, 8);
    // Always: a peer may have no address of ours to send to, though we have one of it.
    const isJoined =
      libc.setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, membership, 12) === 0 &&
      libc.setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, membership, 12) === 0;
    if (!isBound || index === 0 || !isJoined || libc.bind(fd, socketAddress('0.0.0.0' as Ipv4), 16) !== 0) {
      const why = lastError();
      libc.close(fd);
      return fail(`state synchronisation on ${options.device}: ${why}`);
    }
    setIntOption(fd, IPPROTO_IP, IP_TTL, 255);
    setIntOption(fd, IPPROTO_IP, IP_MULTICAST_TTL, 255);
    setIntOption(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 0);
    setReceiveBuffer(fd, receiveBufferBytes);
    return ok(new RawSyncLink(fd, options));
  }

  send(datagram: Buffer, length: number): boolean {
    let isSent = true;
    for (const target of this.#targets)
      if (libc.sendto(this.fd, datagram, length, MSG_DONTWAIT, target, 16) !== length) isSent = false;
    return isSent;
  }

  receive(handle: (datagram: Buffer) => void): 'more' | 'empty' {
    const got = this.#batch.receive(this.fd);
    for (let i = 0; i < got; i++) {
      const slot = this.#batch.slots[i];
      if (slot === undefined) break;
      const end = this.#batch.lengthOf(i);
      // Raw sockets hand over the IP header, too: its length in words in the low half of the first byte.
      const head = ((slot[0] ?? 0) & 0x0f) * 4;
      const isPeer = this.#sources.size === 0 || this.#sources.has(slot.readUInt32BE(12));
      if (isPeer && head < end) handle(slot.subarray(head, end));
    }
    return got === batchSize ? 'more' : 'empty';
  }

  close(): void {
    libc.close(this.fd);
  }
}

/** struct sockaddr_in without a port. */
function socketAddress(address: Ipv4): Buffer {
  const bytes = fixedBuffer(16);
  bytes.writeUInt16LE(AF_INET, 0);
  bytes.set(addressBytes(address), 4);
  return bytes;
}

const wordOf = (address: Ipv4): number => Buffer.from(addressBytes(address)).readUInt32BE(0);
