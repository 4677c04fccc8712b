/** The node's control socket: typed requests in, typed replies out, one JSON object per line. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { type ControlReply, type ControlRequest, controlRequest } from '#api/contract/control.ts';
import { fail, ok, type Result } from '#base/result.ts';

/** The longest request carries a document; whoever sends more is cut off. Characters. */
const requestLimit = 32_000_000;

/**
 * Listens at `path`, readable by the owner alone. A socket that a crashed node left is replaced; one that is
 * answered is an error.
 */
export async function serveControl(
  path: string,
  answer: (request: ControlRequest) => Promise<ControlReply>,
): Promise<Result<Server>> {
  if (await isAnswered(path)) return fail(`another node already runs behind ${path}`);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  const server = createServer((connection) => converse(connection, answer));
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(fail(`cannot listen at ${path}: ${error.message}`)));
    server.listen(path, () => {
      chmodSync(path, 0o600);
      resolve(ok(server));
    });
  });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

function converse(connection: Socket, answer: (request: ControlRequest) => Promise<ControlReply>): void {
  let text = '';
  connection.setEncoding('utf8');
  connection.on('error', () => connection.destroy());
  connection.on('data', async (chunk: string) => {
    text += chunk;
    if (text.length > requestLimit) {
      connection.destroy();
      return;
    }
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      const reply = await replyTo(line, answer);
      if (connection.writable) connection.write(`${JSON.stringify(reply)}\n`);
    }
  });
}

async function replyTo(
  line: string,
  answer: (request: ControlRequest) => Promise<ControlReply>,
): Promise<ControlReply> {
  let request: unknown;
  try {
    request = JSON.parse(line);
  } catch {
    return { ok: false, error: 'the request is not JSON' };
  }
  const parsed = controlRequest.safeParse(request);
  if (!parsed.success) return { ok: false, error: `unknown request: ${parsed.error.message}` };
  try {
    return await answer(parsed.data);
  } catch (error) {
    return { ok: false, error: (error as Error).message };
  }
}
