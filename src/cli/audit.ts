/** `bascule audit`: what is wrong with a pair of pfSense or OPNsense firewalls, from their config.xml files. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { styleText } from 'node:util';
import type { Language } from '#base/language.ts';
import { audit as auditPair, isSwapped } from '#config/audit/audit.ts';
import { type AuditReport, asJson, asText, type Paint } from '#config/audit/report.ts';
import { asHtml } from '#config/audit/report-html.ts';
import { asSarif } from '#config/audit/report-sarif.ts';
import { faultText } from '#config/audit/words.ts';
import type { PfConfig } from '#config/pfsense/model.ts';
import { readConfig } from '#config/pfsense/read.ts';
import { xmlLimits } from '#config/pfsense/xml.ts';
import { languageAsked } from './language.ts';

export interface AuditOptions {
  readonly lang?: string;
  readonly json?: boolean;
  readonly sarif?: boolean;
  readonly html?: string;
}

/** Returns the exit code: 0 nothing but remarks, 1 findings of severity error or warning, 2 bad input. */
export function audit(first: string, second: string, options: AuditOptions, version: string): number {
  const language = languageAsked(options.lang);
  if (language === undefined) return 2;
  const [one, two] = [configFrom(first, language), configFrom(second, language)];
  if (one === undefined || two === undefined) return 2;
  const swapped = isSwapped(one, two);
  const [primary, backup] = swapped ? [two, one] : [one, two];
  const report: AuditReport = {
    language,
    files: swapped ? { primary: second, backup: first } : { primary: first, backup: second },
    hosts: { primary: hostOf(primary), backup: hostOf(backup) },
    swapped,
    findings: auditPair(primary, backup, Math.floor(Date.now() / 1_000)),
  };
  if (options.html !== undefined) {
    try {
      writeFileSync(options.html, asHtml(report));
    } catch (error) {
      console.error(`cannot write ${options.html}: ${messageOf(error)}`);
      return 2;
    }
  }
  if (options.sarif === true) console.log(asSarif(report, version));
  else if (options.json === true) console.log(asJson(report));
  else console.log(asText(report, paint(), Math.min(process.stdout.columns ?? 100, 110)));
  return report.findings.some(({ severity }) => severity !== 'info') ? 1 : 0;
}

/** Reads a file and says on the terminal what is wrong with it. */
export function configFrom(file: string, language: Language): PfConfig | undefined {
  try {
    if (statSync(file).size > xmlLimits.bytes) {
      console.error(`${file}:1: ${faultText({ problem: 'too-large', line: 1, detail: '' }, language)}`);
      return undefined;
    }
    const config = readConfig(readFileSync(file, 'utf8'));
    if (config.ok) return config.value;
    console.error(`${file}:${config.error.line}: ${faultText(config.error, language)}`);
  } catch (error) {
    console.error(
      `${language === 'fr' ? 'lecture impossible :' : 'cannot read'} ${file}: ${messageOf(error)}`,
    );
  }
  return undefined;
}

const hostOf = ({ hostname, domain }: PfConfig): string =>
  [hostname || '?', domain].filter(Boolean).join('.');
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
const styles = {
  error: ['bold', 'red'],
  warning: ['bold', 'yellow'],
  info: ['bold', 'cyan'],
  dim: ['dim'],
  bold: ['bold'],
} as const;

function paint(): Paint {
  if (process.stdout.isTTY !== true || process.env.NO_COLOR) return (_, text) => text;
  return (style, text) => styleText([...styles[style]], text);
}
