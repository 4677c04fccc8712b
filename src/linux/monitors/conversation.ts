/** Checks by TCP: connect, perhaps say something, and judge what comes back. */
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Answer, Asked } from '#ports/monitors.ts';

/** More of an answer is not looked at. */
export const mostBytes = 65_536;

export interface Conversation {
  /** What is sent once the connection stands. */
  readonly say: Buffer;
  /** Undefined: more must come. `ended`: nothing more will. */
  judge(received: Buffer, ended: boolean): Answer | undefined;
}

export interface Way {
  readonly address: string;
  readonly port: number;
  /** Milliseconds for everything. */
  readonly timeout: number;
  /** Undefined for plain TCP. `host` is asked for by SNI. */
  readonly tls?: { readonly verify: boolean; readonly host: string | undefined };
}

/** Without a conversation a connection that stands is answer enough. */
export function converse(way: Way, conversation?: Conversation): Asked {
  let finish: (answer: Answer) => void = () => undefined;
  const answer = new Promise<Answer>((resolve) => {
    finish = resolve;
  });
  const { address: host, port } = way;
  const socket =
    way.tls === undefined
      ? connectPlain({ host, port, noDelay: true, autoSelectFamily: false })
      : connectTls({ host, port, rejectUnauthorized: way.tls.verify, ...serverName(way.tls.host) });
  let stands = false;
  const end = (result: Answer): void => {
    clearTimeout(timer);
    close(socket);
    finish(result);
  };
  const timer = setTimeout(() => {
    const what = stands ? 'connected, but no answer' : 'no answer';
    end({ ok: false, why: `${what} within ${way.timeout} ms` });
  }, way.timeout);
  socket.on('error', (error: NodeJS.ErrnoException) => end({ ok: false, why: explain(error) }));
  socket.once(way.tls === undefined ? 'connect' : 'secureConnect', () => {
    stands = true;
    if (conversation === undefined) end({ ok: true });
    else socket.write(conversation.say);
  });
  if (conversation !== undefined) listen(socket, conversation, end);
  return { answer, abandon: () => end({ ok: false, why: 'given up' }) };
}

function listen(socket: Socket, { judge }: Conversation, end: (answer: Answer) => void): void {
  let received = Buffer.alloc(0);
  const look = (ended: boolean): void => {
    const result = judge(received, ended);
    if (result !== undefined) end(result);
    else if (ended) end({ ok: false, why: 'the connection ended without the expected answer' });
  };
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk.subarray(0, mostBytes - received.length)]);
    look(received.length >= mostBytes);
  });
  socket.once('end', () => look(true));
}

/** A reset leaves nothing behind; a plain close would keep the port for a minute (TIME_WAIT) on either side. */
function close(socket: Socket): void {
  if ('encrypted' in socket || socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}

/** SNI holds names, not addresses (RFC 6066 section 3). */
const serverName = (host: string | undefined): { servername?: string } => {
  const bare = host?.replace(/:\d+$/, '');
  return bare === undefined || isIP(bare) !== 0 ? {} : { servername: bare };
};

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset',
  EHOSTUNREACH: 'host unreachable',
  ENETUNREACH: 'network unreachable',
  EPIPE: 'connection closed',
};

const explain = (error: NodeJS.ErrnoException): string => words[error.code ?? ''] ?? error.message;
