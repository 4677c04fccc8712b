/** Synchronisation of states and of the configuration. */
import type { AuditEntry } from './catalogue.ts';

export const syncCatalogue = {
  'pfsync-off': {
    severity: 'error',
    area: 'connections',
    fr: {
      cause: 'La synchronisation des états est activée sur {peer}, mais pas sur {node}.',
      effect:
        '{node} n’envoie ni ne reçoit les connexions : elles sont coupées quand il prend le relais ou le rend.',
      remedy: 'Cochez Synchronize states sur {node} (System > High Availability).',
    },
    en: {
      cause: 'State synchronisation is on at {peer} but off at {node}.',
      effect: '{node} neither sends nor receives connections: they break when it takes over or hands back.',
      remedy: 'Set Synchronize states on {node} (System > High Availability).',
    },
  },
  'pfsync-none': {
    severity: 'warning',
    area: 'connections',
    fr: {
      cause: 'La synchronisation des états est désactivée sur les deux nœuds.',
      effect: 'Toutes les connexions en cours sont coupées à chaque bascule.',
      remedy: 'Cochez Synchronize states des deux côtés et choisissez un lien dédié.',
    },
    en: {
      cause: 'State synchronisation is off on both nodes.',
      effect: 'Every failover cuts all connections.',
      remedy: 'Set Synchronize states on both nodes and choose a link of its own for it.',
    },
  },
  'pfsync-interface-differs': {
    severity: 'error',
    area: 'connections',
    fr: {
      cause: 'Les états passent par {ours} sur {node}, mais par {theirs} sur {peer}.',
      effect: 'Aucun nœud ne reçoit les connexions de l’autre ; elles sont coupées à la bascule.',
      remedy: 'Choisissez la même interface de synchronisation des deux côtés.',
    },
    en: {
      cause: 'States go over {ours} on {node} but over {theirs} on {peer}.',
      effect: 'Neither node receives the other’s connections; they break at a failover.',
      remedy: 'Choose the same synchronisation interface on both nodes.',
    },
  },
  'pfsync-interface-missing': {
    severity: 'error',
    area: 'connections',
    fr: {
      cause: 'L’interface de synchronisation de {node} (« {interface} ») n’existe pas ou est désactivée.',
      effect: 'Aucun état ne passe ; les connexions sont coupées à la bascule.',
      remedy: 'Choisissez une interface active, de préférence un lien direct entre les nœuds.',
    },
    en: {
      cause: 'The synchronisation interface of {node} ("{interface}") does not exist or is disabled.',
      effect: 'No state gets across; connections break at a failover.',
      remedy: 'Choose an enabled interface, preferably a direct link between the nodes.',
    },
  },
  'pfsync-interface-shared': {
    severity: 'info',
    area: 'connections',
    fr: {
      cause: 'Les états passent par {interface}, un réseau qui porte aussi une IP virtuelle.',
      effect: 'Qui est sur ce réseau peut lire et forger des états : pfsync n’est ni chiffré ni authentifié.',
      remedy: 'Réservez un lien direct à la synchronisation.',
    },
    en: {
      cause: 'States go over {interface}, a network that also carries a virtual IP.',
      effect:
        'Whoever is on that network can read and forge states: pfsync is neither encrypted nor authenticated.',
      remedy: 'Use a direct link for synchronisation alone.',
    },
  },
  'pfsync-peer-own': {
    severity: 'error',
    area: 'connections',
    fr: {
      cause: 'L’adresse pfsync du pair sur {node} ({address}) est la sienne.',
      effect: '{node} s’envoie ses propres états ; l’autre nœud n’en reçoit aucun.',
      remedy: 'Mettez l’adresse de {peer} sur l’interface de synchronisation ({expected}).',
    },
    en: {
      cause: 'The pfsync peer address on {node} ({address}) is its own.',
      effect: '{node} sends its states to itself; the other node gets none.',
      remedy: 'Use the address of {peer} on the synchronisation interface ({expected}).',
    },
  },
  'pfsync-peer-wrong': {
    severity: 'error',
    area: 'connections',
    fr: {
      cause:
        '{node} envoie ses états à {address}, qui n’est pas l’adresse de {peer} sur l’interface de synchronisation ({expected}).',
      effect: '{peer} ne reçoit aucun état ; les connexions sont coupées quand il prend le relais.',
      remedy: 'Mettez {expected}.',
    },
    en: {
      cause:
        '{node} sends its states to {address}, which is not the address of {peer} on the synchronisation interface ({expected}).',
      effect: '{peer} receives no states; connections break when it takes over.',
      remedy: 'Use {expected}.',
    },
  },
  'pfsync-peer-one-sided': {
    severity: 'warning',
    area: 'connections',
    fr: {
      cause: '{node} envoie ses états à une adresse précise, {peer} en multicast.',
      effect:
        'Cela marche tant que le commutateur laisse passer le multicast ; sinon, les états ne vont que dans un sens.',
      remedy: 'Renseignez l’adresse du pair des deux côtés, ou d’aucun.',
    },
    en: {
      cause: '{node} sends its states to one address, {peer} by multicast.',
      effect: 'This works as long as the switch lets multicast through; otherwise states go one way only.',
      remedy: 'Fill in the peer address on both nodes, or on neither.',
    },
  },
  'hostid-equal': {
    severity: 'error',
    area: 'connections',
    fr: {
      cause: 'Les deux nœuds ont le même identifiant de filtre (Filter Host ID {id}).',
      effect:
        'Chacun prend les états de l’autre pour les siens et les ignore ; les connexions sont coupées à la bascule.',
      remedy: 'Donnez à chaque nœud un identifiant à lui, ou videz le champ.',
    },
    en: {
      cause: 'Both nodes have the same Filter Host ID, {id}.',
      effect: 'Each takes the other’s states for its own and ignores them; connections break at a failover.',
      remedy: 'Give each node an ID of its own, or leave the field empty.',
    },
  },
  'hostid-invalid': {
    severity: 'warning',
    area: 'connections',
    fr: {
      cause:
        'L’identifiant de filtre « {id} » de {node} n’est pas fait de 1 à 8 chiffres hexadécimaux, ou vaut zéro.',
      effect:
        'Le nœud en prend un au hasard à chaque démarrage, et ses anciens états ne lui appartiennent plus.',
      remedy: 'Mettez par exemple 1 sur le nœud principal et 2 sur l’autre.',
    },
    en: {
      cause: 'The Filter Host ID "{id}" of {node} is not 1 to 8 hexadecimal digits, or is zero.',
      effect: 'The node draws one at random at every start, and its earlier states no longer belong to it.',
      remedy: 'Use for example 1 on the primary and 2 on the other.',
    },
  },
  'sync-gateway': {
    severity: 'error',
    area: 'connections',
    fr: {
      cause: 'L’interface de synchronisation {interface} de {node} a une passerelle ({gateway}).',
      effect:
        'Elle est traitée comme un accès à Internet : NAT sortant, reply-to et surveillance y détournent le trafic de synchronisation.',
      remedy: 'Retirez la passerelle de cette interface : le pair est à portée directe.',
    },
    en: {
      cause: 'The synchronisation interface {interface} of {node} has a gateway ({gateway}).',
      effect:
        'It is treated as a way to the Internet: outbound NAT, reply-to and monitoring divert the synchronisation.',
      remedy: 'Remove the gateway from the interface: the peer is directly in reach.',
    },
  },
  'rule-pfsync-missing': {
    severity: 'error',
    area: 'connections',
    fr: {
      cause: 'Aucune règle de {node} ne laisse entrer le protocole pfsync sur {interface}.',
      effect: 'Les états de l’autre nœud sont rejetés ; les connexions sont coupées à la bascule.',
      remedy: 'Ajoutez sur {interface} une règle Pass, protocole PFSYNC, source {interface} net.',
    },
    en: {
      cause: 'No rule of {node} lets the pfsync protocol in on {interface}.',
      effect: 'The other node’s states are dropped; connections break at a failover.',
      remedy: 'Add a rule on {interface}: Pass, protocol PFSYNC, source {interface} net.',
    },
  },
  'rule-xmlrpc-missing': {
    severity: 'error',
    area: 'synchronisation',
    fr: {
      cause:
        'Aucune règle de {node} ne laisse entrer TCP {port} sur {interface}, où arrive la configuration de {peer}.',
      effect: 'La configuration n’arrive plus : après une bascule, {node} filtre avec des règles périmées.',
      remedy:
        'Ajoutez sur {interface} de {node} une règle Pass, TCP, source {interface} net, destination This Firewall, port {port}.',
    },
    en: {
      cause:
        'No rule of {node} lets TCP {port} in on {interface}, where the configuration of {peer} arrives.',
      effect: 'The configuration no longer gets across: after a failover {node} filters with outdated rules.',
      remedy:
        'Add a rule on {interface} of {node}: Pass, TCP, source {interface} net, destination This Firewall, port {port}.',
    },
  },
  'rule-carp-blocked': {
    severity: 'error',
    area: 'takeover',
    fr: {
      cause: 'Une règle de {node} bloque le protocole CARP sur {interface}.',
      effect: 'Le nœud n’entend plus son pair et devient maître en même temps que lui.',
      remedy: 'Supprimez cette règle ; CARP ne sort jamais du segment.',
    },
    en: {
      cause: 'A rule of {node} blocks the CARP protocol on {interface}.',
      effect: 'The node no longer hears its peer and becomes master at the same time.',
      remedy: 'Delete the rule; CARP never leaves its segment.',
    },
  },
  'xmlrpc-off': {
    severity: 'warning',
    area: 'synchronisation',
    fr: {
      cause: 'Aucun des deux nœuds n’envoie sa configuration à l’autre.',
      effect:
        'Chaque changement doit être refait à la main ; ce qui est oublié manque le jour de la bascule.',
      remedy: 'Sur {node}, renseignez Synchronize Config to IP (System > High Availability).',
    },
    en: {
      cause: 'Neither node sends its configuration to the other.',
      effect:
        'Every change has to be made twice by hand; what is forgotten is missing on the day of the failover.',
      remedy: 'On {node}, fill in Synchronize Config to IP (System > High Availability).',
    },
  },
  'xmlrpc-loop': {
    severity: 'error',
    area: 'synchronisation',
    fr: {
      cause: '{node}, le nœud de secours, envoie lui aussi sa configuration (à {target}).',
      effect:
        'pfSense détecte la boucle et ignore les deux envois, tout en annonçant qu’ils ont réussi : plus rien n’est synchronisé.',
      remedy: 'Videz Synchronize Config to IP et les cases de sections sur {node}.',
    },
    en: {
      cause: '{node}, the backup, sends its configuration as well (to {target}).',
      effect:
        'pfSense notices the loop and ignores both transfers while reporting success: nothing is synchronised any more.',
      remedy: 'Clear Synchronize Config to IP and the section boxes on {node}.',
    },
  },
  'xmlrpc-from-backup': {
    severity: 'error',
    area: 'synchronisation',
    fr: {
      cause: 'Seul {node}, le nœud de secours, envoie sa configuration.',
      effect:
        'Ce qui est réglé sur le nœud principal est écrasé à la première modification faite sur le nœud de secours.',
      remedy: 'Configurez l’envoi sur {peer}, et videz-le sur {node}.',
    },
    en: {
      cause: 'Only {node}, the backup, sends its configuration.',
      effect: 'What is set on the primary is overwritten by the first change made on the backup.',
      remedy: 'Configure the transfer on {peer}, and clear it on {node}.',
    },
  },
  'xmlrpc-target-own': {
    severity: 'error',
    area: 'synchronisation',
    fr: {
      cause: '{node} s’envoie la configuration à lui-même ({target}).',
      effect: '{peer} ne reçoit rien ; après une bascule, il filtre avec des règles périmées.',
      remedy: 'Mettez l’adresse de {peer} sur l’interface de synchronisation.',
    },
    en: {
      cause: '{node} sends the configuration to itself ({target}).',
      effect: '{peer} receives nothing; after a failover it filters with outdated rules.',
      remedy: 'Use the address of {peer} on the synchronisation interface.',
    },
  },
  'xmlrpc-target-wrong': {
    severity: 'error',
    area: 'synchronisation',
    fr: {
      cause: '{node} envoie la configuration à {target}, qui n’est pas une adresse de {peer}.',
      effect: '{peer} ne reçoit rien ; après une bascule, il filtre avec des règles périmées.',
      remedy: 'Mettez l’adresse de {peer} sur l’interface de synchronisation.',
    },
    en: {
      cause: '{node} sends the configuration to {target}, which is no address of {peer}.',
      effect: '{peer} receives nothing; after a failover it filters with outdated rules.',
      remedy: 'Use the address of {peer} on the synchronisation interface.',
    },
  },
  'xmlrpc-target-vip': {
    severity: 'error',
    area: 'synchronisation',
    fr: {
      cause: '{node} envoie la configuration à {target}, une IP virtuelle.',
      effect: 'Elle appartient au maître : le nœud s’écrit à lui-même, et {peer} ne reçoit rien.',
      remedy: 'Mettez l’adresse propre de {peer} sur l’interface de synchronisation.',
    },
    en: {
      cause: '{node} sends the configuration to {target}, a virtual IP.',
      effect: 'It belongs to the master: the node writes to itself, and {peer} receives nothing.',
      remedy: 'Use the own address of {peer} on the synchronisation interface.',
    },
  },
  'xmlrpc-target-name': {
    severity: 'error',
    area: 'synchronisation',
    fr: {
      cause:
        'La cible de synchronisation de {node} est « {target} », alors que pfSense attend une adresse IP seule.',
      effect: 'L’envoi échoue ; {peer} ne reçoit rien.',
      remedy: 'Mettez l’adresse IP de {peer}, sans https:// ni port.',
    },
    en: {
      cause: 'The synchronisation target of {node} is "{target}", where pfSense expects a plain IP address.',
      effect: 'The transfer fails; {peer} receives nothing.',
      remedy: 'Use the IP address of {peer}, without https:// or port.',
    },
  },
} as const satisfies Readonly<Record<string, AuditEntry>>;
