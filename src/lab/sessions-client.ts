/**
 * The client's end of the lab's connections: opens them once and keeps them for as long as the lab stands. At a line on
 * standard input it answers with a `SessionCheck`. Arguments: the distant end's address, and how many of each kind.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { byteAt, ports, type SessionCheck, type SessionCounts, type SessionGroup } from './sessions-wire.ts';

const chunkBytes = 200;
const chunkEveryMs = 100;
/** Retransmissions are spaced wider and wider; after an outage of three seconds the next may take as long again. */
const answerLimitMs = 8_000;
const firstLimitMs = 3_000;
/** A busy machine may take longer to open them; kinds that answer in part, or all of them silent, are waited for. */
const openLimitMs = 12_000;
const lookEveryMs = 20;

/** A connection that can be asked whether it still works. */
interface Session {
  fault: string | undefined;
  /** Asks the other end something, if that is not done all the time. */
  poke(): void;
  /** Whether an answer came to something that was sent since `poke`. */
  isAnswered(): boolean;
}

let bytesCompared = 0;

/** Sends chunks all the time, or one at each question, and compares every byte that comes back. */
class TcpSession implements Session {
  fault: string | undefined;
  readonly #socket: Socket;
  readonly #stream: number;
  #sent = 0;
  #received = 0;
  #goal = 0;

  constructor(host: string, stream: number, isBusy: boolean) {
    this.#stream = stream;
    this.#socket = connect({ host, port: ports.echo, noDelay: true });
    this.#socket.on('data', (chunk) => this.#compare(chunk));
    this.#socket.on('error', (error) => this.#fail(error.message));
    this.#socket.on('close', () => this.#fail('closed by the other end'));
    if (isBusy) setTimeout(() => setInterval(() => this.#send(), chunkEveryMs), (stream * 7) % chunkEveryMs);
  }

  poke(): void {
    this.#send();
    this.#goal = this.#sent;
  }

  isAnswered(): boolean {
    return this.#received >= this.#goal;
  }

  #send(): void {
    if (this.fault !== undefined) return;
    const start = this.#sent;
    this.#sent += chunkBytes;
    this.#socket.write(Uint8Array.from({ length: chunkBytes }, (_, i) => byteAt(this.#stream, start + i)));
  }

  #compare(chunk: Buffer): void {
    for (const byte of chunk) {
      if (byte !== byteAt(this.#stream, this.#received)) {
        this.#fail(`byte ${this.#received} came back changed`);
        return;
      }
      this.#received += 1;
    }
    bytesCompared += chunk.length;
  }

  #fail(why: string): void {
    this.fault ??= `stream ${this.#stream}: ${why}`;
  }
}

/** Asks the distant end, on a way of its own, to speak on its silent connections. */
class Pusher {
  /** How often it was asked. */
  round = 0;
  readonly #socket = createSocket('udp4');

  constructor(host: string) {
    this.#socket.on('error', () => undefined);
    setInterval(() => {
      if (this.round > 0) this.#socket.send(String(this.round), ports.pushed, host);
    }, chunkEveryMs);
  }
}

/** Says nothing itself, ever: what comes first after a fault comes from outside. */
class PushedSession implements Session {
  fault: string | undefined;
  readonly #pusher: Pusher;
  #heard = 0;

  constructor(host: string, pusher: Pusher) {
    this.#pusher = pusher;
    const socket = connect({ host, port: ports.pushed });
    socket.on('data', (chunk) => {
      this.#heard = Number(chunk.toString().trim().split('\n').at(-1));
    });
    socket.on('error', (error) => {
      this.fault ??= error.message;
    });
    socket.on('close', () => {
      this.fault ??= 'closed by the other end';
    });
  }

  poke(): void {
    this.#heard = 0;
  }

  isAnswered(): boolean {
    return this.#heard === this.#pusher.round;
  }
}

/** Must be seen by the other end under the same address and port all the time. */
class UdpSession implements Session {
  fault: string | undefined;
  readonly #socket: UdpSocket;
  readonly #host: string;
  #asked = 0;
  #answered = 0;
  #goal = 0;
  #seenAs: string | undefined;

  constructor(host: string) {
    this.#host = host;
    this.#socket = createSocket('udp4');
    this.#socket.on('message', (message) => this.#hear(message.toString()));
    this.#socket.on('error', () => undefined);
    setInterval(() => this.#ask(), chunkEveryMs);
  }

  poke(): void {
    this.#ask();
    this.#goal = this.#asked;
  }

  isAnswered(): boolean {
    return this.#answered >= this.#goal;
  }

  #ask(): void {
    this.#asked += 1;
    this.#socket.send(String(this.#asked), ports.udp, this.#host);
  }

  #hear(message: string): void {
    const [number, seenAs] = message.split(' ');
    this.#answered = Math.max(this.#answered, Number(number));
    this.#seenAs ??= seenAs;
    if (seenAs !== this.#seenAs) this.fault ??= `translated to ${this.#seenAs} first, now to ${seenAs}`;
  }
}

