/** One call of a pfSense over TLS. The login is sent only to a certificate that was found right. */
import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { fail, ok, type Result } from '#base/result.ts';
import { usualLimits } from '#configsync/value.ts';

/** A pfSense that is there takes the connection at once, ms. */
const connectPatience = 10_000;

export interface PfsenseCall {
  /** An address, without brackets. */
  readonly host: string;
  /** That of HTTPS when left out. */
  readonly port?: number;
  /** The header of HTTP Basic. */
  readonly authorization: string;
  readonly body: string;
  readonly patienceMs: number;
  readonly verifyCertificate: boolean;
  /** SHA-256 of the one certificate that is accepted, 64 lower-case hex digits. */
  readonly fingerprint?: string;
  /** The field of the document that has it; that of a backup when left out. */
  readonly fingerprintField?: string;
}

export interface PfsenseAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

export function callPfsense(call: PfsenseCall): Promise<Result<PfsenseAnswer>> {
  return new Promise((resolve) => {
    const asked = request({
      host: call.host,
      port: call.port ?? 443,
      method: 'POST',
      path: '/xmlrpc.php',
      agent: false,
      // Judged below, so that the refusal can say what was shown.
      rejectUnauthorized: false,
    });
    const giveUp = (why: string): void => void asked.destroy(new Error(why));
    const patience = setTimeout(() => giveUp(`no answer within ${call.patienceMs} ms`), call.patienceMs);
    const connecting = setTimeout(() => giveUp('it does not take the connection'), connectPatience);
    const finish = (result: Result<PfsenseAnswer>): void => {
      clearTimeout(patience);
      clearTimeout(connecting);
      resolve(result);
    };
    asked.on('error', (error) => finish(fail(`${call.host}: ${error.message}`)));
    asked.on('close', () => finish(fail(`${call.host}: it broke the connection off`)));
    asked.on('socket', (socket) =>
      socket.once('secureConnect', () => {
        clearTimeout(connecting);
        const wrong = wrongWith(socket as TLSSocket, call);
        if (wrong !== undefined) return giveUp(wrong);
        asked.setHeader('authorization', call.authorization);
        asked.setHeader('content-type', 'text/xml; charset=utf-8');
        asked.setHeader('content-length', Buffer.byteLength(call.body));
        asked.end(call.body);
      }),
    );
    asked.on('response', (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
        parts.push(part);
        if (bytes > usualLimits.bytes) giveUp('the answer is too long');
      });
      response.on('end', () => finish(ok({ status: response.statusCode ?? 0, body: Buffer.concat(parts) })));
    });
  });
}

function wrongWith(socket: TLSSocket, call: PfsenseCall): string | undefined {
  const field = call.fingerprintField ?? 'ha.sync.config.fingerprint';
  const shown = socket.getPeerCertificate().fingerprint256 ?? '';
  if (call.fingerprint !== undefined) {
    return shown.replaceAll(':', '').toLowerCase() === call.fingerprint
      ? undefined
      : `its certificate is not the one of ${field}, but has ${shown}`;
  }
  if (!call.verifyCertificate || socket.authorized) return undefined;
  return `its certificate is not trusted (${socket.authorizationError}); if it is its own, write ${field}: ${shown}`;
}
