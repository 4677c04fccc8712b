/** The part of the catalogue about rules, NAT and DHCP. */
import type { Entry } from './findings.ts';

export const rulesCatalogue = {
  // Rules -----------------------------------------------------------------------------------------------------
  'carp-blocked': {
    severity: 'error',
    en: {
      message: 'the rule on {interface} blocks CARP',
      cause:
        'Bascule lets adverts pass before all rules, so this one never matches there; on any other firewall both nodes would become master.',
      remedy: 'Remove the rule.',
    },
    fr: {
      message: 'la règle de {interface} bloque CARP',
      cause:
        'Bascule laisse passer les annonces avant toute règle : celle-ci ne s’applique donc jamais ici ; sur tout autre pare-feu, les deux nœuds deviendraient maîtres.',
      remedy: 'Supprimez la règle.',
    },
  },
  'pfsync-blocked': {
    severity: 'error',
    en: {
      message: 'the rule on {interface} blocks pfsync',
      cause:
        'Bascule lets state synchronisation pass on the sync interface before all rules; on any other firewall connections would break at a failover.',
      remedy: 'Remove the rule.',
    },
    fr: {
      message: 'la règle de {interface} bloque pfsync',
      cause:
        'Bascule laisse passer la synchronisation des états avant toute règle sur son interface ; sur tout autre pare-feu, les connexions seraient coupées à la bascule.',
      remedy: 'Supprimez la règle.',
    },
  },
  'sync-rule-missing': {
    severity: 'warning',
    en: {
      message: 'no rule on {interface} lets pfsync pass',
      cause:
        'Bascule lets it pass by itself, but a pfSense that gets these rules drops the states of its peer.',
      remedy: 'Pass protocol pfsync on the sync interface.',
    },
    fr: {
      message: 'aucune règle de {interface} n’autorise pfsync',
      cause:
        'Bascule le laisse passer de lui-même, mais un pfSense qui reçoit ces règles rejette les états de son pair.',
      remedy: 'Autorisez le protocole pfsync sur l’interface de synchronisation.',
    },
  },
  'rule-names-one-node': {
    severity: 'warning',
    en: {
      message: 'the source {address} is {node} alone',
      cause:
        'All nodes share the rules: at {node} it admits {node} itself, and the other way round nothing is admitted.',
      remedy: 'Name all nodes by an alias, or the network of the interface.',
    },
    fr: {
      message: 'la source {address} n’est que {node}',
      cause:
        'Tous les nœuds partagent les règles : sur {node}, celle-ci n’admet que {node} lui-même, et dans l’autre sens elle n’admet rien.',
      remedy: 'Désignez tous les nœuds par un alias, ou le réseau de l’interface.',
    },
  },
  'rule-fields-contradict': {
    severity: 'error',
    en: {
      message: '{field} needs protocol {wanted}, but the rule has {protocol}',
      cause: 'The field means nothing for this protocol, so the rule cannot be built.',
      remedy: 'Set the protocol, or remove the field.',
    },
    fr: {
      message: '{field} demande le protocole {wanted}, mais la règle a {protocol}',
      cause: 'Le champ n’a pas de sens pour ce protocole : la règle ne peut pas être construite.',
      remedy: 'Réglez le protocole, ou retirez le champ.',
    },
  },
  'rule-never-matches': {
    severity: 'warning',
    en: {
      message: 'source and destination have no address family in common that the rule ({family}) covers',
      cause: 'No packet has an IPv4 and an IPv6 end, or an end of another family than the rule.',
      remedy: 'Set the family to that of the addresses.',
    },
    fr: {
      message:
        'source et destination n’ont en commun aucune famille d’adresses que couvre la règle ({family})',
      cause:
        'Aucun paquet n’a une extrémité en IPv4 et l’autre en IPv6, ni une extrémité d’une autre famille que la règle.',
      remedy: 'Réglez la famille sur celle des adresses.',
    },
  },
  'rule-limits-unused': {
    severity: 'warning',
    en: {
      message: 'the rule has limits, but its action is {action} and its state {state}',
      cause: 'Limits count the connections that a rule lets begin; this one keeps none.',
      remedy: 'Remove the limits, or write action: pass and state: keep.',
    },
    fr: {
      message: 'la règle a des limites, mais son action est {action} et son suivi d’état {state}',
      cause: 'Les limites comptent les connexions qu’une règle laisse s’établir ; celle-ci n’en suit aucune.',
      remedy: 'Retirez les limites, ou écrivez action: pass et state: keep.',
    },
  },
  'unknown-schedule': {
    severity: 'error',
    en: {
      message: 'there is no schedule "{name}"',
      cause: 'Nobody can tell when the rule counts.',
      remedy: 'Define the schedule under "schedules".',
    },
    fr: {
      message: 'il n’y a pas de planning « {name} »',
      cause: 'Personne ne peut dire quand la règle s’applique.',
      remedy: 'Définissez le planning sous « schedules ».',
    },
  },
  'alias-circle': {
    severity: 'error',
    en: {
      message: 'the alias "{name}" holds "{nested}", which holds "{name}" again',
      cause: 'What the alias stands for cannot be worked out.',
      remedy: 'Take one of the two out of the other.',
    },
    fr: {
      message: 'l’alias « {name} » contient « {nested} », qui contient à son tour « {name} »',
      cause: 'Impossible de déterminer ce que l’alias désigne.',
      remedy: 'Retirez l’un des deux de l’autre.',
    },
  },
  'rule-opens-outside': {
    severity: 'warning',
    en: {
      message: 'the rule lets everything in from {interface}',
      cause: 'Whoever is outside reaches the firewall and everything behind it.',
      remedy: 'Name a protocol, a port or a destination.',
    },
    fr: {
      message: 'la règle laisse tout entrer par {interface}',
      cause: 'De l’extérieur, n’importe qui atteint le pare-feu et tout ce qu’il protège.',
      remedy: 'Précisez un protocole, un port ou une destination.',
    },
  },

  // NAT -------------------------------------------------------------------------------------------------------
  'nat-not-on-vip': {
    severity: 'warning',
    en: {
      message: 'outbound NAT ({mode}) does not translate to a virtual IP of {interface}',
      cause: "Connections leave with the node's own address and break at a failover.",
      remedy: 'Use hybrid or manual outbound NAT with a rule that translates to the virtual IP.',
    },
    fr: {
      message: 'le NAT sortant ({mode}) ne traduit pas vers une IP virtuelle de {interface}',
      cause: 'Les connexions sortent avec l’adresse propre du nœud et sont coupées à la bascule.',
      remedy:
        'Passez le NAT sortant en mode hybride ou manuel, avec une règle qui traduit vers l’IP virtuelle.',
    },
  },
  'nat-translates-to-node': {
    severity: 'warning',
    en: {
      message: 'the rule translates to {what}',
      cause: 'The address stays with the node, so connections break at a failover.',
      remedy: 'Translate to the virtual IP.',
    },
    fr: {
      message: 'la règle traduit vers {what}',
      cause: 'Cette adresse reste au nœud : les connexions sont coupées à la bascule.',
      remedy: 'Traduisez vers l’IP virtuelle.',
    },
  },
  'nat-address-foreign': {
    severity: 'error',
    en: {
      message: 'the rule translates to {address}, which neither a node nor a virtual IP has',
      cause: 'Answers never come back.',
      remedy: 'Translate to a virtual IP.',
    },
    fr: {
      message: 'la règle traduit vers {address}, que ne porte ni un nœud ni une IP virtuelle',
      cause: 'Les réponses ne reviennent jamais.',
      remedy: 'Traduisez vers une IP virtuelle.',
    },
  },
  'nat-catches-pair': {
    severity: 'warning',
    en: {
      message: 'the source {source} covers addresses of the nodes on {interface}',
      cause:
        "Elsewhere such a rule catches the nodes' own traffic, adverts included, and a backup is cut off from the internet. Bascule leaves the nodes' own traffic alone.",
      remedy: 'Name the inside networks as the source.',
    },
    fr: {
      message: 'la source {source} couvre des adresses des nœuds sur {interface}',
      cause:
        'Ailleurs, une telle règle happe le trafic propre des nœuds, annonces comprises, et un nœud de secours n’a plus accès à Internet. Bascule laisse ce trafic intact.',
      remedy: 'Désignez les réseaux internes comme source.',
    },
  },
  'forward-not-on-vip': {
    severity: 'warning',
    en: {
      message: 'the port forward is for {address}, although {interface} has a virtual IP',
      cause: 'The address belongs to one node, so nobody gets in any more when that node fails.',
      remedy: 'Write the virtual IP as the destination.',
    },
    fr: {
      message: 'la redirection de port vaut pour {address}, alors que {interface} a une IP virtuelle',
      cause: 'L’adresse appartient à un seul nœud : plus personne n’entre quand il tombe.',
      remedy: 'Écrivez l’IP virtuelle comme destination.',
    },
  },
  'gateway-group-name': {
    severity: 'error',
    en: {
      message: 'a gateway and a group are both called "{name}"',
      cause: 'A rule that names it could mean either.',
      remedy: 'Give the group another name.',
    },
    fr: {
      message: 'une passerelle et un groupe s’appellent tous deux « {name} »',
      cause: 'Une règle qui le nomme pourrait désigner l’un ou l’autre.',
      remedy: 'Donnez un autre nom au groupe.',
    },
  },
  'gateway-group-twice': {
    severity: 'warning',
    en: {
      message: '"{name}" is in the group "{group}" twice',
      cause: 'A gateway cannot stand in for itself.',
      remedy: 'Leave it in one tier.',
    },
    fr: {
      message: '« {name} » figure deux fois dans le groupe « {group} »',
      cause: 'Une passerelle ne peut pas se suppléer elle-même.',
      remedy: 'Ne la laissez que dans un niveau.',
    },
  },
  'gateway-group-mixed': {
    severity: 'error',
    en: {
      message: '"{name}" is a gateway of {family}, "{other}" one of {otherFamily}',
      cause: 'A connection cannot change to the other family when its gateway fails.',
      remedy: 'Make a group for each family.',
    },
    fr: {
      message: '« {name} » est une passerelle {family}, « {other} » une passerelle {otherFamily}',
      cause: 'Une connexion ne peut pas changer de famille quand sa passerelle tombe.',
      remedy: 'Faites un groupe par famille.',
    },
  },
  'forward-ports-beyond': {
    severity: 'error',
    en: {
      message: 'the ports {ports} would end at {last}',
      cause:
        'Each port of the range goes to the one at the same distance from targetPort, and there are 65535.',
      remedy: 'Write a lower targetPort, or a shorter range.',
    },
    fr: {
      message: 'les ports {ports} iraient jusqu’à {last}',
      cause:
        'Chaque port de la plage va à celui qui est à même distance de targetPort, et il n’y en a que 65535.',
      remedy: 'Choisissez un targetPort plus bas, ou une plage plus courte.',
    },
  },
  'forward-ports-merged': {
    severity: 'warning',
    en: {
      message: 'all ports of {ports} go to port {targetPort}',
      cause: 'Only a single range moves as a whole. From a list or an alias every port goes to the same one.',
      remedy:
        'Leave targetPort out, so that each port stays as it is, or write a port forward for each port or range.',
    },
    fr: {
      message: 'tous les ports de {ports} vont au port {targetPort}',
      cause: 'Seule une plage unique se décale en bloc. D’une liste ou d’un alias, chaque port va au même.',
      remedy:
        'Retirez targetPort : chaque port reste le même ; ou écrivez une redirection par port ou par plage.',
    },
  },
  'nat-sizes-differ': {
    severity: 'error',
    en: {
      message: '{external} cannot stand for {internal}',
      cause: 'Each address must have one counterpart: same family and same prefix length, IPv6 for NPt.',
      remedy: 'Write networks of the same length.',
    },
    fr: {
      message: '{external} et {internal} ne se correspondent pas',
      cause:
        'Chaque adresse doit avoir une seule contrepartie : même famille, même longueur de préfixe, et IPv6 pour NPt.',
      remedy: 'Écrivez des réseaux de même longueur.',
    },
  },
  'nat-rules-ignored': {
    severity: 'warning',
    en: {
      message: 'outbound NAT has {count} rules of its own, but its mode is {mode}',
      cause: 'Only hybrid and manual use them.',
      remedy: 'Use mode: hybrid, or remove the rules.',
    },
    fr: {
      message: 'le NAT sortant a {count} règles manuelles, mais son mode est {mode}',
      cause: 'Seuls les modes hybride et manuel les utilisent.',
      remedy: 'Écrivez mode: hybrid, ou supprimez les règles.',
    },
  },

  // DHCP ------------------------------------------------------------------------------------------------------
  'dhcp-gateway-is-node': {
    severity: 'error',
    en: {
      message: 'DHCP on {interface} hands out {address} as gateway, which is {node} alone',
      cause: 'Clients keep sending to a node that is gone.',
      remedy: 'Hand out the virtual IP.',
    },
    fr: {
      message: 'DHCP sur {interface} distribue {address} comme passerelle, c’est-à-dire {node} seul',
      cause: 'Les clients continuent d’envoyer à un nœud qui n’est plus là.',
      remedy: 'Distribuez l’IP virtuelle.',
    },
  },
  'dhcp-dns-is-node': {
    severity: 'warning',
    en: {
      message: 'DHCP on {interface} hands out {address} as DNS server, which is {node} alone',
      cause: 'Clients lose their resolver with the node.',
      remedy: 'Hand out the virtual IP.',
    },
    fr: {
      message: 'DHCP sur {interface} distribue {address} comme serveur DNS, c’est-à-dire {node} seul',
      cause: 'Les clients perdent leur résolveur en même temps que le nœud.',
      remedy: 'Distribuez l’IP virtuelle.',
    },
  },
  'dhcp-range-takes-address': {
    severity: 'error',
    en: {
      message: 'the DHCP range {from} to {to} holds {address} of {owner}',
      cause: 'A client may get an address that the pair uses.',
      remedy: 'Leave the addresses of nodes and virtual IPs out of the range.',
    },
    fr: {
      message: 'la plage DHCP de {from} à {to} contient {address} ({owner})',
      cause: 'Un client peut recevoir une adresse dont la paire se sert.',
      remedy: 'Laissez les adresses des nœuds et des IP virtuelles hors de la plage.',
    },
  },
  'dhcp-range-invalid': {
    severity: 'error',
    en: {
      message: 'the DHCP range {from} to {to} is not a range of {networks} on {interface}',
      cause: 'Clients would get addresses that lead nowhere, or none.',
      remedy: "Write the first and the last address of a range within the interface's network.",
    },
    fr: {
      message: 'de {from} à {to}, ce n’est pas une plage DHCP de {networks} sur {interface}',
      cause: 'Les clients recevraient des adresses qui ne mènent nulle part, ou aucune.',
      remedy: 'Écrivez la première et la dernière adresse d’une plage du réseau de l’interface.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
