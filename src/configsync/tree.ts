/**
 * A configuration as pfSense holds one: text, lists, and maps in order. Which elements of a config.xml are lists does
 * not show in the file; it is a table of names.
 */
import { isList, isStruct, type Value } from './value.ts';

export type Tree = string | readonly Tree[] | TreeMap;
export type TreeMap = ReadonlyMap<string, Tree>;

/** What a reader of XML makes of a file. */
export interface Element {
  readonly name: string;
  readonly text: string;
  readonly children: readonly Element[];
}

export const isMap = (tree: Tree | undefined): tree is TreeMap => tree instanceof Map;
export const isArray = (tree: Tree | undefined): tree is readonly Tree[] => Array.isArray(tree);
/** PHP has one type for both. */
export const isBranch = (tree: Tree | undefined): tree is readonly Tree[] | TreeMap =>
  tree !== undefined && typeof tree !== 'string';
export const textOf = (tree: Tree | undefined): string => (typeof tree === 'string' ? tree : '');
export const listOf = (tree: Tree | undefined): readonly Tree[] => (isArray(tree) ? tree : []);
export const mapOf = (tree: Tree | undefined): TreeMap => (isMap(tree) ? tree : new Map());
/** Empty in PHP's sense, as far as configurations have it. */
export const isNothing = (tree: Tree | undefined): boolean =>
  tree === undefined ||
  tree === '' ||
  (isArray(tree) && tree.length === 0) ||
  (isMap(tree) && tree.size === 0);

/** The part at "nat/outbound/rule". */
export function at(tree: Tree | undefined, path: string): Tree | undefined {
  let part = tree;
  for (const name of path.split('/')) part = isMap(part) ? part.get(name) : undefined;
  return part;
}

/** The same tree with another part there; undefined takes it away. What is no map on the way becomes one. */
export function withAt(tree: TreeMap, path: string, part: Tree | undefined): TreeMap {
  const [name = '', ...rest] = path.split('/');
  const copy = new Map(tree);
  if (rest.length > 0) {
    const inner = tree.get(name);
    if (part === undefined && !isMap(inner)) return tree;
    copy.set(name, withAt(mapOf(inner), rest.join('/'), part));
  } else if (part === undefined) copy.delete(name);
  else copy.set(name, part);
  return copy;
}

/** As PHP's == of arrays: names in any order. */
export function isSame(one: Tree | undefined, other: Tree | undefined): boolean {
  if (isArray(one) && isArray(other)) {
    return one.length === other.length && one.every((item, i) => isSame(item, other[i]));
  }
  if (isMap(one) && isMap(other)) {
    return one.size === other.size && [...one].every(([name, part]) => isSame(part, other.get(name)));
  }
  return one === other || (isNothing(one) && isNothing(other) && isBranch(one) && isBranch(other));
}

export function treeOf(element: Element): TreeMap {
  const map = new Map<string, Tree>();
  const lists = new Map<string, Tree[]>();
  for (const child of element.children) {
    const part: Tree = child.children.length > 0 ? treeOf(child) : child.text;
    if (!listTags.has(child.name)) {
      map.set(child.name, part);
      continue;
    }
    const list = lists.get(child.name) ?? [];
    lists.set(child.name, list);
    map.set(child.name, list);
    if (part !== '') list.push(part);
  }
  return map;
}

/**
 * What is left when pfSense has written the tree and read it again, which it does after every change: empty branches
 * are empty text, empty lists and items are gone.
 */
export function settled(tree: TreeMap): TreeMap {
  const out = new Map<string, Tree>();
  for (const [name, part] of tree) {
    if (!listTags.has(name)) {
      out.set(name, settledPart(part));
      continue;
    }
    const items = isArray(part) ? part : isMap(part) ? [...part.values()] : [part];
    const kept = items.map(settledPart).filter((item) => item !== '');
    if (kept.length > 0) out.set(name, kept);
  }
  return out;
}

function settledPart(part: Tree): Tree {
  if (isArray(part)) return part.length === 0 ? '' : part.map(settledPart);
  if (isMap(part)) {
    const inner = settled(part);
    return inner.size === 0 ? '' : inner;
  }
  const text = trimmed(part);
  return /^ *$/.test(text) ? '' : text;
}

/** Of tabs and ends of lines, not of spaces. */
function trimmed(text: string): string {
  const isCut = (at: number): boolean => '\t\n\r'.includes(text.charAt(at));
  let from = 0;
  let to = text.length;
  while (from < to && isCut(from)) from += 1;
  while (to > from && isCut(to - 1)) to -= 1;
  return text.slice(from, to);
}

const elementName = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/;

/**
 * What a peer sent, as configuration: true is an element that exists, false and nil are none, and a struct whose names
 * are all numbers is a list with holes. Reports by path what no config.xml can hold.
 */
export function treeOfValue(value: Value, path: string, faults: string[]): Tree | undefined {
  if (value === null || value === false) return undefined;
  if (value === true) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return `${value}`;
  if (isList(value)) return treesOf(value, path, faults);
  if (isStruct(value)) {
    const names = [...value.keys()];
    if (names.length > 0 && names.every((name) => /^\d+$/.test(name))) {
      return treesOf([...value.values()], path, faults);
    }
    const map = new Map<string, Tree>();
    for (const [name, member] of value) {
      if (!elementName.test(name)) faults.push(`${path}: ${JSON.stringify(name)} can be no element's name`);
      const part = treeOfValue(member, `${path}/${name}`, faults);
      if (part !== undefined) map.set(name.toLowerCase(), part);
    }
    return map;
  }
  if ('double' in value) return `${value.double}`;
  if ('dateTime' in value) return value.dateTime;
  return Buffer.from(value.base64).toString('utf8');
}

function treesOf(values: readonly Value[], path: string, faults: string[]): Tree[] {
  return values.flatMap((item, i) => {
    const part = treeOfValue(item, `${path}[${i}]`, faults);
    return part === undefined ? [] : [part];
  });
}

/** As pfSense's client sends it: an empty branch is an empty array, whatever it was. */
export function valueOfTree(tree: Tree): Value {
  if (typeof tree === 'string') return tree;
  if (isArray(tree)) return tree.map(valueOfTree);
  if (tree.size === 0) return [];
  return new Map([...tree].map(([name, part]) => [name, valueOfTree(part)]));
}

/** pfSense's list of elements that are lists, of 2.4 to 2.9. */
export const listTags: ReadonlySet<string> = new Set(
  (
    'acls alias aliasurl allowedip allowedhostname authserver bridged build_port_path ca cacert cert crl clone config ' +
    'container columnitem checkipservice depends_on_package disk dnsserver dnsupdate domainoverrides dyndns ' +
    'earlyshellcmd element encryption-algorithm-option field fieldname gateway_item gateway_group gif gre group ' +
    'hash-algorithm-option hosts ifgroupentry igmpentry interface_array item key lagg laggroup lbaction lbpool l7rules ' +
    'lbprotocol member menu tab mobilekey mobilegroup monitor_type mount npt ntpserver onetoone openvpn-server ' +
    'openvpn-client openvpn-csc option package passthrumac phase1 phase2 ppp pppoe priv proxyarpnet pool qinqentry ' +
    'queue pages pipe radnsserver roll route row rrddatafile rule schedule service servernat servers sshkeyfile ' +
    'serversdisabled shellcmd staticmap subqueue switch swport timerange tunnel user vip virtual_server vlan vlangroup ' +
    'voucherdbfile vxlan wgpeer winsserver wolentry widget xmldatafile'
  ).split(' '),
);
