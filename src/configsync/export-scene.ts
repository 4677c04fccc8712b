/** What every part of an export needs to know: the node, and what a pfSense calls things. */
import type { ClusterDocument } from '#config/document.ts';
import type { Path } from '#config/findings.ts';
import { nodesInOrder, outsideInterfaces } from '#config/model.ts';
import type { OrderedList } from '#config/pfsense/to-cluster.ts';
import type { ExportCode } from './export-notes.ts';
import type { Tree, TreeMap } from './tree.ts';

/**
 * Of each ordered list of the document: which of its entries the tree's elements of that kind were made of, undefined
 * for those of other lists among them.
 */
export type Owners = Readonly<Record<OrderedList, readonly (number | undefined)[]>>;

export interface Scene {
  readonly document: ClusterDocument;
  readonly node: string;
  /** The preferred master first. */
  readonly nodes: readonly string[];
  /** wan, lan, opt1 and so on by the document's names. */
  readonly keys: ReadonlyMap<string, string>;
  /** Names of gateways that the document knows by address only. */
  readonly gatewayNames: ReadonlyMap<string, string>;
  readonly tell: (code: ExportCode, path: Path, what: string) => void;
}

export function sceneOf(document: ClusterDocument, node: string, tell: Scene['tell']): Scene {
  const keys = interfaceKeys(document);
  const nodes = nodesInOrder(document);
  return { document, node, nodes, keys, gatewayNames: gatewayNames(document), tell };
}

/**
 * A pfSense calls its interfaces wan, lan, opt1, opt2. A document that does so too keeps its names; of the others the
 * first outside is wan, the first with the role lan is lan, and the rest are counted.
 */
export function interfaceKeys(document: ClusterDocument): ReadonlyMap<string, string> {
  const names = Object.keys(document.interfaces);
  const keys = new Map(
    names.filter((name) => /^(wan|lan|opt[1-9]\d{0,3})$/.test(name)).map((name) => [name, name]),
  );
  const taken = new Set(keys.values());
  const take = (name: string | undefined, key: string): void => {
    if (name === undefined || keys.has(name) || taken.has(key)) return;
    keys.set(name, key);
    taken.add(key);
  };
  const outside = outsideInterfaces(document);
  take(
    names.find((name) => outside.includes(name) && !keys.has(name)),
    'wan',
  );
  take(
    names.find((name) => document.interfaces[name]?.role === 'lan' && !keys.has(name)),
    'lan',
  );
  let next = 1;
  for (const name of names) {
    while (taken.has(`opt${next}`)) next += 1;
    take(name, `opt${next}`);
  }
  return keys;
}

/** The key of an interface that the document has; a name that it lacks, which is a finding, stays. */
export const keyOf = ({ keys }: Scene, ifname: string): string => keys.get(ifname) ?? ifname;

/** 13 hex digits, the same on all nodes and at every export, since other parts refer to them. */
export function uniqueId(kind: 'vip' | 'alias', key: string, number: number): string {
  const place = key === 'wan' ? 0 : key === 'lan' ? 1 : Number(/\d+$/.exec(key)?.[0] ?? 0) + 1;
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  return `${kind === 'vip' ? 'ba5c' : 'ba5d'}${hex(place, 4)}${hex(number, 5)}`;
}

/** Addresses that interfaces and rules name as a gateway without a name of their own. */
export function gatewayNames(document: ClusterDocument): ReadonlyMap<string, string> {
  const named = new Set([...Object.keys(document.gateways), ...Object.keys(document.gatewayGroups)]);
  const names = new Map<string, string>();
  const { interfaces, rules, floatingRules } = document;
  const references = [...Object.values(interfaces), ...rules, ...floatingRules].map(({ gateway }) => gateway);
  for (const reference of references) {
    if (reference === undefined || named.has(reference) || names.has(reference)) continue;
    let number = names.size + 1;
    while (named.has(`GW${number}`)) number += 1;
    names.set(reference, `GW${number}`);
    named.add(`GW${number}`);
  }
  return names;
}

/** The name of the gateway that a reference means. */
export const gatewayName = ({ gatewayNames: names }: Scene, reference: string): string =>
  names.get(reference) ?? reference;

/** A map without what is left out; flags are elements that exist. */
export function branch(parts: Readonly<Record<string, Tree | boolean | undefined>>): TreeMap {
  const map = new Map<string, Tree>();
  for (const [name, part] of Object.entries(parts)) {
    if (part === undefined || part === false) continue;
    map.set(name, part === true ? '' : part);
  }
  return map;
}
