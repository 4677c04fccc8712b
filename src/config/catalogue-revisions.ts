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
  },
  'config-unrelated': {
    severity: 'error',
    en: {
      cause: 'The nodes were set up apart from each other, so a change at one does not reach the other.',
      remedy:
        'Decide which document is right, and let the other node join: "bascule invite" there, "bascule join" here.',
    },
  },
  'revision-undone': {
    severity: 'warning',
    en: {
      cause: 'It was applied with --confirm, and nobody said that it works.',
      remedy: 'If it does work, apply it again and run "bascule confirm" in time.',
    },
  },
  'revision-superseded': {
    severity: 'warning',
    en: {
      cause: 'Both nodes were changed while they could not reach each other; the longer history counts.',
      remedy:
        'The lost revision lies in the folder "superseded" beside the revisions; make its change again if it is still wanted.',
    },
  },
  'revision-not-kept': {
    severity: 'error',
    en: {
      cause: 'After a restart the node would run an older document.',
      remedy: 'Make room on the disk, or mend it, and apply the document again.',
    },
  },
  'revision-damaged': {
    severity: 'warning',
    en: {
      cause: 'The disk changed it, or somebody did; it and what follows it are not used.',
      remedy: 'The peer gives what is missing; look after the disk.',
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
  },
  'sync-not-sent': {
    severity: 'warning',
    en: {
      cause: 'The pfSense runs on with an older configuration: after a failover other rules hold.',
      remedy:
        'Read the reason in the finding. A password that was refused is not tried again until ha.sync.config has changed, or an hour has passed.',
    },
  },
  'sync-differs': {
    severity: 'warning',
    en: {
      cause: 'The pfSense was read back after it was sent the configuration, and holds other sections.',
      remedy: 'Look at these sections there; somebody may be changing them at the backup.',
    },
  },
  'sync-password-wrong': {
    severity: 'warning',
    en: {
      cause: 'A node of this cluster tried to synchronise with a wrong user or password.',
      remedy: 'Compare the login there (System > High Availability) with ha.sync.config.',
    },
  },
  'sync-login-refused': {
    severity: 'warning',
    en: {
      cause: 'Somebody who is no node of this cluster tried to log in at /xmlrpc.php.',
      remedy:
        'If it is your pfSense, compare its login with ha.sync.config; else let no rule pass it to port 443.',
    },
  },
  'sync-source-blocked': {
    severity: 'warning',
    en: {
      cause: 'Too many wrong passwords came from there: for a while its requests are refused unread.',
      remedy: 'Correct the password there and wait; a restart of the node forgets it, too.',
    },
  },
  'sync-privilege-missing': {
    severity: 'warning',
    en: {
      cause: 'The user may log in, but not synchronise.',
      remedy: 'Synchronise with the login of ha.sync.config.',
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
  },
  'sync-version-only': {
    severity: 'warning',
    en: {
      cause: 'A pfSense whose configuration has another version sends nothing after it has asked for ours.',
      remedy: 'Bring the pfSense to the release that the cause names.',
    },
  },
  'sync-execution-refused': {
    severity: 'warning',
    en: {
      cause: 'Somebody who knows the password asked this node to run code, which no node of Bascule does.',
      remedy: 'Find out who it was; a package of a pfSense may do so, and works without.',
    },
  },
  'sync-malformed': {
    severity: 'warning',
    en: {
      cause: 'Somebody who knows the password sent what is no call of XML-RPC, or too much of it.',
      remedy: 'Find out what sends it.',
    },
  },
  'sync-refused': {
    severity: 'error',
    en: {
      cause: 'What a pfSense sent was not taken over, so that the nodes differ.',
      remedy: 'Correct at the primary what the finding names, and save there again.',
    },
  },
} as const satisfies Readonly<Record<string, RunningEntry>>;
