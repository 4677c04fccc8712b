/** What `bascule infra` says, in both languages. */
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
  readonly fileFine: (path: string) => string;
  readonly fileKept: (path: string, why: string) => string;
  /** `old`: where the file is that it replaces. */
  readonly written: (path: string, old: string | undefined) => string;
  readonly unreadable: (file: string, why: string) => string;
  readonly noPart: (file: string) => string;
  readonly whichOne: (names: string) => string;
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
    fileFine: (path) => `${path} is as the document says.`,
    fileKept: (path, why) => `${path} was not changed: ${why}`,
    written: (path, old) =>
      `Written: ${path}${old === undefined ? '' : `; the old one is ${old}`}\nIt counts from the next start, or from "ifreload -a".`,
    unreadable: (file, why) => `cannot read ${file}: ${why}`,
    noPart: (file) => `${file} has no "infrastructure" part; see docs/infra.md`,
    whichOne: (names) => `say which hypervisor this machine is: --on, one of ${names}`,
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
    fileFine: (path) => `${path} est comme le dit le document.`,
    fileKept: (path, why) => `${path} n’a pas été modifié\u00a0: ${why}`,
    written: (path, old) =>
      `Écrit\u00a0: ${path}${old === undefined ? '' : `\u00a0; l’ancien est ${old}`}\nIl vaudra au prochain démarrage, ou dès «\u00a0ifreload -a\u00a0».`,
    unreadable: (file, why) => `lecture de ${file} impossible\u00a0: ${why}`,
    noPart: (file) => `${file} n’a pas de partie «\u00a0infrastructure\u00a0»\u00a0; voyez docs/infra.md`,
    whichOne: (names) => `dites quel hyperviseur est cette machine\u00a0: --on, l’un de ${names}`,
  },
};
