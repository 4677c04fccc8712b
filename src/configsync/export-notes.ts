/** What a pfSense cannot hold of a document, or holds otherwise, in both languages. */
import type { Path } from '#config/findings.ts';

export const exportTexts = {
  timers: {
    fr: 'failover {what} : un pfSense annonce chaque seconde, la bascule prend 3 à 4 s',
    en: 'failover {what}: a pfSense announces each second, a failover takes 3 to 4 s',
  },
  setting: {
    fr: '{what} n’a pas d’équivalent dans un pfSense',
    en: '{what} has no counterpart in a pfSense',
  },
  administrator: {
    fr: 'le compte {what} n’est pas écrit : un pfSense garde une empreinte ; créez-le avec son mot de passe dans chaque pfSense',
    en: 'the account {what} is not written: a pfSense keeps a hash; create it with its password on each pfSense',
  },
  'sync-password': {
    fr: 'la synchronisation vers {what} n’a pas de mot de passe : donnez-le dans System > High Availability',
    en: 'the synchronisation to {what} has no password: enter it in System > High Availability',
  },
  'sync-peer': {
    fr: 'ha.sync.config ne dit pas où envoyer, et {what} n’a pas d’adresse sur l’interface de synchronisation',
    en: 'ha.sync.config does not say where to send, and {what} has no address on the synchronisation interface',
  },
  devices: {
    fr: 'les noms de cartes sont ceux de Linux ({what}) : assignez-les dans Interfaces > Assignments',
    en: 'device names are those of Linux ({what}): assign them in Interfaces > Assignments',
  },
  'gateway-made': {
    fr: 'la passerelle {what} est créée : un pfSense n’y renvoie que par un nom',
    en: 'the gateway {what} is made: a pfSense refers to one by name only',
  },
  'vip-families': {
    fr: 'l’IP virtuelle {what} a les deux familles sous un VHID : le noyau l’accepte, la page de pfSense refuse de la modifier',
    en: 'the virtual IP {what} has both families under one VHID: the kernel takes it, pfSense’s page refuses to edit it',
  },
  'vip-mac': {
    fr: 'l’IP virtuelle {what} : un pfSense utilise toujours l’adresse MAC virtuelle',
    en: 'the virtual IP {what}: a pfSense always uses the virtual MAC address',
  },
  'vip-password': {
    fr: 'le mot de passe de l’IP virtuelle {what} contient d’autres signes que A-Z a-z 0-9 . _ - : un pfSense les transforme et la paire ne s’entend plus',
    en: 'the password of the virtual IP {what} has signs other than A-Z a-z 0-9 . _ -: a pfSense changes them, and the pair no longer understands each other',
  },
  'rule-not': {
    fr: 'la règle « {what} » n’est pas écrite : un pfSense n’a pas de liste avec exceptions ; faites un alias, surtout si la règle bloque',
    en: 'the rule "{what}" is not written: a pfSense has no list with exceptions; make an alias, above all if the rule blocks',
  },
  'rule-split': {
    fr: 'la règle « {what} » devient plusieurs règles : un pfSense n’a qu’une source, une destination et un port par règle',
    en: 'the rule "{what}" becomes several rules: a pfSense has one source, destination and port per rule',
  },
  'rule-protocol': {
    fr: 'la règle « {what} » porte un numéro de protocole : pf le comprend, la page de pfSense ne l’offre pas',
    en: 'the rule "{what}" has a protocol number: pf understands it, pfSense’s page does not offer it',
  },
  'rule-never': {
    fr: 'la règle « {what} » n’est pas écrite : ICMPv6 en IPv4 ne correspond à rien',
    en: 'the rule "{what}" is not written: ICMPv6 in IPv4 matches nothing',
  },
  'rule-icmp': {
    fr: 'la règle « {what} » n’est pas écrite : pf n’a pas de nom pour un de ses types ICMP',
    en: 'the rule "{what}" is not written: pf has no name for one of its ICMP types',
  },
  'rule-schedule': {
    fr: 'la règle « {what} » n’est pas écrite : son horaire ne peut pas l’être',
    en: 'the rule "{what}" is not written: its schedule cannot be',
  },
  schedule: {
    fr: 'l’horaire {what} n’est pas écrit : un pfSense n’a ni années, ni jours de semaine et dates ensemble, ni plages passant minuit',
    en: 'the schedule {what} is not written: a pfSense has no years, no weekdays together with dates, no range past midnight',
  },
  'alias-refresh': {
    fr: 'l’alias {what} : un pfSense télécharge au plus une fois par jour',
    en: 'the alias {what}: a pfSense downloads at most once a day',
  },
  'nat-not': {
    fr: 'la traduction « {what} » n’est pas écrite : un pfSense n’a pas de liste avec exceptions',
    en: 'the translation "{what}" is not written: a pfSense has no list with exceptions',
  },
  'dhcp-server': {
    fr: 'DHCP de {what} : dans pfSense il démarrera vraiment, sur les deux nœuds',
    en: 'DHCP of {what}: on a pfSense it really starts, on both nodes',
  },
} as const;

export type ExportCode = keyof typeof exportTexts;

export interface ExportNote {
  readonly code: ExportCode;
  /** Where in the document. */
  readonly path: Path;
  readonly what: string;
}

export const exportText = ({ code, what }: ExportNote, language: 'fr' | 'en'): string =>
  exportTexts[code][language].replace('{what}', () => what);
