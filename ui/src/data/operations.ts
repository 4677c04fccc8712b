/** Edits by path, made on the document as the page holds it, so that it shows what is pending. */
import type { EditOperation } from '#api/contract/edit.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Step = string | number;

/** A copy of the document with the operations done; what no longer fits is left out. */
export function applyOperations(document: Json, operations: readonly EditOperation[]): Json {
  const copy = structuredClone(document);
  for (const operation of operations) applyOne(copy, operation);
  return copy;
}

export function valueAt(document: Json | undefined, path: readonly Step[]): Json | undefined {
  let place = document;
  for (const step of path) place = childOf(place, step);
  return place;
}

function childOf(place: Json | undefined, step: Step): Json | undefined {
  if (Array.isArray(place)) return typeof step === 'number' ? place[step] : undefined;
  if (typeof place === 'object' && place !== null)
    return Object.hasOwn(place, step) ? place[step] : undefined;
  return undefined;
}

function applyOne(root: Json, operation: EditOperation): void {
  const { path } = operation;
  if (operation.op === 'insert' || operation.op === 'move') {
    const list = madeAt(root, path, []);
    if (!Array.isArray(list)) return;
    if (operation.op === 'insert')
      list.splice(operation.at ?? list.length, 0, structuredClone(operation.value) as Json);
    else list.splice(operation.to, 0, ...list.splice(operation.from, 1));
    return;
  }
  const last = path.at(-1);
  if (last === undefined) return;
  const parent = madeAt(root, path.slice(0, -1), {});
  if (typeof parent !== 'object' || parent === null) return;
  if (operation.op === 'set') (parent as Record<Step, Json>)[last] = structuredClone(operation.value) as Json;
  else if (operation.op === 'rename') rename(parent, String(last), operation.to);
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
}

/** The place itself; maps on the way that are missing are made, and at its end `otherwise`. */
function madeAt(root: Json, path: readonly Step[], otherwise: Json): Json | undefined {
  let place: Json | undefined = root;
  for (const [index, step] of path.entries()) {
    const next = childOf(place, step);
    if (next !== undefined && next !== null) {
      place = next;
      continue;
    }
    if (typeof place !== 'object' || place === null) return undefined;
    const made: Json = index === path.length - 1 ? otherwise : {};
    (place as Record<Step, Json>)[step] = made;
    place = made;
  }
  return place;
}

/** Keeps the entry's place among the others. */
function rename(map: Json, from: string, to: string): void {
  if (typeof map !== 'object' || map === null || Array.isArray(map)) return;
  const entries = Object.entries(map);
  for (const key of Object.keys(map)) delete map[key];
  for (const [key, value] of entries) map[key === from ? to : key] = value;
}
