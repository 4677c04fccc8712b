/**
 * Demotion as named reasons (FreeBSD keeps one number, net.inet.carp.demotion, of which nobody can tell later why
 * it is 240). Each reason has an amount; the sum is what counts.
 */
export class Demotion {
  readonly #reasons = new Map<string, number>();

  /** Returns false when nothing changed. */
  set(reason: string, amount: number): boolean {
    if ((this.#reasons.get(reason) ?? 0) === amount) return false;
    if (amount === 0) this.#reasons.delete(reason);
    else this.#reasons.set(reason, amount);
    return true;
  }

  /** Forgets all reasons but those that `keep` approves. Returns false when nothing changed. */
  reset(keep: (reason: string) => boolean): boolean {
    const before = this.#reasons.size;
    for (const reason of [...this.#reasons.keys()]) if (!keep(reason)) this.#reasons.delete(reason);
    return this.#reasons.size !== before;
  }

  get total(): number {
    let total = 0;
    for (const amount of this.#reasons.values()) total += amount;
    return total;
  }

  get reasons(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#reasons].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
