/** What reports say around findings, in both languages. */

import type { Language } from '#base/language.ts';
import type { Severity } from '../findings.ts';
import type { ReadFault } from '../pfsense/read.ts';
import type { Area } from './catalogue.ts';

export interface Words {
  readonly title: string;
  readonly primary: string;
  readonly backup: string;
  readonly effect: string;
  readonly remedy: string;
  readonly also: string;
  readonly nothing: string;
  readonly swapped: string;
  readonly severities: Readonly<Record<Severity, readonly [one: string, many: string]>>;
  readonly groups: Readonly<Record<Severity, string>>;
  readonly areas: Readonly<Record<Area, string>>;
  readonly faults: Readonly<Record<ReadFault['problem'], string>>;
  readonly line: string;
}

export const words: Readonly<Record<Language, Words>> = {
  fr: {
    title: 'Audit de la paire',
    primary: 'nœud principal',
    backup: 'nœud de secours',
    effect: 'Effet',
    remedy: 'Remède',
    also: 'voir aussi',
    nothing: 'Rien à signaler dans ces deux fichiers.',
    swapped:
      'D’après leurs réglages, le second fichier est celui du nœud principal ; il est traité comme tel.',
    severities: {
      error: ['erreur', 'erreurs'],
      warning: ['avertissement', 'avertissements'],
      info: ['remarque', 'remarques'],
    },
    groups: { error: 'Erreurs', warning: 'Avertissements', info: 'Remarques' },
    areas: {
      takeover: 'la bascule',
      connections: 'les connexions en cours',
      services: 'les services',
      synchronisation: 'la synchronisation',
      upkeep: 'l’exploitation',
    },
    faults: {
      'too-large': 'le fichier dépasse 100 Mo',
      'too-deep': 'les éléments sont imbriqués trop profondément',
      'too-many': 'le fichier contient trop d’éléments',
      doctype: 'une déclaration de type de document (DOCTYPE) n’est pas admise',
      entity: 'cette entité n’est pas admise',
      malformed: 'le fichier n’est pas du XML bien formé',
      truncated: 'le fichier s’arrête avant la fin de cet élément',
      empty: 'le fichier est vide',
      foreign: 'ce n’est pas une configuration de pfSense ou d’OPNsense ; l’élément racine est',
    },
    line: 'ligne',
  },
  en: {
    title: 'Audit of the pair',
    primary: 'primary',
    backup: 'backup',
    effect: 'Effect',
    remedy: 'Remedy',
    also: 'see also',
    nothing: 'Nothing to report in these two files.',
    swapped: 'By its settings the second file belongs to the primary, and is taken for that.',
    severities: {
      error: ['error', 'errors'],
      warning: ['warning', 'warnings'],
      info: ['remark', 'remarks'],
    },
    groups: { error: 'Errors', warning: 'Warnings', info: 'Remarks' },
    areas: {
      takeover: 'failover',
      connections: 'connections',
      services: 'services',
      synchronisation: 'synchronisation',
      upkeep: 'upkeep',
    },
    faults: {
      'too-large': 'the file is larger than 100 MB',
      'too-deep': 'elements are nested too deeply',
      'too-many': 'the file has too many elements',
      doctype: 'a document type (DOCTYPE) is not allowed',
      entity: 'this entity is not allowed',
      malformed: 'the file is not well-formed XML',
      truncated: 'the file ends before this element does',
      empty: 'the file is empty',
      foreign: 'this is no configuration of pfSense or OPNsense; its root element is',
    },
    line: 'line',
  },
};

/** What is wrong with a file that cannot be read. French sets a space before the colon. */
export function faultText({ problem, detail }: ReadFault, language: Language): string {
  const text = words[language].faults[problem];
  if (problem !== 'foreign' && problem !== 'malformed') return text;
  return problem === 'foreign' ? `${text} <${detail}>` : `${text} (${detail.replace(/\.$/, '')})`;
}
