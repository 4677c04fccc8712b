/** What an import could not take over, or took over otherwise, in both languages. */
import type { XmlElement } from './xml.ts';

export const noteTexts = {
  section: {
    fr: 'la section « {what} » n’a pas d’équivalent et n’est pas reprise',
    en: 'the section "{what}" has no counterpart and is left out',
  },
  devices: {
    fr: 'les noms de cartes sont ceux de FreeBSD ({what}) : remplacez-les par ceux de Linux',
    en: 'device names are those of FreeBSD ({what}): replace them by those of Linux',
  },
  interface: {
    fr: 'l’interface {what} n’est pas reprise : son nom n’est pas admis',
    en: 'the interface {what} is left out: its name is not allowed',
  },
  'interface-missing': {
    fr: '{what} n’existe pas sur l’autre nœud : ses adresses ne sont celles que d’un nœud',
    en: '{what} does not exist on the other node: it has the addresses of one node only',
  },
  'address-dynamic': {
    fr: '{what} : une adresse attribuée de l’extérieur n’est pas reprise, il en faut une fixe par nœud',
    en: '{what}: an address assigned from outside is left out, one fixed address per node is needed',
  },
  mtu: {
    fr: 'la MTU de {what} n’est pas reprise : réglez-la dans le système',
    en: 'the MTU of {what} is left out: set it in the system',
  },
  gateway: {
    fr: 'la passerelle {what} n’est pas reprise : il lui faut une adresse fixe et un nom simple',
    en: 'the gateway {what} is left out: it needs a fixed address and a plain name',
  },
  vip: {
    fr: 'l’IP virtuelle {what} n’est pas reprise : seules le sont CARP et les alias d’un CARP ou d’une interface',
    en: 'the virtual IP {what} is left out: only CARP, and aliases of it or of an interface, are taken over',
  },
  'vip-mask': {
    fr: 'l’IP virtuelle {what} reçoit le masque du réseau de son interface',
    en: 'the virtual IP {what} gets the mask of its interface’s network',
  },
  'vip-backup': {
    fr: 'l’IP virtuelle {what} n’existe que sur ce nœud et n’est pas reprise',
    en: 'the virtual IP {what} exists on this node only and is left out',
  },
  transfer: {
    fr: 'la synchronisation vers {what} n’est pas reprise : le document est le même sur tous les nœuds',
    en: 'synchronisation to {what} is left out: all nodes hold the same document',
  },
  dhcp: {
    fr: 'le DHCP de {what} est repris pour contrôle seulement : Bascule n’a pas de serveur DHCP',
    en: 'DHCP of {what} is taken over for checks only: Bascule runs no DHCP server',
  },
  'dhcp-left': {
    fr: 'le DHCP de {what} n’est pas repris : sa plage n’est pas faite de deux adresses',
    en: 'DHCP of {what} is left out: its range is not two addresses',
  },
  alias: {
    fr: 'l’alias {what} n’est pas repris : il contient des noms d’hôtes, des plages d’adresses, une liste de ports à télécharger ou lui-même',
    en: 'the alias {what} is left out: it holds host names, ranges of addresses, a list of ports to download, or itself',
  },
  schedule: {
    fr: 'l’horaire {what} n’est pas repris : une de ses plages ou son nom ne peut pas l’être',
    en: 'the schedule {what} is left out: one of its ranges or its name cannot be taken over',
  },
  condition: {
    fr: 'la règle « {what} » n’est pas reprise : une de ses conditions n’existe pas ici, sans elle la règle irait trop loin',
    en: 'the rule "{what}" is left out: one of its conditions does not exist here, and without it the rule would go too far',
  },
  endpoint: {
    fr: 'la règle « {what} » n’est pas reprise : sa source, sa destination, ses ports ou son interface ne peuvent pas l’être',
    en: 'the rule "{what}" is left out: its source, destination, ports or interface cannot be taken over',
  },
  'rule-gateway': {
    fr: 'la règle « {what} » est reprise sans sa passerelle : le routage suit la table du système',
    en: 'the rule "{what}" is taken over without its gateway: routing follows the system’s table',
  },
  'nat-rule': {
    fr: 'la règle de NAT sortant « {what} » n’est pas reprise',
    en: 'the outbound NAT rule "{what}" is left out',
  },
  forward: {
    fr: 'la redirection « {what} » n’est pas reprise : sa cible n’est pas une adresse, ou une de ses conditions n’existe pas ici',
    en: 'the port forward "{what}" is left out: its target is no address, or one of its conditions does not exist here',
  },
  user: {
    fr: 'le compte {what} n’est pas repris : son mot de passe n’existe que sous forme d’empreinte',
    en: 'the account {what} is left out: its password exists as a hash only',
  },
} as const;

export type NoteCode = keyof typeof noteTexts;

export interface Note {
  readonly code: NoteCode;
  readonly node: 0 | 1;
  readonly line: number;
  readonly what: string;
}

export type Tell = (code: NoteCode, element: XmlElement, what: string, node?: 0 | 1) => void;

export const noteText = ({ code, what }: Note, language: 'fr' | 'en'): string =>
  noteTexts[code][language].replace('{what}', () => what);
