/** French for the steps of a plan, for what is in its way, and for what verifying measured. */
import { type Phrase, phrasebook } from '#base/phrasebook.ts';

const stepPhrases: readonly Phrase[] = [
  ['make the bridge {name}', 'créer le pont {name}'],
  ['make the bridge {name} (datapath {datapath})', 'créer le pont {name} (datapath {datapath})'],
  ['move {name} from datapath {old} to {new}', 'passer {name} du datapath {old} à {new}'],
  ['give {name} an MTU of {mtu}', 'donner à {name} un MTU de {mtu}'],
  ['give {name} the address {address}', 'donner à {name} l’adresse {address}'],
  ['switch {name} on', 'activer {name}'],
  ['put {device} into {bridge}', 'mettre {device} dans {bridge}'],
  ['put {device} into VLAN {tag}', 'mettre {device} dans le VLAN {tag}'],
  ['move {device} from {old} to {new}', 'déplacer {device} de {old} vers {new}'],
  ['take {device} out of {bridge}', 'retirer {device} de {bridge}'],
  ['let {device} carry no VLAN of its own', 'ne donner à {device} aucun VLAN propre'],
  ['let {device} carry every VLAN', 'laisser {device} porter tous les VLAN'],
  ['let {device} carry the VLANs {list}', 'laisser {device} porter les VLAN {list}'],
  [
    'make the tunnel {name} to {far} ({remote}, key {key})',
    'créer le tunnel {name} vers {far} ({remote}, clé {key})',
  ],
  [
    'make the tunnel {name} in {bridge} to {far} ({remote}, key {key})',
    'créer le tunnel {name} dans {bridge} vers {far} ({remote}, clé {key})',
  ],
  ['remove the tunnel {name}, which is {what}', 'supprimer le tunnel {name}, qui est {what}'],
  ['something else', 'autre chose'],
  ['to {remote}, key {key}', 'vers {remote}, clé {key}'],
  ['make {name} a VXLAN tunnel, not {type}', 'faire de {name} un tunnel VXLAN, et non {type}'],
  ['set {what} of {name} to {value}', 'mettre {what} de {name} à {value}'],
  ['set {what} of {name} to {value} (it is {old})', 'mettre {what} de {name} à {value} (c’est {old})'],
  ['the far end', 'l’extrémité distante'],
  ['the key', 'la clé'],
  ['the port', 'le port'],
  [
    "let {name} use VXLAN's own port again (it is {port})",
    'rendre à {name} le port habituel de VXLAN (c’est {port})',
  ],
  ['probe {name} with BFD', 'surveiller {name} par BFD'],
  ['stop probing {name} with BFD', 'ne plus surveiller {name} par BFD'],
  [
    'let the switch forget what it learnt without {end}',
    'faire oublier au commutateur ce qu’il a appris sans {end}',
  ],
  [
    '{device} is not there (the guest is off): it goes into {bridge} when it is',
    '{device} n’est pas là (l’invité est arrêté) : il ira dans {bridge} à son démarrage',
  ],
  [
    '{bridge} wants the network card {device}, which this machine does not have',
    '{bridge} demande la carte réseau {device}, que cette machine n’a pas',
  ],
  [
    '{bridge} is a Linux bridge, but the document wants it in Open vSwitch: remove it first',
    '{bridge} est un pont Linux, mais le document le veut dans Open vSwitch : supprimez-le d’abord',
  ],
  [
    '{device} wants VLAN tags on the Linux bridge {bridge}; use kind: ovs for that',
    '{device} demande des étiquettes VLAN sur le pont Linux {bridge} ; utilisez pour cela kind: ovs',
  ],
  [
    '{bridge} is no bridge ({kind}): give the bridge another name',
    '{bridge} n’est pas un pont ({kind}) : donnez un autre nom au pont',
  ],
  ['a network card', 'une carte réseau'],
  [
    '{port} bears {addresses}: in {bridge} it would be unreachable. Move the address to the bridge, in /etc/network/interfaces and at the console',
    '{port} porte {addresses} : dans {bridge}, il serait injoignable. Déplacez l’adresse sur le pont, dans /etc/network/interfaces et à la console',
  ],
];

