/** The keys and address lists that a VHID's adverts may be signed with at this moment. */
import type { Ipv4, Ipv6, Vhid } from '#base/address.ts';
import { after, type Instant, seconds } from '#base/time.ts';
import { HmacContext, hashedPrefix } from './auth.ts';
import { adoptAfter } from './change.ts';

/** What the digest of a VHID's adverts depends on, besides the counter. */
export interface Credentials {
  readonly vhid: Vhid;
  /** HMAC key, 20 bytes (auth.ts `keyFromPassword`). */
  readonly key20: Uint8Array;
  readonly ipv4: readonly Ipv4[];
  readonly ipv6: readonly Ipv6[];
}

/**
 * Nodes never get a new password or address in the same instant, and FreeBSD nodes drop each other's adverts
 * meanwhile: both become master. So the previous digest is accepted for so long after a change, and the new one is
 * not used before the peers know it, either (change.ts `adoptAfter`).
 */
const overlap = seconds(10);
/** Every digest that is accepted costs time with every forged advert. */
const pastLimit = 4;

export class Authenticator {
  /** Signs what we send: FreeBSD's form, with link-local addresses. */
  signing: HmacContext;
  /** Any of these may have signed what we receive: the present ones first. */
  contexts: readonly HmacContext[];
  #credentials: Credentials;
  #present: readonly HmacContext[];
  /** The first of them signs until `#adoptAt`. */
  #past: readonly (readonly HmacContext[])[] = [];
  #adoptAt: Instant | undefined;
  #forgetAt: Instant | undefined;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
    this.#present = contextsOf(credentials);
    this.contexts = this.#present;
    this.signing = this.#present[0] as HmacContext;
  }

  /** Accepts other credentials from now on, and signs with them a little later; the old ones go later still. */
  change(credentials: Credentials, now: Instant): void {
    this.expire(now);
    if (wordOf(credentials) === wordOf(this.#credentials)) return;
    this.#credentials = credentials;
    const known = [...this.#past, this.#present];
    const signing = known.filter((contexts) => contexts[0] === this.signing);
    const others = known.filter((contexts) => contexts[0] !== this.signing);
    this.#past = [...signing, ...others.slice(1 - pastLimit)];
    this.#present = contextsOf(credentials);
    this.#adoptAt = after(now, adoptAfter);
    this.#forgetAt = after(now, overlap);
    this.contexts = [...this.#present, ...this.#past.flat()];
  }

  /** Signs with the present credentials when it is time, and forgets the past; to be called now and then. */
  expire(now: Instant): void {
    if (this.#adoptAt !== undefined && this.#adoptAt <= now) {
      this.#adoptAt = undefined;
      this.signing = this.#present[0] as HmacContext;
    }
    if (this.#forgetAt === undefined || this.#forgetAt > now) return;
    this.#forgetAt = undefined;
    this.#past = [];
    this.contexts = this.#present;
  }
}

const wordOf = ({ vhid, key20, ipv4, ipv6 }: Credentials): string =>
  JSON.stringify([vhid, [...key20], ipv4, ipv6]);

/** OpenBSD leaves link-local addresses out of the hash (ip_carp.c, HMAC_NOV6LL) and accepts either form; so do we. */
function contextsOf({ vhid, key20, ipv4, ipv6 }: Credentials): readonly HmacContext[] {
  const full = hashedPrefix(vhid, ipv4, ipv6, 'with');
  const reduced = hashedPrefix(vhid, ipv4, ipv6, 'without');
  const forms = full.length === reduced.length ? [full] : [full, reduced];
  return forms.map((prefix) => new HmacContext(key20, prefix));
}
