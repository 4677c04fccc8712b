/** CARP itself: who is master, and whether the nodes hear each other. */
import type { AuditEntry } from './catalogue.ts';

export const carpCatalogue = {
  'carp-none': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'Aucun des deux nœuds n’a d’IP virtuelle CARP.',
      effect: 'Rien ne bascule : si {node} tombe, les clients perdent leur passerelle.',
      remedy:
        'Créez une IP virtuelle CARP par réseau (Firewall > Virtual IPs) et donnez-la pour passerelle aux clients.',
    },
    en: {
      cause: 'Neither node has a CARP virtual IP.',
      effect: 'Nothing can fail over: if {node} goes down, clients lose their gateway.',
      remedy:
        'Create one CARP virtual IP per network (Firewall > Virtual IPs) and make it the gateway of the clients.',
    },
  },
  'vhid-differs': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'L’IP virtuelle {address} a le VHID {ours} sur {node}, mais {theirs} sur {peer}.',
      effect:
        'Les deux nœuds se croient seuls et deviennent maîtres en même temps : l’adresse répond depuis deux machines.',
      remedy:
        'Donnez le même VHID des deux côtés ; si les VIP sont synchronisées, corrigez-le sur le nœud principal et relancez la synchronisation.',
    },
    en: {
      cause: 'The virtual IP {address} has VHID {ours} on {node} but {theirs} on {peer}.',
      effect: 'Each node believes it is alone and both become master: two machines answer for the address.',
      remedy:
        'Use the same VHID on both nodes; where VIPs are synchronised, correct it on the primary and synchronise again.',
    },
  },
  'vhid-duplicate': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'Le VHID {vhid} sert deux fois sur {interface} de {node} : pour {address} et pour {other}.',
      effect: 'Les deux groupes partagent une adresse MAC et des annonces ; leurs rôles se mélangent.',
      remedy: 'Attribuez à l’une des deux IP virtuelles un VHID encore libre sur ce segment.',
    },
    en: {
      cause: 'VHID {vhid} is used twice on {interface} of {node}: for {address} and for {other}.',
      effect: 'The two groups share one MAC address and one stream of adverts, so their roles get mixed up.',
      remedy: 'Give one of the two virtual IPs a VHID that is free on this segment.',
    },
  },
  'vhid-invalid': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'L’IP virtuelle {address} de {node} n’a pas de VHID valable (« {vhid} »).',
      effect: 'L’adresse n’est jamais activée par CARP.',
      remedy: 'Choisissez un VHID de 1 à 255, libre sur ce segment.',
    },
    en: {
      cause: 'The virtual IP {address} of {node} has no valid VHID ("{vhid}").',
      effect: 'CARP never brings the address up.',
      remedy: 'Choose a VHID from 1 to 255 that is free on this segment.',
    },
  },
  'vip-password-differs': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'Le mot de passe de l’IP virtuelle {address} n’est pas le même sur {node} et sur {peer}.',
      effect: 'Chaque nœud rejette les annonces de l’autre ; les deux deviennent maîtres.',
      remedy: 'Saisissez de nouveau le même mot de passe des deux côtés.',
    },
    en: {
      cause: 'The password of the virtual IP {address} is not the same on {node} and {peer}.',
      effect: 'Each node refuses the other’s adverts, and both become master.',
      remedy: 'Type the same password again on both nodes.',
    },
  },
  'vip-password-empty': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'L’IP virtuelle {address} de {node} n’a pas de mot de passe.',
      effect: 'N’importe quelle machine du segment peut annoncer un meilleur rang et prendre l’adresse.',
      remedy: 'Définissez un mot de passe de 12 à 19 caractères.',
    },
    en: {
      cause: 'The virtual IP {address} of {node} has no password.',
      effect: 'Any machine on the segment can advertise a better rank and take the address.',
      remedy: 'Set a password of 12 to 19 characters.',
    },
  },
  'vip-password-weak': {
    severity: 'warning',
    area: 'upkeep',
    fr: {
      cause:
        'Le mot de passe CARP de {address} compte {length} caractères ou figure parmi les plus courants.',
      effect:
        'Une seule annonce enregistrée sur le réseau suffit pour le deviner hors ligne, puis prendre l’adresse.',
      remedy: 'Choisissez un mot de passe aléatoire de 12 à 19 caractères.',
    },
    en: {
      cause: 'The CARP password of {address} has {length} characters or is one of the most common.',
      effect:
        'One advert recorded on the network is enough to guess it offline, and then to take the address.',
      remedy: 'Choose a random password of 12 to 19 characters.',
    },
  },
  'advbase-differs': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'L’intervalle de base (advbase) de {address} vaut {ours} s sur {node} et {theirs} s sur {peer}.',
      effect:
        'Le nœud au plus petit intervalle gagne toujours, quel que soit le décalage ; l’autre peut aussi s’impatienter et provoquer des bascules à répétition.',
      remedy: 'Mettez la même valeur des deux côtés ; 1 convient presque toujours.',
    },
    en: {
      cause: 'The base interval (advbase) of {address} is {ours} s on {node} and {theirs} s on {peer}.',
      effect:
        'The node with the smaller base always wins, whatever its skew; the other may also lose patience and cause one failover after another.',
      remedy: 'Use the same value on both nodes; 1 is nearly always right.',
    },
  },
  'advbase-slow': {
    severity: 'info',
    area: 'takeover',
    fr: {
      cause: 'L’intervalle de base (advbase) de {address} est de {ours} s.',
      effect: 'Une panne franche n’est vue qu’après environ {seconds} s.',
      remedy: 'Mettez 1, sauf si le lien est lent au point de perdre des annonces.',
    },
    en: {
      cause: 'The base interval (advbase) of {address} is {ours} s.',
      effect: 'A hard failure is noticed only after about {seconds} s.',
      remedy: 'Use 1, unless the link is so slow that it loses adverts.',
    },
  },
  'skew-equal': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'L’IP virtuelle {address} a le même décalage (advskew {skew}) sur les deux nœuds.',
      effect: 'Le hasard décide qui est maître, et les VIP peuvent se répartir entre les deux machines.',
      remedy: 'Mettez 0 sur le nœud principal et 100 sur le nœud de secours.',
    },
    en: {
      cause: 'The virtual IP {address} has the same skew (advskew {skew}) on both nodes.',
      effect: 'Chance decides who is master, and the VIPs may end up spread over both machines.',
      remedy: 'Use 0 on the primary and 100 on the backup.',
    },
  },
  'skew-reversed': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause:
        'Pour {address}, {peer} a un décalage de {theirs}, plus petit que celui de {node} ({ours}) : il a donc la préférence.',
      effect:
        'C’est le nœud de secours qui tient l’adresse en temps normal ; si les autres VIP sont sur {node}, le trafic entre par une machine et sort par l’autre.',
      remedy: 'Mettez 0 sur le nœud principal et 100 sur le nœud de secours.',
    },
    en: {
      cause:
        'For {address}, {peer} has a skew of {theirs}, smaller than that of {node} ({ours}), so {peer} is preferred.',
      effect:
        'The backup holds the address in normal times; with the other VIPs on {node}, traffic comes in by one machine and leaves by the other.',
      remedy: 'Use 0 on the primary and 100 on the backup.',
    },
  },
  'skew-not-synced': {
    severity: 'warning',
    area: 'synchronisation',
    fr: {
      cause:
        'Les VIP sont synchronisées, mais {address} a un décalage de {theirs} sur {peer} au lieu de {expected} ({ours} + 100).',
      effect:
        'La dernière synchronisation n’est pas passée, ou la valeur a été retouchée sur place ; elle changera sans prévenir à la prochaine.',
      remedy:
        'Relancez la synchronisation (Status > Filter Reload > Force Config Sync) et vérifiez que {expected} arrive.',
    },
    en: {
      cause:
        'VIPs are synchronised, yet {address} has a skew of {theirs} on {peer} instead of {expected} ({ours} + 100).',
      effect:
        'The last synchronisation did not get through, or somebody changed the value in place; it will change back without warning.',
      remedy:
        'Synchronise again (Status > Filter Reload > Force Config Sync) and check that {expected} arrives.',
    },
  },
  'skew-high-primary': {
    severity: 'warning',
    area: 'takeover',
    fr: {
      cause: 'Le décalage de {address} est déjà de {ours} sur {node}, le nœud principal.',
      effect:
        'La synchronisation y ajoute 100 et plafonne à 254 : les deux nœuds se rapprochent, et la détection ralentit de {ours}/256 s.',
      remedy: 'Mettez 0 sur le nœud principal.',
    },
    en: {
      cause: 'The skew of {address} is already {ours} on {node}, the primary.',
      effect:
        'Synchronisation adds 100 and stops at 254, which brings the nodes close together, and detection is slower by {ours}/256 s.',
      remedy: 'Use 0 on the primary.',
    },
  },
  'carp-maintenance': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'Le mode maintenance persistant de CARP est resté activé sur {node}.',
      effect:
        'Ce nœud annonce toujours un décalage de 254 : il ne reprend pas la main, même après un redémarrage.',
      remedy:
        'Cliquez sur Leave Persistent CARP Maintenance Mode (Status > CARP), sauf si l’intervention est en cours.',
    },
    en: {
      cause: 'Persistent CARP maintenance mode was left on at {node}.',
      effect: 'This node always advertises a skew of 254: it does not take over, not even after a restart.',
      remedy: 'Choose Leave Persistent CARP Maintenance Mode (Status > CARP), unless work is under way.',
    },
  },
  'carp-tunable': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'Le réglage système {tunable} vaut {value} sur {node}.',
      effect:
        'CARP n’y joue plus son rôle : ce nœud est désactivé, rétrogradé en permanence ou ne reprend pas la main.',
      remedy:
        'Supprimez ce réglage (System > Advanced > System Tunables) ; la valeur d’origine est {normal}.',
    },
    en: {
      cause: 'The system tunable {tunable} is {value} on {node}.',
      effect: 'CARP cannot play its part there: the node is disabled, demoted for good, or never takes over.',
      remedy: 'Delete the tunable (System > Advanced > System Tunables); its normal value is {normal}.',
    },
  },
  'preempt-off': {
    severity: 'warning',
    area: 'takeover',
    fr: {
      cause: 'La préemption est désactivée sur {node}.',
      effect:
        'Si une seule interface tombe, les autres VIP restent où elles sont : le trafic entre par un nœud et se perd sur l’autre.',
      remedy: 'Décochez Disable preempt dans les réglages de haute disponibilité.',
    },
    en: {
      cause: 'Preemption is switched off on {node}.',
      effect:
        'When a single interface fails, the other VIPs stay where they are: traffic enters by one node and is lost at the other.',
      remedy: 'Clear Disable preempt in the high availability settings.',
    },
  },
} as const satisfies Readonly<Record<string, AuditEntry>>;
