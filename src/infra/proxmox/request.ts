/**
 * One request to a Proxmox VE host. The certificate is compared with the pinned fingerprint when the TLS handshake is
 * done and before anything is sent, so that a token never reaches a stranger. Proxmox signs its own certificates:
 * names and authorities prove nothing there, the fingerprint does.
 */
import { request as httpsRequest } from 'node:https';
import { connect, type TLSSocket } from 'node:tls';
import { fail, ok, type Result } from '#base/result.ts';

export interface ProxmoxHost {
  readonly host: string;
  readonly port: number;
  /** SHA-256 of the certificate: 32 hex bytes with colons. */
  readonly fingerprint: string;
  /** USER@REALM!TOKENID=UUID */
  readonly token: string;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type Params = Readonly<Record<string, string | number | boolean>>;

export interface Answer {
  readonly status: number;
  /** The reason beside the status, where Proxmox puts what it objects to. */
  readonly reason: string;
  readonly body: string;
}

const patienceMs = 30_000;
/** The longest answer, a list of every machine of a large cluster, stays far below it. */
const bodyLimit = 16 * 1_024 * 1_024;

export async function request(
  to: ProxmoxHost,
  method: Method,
  path: string,
  params: Params = {},
): Promise<Result<Answer>> {
  const socket = await pinned(to);
  if (!socket.ok) return socket;
  return new Promise((resolve) => {
    const finish = (outcome: Result<Answer>): void => {
      socket.value.destroy();
      resolve(outcome);
    };
    const form = encode(params);
    const inQuery = method === 'GET' || method === 'DELETE';
    const sent = httpsRequest(
      {
        createConnection: () => socket.value,
        method,
        host: to.host,
        path: `/api2/json${path}${inQuery && form !== '' ? `?${form}` : ''}`,
        timeout: patienceMs,
        headers: {
          // A token needs no CSRF header (pve-docs, "API Tokens").
          authorization: `PVEAPIToken=${to.token}`,
          ...(inQuery
            ? {}
            : {
                'content-type': 'application/x-www-form-urlencoded',
                'content-length': String(Buffer.byteLength(form)),
              }),
        },
      },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          body += chunk;
          if (body.length > bodyLimit) finish(fail(`${to.host}: the answer to ${path} is too long`));
        });
        answer.on('end', () =>
          finish(ok({ status: answer.statusCode ?? 0, reason: answer.statusMessage ?? '', body })),
        );
        answer.on('error', (error) => finish(fail(`${to.host}: ${error.message}`)));
      },
    );
    sent.on('timeout', () =>
      finish(fail(`${to.host} did not answer ${path} within ${patienceMs / 1_000} s`)),
    );
    sent.on('error', (error) => finish(fail(`${to.host}: ${error.message}`)));
    sent.end(inQuery ? undefined : form);
  });
}

/** A connection to the host with the pinned certificate, and to no other. */
function pinned({ host, port, fingerprint }: ProxmoxHost): Promise<Result<TLSSocket>> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: patienceMs });
    const refuse = (reason: string): void => {
      socket.destroy();
      resolve(fail(reason));
    };
    socket.once('secureConnect', () => {
      const shown = socket.getPeerX509Certificate()?.fingerprint256;
      if (shown === undefined || shown.toUpperCase() !== fingerprint.toUpperCase()) {
        refuse(
          `${host} shows another certificate (SHA-256 ${shown ?? 'none'}) than the one in the document. Nothing was ` +
            'sent to it. Compare it with "pvenode cert info" at the host; after a renewal write the new fingerprint',
        );
        return;
      }
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      socket.removeAllListeners('error');
      resolve(ok(socket));
    });
    socket.once('timeout', () => refuse(`${host} port ${port} does not answer`));
    socket.once('error', (error) => refuse(`${host} port ${port}: ${error.message}`));
  });
}

/** Proxmox writes truth as 1 and 0. */
const encode = (params: Params): string =>
  new URLSearchParams(
    Object.entries(params).map(([key, value]): [string, string] => [
      key,
      typeof value === 'boolean' ? (value ? '1' : '0') : String(value),
    ]),
  ).toString();
