/** `bascule check`: what is wrong with a cluster document. */
import { readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import type { Language } from '#base/language.ts';
import { type Finding, type Severity, textsIn } from '#config/findings.ts';
import { loadDocument } from '#config/load.ts';
import { readSecrets } from '#node/document-file.ts';
import { languageAsked } from './language.ts';

interface Words {
  readonly unreadable: string;
  readonly nothing: string;
  readonly colon: string;
  readonly remedy: string;
  readonly severityWords: Readonly<Record<Severity, readonly [one: string, many: string]>>;
}
const words: Readonly<Record<Language, Words>> = {
  en: {
    unreadable: 'cannot read',
    nothing: 'No findings.',
    colon: ':',
    remedy: 'Remedy:',
    severityWords: { error: ['error', 'errors'], warning: ['warning', 'warnings'], info: ['info', 'info'] },
  },
  fr: {
    unreadable: 'lecture impossible\u00a0:',
    nothing: 'Rien à signaler.',
    colon: '\u00a0:',
    remedy: 'Remède\u00a0:',
    severityWords: {
      error: ['erreur', 'erreurs'],
      warning: ['avertissement', 'avertissements'],
      info: ['remarque', 'remarques'],
    },
  },
};

const colours = { error: 'red', warning: 'yellow', info: 'cyan' } as const;
const severities: readonly Severity[] = ['error', 'warning', 'info'];

export interface CheckOptions {
  readonly json?: boolean;
  readonly lang?: string;
}

/**
 * Prints the findings of a document and returns the exit code: 0 without errors, 1 with findings of severity error,
 * 2 when the file cannot be read, is not YAML, does not fit the schema, or lacks a secret.
 */
export async function check(file: string, options: CheckOptions): Promise<number> {
  const language = languageAsked(options.lang);
  if (language === undefined) return 2;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`${words[language].unreadable} ${file}: ${why}`);
    return 2;
  }
  const loaded = loadDocument(text, { env: process.env, secrets: readSecrets(file) });
  const findings = loaded.ok ? loaded.value.findings : loaded.error;
  const paint = process.stdout.isTTY === true ? styled : (_severity: Severity, word: string) => word;
  console.log(options.json === true ? asJson(file, findings) : asText(file, findings, paint, language));
  if (!loaded.ok) return 2;
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

const styled = (severity: Severity, word: string): string => styleText(['bold', colours[severity]], word);

/** Findings as a person reads them, with a summary in the last line. */
export function asText(
  file: string,
  findings: readonly Finding[],
  paint: (severity: Severity, word: string) => string,
  language: Language,
): string {
  const { severityWords, colon, remedy: label } = words[language];
  const blocks = findings.map((finding) => {
    const { severity, code, line, column } = finding;
    const { message, cause, remedy } = textsIn(finding, language);
    const [word] = severityWords[severity];
    return `${file}:${line}:${column}: ${paint(severity, word)} ${code}${colon} ${message}\n    ${cause}\n    ${label} ${remedy}\n`;
  });
  return [...blocks, summary(findings, language)].join('\n');
}

const asJson = (file: string, findings: readonly Finding[]): string =>
  JSON.stringify({ file, findings, counts: countsOf(findings) }, undefined, 2);

const countsOf = (findings: readonly Finding[]): Record<Severity, number> => ({
  error: findings.filter(({ severity }) => severity === 'error').length,
  warning: findings.filter(({ severity }) => severity === 'warning').length,
  info: findings.filter(({ severity }) => severity === 'info').length,
});

function summary(findings: readonly Finding[], language: Language): string {
  const { nothing, severityWords } = words[language];
  if (findings.length === 0) return nothing;
  const counts = countsOf(findings);
  return severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => `${counts[severity]} ${severityWords[severity][counts[severity] === 1 ? 0 : 1]}`)
    .join(', ');
}
