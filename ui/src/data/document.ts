/**
 * The cluster's document as the page holds it, and the changes that wait to be applied. They are kept in the
 * browser until they are applied or thrown away, so that nothing that was typed is lost.
 */
import { useEffect, useSyncExternalStore } from 'react';
import { type EditOperation, editOperations } from '#api/contract/edit.ts';
import type { DocumentNow } from '#api/contract/routes-document.ts';
import { call } from './client.ts';
import { useLive } from './live.ts';
import { applyOperations, type Json, type Step, valueAt } from './operations.ts';
import { rebase } from './rebase.ts';

export interface Pending {
  readonly operation: EditOperation;
  /** For people: "Rule added on LAN". */
  readonly label: string;
}

export interface Held {
  readonly now: DocumentNow | undefined;
  /** When `now` came, ms since 1970. */
  readonly at: number;
  readonly error: unknown;
  readonly pending: readonly Pending[];
  /** The revision that the pending changes began with. */
  readonly base: number | undefined;
  /** The document with the pending changes made. */
  readonly shown: Json;
}

const key = 'bascule.pending';
const listeners = new Set<() => void>();
let held: Held = { now: undefined, at: 0, error: undefined, shown: {}, ...stored() };

function stored(): Pick<Held, 'pending' | 'base'> {
  try {
    const read = JSON.parse(sessionStorage.getItem(key) ?? 'null') as {
      pending: Pending[];
      base: number;
    } | null;
    const known =
      read?.pending.filter(({ operation }) => editOperations.safeParse([operation]).success) ?? [];
    return { pending: known, base: known.length === 0 ? undefined : read?.base };
  } catch {
    return { pending: [], base: undefined };
  }
}

function set(part: Partial<Held>): void {
  const next = { ...held, ...part };
  const operations = next.pending.map(({ operation }) => operation);
  const shown = applyOperations((next.now?.document ?? {}) as Json, operations);
  held = { ...next, shown };
  if (held.pending.length === 0) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, JSON.stringify({ pending: held.pending, base: held.base }));
  for (const listener of listeners) listener();
}

export async function loadDocument(): Promise<void> {
  try {
    set({ now: await call('document'), at: Date.now(), error: undefined });
  } catch (error) {
    set({ error });
  }
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** The document; it is read again whenever another one is in force. */
export function useDocument(): Held {
  const value = useSyncExternalStore(subscribe, () => held);
  const { documents } = useLive();
  useEffect(() => {
    if (documents >= 0) void loadDocument();
  }, [documents]);
  return value;
}

/** Adds a change that waits to be applied. Of two in a row that set the same value the second one counts. */
export function addPending(change: Pending): void {
  const { operation } = change;
  const last = held.pending.at(-1)?.operation;
  const isAgain =
    operation.op === 'set' && last?.op === 'set' && String(last.path) === String(operation.path);
  const before = isAgain ? held.pending.slice(0, -1) : held.pending;
  const left = applyOperations(
    (held.now?.document ?? {}) as Json,
    before.map((other) => other.operation),
  );
  const isNothing =
    operation.op === 'set' &&
    JSON.stringify(valueAt(left, operation.path)) === JSON.stringify(operation.value);
  const pending = isNothing ? before : [...before, change];
  set({ pending, base: pending.length === 0 ? undefined : (held.base ?? held.now?.head.number) });
}

export const discardPending = (): void => set({ pending: [], base: undefined });

/** The pending changes go onto the document as it is now. Returns those that found nothing to change any more. */
export async function rebasePending(): Promise<readonly Pending[]> {
  const { now, base, pending } = held;
  if (now === undefined || base === undefined) return [];
  const { document } = await call('revision', { params: { number: base } });
  const { kept, lost } = rebase(document as Json, now.document as Json, pending);
  set({ pending: kept, base: kept.length === 0 ? undefined : now.head.number });
  return lost;
}

/** Applies what is pending to the revision that it began with; a conflict is thrown. */
export async function applyPending(reason: string, confirmSeconds: number | undefined) {
  const done = await call('editDocument', {
    ifMatch: `"${held.now?.head.hash ?? ''}"`,
    body: {
      operations: held.pending.map(({ operation }) => operation),
      reason,
      ...(confirmSeconds === undefined ? {} : { confirmSeconds }),
    },
  });
  set({ pending: [], base: undefined });
  await loadDocument();
  return done;
}

/** A list of the shown document, as it stands there: without defaults. */
export function listAt(shown: Json, path: readonly Step[]): readonly Record<string, Json>[] {
  const found = valueAt(shown, path);
  return Array.isArray(found) ? found.map((entry) => entry as Record<string, Json>) : [];
}

/** The entries of a map of the shown document, in order. */
export function mapAt(
  shown: Json,
  path: readonly Step[],
): readonly (readonly [string, Record<string, Json>])[] {
  const found = valueAt(shown, path);
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return [];
  return Object.entries(found).map(([name, value]) => [name, (value ?? {}) as Record<string, Json>] as const);
}
