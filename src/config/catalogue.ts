/**
 * What can be wrong with a document, by code: its form, its nodes, its interfaces. A code is never given a second
 * meaning; one that goes out of use is not taken again. `{names}` in the texts are filled in with values of the document.
 */
import type { Entry } from './findings.ts';

export const documentCatalogue = {
  // Reading ---------------------------------------------------------------------------------------------------
  yaml: {
    severity: 'error',
    en: {
      message: '{problem}',
      cause: 'The file is not valid YAML, so nothing of it can be read.',
      remedy: 'Correct the YAML at this place.',
    },
    fr: {
      message: '{problem}',
      cause: 'Le fichier n’est pas du YAML valide : rien n’en peut être lu.',
      remedy: 'Corrigez le YAML à cet endroit.',
    },
  },
  schema: {
    severity: 'error',
    en: {
      message: '{where}: {problem}',
      cause: 'The field is unknown, is missing, or has a value that it does not allow.',
      remedy: 'Write a value that the field allows; schema/cluster.schema.json lets an editor help.',
    },
    fr: {
      message: '{where} : {problem}',
      cause: 'Le champ est inconnu, absent, ou sa valeur n’est pas admise.',
      remedy:
        'Donnez une valeur que le champ admet ; avec schema/cluster.schema.json, un éditeur vous y aide.',
    },
  },
  'secret-missing': {
    severity: 'error',
    en: {
      message: '{where}: {problem}',
      cause:
        'The password is kept outside the document and was not found there, so adverts could not be signed.',
      remedy: 'Set the environment variable, or add the name to the secrets file.',
    },
    fr: {
      message: '{where} : {problem}',
      cause:
        'Le mot de passe est conservé hors du document et reste introuvable : les annonces ne pourraient pas être signées.',
      remedy: 'Définissez la variable d’environnement, ou ajoutez ce nom au fichier des secrets.',
    },
  },
  'unknown-interface': {
    severity: 'error',
    en: {
      message: 'there is no interface "{name}"',
      cause: 'An entry that names an interface which does not exist has no effect.',
      remedy: 'Use a key of "interfaces".',
    },
    fr: {
      message: 'il n’y a pas d’interface « {name} »',
      cause: 'Une entrée qui désigne une interface inexistante reste sans effet.',
      remedy: 'Utilisez une clé de « interfaces ».',
    },
  },
  'unknown-node': {
    severity: 'error',
    en: {
      message: 'there is no node "{name}"',
      cause: 'A value under the name of a node that does not exist belongs to nobody.',
      remedy: 'Use a name of "nodes".',
    },
    fr: {
      message: 'il n’y a pas de nœud « {name} »',
      cause: 'Une valeur inscrite sous le nom d’un nœud inexistant n’est à personne.',
      remedy: 'Utilisez un nom de « nodes ».',
    },
  },
  'unknown-alias': {
    severity: 'error',
    en: {
      message: '"{name}" is neither an address nor an alias',
      cause: 'The rule would match nothing.',
      remedy: 'Define the alias under "aliases", or write an address or a network.',
    },
    fr: {
      message: '« {name} » n’est ni une adresse ni un alias',
      cause: 'La règle ne correspondrait à aucun paquet.',
      remedy: 'Définissez l’alias sous « aliases », ou écrivez une adresse ou un réseau.',
    },
  },
  'unknown-gateway': {
    severity: 'error',
    en: {
      message: 'there is no gateway "{name}"',
      cause: 'The nodes would have no way out.',
      remedy: 'Define the gateway under "gateways", or write its address.',
    },
    fr: {
      message: 'il n’y a pas de passerelle « {name} »',
      cause: 'Les nœuds n’auraient aucune route de sortie.',
      remedy: 'Définissez la passerelle sous « gateways », ou écrivez son adresse.',
    },
  },
  'alias-type': {
    severity: 'error',
    en: {
      message: 'the alias "{name}" holds {holds}, but {wanted} are due here',
      cause: 'Ports and addresses cannot stand for each other.',
      remedy: 'Use an alias of the right type.',
    },
    fr: {
      message: 'l’alias « {name} » contient des {holds}, alors qu’il faut ici des {wanted}',
      cause: 'Ports et adresses ne sont pas interchangeables.',
      remedy: 'Utilisez un alias du bon type.',
    },
  },

  // Nodes -----------------------------------------------------------------------------------------------------
  'single-node': {
    severity: 'warning',
    en: {
      message: 'the cluster has one node, {node}',
      cause: 'There is nobody to take over.',
      remedy: 'Add a second node.',
    },
    fr: {
      message: 'le cluster n’a qu’un nœud, {node}',
      cause: 'Personne ne peut prendre le relais.',
      remedy: 'Ajoutez un second nœud.',
    },
  },
  'node-priority-equal': {
    severity: 'warning',
    en: {
      message: '{node} and {other} share priority {priority}',
      cause: 'Their place in the file decides who is master, which is easily overlooked.',
      remedy: 'Give each node a priority of its own; 1 is the preferred master.',
    },
    fr: {
      message: '{node} et {other} ont la même priorité {priority}',
      cause: 'C’est leur ordre dans le fichier qui désigne le maître, et cela passe facilement inaperçu.',
      remedy: 'Donnez à chaque nœud sa propre priorité ; 1 désigne le maître préféré.',
    },
  },

  // Interfaces ------------------------------------------------------------------------------------------------
  'node-address-duplicate': {
    severity: 'error',
    en: {
      message: '{address} is the address of {where} and of {elsewhere}',
      cause: 'Two machines answer for the address, or one has it twice.',
      remedy: 'Give each node an address of its own.',
    },
    fr: {
      message: '{address} est à la fois l’adresse de {where} et celle de {elsewhere}',
      cause: 'Deux machines répondent pour cette adresse, ou l’une la porte deux fois.',
      remedy: 'Donnez à chaque nœud une adresse à lui.',
    },
  },
  'node-address-reserved': {
    severity: 'error',
    en: {
      message: '{address} is the {what} address of {network}',
      cause: 'No host may have the network or the broadcast address.',
      remedy: 'Use an address between them.',
    },
    fr: {
      message: '{address} est l’adresse de {what} de {network}',
      cause: 'Aucune machine ne peut porter l’adresse de réseau ni celle de diffusion.',
      remedy: 'Choisissez une adresse entre les deux.',
    },
  },
  'node-address-missing': {
    severity: 'error',
    en: {
      message: '{node} has no {family} address on {interface}, but {other} has',
      cause:
        'A node without an address on the segment cannot send adverts of that family, nor take over there.',
      remedy: 'Give every node an address on the interface, or disable the interface there.',
    },
    fr: {
      message: '{node} n’a pas d’adresse {family} sur {interface}, alors que {other} en a une',
      cause:
        'Sans adresse sur le segment, un nœud n’y émet aucune annonce de cette famille et ne peut pas y prendre le relais.',
      remedy: 'Donnez à chaque nœud une adresse sur cette interface, ou désactivez-la sur le nœud concerné.',
    },
  },
  'node-networks-differ': {
    severity: 'error',
    en: {
      message: 'on {interface}, {address} is in {network}, but {other} is in {otherNetwork}',
      cause: 'The nodes do not share a network there, so no virtual IP can move between them.',
      remedy: 'Put the addresses of all nodes into one network, with one prefix length.',
    },
    fr: {
      message: 'sur {interface}, {address} est dans {network}, mais {other} est dans {otherNetwork}',
      cause: 'Les nœuds n’y partagent aucun réseau : aucune IP virtuelle ne peut passer de l’un à l’autre.',
      remedy: 'Mettez les adresses de tous les nœuds dans le même réseau, avec la même longueur de préfixe.',
    },
  },
  'interface-without-address': {
    severity: 'error',
    en: {
      message: '{interface} has a virtual IP but no address of its own',
      cause: 'Adverts need a source address on the segment.',
      remedy: 'Give every node an address on the interface.',
    },
    fr: {
      message: '{interface} porte une IP virtuelle, mais n’a pas d’adresse propre',
      cause: 'Les annonces ont besoin d’une adresse source sur le segment.',
      remedy: 'Donnez à chaque nœud une adresse sur cette interface.',
    },
  },
  'interface-disabled-on-node': {
    severity: 'warning',
    en: {
      message: '{interface}, which has a virtual IP, is disabled on {node}',
      cause:
        'Its virtual IP lives on one node while the others may live on another: traffic takes two different ways.',
      remedy: 'Enable the interface on all nodes; to move everything use maintenance mode.',
    },
    fr: {
      message: '{interface}, qui porte une IP virtuelle, est désactivée sur {node}',
      cause:
        'Son IP virtuelle est sur un nœud, les autres peut-être sur l’autre : le trafic devient asymétrique.',
      remedy: 'Activez l’interface sur tous les nœuds ; pour tout déplacer, utilisez le mode de maintenance.',
    },
  },
  'interfaces-overlap': {
    severity: 'error',
    en: {
      message: '{network} of {interface} overlaps {otherNetwork} of {other}',
      cause: 'The kernel cannot tell which way to send.',
      remedy: 'Use networks that do not overlap.',
    },
    fr: {
      message: '{network} de {interface} chevauche {otherNetwork} de {other}',
      cause: 'Le noyau ne peut pas savoir par où envoyer.',
      remedy: 'Choisissez des réseaux qui ne se chevauchent pas.',
    },
  },
  'device-duplicate': {
    severity: 'error',
    en: {
      message: '{interface} and {other} are both the device {device} on {node}',
      cause: 'Rules, addresses and adverts of the two would mix.',
      remedy: 'Name another device for one of them.',
    },
    fr: {
      message: '{interface} et {other} sont tous deux le périphérique {device} sur {node}',
      cause: 'Leurs règles, leurs adresses et leurs annonces se mélangeraient.',
      remedy: 'Indiquez un autre périphérique pour l’une des deux.',
    },
  },
  'device-names-differ': {
    severity: 'warning',
    en: {
      message: '{interface} is {device} on {node} but {otherDevice} on {other}',
      cause:
        'Bascule copes, but whatever names devices (pfSense states since 2.8, scripts, captures) does not carry over to the peer.',
      remedy:
        'Rename the devices so that they are called the same on every node, for instance by a .link file of systemd.',
    },
    fr: {
      message: '{interface} est {device} sur {node}, mais {otherDevice} sur {other}',
      cause:
        'Bascule s’en accommode, mais tout ce qui nomme les périphériques (les états de pfSense depuis la 2.8, les scripts, les captures) ne vaut plus sur le pair.',
      remedy:
        'Renommez les périphériques pour qu’ils portent le même nom sur chaque nœud, par exemple avec un fichier .link de systemd.',
    },
  },
  'docker-network': {
    severity: 'info',
    en: {
      message: "{network} of {interface} overlaps Docker's default bridge, 172.17.0.0/16",
      cause: 'A node or neighbour that runs Docker cannot reach the network.',
      remedy: 'Set another "bip" for Docker there, or use another network.',
    },
    fr: {
      message: '{network} de {interface} chevauche le pont par défaut de Docker, 172.17.0.0/16',
      cause: 'Un nœud ou un voisin qui fait tourner Docker ne peut pas joindre ce réseau.',
      remedy: 'Réglez-y un autre « bip » pour Docker, ou changez de réseau.',
    },
  },
  'gateway-outside-network': {
    severity: 'error',
    en: {
      message: 'gateway {address} is outside the networks of {interface}',
      cause: 'It cannot be reached from there.',
      remedy: "Use an address of the interface's network.",
    },
    fr: {
      message: 'la passerelle {address} est hors des réseaux de {interface}',
      cause: 'Elle n’est pas joignable depuis cette interface.',
      remedy: 'Utilisez une adresse du réseau de l’interface.',
    },
  },
  'gateway-is-own': {
    severity: 'error',
    en: {
      message: 'gateway {address} is {what}',
      cause: 'The pair would be its own gateway.',
      remedy: 'Write the address of the router beyond.',
    },
    fr: {
      message: 'la passerelle {address} est {what}',
      cause: 'La paire serait sa propre passerelle.',
      remedy: 'Écrivez l’adresse du routeur en amont.',
    },
  },
  'block-private-cuts-pair': {
    severity: 'warning',
    en: {
      message: '{interface} blocks private networks, but is itself in {network}',
      cause:
        "The pair's neighbours, its gateway and the other node have private addresses there and are cut off.",
      remedy: 'Set blockPrivate: false on this interface.',
    },
    fr: {
      message: '{interface} bloque les réseaux privés, mais se trouve elle-même dans {network}',
      cause:
        'Les voisins de la paire, sa passerelle et l’autre nœud y ont des adresses privées : ils sont coupés.',
      remedy: 'Écrivez blockPrivate: false sur cette interface.',
    },
  },
  'block-bogons-cuts-pair': {
    severity: 'warning',
    en: {
      message: '{interface} blocks bogon networks, but is itself in {network}',
      cause: "The network is reserved, so the pair's neighbours, its gateway and the other node are cut off.",
      remedy: 'Set blockBogons: false on this interface.',
    },
    fr: {
      message: '{interface} bloque les réseaux bogon, mais se trouve elle-même dans {network}',
      cause: 'Ce réseau est réservé : les voisins de la paire, sa passerelle et l’autre nœud sont coupés.',
      remedy: 'Écrivez blockBogons: false sur cette interface.',
    },
  },
} as const satisfies Readonly<Record<string, Entry>>;
