/** Reads the infrastructure part of a document for the commands that work on it. */
import { readFileSync } from 'node:fs';
import type { Language } from '#base/language.ts';
import type { Infrastructure } from '#config/infrastructure-document.ts';
import { loadDocument } from '#config/load.ts';
import { type WantedHypervisor, wantedOn } from '#infra/hypervisor.ts';
import { groundInFrench } from '#infra/phrases.ts';
import { readSecrets } from '#node/document-file.ts';
import { asText } from './check.ts';
import { infraWords } from './infra-words.ts';

/** The part, or undefined after telling what is wrong. Findings about it are told, errors end it. */
export function readInfrastructure(file: string, language: Language): Infrastructure | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(infraWords[language].unreadable(file, why));
    return undefined;
  }
  const loaded = loadDocument(text, { env: process.env, secrets: readSecrets(file) });
  const all = loaded.ok ? loaded.value.findings : loaded.error;
  const told = all.filter(({ severity, path }) => severity === 'error' || path[0] === 'infrastructure');
  if (told.length > 0) console.error(asText(file, told, (_severity, word) => word, language));
  if (!loaded.ok || told.some(({ severity }) => severity === 'error')) return undefined;
  const { infrastructure } = loaded.value.document;
  if (infrastructure === undefined) console.error(infraWords[language].noPart(file));
  return infrastructure;
}

/** The hypervisor that `--on` names, or undefined after telling which there are. */
export function readHypervisor(
  infrastructure: Infrastructure,
  on: string | undefined,
  language: Language,
): WantedHypervisor | undefined {
  if (on === undefined) {
    const names = Object.keys(infrastructure.hypervisors).join(', ');
    console.error(infraWords[language].whichOne(names));
    return undefined;
  }
  const wanted = wantedOn(infrastructure, on);
  if (wanted.ok) return wanted.value;
  console.error(language === 'fr' ? groundInFrench(wanted.error) : wanted.error);
  return undefined;
}
