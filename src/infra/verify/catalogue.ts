/** What verifying a hypervisor can find, in both languages. `{names}` are filled in with what was measured. */
import type { Entry } from '#config/findings.ts';

export const faultCatalogue = {
  'ovs-silent': {
    severity: 'error',
    en: {
      message: 'Open vSwitch does not answer',
      cause: 'Its database or ovs-vswitchd does not run ({problem}): no bridge of it carries anything.',
      remedy: 'systemctl restart openvswitch-switch; a restart interrupts forwarding for 1 to 2 seconds.',
    },
    fr: {
      message: 'Open vSwitch ne répond pas',
      cause:
        'Sa base de données ou ovs-vswitchd ne tourne pas ({problem}) : aucun de ses ponts ne transporte quoi que ce soit.',
      remedy:
        'systemctl restart openvswitch-switch ; un redémarrage interrompt le trafic pendant 1 à 2 secondes.',
    },
  },
  'ground-differs': {
    severity: 'error',
    en: {
      message: 'not as the document says: {words}',
      cause: 'Somebody changed it by hand, or the document was not applied here.',
      remedy: 'bascule infra apply.',
    },
    fr: {
      message: 'ce n’est pas ce que dit le document : {words}',
      cause: 'Quelqu’un l’a modifié à la main, ou le document n’a pas été appliqué ici.',
      remedy: 'bascule infra apply.',
    },
  },
  'ground-blocked': {
    severity: 'error',
    en: {
      message: '{words}',
      cause: 'What the document wants cannot be made here.',
      remedy: 'Put it right by hand, or correct the document.',
    },
    fr: {
      message: '{words}',
      cause: 'Ce que demande le document ne peut pas être mis en place ici.',
      remedy: 'Corrigez à la main, ou corrigez le document.',
    },
  },
  'tunnel-missing': {
    severity: 'error',
    en: {
      message: '{tunnel} does not exist in {bridge}',
      cause: 'It was never made, was deleted, or vanished with a restart because no file names it.',
      remedy: 'bascule infra apply, then bascule infra export --write.',
    },
    fr: {
      message: '{tunnel} n’existe pas dans {bridge}',
      cause:
        'Il n’a jamais été créé, a été supprimé, ou a disparu au redémarrage parce qu’aucun fichier ne le mentionne.',
      remedy: 'bascule infra apply, puis bascule infra export --write.',
    },
  },
  'tunnel-error': {
    severity: 'error',
    en: {
      message: 'Open vSwitch could not make {tunnel}: {problem}',
      cause: 'Its settings are impossible, or another port has the same far end and key.',
      remedy: 'Look at "ovs-vsctl list interface {tunnel}", and correct options:remote_ip and options:key.',
    },
    fr: {
      message: 'Open vSwitch n’a pas pu créer {tunnel} : {problem}',
      cause: 'Ses réglages sont impossibles, ou un autre port a la même extrémité distante et la même clé.',
      remedy: 'Regardez « ovs-vsctl list interface {tunnel} », et corrigez options:remote_ip et options:key.',
    },
  },
  'tunnel-link-down': {
    severity: 'error',
    en: {
      message: '{tunnel} is {state}',
      cause: 'The device is switched off or could not be made.',
      remedy: 'ip link set {tunnel} up; with Open vSwitch look at its column "error".',
    },
    fr: {
      message: '{tunnel} est {state}',
      cause: 'Le périphérique est désactivé ou n’a pas pu être créé.',
      remedy: 'ip link set {tunnel} up ; avec Open vSwitch, regardez sa colonne « error ».',
    },
  },
  'tunnel-settings-differ': {
    severity: 'error',
    en: {
      message: '{tunnel}: {words}',
      cause: 'The two ends must agree on the key, and each must name the other.',
      remedy: 'bascule infra apply.',
    },
    fr: {
      message: '{tunnel} : {words}',
      cause: 'Les deux extrémités doivent avoir la même clé, et chacune désigner l’autre.',
      remedy: 'bascule infra apply.',
    },
  },
  'underlay-no-route': {
    severity: 'error',
    en: {
      message: 'there is no way from here to {far} ({remote})',
      cause: 'No address of this machine is in a network with it, and there is no route.',
      remedy: 'Give the hypervisor its address {local}, or a route to {remote}.',
    },
    fr: {
      message: 'aucun chemin ne mène d’ici à {far} ({remote})',
      cause: 'Aucune adresse de cette machine n’est dans un réseau commun, et il n’y a pas de route.',
      remedy: 'Donnez à l’hyperviseur son adresse {local}, ou une route vers {remote}.',
    },
  },
  'underlay-outside-datapath': {
    severity: 'error',
    en: {
      message: 'the way to {far} leaves by {device}, past the userspace datapath of {tunnel}',
      cause: 'That datapath only sends by its own bridges: packets are dropped while link_state says up.',
      remedy: 'Put {device} into an Open vSwitch bridge of datapath netdev and move the address there.',
    },
    fr: {
      message: 'le chemin vers {far} sort par {device}, à côté du datapath en espace utilisateur de {tunnel}',
      cause:
        'Ce datapath n’émet que par ses propres ponts : les paquets sont rejetés alors que link_state indique up.',
      remedy: 'Mettez {device} dans un pont Open vSwitch de datapath netdev, et déplacez-y l’adresse.',
    },
  },
  'underlay-no-carrier': {
    severity: 'error',
    en: {
      message: '{device}, by which {far} is reached, has no carrier',
      cause: 'Cable, switch or the other machine is off.',
      remedy: 'Look at the cable and the port of the switch.',
    },
    fr: {
      message: '{device}, par où l’on joint {far}, n’a pas de lien',
      cause: 'Le câble, le commutateur ou l’autre machine est hors service.',
      remedy: 'Contrôlez le câble et le port du commutateur.',
    },
  },
  'underlay-unreachable': {
    severity: 'error',
    en: {
      message: '{far} ({remote}) answers no ping',
      cause: 'It is off, has another address, or something between drops its packets.',
      remedy: 'Look at the other hypervisor; then at switches and firewalls between the two.',
    },
    fr: {
      message: '{far} ({remote}) ne répond pas au ping',
      cause: 'Il est arrêté, a une autre adresse, ou un équipement intermédiaire rejette ses paquets.',
      remedy: 'Examinez l’autre hyperviseur, puis les commutateurs et pare-feu entre les deux.',
    },
  },
  'underlay-mtu-small': {
    severity: 'error',
    en: {
      message: 'a packet of {mtu} bytes does not reach {far} whole, though small ones do',
      cause:
        'The way carries less than the document says: large packets in the tunnel vanish without a word.',
      remedy:
        'Raise the MTU of cards and switches between them, or lower underlayMtu and the MTU of the guests.',
    },
    fr: {
      message: 'un paquet de {mtu} octets n’atteint pas {far} entier, alors que les petits passent',
      cause:
        'Le trajet transporte moins que ne le dit le document : les grands paquets du tunnel disparaissent sans un mot.',
      remedy:
        'Augmentez le MTU des cartes et des commutateurs du trajet, ou réduisez underlayMtu et le MTU des invités.',
    },
  },
  'tunnel-mtu-large': {
    severity: 'error',
    en: {
      message: '{bridge} has an MTU of {mtu}, but only {limit} fit into {tunnel}',
      cause: 'Guests send what does not fit; it vanishes without a word: pings pass, transfers hang.',
      remedy: 'Set an MTU of {limit} on the bridge and in the guests.',
    },
    fr: {
      message: '{bridge} a un MTU de {mtu}, mais {tunnel} n’en laisse passer que {limit}',
      cause:
        'Les invités envoient ce qui ne passe pas, et cela disparaît sans un mot : les pings passent, les transferts se figent.',
      remedy: 'Réglez un MTU de {limit} sur le pont et dans les invités.',
    },
  },
  'port-refused': {
    severity: 'error',
    en: {
      message: '{far} says that nobody listens at UDP {port}',
      cause: 'It has no tunnel with this port.',
      remedy: 'bascule infra apply at {far}.',
    },
    fr: {
      message: '{far} indique que personne n’écoute sur UDP {port}',
      cause: 'Il n’a pas de tunnel sur ce port.',
      remedy: 'bascule infra apply sur {far}.',
    },
  },
  'bfd-off': {
    severity: 'warning',
    en: {
      message: '{tunnel} is not probed by BFD',
      cause: 'Open vSwitch says that the link is up whatever happens to the way.',
      remedy: 'Write bfd: true in the document, then bascule infra apply on both.',
    },
    fr: {
      message: '{tunnel} n’est pas surveillé par BFD',
      cause: 'Open vSwitch affiche le lien comme actif, quoi qu’il arrive au trajet.',
      remedy: 'Écrivez bfd: true dans le document, puis bascule infra apply des deux côtés.',
    },
  },
  'bfd-far-off': {
    severity: 'warning',
    en: {
      message: 'packets come through {tunnel}, but no BFD of {far}',
      cause: 'The other end does not probe, so this end takes the tunnel for broken.',
      remedy: 'bascule infra apply at {far}.',
    },
    fr: {
      message: 'des paquets arrivent par {tunnel}, mais aucun BFD de {far}',
      cause: 'L’autre extrémité ne surveille pas : celle-ci tient le tunnel pour coupé.',
      remedy: 'bascule infra apply sur {far}.',
    },
  },
  'tunnel-key-mismatch': {
    severity: 'error',
    en: {
      message: 'packets of {far} reach this machine with a key that no tunnel here has ({count} in {span})',
      cause: 'The ends of {tunnel} have different keys; this one has {key}.',
      remedy: 'bascule infra apply at {far}.',
    },
    fr: {
      message: 'des paquets de {far} arrivent ici avec une clé qu’aucun tunnel n’a ({count} en {span})',
      cause: 'Les extrémités de {tunnel} ont des clés différentes ; celle d’ici est {key}.',
      remedy: 'bascule infra apply sur {far}.',
    },
  },
  'udp-filtered': {
    severity: 'error',
    en: {
      message: '{far} answers pings, but nothing of {tunnel} arrives',
      cause: 'UDP {port} is dropped on the way or at either end, or the other end sends elsewhere.',
      remedy:
        'Let UDP {port} pass between {local} and {remote} in firewalls on the way; bascule infra verify there.',
    },
    fr: {
      message: '{far} répond au ping, mais rien de {tunnel} n’arrive',
      cause:
        'UDP {port} est rejeté sur le trajet ou à l’une des extrémités, ou l’autre côté envoie ailleurs.',
      remedy:
        'Autorisez UDP {port} entre {local} et {remote} dans les pare-feu du trajet ; lancez bascule infra verify là-bas.',
    },
  },
  'tunnel-one-way': {
    severity: 'error',
    en: {
      message: '{tunnel}: {sent} packets left in {span} and none came back',
      cause: 'Only this direction works, or nobody at the other end answers.',
      remedy: 'bascule infra verify at {far}; look for a filter of UDP {port} there.',
    },
    fr: {
      message: '{tunnel} : {sent} paquets partis en {span}, aucun revenu',
      cause: 'Seul ce sens fonctionne, ou personne ne répond à l’autre bout.',
      remedy: 'bascule infra verify sur {far} ; cherchez-y un filtre sur UDP {port}.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type FaultCode = keyof typeof faultCatalogue;
