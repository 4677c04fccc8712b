/** The few system calls of a probing process: ping sockets and a precise wait. */
import { addressBytes, familyOf, type Ipv4, type Ipv6 } from '#base/address.ts';
import { fail, ok, type Result } from '#base/result.ts';
import { AF_INET, AF_INET6, fixedBuffer, lastError, libc, MSG_DONTWAIT, SOCK_DGRAM } from '#linux/libc.ts';

const IPPROTO_ICMP = 1;
const IPPROTO_ICMPV6 = 58;
const POLLIN = 1;

export interface Ping {
  readonly fd: number;
  /** The target as a socket address. */
  readonly address: Buffer;
}

/**
 * Opens a ping socket towards an address. The kernel answers echoes by itself at the other end, and hands this
 * socket only the replies to its own.
 */
export function openPing(target: Ipv4 | Ipv6): Result<Ping> {
  const isV6 = familyOf(target) === 'ipv6';
  const family = isV6 ? AF_INET6 : AF_INET;
  const fd = libc.socket(family, SOCK_DGRAM, isV6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP) as number;
  if (fd < 0) return fail(`no ping socket: ${lastError()}; see net.ipv4.ping_group_range`);
  const address = fixedBuffer(isV6 ? 28 : 16);
  address.writeUInt16LE(family, 0);
  address.set(addressBytes(target), isV6 ? 8 : 4);
  return ok({ fd, address });
}

/** Sends; what the kernel refuses counts as sent, for nobody answers it either. */
export function send({ fd, address }: Ping, bytes: Buffer): void {
  libc.sendto(fd, bytes, bytes.length, 0, address, address.length);
}

/** Takes one waiting packet into the buffer; its length, or -1 when none is there. */
export const take = ({ fd }: Ping, into: Buffer): number =>
  libc.recv(fd, into, into.length, MSG_DONTWAIT) as number;

/** A wait until one of the sockets has something, or the time is over. */
export function makeWait(pings: readonly Ping[]): (forMs: number) => void {
  const set = fixedBuffer(8 * pings.length);
  pings.forEach(({ fd }, index) => {
    set.writeInt32LE(fd, index * 8);
    set.writeInt16LE(POLLIN, index * 8 + 4);
  });
  const timeout = fixedBuffer(16);
  return (forMs) => {
    timeout.writeBigInt64LE(BigInt(Math.max(0, Math.round(forMs * 1e6))), 8);
    libc.ppoll(set, pings.length, timeout, null);
  };
}
