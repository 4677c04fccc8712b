/** `bascule plan`, `apply`, `confirm` and `config rollback`: changing the cluster's document. */
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { ask } from '#api/client.ts';
import type { AppliedReply, Planned } from '#api/contract/inside.ts';
import { fail, ok, type Result } from '#base/result.ts';
import { titleOf } from '#commit/revision.ts';
import { loadDocument } from '#config/load.ts';
import { readSecrets } from '#node/document-file.ts';
import { duration } from './text.ts';

/** Every node compiles and tries the document, large ones take seconds, ms. */
const patience = 150_000;

export interface ApplyOptions {
  readonly socket: string;
  readonly reason?: string;
  /** Seconds. */
  readonly confirm?: number;
  readonly base?: number;
}

/** Shows what a document would change on each node. 0 when all would take it, 1 when one would not, 2 without an answer. */
export async function plan(file: string, options: { readonly socket: string }): Promise<number> {
  const text = readText(file);
  if (!text.ok) return complain(text.error);
  const reply = await ask(options.socket, { command: 'plan', text: text.value }, patience);
  if (!reply.ok || reply.value.planned === undefined)
    return complain(reply.ok ? 'no plan came' : reply.error);
  const { planned } = reply.value;
  console.log(planText(planned));
  return Object.values(planned).every((part) => part.ok) ? 0 : 1;
}

/** What is the same on all nodes stands once. */
export function planText(planned: Planned): string {
  const nodes = Object.entries(planned);
  const same = new Set(nodes.map(([, part]) => JSON.stringify(part))).size === 1;
  if (same && nodes.length > 1) {
    const all = nodes.map(([node]) => node).join(' and ');
    return [`On ${all}:`, ...linesOf(nodes[0]?.[1])].join('\n');
  }
  return nodes.flatMap(([node, part]) => [`On ${node}:`, ...linesOf(part)]).join('\n');
}

const linesOf = (part: Planned[string] | undefined): string[] => {
  if (part === undefined) return [];
  if (!part.ok) return part.error.split('\n').map((line) => `  ! ${line}`);
  return part.value.length === 0 ? ['  nothing would change'] : part.value.map((line) => `  ${line}`);
};

/** Makes a file the cluster's document. 0 when every node that is there has it, 1 when none has, 2 without an answer. */
export async function apply(file: string, options: ApplyOptions): Promise<number> {
  const text = readText(file);
  if (!text.ok) return complain(text.error);
  const faults = faultsOf(file, text.value);
  if (faults.length > 0) return refuse(faults.join('\n'));
  return applyText(text.value, options);
}

export async function applyText(text: string, options: ApplyOptions): Promise<number> {
  const { socket, reason = '', base } = options;
  const confirmMs = msOf(options.confirm);
  const request = { command: 'apply', text, author: authorOf(), reason, base, confirmMs } as const;
  const reply = await ask(socket, request, patience);
  if (!reply.ok || reply.value.applied === undefined)
    return refuse(reply.ok ? 'no answer came' : reply.error);
  console.log(appliedText(reply.value.applied, options.confirm));
  return 0;
}

/** Back to an old revision, as a new one. */
export async function rollback(number: number, options: ApplyOptions): Promise<number> {
  const { socket, reason = '' } = options;
  const confirmMs = msOf(options.confirm);
  const reply = await ask(
    socket,
    { command: 'rollback', number, author: authorOf(), reason, confirmMs },
    patience,
  );
  if (!reply.ok || reply.value.applied === undefined)
    return refuse(reply.ok ? 'no answer came' : reply.error);
  console.log(appliedText(reply.value.applied, options.confirm));
  return 0;
}

export async function confirm(options: { readonly socket: string }): Promise<number> {
  const reply = await ask(options.socket, { command: 'confirm' }, patience);
  if (!reply.ok || reply.value.confirmed === undefined)
    return complain(reply.ok ? 'no answer came' : reply.error);
  const { head, away } = reply.value.confirmed;
  console.log(`${titleOf(head)} stays.`);
  for (const [node, why] of Object.entries(away)) console.log(`${node} was not told and will be: ${why}`);
  return 0;
}

export function appliedText({ head, words, away, unchanged }: AppliedReply, confirmSeconds?: number): string {
  if (unchanged) return `Nothing to do: ${titleOf(head)} says the same.`;
  const there = Object.keys(words);
  const lines = [...new Set(Object.values(words).flat())].map((line) => `  ${line}`);
  const absent = Object.entries(away).map(
    ([node, why]) => `${node} is away and catches up when it is back: ${why}`,
  );
  const again =
    confirmSeconds === undefined
      ? []
      : [`It is undone in ${duration(confirmSeconds * 1_000)} unless you run "bascule confirm".`];
  return [
    `Revision ${head.number} is in force on ${there.join(' and ')}.`,
    ...lines,
    ...absent,
    ...again,
  ].join('\n');
}

const msOf = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1_000;

/** What is wrong with the document itself, each with its place in the file: no node need be asked for that. */
function faultsOf(file: string, text: string): string[] {
  const loaded = loadDocument(text, { env: process.env, secrets: readSecrets(file) });
  const findings = loaded.ok ? loaded.value.findings : loaded.error;
  return (
    findings
      // Secrets may well be at the nodes alone.
      .filter(({ severity, code }) => severity === 'error' && code !== 'secret-missing')
      .map(
        ({ line, column, code, message, remedy }) =>
          `${file}:${line}:${column}: ${code}: ${message}\n  ${remedy}`,
      )
  );
}

/** Whoever became root by sudo is that person still. */
export const authorOf = (): string => process.env.SUDO_USER ?? userInfo().username;

function readText(file: string): Result<string> {
  try {
    return ok(readFileSync(file, 'utf8'));
  } catch (error) {
    return fail(`cannot read ${file}: ${(error as Error).message}`);
  }
}

function complain(error: string): number {
  console.error(error);
  return 2;
}

function refuse(error: string): number {
  console.error(`Nothing was changed on any node.\n${error}`);
  return 1;
}
