/** DHCP, DNS, time and VPNs. */
import type { AuditEntry } from './catalogue.ts';

export const servicesCatalogue = {
  'dhcp-gateway-not-vip': {
    severity: 'error',
    area: 'services',
    fr: {
      cause:
        'Le DHCP de {interface} sur {node} donne pour passerelle {found} au lieu de l’IP virtuelle {address}.',
      effect: 'Les postes continuent d’envoyer leur trafic au nœud tombé.',
      remedy: 'Mettez {address} comme passerelle dans les réglages DHCP de {interface}.',
    },
    en: {
      cause:
        'DHCP on {interface} of {node} hands out {found} as gateway instead of the virtual IP {address}.',
      effect: 'Clients go on sending their traffic to the node that is down.',
      remedy: 'Set {address} as the gateway in the DHCP settings of {interface}.',
    },
  },
  'dhcp-dns-not-vip': {
    severity: 'error',
    area: 'services',
    fr: {
      cause:
        'Le DHCP de {interface} sur {node} donne pour serveur DNS {found} au lieu de l’IP virtuelle {address}.',
      effect: 'Quand ce nœud tombe, les postes ne résolvent plus aucun nom.',
      remedy: 'Mettez {address} comme serveur DNS dans les réglages DHCP de {interface}.',
    },
    en: {
      cause:
        'DHCP on {interface} of {node} hands out {found} as DNS server instead of the virtual IP {address}.',
      effect: 'When that node goes down, clients cannot resolve any name.',
      remedy: 'Set {address} as the DNS server in the DHCP settings of {interface}.',
    },
  },
  'dhcp-failover-missing': {
    severity: 'warning',
    area: 'services',
    fr: {
      cause: 'Le DHCP de {interface} sur {node} n’a pas de pair de redondance (Failover peer IP).',
      effect:
        'Les deux serveurs attribuent la même plage sans se parler : une adresse peut aller à deux postes.',
      remedy: 'Mettez l’adresse de {peer} sur {interface} ({expected}).',
    },
    en: {
      cause: 'DHCP on {interface} of {node} has no failover peer IP.',
      effect:
        'Both servers hand out the same range without talking to each other, so two clients may get one address.',
      remedy: 'Use the address of {peer} on {interface} ({expected}).',
    },
  },
  'dhcp-failover-wrong': {
    severity: 'error',
    area: 'services',
    fr: {
      cause:
        'Le pair de redondance DHCP de {interface} sur {node} est {found}, qui n’est pas l’adresse de {peer} ({expected}).',
      effect:
        'Les serveurs DHCP ne se trouvent pas ; chacun finit par refuser d’attribuer la part de l’autre.',
      remedy: 'Mettez {expected}.',
    },
    en: {
      cause:
        'The DHCP failover peer of {interface} on {node} is {found}, which is not the address of {peer} ({expected}).',
      effect: 'The DHCP servers do not find each other; each ends up refusing to hand out the other’s share.',
      remedy: 'Use {expected}.',
    },
  },
  'dhcp-one-sided': {
    severity: 'warning',
    area: 'services',
    fr: {
      cause: 'Le serveur DHCP de {interface} est actif sur {node}, mais pas sur {peer}.',
      effect: 'Si {node} tombe, les postes n’obtiennent plus d’adresse.',
      remedy: 'Activez-le sur {peer}, ou synchronisez la section DHCP.',
    },
    en: {
      cause: 'The DHCP server of {interface} is on at {node} but not at {peer}.',
      effect: 'When {node} goes down, clients get no address.',
      remedy: 'Switch it on at {peer}, or synchronise the DHCP section.',
    },
  },
  'dhcp-range-differs': {
    severity: 'warning',
    area: 'services',
    fr: {
      cause: 'La plage DHCP de {interface} est {ours} sur {node} et {theirs} sur {peer}.',
      effect:
        'La redondance DHCP refuse des plages différentes ; sans elle, les baux se contredisent après la bascule.',
      remedy: 'Mettez la même plage des deux côtés.',
    },
    en: {
      cause: 'The DHCP range of {interface} is {ours} on {node} and {theirs} on {peer}.',
      effect:
        'DHCP failover refuses ranges that differ; without it, leases contradict each other after a failover.',
      remedy: 'Use the same range on both nodes.',
    },
  },
  'dhcp-range-holds': {
    severity: 'error',
    area: 'services',
    fr: {
      cause: 'La plage DHCP {range} de {interface} sur {node} contient {address}, une adresse de la paire.',
      effect: 'Un poste peut recevoir l’adresse d’un pare-feu et couper tout le réseau.',
      remedy: 'Sortez de la plage les adresses des nœuds et l’IP virtuelle.',
    },
    en: {
      cause: 'The DHCP range {range} of {interface} on {node} holds {address}, an address of the pair.',
      effect: 'A client may be given the address of a firewall and cut the whole network off.',
      remedy: 'Keep the addresses of the nodes and the virtual IP out of the range.',
    },
  },
  'dns-not-on-vip': {
    severity: 'error',
    area: 'services',
    fr: {
      cause:
        'Le service DNS de {node} ({service}) n’écoute que sur {interfaces}, sans l’IP virtuelle {address}.',
      effect: 'Les clients qui interrogent l’IP virtuelle n’ont pas de réponse.',
      remedy: 'Ajoutez l’IP virtuelle à ses interfaces, ou choisissez All.',
    },
    en: {
      cause:
        'The DNS service of {node} ({service}) listens on {interfaces} only, without the virtual IP {address}.',
      effect: 'Clients that ask the virtual IP get no answer.',
      remedy: 'Add the virtual IP to its interfaces, or choose All.',
    },
  },
  'dns-one-sided': {
    severity: 'error',
    area: 'services',
    fr: {
      cause: 'Le service DNS ({service}) est actif sur {node}, mais pas sur {peer}.',
      effect: 'Après la bascule, les clients ne résolvent plus aucun nom.',
      remedy: 'Activez-le sur {peer}, ou synchronisez la section DNS.',
    },
    en: {
      cause: 'The DNS service ({service}) is on at {node} but not at {peer}.',
      effect: 'After a failover clients cannot resolve any name.',
      remedy: 'Switch it on at {peer}, or synchronise the DNS section.',
    },
  },
  'dns-servers-missing': {
    severity: 'info',
    area: 'upkeep',
    fr: {
      cause: 'Aucun serveur DNS n’est déclaré sur {node} alors que {peer} en a.',
      effect: 'Ce nœud ne se comporte pas comme l’autre quand le résolveur local est arrêté.',
      remedy: 'Déclarez les mêmes serveurs dans System > General Setup.',
    },
    en: {
      cause: 'No DNS server is set on {node}, although {peer} has some.',
      effect: 'This node does not behave like the other when its own resolver is stopped.',
      remedy: 'Set the same servers in System > General Setup.',
    },
  },
  'ntp-missing': {
    severity: 'warning',
    area: 'upkeep',
    fr: {
      cause: 'Aucun serveur de temps n’est déclaré sur {node}.',
      effect:
        'Les horloges dérivent : au-delà de 90 s, la redondance DHCP s’arrête, et les journaux ne se comparent plus.',
      remedy: 'Déclarez les mêmes serveurs NTP des deux côtés.',
    },
    en: {
      cause: 'No time server is set on {node}.',
      effect: 'Clocks drift: beyond 90 s DHCP failover stops, and logs can no longer be compared.',
      remedy: 'Set the same NTP servers on both nodes.',
    },
  },
  'ntp-differs': {
    severity: 'info',
    area: 'upkeep',
    fr: {
      cause: 'Les serveurs de temps sont {ours} sur {node} et {theirs} sur {peer}.',
      effect: 'Si les sources se contredisent, les horloges aussi.',
      remedy: 'Déclarez les mêmes serveurs NTP des deux côtés.',
    },
    en: {
      cause: 'The time servers are {ours} on {node} and {theirs} on {peer}.',
      effect: 'Where the sources disagree, so do the clocks.',
      remedy: 'Set the same NTP servers on both nodes.',
    },
  },
  'ntp-not-on-vip': {
    severity: 'warning',
    area: 'services',
    fr: {
      cause: 'Le service NTP de {node} n’écoute que sur {interfaces}, sans l’IP virtuelle {address}.',
      effect: 'Les machines réglées sur l’IP virtuelle perdent leur source de temps.',
      remedy: 'Ajoutez l’IP virtuelle à ses interfaces, ou ne sélectionnez rien.',
    },
    en: {
      cause: 'The NTP service of {node} listens on {interfaces} only, without the virtual IP {address}.',
      effect: 'Machines that use the virtual IP lose their source of time.',
      remedy: 'Add the virtual IP to its interfaces, or select none.',
    },
  },
  'vpn-not-on-vip': {
    severity: 'error',
    area: 'services',
    fr: {
      cause: '« {vpn} » ({kind}) de {node} est attaché à {interface} au lieu de l’IP virtuelle {address}.',
      effect: 'Le tunnel tourne sur les deux nœuds à la fois et ne suit pas la bascule.',
      remedy: 'Choisissez l’IP virtuelle comme interface : il démarre sur le maître et s’arrête sur l’autre.',
    },
    en: {
      cause: '"{vpn}" ({kind}) of {node} is bound to {interface} instead of the virtual IP {address}.',
      effect: 'The tunnel runs on both nodes at once and does not follow a failover.',
      remedy: 'Choose the virtual IP as its interface: it starts on the master and stops on the other.',
    },
  },
} as const satisfies Readonly<Record<string, AuditEntry>>;
