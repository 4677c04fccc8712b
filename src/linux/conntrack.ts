/** The kernel's table of connections over netlink (linux/netfilter/nfnetlink_conntrack.h). */
import { readFileSync } from 'node:fs';
import { fail, ok, type Result } from '#base/result.ts';
import type { ConntrackKernel, MessageHandler } from '#ports/conntrack.ts';
import { attachFilter } from './filter.ts';
import {
  AF_NETLINK,
  EINTR,
  ENOBUFS,
  fixedBuffer,
  lastErrno,
  lastError,
  libc,
  MSG_DONTWAIT,
  receiveBufferOf,
  SOCK_CLOEXEC,
  SOCK_RAW,
  setIntOption,
  setReceiveBuffer,
} from './libc.ts';
import { NLM_F_DUMP, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR } from './netlink/message.ts';
import { ReceiveBatch } from './receive-batch.ts';

const NETLINK_NETFILTER = 12;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_ADD_MEMBERSHIP = 1;
const NETLINK_DROP_MEMBERSHIP = 2;
/** NFNLGRP_CONNTRACK_NEW, UPDATE, DESTROY, EXP_NEW, EXP_DESTROY */
const groups = [1, 2, 3, 4, 6];
const conntrackGet = 0x101;
const conntrackDelete = 0x102;
const expectationGet = 0x201;
/** Some 80,000 events of 800 bytes with their bookkeeping: more than a second of 60,000 a second. */
const eventBufferBytes = 64 << 20;
const answerBufferBytes = 4 << 20;

const batchSize = 128;
const slotBytes = 2_048;
/** A dump comes in pieces of at most 32 KiB. */
const dumpBytes = 1 << 16;
const headBytes = 20;

interface Socket {
  readonly fd: number;
  readonly port: number;
}

function openSocket(): Result<Socket> {
  const fd = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER) as number;
  if (fd < 0) return fail(`netlink socket for conntrack: ${lastError()}`);
  const address = fixedBuffer(12);
  address.writeUInt16LE(AF_NETLINK, 0);
  const length = fixedBuffer(4);
  length.writeUInt32LE(12);
  if (libc.bind(fd, address, 12) !== 0 || libc.getsockname(fd, address, length) !== 0) {
    const why = lastError();
    libc.close(fd);
    return fail(`netlink socket for conntrack: ${why}; it takes CAP_NET_ADMIN`);
  }
  return ok({ fd, port: address.readUInt32LE(4) });
}

export class Conntrack implements ConntrackKernel {
  readonly port: number;
  /** To be waited for: readable when there is news. */
  readonly eventsFd: number;
  /** Bytes of unread news that the kernel keeps. */
  readonly eventRoom: number;
  readonly #requests: number;
  readonly #dump: number;
  readonly #batch = new ReceiveBatch(batchSize, slotBytes);
  readonly #answers = fixedBuffer(dumpBytes);
  readonly #dumped = fixedBuffer(dumpBytes);
  #dumpSequence = 0;

  private constructor(events: Socket, requests: Socket, dump: Socket) {
    this.eventsFd = events.fd;
    this.#requests = requests.fd;
    this.port = requests.port;
    this.#dump = dump.fd;
    setReceiveBuffer(events.fd, eventBufferBytes);
    this.eventRoom = receiveBufferOf(events.fd);
    keepOut(events.fd, requests.port);
    // Every request of a batch may be refused; answers shall not bear the request itself.
    setReceiveBuffer(requests.fd, answerBufferBytes);
    setIntOption(requests.fd, SOL_NETLINK, NETLINK_CAP_ACK, 1);
  }

  /** Needs CAP_NET_ADMIN in the network namespace. */
  static open(): Result<Conntrack> {
    const opened: Socket[] = [];
    for (let i = 0; i < 3; i++) {
      const socket = openSocket();
      if (!socket.ok) {
        for (const { fd } of opened) libc.close(fd);
        return socket;
      }
      opened.push(socket.value);
    }
    const [events, requests, dump] = opened as [Socket, Socket, Socket];
    return ok(new Conntrack(events, requests, dump));
  }

  listen(on: boolean): void {
    const action = on ? NETLINK_ADD_MEMBERSHIP : NETLINK_DROP_MEMBERSHIP;
    for (const group of groups) setIntOption(this.eventsFd, SOL_NETLINK, action, group);
  }

