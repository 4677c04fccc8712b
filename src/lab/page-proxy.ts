/**
 * Hands the page's requests on to a node, the master to begin with; to another one when it has gone. The browser talks
 * plain HTTP to the loopback, so that it need not trust the certificates of a lab; who may do what is the node's to say.
 */
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { Agent, request as ask } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { sessionCookie } from '#api/contract/rest.ts';

/** The node's cookie under a name that browsers take without TLS. */
const labCookie = 'bascule-lab';
/** A node that keeps a request waiting for so long is left, ms. */
const patienceMs = 60_000;

/** Connections to one node, by the socket at which its forwarder listens. */
class NodeAgent extends Agent {
  readonly #socket: string;

  constructor(socket: string) {
    super({ keepAlive: true });
    this.#socket = socket;
  }

  override createConnection(): Duplex {
    // The way there is a socket in the lab's own folder: nobody can stand in between.
    return connectTls({ path: this.#socket, rejectUnauthorized: false });
  }
}

export interface ProxyTarget {
  readonly node: string;
  readonly agent: Agent;
}

export const targetOf = (node: string, socket: string): ProxyTarget => ({
  node,
  agent: new NodeAgent(socket),
});

/** Sends a request on; `failed` is called when the node could not be reached and nothing has been answered. */
export function passOn(
  target: ProxyTarget,
  request: IncomingMessage,
  response: ServerResponse,
  failed: () => void,
): void {
  const onward = begin(
    target,
    request.method ?? 'GET',
    request.url ?? '/',
    headersFor(target, request.headers),
  );
  onward.on('response', (reply) => {
    response.writeHead(reply.statusCode ?? 502, headersBack(reply.headers));
    reply.pipe(response);
    reply.on('error', () => response.destroy());
  });
  onward.on('error', () => {
    if (response.headersSent) response.destroy();
    else failed();
  });
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

/** Whether the login of a request may operate the lab: the node is asked. */
export async function mayOperate(target: ProxyTarget, headers: IncomingHttpHeaders): Promise<boolean> {
  const stand = await sessionOf(target, { cookie: headers.cookie ?? '' });
  return stand !== undefined && isAdmin(stand);
}

/** Whether the node serves its page by now. */
export const isServing = async (target: ProxyTarget): Promise<boolean> =>
  (await sessionOf(target, {})) !== undefined;

/** What the node says of a login; undefined when it does not answer. */
function sessionOf(target: ProxyTarget, headers: IncomingHttpHeaders): Promise<string | undefined> {
  return new Promise((resolve) => {
    const onward = begin(target, 'GET', '/api/v1/session', headersFor(target, headers));
    onward.on('error', () => resolve(undefined));
    onward.on('response', (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      reply.on('end', () => resolve(reply.statusCode === 200 ? text : undefined));
    });
    onward.end();
  });
}

function isAdmin(text: string): boolean {
  try {
    const { user } = JSON.parse(text) as { user?: { grants?: Record<string, string> } };
    return user?.grants?.all === 'write' || user?.grants?.lab === 'write';
  } catch {
    return false;
  }
}

function begin(
  target: ProxyTarget,
  method: string,
  path: string,
  headers: IncomingHttpHeaders,
): ClientRequest {
  return ask({ method, path, headers, timeout: patienceMs, agent: target.agent });
}

/** The node is to see its own name and origin: that the page is the lab's own has been looked at already. */
function headersFor({ node }: ProxyTarget, headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection: _, ...kept } = headers;
  return {
    ...kept,
    host: node,
    ...(headers.origin === undefined ? {} : { origin: `https://${node}` }),
    ...(headers.cookie === undefined
      ? {}
      : { cookie: headers.cookie.replace(`${labCookie}=`, `${sessionCookie}=`) }),
  };
}

function headersBack(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { connection: _, 'strict-transport-security': __, ...kept } = headers;
  const cookies = headers['set-cookie']?.map((line) =>
    line.replace(`${sessionCookie}=`, `${labCookie}=`).replace(/;\s*Secure/i, ''),
  );
  return cookies === undefined ? kept : { ...kept, 'set-cookie': cookies };
}
