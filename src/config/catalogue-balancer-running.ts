/** What is found of the load balancer while a node runs. */
import type { RunningEntry } from './findings.ts';

export const balancerRunningCatalogue = {
  'balancer-not-loaded': {
    severity: 'error',
    en: {
      cause: "The kernel refused the balancer's table: members that came or went are not what clients meet.",
      remedy: 'See the finding for what nft refused; it is tried again every second.',
    },
    fr: {
      cause:
        'Le noyau a refusé la table du répartiteur : les clients ne voient pas les membres arrivés ou partis depuis.',
      remedy: 'Le constat dit ce que nft a refusé ; un nouvel essai a lieu chaque seconde.',
    },
  },
  'pool-down': {
    severity: 'error',
    en: {
      cause: 'No member of the pool may have connections: all are offline, or taken out by hand.',
      remedy:
        'See "bascule balance" for why each is offline; "bascule balance enable" takes back what was taken out.',
    },
    fr: {
      cause:
        'Aucun membre du pool ne peut recevoir de connexions : tous sont hors ligne, ou retirés à la main.',
      remedy:
        '« bascule balance » dit pourquoi chacun est hors ligne ; « bascule balance enable » remet en service ce qui a été retiré.',
    },
  },
  'member-flapping': {
    severity: 'warning',
    en: {
      cause:
        'It answers again, but fell several times of late; it must prove itself before clients meet it again.',
      remedy: 'Look after the server: memory, load, restarts; or give its monitor more time or tries.',
    },
    fr: {
      cause:
        'Il répond de nouveau, mais est tombé plusieurs fois ces derniers temps ; il doit faire ses preuves avant de revoir des clients.',
      remedy:
        'Examinez le serveur : mémoire, charge, redémarrages ; ou laissez à son moniteur plus de temps ou d’essais.',
    },
  },
} as const satisfies Readonly<Record<string, RunningEntry>>;
