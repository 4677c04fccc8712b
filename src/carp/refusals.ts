/** Counts what was refused, and says when that is worth a person's attention. */
import { after, between, type Instant, seconds } from '#base/time.ts';
import type { Refusal } from './receive.ts';
import type { CarpEffect } from './types.ts';

/** What a refusal means when it goes on; refusals without an entry are only counted. */
const meaning: Partial<Record<Refusal, { code: string; cause: (source: string) => string }>> = {
  hmac: {
    code: 'advert-hmac-mismatch',
    cause: (source) => `adverts from ${source} carry our VHID but another password or other addresses`,
  },
  vrrp: { code: 'vrrp-on-segment', cause: (source) => `${source} speaks VRRP on this segment` },
  'own-source': { code: 'advert-loop', cause: () => 'our own adverts come back to us' },
  replay: { code: 'advert-replayed', cause: (source) => `${source} repeats adverts that were sent before` },
  priority: {
    code: 'advert-forged-priority',
    cause: (source) => `adverts from ${source} claim a priority that is not theirs`,
  },
  'unknown-sender': {
    code: 'vhid-collision',
    cause: (source) => `${source} knows the password and uses our VHID, but is no node of this cluster`,
  },
};

/** A finding is over when nothing of its kind came for so long. */
const quietAfter = seconds(10);
/** Distinct (reason, interface) pairs kept; there are a dozen reasons and a handful of interfaces. */
const openLimit = 256;

interface Open {
  readonly code: string;
  readonly subject: string;
  readonly cause: string;
  last: Instant;
  told: boolean;
}

export class Refusals {
  readonly #counts: Partial<Record<Refusal | 'accepted', number>> = {};
  readonly #open = new Map<string, Open>();

  /** `source` is only asked when a finding begins: forging a hundred thousand packets a second must stay cheap. */
  count(reason: Refusal, ifname: string, source: () => string, now: Instant): void {
    this.#counts[reason] = (this.#counts[reason] ?? 0) + 1;
    const entry = meaning[reason];
    if (entry === undefined) return;
    const name = `${reason} ${ifname}`;
    const known = this.#open.get(name);
    if (known !== undefined) known.last = now;
    else if (this.#open.size < openLimit) {
      const finding = { code: entry.code, subject: ifname, cause: `${ifname}: ${entry.cause(source())}` };
      this.#open.set(name, { ...finding, last: now, told: false });
    }
  }

  accepted(): void {
    this.#counts.accepted = (this.#counts.accepted ?? 0) + 1;
  }

  counts(): Readonly<Record<string, number>> {
    return { ...this.#counts };
  }

  /** Findings that began or ended since the last call. */
  findings(now: Instant): readonly Extract<CarpEffect, { kind: 'finding' }>[] {
    const news: Extract<CarpEffect, { kind: 'finding' }>[] = [];
    for (const [name, open] of this.#open) {
      if (!open.told) {
        open.told = true;
        news.push({ kind: 'finding', code: open.code, subject: open.subject, cause: open.cause });
      } else if (between(after(open.last, quietAfter), now) > 0) {
        this.#open.delete(name);
        news.push({
          kind: 'finding',
          code: open.code,
          subject: open.subject,
          cause: open.cause,
          cleared: true,
        });
      }
    }
    return news;
  }
}
