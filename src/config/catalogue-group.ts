/** The part of the catalogue about what the hosts of a group agree on: timers and passwords. */
import type { Entry } from './findings.ts';

export const groupCatalogue = {
  // Timers ----------------------------------------------------------------------------------------------------
  'timers-ignored': {
    severity: 'info',
    en: {
      message: 'failover: {failover} does not use the {fields} of VHID {vhid} on {interface}',
      cause: 'With fast and fastest the timers follow from the order of the nodes.',
      remedy: 'Remove them, or choose failover: standard.',
    },
    fr: {
      message: 'failover: {failover} n’utilise pas {fields} du VHID {vhid} sur {interface}',
      cause: 'Avec fast et fastest, les temporisations découlent de l’ordre des nœuds.',
      remedy: 'Retirez ces champs, ou choisissez failover: standard.',
    },
  },
  'advbase-zero-standard': {
    severity: 'error',
    en: {
      message: 'VHID {vhid} of {interface} has advbase 0 with failover: standard',
      cause:
        'Adverts below one second are refused or misread by other CARP hosts; standard keeps to what they accept.',
      remedy: 'Write advbase: 1, or choose failover: fast.',
    },
    fr: {
      message: 'le VHID {vhid} de {interface} a advbase 0 avec failover: standard',
      cause:
        'Les autres hôtes CARP refusent ou comprennent mal les annonces à moins d’une seconde ; standard s’en tient à ce qu’ils acceptent.',
      remedy: 'Écrivez advbase: 1, ou choisissez failover: fast.',
    },
  },
  'equal-skews': {
    severity: 'error',
    en: {
      message: '{node} and {other} both have advskew {advskew} for VHID {vhid} of {interface}',
      cause: 'Nobody is preferred: which node becomes master is left to chance.',
      remedy: 'Give each node another advskew: 0 to the first, 100 to the second.',
    },
    fr: {
      message: '{node} et {other} ont tous deux advskew {advskew} pour le VHID {vhid} de {interface}',
      cause: 'Personne n’est préféré : le hasard décide qui devient maître.',
      remedy: 'Donnez à chaque nœud un advskew différent : 0 au premier, 100 au second.',
    },
  },
  'skews-close': {
    severity: 'info',
    en: {
      message: '{node} and {other} are 1 apart in advskew for VHID {vhid} of {interface}',
      cause: 'It works, but leaves no room for a third node between them and is easily mistaken for equal.',
      remedy: "Leave a distance such as 100, as pfSense's own synchronisation does.",
    },
    fr: {
      message: '{node} et {other} n’ont que 1 d’écart d’advskew pour le VHID {vhid} de {interface}',
      cause:
        'Cela fonctionne, mais ne laisse pas de place à un troisième nœud entre eux et passe facilement pour une égalité.',
      remedy: 'Laissez un écart de 100 par exemple, comme le fait la synchronisation de pfSense.',
    },
  },
  'skew-order-differs': {
    severity: 'warning',
    en: {
      message: 'for VHID {vhid} of {interface}, {node} comes first, unlike for VHID {otherVhid} of {other}',
      cause:
        'In normal operation the virtual IPs live on different nodes, so traffic takes two different ways.',
      remedy: 'Prefer the same node for all virtual IPs.',
    },
    fr: {
      message:
        'pour le VHID {vhid} de {interface}, {node} passe en premier, à la différence du VHID {otherVhid} de {other}',
      cause:
        'En fonctionnement normal, les IP virtuelles sont sur des nœuds différents : le trafic est asymétrique.',
      remedy: 'Préférez le même nœud pour toutes les IP virtuelles.',
    },
  },
  'mixed-needs-standard': {
    severity: 'error',
    en: {
      message: 'the group is mixed, but failover is {failover}',
      cause: 'CARP hosts other than Bascule do not understand an advbase of 0.',
      remedy: 'Write failover: standard, or mixed: false.',
    },
    fr: {
      message: 'le groupe est mixte, mais failover vaut {failover}',
      cause: 'Les hôtes CARP autres que Bascule ne comprennent pas un advbase de 0.',
      remedy: 'Écrivez failover: standard, ou mixed: false.',
    },
  },
  'pfsense-needs-standard': {
    severity: 'error',
    en: {
      message: '{node} is a pfSense, but failover is {failover}',
      cause: 'A pfSense announces once a second or slower; it does not understand an advbase of 0.',
      remedy: 'Write failover: standard.',
    },
    fr: {
      message: '{node} est un pfSense, mais failover vaut {failover}',
      cause: 'Un pfSense annonce au plus une fois par seconde ; il ne comprend pas un advbase de 0.',
      remedy: 'Écrivez failover: standard.',
    },
  },
  'pfsense-needs-mixed': {
    severity: 'error',
    en: {
      message: '{node} is a pfSense and {other} is not, but the group is not mixed',
      cause: 'A node of Bascule would take the adverts of the pfSense for those of one of its own.',
      remedy: 'Write mixed: true.',
    },
    fr: {
      message: '{node} est un pfSense et {other} ne l’est pas, mais le groupe n’est pas mixte',
      cause: 'Un nœud Bascule prendrait les annonces du pfSense pour celles d’un des siens.',
      remedy: 'Écrivez mixed: true.',
    },
  },
  'mixed-strict': {
    severity: 'error',
    en: {
      message: 'the group is mixed, but strict is true',
      cause: 'Other CARP hosts start with random counters, so strict mode would refuse their adverts.',
      remedy: 'Leave strict out, or write strict: false.',
    },
    fr: {
      message: 'le groupe est mixte, mais strict vaut true',
      cause:
        'Les autres hôtes CARP démarrent avec des compteurs aléatoires : le mode strict refuserait leurs annonces.',
      remedy: 'Retirez strict, ou écrivez strict: false.',
    },
  },

  // Passwords -------------------------------------------------------------------------------------------------
  'password-empty': {
    severity: 'error',
    en: {
      message: 'the password of {what} is empty',
      cause: 'Anybody who reaches it can take over.',
      remedy: 'Set a password of 12 to 19 characters.',
    },
    fr: {
      message: 'mot de passe vide : {what}',
      cause: 'N’importe qui sur place peut prendre le relais.',
      remedy: 'Choisissez un mot de passe de 12 à 19 caractères.',
    },
  },
  'password-short': {
    severity: 'warning',
    en: {
      message: 'the password of {what} has {length} characters',
      cause: 'It can be guessed, for CARP from a single recorded advert.',
      remedy: 'Use 12 to 19 characters.',
    },
    fr: {
      message: 'mot de passe de {length} caractères : {what}',
      cause: 'Il peut être deviné ; pour CARP, une seule annonce enregistrée suffit.',
      remedy: 'Choisissez 12 à 19 caractères.',
    },
  },
  'password-long': {
    severity: 'warning',
    en: {
      message: 'the password of {what} has {length} bytes',
      cause: 'CARP uses the first 19 bytes; the rest protects nothing.',
      remedy: 'Use at most 19 bytes.',
    },
    fr: {
      message: 'mot de passe de {length} octets : {what}',
      cause: 'CARP n’utilise que les 19 premiers octets ; le reste ne protège rien.',
      remedy: 'Tenez-vous à 19 octets au plus.',
    },
  },
  'password-default': {
    severity: 'error',
    en: {
      message: 'the password of {what} is a well-known default',
      cause: 'It is the first that anybody tries.',
      remedy: 'Choose another.',
    },
    fr: {
      message: 'mot de passe par défaut bien connu : {what}',
      cause: 'C’est le premier que chacun essaie.',
      remedy: 'Choisissez-en un autre.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