const measuredPhrases: readonly Phrase[] = [
  ['bridges', 'ponts'],
  ['bridges and ports', 'ponts et ports'],
  ['{count} as the document says', '{count} comme le dit le document'],
  ['exists', 'existence'],
  ['no', 'non'],
  ['in {bridge}', 'dans {bridge}'],
  ['link state', 'état du lien'],
  ['up', 'actif'],
  ['down', 'coupé'],
  ['not there', 'absent'],
  ['error column', 'colonne error'],
  ['empty', 'vide'],
  ['settings', 'réglages'],
  ['{option} is {found}, not {wanted}', '{option} vaut {found}, et non {wanted}'],
  ['not set', 'rien'],
  ['way', 'trajet'],
  ['no route', 'pas de route'],
  ['by {device}', 'par {device}'],
  ['by {device} from {source}', 'par {device} depuis {source}'],
  ['{device} without carrier', '{device} sans lien'],
  ['answers', 'répond'],
  ['no answer to a ping', 'pas de réponse au ping'],
  ['full-sized packet', 'paquet de pleine taille'],
  ['{mtu} bytes pass', '{mtu} octets passent'],
  ['{mtu} bytes do not pass', '{mtu} octets ne passent pas'],
  ['bridge {mtu}, at most {limit}', 'pont {mtu}, {limit} au plus'],
  ['bridge {mtu}, at most {limit}, tagged {tagged}', 'pont {mtu}, {limit} au plus, {tagged} étiqueté'],
  ['refused', 'refusé'],
  ['not refused', 'non refusé'],
  ['counters', 'compteurs'],
  ['{sent} packets out, {received} in', '{sent} paquets sortis, {received} entrés'],
  ['off', 'désactivé'],
  ['{tunnel} should be probed with BFD', '{tunnel} devrait être surveillé par BFD'],
  ['{state}, far end {remote}', '{state}, autre extrémité {remote}'],
];

const troublePhrases: readonly Phrase[] = [
  ['start {name} at boot', 'démarrer {name} au lancement de la machine'],
  ['rewrite the stanza of {name}', 'réécrire la section de {name}'],
  ['add a stanza for {name}', 'ajouter une section pour {name}'],
  [
    'the document has no hypervisor "{name}"; it has {names}',
    'le document n’a pas d’hyperviseur « {name} » ; il a {names}',
  ],
  [
    'Open vSwitch does not answer ({why}). Install openvswitch-switch, or start it',
    'Open vSwitch ne répond pas ({why}). Installez openvswitch-switch, ou démarrez-le',
  ],
  [
    'Open vSwitch has not noticed within {seconds} s: {what}',
    'Open vSwitch n’en a pas tenu compte en {seconds} s : {what}',
  ],
];

const proxmoxPhrases: readonly Phrase[] = [
  ['make the VXLAN zone {zone} between {peers}', 'créer la zone VXLAN {zone} entre {peers}'],
  ['set the VXLAN zone {zone} to {peers}, MTU {mtu}', 'régler la zone VXLAN {zone} sur {peers}, MTU {mtu}'],
  ['make the VNet {name} with key {key}', 'créer le VNet {name} avec la clé {key}'],
  [
    'set the VNet {name} to zone {zone}, key {key} (it is {oldZone}, {oldKey})',
    'mettre le VNet {name} dans la zone {zone}, clé {key} (c’est {oldZone}, {oldKey})',
  ],
  ['make the bridge {name} on {hypervisor}', 'créer le pont {name} sur {hypervisor}'],
  ['let {hypervisor} carry its new bridges', 'faire prendre à {hypervisor} ses nouveaux ponts'],
  ['make the machine {name} ({vmid}) on {hypervisor}', 'créer la machine {name} ({vmid}) sur {hypervisor}'],
  [
    'set {settings} of {name} ({vmid}); some settings wait for its next start',
    'régler {settings} de {name} ({vmid}) ; certains réglages attendent son prochain démarrage',
  ],
  [
    '{name} has {settings}, which the document does not know; left alone',
    '{name} a {settings}, que le document ne connaît pas ; laissé tel quel',
  ],
  [
    '{name} is on {hypervisor}, which has no Proxmox; it is left alone',
    '{name} est sur {hypervisor}, qui n’a pas de Proxmox ; laissée telle quelle',
  ],
  [
    '{name} has no vmid: Proxmox names machines by it',
    '{name} n’a pas de vmid : c’est par lui que Proxmox désigne les machines',
  ],
  [
    'no hypervisor of the document has a "proxmox" part',
    'aucun hyperviseur du document n’a de partie « proxmox »',
  ],
  [
    'an SDN zone has one VXLAN port, but the tunnels have several',
    'une zone SDN n’a qu’un port VXLAN, mais les tunnels en ont plusieurs',
  ],
  [
    'the SDN zone {zone} exists and is of type {type}: choose another name',
    'la zone SDN {zone} existe et est de type {type} : choisissez un autre nom',
  ],
  [
    'the tunnels of {bridge} have several keys; a VNet has one',
    'les tunnels de {bridge} ont plusieurs clés ; un VNet n’en a qu’une',
  ],
  [
    '{bridge} cannot be a VNet: 2 to 8 letters and digits are due, letter first',
    '{bridge} ne peut pas être un VNet : il faut 2 à 8 lettres et chiffres, une lettre en tête',
  ],
  ['{host} did not answer {path} within {seconds} s', '{host} n’a pas répondu à {path} en {seconds} s'],
  ['task {id} still runs after {minutes} min', 'la tâche {id} tourne encore au bout de {minutes} min'],
];

export const groundPhrases = [...stepPhrases, ...measuredPhrases, ...troublePhrases, ...proxmoxPhrases];
export const groundInFrench = phrasebook(groundPhrases);
