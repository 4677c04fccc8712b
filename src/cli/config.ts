/** `bascule config show|history|diff|edit|compare`: the cluster's document and its past. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { parse } from 'yaml';
import { ask } from '#api/client.ts';
import type { Compared } from '#api/contract/inside.ts';
import { fail, ok, type Result } from '#base/result.ts';
import { type Revision, type RevisionHead, titleOf } from '#commit/revision.ts';
import { differenceInWords } from '#config/difference.ts';
import { applyText } from './apply.ts';
import { ownLines } from './status.ts';
import { table } from './text.ts';

interface Options {
  readonly socket: string;
}

const patience = 30_000;

/** Prints a revision's document; the newest without a number. */
export async function show(number: number | undefined, options: Options): Promise<number> {
  const revision = await revisionOf(options.socket, number);
  if (!revision.ok) return complain(revision.error);
  process.stdout.write(revision.value.text);
  return 0;
}

export async function history(
  options: Options & { readonly limit: number; readonly json?: boolean },
): Promise<number> {
  const reply = await ask(options.socket, { command: 'history', limit: options.limit }, patience);
  if (!reply.ok) return complain(reply.error);
  const heads = reply.value.history ?? [];
  console.log(options.json === true ? JSON.stringify(heads, undefined, 2) : historyText(heads));
  return 0;
}

/** The newest first. */
export const historyText = (heads: readonly RevisionHead[]): string =>
  table(
    ['Revision', 'Time', 'Author', 'Node', 'Hash', 'Reason'],
    [...heads]
      .reverse()
      .map(({ number, time, author, node, hash, reason }) => [
        String(number),
        new Date(time).toISOString().replace(/\.\d+Z$/, 'Z'),
        author,
        node,
        hash.slice(0, 12),
        reason,
      ]),
  );

/** The difference of two revisions in words and as a diff; from one to the newest, or of the newest two. */
export async function diff(
  from: number | undefined,
  to: number | undefined,
  options: Options,
): Promise<number> {
  const newest = await revisionOf(options.socket, to);
  if (!newest.ok) return complain(newest.error);
  const before = from ?? newest.value.number - 1;
  if (before < 1) return complain('there is one revision only, so nothing to compare it with');
  const older = await revisionOf(options.socket, before);
  if (!older.ok) return complain(older.error);
  console.log(diffText(older.value, newest.value));
  return 0;
}

export function diffText(before: Revision, after: Revision): string {
  const words = differenceInWords(parse(before.text), parse(after.text));
  const name = ({ number }: Revision): string => `revision ${number}`;
  const patch = createTwoFilesPatch(name(before), name(after), before.text, after.text);
  const meaning = words.length === 0 ? ['  nothing but comments or order'] : words.map((word) => `  ${word}`);
  return [titleOf(after), ...meaning, '', patch.replace(/^=+\n/, '').trimEnd()].join('\n');
}

/** Opens the newest revision in an editor, and applies what was written. 0 also when nothing was changed. */
export async function edit(
  options: Options & { readonly reason?: string; readonly confirm?: number },
): Promise<number> {
  const revision = await revisionOf(options.socket, undefined);
  if (!revision.ok) return complain(revision.error);
  const { text, number } = revision.value;
  const folder = mkdtempSync(join(tmpdir(), 'bascule-edit-'));
  const file = join(folder, 'cluster.yaml');
  try {
    writeFileSync(file, text, { mode: 0o600 });
    const written = edited(file);
    if (!written.ok) return complain(written.error);
    if (written.value === text) {
      console.log('Nothing was changed.');
      return 0;
    }
    const code = await applyText(written.value, { ...options, base: number });
    if (code !== 0) {
      const kept = `cluster-edited-${process.pid}.yaml`;
      writeFileSync(kept, written.value, { mode: 0o600 });
      console.error(`What you wrote is kept in ${kept}.`);
    }
    return code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function edited(file: string): Result<string> {
  const editor = process.env.VISUAL ?? process.env.EDITOR ?? 'vi';
  const [command = 'vi', ...args] = editor.split(' ');
  const { status, error } = spawnSync(command, [...args, file], { stdio: 'inherit' });
  if (error !== undefined) return fail(`cannot start the editor "${editor}" (set EDITOR): ${error.message}`);
  if (status !== 0) return fail(`the editor ended with exit code ${status}; nothing was applied`);
  return ok(readFileSync(file, 'utf8'));
}

/** Reads all nodes back. 0 when they are the same and as the document says, 1 when not, 2 without an answer. */
export async function compare(options: Options & { readonly json?: boolean }): Promise<number> {
  const reply = await ask(options.socket, { command: 'compare' }, patience);
  if (!reply.ok || reply.value.compared === undefined)
    return complain(reply.ok ? 'no answer came' : reply.error);
  const { compared } = reply.value;
  const own = ownLines(reply.value.ownSections ?? [], 'en');
  console.log(
    options.json === true
      ? JSON.stringify(compared, undefined, 2)
      : [...own, compareText(compared)].join('\n'),
  );
  return isSame(compared) ? 0 : 1;
}

const isSame = (compared: Compared): boolean => {
  const stands = Object.values(compared);
  const hashes = new Set(stands.map(({ head }) => head?.hash));
  return (
    hashes.size === 1 && stands.every(({ away, drift }) => away === undefined && (drift ?? []).length === 0)
  );
};

export function compareText(compared: Compared): string {
  const lines = Object.entries(compared).flatMap(([node, { away, head, version, drift = [] }]) => {
    if (away !== undefined) return [`${node}: ${away}`];
    const document = head === undefined ? 'no document' : `${titleOf(head)}, ${head.hash.slice(0, 12)}`;
    const kernel =
      drift.length === 0 ? ['  the kernel is as the document says'] : drift.map((line) => `  ${line}`);
    return [`${node} (Bascule ${version}): ${document}`, ...kernel];
  });
  return [...lines, isSame(compared) ? 'All nodes are the same.' : 'The nodes differ.'].join('\n');
}

async function revisionOf(socket: string, number: number | undefined): Promise<Result<Revision>> {
  const reply = await ask(socket, { command: 'revision', number }, patience);
  if (!reply.ok) return reply;
  return reply.value.revision === undefined ? fail('no revision came') : ok(reply.value.revision);
}

function complain(error: string): number {
  console.error(error);
  return 2;
}
