/** French for why the API refuses a request, and what is wrong with its fields. */
import type { Phrase } from '#base/phrasebook.ts';

export const refusalPhrases: readonly Phrase[] = [
  // Logging in, and what one may.
  ['the header {name} is missing', 'l’en-tête {name} manque'],
  ['the token is wrong, has been revoked, or has expired', 'le jeton est incorrect, révoqué ou expiré'],
  [
    'the user is not there, is disabled, or has another password',
    'l’utilisateur n’existe pas, est désactivé, ou a un autre mot de passe',
  ],
  ['the next try counts in {seconds} s', 'le prochain essai comptera dans {seconds} s'],
  ['the request has neither a session nor a token', 'la requête n’a ni session ni jeton'],
  ['{user} lacks the privilege "{area}: {level}"', '{user} n’a pas le privilège « {area}: {level} »'],
  [
    'the browser says that the request comes from elsewhere ({site})',
    'le navigateur dit que la requête vient d’ailleurs ({site})',
  ],
  ['the request comes from {origin}', 'la requête vient de {origin}'],
  ['too many passwords are being checked', 'trop de mots de passe sont en cours de vérification'],
  ['this is not the token of the lab', 'ce n’est pas le jeton du laboratoire'],
  ['the code is wrong', 'le code est incorrect'],
  [
    'See the log of the node, or the file setup-code in its state folder.',
    'Consultez le journal du nœud, ou le fichier setup-code de son dossier d’état.',
  ],
  ['the document has users', 'le document a des utilisateurs'],

  // The document.
  [
    'the whole document is for administrators; others send operations',
    'le document entier est réservé aux administrateurs ; les autres envoient des opérations',
  ],
  [
    'the whole document is replaced by administrators alone',
    'seuls les administrateurs remplacent le document entier',
  ],
  [
    'Change the sections that you may change by POST /api/v1/document/edit.',
    'Modifiez les sections auxquelles vous avez droit par POST /api/v1/document/edit.',
  ],
  ['{user} may change nothing in the document', '{user} ne peut rien modifier dans le document'],
  ['{user} may not change {sections}', '{user} ne peut pas modifier : {sections}'],
  ['There is nothing to do.', 'Il n’y a rien à faire.'],
  ['See GET /api/v1/document/history.', 'Voyez GET /api/v1/document/history.'],
  [
    'Say in "take" which node has it right, or make the sections the same first.',
    'Indiquez dans « take » le nœud qui a raison, ou rendez d’abord les sections identiques.',
  ],
  ['Read the document again: a path may have moved.', 'Relisez le document : un chemin a pu changer.'],
  [
    'Nothing has changed on any node; the text says which one objects.',
    'Rien n’a changé sur aucun nœud ; le texte dit lequel s’y oppose.',
  ],
  ['revision {number} is by {author} at {node}', 'la révision {number} est de {author} sur {node}'],
  ['operation {number} ({operation}): {why}', 'opération {number} ({operation}) : {why}'],
  ['the document is not a mapping', 'le document n’est pas un dictionnaire'],
  ['there is nothing', 'il n’y a rien'],
  ['there is no list', 'il n’y a pas de liste'],
  ['the list has {count} entries', 'la liste a {count} entrées'],
  ['there is nothing of that name', 'il n’y a rien de ce nom'],
  ['there is a "{name}" already', 'il y a déjà « {name} »'],
  [
    'a secret that is shown as a mask cannot be put in another place: write it anew',
    'un secret affiché sous forme de masque ne peut pas être déplacé : saisissez-le de nouveau',
  ],
  [
    'a list with masked secrets cannot be set as a whole: set, insert, move or remove its entries',
    'une liste aux secrets masqués ne peut pas être remplacée d’un bloc : modifiez, insérez, déplacez ou supprimez ses entrées',
  ],

  [
    '"{section}" cannot be shared and each node\'s own',
    '« {section} » ne peut pas être à la fois partagée et propre à chaque nœud',
  ],
  ['there is no node "{name}"; there are {names}', 'il n’y a pas de nœud « {name} » ; il y a {names}'],
  [
    'an anchor or alias of YAML ties the section to others: write it out, and try again',
    'une ancre ou un alias YAML lie la section à d’autres : écrivez-la en entier, puis réessayez',
  ],

  [
    '{first} and {node} differ; name the node whose section counts with --take NODE',
    '{first} et {node} diffèrent ; désignez le nœud dont la section compte avec --take NŒUD',
  ],

  // Users.
  ['the name "{name}" is taken', 'le nom « {name} » est déjà pris'],
  ['there is no user "{name}"', 'il n’y a pas d’utilisateur « {name} »'],
  ['there is no group "{name}"', 'il n’y a pas de groupe « {name} »'],
  ['{name} has no token "{token}"', '{name} n’a pas de jeton « {token} »'],
  ['{name} has a token "{token}" already', '{name} a déjà un jeton « {token} »'],
  ['{name} may more than {user}', '{name} a plus de droits que {user}'],
  ['the group {name} may more than you', 'le groupe {name} a plus de droits que vous'],
  ['{user} cannot give what he does not have', '{user} ne peut pas donner des droits qu’il n’a pas'],
  [
    'a token, or the user of a lab, has no password to change',
    'un jeton, ou l’utilisateur d’un laboratoire, n’a pas de mot de passe à changer',
  ],
  ['tokens are made and revoked in a session', 'les jetons se créent et se révoquent dans une session'],
  ['these are the tokens of {name}', 'ces jetons sont ceux de {name}'],

  // Nodes and what runs.
  [
    'the cluster has no node "{node}"; it has {names}',
    'le cluster n’a pas de nœud « {node} » ; il a {names}',
  ],
  [
    'the document has no other node "{node}"; it has {names}',
    'le document n’a pas d’autre nœud « {node} » ; il a {names}',
  ],
  ['a field is wrong', 'un champ est incorrect'],
  ['The text says why not.', 'Le texte en dit la raison.'],
  ['"{text}" is not an address', '« {text} » n’est pas une adresse'],
  [
    'another capture is running on this node; wait for its end',
    'une autre capture est en cours sur ce nœud ; attendez sa fin',
  ],
  [
    'there is no interface "{name}"; there are {names}',
    'il n’y a pas d’interface « {name} » ; il y a {names}',
  ],
  ['{tool} is not installed on this node', '{tool} n’est pas installé sur ce nœud'],
  ['there are no pools', 'il n’y a pas de pools'],
  ['there is no pool "{name}"', 'il n’y a pas de pool « {name} »'],
  ['there is no member "{name}"; there are {names}', 'il n’y a pas de membre « {name} » ; il y a {names}'],
  ['too many pages watch this node', 'trop de pages observent ce nœud'],

  // The form of requests.
  ['the {part} has fields that are not known: {names}', '« {part} » a des champs inconnus : {names}'],
  ['the {part} is wrong', '« {part} » est incorrect'],
  ['the body is longer than this route takes', 'le corps dépasse ce que cette route accepte'],
  [
    'an error of the program; the log of the node has it',
    'une erreur du programme ; elle figure dans le journal du nœud',
  ],
  [
    'the page is not built (tools/setup builds it)',
    'la page n’est pas construite (tools/setup la construit)',
  ],
  ['The API is below {path}; see /api/.', 'L’API est sous {path} ; voyez /api/.'],

  // A certificate of one's own.
  [
    'there is no certificate in PEM (-----BEGIN CERTIFICATE-----) in it',
    'il ne contient pas de certificat PEM (-----BEGIN CERTIFICATE-----)',
  ],
  ['this is not the key of the first certificate', 'ce n’est pas la clé du premier certificat'],
  ['OpenSSL does not take it: {why}', 'OpenSSL ne l’accepte pas : {why}'],
  [
    'certificate {number} cannot be read; copy all of its lines',
    'le certificat {number} est illisible ; copiez toutes ses lignes',
  ],
  ['it has ended: {date}', 'il a expiré : {date}'],
  [
    'it is not valid before {date}; is the clock right?',
    'il n’est pas valable avant {date} ; l’horloge est-elle à l’heure ?',
  ],
  [
    'it has no subjectAltName, and browsers look for their address nowhere else',
    'il n’a pas de subjectAltName, et les navigateurs ne cherchent leur adresse nulle part ailleurs',
  ],
  [
    'it is not meant for servers (extended key usage)',
    'il n’est pas destiné aux serveurs (extended key usage)',
  ],
  [
    "certificate {second} has not issued certificate {first}: first comes the page's own, then who issued it, and so on",
    'le certificat {second} n’a pas émis le certificat {first} : d’abord vient celui de la page, puis celui de son émetteur, et ainsi de suite',
  ],
  [
    'there is no private key in PEM (-----BEGIN PRIVATE KEY-----) in it',
    'il ne contient pas de clé privée PEM (-----BEGIN PRIVATE KEY-----)',
  ],
  [
    'the key is encrypted; write it without its passphrase first: openssl pkey -in FILE',
    'la clé est chiffrée ; écrivez-la d’abord sans sa phrase secrète : openssl pkey -in FICHIER',
  ],
  ['the key cannot be read; copy all of its lines', 'la clé est illisible ; copiez toutes ses lignes'],
];
