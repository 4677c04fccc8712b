/** `bascule infra export`: a hypervisor's /etc/network/interfaces. */
import { existsSync, readFileSync } from 'node:fs';
import { mergeInterfaces } from '#infra/interfaces/merge.ts';
import { replaceFile } from '#infra/interfaces/write.ts';
import { readHypervisor, readInfrastructure } from './infra-document.ts';
import { languageOf } from './language.ts';

export interface InfraExportOptions {
  readonly on?: string;
  readonly interfaces: string;
  readonly write?: boolean;
}

/** Returns the exit code: 0 printed, written or nothing to change; 2 bad input or not written. */
export function infraExport(file: string, options: InfraExportOptions): number {
  const infrastructure = readInfrastructure(file, languageOf(undefined) ?? 'en');
  const wanted = infrastructure && readHypervisor(infrastructure, options.on);
  if (wanted === undefined) return 2;
  const path = options.interfaces;
  let before: string;
  try {
    before = existsSync(path) ? readFileSync(path, 'utf8') : '';
  } catch (error) {
    console.error(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
  const { text, changes, findings } = mergeInterfaces(before, wanted);
  for (const { line, code, message, cause, remedy } of findings)
    console.error(`${path}:${line}: warning ${code}: ${message}\n    ${cause}\n    Remedy: ${remedy}\n`);
  if (options.write !== true) {
    console.log(text.trimEnd());
    return 0;
  }
  if (changes.length === 0) {
    console.log(`${path} is as the document says.`);
    return 0;
  }
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const written = replaceFile(path, text, stamp);
  if (!written.ok) {
    console.error(`${path} was not changed: ${written.error}`);
    return 2;
  }
  for (const change of changes) console.log(change);
  console.log(`Written: ${path}${written.value === undefined ? '' : `; the old one is ${written.value}`}`);
  console.log('It counts from the next start, or from "ifreload -a".');
  return 0;
}
