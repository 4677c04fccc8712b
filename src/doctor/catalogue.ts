/** All that the doctor can find, in both languages. `{names}` are filled in with what was measured. */
import type { Language } from '#base/language.ts';
import { carpCatalogue } from './catalogue-carp.ts';
import { hostCatalogue } from './catalogue-host.ts';
import { pairCatalogue } from './catalogue-pair.ts';
import { pfsenseCatalogue } from './catalogue-pfsense.ts';

export type Severity = 'error' | 'warning' | 'info';

export interface Texts {
  /** What was measured. */
  readonly evidence: string;
  readonly cause: string;
  readonly remedy: string;
}

export interface DoctorEntry extends Readonly<Record<Language, Texts>> {
  readonly severity: Severity;
}

export const doctorCatalogue = { ...carpCatalogue, ...hostCatalogue, ...pairCatalogue, ...pfsenseCatalogue };
export type DoctorCode = keyof typeof doctorCatalogue;
