/**
 * A certificate of one's own for the page. It is judged as a browser would judge it before it is taken: a page that
 * no browser opens any more could not be mended on the page.
 */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { fail, ok, type Result } from '#base/result.ts';
import type { PageCertificate } from './contract/certificate.ts';
import type { Identity } from './identity.ts';

export interface CertificateFault {
  readonly field: 'certificate' | 'key';
  readonly message: string;
}
export type Judged =
  | { readonly ok: true; readonly value: Identity }
  | { readonly ok: false; readonly error: CertificateFault };

/** Extended key usage "server authentication" (RFC 5280, 4.2.1.12). */
const serverAuthentication = '1.3.6.1.5.5.7.3.1';

/** What was uploaded, written anew so that nothing else is in it. `now` is ms since 1970. */
export function judgeCertificate(certificate: string, key: string, now: number): Judged {
  const chain = chainOf(certificate);
  if (typeof chain === 'string') return wrong('certificate', chain);
  const [own] = chain;
  if (own === undefined)
    return wrong('certificate', 'there is no certificate in PEM (-----BEGIN CERTIFICATE-----) in it');
  const unfit = unfitness(own, now) ?? disorder(chain);
  if (unfit !== undefined) return wrong('certificate', unfit);
  const secret = keyOf(key);
  if (typeof secret === 'string') return wrong('key', secret);
  if (!own.checkPrivateKey(secret)) return wrong('key', 'this is not the key of the first certificate');
  const value: Identity = {
    key: secret.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: chain.map(String).join(''),
  };
  const usable = usability(value);
  return usable.ok ? { ok: true, value } : wrong('certificate', usable.error);
}

/** Whether a server could begin with it: OpenSSL has demands of its own, such as a least length of keys. */
export function usability({ key, certificate }: Identity): Result<void> {
  try {
    createSecureContext({ key, cert: certificate });
    return ok(undefined);
  } catch (error) {
    return fail(`OpenSSL does not take it: ${(error as Error).message}`);
  }
}

const wrong = (field: CertificateFault['field'], message: string): Judged => ({
  ok: false,
  error: { field, message },
});

function chainOf(text: string): X509Certificate[] | string {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const chain: X509Certificate[] = [];
  for (const block of blocks) {
    try {
      chain.push(new X509Certificate(block));
    } catch {
      return `certificate ${chain.length + 1} cannot be read; copy all of its lines`;
    }
  }
  return chain;
}

function unfitness(own: X509Certificate, now: number): string | undefined {
  if (now > Date.parse(own.validTo)) return `it has ended: ${own.validTo}`;
  if (now < Date.parse(own.validFrom)) return `it is not valid before ${own.validFrom}; is the clock right?`;
  if (own.subjectAltName === undefined)
    return 'it has no subjectAltName, and browsers look for their address nowhere else';
  const uses: readonly string[] | undefined = own.keyUsage;
  if (uses !== undefined && !uses.includes(serverAuthentication))
    return 'it is not meant for servers (extended key usage)';
  return undefined;
}

function disorder(chain: readonly X509Certificate[]): string | undefined {
  const at = chain.findIndex((one, index) => index > 0 && chain[index - 1]?.checkIssued(one) !== true);
  if (at < 0) return undefined;
  return `certificate ${at + 1} has not issued certificate ${at}: first comes the page's own, then who issued it, and so on`;
}

function keyOf(text: string): KeyObject | string {
  const block = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]+?-----END \1PRIVATE KEY-----/.exec(text)?.[0];
  if (block === undefined) return 'there is no private key in PEM (-----BEGIN PRIVATE KEY-----) in it';
  if (/ENCRYPTED/.test(block))
    return 'the key is encrypted; write it without its passphrase first: openssl pkey -in FILE';
  try {
    return createPrivateKey(block);
  } catch {
    return 'the key cannot be read; copy all of its lines';
  }
}

/** What may be shown of a certificate. */
export function describeCertificate(
  { certificate }: Identity,
  kind: PageCertificate['kind'],
): PageCertificate {
  const chain = chainOf(certificate);
  const own = typeof chain === 'string' ? undefined : chain[0];
  if (own === undefined) throw new Error('bug: a certificate is in use that is none');
  const { asymmetricKeyType = '', asymmetricKeyDetails = {} } = own.publicKey;
  const { namedCurve, modulusLength } = asymmetricKeyDetails;
  return {
    kind,
    subject: own.subject ?? '',
    issuer: own.issuer ?? '',
    names: namesOf(own.subjectAltName),
    from: Date.parse(own.validFrom),
    until: Date.parse(own.validTo),
    fingerprint: own.fingerprint256.replaceAll(':', '').toLowerCase(),
    key: [asymmetricKeyType, namedCurve ?? modulusLength ?? ''].join(' ').trim(),
    length: chain.length,
  };
}

/** OpenSSL's words: "DNS:fw.example.net, IP Address:192.0.2.1". */
const namesOf = (alternatives: string | undefined): string[] =>
  (alternatives ?? '')
    .split(', ')
    .filter((name) => name !== '')
    .map((name) => name.replace(/^(DNS|IP Address):/, ''));
