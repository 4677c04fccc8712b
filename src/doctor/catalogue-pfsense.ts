/** What is wrong with nodes that are pfSenses, against their document. */
import type { DoctorEntry } from './catalogue.ts';

export const pfsenseCatalogue = {
  'pfsense-silent': {
    severity: 'error',
    en: {
      evidence: '{node} could not be looked at: {why}.',
      cause: 'It is away, its certificate or login is another, or its configuration has an unknown version.',
      remedy: 'Look at nodes.{node}.pfsense in the document, or name its exported config.xml.',
    },
    fr: {
      evidence: '{node} n’a pas pu être consulté : {why}.',
      cause:
        'Il est absent, son certificat ou ses identifiants sont autres, ou sa configuration a une version inconnue.',
      remedy: 'Voyez nodes.{node}.pfsense dans le document, ou indiquez son config.xml exporté.',
    },
  },
  'pfsense-differs': {
    severity: 'warning',
    en: {
      evidence: '{node} differs from the document in {count}: {list}.',
      cause: 'It was changed on its page, or the document was changed and not pushed.',
      remedy:
        '"bascule pfsense push --dry-run" shows all; push it, or bring the change into the document ("bascule import").',
    },
    fr: {
      evidence: '{node} s’écarte du document en {count} points : {list}.',
      cause: 'Il a été modifié sur sa page, ou le document a été modifié sans être envoyé.',
      remedy:
        '« bascule pfsense push --dry-run » montre tout ; envoyez le document, ou reprenez-y la modification (« bascule import »).',
    },
  },
  'pfsense-interface': {
    severity: 'warning',
    en: {
      evidence: '{interface} of {node} is {found} there, and {wanted} in the document.',
      cause: 'Interfaces are not pushed: each pfSense has its own.',
      remedy: 'Set it under Interfaces on its page, or correct the document.',
    },
    fr: {
      evidence: '{interface} de {node} y est {found}, et {wanted} dans le document.',
      cause: 'Les interfaces ne sont pas envoyées : chaque pfSense a les siennes.',
      remedy: 'Réglez-la dans le menu Interfaces de sa page, ou corrigez le document.',
    },
  },
  'pfsense-other-network': {
    severity: 'error',
    en: {
      evidence: '{node}: {words}.',
      cause: 'Rules name interfaces by key, so they would hold for another network.',
      remedy:
        'Assign the interfaces alike (Interfaces > Assignments), or name them in the document as they are.',
    },
    fr: {
      evidence: '{node} : {words}.',
      cause: 'Les règles désignent les interfaces par clé : elles s’appliqueraient à un autre réseau.',
      remedy:
        'Assignez les interfaces de la même façon (Interfaces > Assignments), ou nommez-les dans le document comme elles sont.',
    },
  },
} as const satisfies Record<string, DoctorEntry>;
