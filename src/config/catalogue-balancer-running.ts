/** What is found of the load balancer while a node runs. */
import type { RunningEntry } from './findings.ts';

export const balancerRunningCatalogue = {
  'balancer-not-loaded': {
    severity: 'error',
    en: {
      cause: "The kernel refused the balancer's table: members that came or went are not what clients meet.",
      remedy: 'See the finding for what nft refused; it is tried again every second.',
    },
  },
  'pool-down': {
    severity: 'error',
    en: {
      cause: 'No member of the pool may have connections: all are offline, or taken out by hand.',
      remedy:
        'See "bascule balance" for why each is offline; "bascule balance enable" takes back what was taken out.',
    },
  },
  'member-flapping': {
    severity: 'warning',
    en: {
      cause:
        'It answers again, but fell several times of late; it must prove itself before clients meet it again.',
      remedy: 'Look after the server: memory, load, restarts; or give its monitor more time or tries.',
    },
  },
} as const satisfies Readonly<Record<string, RunningEntry>>;
