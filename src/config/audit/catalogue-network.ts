/** Interfaces, VLANs and what lies under them. */
import type { AuditEntry } from './catalogue.ts';

export const networkCatalogue = {
  'interface-missing': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'L’interface {interface} ({key}) existe sur {node} mais pas sur {peer}.',
      effect:
        'Tout ce qui s’y rapporte (règles, DHCP, VIP) est invalide sur {peer} et décale les interfaces suivantes.',
      remedy:
        'Affectez les mêmes interfaces, dans le même ordre, sur les deux nœuds (Interfaces > Assignments).',
    },
    en: {
      cause: 'The interface {interface} ({key}) exists on {node} but not on {peer}.',
      effect:
        'Everything that refers to it (rules, DHCP, VIPs) is void on {peer} and shifts the interfaces that follow.',
      remedy: 'Assign the same interfaces in the same order on both nodes (Interfaces > Assignments).',
    },
  },
  'interface-order-differs': {
    severity: 'error',
    area: 'synchronisation',
    fr: {
      cause:
        '{key} est {ours} sur {node}, mais {theirs} sur {peer} : les mêmes interfaces sont affectées dans un autre ordre.',
      effect:
        'Les règles voyagent par {key}, non par nom : celles de {ours} s’appliquent à {theirs} sur {peer}.',
      remedy: 'Réaffectez les interfaces de {peer} dans le même ordre, puis relancez la synchronisation.',
    },
    en: {
      cause:
        '{key} is {ours} on {node} but {theirs} on {peer}: the same interfaces are assigned in another order.',
      effect: 'Rules travel by {key}, not by name, so those of {ours} apply to {theirs} on {peer}.',
      remedy: 'Assign the interfaces of {peer} in the same order, then synchronise again.',
    },
  },
  'interface-name-differs': {
    severity: 'warning',
    area: 'synchronisation',
    fr: {
      cause: '{key} s’appelle {ours} sur {node} et {theirs} sur {peer}.',
      effect:
        'Si c’est bien le même réseau, on s’y trompera ; sinon, les règles de l’un s’appliquent à l’autre.',
      remedy: 'Vérifiez que le câblage est le même, puis donnez le même nom.',
    },
    en: {
      cause: '{key} is called {ours} on {node} and {theirs} on {peer}.',
      effect:
        'If it is the same network, people will mix them up; if not, the rules of one apply to the other.',
      remedy: 'Check that both are wired to the same network, then give them the same name.',
    },
  },
  'interface-disabled': {
    severity: 'warning',
    area: 'takeover',
    fr: {
      cause: '{interface} est active sur {node} et désactivée sur {peer}.',
      effect: '{peer} ne peut rien reprendre sur ce réseau.',
      remedy: 'Activez l’interface sur {peer}.',
    },
    en: {
      cause: '{interface} is enabled on {node} and disabled on {peer}.',
      effect: '{peer} cannot take anything over on this network.',
      remedy: 'Enable the interface on {peer}.',
    },
  },
  'network-differs': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: '{interface} est dans {ours} sur {node}, mais dans {theirs} sur {peer}.',
      effect:
        'Les nœuds n’ont pas de réseau commun ici : aucune IP virtuelle ne peut passer de l’un à l’autre.',
      remedy: 'Mettez les deux adresses dans le même réseau, avec le même masque.',
    },
    en: {
      cause: '{interface} is in {ours} on {node} but in {theirs} on {peer}.',
      effect: 'The nodes share no network there, so no virtual IP can move between them.',
      remedy: 'Put both addresses into one network, with the same mask.',
    },
  },
  'node-address-equal': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: '{node} et {peer} ont la même adresse {address} sur {interface}.',
      effect:
        'Conflit d’adresses : la synchronisation et l’administration tombent tantôt sur l’un, tantôt sur l’autre.',
      remedy: 'Donnez à chaque nœud une adresse à lui.',
    },
    en: {
      cause: '{node} and {peer} have the same address {address} on {interface}.',
      effect: 'An address conflict: synchronisation and administration reach now one, now the other.',
      remedy: 'Give each node an address of its own.',
    },
  },
  'wan-dynamic': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: '{interface} de {node} reçoit son adresse par {method}.',
      effect:
        'Une adresse attribuée par le fournisseur ne bascule pas : à la panne, les connexions vers l’extérieur sont perdues.',
      remedy:
        'Demandez un bloc d’au moins trois adresses fixes (/29), ou placez devant la paire un routeur qui les fournit.',
    },
    en: {
      cause: '{interface} of {node} gets its address by {method}.',
      effect:
        'An address that the provider hands out does not fail over: when the node goes down, connections to the outside are lost.',
      remedy:
        'Get a block of at least three fixed addresses (/29), or put a router in front of the pair that provides them.',
    },
  },
  'wan-block-private': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause:
        '« Block private networks » est coché sur {interface} de {node}, dont l’adresse {address} est elle-même privée.',
      effect:
        'Tout ce qui vient de ce réseau est rejeté, y compris les machines en amont qui doivent joindre l’IP virtuelle.',
      remedy: 'Décochez cette case sur {interface} des deux nœuds.',
    },
    en: {
      cause:
        '"Block private networks" is set on {interface} of {node}, whose own address {address} is private.',
      effect:
        'Everything from that network is dropped, including upstream machines that must reach the virtual IP.',
      remedy: 'Clear the box on {interface} of both nodes.',
    },
  },
  'wan-block-bogons': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause:
        '« Block bogon networks » est coché sur {interface} de {node}, dont l’adresse {address} est dans une plage réservée.',
      effect: 'Tout ce qui vient de ce réseau est rejeté, y compris les réponses à l’IP virtuelle.',
      remedy: 'Décochez cette case sur {interface} des deux nœuds.',
    },
    en: {
      cause:
        '"Block bogon networks" is set on {interface} of {node}, whose own address {address} lies in a reserved range.',
      effect: 'Everything from that network is dropped, including what is meant for the virtual IP.',
      remedy: 'Clear the box on {interface} of both nodes.',
    },
  },
  'states-bound': {
    severity: 'error',
    area: 'connections',
    fr: {
      cause:
        'Les états sont liés aux interfaces (réglage par défaut depuis pfSense 2.8), or {interface} est {ours} sur {node} et {theirs} sur {peer}.',
      effect:
        'Les connexions synchronisées portent un nom d’interface inconnu de l’autre nœud : elles sont toutes coupées à la bascule.',
      remedy:
        'Choisissez Floating States (System > Advanced > Firewall & NAT), ou donnez aux deux nœuds les mêmes cartes.',
    },
    en: {
      cause:
        'States are bound to interfaces (the default since pfSense 2.8), yet {interface} is {ours} on {node} and {theirs} on {peer}.',
      effect:
        'Synchronised connections carry an interface name that the other node does not know: all of them break at a failover.',
      remedy:
        'Choose Floating States (System > Advanced > Firewall & NAT), or give both nodes the same network cards.',
    },
  },
  'state-policy-differs': {
    severity: 'warning',
    area: 'connections',
    fr: {
      cause: 'La politique d’états est {ours} sur {node} et {theirs} sur {peer}.',
      effect: 'Une connexion acceptée par un nœud peut être refusée par l’autre après la bascule.',
      remedy: 'Mettez le même réglage des deux côtés (System > Advanced > Firewall & NAT).',
    },
    en: {
      cause: 'The state policy is {ours} on {node} and {theirs} on {peer}.',
      effect: 'A connection that one node accepts may be refused by the other after a failover.',
      remedy: 'Use the same setting on both nodes (System > Advanced > Firewall & NAT).',
    },
  },
  'device-differs': {
    severity: 'info',
    area: 'connections',
    fr: {
      cause: '{interface} est {ours} sur {node} et {theirs} sur {peer}.',
      effect:
        'Sans conséquence tant que les états ne sont pas liés aux interfaces ; c’est le réglage par défaut à partir de pfSense 2.8.',
      remedy: 'Avant la mise à jour, fixez la politique d’états sur Floating States.',
    },
    en: {
      cause: '{interface} is {ours} on {node} and {theirs} on {peer}.',
      effect:
        'Harmless as long as states are not bound to interfaces, which is the default from pfSense 2.8 on.',
      remedy: 'Before you upgrade, set the state policy to Floating States.',
    },
  },
  'vlan-differs': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: '{interface} est le VLAN {ours} sur {node} et le VLAN {theirs} sur {peer}.',
      effect:
        'Les nœuds sont sur deux segments différents : ils ne s’entendent pas et deviennent tous deux maîtres.',
      remedy: 'Mettez la même étiquette de VLAN des deux côtés.',
    },
    en: {
      cause: '{interface} is VLAN {ours} on {node} and VLAN {theirs} on {peer}.',
      effect: 'The nodes are on two different segments: they do not hear each other and both become master.',
      remedy: 'Use the same VLAN tag on both nodes.',
    },
  },
  'vlan-parent-differs': {
    severity: 'warning',
    area: 'connections',
    fr: {
      cause: 'Le VLAN {tag} passe par {ours} sur {node} et par {theirs} sur {peer}.',
      effect:
        'Une coupure du lien porteur ne touche pas les mêmes réseaux des deux côtés, et les noms d’interface diffèrent.',
      remedy: 'Portez le VLAN par le même lien sur les deux nœuds, si le matériel le permet.',
    },
    en: {
      cause: 'VLAN {tag} runs over {ours} on {node} and over {theirs} on {peer}.',
      effect:
        'Losing the parent link hits other networks on one node than on the other, and interface names differ.',
      remedy: 'Carry the VLAN over the same link on both nodes where the hardware allows it.',
    },
  },
  'lagg-differs': {
    severity: 'warning',
    area: 'takeover',
    fr: {
      cause: 'L’agrégat {device} n’est pas le même : {ours} sur {node}, {theirs} sur {peer}.',
      effect:
        'Débit et tolérance aux coupures changent avec le nœud ; un protocole différent peut couper le lien.',
      remedy: 'Donnez aux deux agrégats le même protocole et le même nombre de ports.',
    },
    en: {
      cause: 'The aggregate {device} is not the same: {ours} on {node}, {theirs} on {peer}.',
      effect:
        'Throughput and tolerance of link failures depend on the node; a different protocol may break the link.',
      remedy: 'Give both aggregates the same protocol and the same number of ports.',
    },
  },
  'mtu-differs': {
    severity: 'warning',
    area: 'connections',
    fr: {
      cause: 'La MTU de {interface} est {ours} sur {node} et {theirs} sur {peer}.',
      effect: 'Après la bascule, les grands paquets se perdent : les connexions s’ouvrent, puis se figent.',
      remedy: 'Mettez la même MTU des deux côtés.',
    },
    en: {
      cause: 'The MTU of {interface} is {ours} on {node} and {theirs} on {peer}.',
      effect: 'After a failover large packets get lost: connections open, then hang.',
      remedy: 'Use the same MTU on both nodes.',
    },
  },
} as const satisfies Readonly<Record<string, AuditEntry>>;
