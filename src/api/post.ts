/** One question by HTTPS to a node whose certificate is known. */
import { type Agent, request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { fail, ok, type Result } from '#base/result.ts';
import { nodeServerName } from './proof.ts';

/** What a node may answer: a message of revisions, characters. */
const replyLimit = 64_000_000;

export interface Call {
  /** An address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** The one certificate that is accepted, PEM; which name stands in it does not matter. */
  readonly ca: string;
  readonly agent?: Agent;
  /** A connection that does not stand by then is given up, ms; with the question when left out. */
  readonly connectMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** `headersOf` and `bodyOf` are called when the connection stands, for what they say may depend on it. */
export function post(
  call: Call,
  path: string,
  patienceMs: number,
  headersOf: (socket: TLSSocket) => Readonly<Record<string, string>>,
  bodyOf: (socket: TLSSocket) => string,
): Promise<Result<Answer>> {
  const where = `${call.host} port ${call.port}`;
  return new Promise((resolve) => {
    const asked = request({
      ...call,
      servername: nodeServerName,
      method: 'POST',
      path,
      checkServerIdentity: () => undefined,
      headers: { 'content-type': 'application/json' },
    });
    const giveUpAfter = (ms: number): NodeJS.Timeout =>
      setTimeout(() => asked.destroy(new Error(`no answer within ${ms} ms`)), ms);
    const timer = giveUpAfter(patienceMs);
    const connecting = call.connectMs === undefined ? undefined : giveUpAfter(call.connectMs);
    const finish = (result: Result<Answer>): void => {
      clearTimeout(timer);
      clearTimeout(connecting);
      resolve(result);
    };
    asked.on('error', (error) => finish(fail(`${where}: ${explain(error)}`)));
    asked.on('socket', (socket) => {
      const secured = socket as TLSSocket;
      const go = (): void => {
        clearTimeout(connecting);
        const body = bodyOf(secured);
        for (const [name, value] of Object.entries(headersOf(secured))) asked.setHeader(name, value);
        asked.setHeader('content-length', Buffer.byteLength(body));
        asked.end(body);
      };
      if (secured.authorized) go();
      else socket.once('secureConnect', go);
    });
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.length > replyLimit) asked.destroy(new Error('the answer is too long'));
      });
      response.on('end', () => finish(ok({ status: response.statusCode ?? 0, text })));
    });
  });
}

function explain(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'nobody listens there; is the node running?';
    case 'ECONNRESET':
      return 'it broke the connection off; it was stopped, or has died';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'there is no way to it; is the cable plugged in?';
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'CERT_SIGNATURE_FAILURE':
      return 'it shows another certificate than the one it joined with: another machine, or one that was set up anew';
    default:
      return error.message;
  }
}
