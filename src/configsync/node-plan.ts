/**
 * What a pfSense that is a node of a document would have to be sent, from what it holds: virtual IPs, high availability,
 * aliases, schedules, rules and NAT, each only where something differs. Pure.
 */
import type { ClusterDocument } from '#config/document.ts';
import { misfits } from './compare.ts';
import { pfsenseTree } from './export.ts';
import type { ExportNote } from './export-notes.ts';
import { type Change, changesOf, isAlike, isSwitch } from './node-changes.ts';
import { type ByHand, byHandOf } from './node-leftovers.ts';
import {
  at,
  isNothing,
  listOf,
  mapOf,
  settled,
  type Tree,
  type TreeMap,
  textOf,
  valueOfTree,
} from './tree.ts';
import type { Struct, Value } from './value.ts';

/** In the order in which they need each other. */
export const pushedSections = ['virtualip', 'hasync', 'aliases', 'schedules', 'filter', 'nat'] as const;
export type PushedSection = (typeof pushedSections)[number];

/** What a node has to tell before it can be planned for. */
export const readSections = [...pushedSections, 'interfaces', 'gateways'] as const;

export interface NodePlan {
  /** Why nothing may be sent: rules name interfaces by key, and a key is another network there. */
  readonly misfits: readonly string[];
  /** For restore_config_section; empty when the node holds all of it. */
  readonly sections: Struct;
  readonly changes: readonly Change[];
  /** What its calls cannot bring. */
  readonly byHand: readonly ByHand[];
  /** What a pfSense cannot hold of the document. */
  readonly notes: readonly ExportNote[];
}

/** `version` is that of the node's configuration; `held` are its `readSections`. */
export function nodePlan(
  document: ClusterDocument,
  node: string,
  version: string,
  received: TreeMap,
): NodePlan {
  const { tree, notes } = pfsenseTree(document, node, { version });
  const held = settled(received);
  const own = withHeldIds(settled(tree), held);
  const [settings, settingsThere] = settingsBeside(document, own, held);
  const wanted: Readonly<Record<PushedSection, Tree>> = {
    virtualip: new Map([['vip', vipsToSend(own, held)]]),
    hasync: settings,
    aliases: own.get('aliases') ?? '',
    schedules: own.get('schedules') ?? '',
    filter: withKept(held.get('filter'), own.get('filter'), ['rule']),
    nat: withKept(held.get('nat'), own.get('nat'), ['outbound', 'rule', 'onetoone', 'npt']),
  };
  const changes = pushedSections.flatMap((section) =>
    changesOf(section, wanted[section], section === 'hasync' ? settingsThere : held.get(section)),
  );
  const different = pushedSections.filter((section) => changes.some((change) => change.section === section));
  const sections = new Map<string, Value>(
    different.map((section) => [
      section,
      section === 'hasync' ? settingsToSend(settings, settingsThere) : valueOfTree(wanted[section]),
    ]),
  );
  return {
    misfits: strangers(own, held),
    sections,
    changes,
    byHand: byHandOf(document, own, held),
    notes,
  };
}

/** A key is the same network when its address is, or its name. */
function strangers(own: TreeMap, held: TreeMap): string[] {
  const isSameAddress = (key: string): boolean => {
    const [here, there] = [own, held].map((tree) => textOf(at(tree, `interfaces/${key}/ipaddr`)));
    return here !== '' && here === there;
  };
  return misfits(own, held).filter((words) => !isSameAddress(words.split(' ')[0] ?? ''));
}

/**
 * Other parts of a configuration refer to a virtual IP by its ID, so one that is there keeps it, with the fields that a
 * document does not know.
 */
function withHeldIds(own: TreeMap, held: TreeMap): TreeMap {
  const theirs = listOf(at(held, 'virtualip/vip'));
  const ids = new Map<string, string>();
  const vips = listOf(at(own, 'virtualip/vip')).map((vip) => {
    const twin = theirs.find((other) => isTwin(vip, other));
    const id = textOf(at(twin, 'uniqid'));
    if (twin === undefined || id === '') return vip;
    ids.set(textOf(at(vip, 'uniqid')), id);
    return new Map([...mapOf(twin), ...mapOf(vip), ['uniqid', id]]);
  });
  const named = renamed(new Map([...own, ['virtualip', new Map([['vip', vips]])]]), ids);
  return mapOf(named);
}

const isTwin = (one: Tree, other: Tree): boolean => {
  const same = (field: string): boolean => textOf(at(one, field)) === textOf(at(other, field));
  return (
    same('mode') && (textOf(at(one, 'mode')) === 'carp' ? same('interface') && same('vhid') : same('subnet'))
  );
};

/** `_vip<ID>` is how an alias names the virtual IP that it is on. */
function renamed(tree: Tree, ids: ReadonlyMap<string, string>): Tree {
  if (typeof tree === 'string') {
    const id = /^_vip([0-9a-f]+)$/.exec(tree)?.[1];
    return id === undefined || !ids.has(id) ? tree : `_vip${ids.get(id)}`;
  }
  if (tree instanceof Map) return new Map([...tree].map(([name, part]) => [name, renamed(part, ids)]));
  return listOf(tree).map((part) => renamed(part, ids));
}

/** The aliases of a plain interface stay at the node whatever comes (`restore`), so they are not sent. */
function vipsToSend(own: TreeMap, held: TreeMap): Tree[] {
  const isSent = (vip: Tree): boolean => {
    const [mode, on] = ['mode', 'interface'].map((field) => textOf(at(vip, field)));
    return mode === 'carp' || on?.startsWith('_vip') === true;
  };
  const theirs = listOf(at(held, 'virtualip/vip')).filter(isSent);
  const wanted = listOf(at(own, 'virtualip/vip')).filter(isSent);
  return wanted.map((vip) => theirs.find((other) => isAlike(vip, other)) ?? vip);
}

/** Fields of a section that a document has nothing to say about, such as separators between rules, stay. */
function withKept(held: Tree | undefined, own: Tree | undefined, ours: readonly string[]): Tree {
  return new Map([...[...mapOf(held)].filter(([name]) => !ours.includes(name)), ...mapOf(own)]);
}

/**
 * What is not sent stays, so what is off is sent, too: an empty box is one that is off (rc.filter_synchronize), but
 * pfsync is on wherever its element is, and false is what takes an element away.
 */
function settingsToSend(wanted: TreeMap, held: TreeMap): Struct {
  const off = [...held.keys()]
    .filter((name) => isSwitch(name) && !wanted.has(name))
    .map((name): [string, Value] => [name, name === 'pfsyncenabled' ? false : '']);
  return new Map([...off, ...[...wanted].map(([name, part]): [string, Value] => [name, valueOfTree(part)])]);
}

/** Settings of which the document says nothing stay; so does a password that it does not have. */
function settingsBeside({ ha }: ClusterDocument, own: TreeMap, held: TreeMap): readonly [TreeMap, TreeMap] {
  const isSaid = (name: string): boolean =>
    !isSwitch(name) || (name === 'pfsyncenabled' ? ha.sync !== undefined : ha.sync?.config !== undefined);
  const there = [...mapOf(held.get('hasync'))].filter(([name, part]) => isSaid(name) && !isNothing(part));
  const here = [...mapOf(own.get('hasync'))].filter(
    ([name, part]) => name !== 'password' || !isNothing(part),
  );
  return [new Map(here), new Map(there)];
}
