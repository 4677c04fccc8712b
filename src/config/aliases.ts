/** What the names of aliases stand for, nested ones opened. */
import type { ClusterDocument } from './document.ts';
import { entryOf } from './model.ts';
import { type Cidr, cidr } from './network.ts';

/** Contents of URL tables by name of the alias, one address or network an entry, as the shell last fetched them. */
export type Tables = Readonly<Record<string, readonly string[]>>;

export type PortRange = readonly [low: number, high: number];

/** An alias begins with a letter or an underscore; an IPv6 address that begins with a letter has a colon. */
export const isAliasName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);

/** The addresses of an alias. What is unknown, of another kind or in a circle adds nothing: findings tell. */
export function networksBehind(document: ClusterDocument, name: string, tables: Tables = {}): Cidr[] {
  const networks: Cidr[] = [];
  for (const [member, alias] of membersOf(document, name)) {
    if (alias.type === 'urltable') {
      for (const text of entryOf(tables, member) ?? []) networks.push(cidr(text));
      continue;
    }
    if (alias.type === 'ports') continue;
    for (const entry of alias.entries) if (!isAliasName(entry)) networks.push(cidr(entry));
  }
  return networks;
}

/** The ports of an alias, as they stand there. */
export function portsBehind(document: ClusterDocument, name: string): PortRange[] {
  return membersOf(document, name).flatMap(([, alias]) =>
    alias.type === 'ports' ? alias.entries.flatMap((entry) => plainPorts(entry)) : [],
  );
}

/** A port or a range of the document; empty for the name of an alias. */
export function plainPorts(entry: string | number): PortRange[] {
  if (typeof entry === 'number') return [[entry, entry]];
  const [, low, high] = /^(\d+)(?:-(\d+))?$/.exec(entry) ?? [];
  return low === undefined ? [] : [[Number(low), Number(high ?? low)]];
}

/** An alias and all that it names, each once, so that a circle ends. */
export function membersOf(
  document: ClusterDocument,
  name: string,
): (readonly [name: string, alias: ClusterDocument['aliases'][string]])[] {
  const found = new Map<string, ClusterDocument['aliases'][string]>();
  const waiting = [name];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const alias = entryOf(document.aliases, next);
    if (alias === undefined || found.has(next)) continue;
    found.set(next, alias);
    if (alias.type === 'urltable') continue;
    for (const entry of alias.entries)
      if (typeof entry === 'string' && isAliasName(entry)) waiting.push(entry);
  }
  return [...found];
}
