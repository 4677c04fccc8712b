/**
 * A node's identity: a key and a certificate that it signs itself. Nodes know each other's certificate since one
 * joined the other, and accept that very one and no other; names and authorities play no part.
 */
import { createHash, webcrypto, X509Certificate } from 'node:crypto';
import { fail, ok, type Result } from '#base/result.ts';

export interface Identity {
  /** PKCS#8, PEM. */
  readonly key: string;
  /** PEM. */
  readonly certificate: string;
}

/** Twenty years: a pinned certificate does not become less trustworthy by age, and a pair must not break by a date. */
const lifeMs = 20 * 365 * 24 * 3_600_000;
/** A clock that is set back after the first start must not make the certificate one of the future. */
const headStartMs = 24 * 3_600_000;

/** A new identity (ECDSA P-256) for the node of this name. `now` is ms since 1970. */
export async function makeIdentity(node: string, now: number): Promise<Identity> {
  // The library finds its parts by metadata that the language does not have yet.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  x509.cryptoProvider.set(webcrypto as never);
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: Buffer.from(webcrypto.getRandomValues(new Uint8Array(16))).toString('hex'),
    name: `CN=${node}`,
    notBefore: new Date(now - headStartMs),
    notAfter: new Date(now + lifeMs),
    signingAlgorithm: algorithm,
    keys: keys as never,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: node }]),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = pkcs8.match(/.{1,64}/g) ?? [];
  return {
    key: ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n'),
    certificate: `${certificate.toString('pem')}\n`,
  };
}

/** SHA-256 of a certificate, 64 hex digits; fails for what is none. */
export function fingerprintOf(certificate: string): Result<string> {
  try {
    return ok(createHash('sha256').update(new X509Certificate(certificate).raw).digest('hex'));
  } catch {
    return fail('this is not a certificate');
  }
}
