import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { type Identity, makeIdentity } from './identity.ts';
import { describeCertificate, judgeCertificate } from './page-certificate.ts';

const now = Date.now();
const [page, other] = await Promise.all([makeIdentity('fw.example.net', now), makeIdentity('other', now)]);

const faultOf = (certificate: string, key: string, at = now): string => {
  const judged = judgeCertificate(certificate, key, at);
  return judged.ok ? 'taken' : `${judged.error.field}: ${judged.error.message}`;
};

test('what is fit is taken, without what stood around it', () => {
  const judged = judgeCertificate(`Bag Attributes\n${page.certificate}`, `x\n${page.key}y`, now);
  assert.ok(judged.ok);
  assert.equal(judged.value.certificate.trim(), page.certificate.trim());
  assert.match(judged.value.key, /^-----BEGIN PRIVATE KEY-----\n[^-]+-----END PRIVATE KEY-----\n$/);
});

test('what a browser or OpenSSL would not take is refused, by its field', () => {
  const twentyOneYears = 21 * 365 * 24 * 3_600_000;
  const cipher = { type: 'pkcs8', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' } as const;
  const encrypted = createPrivateKey(page.key).export(cipher).toString();
  const halved = page.certificate.replace(/\n[^\n]{64}\n/, '\n');
  const cases: readonly (readonly [string, RegExp])[] = [
    [faultOf('hello', page.key), /^certificate: there is no certificate/],
    [faultOf(halved, page.key), /^certificate: certificate 1 cannot be read/],
    [faultOf(page.certificate, page.key, now + twentyOneYears), /^certificate: it has ended/],
    [faultOf(page.certificate, page.key, now - twentyOneYears), /^certificate: it is not valid before/],
    [faultOf(page.certificate + other.certificate, page.key), /^certificate: certificate 2 has not issued/],
    [faultOf(page.certificate, 'hello'), /^key: there is no private key/],
    [faultOf(page.certificate, encrypted), /^key: the key is encrypted/],
    [faultOf(page.certificate, page.key.replace(/[A-Za-z0-9]{40}/, '')), /^key: the key cannot be read/],
    [faultOf(page.certificate, other.key), /^key: this is not the key of the first certificate/],
  ];
  for (const [fault, wanted] of cases) assert.match(fault, wanted);
});

test('a certificate without names, and one that is not for servers, is refused', async () => {
  assert.match(await unfit([]), /^certificate: it has no subjectAltName/);
  const x509 = await import('@peculiar/x509');
  const names = new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'fw' }]);
  const forClients = new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]);
  const forServers = new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]);
  assert.match(await unfit([names, forClients]), /^certificate: it is not meant for servers/);
  assert.equal(await unfit([names, forServers]), 'taken');
});

test('what is shown has no key in it', () => {
  const shown = describeCertificate(page, 'own');
  assert.deepEqual(shown.names, ['fw.example.net']);
  assert.equal(shown.subject, 'CN=fw.example.net');
  assert.equal(shown.key, 'ec prime256v1');
  assert.match(shown.fingerprint, /^[0-9a-f]{64}$/);
  assert.doesNotMatch(JSON.stringify(shown), /PRIVATE/);
});

/** What is said of a certificate of our key with these extensions. */
async function unfit(extensions: readonly import('@peculiar/x509').Extension[]): Promise<string> {
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const made = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=unfit',
    notBefore: new Date(now - 1_000),
    notAfter: new Date(now + 1_000_000),
    signingAlgorithm: algorithm,
    keys,
    extensions: [...extensions],
  });
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  const pem =
    Buffer.from(key)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  const identity: Identity = {
    certificate: made.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${pem.join('\n')}\n-----END PRIVATE KEY-----\n`,
  };
  return faultOf(identity.certificate, identity.key);
}
