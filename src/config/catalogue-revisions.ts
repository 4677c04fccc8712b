/** The part of the catalogue that is about the document's revisions and the peers' copies of it. */
import type { RunningEntry } from './findings.ts';

export const revisionsCatalogue = {
  'config-behind': {
    severity: 'warning',
    en: {
      cause: 'It runs on with an older document: after a failover other rules hold.',
      remedy:
        'Read the reason in the finding; mostly the node runs an older version of Bascule, or lacks a secret.',
    },
    fr: {
      cause: 'Il tourne avec un document plus ancien : après une bascule, d’autres règles s’appliqueraient.',
      remedy:
        'Le constat en donne la raison ; le plus souvent, le nœud a une version plus ancienne de Bascule, ou il lui manque un secret.',
    },
  },
  'config-unrelated': {
    severity: 'error',
    en: {
      cause: 'The nodes were set up apart from each other, so a change at one does not reach the other.',
      remedy:
        'Decide which document is right, and let the other node join: "bascule invite" there, "bascule join" here.',
    },
    fr: {
      cause:
        'Les nœuds ont été mis en service chacun de leur côté : une modification sur l’un n’atteint pas l’autre.',
      remedy:
        'Décidez lequel des documents est le bon, puis faites rejoindre l’autre nœud : « bascule invite » là-bas, « bascule join » ici.',
    },
  },
  'revision-undone': {
    severity: 'warning',
    en: {
      cause: 'It was applied with --confirm, and nobody said that it works.',
      remedy: 'If it does work, apply it again and run "bascule confirm" in time.',
    },
    fr: {
      cause: 'Elle a été appliquée avec --confirm, et personne n’a confirmé qu’elle fonctionne.',
      remedy: 'Si elle fonctionne, appliquez-la de nouveau et lancez « bascule confirm » à temps.',
    },
  },
  'revision-superseded': {
    severity: 'warning',
    en: {
      cause: 'Both nodes were changed while they could not reach each other; the longer history counts.',
      remedy:
        'The lost revision lies in the folder "superseded" beside the revisions; make its change again if it is still wanted.',
    },
    fr: {
      cause:
        'Les deux nœuds ont été modifiés sans pouvoir se joindre ; c’est l’historique le plus long qui compte.',
      remedy:
        'La révision perdue est dans le dossier « superseded », à côté des révisions ; refaites sa modification si elle est encore souhaitée.',
    },
  },
  'revision-not-kept': {
    severity: 'error',
    en: {
      cause: 'After a restart the node would run an older document.',
      remedy: 'Make room on the disk, or mend it, and apply the document again.',
    },
    fr: {
      cause: 'Après un redémarrage, le nœud tournerait avec un document plus ancien.',
      remedy: 'Libérez de la place sur le disque, ou réparez-le, et appliquez de nouveau le document.',
    },
  },
  'revision-damaged': {
    severity: 'warning',
    en: {
      cause: 'The disk changed it, or somebody did; it and what follows it are not used.',
      remedy: 'The peer gives what is missing; look after the disk.',
    },
    fr: {
      cause:
        'Le disque l’a altérée, ou quelqu’un l’a modifiée ; elle et celles qui la suivent ne sont pas utilisées.',
      remedy: 'Le pair fournit ce qui manque ; contrôlez le disque.',
    },
  },
  'config-kept': {
    severity: 'info',
    en: {
      cause:
        'A pfSense sent it, and the document has no place for it: it is kept, given back, and has no effect here.',
      remedy:
        'Set up in Linux what of it the backup needs, or take the section off the list that the pfSense synchronises.',
    },
    fr: {
      cause:
        'Un pfSense l’a envoyé, et le document n’a pas de place pour cela : c’est conservé, rendu à la demande, et sans effet ici.',
      remedy:
        'Mettez en place sous Linux ce dont le nœud de secours a besoin, ou retirez la section de la liste que le pfSense synchronise.',
    },
  },
  'sync-not-sent': {
    severity: 'warning',
    en: {
      cause: 'The pfSense runs on with an older configuration: after a failover other rules hold.',
      remedy:
        'Read the reason in the finding. A password that was refused is not tried again until ha.sync.config has changed, or an hour has passed.',
    },
    fr: {
      cause:
        'Le pfSense tourne avec une configuration plus ancienne : après une bascule, d’autres règles s’appliqueraient.',
      remedy:
        'Le constat en donne la raison. Un mot de passe refusé n’est réessayé qu’après une modification de ha.sync.config, ou au bout d’une heure.',
    },
  },
  'sync-differs': {
    severity: 'warning',
    en: {
      cause: 'The pfSense was read back after it was sent the configuration, and holds other sections.',
      remedy: 'Look at these sections there; somebody may be changing them at the backup.',
    },
    fr: {
      cause:
        'Le pfSense a été relu après l’envoi de la configuration, et ses sections ne sont pas celles envoyées.',
      remedy: 'Regardez ces sections sur le pfSense ; quelqu’un modifie peut-être le nœud de secours.',
    },
  },
  'sync-password-wrong': {
    severity: 'warning',
    en: {
      cause: 'A node of this cluster tried to synchronise with a wrong user or password.',
      remedy: 'Compare the login there (System > High Availability) with ha.sync.config.',
    },
    fr: {
      cause:
        'Un nœud de ce cluster a tenté de se synchroniser avec un utilisateur ou un mot de passe incorrect.',
      remedy: 'Comparez les identifiants saisis là-bas (System > High Availability) avec ha.sync.config.',
    },
  },
  'sync-login-refused': {
    severity: 'warning',
    en: {
      cause: 'Somebody who is no node of this cluster tried to log in at /xmlrpc.php.',
      remedy:
        'If it is your pfSense, compare its login with ha.sync.config; else let no rule pass it to port 443.',
    },
    fr: {
      cause: 'Quelqu’un qui n’est pas un nœud de ce cluster a tenté de se connecter à /xmlrpc.php.',
      remedy:
        'Si c’est votre pfSense, comparez ses identifiants avec ha.sync.config ; sinon, qu’aucune règle ne le laisse atteindre le port 443.',
    },
  },
  'sync-source-blocked': {
    severity: 'warning',
    en: {
      cause: 'Too many wrong passwords came from there: for a while its requests are refused unread.',
      remedy: 'Correct the password there and wait; a restart of the node forgets it, too.',
    },
    fr: {
      cause:
        'Trop de mots de passe incorrects sont venus de là : pour un temps, ses requêtes sont refusées sans être lues.',
      remedy:
        'Corrigez le mot de passe là-bas et patientez ; un redémarrage du nœud efface aussi ce blocage.',
    },
  },
  'sync-privilege-missing': {
    severity: 'warning',
    en: {
      cause: 'The user may log in, but not synchronise.',
      remedy: 'Synchronise with the login of ha.sync.config.',
    },
    fr: {
      cause: 'L’utilisateur peut se connecter, mais pas synchroniser.',
      remedy: 'Synchronisez avec les identifiants de ha.sync.config.',
    },
  },
  'sync-loop': {
    severity: 'error',
    en: {
      cause:
        'Each sends its configuration to the other, so that a change would go round for ever. It is refused.',
      remedy:
        'Only the primary sends: empty the target at the backup (System > High Availability), or ha.sync.config.peer.',
    },
    fr: {
      cause: 'Chacun envoie sa configuration à l’autre : une modification tournerait sans fin. C’est refusé.',
      remedy:
        'Seul le nœud principal envoie : videz la cible sur le nœud de secours (System > High Availability), ou ha.sync.config.peer.',
    },
  },
  'sync-version-only': {
    severity: 'warning',
    en: {
      cause: 'A pfSense whose configuration has another version sends nothing after it has asked for ours.',
      remedy:
        'Write which version it has into ha.sync.config.version: 19.1 is pfSense 2.4.5, 21.7 is 2.5.2, 22.2 is 2.6.0, 22.9 is 2.7.0, 23.3 is 2.7.2; it stands near the top of its config.xml as <version>.',
    },
    fr: {
      cause:
        'Un pfSense dont la configuration est d’une autre version n’envoie plus rien après avoir demandé la nôtre.',
      remedy:
        'Écrivez quelle version il a dans ha.sync.config.version : 19.1 est pfSense 2.4.5, 21.7 est 2.5.2, 22.2 est 2.6.0, 22.9 est 2.7.0, 23.3 est 2.7.2 ; elle figure au début de son config.xml, dans <version>.',
    },
  },
  'sync-execution-refused': {
    severity: 'warning',
    en: {
      cause: 'Somebody who knows the password asked this node to run code, which no node of Bascule does.',
      remedy: 'Find out who it was; a package of a pfSense may do so, and works without.',
    },
    fr: {
      cause:
        'Quelqu’un qui connaît le mot de passe a demandé à ce nœud d’exécuter du code, ce qu’aucun nœud Bascule ne fait.',
      remedy: 'Cherchez qui c’était ; un paquet de pfSense peut le faire, et fonctionne sans cela.',
    },
  },
  'sync-malformed': {
    severity: 'warning',
    en: {
      cause: 'Somebody who knows the password sent what is no call of XML-RPC, or too much of it.',
      remedy: 'Find out what sends it.',
    },
    fr: {
      cause:
        'Quelqu’un qui connaît le mot de passe a envoyé autre chose qu’un appel XML-RPC, ou un appel trop volumineux.',
      remedy: 'Cherchez ce qui l’envoie.',
    },
  },
  'sync-refused': {
    severity: 'error',
    en: {
      cause: 'What a pfSense sent was not taken over, so that the nodes differ.',
      remedy: 'Correct at the primary what the finding names, and save there again.',
    },
    fr: {
      cause: 'Ce qu’un pfSense a envoyé n’a pas été repris : les nœuds diffèrent.',
      remedy: 'Corrigez sur le nœud principal ce que nomme le constat, puis enregistrez-y de nouveau.',
    },
  },
} as const satisfies Readonly<Record<string, RunningEntry>>;
