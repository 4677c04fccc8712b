/** The keys and address lists that a VHID's adverts may be signed with at this moment. */
import type { Ipv4, Ipv6, Vhid } from '#base/address.ts';
import { after, type Instant, seconds } from '#base/time.ts';
import { HmacContext, hashedPrefix } from './auth.ts';

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
 * meanwhile: both become master. So the previous digest is accepted for so long after a change.
 */
const overlap = seconds(10);

export class Authenticator {
  /** Signs what we send: FreeBSD's form, with link-local addresses. */
  signing: HmacContext;
  /** Any of these may have signed what we receive: the present ones first. */
  contexts: readonly HmacContext[];
  #present: readonly HmacContext[];
  #past: { readonly contexts: readonly HmacContext[]; readonly until: Instant }[] = [];

  constructor(credentials: Credentials) {
    this.#present = contextsOf(credentials);
    this.contexts = this.#present;
    this.signing = this.#present[0] as HmacContext;
  }

  /** Signs with other credentials from now on; the old ones are still accepted for a while. */
  change(credentials: Credentials, now: Instant): void {
    this.#past.push({ contexts: this.#present, until: after(now, overlap) });
    this.#present = contextsOf(credentials);
    this.signing = this.#present[0] as HmacContext;
    this.expire(now);
  }

  /** Forgets what is no longer accepted at `now`; to be called now and then. */
  expire(now: Instant): void {
    this.#past = this.#past.filter((past) => past.until > now);
    this.contexts = [...this.#present, ...this.#past.flatMap((past) => past.contexts)];
  }
}

/** OpenBSD leaves link-local addresses out of the hash (ip_carp.c, HMAC_NOV6LL) and accepts either form; so do we. */
function contextsOf({ vhid, key20, ipv4, ipv6 }: Credentials): readonly HmacContext[] {
  const full = hashedPrefix(vhid, ipv4, ipv6, 'with');
  const reduced = hashedPrefix(vhid, ipv4, ipv6, 'without');
  const forms = full.length === reduced.length ? [full] : [full, reduced];
  return forms.map((prefix) => new HmacContext(key20, prefix));
}
