/** The certificate that a node shows to browsers and scripts. Nodes of the cluster know each other by another one. */
import { z } from 'zod';

/** A chain with keys of 4096 bits fits several times, characters. */
const mostCertificates = 40_000;
const mostKey = 16_000;

export const newCertificate = {
  /** PEM: the certificate, then who issued it, and so on. */
  certificate: z.string().min(1).max(mostCertificates),
  /** PEM, without a passphrase. */
  key: z.string().min(1).max(mostKey),
} as const;

export const pageCertificate = z.object({
  /** generated: made by the node at its first start. own: somebody has put it there. */
  kind: z.enum(['generated', 'own']),
  /** "CN=PF1", or several lines. */
  subject: z.string(),
  issuer: z.string(),
  /** Names and addresses that a browser accepts it for. */
  names: z.array(z.string()),
  /** ms since 1970. */
  from: z.number(),
  until: z.number(),
  /** SHA-256, 64 hex digits. */
  fingerprint: z.string(),
  /** "ec prime256v1" or "rsa 2048". */
  key: z.string(),
  /** How many certificates are sent, its own among them. */
  length: z.int(),
});
export type PageCertificate = z.infer<typeof pageCertificate>;
