/**
 * How two nodes come to know each other's certificates. One invites: it shows a code with the fingerprint of its own
 * certificate and a secret. The other one finds by the fingerprint that it talks to the right machine, and shows by
 * the secret, on that very connection, that its certificate is meant. The code works once, for some minutes.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import { z } from 'zod';
import { fail, ok, type Result } from '#base/result.ts';
import { fingerprintOf, type Identity } from './identity.ts';
import { exported } from './proof.ts';

/** A code is typed or pasted within this time, ms. */
const lifeMs = 15 * 60_000;
const secretBytes = 16;
const fingerprintBytes = 32;
/** Whoever guesses so often has no code. */
const mostTries = 5;

export const joinRequest = z.strictObject({
  node: z.string().max(63),
  /** PEM. */
  certificate: z.string().max(10_000),
  proof: z.string().max(200),
});

export const joinReply = z.strictObject({ node: z.string(), certificate: z.string() });

interface Invitation {
  readonly secret: Buffer;
  readonly until: number;
  tries: number;
}

export class Invitations {
  readonly #open = new Map<string, Invitation>();
  readonly #identity: Identity;

  constructor(identity: Identity) {
    this.#identity = identity;
  }

  /** The code for a node; an earlier one for it is void. `now`: ms of any clock that goes forward. */
  invite(node: string, now: number): string {
    const secret = randomBytes(secretBytes);
    this.#open.set(node, { secret, until: now + lifeMs, tries: 0 });
    const fingerprint = fingerprintOf(this.#identity.certificate);
    if (!fingerprint.ok) throw new Error('bug: the own certificate is none');
    return Buffer.concat([Buffer.from(fingerprint.value, 'hex'), secret]).toString('base64url');
  }

  /** Whether the caller on this connection was invited as `node`. The invitation is used up. */
  accept(
    socket: TLSSocket,
    { node, certificate, proof }: z.infer<typeof joinRequest>,
    now: number,
  ): Result<void> {
    const invitation = this.#open.get(node);
    const refused = fail('the code is wrong, used up or too old; make another with "bascule invite"');
    if (invitation === undefined || invitation.until < now || invitation.tries >= mostTries) return refused;
    invitation.tries += 1;
    const wanted = Buffer.from(joinProof(socket, invitation.secret, certificate));
    const given = Buffer.from(proof);
    if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return refused;
    this.#open.delete(node);
    return ok(undefined);
  }
}

/** What the one who joins sends: only who has the code can make it, for this certificate and this connection. */
export const joinProof = (socket: TLSSocket, secret: Buffer, certificate: string): string =>
  createHmac('sha256', secret).update(exported(socket)).update(certificate).digest('base64');

/** The two halves of a code: a fingerprint (hex) and a secret. */
export function readCode(code: string): Result<{ readonly fingerprint: string; readonly secret: Buffer }> {
  const bytes = Buffer.from(code, 'base64url');
  if (bytes.length !== fingerprintBytes + secretBytes) return fail('the code is not whole; copy all of it');
  return ok({
    fingerprint: bytes.subarray(0, fingerprintBytes).toString('hex'),
    secret: bytes.subarray(fingerprintBytes),
  });
}