/**
 * Active FTP: the helper must rewrite the address in PORT and let the data connection in. A port is named at the end of
 * each question and used at the next, so that what the helper foresees has to survive, too.
 */
class FtpSession implements Session {
  fault: string | undefined;
  readonly #control: Socket;
  readonly #data = createServer((socket) =>
    socket.on('data', () => this.#arrived()).on('error', () => undefined),
  );
  #isAnswered = false;
  #isWelcome = false;
  #isPortNamed = false;
  #isAsked = false;

  constructor(host: string) {
    this.#control = connect({ host, port: ports.ftp, noDelay: true });
    this.#control.on('error', (error) => this.#fail(error.message));
    this.#control.on('close', () => this.#fail('closed by the other end'));
    // The kernel's helper reads commands only behind a line that it has seen the end of.
    this.#control.on('connect', () => this.#control.write('USER lab\r\n'));
    this.#control.on('data', (chunk) => {
      if (this.#isWelcome || !chunk.includes('230 ')) return;
      this.#isWelcome = true;
      this.#data.listen(0, '0.0.0.0', () => this.#nameThePort());
    });
  }

  /** Asked before it has named a port, it goes on to ask as soon as it has. */
  poke(): void {
    this.#isAnswered = false;
    this.#isAsked = !this.#isPortNamed;
    if (this.#isPortNamed) this.#control.write('LIST\r\n');
  }

  isAnswered(): boolean {
    return this.#isAnswered;
  }

  #arrived(): void {
    this.#isAnswered = true;
    this.#nameThePort();
  }

  #nameThePort(): void {
    const address = this.#data.address();
    if (address === null || typeof address === 'string') return;
    const host = (this.#control.localAddress ?? '').replaceAll('.', ',');
    this.#control.write(`PORT ${host},${address.port >> 8},${address.port & 0xff}\r\n`);
    this.#isPortNamed = true;
    if (this.#isAsked) this.poke();
  }

  #fail(why: string): void {
    this.fault ??= `control connection: ${why}`;
  }
}

function open(host: string, counts: SessionCounts, pusher: Pusher): Map<string, readonly Session[]> {
  const many = (count: number, make: (index: number) => Session): Session[] =>
    Array.from({ length: count }, (_, index) => make(index));
  return new Map([
    ['TCP streams', many(counts.streams, (index) => new TcpSession(host, index, true))],
    [
      'idle TCP connections',
      many(counts.idle, (index) => new TcpSession(host, counts.streams + index, false)),
    ],
    ['server-first TCP connections', many(counts.pushed, () => new PushedSession(host, pusher))],
    ['UDP flows', many(counts.udp, () => new UdpSession(host))],
    ['FTP sessions', many(counts.ftp, () => new FtpSession(host))],
  ]);
}

/** The first time, kinds of which none works are given up: the rules do not let them pass. */
async function check(
  groups: Map<string, readonly Session[]>,
  pusher: Pusher,
  isFirst: boolean,
): Promise<SessionCheck> {
  const all = [...groups.values()].flat();
  pusher.round += 1;
  for (const session of all) session.poke();
  const until = performance.now() + (isFirst ? firstLimitMs : answerLimitMs);
  const isOpen = (session: Session) => session.fault === undefined && !session.isAnswered();
  const late = until + (isFirst ? openLimitMs - firstLimitMs : 0);
  const isWorth = () => performance.now() < until || (performance.now() < late && isHalfOpen(groups));
  while (all.some(isOpen) && isWorth()) await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  const result = [...groups].map(([name, sessions]) => groupOf(name, sessions));
  if (isFirst) for (const { name, alive } of result) if (alive === 0) groups.delete(name);
  return { groups: result, bytesCompared };
}

/** Some kind has begun to work and is not done, or none has begun. */
function isHalfOpen(groups: Map<string, readonly Session[]>): boolean {
  const answered = [...groups.values()].map(
    (sessions) => sessions.filter((session) => session.isAnswered()).length / sessions.length,
  );
  return answered.every((part) => part === 0) || answered.some((part) => part > 0 && part < 1);
}

function groupOf(name: string, sessions: readonly Session[]): SessionGroup {
  const dead = sessions.filter((session) => session.fault !== undefined || !session.isAnswered());
  return {
    name,
    total: sessions.length,
    alive: sessions.length - dead.length,
    firstFault: dead[0] === undefined ? undefined : (dead[0].fault ?? 'no answer'),
  };
}

if (import.meta.main) {
  const host = process.argv[2] ?? '';
  const pusher = new Pusher(host);
  const counts = JSON.parse(process.argv[3] ?? '') as SessionCounts;
  const groups = open(host, counts, pusher);
  let wasAsked = false;
  createInterface({ input: process.stdin }).on('line', () => {
    const isFirst = !wasAsked;
    wasAsked = true;
    void check(groups, pusher, isFirst).then((result) => process.stdout.write(`${JSON.stringify(result)}\n`));
  });
}