  readEvents(handle: MessageHandler): 'more' | 'empty' | 'overrun' {
    const got = this.#batch.receive(this.eventsFd);
    if (got < 0) return lastErrno() === ENOBUFS ? 'overrun' : 'empty';
    for (let i = 0; i < got; i++) {
      const slot = this.#batch.slots[i];
      if (slot !== undefined) each(slot, this.#batch.lengthOf(i), handle);
    }
    return got === batchSize ? 'more' : 'empty';
  }

  startDump(what: 'entries' | 'expectations'): void {
    this.#dumpSequence += 1;
    const request = Buffer.alloc(headBytes);
    request.writeUInt32LE(headBytes, 0);
    request.writeUInt16LE(what === 'entries' ? conntrackGet : expectationGet, 4);
    request.writeUInt16LE(NLM_F_REQUEST | NLM_F_DUMP, 6);
    request.writeUInt32LE(this.#dumpSequence, 8);
    // Of an earlier dump that was given up; the kernel takes no other before it has ended.
    while ((libc.recv(this.#dump, this.#dumped, dumpBytes, MSG_DONTWAIT) as number) > 0);
    libc.send(this.#dump, request, headBytes, 0);
  }

  readDump(handle: MessageHandler): 'more' | 'done' | 'failed' {
    const got = libc.recv(this.#dump, this.#dumped, dumpBytes, MSG_DONTWAIT) as number;
    if (got < headBytes - 4) return 'failed';
    let end: 'more' | 'done' | 'failed' = 'more';
    each(this.#dumped, got, (bytes, at, stop) => {
      const type = bytes.readUInt16LE(at + 4);
      if (bytes.readUInt32LE(at + 8) !== this.#dumpSequence) return;
      if (type === NLMSG_DONE) end = 'done';
      else if (type === NLMSG_ERROR) end = 'failed';
      else handle(bytes, at, stop);
    });
    return end;
  }

  transmit(messages: Buffer, length: number, failed: (sequence: number, errno: number) => void): void {
    this.ask(messages, length, (bytes, at) => {
      if (bytes.readUInt16LE(at + 4) !== NLMSG_ERROR) return;
      const errno = -bytes.readInt32LE(at + 16);
      if (errno !== 0) failed(bytes.readUInt32LE(at + 8), errno);
    });
  }

  /** The kernel works in the call: when it returns, all answers are there. */
  ask(request: Buffer, length: number, handle: MessageHandler): void {
    const sent = libc.send(this.#requests, request, length, 0) as number;
    if (sent !== length) throw new Error(`conntrack requests: ${lastError()}`);
    for (;;) {
      const got = libc.recv(this.#requests, this.#answers, dumpBytes, MSG_DONTWAIT) as number;
      if (got < 0 && (lastErrno() === EINTR || lastErrno() === ENOBUFS)) continue;
      if (got <= 0) return;
      each(this.#answers, got, handle);
    }
  }

  /** Removes every entry. */
  flush(): void {
    const request = Buffer.alloc(headBytes);
    request.writeUInt32LE(headBytes, 0);
    request.writeUInt16LE(conntrackDelete, 4);
    request.writeUInt16LE(NLM_F_REQUEST, 6);
    this.transmit(request, headBytes, () => undefined);
  }

  count(): { entries: number; most: number } {
    return { entries: numberIn('nf_conntrack_count'), most: numberIn('nf_conntrack_max') };
  }

  close(): void {
    for (const fd of [this.eventsFd, this.#requests, this.#dump]) libc.close(fd);
  }
}

/** Has the kernel keep back news of what was done from one port (nlmsg_pid, at 12 in the host's order). */
function keepOut(fd: number, port: number): void {
  const swapped = Buffer.alloc(4);
  swapped.writeUInt32LE(port);
  // Loads of classic BPF take network order: ld [12]; jeq port, drop, pass.
  attachFilter(fd, [
    [0x20, 0, 0, 12],
    [0x15, 0, 1, swapped.readUInt32BE(0)],
    [0x06, 0, 0, 0],
    [0x06, 0, 0, 0x40000],
  ]);
}

/** The messages in the first `end` bytes; stops at the first that is cut. */
function each(bytes: Buffer, end: number, handle: MessageHandler): void {
  for (let at = 0; at + headBytes - 4 <= end; ) {
    const length = bytes.readUInt32LE(at);
    if (length < headBytes - 4 || at + length > end) return;
    handle(bytes, at, at + length);
    at += (length + 3) & ~3;
  }
}

/** A figure of this thread's network namespace. */
const numberIn = (name: string): number => Number(readFileSync(`/proc/sys/net/netfilter/${name}`, 'utf8'));
