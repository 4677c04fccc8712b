/** The part of the catalogue that is about the document's revisions and the peers' copies of it. */
import type { Entry } from './findings.ts';

export const revisionsCatalogue = {
  'config-behind': {
    severity: 'warning',
    cause: 'It runs on with an older document: after a failover other rules hold.',
    remedy:
      'Read the reason in the finding; mostly the node runs an older version of Bascule, or lacks a secret.',
  },
  'config-unrelated': {
    severity: 'error',
    cause: 'The nodes were set up apart from each other, so a change at one does not reach the other.',
    remedy:
      'Decide which document is right, and let the other node join: "bascule invite" there, "bascule join" here.',
  },
  'revision-undone': {
    severity: 'warning',
    cause: 'It was applied with --confirm, and nobody said that it works.',
    remedy: 'If it does work, apply it again and run "bascule confirm" in time.',
  },
  'revision-superseded': {
    severity: 'warning',
    cause: 'Both nodes were changed while they could not reach each other; the longer history counts.',
    remedy:
      'The lost revision lies in the folder "superseded" beside the revisions; make its change again if it is still wanted.',
  },
  'revision-not-kept': {
    severity: 'error',
    cause: 'After a restart the node would run an older document.',
    remedy: 'Make room on the disk, or mend it, and apply the document again.',
  },
  'revision-damaged': {
    severity: 'warning',
    cause: 'The disk changed it, or somebody did; it and what follows it are not used.',
    remedy: 'The peer gives what is missing; look after the disk.',
  },
} as const satisfies Readonly<Record<string, Omit<Entry, 'message'>>>;
