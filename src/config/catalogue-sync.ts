/** The part of the catalogue about synchronisation. */
import type { Entry } from './findings.ts';

export const syncCatalogue = {
  'sync-missing': {
    severity: 'warning',
    en: {
      message: 'no interface for state synchronisation is named',
      cause: 'Established connections break at a failover.',
      remedy: 'Name an interface under ha.sync.',
    },
    fr: {
      message: 'aucune interface n’est désignée pour la synchronisation des états',
      cause: 'Les connexions établies sont coupées à la bascule.',
      remedy: 'Désignez une interface sous ha.sync.',
    },
  },
  'sync-not-dedicated': {
    severity: 'warning',
    en: {
      message: 'state synchronisation shares {interface} with other traffic',
      cause:
        'A full or failing network there takes the synchronisation with it, and hosts on it could inject states.',
      remedy: 'Use a link of its own between the nodes.',
    },
    fr: {
      message: 'la synchronisation des états partage {interface} avec d’autre trafic',
      cause:
        'Un réseau saturé ou en panne emporte la synchronisation avec lui, et les machines qui s’y trouvent pourraient injecter des états.',
      remedy: 'Réservez un lien à cela entre les nœuds.',
    },
  },
  'sync-key-short': {
    severity: 'warning',
    en: {
      message: 'a key of the synchronisation has {length} characters',
      cause: 'Whoever records the link can try keys at leisure, and then read and forge states.',
      remedy: 'Take 16 characters or more, for instance of "openssl rand -base64 24".',
    },
    fr: {
      message: 'une clé de la synchronisation a {length} caractères',
      cause:
        'Qui enregistre le trafic du lien peut essayer des clés à loisir, puis lire et falsifier des états.',
      remedy: 'Prenez 16 caractères ou plus, par exemple ceux de « openssl rand -base64 24 ».',
    },
  },
  'sync-gateway': {
    severity: 'error',
    en: {
      message: 'the sync interface {interface} has a gateway',
      cause: 'Traffic may leave by the link that must stay free for the pair.',
      remedy: 'Remove the gateway from the sync interface.',
    },
    fr: {
      message: 'l’interface de synchronisation {interface} a une passerelle',
      cause: 'Du trafic peut sortir par le lien qui doit rester libre pour la paire.',
      remedy: 'Retirez la passerelle de l’interface de synchronisation.',
    },
  },
  'sync-dhcp': {
    severity: 'error',
    en: {
      message: 'a DHCP server is set on the sync interface {interface}',
      cause: 'Only the nodes live there, and their addresses are fixed.',
      remedy: 'Remove the DHCP range.',
    },
    fr: {
      message: 'un serveur DHCP est défini sur l’interface de synchronisation {interface}',
      cause: 'Seuls les nœuds s’y trouvent, et leurs adresses sont fixes.',
      remedy: 'Supprimez la plage DHCP.',
    },
  },
  'sync-vip': {
    severity: 'warning',
    en: {
      message: 'VHID {vhid} is on the sync interface {interface}',
      cause: 'Nodes must reach each other there one by one; an address that moves serves nobody.',
      remedy: 'Remove the virtual IP.',
    },
    fr: {
      message: 'le VHID {vhid} est sur l’interface de synchronisation {interface}',
      cause: 'Les nœuds doivent s’y joindre l’un l’autre ; une adresse qui se déplace n’y sert à personne.',
      remedy: 'Supprimez l’IP virtuelle.',
    },
  },
  'sync-peer-self': {
    severity: 'error',
    en: {
      message: "{node}'s peer {address} is its own address",
      cause: 'The node would send its states to itself.',
      remedy: 'Write the address of the other node.',
    },
    fr: {
      message: 'le pair {address} de {node} est sa propre adresse',
      cause: 'Le nœud s’enverrait ses états à lui-même.',
      remedy: 'Écrivez l’adresse de l’autre nœud.',
    },
  },
  'sync-peer-foreign': {
    severity: 'error',
    en: {
      message: "{node}'s peer {address} is no node's address on {interface}",
      cause: 'The states would go nowhere.',
      remedy: "Write the other node's address on the sync interface.",
    },
    fr: {
      message: 'le pair {address} de {node} n’est l’adresse d’aucun nœud sur {interface}',
      cause: 'Les états n’iraient nulle part.',
      remedy: 'Écrivez l’adresse de l’autre nœud sur l’interface de synchronisation.',
    },
  },
  'sync-peer-missing': {
    severity: 'warning',
    en: {
      message: '{node} has no peer, but {other} has',
      cause: 'What {node} tells goes by multicast to every host on the link, and a switch may not carry it.',
      remedy: 'Name a peer for every node, or for none (multicast).',
    },
    fr: {
      message: '{node} n’a pas de pair, alors que {other} en a un',
      cause:
        'Ce que {node} annonce part en multicast vers toutes les machines du lien, et un commutateur peut ne pas l’acheminer.',
      remedy: 'Désignez un pair pour chaque nœud, ou pour aucun (multicast).',
    },
  },
  'host-id-invalid': {
    severity: 'error',
    en: {
      message: '"{id}" of {node} is not a host ID',
      cause: 'States cannot be told apart by their creator.',
      remedy: 'Write 8 hex digits, not all zero.',
    },
    fr: {
      message: '« {id} » de {node} n’est pas un identifiant d’hôte',
      cause: 'On ne peut pas distinguer les états selon leur créateur.',
      remedy: 'Écrivez 8 chiffres hexadécimaux, pas tous nuls.',
    },
  },
  'host-id-equal': {
    severity: 'error',
    en: {
      message: '{node} and {other} share the host ID {id}',
      cause: "Each node takes the other's states for its own.",
      remedy: 'Give each node another host ID.',
    },
    fr: {
      message: '{node} et {other} ont le même identifiant d’hôte {id}',
      cause: 'Chaque nœud prend les états de l’autre pour les siens.',
      remedy: 'Donnez à chaque nœud un identifiant d’hôte différent.',
    },
  },
  'config-peer-self': {
    severity: 'error',
    en: {
      message: 'the target {address} is an address of {node} itself',
      cause: 'The configuration would be sent in a circle.',
      remedy: 'Write the address of the other node on the sync interface.',
    },
    fr: {
      message: 'la cible {address} est une adresse de {node} lui-même',
      cause: 'La configuration tournerait en rond.',
      remedy: 'Écrivez l’adresse de l’autre nœud sur l’interface de synchronisation.',
    },
  },
  'config-certificate-unchecked': {
    severity: 'warning',
    en: {
      message: 'the certificate of the target is not checked',
      cause: 'A stranger on the link could receive the whole configuration, passwords included.',
      remedy:
        'Write the fingerprint of its certificate in place of verifyCertificate: false, or install one that both nodes trust.',
    },
    fr: {
      message: 'le certificat de la cible n’est pas vérifié',
      cause: 'Un inconnu sur le lien pourrait recevoir toute la configuration, mots de passe compris.',
      remedy:
        'Écrivez l’empreinte de son certificat à la place de verifyCertificate: false, ou installez-en un que les deux nœuds reconnaissent.',
    },
  },
  'config-rule-missing': {
    severity: 'warning',
    en: {
      message: 'no rule on {interface} lets TCP port 443 pass',
      cause: 'Configuration synchronisation is set up, but the target drops it.',
      remedy: 'Pass TCP from the nodes to port 443 on the sync interface.',
    },
    fr: {
      message: 'aucune règle de {interface} n’autorise TCP vers le port 443',
      cause: 'La synchronisation de la configuration est en place, mais la cible la rejette.',
      remedy: 'Autorisez TCP des nœuds vers le port 443 sur l’interface de synchronisation.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
