/** `bascule check`: what is wrong with a cluster document. */
import { readFileSync } from 'node:fs';
import { styleText } from 'node:util';
import type { Finding, Severity } from '#config/findings.ts';
import { loadDocument } from '#config/load.ts';
import { readSecrets } from '#node/document-file.ts';

const colours = { error: 'red', warning: 'yellow', info: 'cyan' } as const;
const severities: readonly Severity[] = ['error', 'warning', 'info'];

/**
 * Prints the findings of a document and returns the exit code: 0 without errors, 1 with findings of severity error,
 * 2 when the file cannot be read, is not YAML, does not fit the schema, or lacks a secret.
 */
export async function check(file: string, options: { readonly json?: boolean }): Promise<number> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    console.error(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
  const loaded = loadDocument(text, { env: process.env, secrets: readSecrets(file) });
  const findings = loaded.ok ? loaded.value.findings : loaded.error;
  const paint = process.stdout.isTTY === true ? styled : (_severity: Severity, word: string) => word;
  console.log(options.json === true ? asJson(file, findings) : asText(file, findings, paint));
  if (!loaded.ok) return 2;
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0;
}

const styled = (severity: Severity, word: string): string => styleText(['bold', colours[severity]], word);

/** Findings as a person reads them, with a summary in the last line. */
export function asText(
  file: string,
  findings: readonly Finding[],
  paint: (severity: Severity, word: string) => string,
): string {
  const blocks = findings.map((finding) => {
    const { severity, code, line, column, message, cause, remedy } = finding;
    return `${file}:${line}:${column}: ${paint(severity, severity)} ${code}: ${message}\n    ${cause}\n    Remedy: ${remedy}\n`;
  });
  return [...blocks, summary(findings)].join('\n');
}

const asJson = (file: string, findings: readonly Finding[]): string =>
  JSON.stringify({ file, findings, counts: countsOf(findings) }, undefined, 2);

const countsOf = (findings: readonly Finding[]): Record<Severity, number> => ({
  error: findings.filter(({ severity }) => severity === 'error').length,
  warning: findings.filter(({ severity }) => severity === 'warning').length,
  info: findings.filter(({ severity }) => severity === 'info').length,
});

function summary(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'No findings.';
  const counts = countsOf(findings);
  return severities
    .filter((severity) => counts[severity] > 0)
    .map(
      (severity) =>
        `${counts[severity]} ${severity}${counts[severity] === 1 || severity === 'info' ? '' : 's'}`,
    )
    .join(', ');
}
