/** Findings of a pair as text and as JSON. */

import type { Language } from '#base/language.ts';
import type { Severity } from '../findings.ts';
import { type AuditFinding, type AuditPlace, textsOf } from './finding.ts';
import type { Side } from './pair.ts';
import { words } from './words.ts';

/** A finished audit: what was read, and what was found. */
export interface AuditReport {
  readonly language: Language;
  readonly files: Readonly<Record<Side, string>>;
  readonly hosts: Readonly<Record<Side, string>>;
  readonly swapped: boolean;
  readonly findings: readonly AuditFinding[];
}

export const severities: readonly Severity[] = ['error', 'warning', 'info'];

/** Makes a word stand out: a severity in its colour, or something dim. */
export type Paint = (style: Severity | 'dim' | 'bold', text: string) => string;

export const placeText = ({ files }: AuditReport, { side, line }: AuditPlace): string =>
  `${files[side]}:${line}`;

/** `3 errors, 1 warning`. */
export function countText({ findings, language }: AuditReport): string {
  return severities
    .map((severity) => ({ severity, count: findings.filter((one) => one.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${words[language].severities[severity][count === 1 ? 0 : 1]}`)
    .join(', ');
}

/** As a person reads it in a terminal: grouped, wrapped, the summary last. */
export function asText(report: AuditReport, paint: Paint, width: number): string {
  const { language, files, hosts, findings } = report;
  const say = words[language];
  const colon = language === 'fr' ? '\u00a0:' : ':';
  const node = (side: Side) => `  ${say[side]}${colon} ${hosts[side]} ${paint('dim', `(${files[side]})`)}`;
  const head = [
    paint('bold', say.title),
    node('primary'),
    node('backup'),
    ...(report.swapped ? [wrap(say.swapped, width, '  ')] : []),
    '',
  ];
  if (findings.length === 0) return [...head, say.nothing].join('\n');
  const groups = severities.flatMap((severity) => {
    const own = findings.filter((one) => one.severity === severity);
    if (own.length === 0) return [];
    return [
      paint(severity, say.groups[severity]),
      '',
      ...own.flatMap((one) => block(report, one, paint, width)),
    ];
  });
  return [...head, ...groups, paint('bold', countText(report))].join('\n');
}

function block(report: AuditReport, finding: AuditFinding, paint: Paint, width: number): string[] {
  const say = words[report.language];
  const { cause, effect, remedy } = textsOf(finding, report.language);
  const colon = report.language === 'fr' ? '\u00a0:' : ':';
  const also = finding.also === undefined ? '' : `, ${say.also} ${placeText(report, finding.also)}`;
  const labelled = (label: string, text: string) => wrap(`${label}${colon} ${text}`, width, '    ');
  return [
    wrap(cause, width, '    ', `  ${paint(finding.severity, '●')} `),
    labelled(say.effect, effect),
    labelled(say.remedy, remedy),
    paint('dim', `    ${placeText(report, finding)}${also}  [${finding.code}, ${say.areas[finding.area]}]`),
    '',
  ];
}

/** Breaks a text at spaces; those that no break may happen at are U+00A0. */
export function wrap(text: string, width: number, indent: string, first: string = indent): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((one, i) => (i === 0 ? first : indent) + one).join('\n');
}

/** For programs; codes and fields keep their meaning. */
export function asJson(report: AuditReport): string {
  const count = (severity: Severity) => report.findings.filter((one) => one.severity === severity).length;
  const value = {
    language: report.language,
    primary: { file: report.files.primary, host: report.hosts.primary },
    backup: { file: report.files.backup, host: report.hosts.backup },
    swapped: report.swapped,
    findings: report.findings.map((finding) => ({
      code: finding.code,
      severity: finding.severity,
      area: finding.area,
      ...textsOf(finding, report.language),
      file: report.files[finding.side],
      line: finding.line,
      ...(finding.also && { also: { file: report.files[finding.also.side], line: finding.also.line } }),
    })),
    counts: { error: count('error'), warning: count('warning'), info: count('info') },
  };
  return JSON.stringify(value, undefined, 2);
}
