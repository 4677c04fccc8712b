/** Virtual IPs: their addresses, their networks, and what hangs on them. */
import type { AuditEntry } from './catalogue.ts';

export const vipCatalogue = {
  'vip-missing': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'L’IP virtuelle {address} ({interface}, VHID {vhid}) existe sur {node} mais pas sur {peer}.',
      effect: 'Personne ne reprend cette adresse si {node} tombe.',
      remedy: 'Créez-la sur {peer}, ou cochez la synchronisation des IP virtuelles et relancez-la.',
    },
    en: {
      cause: 'The virtual IP {address} ({interface}, VHID {vhid}) exists on {node} but not on {peer}.',
      effect: 'Nobody takes the address over when {node} goes down.',
      remedy: 'Create it on {peer}, or switch the synchronisation of virtual IPs on and run it.',
    },
  },
  'vip-address-differs': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'Le groupe VHID {vhid} de {interface} porte {ours} sur {node}, mais {theirs} sur {peer}.',
      effect:
        'La signature couvre les adresses : les nœuds rejettent leurs annonces et deviennent tous deux maîtres.',
      remedy: 'Mettez la même adresse des deux côtés.',
    },
    en: {
      cause: 'The group VHID {vhid} of {interface} carries {ours} on {node} but {theirs} on {peer}.',
      effect:
        'The signature covers the addresses: the nodes refuse each other’s adverts and both become master.',
      remedy: 'Use the same address on both nodes.',
    },
  },
  'vip-interface-differs': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'L’IP virtuelle {address} est sur {ours} de {node}, mais sur {theirs} de {peer}.',
      effect:
        'Les annonces partent sur deux segments différents ; chaque nœud se croit seul et devient maître.',
      remedy: 'Rattachez l’adresse à la même interface des deux côtés.',
    },
    en: {
      cause: 'The virtual IP {address} is on {ours} of {node} but on {theirs} of {peer}.',
      effect:
        'The adverts go out on two different segments; each node believes it is alone and becomes master.',
      remedy: 'Put the address on the same interface of both nodes.',
    },
  },
  'vip-mask-differs': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'Le masque de {address} est /{ours} sur {node} et /{theirs} sur {peer}.',
      effect:
        'Après la bascule, le réseau joignable n’est plus le même : une partie des clients n’a plus de réponse.',
      remedy: 'Mettez des deux côtés le masque du réseau de l’interface.',
    },
    en: {
      cause: 'The mask of {address} is /{ours} on {node} and /{theirs} on {peer}.',
      effect: 'After a failover the reachable network is another, and some clients get no answer.',
      remedy: 'Use the mask of the interface’s network on both nodes.',
    },
  },
  'vip-mask-interface': {
    severity: 'warning',
    area: 'takeover',
    fr: {
      cause: 'L’IP virtuelle {address}/{ours} n’a pas le masque de {interface} (/{theirs}) sur {node}.',
      effect:
        'DHCP, les routes et les règles qui en dépendent se trompent de réseau ; un /32 empêche la redondance DHCP.',
      remedy: 'Mettez /{theirs}, le masque du réseau de l’interface.',
    },
    en: {
      cause: 'The virtual IP {address}/{ours} does not have the mask of {interface} (/{theirs}) on {node}.',
      effect: 'DHCP, routes and rules that follow from it get the network wrong; a /32 breaks DHCP failover.',
      remedy: 'Use /{theirs}, the mask of the interface’s network.',
    },
  },
  'vip-outside': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'L’IP virtuelle {address} n’est dans aucun réseau de {interface} ({networks}) sur {node}.',
      effect: 'Les machines du segment ne peuvent pas la joindre, et le nœud ne sait pas y répondre.',
      remedy: 'Choisissez une adresse libre du réseau de l’interface, ou changez d’interface.',
    },
    en: {
      cause: 'The virtual IP {address} is in no network of {interface} ({networks}) on {node}.',
      effect: 'Machines on the segment cannot reach it, and the node has no way to answer them.',
      remedy: 'Choose a free address of the interface’s network, or another interface.',
    },
  },
  'vip-is-node': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'L’IP virtuelle {address} est aussi l’adresse propre de {node} sur {interface}.',
      effect: 'L’adresse répond deux fois, et sa MAC change selon qui répond ; la bascule ne la déplace pas.',
      remedy:
        'Donnez au nœud une adresse à lui : il en faut trois par réseau, une par nœud et une virtuelle.',
    },
    en: {
      cause: 'The virtual IP {address} is also the own address of {node} on {interface}.',
      effect:
        'The address answers twice, with a MAC that depends on who answers; a failover does not move it.',
      remedy: 'Give the node an address of its own: a network needs three, one per node and a virtual one.',
    },
  },
  'vip-reserved': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'L’IP virtuelle {address} est l’adresse de réseau ou de diffusion de {network}.',
      effect: 'Aucune machine ne peut l’utiliser.',
      remedy: 'Choisissez une adresse entre les deux.',
    },
    en: {
      cause: 'The virtual IP {address} is the network or broadcast address of {network}.',
      effect: 'No machine can use it.',
      remedy: 'Choose an address between the two.',
    },
  },
  'vip-interface-missing': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause:
        'L’IP virtuelle {address} de {node} est sur {interface}, une interface qui n’existe pas ou qui est désactivée.',
      effect:
        'L’adresse ne monte jamais sur ce nœud ; CARP le rétrograde, et toutes ses VIP partent sur l’autre.',
      remedy: 'Activez l’interface, ou rattachez l’adresse à la bonne.',
    },
    en: {
      cause:
        'The virtual IP {address} of {node} is on {interface}, an interface that does not exist or is disabled.',
      effect:
        'The address never comes up there; CARP demotes the node, and all of its VIPs move to the other.',
      remedy: 'Enable the interface, or put the address on the right one.',
    },
  },
  'vip-no-address': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause:
        '{interface} de {node} porte l’IP virtuelle {address}, mais n’a pas d’adresse fixe à elle ({found}).',
      effect: 'Les annonces CARP partent sans adresse source sûre ; la bascule devient imprévisible.',
      remedy: 'Donnez à chaque nœud une adresse fixe dans le réseau de l’IP virtuelle.',
    },
    en: {
      cause:
        '{interface} of {node} carries the virtual IP {address} but has no fixed address of its own ({found}).',
      effect: 'CARP adverts have no reliable source address, so failover becomes unpredictable.',
      remedy: 'Give each node a fixed address in the network of the virtual IP.',
    },
  },
  'vip-unicast-differs': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause:
        'Les annonces de {address} vont en unicast vers {ours} sur {node}, qui n’est pas une adresse de {peer}.',
      effect: '{peer} n’entend rien et devient maître à son tour.',
      remedy:
        'Mettez l’adresse de {peer} sur cette interface, ou laissez le champ vide des deux côtés pour le multicast.',
    },
    en: {
      cause: 'The adverts of {address} go by unicast to {ours} on {node}, which is no address of {peer}.',
      effect: '{peer} hears nothing and becomes master as well.',
      remedy:
        'Use the address of {peer} on this interface, or leave the field empty on both nodes for multicast.',
    },
  },
  'alias-not-on-carp': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'L’alias IP {address} est posé directement sur {interface} des deux nœuds.',
      effect: 'Les deux machines répondent en même temps pour cette adresse : conflit permanent.',
      remedy: 'Rattachez l’alias à une IP virtuelle CARP : il suivra le maître.',
    },
    en: {
      cause: 'The IP alias {address} sits directly on {interface} of both nodes.',
      effect: 'Both machines answer for the address at the same time: a permanent conflict.',
      remedy: 'Attach the alias to a CARP virtual IP, so that it follows the master.',
    },
  },
  'alias-parent-missing': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'L’alias IP {address} de {node} dépend d’une IP virtuelle CARP ({parent}) qui n’existe pas.',
      effect: 'L’adresse n’est portée par aucun nœud.',
      remedy: 'Choisissez pour l’alias une IP virtuelle CARP existante.',
    },
    en: {
      cause: 'The IP alias {address} of {node} hangs on a CARP virtual IP ({parent}) that does not exist.',
      effect: 'No node holds the address.',
      remedy: 'Choose a CARP virtual IP that exists for the alias.',
    },
  },
  'proxy-arp': {
    severity: 'warning',
    area: 'takeover',
    fr: {
      cause: 'L’adresse {address} est en proxy ARP sur {interface} des deux nœuds.',
      effect:
        'Les deux répondent aux requêtes ARP, maître ou non : le trafic part au hasard vers l’un ou l’autre.',
      remedy: 'Remplacez-la par un alias IP rattaché à une IP virtuelle CARP.',
    },
    en: {
      cause: 'The address {address} is proxied by ARP on {interface} of both nodes.',
      effect: 'Both answer ARP requests, master or not, so traffic goes to either at random.',
      remedy: 'Replace it by an IP alias attached to a CARP virtual IP.',
    },
  },
  'network-without-vip': {
    severity: 'warning',
    area: 'takeover',
    fr: {
      cause: 'Les deux nœuds sont sur {interface} ({network}), mais ce réseau n’a pas d’IP virtuelle CARP.',
      effect:
        'Ses machines n’ont pour passerelle que l’adresse d’un seul nœud et restent isolées s’il tombe.',
      remedy: 'Ajoutez-y une IP virtuelle, ou désactivez l’interface si elle ne sert pas.',
    },
    en: {
      cause: 'Both nodes are on {interface} ({network}), but this network has no CARP virtual IP.',
      effect:
        'Its machines can only use one node’s address as gateway, and are cut off when that node goes down.',
      remedy: 'Add a virtual IP there, or disable the interface if it is not used.',
    },
  },
  'vip-no-ipv6': {
    severity: 'info',
    area: 'takeover',
    fr: {
      cause: '{interface} a des adresses IPv6 fixes sur les deux nœuds, mais pas d’IP virtuelle IPv6.',
      effect: 'IPv4 bascule, IPv6 non.',
      remedy:
        'Ajoutez une IP virtuelle IPv6, de préférence une adresse de lien local pour les annonces de routeur.',
    },
    en: {
      cause: '{interface} has fixed IPv6 addresses on both nodes but no IPv6 virtual IP.',
      effect: 'IPv4 fails over, IPv6 does not.',
      remedy: 'Add an IPv6 virtual IP, preferably a link-local address for router advertisements.',
    },
  },
} as const satisfies Readonly<Record<string, AuditEntry>>;
