/**
 * The way back: what pfSenses hold as a cluster document, with as little change as possible of the document that they
 * were given, or that the cluster has.
 */
import { fail, ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import { edited } from '#config/edit.ts';
import { loadDocument } from '#config/load.ts';
import { nodesInOrder } from '#config/model.ts';
import { ownSections } from '#config/own-document.ts';
import { type ImportedFiles, secretName } from '#config/pfsense/as-text.ts';
import { type Change, changesOf } from '#config/pfsense/merge.ts';
import type { PfConfig } from '#config/pfsense/model.ts';
import { withNames } from '#config/pfsense/names.ts';
import type { Note } from '#config/pfsense/notes.ts';
import { readRoot } from '#config/pfsense/read.ts';
import { type Imported, importCluster } from '#config/pfsense/to-cluster.ts';
import { at, textAt, type XmlElement } from '#config/pfsense/xml.ts';
import { documentAt, ownSectionsOf, pathAt } from '#config/sections.ts';
import { type Exported, pfsenseTree } from './export.ts';
import { gatewayNames, interfaceKeys } from './export-scene.ts';
import { isArray, isMap, listTags, settled, type Tree, type TreeMap } from './tree.ts';

export interface ComeBack extends ImportedFiles {
  readonly notes: readonly Note[];
}

/** The files are of nobody's export; or the document in them is not to be read, or not of these nodes. */
export type NoWayBack = 'foreign' | 'unreadable' | 'other-nodes';

/** The document that was exported, with what has changed in the files since. */
export function comeBack(configs: readonly [PfConfig, ...PfConfig[]]): Result<ComeBack, NoWayBack> {
  const [primary] = configs;
  const packed = at(primary.element, 'bascule');
  if (packed === undefined) return fail('foreign');
  const text = decoded(packed, 'document');
  const { secrets, env } = passwordsOf(decoded(packed, 'secrets'));
  const loaded = loadDocument(text, { secrets, env });
  if (!loaded.ok) return fail('unreadable');
  const { document } = loaded.value;
  const nodes = nodesOf(configs, document);
  if (nodes === undefined) return fail('other-nodes');
  const exported = nodes.map((node) => pfsenseTree(document, node, { version: primary.version }));
  const base = importedFrom(
    exported.map(({ tree }) => tree),
    nodes,
  );
  const [first] = exported;
  if (first === undefined || base === undefined) throw new Error('bug: an export that is no configuration');
  const next = importCluster(configs, nodes);
  const passwords = { ...secrets };
  const own = ownParts(document);
  const shared = new Set([...allParts(document)].filter((part) => !own.has(part)));
  const changes = [
    ...changesBetween(document, base, next, first, shared, false),
    ...configs.flatMap((config, i) => ownChanges(document, nodes[i] ?? '', exported[i], config, own)),
  ].map((change) => withSecrets(change, document, passwords));
  const back = edited(text, changes);
  if (!back.ok) return fail('unreadable');
  return ok({ document: back.value, passwords, notes: newNotes(base, next) });
}

/** What has changed at one node in the sections that it has for itself. */
function ownChanges(
  document: ClusterDocument,
  node: string,
  exported: Exported | undefined,
  config: PfConfig,
  own: ReadonlySet<keyof ClusterDocument>,
): Change[] {
  const base = exported === undefined ? undefined : importedFrom([exported.tree], [node]);
  if (exported === undefined || base === undefined || own.size === 0) return [];
  const next = importCluster([config], [node]);
  const changes = changesBetween(documentAt(document, node), base, next, exported, own, false);
  return atNode(document, node, changes);
}

/** Changes of what is in force at a node, as changes of the document. */
const atNode = (document: ClusterDocument, node: string, changes: readonly Change[]): Change[] =>
  changes.map((change) => ({ ...change, path: pathAt(document, node, change.path) }));

const decoded = (packed: XmlElement | undefined, name: string): string =>
  Buffer.from(textAt(packed, name), 'base64').toString('utf8');

type Passwords = Readonly<Record<'secrets' | 'env', Readonly<Record<string, string>>>>;

function passwordsOf(text: string): Passwords {
  const texts = (map: unknown): Record<string, string> =>
    typeof map === 'object' && map !== null
      ? Object.fromEntries(Object.entries(map).filter(([, value]) => typeof value === 'string'))
      : {};
  try {
    const { secrets, env } = Object(JSON.parse(text));
    return { secrets: texts(secrets), env: texts(env) };
  } catch {
    // Somebody has been at it; what is missing is said when the document is read.
    return { secrets: {}, env: {} };
  }
}

/** Each file's node, as it says itself; undefined where they contradict each other or the document. */
function nodesOf(configs: readonly PfConfig[], document: ClusterDocument): string[] | undefined {
  const known = nodesInOrder(document);
  const said = configs.map(({ element }) => textAt(element, 'bascule', 'node'));
  const free = known.filter((node) => !said.includes(node));
  const nodes = said.map((node) => (node === '' ? (free.shift() ?? '') : node));
  return new Set(nodes).size === nodes.length && nodes.every((node) => known.includes(node))
    ? nodes
    : undefined;
}

/** Nodes and the way of failing over are Bascule's own: every import says the same of them. */
const allParts = (document: ClusterDocument): ReadonlySet<keyof ClusterDocument> =>
  new Set(
    (Object.keys(document) as (keyof ClusterDocument)[]).filter(
      (name) => name !== 'nodes' && name !== 'failover',
    ),
  );

const ownParts = (document: ClusterDocument): ReadonlySet<keyof ClusterDocument> =>
  new Set(ownSectionsOf(document).flatMap((section) => ownSections[section]));

/** Parts of the document that a push can bring; a node's interfaces and its own synchronisation are none. */
export const sentParts: ReadonlySet<keyof ClusterDocument> = new Set([
  'gateways',
  'gatewayGroups',
  'virtualIps',
  'dhcp',
  'aliases',
  'schedules',
  'floatingRules',
  'rules',
  'nat',
]);

export interface Taken {
  readonly text: string;
  /** What of the push the document cannot hold. */
  readonly notes: readonly Note[];
}

/**
 * The cluster's document after a push: `tree` is what the node's configuration would be as a pfSense's. Only what
 * differs from what the document gives is changed in its text, and a push that brings nothing new gives the same text.
 * Virtual IPs keep their priorities. Of a section that the nodes do not share, it is this node's that changes.
 */
export function takeSections(
  text: string,
  current: ClusterDocument,
  node: string,
  tree: TreeMap,
): Result<Taken> {
  const version = tree.get('version');
  const exported = pfsenseTree(current, node, typeof version === 'string' ? { version } : {});
  const base = importedFrom([exported.tree], [node]);
  const next = importedFrom([tree], [node]);
  if (base === undefined || next === undefined) return fail('the configuration is none of a pfSense');
  const changes = changesBetween(current, base, next, exported, sentParts, true);
  const back = edited(text, atNode(current, node, changes));
  return back.ok ? ok({ text: back.value, notes: newNotes(base, next) }) : back;
}

function changesBetween(
  document: ClusterDocument,
  base: Imported,
  next: Imported,
  { owners }: Exported,
  parts: ReadonlySet<keyof ClusterDocument>,
  keepsPriorities: boolean,
): Change[] {
  const interfaces = new Map([...interfaceKeys(document)].map(([name, key]) => [key, name]));
  const names = { interfaces, nameless: new Set(gatewayNames(document).values()) };
  return changesOf(document, withNames(base, names), withNames(next, names), {
    owners,
    parts,
    keepsPriorities,
  });
}

/** What could not be taken over, without what the export before has had to leave out already. */
function newNotes(base: Imported, next: Imported): Note[] {
  const known = new Set(base.notes.map(({ code, node, what }) => `${code} ${node} ${what}`));
  return next.notes.filter(
    ({ code, node, what }) => !known.has(`${code} ${node} ${what}`) && code !== 'devices',
  );
}

/** Passwords of virtual IPs go where the others are, and a name for each into the document. */
function withSecrets(change: Change, document: ClusterDocument, passwords: Record<string, string>): Change {
  const named = (vip: { readonly interface: string; readonly vhid: number }, password: string) => {
    passwords[secretName(vip)] = password;
    return { secret: secretName(vip) };
  };
  if (change.kind === 'set') {
    const [list, place, field] = change.path;
    const vip =
      list === 'virtualIps' && field === 'password' ? document.virtualIps[Number(place)] : undefined;
    return vip === undefined ? change : { ...change, value: named(vip, String(change.value)) };
  }
  if (change.path[0] !== 'virtualIps') return change;
  const items = change.items.map((item) => {
    if ('keep' in item) return item;
    const vip = item.add as { interface: string; vhid: number; password: string };
    return { add: { ...vip, password: named(vip, vip.password) } };
  });
  return { ...change, items };
}

export function importedFrom(trees: readonly TreeMap[], nodes: readonly string[]): Imported | undefined {
  const read = trees.map((tree) => readRoot(elementOf('pfsense', settled(tree))));
  const [first, ...more] = read.flatMap((one) => (one.ok ? [one.value] : []));
  return first === undefined || more.length + 1 < trees.length
    ? undefined
    : importCluster([first, ...more], nodes);
}

/** As if the tree had been read from a file of one line. */
function elementOf(name: string, part: Tree): XmlElement {
  if (typeof part === 'string') return { name, line: 1, text: part.trim(), children: [] };
  const children = isMap(part)
    ? [...part].flatMap(([child, inner]) =>
        isArray(inner) && listTags.has(child)
          ? inner.map((item) => elementOf(child, item))
          : [elementOf(child, inner)],
      )
    : part.map((item) => elementOf(name, item));
  return { name, line: 1, text: '', children };
}
