/** The process that flows end at: takes TCP connections, and answers UDP when it is told to. */
import { createServer } from 'node:net';
import { addressBytes, type Ipv4 } from '#base/address.ts';
import {
  AF_INET,
  addressOf,
  fixedBuffer,
  libc,
  MSG_DONTWAIT,
  mustOpen,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOL_SOCKET,
  setIntOption,
} from '#linux/libc.ts';
import { type SinkRequest, serverAddress, tcpPorts, udpPorts } from './flows-wire.ts';

const SO_RCVBUFFORCE = 33;
const POLLIN = 1;
const batch = 64;
const slot = 64;
const messageBytes = 64;
const nameBytes = 16;
const waitNanoseconds = 5_000_000;

const fds = Array.from({ length: udpPorts.count }, (_, i) => {
  const fd = mustOpen(libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) as number, 'socket');
  const address = fixedBuffer(16);
  address.writeUInt16LE(AF_INET, 0);
  address.writeUInt16BE(udpPorts.first + i, 2);
  address.set(addressBytes(serverAddress as Ipv4), 4);
  mustOpen(libc.bind(fd, address, 16) as number, `port ${udpPorts.first + i}`);
  setIntOption(fd, SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20);
  return fd;
});

/** Together, so that nothing of it is collected while the kernel knows its address. */
const batches = {
  memory: fixedBuffer(batch * slot),
  names: fixedBuffer(batch * nameBytes),
  vectors: fixedBuffer(batch * 16),
  messages: fixedBuffer(batch * messageBytes),
};
const nameAt = Array.from({ length: batch }, (_, i) =>
  batches.names.subarray(i * nameBytes, (i + 1) * nameBytes),
);
for (let i = 0; i < batch; i++) {
  const { memory, names, vectors, messages } = batches;
  vectors.writeBigUInt64LE(addressOf(memory) + BigInt(i * slot), i * 16);
  vectors.writeBigUInt64LE(BigInt(slot), i * 16 + 8);
  messages.writeBigUInt64LE(addressOf(names) + BigInt(i * nameBytes), i * messageBytes);
  messages.writeBigUInt64LE(addressOf(vectors) + BigInt(i * 16), i * messageBytes + 16);
  messages.writeBigUInt64LE(1n, i * messageBytes + 24);
}
const polled = fixedBuffer(fds.length * 8);
for (const [i, fd] of fds.entries()) {
  polled.writeInt32LE(fd, i * 8);
  polled.writeInt16LE(POLLIN, i * 8 + 4);
}
const timeout = fixedBuffer(16);
timeout.writeUInt32LE(waitNanoseconds, 8);

/** Takes what has come at a port; answers it if asked to. False when nothing is left. */
function take(fd: number, answer: boolean): boolean {
  const { memory, names, messages } = batches;
  for (let i = 0; i < batch; i++) messages.writeUInt32LE(nameBytes, i * messageBytes + 8);
  const got = libc.recvmmsg(fd, messages, batch, MSG_DONTWAIT, null) as number;
  for (let i = 0; answer && i < got; i++)
    libc.sendto(fd, memory, 4, MSG_DONTWAIT, nameAt[i] ?? names, nameBytes);
  return got === batch;
}

let isEchoing = false;
/** One wait of 5 ms at most, so that requests are heard. */
function turn(): void {
  if (!isEchoing) return;
  const ready = libc.ppoll(polled, fds.length, timeout, null) as number;
  for (let i = 0; ready > 0 && i < fds.length; i++)
    if (polled.readInt16LE(i * 8 + 6) !== 0) while (take(fds[i] ?? -1, true));
  setImmediate(turn);
}

for (let i = 0; i < tcpPorts.count; i++) {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.resume();
  });
  server.listen({ host: serverAddress, port: tcpPorts.first + i, backlog: 1_024 });
}

process.on('message', (request: SinkRequest) => {
  // What nobody wanted an answer to is thrown away.
  for (const fd of fds) while (take(fd, false));
  const wasEchoing = isEchoing;
  isEchoing = request.on;
  if (isEchoing && !wasEchoing) turn();
  process.send?.(true);
});
process.on('disconnect', () => process.exit());
