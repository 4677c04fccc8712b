/** `bascule plan`, `apply`, `confirm` and `config rollback`: changing the cluster's document. */
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { ask } from '#api/client.ts';
import type { AppliedReply, Planned } from '#api/contract/inside.ts';
import { changeInFrench } from '#api/contract/phrases-changes.ts';
import type { Language } from '#base/language.ts';
import { fail, ok, type Result } from '#base/result.ts';
import { titleOf } from '#commit/revision.ts';
import { textsIn } from '#config/findings.ts';
import { loadDocument } from '#config/load.ts';
import { readSecrets } from '#node/document-file.ts';
import { applyWords } from './apply-words.ts';
import { languageAsked, listed, told } from './language.ts';
import { duration } from './text.ts';

/** Every node compiles and tries the document, large ones take seconds, ms. */
const patience = 150_000;

export interface ApplyOptions {
  readonly socket: string;
  readonly reason?: string;
  /** Seconds. */
  readonly confirm?: number;
  readonly base?: number;
  readonly lang?: string;
}

/** Shows what a document would change on each node. 0 when all would take it, 1 when one would not, 2 without an answer. */
export async function plan(
  file: string,
  options: { readonly socket: string; readonly lang?: string },
): Promise<number> {
  const language = languageAsked(options.lang);
  if (language === undefined) return 2;
  const text = readText(file, language);
  if (!text.ok) return complain(text.error, language);
  const reply = await ask(options.socket, { command: 'plan', text: text.value }, patience);
  if (!reply.ok || reply.value.planned === undefined)
    return complain(reply.ok ? applyWords[language].noAnswer : reply.error, language);
  const { planned } = reply.value;
  console.log(planText(planned, language));
  return Object.values(planned).every((part) => part.ok) ? 0 : 1;
}

/** What is the same on all nodes stands once. */
export function planText(planned: Planned, language: Language): string {
  const { on } = applyWords[language];
  const nodes = Object.entries(planned);
  const same = new Set(nodes.map(([, part]) => JSON.stringify(part))).size === 1;
  if (same && nodes.length > 1) {
    const all = nodes.map(([node]) => node);
    return [on(listed(all, language)), ...linesOf(nodes[0]?.[1], language)].join('\n');
  }
  return nodes.flatMap(([node, part]) => [on(node), ...linesOf(part, language)]).join('\n');
}

const linesOf = (part: Planned[string] | undefined, language: Language): string[] => {
  if (part === undefined) return [];
  if (!part.ok)
    return told(part.error, language)
      .split('\n')
      .map((line) => `  ! ${line}`);
  const lines = part.value.length === 0 ? [applyWords[language].nothing] : part.value;
  return lines.map((line) => `  ${changed(line, language)}`);
};

/** What a node says of a change, in a language. */
const changed = (line: string, language: Language): string =>
  language === 'fr' ? changeInFrench(line) : line;

/** Makes a file the cluster's document. 0 when every node that is there has it, 1 when none has, 2 without an answer. */
export async function apply(file: string, options: ApplyOptions): Promise<number> {
  const language = languageAsked(options.lang);
  if (language === undefined) return 2;
  const text = readText(file, language);
  if (!text.ok) return complain(text.error, language);
  const faults = faultsOf(file, text.value, language);
  if (faults.length > 0) return refuse(faults.join('\n'), language);
  return applyText(text.value, options);
}

export async function applyText(text: string, options: ApplyOptions): Promise<number> {
  const language = languageAsked(options.lang);
  if (language === undefined) return 2;
  const { socket, reason = '', base } = options;
  const confirmMs = msOf(options.confirm);
  const request = { command: 'apply', text, author: authorOf(), reason, base, confirmMs } as const;
  const reply = await ask(socket, request, patience);
  if (!reply.ok || reply.value.applied === undefined)
    return refuse(reply.ok ? applyWords[language].noAnswer : reply.error, language);
  console.log(appliedText(reply.value.applied, language, options.confirm));
  return 0;
}

/** Back to an old revision, as a new one. */
export async function rollback(number: number, options: ApplyOptions): Promise<number> {
  const language = languageAsked(options.lang);
  if (language === undefined) return 2;
  const { socket, reason = '' } = options;
  const confirmMs = msOf(options.confirm);
  const reply = await ask(
    socket,
    { command: 'rollback', number, author: authorOf(), reason, confirmMs },
    patience,
  );
  if (!reply.ok || reply.value.applied === undefined)
    return refuse(reply.ok ? applyWords[language].noAnswer : reply.error, language);
  console.log(appliedText(reply.value.applied, language, options.confirm));
  return 0;
}

export async function confirm(options: { readonly socket: string; readonly lang?: string }): Promise<number> {
  const language = languageAsked(options.lang);
  if (language === undefined) return 2;
  const say = applyWords[language];
  const reply = await ask(options.socket, { command: 'confirm' }, patience);
  if (!reply.ok || reply.value.confirmed === undefined)
    return complain(reply.ok ? say.noAnswer : reply.error, language);
  const { head, away } = reply.value.confirmed;
  console.log(say.stays(told(titleOf(head), language)));
  for (const [node, why] of Object.entries(away)) console.log(say.untold(node, told(why, language)));
  return 0;
}

export function appliedText(
  { head, words, away, unchanged }: AppliedReply,
  language: Language,
  confirmSeconds?: number,
): string {
  const say = applyWords[language];
  if (unchanged) return say.unchanged(told(titleOf(head), language));
  const there = Object.keys(words);
  const lines = [...new Set(Object.values(words).flat())].map((line) => `  ${changed(line, language)}`);
  const absent = Object.entries(away).map(([node, why]) => say.away(node, told(why, language)));
  const again =
    confirmSeconds === undefined ? [] : [say.undoneIn(duration(confirmSeconds * 1_000, language))];
  return [say.inForce(head.number, listed(there, language)), ...lines, ...absent, ...again].join('\n');
}

const msOf = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1_000;

/** What is wrong with the document itself, each with its place in the file: no node need be asked for that. */
function faultsOf(file: string, text: string, language: Language): string[] {
  const loaded = loadDocument(text, { env: process.env, secrets: readSecrets(file) });
  const findings = loaded.ok ? loaded.value.findings : loaded.error;
  return (
    findings
      // Secrets may well be at the nodes alone.
      .filter(({ severity, code }) => severity === 'error' && code !== 'secret-missing')
      .map((finding) => {
        const { line, column, code } = finding;
        const { message, remedy } = textsIn(finding, language);
        const colon = language === 'fr' ? '\u00a0:' : ':';
        return `${file}:${line}:${column}: ${code}${colon} ${message}\n  ${remedy}`;
      })
  );
}

/** Whoever became root by sudo is that person still. */
export const authorOf = (): string => process.env.SUDO_USER ?? userInfo().username;

function readText(file: string, language: Language): Result<string> {
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch (error) {
    return fail(applyWords[language].unreadable(file, (error as Error).message));
  }
}

function complain(error: string, language: Language): number {
  console.error(told(error, language));
  return 2;
}

function refuse(error: string, language: Language): number {
  console.error(`${applyWords[language].untouched}\n${told(error, language)}`);
  return 1;
}
