/** The part of the catalogue about virtual IPs. */
import type { Entry } from './findings.ts';

export const vipsCatalogue = {
  'vhid-duplicate': {
    severity: 'error',
    en: {
      message: 'VHID {vhid} stands twice on {interface} (first on line {line})',
      cause: 'Both virtual IPs share one virtual MAC and one election: neither works.',
      remedy: 'Give each virtual IP of a segment a VHID of its own, or put all addresses under one VHID.',
    },
    fr: {
      message: 'le VHID {vhid} figure deux fois sur {interface} (d’abord à la ligne {line})',
      cause:
        'Les deux IP virtuelles partagent la même MAC virtuelle et la même élection : aucune ne fonctionne.',
      remedy:
        'Donnez à chaque IP virtuelle d’un segment son propre VHID, ou regroupez toutes les adresses sous un seul.',
    },
  },
  'vip-device-collision': {
    severity: 'error',
    en: {
      message:
        'VHID {vhid} of {interface} and VHID {vhid} of {other} would both be the device {device} on {node}',
      cause: 'The name of a device holds 15 bytes, so that of the interface is cut to 9.',
      remedy:
        'Give the interfaces device names that differ in their first 9 characters, or use another VHID.',
    },
    fr: {
      message:
        'le VHID {vhid} de {interface} et le VHID {vhid} de {other} seraient tous deux le périphérique {device} sur {node}',
      cause: 'Un nom de périphérique tient en 15 octets : celui de l’interface est donc tronqué à 9.',
      remedy:
        'Donnez aux interfaces des périphériques dont les 9 premiers caractères diffèrent, ou changez de VHID.',
    },
  },
  'vip-outside-network': {
    severity: 'error',
    en: {
      message: 'virtual IP {address} is outside {networks} of {interface}',
      cause: 'No neighbour can reach it.',
      remedy: 'Use a free address of the network that the interface is in.',
    },
    fr: {
      message: 'l’IP virtuelle {address} est hors des réseaux de {interface} ({networks})',
      cause: 'Aucun voisin ne peut la joindre.',
      remedy: 'Choisissez une adresse libre du réseau de l’interface.',
    },
  },
  'vip-is-node-address': {
    severity: 'error',
    en: {
      message: 'virtual IP {address} is also the address of {node} on {interface}',
      cause: 'The node keeps its address when the virtual IP moves, so two machines answer for it.',
      remedy: 'Use a free address for the virtual IP.',
    },
    fr: {
      message: 'l’IP virtuelle {address} est aussi l’adresse de {node} sur {interface}',
      cause: 'Le nœud garde son adresse quand l’IP virtuelle change de nœud : deux machines y répondent.',
      remedy: 'Choisissez une adresse libre pour l’IP virtuelle.',
    },
  },
  'vip-is-gateway': {
    severity: 'error',
    en: {
      message: 'virtual IP {address} is also the gateway of {interface}',
      cause: 'The pair and the gateway both answer for the address.',
      remedy: 'Use a free address for the virtual IP.',
    },
    fr: {
      message: 'l’IP virtuelle {address} est aussi la passerelle de {interface}',
      cause: 'La paire et la passerelle répondent toutes deux pour cette adresse.',
      remedy: 'Choisissez une adresse libre pour l’IP virtuelle.',
    },
  },
  'vip-duplicate': {
    severity: 'error',
    en: {
      message:
        'virtual IP {address} stands under VHID {vhid} of {interface} and under VHID {otherVhid} of {other}',
      cause: 'Two virtual hosts claim the same address.',
      remedy: 'Keep one of the two.',
    },
    fr: {
      message:
        'l’IP virtuelle {address} figure sous le VHID {vhid} de {interface} et sous le VHID {otherVhid} de {other}',
      cause: 'Deux hôtes virtuels revendiquent la même adresse.',
      remedy: 'Gardez l’une des deux.',
    },
  },
  'vip-reserved-address': {
    severity: 'error',
    en: {
      message: 'virtual IP {address} is the {what} address of {network}',
      cause: 'No host may have the network or the broadcast address.',
      remedy: 'Use an address between them.',
    },
    fr: {
      message: 'l’IP virtuelle {address} est l’adresse de {what} de {network}',
      cause: 'Aucune machine ne peut porter l’adresse de réseau ni celle de diffusion.',
      remedy: 'Choisissez une adresse entre les deux.',
    },
  },
  'vip-mask-differs': {
    severity: 'warning',
    en: {
      message: 'virtual IP {address} should have /{prefix}, as {interface} has',
      cause:
        'A CARP address bears the mask of its network; with /32 some systems never leave INIT, and DHCP fails over badly.',
      remedy: 'Write {right}.',
    },
    fr: {
      message: 'l’IP virtuelle {address} devrait avoir le masque /{prefix} de {interface}',
      cause:
        'Une adresse CARP porte le masque de son réseau ; avec un /32, certains systèmes restent en INIT et DHCP bascule mal.',
      remedy: 'Écrivez {right}.',
    },
  },
  'vip-family-missing': {
    severity: 'error',
    en: {
      message: 'virtual IP {address} is {family}, but {interface} has no {family} address',
      cause: 'Adverts of this family have no source address and the network no route.',
      remedy: 'Give every node an address of this family on the interface.',
    },
    fr: {
      message: 'l’IP virtuelle {address} est en {family}, mais {interface} n’a pas d’adresse {family}',
      cause: 'Les annonces de cette famille n’ont pas d’adresse source, et le réseau pas de route.',
      remedy: 'Donnez à chaque nœud une adresse de cette famille sur l’interface.',
    },
  },
  'vip-on-disabled-interface': {
    severity: 'warning',
    en: {
      message: 'VHID {vhid} is on {interface}, which is disabled on every node',
      cause: 'The virtual IP exists nowhere.',
      remedy: 'Enable the interface, or remove the virtual IP.',
    },
    fr: {
      message: 'le VHID {vhid} est sur {interface}, désactivée sur tous les nœuds',
      cause: 'L’IP virtuelle n’existe nulle part.',
      remedy: 'Activez l’interface, ou supprimez l’IP virtuelle.',
    },
  },
  'vip-octet-differs': {
    severity: 'info',
    en: {
      message: 'virtual IP {address} ends in .{octet}, while most others end in .{usual}',
      cause: 'The addresses follow a pattern with one exception, which may be a slip of the pen.',
      remedy: 'Check the address; nothing to do if it is meant.',
    },
    fr: {
      message: 'l’IP virtuelle {address} se termine par .{octet}, la plupart des autres par .{usual}',
      cause: 'Les adresses suivent un schéma, à une exception près : c’est peut-être une faute de frappe.',
      remedy: 'Vérifiez l’adresse ; si elle est voulue, il n’y a rien à faire.',
    },
  },
  'vip-mac-interface-unsupported': {
    severity: 'error',
    en: {
      message: 'VHID {vhid} of {interface} asks for mac: interface',
      cause: 'This version carries virtual IPs on virtual MACs only.',
      remedy: 'Write mac: virtual, and let the hypervisor pass the MAC 00:00:5e:00:01:{hex}.',
    },
    fr: {
      message: 'le VHID {vhid} de {interface} demande mac: interface',
      cause: 'Cette version ne porte les IP virtuelles que sur des MAC virtuelles.',
      remedy: 'Écrivez mac: virtual, et laissez passer la MAC 00:00:5e:00:01:{hex} sur l’hyperviseur.',
    },
  },
  'vip-mac-interface-slow': {
    severity: 'warning',
    en: {
      message: 'VHID {vhid} of {interface} moves without its MAC, but failover is fastest',
      cause:
        "Neighbours ignore an ARP update within a second of the last (Linux' locktime), so they may be slower than the failover.",
      remedy: 'Use mac: virtual, or failover: fast.',
    },
    fr: {
      message: 'le VHID {vhid} de {interface} se déplace sans sa MAC, alors que failover vaut fastest',
      cause:
        'Les voisins ignorent une mise à jour ARP dans la seconde qui suit la précédente (locktime de Linux) ; ils peuvent donc être plus lents que la bascule.',
      remedy: 'Utilisez mac: virtual, ou failover: fast.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
