/** One fault of a pair: its code, where it stands, and its texts in a language. */
import { filled, frenchSpaces, type Language } from '#base/language.ts';
import type { Severity } from '../findings.ts';
import {
  type Area,
  type AuditCode,
  type AuditEntry,
  type AuditValues,
  areas,
  auditCatalogue,
  type Texts,
} from './catalogue.ts';
import type { Side } from './pair.ts';

/** A line of one of the two files. */
export interface AuditPlace {
  readonly side: Side;
  readonly line: number;
}

export interface AuditFinding extends AuditPlace {
  readonly code: AuditCode;
  readonly severity: Severity;
  readonly area: Area;
  readonly values: Readonly<Record<string, string | number>>;
  /** Where the other half of the contradiction stands. */
  readonly also: AuditPlace | undefined;
}

/** Takes what a check finds. */
export type Report = <C extends AuditCode>(
  code: C,
  at: AuditPlace,
  values: AuditValues<C>,
  also?: AuditPlace,
) => void;

export function findingOf<C extends AuditCode>(
  code: C,
  at: AuditPlace,
  values: AuditValues<C>,
  also?: AuditPlace,
): AuditFinding {
  const { severity, area }: AuditEntry = auditCatalogue[code];
  return { code, severity, area, side: at.side, line: at.line, values, also };
}

export function textsOf(finding: AuditFinding, language: Language): Texts {
  const { cause, effect, remedy } = (auditCatalogue[finding.code] as AuditEntry)[language];
  const finish = (text: string) => filled(language === 'fr' ? frenchSpaces(text) : text, finding.values);
  return { cause: finish(cause), effect: finish(effect), remedy: finish(remedy) };
}

const severities: readonly Severity[] = ['error', 'warning', 'info'];

/** The worst first; of equals, what breaks at a failover first. */
export function inOrder(findings: readonly AuditFinding[]): AuditFinding[] {
  const rank = (one: AuditFinding): number => severities.indexOf(one.severity) * 10 + areas.indexOf(one.area);
  return [...findings].sort((a, b) => rank(a) - rank(b) || b.side.localeCompare(a.side) || a.line - b.line);
}
