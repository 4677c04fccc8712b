/**
 * The far ends of test/balancer.test.ts, each in a namespace of its own. `server` answers at one address over TCP and
 * UDP with its address and the client's; `client` makes what it is asked for on standard input, one JSON per line.
 */
import { createSocket } from 'node:dgram';
import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/** A request to the client: `count` connections one after the other, or one that stays open. */
export interface Wish {
  readonly kind: 'tcp' | 'udp' | 'hold' | 'use' | 'drop';
  readonly to: string;
  readonly port: number;
  readonly from?: string;
  readonly count?: number;
}
/** Per connection what the server said ("10.0.0.11 192.0.2.9"), or "error: why", and how long it took. */
export interface Outcome {
  readonly said: readonly string[];
  readonly slowestMs: number;
}

const answerLimit = 3_000;
const [, , role, address = ''] = process.argv;

if (role === 'server') serve(Number(process.argv[4]));
if (role === 'client') obey();

function serve(port: number): void {
  const plain = (from: string | undefined): string => (from ?? '').replace('::ffff:', '');
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    // The first line is the answer to the check and to the client; every further byte is answered by another.
    socket.write(`${address} ${plain(socket.remoteAddress)}\n`);
    socket.on('data', () => socket.write('.'));
  });
  const datagrams = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  datagrams.on('message', (_, from) =>
    datagrams.send(`${address} ${plain(from.address)}`, from.port, from.address),
  );
  datagrams.bind(port, address, () =>
    server.listen(port, address, () => process.stdout.write('listening\n')),
  );
}

function obey(): void {
  const held: Socket[] = [];
  createInterface({ input: process.stdin }).on('line', async (line) => {
    const wish = JSON.parse(line) as Wish;
    const said: string[] = [];
    let slowestMs = 0;
    for (let i = 0; i < (wish.count ?? 1); i++) {
      const began = performance.now();
      said.push(await once(wish, held));
      slowestMs = Math.max(slowestMs, performance.now() - began);
    }
    process.stdout.write(`${JSON.stringify({ said, slowestMs } satisfies Outcome)}\n`);
  });
}

function once(wish: Wish, held: Socket[]): Promise<string> {
  if (wish.kind === 'udp') return datagram(wish);
  if (wish.kind === 'use') return Promise.all(held.map(use)).then((all) => all.join(' '));
  if (wish.kind === 'drop') {
    for (const socket of held.splice(0)) socket.destroy();
    return Promise.resolve('dropped');
  }
  return new Promise((resolve) => {
    const { to: host, port, from } = wish;
    const socket = connect({ host, port, ...(from === undefined ? {} : { localAddress: from }) });
    const end = (text: string): void => {
      clearTimeout(timer);
      if (wish.kind === 'hold' && !text.startsWith('error')) held.push(socket);
      else socket.resetAndDestroy();
      resolve(text);
    };
    const timer = setTimeout(() => end('error: timeout'), answerLimit);
    socket.on('error', (error: NodeJS.ErrnoException) => end(`error: ${error.code}`));
    socket.once('data', (bytes) => end(String(bytes).trim()));
  });
}

/** Whether a connection that was held still answers. */
function use(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('silent'), answerLimit);
    const end = (text: string): void => {
      clearTimeout(timer);
      resolve(text);
    };
    if (socket.destroyed) end('ended');
    socket.once('error', () => end('ended'));
    socket.once('close', () => end('ended'));
    socket.once('data', () => end('alive'));
    socket.write('?');
  });
}

function datagram({ to, port, from }: Wish): Promise<string> {
  return new Promise((resolve) => {
    const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4');
    const end = (text: string): void => {
      clearTimeout(timer);
      socket.close();
      resolve(text);
    };
    const timer = setTimeout(() => end('error: timeout'), answerLimit);
    socket.on('error', (error: NodeJS.ErrnoException) => end(`error: ${error.code}`));
    socket.on('message', (bytes) => end(String(bytes)));
    // Connected, so that a refusal by ICMP is heard of.
    const go = (): void => socket.connect(port, to, () => socket.send('?'));
    if (from === undefined) go();
    else socket.bind({ address: from, port: 0 }, go);
  });
}
