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
  told: boolean;
}

/** What one interface refused for one reason. */
interface Tally {
  count: number;
  last: Instant;
  open: Open | undefined;
}

export class Refusals {
  /** By interface, then reason: counting looks two names up and builds none. */
  readonly #tallies = new Map<string, Map<Refusal, Tally>>();
  #accepted = 0;
  #openFindings = 0;

  /** `source` is only asked when a finding begins: forging a hundred thousand packets a second must stay cheap. */
  count(reason: Refusal, ifname: string, source: () => string, now: Instant): void {
    const tally = this.#tallies.get(ifname)?.get(reason) ?? this.#add(reason, ifname, now);
    tally.count += 1;
    tally.last = now;
    if (tally.open !== undefined) return;
    const entry = meaning[reason];
    if (entry === undefined || this.#openFindings >= openLimit) return;
    this.#openFindings += 1;
    tally.open = {
      code: entry.code,
      subject: ifname,
      cause: `${ifname}: ${entry.cause(source())}`,
      told: false,
    };
  }

  #add(reason: Refusal, ifname: string, now: Instant): Tally {
    const tally: Tally = { count: 0, last: now, open: undefined };
    const ofInterface = this.#tallies.get(ifname) ?? new Map<Refusal, Tally>();
    this.#tallies.set(ifname, ofInterface.set(reason, tally));
    return tally;
  }

  accepted(): void {
    this.#accepted += 1;
  }

  counts(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = this.#accepted === 0 ? {} : { accepted: this.#accepted };
    for (const ofInterface of this.#tallies.values()) {
      for (const [reason, { count }] of ofInterface) counts[reason] = (counts[reason] ?? 0) + count;
    }
    return counts;
  }

  /** Findings that began or ended since the last call. */
  findings(now: Instant): readonly Extract<CarpEffect, { kind: 'finding' }>[] {
    const news: Extract<CarpEffect, { kind: 'finding' }>[] = [];
    for (const tally of [...this.#tallies.values()].flatMap((ofInterface) => [...ofInterface.values()])) {
      const { open } = tally;
      if (open === undefined) continue;
      const { code, subject, cause } = open;
      if (!open.told) {
        open.told = true;
        news.push({ kind: 'finding', code, subject, cause });
      } else if (between(after(tally.last, quietAfter), now) > 0) {
        tally.open = undefined;
        this.#openFindings -= 1;
        news.push({ kind: 'finding', code, subject, cause, cleared: true });
      }
    }
    return news;
  }
}
