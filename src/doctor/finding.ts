/** A fault with its texts in a language. */

import { inFrench } from '#api/contract/phrases.ts';
import { frenchSpaces, type Language } from '#base/language.ts';
import { type DoctorCode, type DoctorEntry, doctorCatalogue, type Severity } from './catalogue.ts';

/** A value for a text; one of a pair of texts where languages differ. */
export type Value = string | number | Readonly<Record<Language, string>>;

/** A fault as a judge found it. */
export interface Fault {
  readonly code: DoctorCode;
  /** An interface, "lan@20", a node, a setting. */
  readonly subject: string;
  readonly values: Readonly<Record<string, Value>>;
}

/** A fault that another part of Bascule found and worded. */
export interface WordedFault {
  readonly code: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly evidence: string;
  readonly cause: string;
  readonly remedy: string;
}

export type DoctorFinding = WordedFault;

const ranks: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

export const isWorded = (fault: Fault | WordedFault): fault is WordedFault => 'evidence' in fault;

/** The faults in words, the worst first. */
export function inWords(faults: readonly (Fault | WordedFault)[], language: Language): DoctorFinding[] {
  return faults
    .map((fault) => (isWorded(fault) ? fault : wordsOf(fault, language)))
    .sort((a, b) => ranks[a.severity] - ranks[b.severity]);
}

function wordsOf({ code, subject, values }: Fault, language: Language): DoctorFinding {
  const entry: DoctorEntry = doctorCatalogue[code];
  const text = (template: string): string =>
    (language === 'fr' ? frenchSpaces(template) : template)
      .replace(/\{(\w+)\}/g, (_, name: string) => {
        const value = Object.hasOwn(values, name) ? values[name] : undefined;
        if (value === undefined) throw new Error(`bug: ${code} lacks a value for {${name}}`);
        if (typeof value === 'object') return value[language];
        // What a node said of another is English.
        return name === 'why' && language === 'fr' ? inFrench(String(value)) : String(value);
      })
      .trim();
  const { evidence, cause, remedy } = entry[language];
  return {
    code,
    severity: entry.severity,
    subject,
    evidence: text(evidence),
    cause: text(cause),
    remedy: text(remedy),
  };
}
