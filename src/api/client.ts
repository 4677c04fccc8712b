/** Talks to a running node over its control socket. */
import { createConnection } from 'node:net';
import { fail, ok, type Result } from '#base/result.ts';
import { type ControlReply, type ControlRequest, controlReply } from './contract/control.ts';

/** Where a node listens unless told otherwise. */
export const defaultSocket = '/run/bascule/node.sock';

/** One request, one reply; fails when nobody listens, the answer is malformed, or after `timeoutMs`. */
export function ask(
  socket: string,
  request: ControlRequest,
  timeoutMs = 2_000,
): Promise<Result<Extract<ControlReply, { ok: true }>>> {
  return new Promise((resolve) => {
    const connection = createConnection(socket);
    let text = '';
    const finish = (result: Result<Extract<ControlReply, { ok: true }>>) => {
      connection.destroy();
      resolve(result);
    };
    connection.setTimeout(timeoutMs, () => finish(fail(`no answer from ${socket} within ${timeoutMs} ms`)));
    connection.on('error', (error: NodeJS.ErrnoException) => finish(fail(explain(socket, error))));
    connection.on('connect', () => connection.write(`${JSON.stringify(request)}\n`));
    connection.setEncoding('utf8');
    connection.on('data', (chunk: string) => {
      text += chunk;
      if (!chunk.includes('\n')) return;
      finish(parse(text.slice(0, text.indexOf('\n'))));
    });
    connection.on('end', () => finish(fail(`${socket} closed the connection without an answer`)));
  });
}

function parse(line: string): Result<Extract<ControlReply, { ok: true }>> {
  try {
    const reply = controlReply.parse(JSON.parse(line));
    return reply.ok ? ok(reply) : fail(reply.error);
  } catch (error) {
    return fail(`the node answered something this version does not understand: ${String(error)}`);
  }
}

function explain(socket: string, error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') {
    return `no node is running behind ${socket}; start one with "bascule node run", or name its socket with --socket`;
  }
  if (error.code === 'EACCES') return `${socket} may only be used by its owner; try as root`;
  return `${socket}: ${error.message}`;
}
