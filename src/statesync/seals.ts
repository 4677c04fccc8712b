/**
 * The seals of a session while its secrets change: a new one opens at once and seals when the peers have heard of it,
 * too; an old one opens until everything that it sealed has come. So a change of secrets costs nothing that was told.
 */
import { after, type Instant, millis } from '#base/time.ts';
import { Opener, Sealer } from './seal.ts';
import type { Header, Incarnation } from './wire.ts';

/** Peers have a new document within this time of each other. */
const heardAfter = millis(2_000);
/** Nothing that was sealed so long ago is still under way, or asked for again. */
const forgottenAfter = millis(10_000);

export class Seals {
  readonly #of: Incarnation;
  #sealing: string;
  #sealer: Sealer;
  #opener: Opener;
  /** That open, and until when, if not for good. */
  #held: readonly { readonly secret: string; readonly until?: Instant }[];
  #next: { readonly secret: string; readonly at: Instant } | undefined;

  /** The first of the secrets seals, all of them open. */
  constructor(of: Incarnation, secrets: readonly string[]) {
    const [secret] = secrets;
    if (secret === undefined) throw new Error('bug: a session needs a secret');
    this.#of = of;
    this.#sealing = secret;
    this.#sealer = new Sealer(of, secret);
    this.#opener = new Opener(secrets);
    this.#held = secrets.map((one) => ({ secret: one }));
  }

  /** See Sealer. Counters go on rising across a change, so that no nonce comes twice when an old secret comes back. */
  seal(type: number, counter: number, contents: Buffer, length: number, out: Buffer): number {
    return this.#sealer.seal(type, counter, contents, length, out);
  }

  /** See Opener. */
  open(header: Header, datagram: Buffer): Buffer | undefined {
    return this.#opener.open(header, datagram);
  }

  change(secrets: readonly string[], now: Instant): void {
    const [first] = secrets;
    if (first === undefined) throw new Error('bug: a session needs a secret');
    const old = this.#held
      .filter(({ secret }) => !secrets.includes(secret))
      .map(({ secret, until = after(now, forgottenAfter) }) => ({ secret, until }));
    this.#hold([...secrets.map((secret) => ({ secret })), ...old]);
    this.#next = first === this.#sealing ? undefined : { secret: first, at: after(now, heardAfter) };
  }

  /** Does what is due. */
  tick(now: Instant): void {
    if (this.#next !== undefined && now >= this.#next.at) {
      this.#sealing = this.#next.secret;
      this.#sealer = new Sealer(this.#of, this.#sealing);
      this.#next = undefined;
    }
    const held = this.#held.filter(({ until }) => until === undefined || now < until);
    if (held.length < this.#held.length) this.#hold(held);
  }

  #hold(held: readonly { readonly secret: string; readonly until?: Instant }[]): void {
    this.#held = held;
    this.#opener = new Opener(held.map(({ secret }) => secret));
  }
}
