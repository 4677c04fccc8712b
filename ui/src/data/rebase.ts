/**
 * Changes that were made on one document, put onto a newer one. They name entries of lists by their place, and somebody
 * else may have put entries before these or moved them: so each is looked for by what it says.
 */
import type { EditOperation } from '#api/contract/edit.ts';
import { applyOperations, type Json, type Step, valueAt } from './operations.ts';

export interface Rebased<T> {
  readonly kept: readonly T[];
  /** What they change is not there any more. */
  readonly lost: readonly T[];
}

export function rebase<T extends { readonly operation: EditOperation }>(
  base: Json,
  newer: Json,
  changes: readonly T[],
): Rebased<T> {
  const kept: T[] = [];
  const lost: T[] = [];
  // Each change sees what those before it have left, on both sides.
  let [from, to] = [base, newer];
  for (const change of changes) {
    const operation = rebaseOne(from, to, change.operation);
    from = applyOperations(from, [change.operation]);
    if (operation === undefined) lost.push(change);
    else {
      to = applyOperations(to, [operation]);
      kept.push({ ...change, operation });
    }
  }
  return { kept, lost };
}

function rebaseOne(from: Json, to: Json, operation: EditOperation): EditOperation | undefined {
  const path = pathIn(from, to, operation.path);
  if (path === undefined) return undefined;
  if (operation.op !== 'insert' && operation.op !== 'move') return { ...operation, path };
  const [old, now] = [listAt(from, operation.path), listAt(to, path)];
  const places = placesIn(old, now);
  if (operation.op === 'insert') {
    if (operation.at === undefined || operation.at >= old.length) return { ...operation, path };
    const before = operation.at === 0 ? -1 : places.get(operation.at - 1);
    const at = places.get(operation.at) ?? (before === undefined ? now.length : before + 1);
    return { ...operation, path, at };
  }
  const [source, target] = [places.get(operation.from), places.get(operation.to)];
  if (source === undefined) return undefined;
  // It went behind the entry at its new place when it moved down, and before it when it moved up.
  const isDown = operation.from < operation.to;
  const beside = target ?? source;
  const goal = isDown ? (source < beside ? beside : beside + 1) : source > beside ? beside : beside - 1;
  return { ...operation, path, from: source, to: target === undefined ? source : goal };
}

/** The same place in the newer document; undefined when an entry on the way is gone. */
function pathIn(from: Json, to: Json, path: readonly Step[]): Step[] | undefined {
  const found: Step[] = [];
  for (const [depth, step] of path.entries()) {
    if (typeof step === 'string') found.push(step);
    else {
      const place = placesIn(listAt(from, path.slice(0, depth)), listAt(to, found)).get(step);
      if (place === undefined) return undefined;
      found.push(place);
    }
  }
  return found;
}

function listAt(document: Json, path: readonly Step[]): readonly Json[] {
  const found = valueAt(document, path);
  return Array.isArray(found) ? found : [];
}

/**
 * Where the entries of an old list are in a newer one: those that say the same; then one that follows the same entry
 * as before and says something else: somebody has changed it.
 */
function placesIn(old: readonly Json[], now: readonly Json[]): ReadonlyMap<number, number> {
  const free = new Map<string, number[]>();
  for (const [place, entry] of now.entries()) {
    const words = JSON.stringify(entry);
    free.set(words, [...(free.get(words) ?? []), place]);
  }
  const places = new Map<number, number>();
  const taken = new Set<number>();
  const pair = (place: number, other: number) => {
    places.set(place, other);
    taken.add(other);
  };
  for (const [place, entry] of old.entries()) {
    const other = free.get(JSON.stringify(entry))?.shift();
    if (other !== undefined) pair(place, other);
  }
  for (const place of old.keys()) {
    if (places.has(place)) continue;
    const before = place === 0 ? -1 : places.get(place - 1);
    const other = before === undefined ? undefined : before + 1;
    if (other !== undefined && other < now.length && !taken.has(other)) pair(place, other);
  }
  return places;
}
