/** `bascule infra export`: a hypervisor's /etc/network/interfaces. */
import { existsSync, readFileSync } from 'node:fs';
import { textsIn } from '#config/findings.ts';
import { mergeInterfaces } from '#infra/interfaces/merge.ts';
import { replaceFile } from '#infra/interfaces/write.ts';
import { groundInFrench } from '#infra/phrases.ts';
import { readHypervisor, readInfrastructure } from './infra-document.ts';
import { infraWords } from './infra-words.ts';
import { languageAsked } from './language.ts';

export interface InfraExportOptions {
  readonly on?: string;
  readonly interfaces: string;
  readonly write?: boolean;
  readonly lang?: string;
}

/** Returns the exit code: 0 printed, written or nothing to change; 2 bad input or not written. */
export function infraExport(file: string, options: InfraExportOptions): number {
  const language = languageAsked(options.lang);
  const infrastructure = language && readInfrastructure(file, language);
  const wanted = infrastructure && language && readHypervisor(infrastructure, options.on, language);
  if (language === undefined || wanted === undefined) return 2;
  const say = infraWords[language];
  const path = options.interfaces;
  let before: string;
  try {
    before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  } catch (error) {
    console.error(say.unreadable(path, error instanceof Error ? error.message : String(error)));
    return 2;
  }
  const { text, changes, findings } = mergeInterfaces(before, wanted);
  for (const finding of findings) {
    const { message, cause, remedy } = textsIn(finding, language);
    const head = `${path}:${finding.line}: ${say.severities.warning} ${finding.code}${say.colon}`;
    console.error(`${head} ${message}\n    ${cause}\n    ${say.remedy} ${remedy}\n`);
  }
  if (options.write !== true) {
    console.log(text.trimEnd());
    return 0;
  }
  if (changes.length === 0) {
    console.log(say.fileFine(path));
    return 0;
  }
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const written = replaceFile(path, text, stamp);
  if (!written.ok) {
    console.error(say.fileKept(path, written.error));
    return 2;
  }
  for (const change of changes) console.log(language === 'fr' ? groundInFrench(change) : change);
  console.log(say.written(path, written.value));
  return 0;
}
