/** The few system calls of a probing process: ping sockets, a precise wait, and real-time scheduling. */
import koffi from 'koffi';
import { addressBytes, familyOf, type Ipv4, type Ipv6 } from '#base/address.ts';
import { fail, ok, type Result } from '#base/result.ts';

const afInet = 2;
const afInet6 = 10;
const sockDgram = 2;
const protocolIcmp = 1;
const protocolIcmpv6 = 58;
const msgDontwait = 0x40;
const schedFifo = 1;
const pollIn = 1;

const libc = koffi.load('libc.so.6');
const socket = libc.func('int socket(int domain, int type, int protocol)');
const connect = libc.func('int connect(int fd, const uint8_t *address, uint32_t length)');
const sendTo = libc.func('long send(int fd, const uint8_t *bytes, size_t length, int flags)');
const receive = libc.func('long recv(int fd, uint8_t *bytes, size_t length, int flags)');
const ppoll = libc.func('int ppoll(uint8_t *fds, unsigned long count, const int64_t *timeout, void *mask)');
const setScheduler = libc.func('int sched_setscheduler(int pid, int policy, const int32_t *priority)');

/**
 * Opens a ping socket towards an address. The kernel answers echoes by itself at the other end, and hands this
 * socket only the replies to its own.
 */
export function openPing(target: Ipv4 | Ipv6): Result<number> {
  const isV6 = familyOf(target) === 'ipv6';
  const fd: number = socket(isV6 ? afInet6 : afInet, sockDgram, isV6 ? protocolIcmpv6 : protocolIcmp);
  if (fd < 0) return fail(`no ping socket (errno ${koffi.errno()}); see net.ipv4.ping_group_range`);
  const address = Buffer.alloc(isV6 ? 28 : 16);
  address.writeUInt16LE(isV6 ? afInet6 : afInet, 0);
  address.set(addressBytes(target), isV6 ? 8 : 4);
  if (connect(fd, address, address.length) < 0) return fail(`no route to ${target} (errno ${koffi.errno()})`);
  return ok(fd);
}

/** Sends; what the kernel refuses counts as sent, for nobody answers it either. */
export const send = (fd: number, bytes: Uint8Array): void => void sendTo(fd, bytes, bytes.length, 0);

/** Takes one waiting packet into the buffer; its length, or -1 when none is there. */
export const take = (fd: number, into: Uint8Array): number => receive(fd, into, into.length, msgDontwait);

/** A wait until one of the sockets has something, or the time is over. */
export function makeWait(fds: readonly number[]): (forMs: number) => void {
  const set = Buffer.alloc(8 * fds.length);
  fds.forEach((fd, index) => {
    set.writeInt32LE(fd, index * 8);
    set.writeInt16LE(pollIn, index * 8 + 4);
  });
  const timeout = new BigInt64Array(2);
  return (forMs) => {
    timeout[1] = BigInt(Math.max(0, Math.round(forMs * 1e6)));
    ppoll(set, fds.length, timeout, null);
  };
}

/** Asks for the lowest real-time priority, so that a probe is late less often than what it measures. */
export const askForRealtime = (): boolean => setScheduler(0, schedFifo, Int32Array.of(1)) === 0;
