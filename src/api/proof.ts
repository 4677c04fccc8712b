/**
 * How a node shows who it is on a TLS connection: it signs a value that only the two ends of this very connection
 * know (RFC 5705, keying material exporter; RFC 9266). Nothing that is sent can be used on another connection, and
 * browsers, which come to the same port, are not asked for a certificate.
 */
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import type { TLSSocket } from 'node:tls';

const label = 'EXPORTER-bascule-node';
const exportedBytes = 32;
const digest = 'sha256';

/** Bytes that the two ends of this connection share with nobody. */
export const exported = (socket: TLSSocket): Buffer =>
  socket.exportKeyingMaterial(exportedBytes, label, Buffer.alloc(0));

/** The proof for the other end: base64. `key` is PEM. */
export const proofFor = (socket: TLSSocket, key: string): string =>
  sign(digest, exported(socket), createPrivateKey(key)).toString('base64');

/** Whether the other end holds the key of this certificate (PEM). */
export function isProof(socket: TLSSocket, certificate: string, proof: string): boolean {
  try {
    return verify(digest, exported(socket), createPublicKey(certificate), Buffer.from(proof, 'base64'));
  } catch {
    return false;
  }
}

/**
 * Nodes ask for this server by name (SNI), and get the certificate with which they joined; whoever asks for another
 * name, or for none, gets that of the page.
 */
export const nodeServerName = 'node.bascule.internal';

/** Who claims to be calling, and how it proves it. */
export const nodeHeader = 'bascule-node';
export const proofHeader = 'bascule-proof';
