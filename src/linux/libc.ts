/**
 * The system calls that Node does not offer, by FFI to glibc. Structures are laid out for 64-bit little-endian
 * Linux (x86-64 and arm64 agree in everything used here).
 */
import koffi from 'koffi';

const lib = koffi.load('libc.so.6');

/** Calls return -1 on failure; `lastError()` says why. Pointers take Buffers or addresses (bigint). */
export const libc = {
  socket: lib.func('int socket(int domain, int type, int protocol)'),
  getsockname: lib.func('int getsockname(int fd, void *address, void *length)'),
  bind: lib.func('int bind(int fd, void *address, uint length)'),
  setsockopt: lib.func('int setsockopt(int fd, int level, int name, void *value, uint length)'),
  getsockopt: lib.func('int getsockopt(int fd, int level, int name, void *value, void *length)'),
  send: lib.func('int send(int fd, void *bytes, size_t length, int flags)'),
  sendto: lib.func(
    'int sendto(int fd, void *bytes, size_t length, int flags, void *address, uint addressLength)',
  ),
  recv: lib.func('int recv(int fd, void *bytes, size_t length, int flags)'),
  recvmmsg: lib.func('int recvmmsg(int fd, void *messages, uint count, int flags, void *timeout)'),
  ppoll: lib.func('int ppoll(void *fds, ulong count, void *timeout, void *mask)'),
  eventfd: lib.func('int eventfd(uint initial, int flags)'),
  read: lib.func('int read(int fd, void *bytes, size_t length)'),
  write: lib.func('int write(int fd, void *bytes, size_t length)'),
  close: lib.func('int close(int fd)'),
  ifNameToIndex: lib.func('uint if_nametoindex(str name)'),
  prctl: lib.func('int prctl(int option, ulong second, ulong third, ulong fourth, ulong fifth)'),
  setPriority: lib.func('int setpriority(int which, uint who, int nice)'),
  schedSetScheduler: lib.func('int sched_setscheduler(int pid, int policy, void *parameter)'),
};

export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_CLOEXEC = 0x80000;
export const SOCK_NONBLOCK = 0x800;
export const MSG_DONTWAIT = 0x40;
export const SOL_SOCKET = 1;
export const SO_RCVBUF = 8;
export const SO_RCVBUFFORCE = 33;
export const EAGAIN = 11;
export const EINTR = 4;
export const ENETDOWN = 100;
export const ENOBUFS = 105;

/** The error of the last call of this thread, as "ENODEV (19)". */
export function lastError(): string {
  const errno = koffi.errno();
  const name = Object.entries(koffi.os.errno).find(([, value]) => value === errno)?.[0] ?? 'errno';
  return `${name} (${errno})`;
}

/** The number of the last error of this thread. */
export const lastErrno = (): number => koffi.errno();

/** The address of a buffer. The caller keeps the buffer referenced; it must come from `fixedBuffer`. */
export const addressOf = (buffer: Uint8Array): bigint => BigInt(koffi.address(buffer));

/** Memory outside Node's pool, which stays where it is. */
export function fixedBuffer(length: number): Buffer {
  const buffer = Buffer.allocUnsafeSlow(length);
  buffer.fill(0);
  return buffer;
}

/** A file descriptor or an exception naming what was tried. */
export function mustOpen(fd: number, what: string): number {
  if (fd < 0) throw new Error(`${what}: ${lastError()}`);
  return fd;
}

/** Sets an integer socket option; false when the kernel refuses. */
export function setIntOption(fd: number, level: number, name: number, value: number): boolean {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return libc.setsockopt(fd, level, name, bytes, 4) === 0;
}

/**
 * Has the kernel keep `bytes` of what has not been read yet, doubled for its bookkeeping; false when it gives no more
 * than net.core.rmem_max allows, as it does without CAP_NET_ADMIN.
 */
export function setReceiveBuffer(fd: number, bytes: number): boolean {
  if (setIntOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, bytes)) return true;
  setIntOption(fd, SOL_SOCKET, SO_RCVBUF, bytes);
  return false;
}

/** Bytes that the kernel keeps of what has not been read yet. */
export function receiveBufferOf(fd: number): number {
  const value = Buffer.alloc(4);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(4);
  libc.getsockopt(fd, SOL_SOCKET, SO_RCVBUF, value, length);
  return value.readInt32LE(0);
}
