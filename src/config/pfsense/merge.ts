/**
 * What has changed at a pfSense, as changes of the cluster document that it was given: two imports, of what it was given
 * and of what it is now, are compared, and only what differs between them changes in the document. So everything stays
 * that a pfSense cannot hold, and what it writes otherwise than the document is no change.
 */

import { alignment } from '../align.ts';
import type { ClusterDocument } from '../document.ts';
import type { Path } from '../findings.ts';
import { type Imported, type ImportedDocument, type OrderedList, orderedLists } from './to-cluster.ts';

export type Change =
  /** Undefined takes the value away. */
  | { readonly kind: 'set'; readonly path: Path; readonly value: unknown }
  /** A list anew, of entries that it has already, by their place, and others. */
  | { readonly kind: 'list'; readonly path: Path; readonly items: readonly Item[] };

export type Item = { readonly keep: number } | { readonly add: unknown };

export interface MergeOptions {
  /** Of each ordered list: which of the document's entries the elements were made of. */
  readonly owners: Readonly<Record<OrderedList, readonly (number | undefined)[]>>;
  /** Parts of the document that may change. */
  readonly parts: ReadonlySet<keyof ClusterDocument>;
  /** Whether advskew is the document's matter, and not the sender's. */
  readonly keepsPriorities: boolean;
}

/** Lists whose entries have a name of some kind, and whose order means nothing. */
const keyedLists: Readonly<Record<string, (entry: Json) => string>> = {
  virtualIps: (vip) => `${vip.interface} ${vip.vhid}`,
  dhcp: ({ interface: home, range }) => `${home} ${isMap(range) && `${range.from}`.includes(':')}`,
};

type Json = Readonly<Record<string, unknown>>;

export function changesOf(
  current: ClusterDocument,
  base: Imported,
  next: Imported,
  options: MergeOptions,
): Change[] {
  const changes: Change[] = [];
  const names = Object.keys(next.value).filter((name) => options.parts.has(name as keyof ClusterDocument));
  for (const name of names) {
    const [old, now] = [base, next].map(({ value }) => value[name as keyof ImportedDocument]);
    const keyOf = keyedLists[name];
    if (keyOf !== undefined)
      changes.push(...keyedChanges(name, keyOf, current, asEntries(old), asEntries(now), options));
    else changes.push(...plainChanges(old, now, [name]));
  }
  for (const list of orderedLists) {
    const path = list.split('/');
    if (!options.parts.has(path[0] as keyof ClusterDocument)) continue;
    const owners = base.origins[list].map((from) => options.owners[list][from]);
    const length = asEntries(partAt(current, path)).length;
    const items = orderedItems(
      asList(partAt(base.value, path)),
      asList(partAt(next.value, path)),
      owners,
      length,
    );
    if (items !== undefined) changes.push({ kind: 'list', path, items });
  }
  return changes;
}

const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const asEntries = (value: unknown): readonly Json[] => asList(value).filter(isMap);
const partAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((part, name) => (isMap(part) ? part[name] : undefined), value);

/** The same whatever the order of the names. */
const wording = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    isMap(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  ) ?? '';

function plainChanges(old: unknown, now: unknown, path: Path): Change[] {
  if (orderedLists.some((list) => list === path.join('/'))) return [];
  if (isMap(old) && isMap(now)) {
    const names = new Set([...Object.keys(old), ...Object.keys(now)]);
    return [...names].flatMap((name) => plainChanges(old[name], now[name], [...path, name]));
  }
  // A part that was not there before comes entry by entry, beside what the document has.
  if (old === undefined && isMap(now) && path.length === 1)
    return Object.entries(now).map(([name, value]) => ({ kind: 'set', path: [...path, name], value }));
  if (now === undefined && isMap(old) && path.length === 1)
    return Object.keys(old).map((name) => ({ kind: 'set', path: [...path, name], value: undefined }));
  return wording(old) === wording(now) ? [] : [{ kind: 'set', path, value: now }];
}

function keyedChanges(
  name: string,
  keyOf: (entry: Json) => string,
  current: ClusterDocument,
  old: readonly Json[],
  now: readonly Json[],
  { keepsPriorities }: MergeOptions,
): Change[] {
  const own = asEntries(partAt(current, [name])).map(keyOf);
  const [before, after] = [old, now].map((all) => new Map(all.map((entry) => [keyOf(entry), entry])));
  if (before === undefined || after === undefined) return [];
  const isKept = (field: string): boolean =>
    (keepsPriorities && field === 'advskew') || (field === 'advbase' && current.failover !== 'standard');
  const sets = own.flatMap((key, i) => {
    const [one, other] = [before.get(key), after.get(key)];
    if (one === undefined || other === undefined) return [];
    return plainChanges(one, other, [name, i]).filter(({ path }) => !isKept(String(path[2])));
  });
  const gone = [...before.keys()].filter((key) => !after.has(key));
  const added = [...after].filter(([key]) => !before.has(key) && !own.includes(key));
  if (gone.every((key) => !own.includes(key)) && added.length === 0) return sets;
  const fresh = added.map(([, entry]) => ({
    add: Object.fromEntries(Object.entries(entry).filter(([field]) => !isKept(field))),
  }));
  const kept = own.flatMap((key, i) => (gone.includes(key) ? [] : [{ keep: i }]));
  return [...sets, { kind: 'list', path: [name], items: [...kept, ...fresh] }];
}

/**
 * The document's list after a change, or undefined when nothing changed: an entry stays if all that was made of it is
 * still there, in order and with nothing in between; an entry of which nothing was made stays behind the one before it.
 */
function orderedItems(
  old: readonly unknown[],
  now: readonly unknown[],
  owners: readonly (number | undefined)[],
  length: number,
): Item[] | undefined {
  const [before, after] = [old.map(wording), now.map(wording)];
  if (before.length === after.length && before.every((text, i) => text === after[i])) return undefined;
  const match = alignment(before, after);
  const made = new Map<number, number[]>();
  owners.forEach((owner, i) => {
    if (owner !== undefined) made.set(owner, [...(made.get(owner) ?? []), i]);
  });
  const isWhole = (places: readonly number[]): boolean =>
    places.every((place, i) => {
      const at = match.get(place);
      return at !== undefined && (i === 0 || at === (match.get(places[i - 1] ?? -1) ?? -2) + 1);
    });
  const kept = new Set([...made].filter(([, places]) => isWhole(places)).map(([owner]) => owner));
  const ownerAt = new Map<number, number>();
  for (const [place, at] of match) {
    const owner = owners[place];
    if (owner !== undefined && kept.has(owner)) ownerAt.set(at, owner);
  }
  const items: Item[] = [];
  const silentAfter = (from: number): void => {
    for (let i = from + 1; i < length && !made.has(i); i += 1) items.push({ keep: i });
  };
  silentAfter(-1);
  let last = -1;
  now.forEach((value, at) => {
    const owner = ownerAt.get(at);
    if (owner === undefined) {
      items.push({ add: value });
      return;
    }
    if (owner === last) return;
    last = owner;
    items.push({ keep: owner });
    silentAfter(owner);
  });
  // What stood behind an entry that is gone has lost its place, and nothing else.
  const there = new Set(items.flatMap((item) => ('keep' in item ? [item.keep] : [])));
  for (let i = 0; i < length; i += 1) if (!made.has(i) && !there.has(i)) items.push({ keep: i });
  return items;
}
