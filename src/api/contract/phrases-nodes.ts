/** French for what nodes tell each other and the one who asks: why one is away, why it does not take a change. */
import type { Phrase } from '#base/phrasebook.ts';

export const nodePhrases: readonly Phrase[] = [
  // Away.
  ['{node} does not answer: {why}', '{node} ne répond pas : {why}'],
  ['nobody listens there; is the node running?', 'personne n’y écoute ; le nœud est-il en marche ?'],
  [
    'it broke the connection off; it was stopped, or has died',
    'il a coupé la connexion ; il a été arrêté, ou il est tombé',
  ],
  ['there is no way to it; is the cable plugged in?', 'aucun chemin n’y mène ; le câble est-il branché ?'],
  [
    'it shows another certificate than the one it joined with: another machine, or one that was set up anew',
    'il présente un autre certificat que celui de son arrivée : c’est une autre machine, ou elle a été réinstallée',
  ],
  ['no answer from {socket} within {time} ms', 'pas de réponse de {socket} en {time} ms'],
  ['{socket} closed the connection without an answer', '{socket} a fermé la connexion sans répondre'],
  [
    'it does not know this node\'s key; join again with "bascule invite" and "bascule join"',
    'il ne connaît pas la clé de ce nœud ; refaites-le rejoindre avec « bascule invite » et « bascule join »',
  ],
  [
    'it answers in a way that this version does not understand',
    'sa réponse n’est pas comprise par cette version',
  ],
  [
    'the node answers in a way that this version does not understand',
    'la réponse du nœud n’est pas comprise par cette version',
  ],
  [
    'the node answered something this version does not understand; is it of the same version?',
    'la réponse du nœud n’est pas comprise par cette version ; est-il de la même version ?',
  ],
  [
    'the node answered something this version does not understand: {why}',
    'la réponse du nœud n’est pas comprise par cette version : {why}',
  ],
  [
    'the document gives {node} no address on a network that {self} is on, too',
    'le document ne donne à {node} aucune adresse sur un réseau où se trouve aussi {self}',
  ],
  [
    'it has not joined yet; run "bascule invite {node}" here, and at {node2} the command that this shows',
    'il n’a pas encore rejoint le cluster ; lancez ici « bascule invite {node} », et sur {node2} la commande qui s’affiche',
  ],
  [
    'no node is running behind {socket}; start one with "bascule node run", or name its socket with --socket',
    'aucun nœud ne tourne derrière {socket} ; lancez-en un avec « bascule node run », ou indiquez son socket avec --socket',
  ],
  [
    '{socket} may only be used by its owner; try as root',
    'seul son propriétaire peut utiliser {socket} ; essayez en root',
  ],
  ['it sent no status', 'il n’a pas envoyé d’état'],
  ['it sent no evidence', 'il n’a pas envoyé ses mesures'],
  ['the node is still starting', 'le nœud démarre encore'],
  [
    'the API process is not running; the log of the node says why',
    'le processus de l’API ne tourne pas ; le journal du nœud dit pourquoi',
  ],

  [
    'an answer that this version does not understand: {why}',
    'une réponse que cette version ne comprend pas : {why}',
  ],
  ['HTTP status {code}', 'code HTTP {code}'],
  [
    'this node measured something that this version does not understand',
    'ce nœud a mesuré quelque chose que cette version ne comprend pas',
  ],
  ['the node sent no status', 'le nœud n’a pas envoyé d’état'],
  [
    'the code is wrong, used up or too old; make another with "bascule invite"',
    'le code est incorrect, déjà utilisé ou trop ancien ; créez-en un autre avec « bascule invite »',
  ],
  ['the code is not whole; copy all of it', 'le code est incomplet ; copiez-le en entier'],

  // Changing the document.
  ['revision {number} (by {author} at {node})', 'la révision {number} (de {author} sur {node})'],
  [
    'revision {number} (by {author} at {node}: {reason})',
    'la révision {number} (de {author} sur {node} : {reason})',
  ],
  [
    '{node} (Bascule {version}) does not take it: {why}',
    '{node} (Bascule {version}) ne l’accepte pas : {why}',
  ],
  [
    '{node} runs Bascule {version}, which speaks another protocol ({theirs}, here {ours}): bring both nodes to the same version',
    '{node} tourne avec Bascule {version}, qui parle un autre protocole ({theirs}, ici {ours}) : mettez les deux nœuds à la même version',
  ],
  [
    'the document has changed since revision {seen}, on which this change is based: revision {number} is by {author} at {node}; look at it with "bascule config diff {seen2}" and make the change again',
    'le document a changé depuis la révision {seen}, dont part cette modification : la révision {number} est de {author} sur {node} ; consultez-la avec « bascule config diff {seen2} » et refaites la modification',
  ],
  [
    'another change ({by}) is under way; try again in a moment',
    'une autre modification ({by}) est en cours ; réessayez dans un instant',
  ],
  ['a change is under way', 'une modification est en cours'],
  [
    'the document has changed in the meantime: {other} has no document yet',
    'le document a changé entre-temps : {other} n’a pas encore de document',
  ],
  [
    'the document has changed in the meantime: {other} is at {what}',
    'le document a changé entre-temps : {other} en est à {what}',
  ],
  [
    '{other} does not know this change any more: it took too long, or the node restarted',
    '{other} ne connaît plus cette modification : elle a trop duré, ou le nœud a redémarré',
  ],
  [
    'the revision is damaged, or does not follow the one that is in force',
    'la révision est abîmée, ou ne fait pas suite à celle en vigueur',
  ],
  [
    'there is no such revision here: it was undone already',
    'cette révision n’existe pas ici : elle est déjà annulée',
  ],
  // A secret is the one thing that a node may lack although the document is right.
  [
    '{what} Set the environment variable, or add the name to the secrets file.',
    '{what}. Définissez la variable d’environnement, ou ajoutez ce nom au fichier des secrets.',
  ],
  ['the environment has no variable {name}', 'l’environnement n’a pas de variable {name}'],
  ['the secrets have no entry "{name}"', 'les secrets n’ont pas d’entrée « {name} »'],
  ['nothing waits to be confirmed', 'rien n’attend d’être confirmé'],
  ['the revisions follow one that is not here', 'les révisions font suite à une révision qui n’est pas ici'],
  ['the revisions are damaged, or not in order', 'les révisions sont abîmées, ou en désordre'],
  ['this node has no document yet', 'ce nœud n’a pas encore de document'],
  ['{node} has no document yet', '{node} n’a pas encore de document'],
  [
    '{node} has a document with another past; "bascule join" makes one of the two nodes take the other\'s',
    '{node} a un document d’un autre passé ; « bascule join » fait prendre à l’un des deux nœuds celui de l’autre',
  ],
  ['there is no document yet', 'il n’y a pas encore de document'],
  ['the newest revision is not there', 'la dernière révision est introuvable'],
  [
    'there is no revision {number}; there are 1 to {last}',
    'il n’y a pas de révision {number} ; il y en a de 1 à {last}',
  ],
  [
    'the document has no node "{node}"; it has {names}',
    'le document n’a pas de nœud « {node} » ; il a {names}',
  ],
  [
    'ha.sync: {device} has no address {address} here; give it to the interface first',
    'ha.sync : {device} n’a pas ici l’adresse {address} ; donnez-la d’abord à l’interface',
  ],
  [
    '{other} and {key} would both have the device "{device}"; give one of them another VHID',
    '{other} et {key} auraient tous deux le périphérique « {device} » ; donnez un autre VHID à l’un d’eux',
  ],
  [
    '{key} needs the device "{device}", but there is an interface of that name; rename or remove it',
    '{key} a besoin du périphérique « {device} », mais une interface porte ce nom ; renommez-la ou supprimez-la',
  ],
  [
    'the secret "{name}" has another value here than at the node where the change was made: give the new value a name of its own, so that both nodes take it at once, or make the two the same',
    'le secret « {name} » n’a pas ici la même valeur que sur le nœud d’où vient la modification : donnez à la nouvelle valeur un nom à elle, pour que les deux nœuds la prennent en même temps, ou rendez les deux identiques',
  ],
  ['there is no interface "{name}" here', 'il n’y a pas ici d’interface « {name} »'],
  ['{device} does not exist', '{device} n’existe pas'],
  ['{why}; putting it back failed, too: {what}', '{why} ; le retour en arrière a échoué lui aussi : {what}'],
];
