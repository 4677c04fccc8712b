/** French for what a running node finds: CARP, states, the document, pfSenses, the load balancer. */
import type { Phrase } from '#base/phrasebook.ts';

export const runningPhrases: readonly Phrase[] = [
  // CARP (src/carp).
  [
    '{source} also sends adverts as master and does not yield',
    '{source} envoie aussi des annonces en tant que maître et ne cède pas',
  ],
  [
    '{family} adverts stopped while the other family is heard',
    'les annonces {family} ont cessé, alors que l’autre famille s’entend toujours',
  ],
  [
    'adverts from {source} carry our VHID but another password or other addresses',
    'les annonces de {source} portent notre VHID, mais un autre mot de passe ou d’autres adresses',
  ],
  ['{source} speaks VRRP on this segment', '{source} parle VRRP sur ce segment'],
  ['our own adverts come back to us', 'nos propres annonces nous reviennent'],
  ['{source} repeats adverts that were sent before', '{source} répète des annonces déjà envoyées'],
  [
    'adverts from {source} claim a priority that is not theirs',
    'les annonces de {source} revendiquent une priorité qui n’est pas la leur',
  ],
  [
    '{source} knows the password and uses our VHID, but is no node of this cluster',
    '{source} connaît le mot de passe et utilise notre VHID, mais n’est pas un nœud de ce cluster',
  ],

  // States.
  ['another node uses the host id of this one', 'un autre nœud utilise l’identifiant d’hôte de celui-ci'],
  [
    '{count} datagrams were not sealed by this cluster',
    '{count} datagrammes n’ont pas été scellés par ce cluster',
  ],
  ['{count} datagrams were repeated', '{count} datagrammes ont été répétés'],
  [
    'the kernel threw news away {count} times; everything was sent again',
    'le noyau a perdu des nouvelles {count} fois ; tout a été renvoyé',
  ],
  ["no room for {count} of the peers' entries", 'pas de place pour {count} entrées des pairs'],
  ['all {count} places of the table are taken', 'les {count} places de la table sont prises'],
  ['{peer} is not heard on the sync link', '{peer} ne s’entend plus sur le lien de synchronisation'],
  ['the table of {peer} does not come in whole', 'la table de {peer} n’arrive pas entière'],
  ['{peer} is {lag} ms behind', '{peer} a {lag} ms de retard'],
  ['after {seconds} s states are still missing', 'au bout de {seconds} s, il manque encore des états'],
  ['state synchronisation does not begin: {why}', 'la synchronisation des états ne démarre pas : {why}'],
  [
    'this node keeps no states in step: the document has no ha.sync',
    'ce nœud ne synchronise pas d’états : le document n’a pas de ha.sync',
  ],
  ['state synchronisation has ended', 'la synchronisation des états est terminée'],
  [
    'others are asking for connections just now; ask again in a second',
    'd’autres consultent les connexions en ce moment ; réessayez dans une seconde',
  ],

  // The document.
  [
    '{what} was not confirmed in time, and is undone',
    '{what} n’a pas été confirmée à temps : elle est annulée',
  ],
  ['{what} lost to {found}', '{what} a cédé la place à {found}'],
  ['{count} revisions behind', '{count} révisions de retard'],
  ['cannot keep revision {number}: {why}', 'impossible de conserver la révision {number} : {why}'],
  ['cannot go back to {what}: {why}', 'impossible de revenir à {what} : {why}'],
  ['cannot undo {what}: {why}', 'impossible d’annuler {what} : {why}'],
  ['does not follow the one before it', 'ne fait pas suite à la précédente'],
  ['its hash does not fit its text', 'son empreinte ne correspond pas à son texte'],
  ['is not a revision', 'ce n’est pas une révision'],

  // pfSenses.
  ['credentials are {what}', 'identifiants : {what}'],
  ['wrong', 'incorrects'],
  ['the user may not synchronise', 'l’utilisateur n’a pas le droit de synchroniser'],
  ['for {seconds} s', 'pendant {seconds} s'],
  ['each of the two nodes sends to the other', 'chacun des deux nœuds envoie à l’autre'],
  [
    'it asked for the version and sent nothing: it probably is not of {version}',
    'il a demandé la version et n’a rien envoyé : la sienne n’est probablement pas {version}',
  ],
  [
    '{file} is damaged: what a pfSense sent and the document cannot hold is lost until its next push',
    '{file} est abîmé : ce qu’un pfSense a envoyé et que le document ne peut pas contenir est perdu jusqu’à son prochain envoi',
  ],
  ['sections without a counterpart: {names}', 'sections sans équivalent : {names}'],
  [
    'this node takes no sections: its document has no ha.sync.config',
    'ce nœud n’accepte aucune section : son document n’a pas de ha.sync.config',
  ],
  ['not sent to since this node started', 'aucun envoi depuis le démarrage de ce nœud'],
  ['lacks {count} revision', 'il lui manque {count} révision'],
  ['lacks {count} revisions', 'il lui manque {count} révisions'],
  ['both would send to each other', 'chacun enverrait à l’autre'],
  ['the configuration cannot be written as XML-RPC', 'la configuration ne peut pas s’écrire en XML-RPC'],
  ['it cannot be reached', 'il est injoignable'],
  ['it refuses the login of ha.sync.config', 'il refuse les identifiants de ha.sync.config'],
  [
    'the user of ha.sync.config lacks the privilege "System: HA node sync" there',
    'l’utilisateur de ha.sync.config n’y a pas le privilège « System: HA node sync »',
  ],
  [
    'it does not say which version its configuration has',
    'il ne dit pas de quelle version est sa configuration',
  ],
  ['its configuration has another version', 'sa configuration est d’une autre version'],
  ['its interfaces are others', 'ses interfaces sont différentes'],
  ['it refuses the sections', 'il refuse les sections'],
  ['its answer is not understood', 'sa réponse n’est pas comprise'],
  ['it says none', 'il n’en donne aucune'],
  ['{theirs} there, {ours} here', '{theirs} là-bas, {ours} ici'],
  ['{address} is this node', '{address} est ce nœud'],
  ['it sends its configuration to {address}', 'il envoie sa configuration à {address}'],
  ['it did not say that it took the sections', 'il n’a pas dit avoir pris les sections'],
  ['{key} ({title}) is missing there', '{key} ({title}) y manque'],
  ['{key} is {ours} here and {theirs} there', '{key} est {ours} ici et {theirs} là-bas'],
  ['another change is being applied', 'une autre modification est en cours d’application'],
  [
    'what a document cannot hold is not kept: {why}',
    'ce qu’un document ne peut pas contenir n’est pas conservé : {why}',
  ],
  [
    'its certificate is not the one of {field}, but has {shown}',
    'son certificat n’est pas celui de {field} ; son empreinte est {shown}',
  ],
  [
    'its certificate is not trusted ({why}); if it is its own, write {field}: {shown}',
    'son certificat n’est pas reconnu ({why}) ; s’il est auto-signé, écrivez {field}: {shown}',
  ],
  ['it does not take the connection', 'il n’accepte pas la connexion'],
  ['it broke the connection off', 'il a coupé la connexion'],

  // Gateways.
  ['{address} does not answer', '{address} ne répond pas'],

  // The load balancer, and what its monitors say.
  ['none of its {count} members serves; {what}', 'aucun de ses {count} membres ne sert ; {what}'],
  ['clients of {server} are served by {pool}', 'les clients de {server} sont servis par {pool}'],
  ['clients of {server} are refused', 'les clients de {server} sont refusés'],
  [
    'clients of {server} are served by {address} port {port}',
    'les clients de {server} sont servis par {address} port {port}',
  ],
  ['answers again, but fell {what} of late', 'répond de nouveau, mais est tombé ces derniers temps : {what}'],
  ['{count} times', '{count} fois'],
  ['not checked yet', 'pas encore contrôlé'],
  ['the check did not come to an end', 'le contrôle n’a pas abouti'],
  ['the first check went well', 'le premier contrôle a réussi'],
  ['{what} in a row went well', 'réussite de {what} de suite'],
  ['{what} in a row failed: {why}', 'échec de {what} de suite : {why}'],
  ['{count} checks', '{count} contrôles'],
  ['1 check', '1 contrôle'],
  ['refused a connection, and its check fails', 'a refusé une connexion, et son contrôle échoue'],
  ['its check went well', 'son contrôle a réussi'],
  ['no answer within {time} ms', 'pas de réponse en {time} ms'],
  ['{what} within {time} ms', '{what} en {time} ms'],
  ['connected, but no answer', 'connecté, mais pas de réponse'],
  ['no answer', 'pas de réponse'],
  ['no echo within {time} ms', 'pas d’écho en {time} ms'],
  ['the echo could not be sent: {why}', 'l’écho n’a pas pu être envoyé : {why}'],
  [
    'the connection ended without the expected answer',
    'la connexion s’est terminée sans la réponse attendue',
  ],
  ['connection refused', 'connexion refusée'],
  ['connection reset', 'connexion réinitialisée'],
  ['connection closed', 'connexion fermée'],
  ['host unreachable', 'hôte injoignable'],
  ['network unreachable', 'réseau injoignable'],
  ['the answer is not HTTP', 'la réponse n’est pas du HTTP'],
  ['status {code} instead of {wanted}', 'code {code} au lieu de {wanted}'],
  ['the answer lacks "{text}"', 'la réponse ne contient pas « {text} »'],
  ['given up', 'abandonné'],
];
