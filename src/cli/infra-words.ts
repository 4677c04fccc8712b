/** What `bascule infra` says, in both languages; the steps of Proxmox and its notes are English. */
import type { Language } from '#base/language.ts';
import type { Severity } from '#config/findings.ts';

interface Words {
  readonly severities: Readonly<Record<Severity, string>>;
  readonly columns: readonly [what: string, check: string, measured: string];
  readonly colon: string;
  readonly remedy: string;
  readonly note: string;
  readonly inTheWay: string;
  readonly fine: string;
  readonly done: string;
  readonly notSo: string;
  readonly proxmoxFine: string;
  readonly proxmoxDone: string;
}

export const infraWords: Readonly<Record<Language, Words>> = {
  en: {
    severities: { error: 'error', warning: 'warning', info: 'info' },
    columns: ['What', 'Check', 'Measured'],
    colon: ':',
    remedy: 'Remedy:',
    note: 'Note:',
    inTheWay: 'In the way:',
    fine: 'All is as the document says.',
    done: 'Done, and looked at again: it is as the document says.',
    notSo: 'It was carried out, but is not so:',
    proxmoxFine: 'Proxmox is as the document says.',
    proxmoxDone: 'Done.',
  },
  fr: {
    severities: { error: 'erreur', warning: 'avertissement', info: 'remarque' },
    columns: ['Objet', 'Contrôle', 'Mesure'],
    colon: '\u00a0:',
    remedy: 'Remède\u00a0:',
    note: 'Note\u00a0:',
    inTheWay: 'Obstacle\u00a0:',
    fine: 'Tout est comme le dit le document.',
    done: 'Fait, puis contrôlé\u00a0: c’est ce que dit le document.',
    notSo: 'L’exécution a eu lieu, mais le résultat n’y est pas\u00a0:',
    proxmoxFine: 'Proxmox est comme le dit le document.',
    proxmoxDone: 'Fait.',
  },
};
