/** What `bascule plan`, `apply` and `confirm` say, in both languages. */
import type { Language } from '#base/language.ts';

interface Words {
  readonly on: (nodes: string) => string;
  readonly nothing: string;
  readonly noAnswer: string;
  readonly unreadable: (file: string, why: string) => string;
  readonly untouched: string;
  readonly inForce: (revision: number, nodes: string) => string;
  /** `revision`: "revision 12 (by anna at PF1)". */
  readonly unchanged: (revision: string) => string;
  readonly stays: (revision: string) => string;
  readonly away: (node: string, why: string) => string;
  readonly untold: (node: string, why: string) => string;
  readonly undoneIn: (time: string) => string;
}

export const applyWords: Readonly<Record<Language, Words>> = {
  en: {
    on: (nodes) => `On ${nodes}:`,
    nothing: 'nothing would change',
    noAnswer: 'no answer came',
    unreadable: (file, why) => `cannot read ${file}: ${why}`,
    untouched: 'Nothing was changed on any node.',
    inForce: (revision, nodes) => `Revision ${revision} is in force on ${nodes}.`,
    unchanged: (revision) => `Nothing to do: ${revision} says the same.`,
    stays: (revision) => `${revision} stays.`,
    away: (node, why) => `${node} is away and catches up when it is back: ${why}`,
    untold: (node, why) => `${node} was not told and will be: ${why}`,
    undoneIn: (time) => `It is undone in ${time} unless you run "bascule confirm".`,
  },
  fr: {
    on: (nodes) => `Sur ${nodes}\u00a0:`,
    nothing: 'rien ne changerait',
    noAnswer: 'aucune réponse n’est venue',
    unreadable: (file, why) => `lecture de ${file} impossible\u00a0: ${why}`,
    untouched: 'Rien n’a été modifié, sur aucun nœud.',
    inForce: (revision, nodes) => `La révision ${revision} est en vigueur sur ${nodes}.`,
    unchanged: (revision) => `Rien à faire\u00a0: ${revision} dit la même chose.`,
    stays: (revision) => `Conservée\u00a0: ${revision}.`,
    away: (node, why) => `${node} est absent et se mettra à jour à son retour\u00a0: ${why}`,
    untold: (node, why) => `${node} n’est pas encore prévenu et le sera\u00a0: ${why}`,
    undoneIn: (time) => `Elle sera annulée dans ${time}, sauf si vous lancez «\u00a0bascule confirm\u00a0».`,
  },
};
