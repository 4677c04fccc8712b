/** What is wrong between the nodes: synchronisation, ways, clocks, versions. */
import type { DoctorEntry } from './catalogue.ts';

export const pairCatalogue = {
  'states-silent': {
    severity: 'error',
    en: {
      evidence: '{node} hears no states of {peer} on {interface}; {peer} {ping}.',
      cause: '{why}',
      remedy: '{todo}',
    },
    fr: {
      evidence: '{node} n’entend pas les états de {peer} sur {interface} ; {peer} {ping}.',
      cause: '{why}',
      remedy: '{todo}',
    },
  },
  'states-key-differs': {
    severity: 'error',
    en: {
      evidence: '{node} refused {count} datagrams of states that this cluster did not seal.',
      cause:
        'The nodes have different keys (ha.sync.keys, or the passwords of the virtual IPs), or a stranger sends.',
      remedy: 'Give both nodes the same secrets and restart the one that was changed.',
    },
    fr: {
      evidence: '{node} a refusé {count} datagrammes d’états que ce cluster n’a pas scellés.',
      cause:
        'Les nœuds ont des clés différentes (ha.sync.keys, ou les mots de passe des IP virtuelles), ou un étranger émet.',
      remedy: 'Donnez les mêmes secrets aux deux nœuds et redémarrez celui qui a été modifié.',
    },
  },
  'states-behind': {
    severity: 'warning',
    en: {
      evidence: '{node}: the states of {peer} are "{state}", {lag} ms behind.',
      cause:
        'The link is too slow or loses packets, or a node is overloaded; at a failover connections break.',
      remedy: 'Look at errors and MTU of the sync link, and at the load of {peer}.',
    },
    fr: {
      evidence: '{node} : les états de {peer} sont « {state} », avec {lag} ms de retard.',
      cause:
        'Le lien est trop lent ou perd des paquets, ou un nœud est surchargé ; une bascule romprait des connexions.',
      remedy: 'Voyez les erreurs et le MTU du lien de synchronisation, et la charge de {peer}.',
    },
  },
  'config-not-joined': {
    severity: 'error',
    en: {
      evidence: '{node} does not know the certificate of {peer}.',
      cause: '{peer} has not joined, so no document goes there.',
      remedy: 'Run "bascule invite {peer}" at {node}, and at {peer} the command that it shows.',
    },
    fr: {
      evidence: '{node} ne connaît pas le certificat de {peer}.',
      cause: '{peer} n’a pas rejoint le cluster : aucun document n’y parvient.',
      remedy: 'Lancez « bascule invite {peer} » sur {node}, puis sur {peer} la commande affichée.',
    },
  },
  'config-certificate': {
    severity: 'error',
    en: {
      evidence: '{peer} shows {node} another certificate than the one it joined with.',
      cause: '{peer} was set up anew, or another machine has its address.',
      remedy:
        'If {peer} was reinstalled, let it join again ("bascule invite {peer}"); if not, find out who has the address.',
    },
    fr: {
      evidence: '{peer} présente à {node} un autre certificat que celui de son adhésion.',
      cause: '{peer} a été réinstallé, ou une autre machine a son adresse.',
      remedy:
        'Si {peer} a été réinstallé, faites-le rejoindre à nouveau (« bascule invite {peer} ») ; sinon, cherchez qui a l’adresse.',
    },
  },
  'config-credentials': {
    severity: 'error',
    en: {
      evidence: '{peer} refuses {node}: it does not know its key.',
      cause: '{node} was set up anew since it joined, or {peer} lost what it knew.',
      remedy:
        'Join the two again: "bascule invite {node}" at {peer}, then the command that it shows at {node}.',
    },
    fr: {
      evidence: '{peer} refuse {node} : il n’en connaît pas la clé.',
      cause: '{node} a été réinstallé depuis son adhésion, ou {peer} a perdu ce qu’il savait.',
      remedy: 'Réunissez-les : « bascule invite {node} » sur {peer}, puis la commande affichée sur {node}.',
    },
  },
  'config-blocked': {
    severity: 'error',
    en: {
      evidence: '{node} gets no answer from {address} TCP port 443 ({peer}), which {ping}.',
      cause: 'A rule at {peer} or a filter between the nodes drops the connection.',
      remedy: 'Pass TCP from the nodes to port 443 on the sync interface.',
    },
    fr: {
      evidence: '{node} n’obtient aucune réponse de {address}, port TCP 443 ({peer}), qui {ping}.',
      cause: 'Une règle de {peer} ou un filtre entre les nœuds rejette la connexion.',
      remedy: 'Autorisez le TCP des nœuds vers le port 443 sur l’interface de synchronisation.',
    },
  },
  'config-refused': {
    severity: 'error',
    en: {
      evidence: 'Nobody listens at {address} TCP port 443 ({peer}).',
      cause: 'The node or its API process does not run there.',
      remedy: 'Look at the log of {peer} ("journalctl -u bascule").',
    },
    fr: {
      evidence: 'Personne n’écoute sur {address}, port TCP 443 ({peer}).',
      cause: 'Le nœud ou son processus d’API n’y tourne pas.',
      remedy: 'Consultez le journal de {peer} (« journalctl -u bascule »).',
    },
  },
  'config-unreachable': {
    severity: 'error',
    en: {
      evidence: '{node} does not reach {address} ({peer}): {why}.',
      cause: 'The sync link is cut, or the address is wrong.',
      remedy: 'Check the sync link; see "link-down" and "states-silent" if they are listed, too.',
    },
    fr: {
      evidence: '{node} ne joint pas {address} ({peer}) : {why}.',
      cause: 'Le lien de synchronisation est coupé, ou l’adresse est fausse.',
      remedy: 'Contrôlez le lien de synchronisation ; voyez aussi « link-down » et « states-silent ».',
    },
  },
  'config-no-address': {
    severity: 'error',
    en: {
      evidence: 'The document gives {node} no address of {peer} on a network that both are on.',
      cause: 'A name or an address is missing under "interfaces".',
      remedy: 'Give both nodes an address on the sync interface.',
    },
    fr: {
      evidence: 'Le document ne donne à {node} aucune adresse de {peer} sur un réseau commun.',
      cause: 'Il manque un nom ou une adresse sous « interfaces ».',
      remedy: 'Donnez aux deux nœuds une adresse sur l’interface de synchronisation.',
    },
  },
  'config-unrelated': {
    severity: 'error',
    en: {
      evidence: '{node} and {peer} have documents with different pasts.',
      cause: 'Each was started with a document of its own, so neither follows the other.',
      remedy: 'Decide which one counts, then "bascule join" with --replace at the other.',
    },
    fr: {
      evidence: '{node} et {peer} ont des documents sans passé commun.',
      cause: 'Chacun a démarré avec son propre document : aucun ne suit l’autre.',
      remedy: 'Décidez lequel vaut, puis « bascule join » avec --replace sur l’autre.',
    },
  },
  'config-behind': {
    severity: 'error',
    en: {
      evidence: '{peer} is {revisions} revisions behind {node}: {why}.',
      cause: '{peer} could not take the newer document.',
      remedy: 'Put right what is named, then "bascule config compare".',
    },
    fr: {
      evidence: '{peer} a {revisions} révisions de retard sur {node} : {why}.',
      cause: '{peer} n’a pas pu prendre le document plus récent.',
      remedy: 'Corrigez ce qui est indiqué, puis « bascule config compare ».',
    },
  },
  'config-fails': {
    severity: 'error',
    en: {
      evidence: '{node} and {peer} do not agree on the document: {why}.',
      cause: 'The message is all that is known.',
      remedy: 'Look at the logs of both nodes.',
    },
    fr: {
      evidence: '{node} et {peer} ne s’accordent pas sur le document : {why}.',
      cause: 'On n’en sait pas plus que ce message.',
      remedy: 'Consultez les journaux des deux nœuds.',
    },
  },
  'version-differs': {
    severity: 'warning',
    en: {
      evidence: '{node} runs {ours}, {peer} {theirs}.',
      cause: 'An update was not finished; the two may understand each other only in part.',
      remedy: 'Update the other node: the backup first, then switch over.',
    },
    fr: {
      evidence: '{node} tourne en {ours}, {peer} en {theirs}.',
      cause: 'Une mise à jour n’a pas été menée à bien ; ils ne se comprennent peut-être qu’en partie.',
      remedy: 'Mettez l’autre nœud à jour : d’abord celui de secours, puis basculez.',
    },
  },
  'clock-skew': {
    severity: 'warning',
    en: {
      evidence: 'The clock of {peer} is {seconds} s {direction} that of {node}.',
      cause:
        'One of the nodes has no time server, so logs, schedules, confirmations and certificates disagree.',
      remedy: 'Set up chrony or systemd-timesyncd on both nodes.',
    },
    fr: {
      evidence: 'L’horloge de {peer} {direction} de {seconds} s sur celle de {node}.',
      cause:
        'L’un des nœuds n’a pas de serveur de temps : journaux, horaires, confirmations et certificats divergent.',
      remedy: 'Configurez chrony ou systemd-timesyncd sur les deux nœuds.',
    },
  },
  'mtu-too-small': {
    severity: 'error',
    en: {
      evidence:
        '{interface}: {peer} answers a ping of 84 bytes from {node}, but none of {bytes} bytes that may not be fragmented.',
      cause:
        'The way carries less than the MTU of the interfaces; a VXLAN takes 50 bytes, a VLAN tag in it 4 more. Small packets pass, transfers hang.',
      remedy:
        'Set the MTU of {interface} to what the way carries (1450 in a VXLAN over 1500, tagged 1446), or raise that of the way.',
    },
    fr: {
      evidence:
        '{interface} : {peer} répond à un ping de 84 octets de {node}, mais à aucun de {bytes} octets sans fragmentation.',
      cause:
        'Le trajet transporte moins que le MTU des interfaces ; un VXLAN prend 50 octets, une étiquette VLAN 4 de plus. Les petits paquets passent, les transferts se figent.',
      remedy:
        'Réglez le MTU de {interface} sur ce que le trajet transporte (1450 dans un VXLAN sur 1500, 1446 étiqueté), ou augmentez celui du trajet.',
    },
  },
  'mtu-differs': {
    severity: 'warning',
    en: {
      evidence: '{interface}: MTU {ours} at {node}, {theirs} at {peer}.',
      cause: 'What the one sends in full the other drops, and after a failover large packets vanish.',
      remedy: 'Set the same MTU on both nodes and on the switch.',
    },
    fr: {
      evidence: '{interface} : MTU {ours} sur {node}, {theirs} sur {peer}.',
      cause:
        'L’un rejette ce que l’autre envoie plein ; après une bascule, les grands paquets disparaissent.',
      remedy: 'Réglez le même MTU sur les deux nœuds et sur le commutateur.',
    },
  },
  'route-asymmetric': {
    severity: 'warning',
    en: {
      evidence: '{node} reaches {address} ({peer}, on {interface}) by {via}, not by {device}.',
      cause:
        'A more specific route or a rule sends it another way; answers come back by the first and are dropped.',
      remedy: 'Remove the route: "ip route get {address}" at {node} shows it.',
    },
    fr: {
      evidence: '{node} joint {address} ({peer}, sur {interface}) par {via}, et non par {device}.',
      cause:
        'Une route plus précise ou une règle l’envoie ailleurs ; les réponses reviennent par l’autre chemin et sont rejetées.',
      remedy: 'Supprimez la route : « ip route get {address} » sur {node} la montre.',
    },
  },
  'peer-not-examined': {
    severity: 'info',
    en: {
      evidence: '{peer} could not be examined: {why}.',
      cause: 'What follows rests on what {node} sees alone.',
      remedy: 'Put right what keeps the nodes apart, or run "bascule doctor" at {peer}, too.',
    },
    fr: {
      evidence: '{peer} n’a pas pu être examiné : {why}.',
      cause: 'Le reste ne repose que sur ce que voit {node}.',
      remedy: 'Corrigez ce qui sépare les nœuds, ou lancez aussi « bascule doctor » sur {peer}.',
    },
  },
} as const satisfies Record<string, DoctorEntry>;
