/**
 * ICMP echo by the kernel's ping sockets (net/ipv4/ping.c): datagram sockets that carry nothing but echoes, so that
 * Node's event loop can wait for them. The kernel fills in identifier and checksum, and hands over the answers that
 * bear our identifier alone.
 */
import { createSocket, type Socket } from 'node:dgram';
import type { Answer, Asked } from '#ports/monitors.ts';
import { AF_INET, AF_INET6, lastError, libc, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK } from '../libc.ts';
import { SysctlScope } from '../sysctl.ts';

const protocols = { ipv4: 1, ipv6: 58 } as const;
/** Echo request and reply (RFC 792, RFC 4443 section 4). */
const types = { ipv4: { request: 8, reply: 0 }, ipv6: { request: 128, reply: 129 } } as const;
/** Type, code, checksum, identifier, sequence: then a number of 32 bits that tells one echo from all others. */
const echoBytes = 12;

type Family = keyof typeof protocols;

export class Pinger {
  readonly #sockets = new Map<Family, Socket | string>();
  readonly #settings = new SysctlScope();
  readonly #waiting = new Map<number, (from: string) => void>();
  #number = 0;

  ask(address: string, timeout: number): Asked {
    const family: Family = address.includes(':') ? 'ipv6' : 'ipv4';
    const socket = this.#socket(family);
    if (typeof socket === 'string')
      return { answer: Promise.resolve({ ok: false, why: socket }), abandon: () => undefined };
    this.#number = (this.#number + 1) >>> 0;
    const number = this.#number;
    let finish: (answer: Answer) => void = () => undefined;
    const answer = new Promise<Answer>((resolve) => {
      finish = resolve;
    });
    const end = (result: Answer): void => {
      clearTimeout(timer);
      this.#waiting.delete(number);
      finish(result);
    };
    const timer = setTimeout(() => end({ ok: false, why: `no echo within ${timeout} ms` }), timeout);
    this.#waiting.set(number, (from) => {
      if (from === address) end({ ok: true });
    });
    const echo = Buffer.alloc(echoBytes);
    echo[0] = types[family].request;
    echo.writeUInt16BE(number & 0xffff, 6);
    echo.writeUInt32BE(number, 8);
    // The port is nothing to ICMP, but Node wants one.
    socket.send(echo, 1, address, (error) => {
      if (error !== null) end({ ok: false, why: `the echo could not be sent: ${error.message}` });
    });
    return { answer, abandon: () => end({ ok: false, why: 'given up' }) };
  }

  close(): void {
    for (const socket of this.#sockets.values()) if (typeof socket !== 'string') socket.close();
    this.#sockets.clear();
    this.#settings.restore();
  }

  /** The socket of a family, or why there is none. */
  #socket(family: Family): Socket | string {
    const known = this.#sockets.get(family);
    if (known !== undefined) return known;
    // Which groups may ping: at first nobody, not even root.
    this.#settings.set('net/ipv4/ping_group_range', '0\t0');
    const opened = open(family, (bytes, from) => this.#hear(family, bytes, from));
    this.#sockets.set(family, opened);
    return opened;
  }

  #hear(family: Family, bytes: Buffer, from: string): void {
    if (bytes.length < echoBytes || bytes[0] !== types[family].reply) return;
    this.#waiting.get(bytes.readUInt32BE(8))?.(from);
  }
}

function open(family: Family, hear: (bytes: Buffer, from: string) => void): Socket | string {
  const domain = family === 'ipv4' ? AF_INET : AF_INET6;
  const fd = libc.socket(domain, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocols[family]) as number;
  if (fd < 0) return `no ping socket is to be had: ${lastError()} (see net.ipv4.ping_group_range)`;
  const socket = createSocket({ type: family === 'ipv4' ? 'udp4' : 'udp6' });
  socket.on('message', (bytes, { address }) => hear(bytes, address));
  // ICMP errors come in as errors of the socket; whoever waits will see that no echo comes.
  socket.on('error', () => undefined);
  socket.bind({ fd, exclusive: true });
  return socket;
}
