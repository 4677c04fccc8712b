/**
 * A packet socket per interface (packet(7)): receives every CARP and VRRP frame, whatever its destination MAC, as
 * soon as it arrives, and sends whole frames. No TPACKET_V3 ring: that hands frames over up to a second late,
 * which is why ucarp is slow.
 */
import { fail, ok, type Result } from '#base/result.ts';
import { attachFilter, type FilterRows } from './filter.ts';
import {
  AF_INET,
  AF_INET6,
  AF_PACKET,
  ENETDOWN,
  lastErrno,
  lastError,
  libc,
  MSG_DONTWAIT,
  receiveBufferOf,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_RAW,
  setIntOption,
  setReceiveBuffer,
} from './libc.ts';
import { ReceiveBatch } from './receive-batch.ts';

const ETH_P_ALL = 0x0003;
const SOL_PACKET = 263;
const PACKET_ADD_MEMBERSHIP = 1;
const PACKET_MR_PROMISC = 1;
const PACKET_STATISTICS = 6;
const PACKET_IGNORE_OUTGOING = 23;
/** The kernel doubles it and then holds 10,000 small frames: 100 ms of a flood of 100,000 a second. */
const receiveBufferBytes = 4 << 20;

/** Frames read by one system call. */
const batchSize = 64;
/** CARP over IPv6 has 90 bytes; what is longer is no CARP and may be cut. */
const slotBytes = 256;

/** Where a filter finds the VLAN tag that the kernel has taken off (linux/filter.h, SKF_AD_OFF + SKF_AD_VLAN_TAG). */
const vlanTag = 0xfffff000 + 44;
/**
 * Whether there is one (SKF_AD_VLAN_TAG_PRESENT): Linux before 6.2, Debian 12's among them, leaves the old value in the
 * tag when it hands a frame to the VLAN interface that it is for.
 */
const vlanTagPresent = 0xfffff000 + 48;

/**
 * IPv4 with protocol 112 or IPv6 with next header 112, and no VLAN: the parent of VLAN interfaces gets their frames,
 * too, with the tag already gone, and would mistake them for its own.
 */
const filterProgram: FilterRows = [
  [0x20, 0, 0, vlanTagPresent],
  [0x15, 3, 0, 0],
  [0x20, 0, 0, vlanTag],
  // VLAN 0 is none: such a tag bears a priority alone.
  [0x54, 0, 0, 0xfff],
  [0x15, 0, 8, 0],
  [0x28, 0, 0, 12],
  [0x15, 0, 2, 0x0800],
  [0x30, 0, 0, 23],
  [0x15, 3, 4, 112],
  [0x15, 0, 3, 0x86dd],
  [0x30, 0, 0, 20],
  [0x15, 0, 1, 112],
  [0x06, 0, 0, 0x40000],
  [0x06, 0, 0, 0],
];

/** Memory for one batch of frames; serves all sockets of a thread, which are read one after the other. */
export const createFrameBatch = (): ReceiveBatch => new ReceiveBatch(batchSize, slotBytes);

/** The index of the interface that bears this name now, 0 when none does. Takes no lock. */
export const interfaceIndex = (name: string): number => libc.ifNameToIndex(name) as number;

export class PacketSocket {
  readonly fd: number;
  /** Of the interface that it was opened on; another one may get the name later. */
  readonly interfaceIndex: number;
  /** What the kernel holds for us before it drops, bytes, when it refused the size that we asked for. */
  readonly cutBufferBytes: number | undefined;
  readonly #membershipFds: readonly number[];
  readonly #statistics = Buffer.alloc(8);
  readonly #statisticsLength = Buffer.alloc(4);

  private constructor(fd: number, interfaceIndex: number, isCut: boolean) {
    this.fd = fd;
    this.interfaceIndex = interfaceIndex;
    this.cutBufferBytes = isCut ? receiveBufferOf(fd) : undefined;
    this.#membershipFds = joinGroups(interfaceIndex);
  }

  /** Opens it on an interface. Needs CAP_NET_RAW in the network namespace. */
  static open(interfaceName: string): Result<PacketSocket> {
    const index = interfaceIndex(interfaceName);
    if (index === 0) return fail(`there is no interface "${interfaceName}" here`);
    // Protocol 0 receives nothing, so that no frame slips in before the filter is attached.
    const fd = libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) as number;
    if (fd < 0) return fail(`packet socket: ${lastError()}; it takes root or CAP_NET_RAW`);
    if (!attachFilter(fd, filterProgram))
      throw new Error(`bug: the kernel refused the packet filter: ${lastError()}`);
    setIntOption(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
    const isCut = !setReceiveBuffer(fd, receiveBufferBytes);
    const membership = Buffer.alloc(16);
    membership.writeInt32LE(index, 0);
    membership.writeUInt16LE(PACKET_MR_PROMISC, 4);
    libc.setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, membership, 16);
    // struct sockaddr_ll { family, protocol (network order), ifindex, ... }
    const address = Buffer.alloc(20);
    address.writeUInt16LE(AF_PACKET, 0);
    address.writeUInt16BE(ETH_P_ALL, 2);
    address.writeInt32LE(index, 4);
    if (libc.bind(fd, address, 20) !== 0) {
      const why = lastError();
      libc.close(fd);
      return fail(`packet socket on ${interfaceName}: ${why}`);
    }
    return ok(new PacketSocket(fd, index, isCut));
  }

  /** Reads what is there, at most `limit` (up to the batch's slots); the number of frames. */
  receive(batch: ReceiveBatch, limit: number): number {
    return Math.max(0, batch.receive(this.fd, limit));
  }

  /** Frames that the kernel dropped since the last call because nobody read them in time. */
  takeDrops(): number {
    // struct tpacket_stats { packets, drops }; reading it sets both to zero.
    this.#statisticsLength.writeUInt32LE(8);
    const { fd } = this;
    const got = libc.getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, this.#statistics, this.#statisticsLength);
    return got === 0 ? this.#statistics.readUInt32LE(4) : 0;
  }

  /** Sends a whole frame; false when the kernel refused it. */
  send(frame: Uint8Array, length: number): boolean {
    if (libc.send(this.fd, frame, length, MSG_DONTWAIT) === length) return true;
    // The kernel tells once that the link was down; that may be over.
    return lastErrno() === ENETDOWN && libc.send(this.fd, frame, length, MSG_DONTWAIT) === length;
  }

  close(): void {
    for (const fd of [this.fd, ...this.#membershipFds]) libc.close(fd);
  }
}

/** Joins 224.0.0.18 and ff02::12, so that switches that snoop IGMP and MLD let adverts through to us. */
function joinGroups(index: number): number[] {
  const fd4 = libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) as number;
  const request4 = Buffer.alloc(12);
  request4.set([224, 0, 0, 18], 0);
  request4.writeInt32LE(index, 8);
  libc.setsockopt(fd4, 0, 35, request4, 12);
  const fd6 = libc.socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0) as number;
  const request6 = Buffer.alloc(20);
  request6.set([0xff, 0x02, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x12], 0);
  request6.writeInt32LE(index, 16);
  libc.setsockopt(fd6, 41, 20, request6, 20);
  return [fd4, fd6].filter((fd) => fd >= 0);
}
