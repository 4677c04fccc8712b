/** Takes sections out of what the nodes share, and back in: a change of the document's text that keeps its comments. */
import { type Document, isMap, isScalar, type Pair, parseDocument, YAMLMap } from 'yaml';
import { fail, ok, type Result } from '#base/result.ts';
import { differenceInWords } from './difference.ts';
import { inOldWords } from './edit.ts';
import { keepText } from './load.ts';
import { plainDocument } from './operations.ts';
import { type OwnKey, type OwnSection, ownSections } from './own-document.ts';
import { hasSection, plainAt } from './sections.ts';

export interface Toggle {
  /** Sections that each node is to have for itself; every node begins with what all had. */
  readonly own: readonly OwnSection[];
  /** Sections that all nodes are to share again. */
  readonly shared: readonly OwnSection[];
  /** The node whose sections all others take over, where they differ. */
  readonly take?: string | undefined;
}

type Plain = Readonly<Record<string, unknown>>;
type Entry = Pair<unknown, unknown>;

/** Differences that are shown of a section; the rest is counted. */
const mostShown = 5;

/** Sections that are as they are wished already stay. Fails where nodes differ and nobody says whose section counts. */
export function toggled(text: string, { own, shared, take }: Toggle): Result<string> {
  const both = own.find((section) => shared.includes(section));
  if (both !== undefined) return fail(`"${both}" cannot be shared and each node's own`);
  const plain = plainDocument(text);
  if (!plain.ok) return plain;
  const nodes = Object.keys(mapOf(plain.value.nodes));
  if (take !== undefined && !nodes.includes(take))
    return fail(`there is no node "${take}"; there are ${nodes.join(', ')}`);
  const apart = own.filter((section) => !isOwn(plain.value, section));
  const together = shared.filter((section) => isOwn(plain.value, section));
  const lost = together.flatMap((section) => lossOf(plain.value, nodes, section, take));
  if (lost.length > 0) return fail(lost.join('\n'));
  if (apart.length + together.length === 0) return ok(text);
  const yaml = parseDocument(text);
  keepText(yaml);
  for (const section of apart) for (const node of nodes) copyTo(yaml, node, section);
  for (const section of apart) for (const key of ownSections[section]) yaml.delete(key);
  const giver = take ?? nodes[0] ?? '';
  for (const section of together) takeFrom(yaml, giver, nodes, section);
  const written = inOldWords(text, yaml);
  return isMeant(plain.value, written, nodes, take === undefined ? nodes : [take], together)
    ? ok(written)
    : fail('an anchor or alias of YAML ties the section to others: write it out, and try again');
}

/** Whether a written document gives each node a section of its own. */
export const isOwn = (plain: Plain, section: OwnSection): boolean =>
  Object.values(mapOf(plain.nodes)).some((node) => hasSection(mapOf(mapOf(node).own), section));

/** What would be lost by sharing a section again, in words; nothing where all have the same, or somebody decided. */
function lossOf(
  plain: Plain,
  nodes: readonly string[],
  section: OwnSection,
  take: string | undefined,
): string[] {
  const [first = '', ...others] = nodes;
  if (take !== undefined) return [];
  return others.flatMap((node) => {
    const words = differenceInWords(partOf(plain, first, section), partOf(plain, node, section));
    if (words.length === 0) return [];
    const more = words.length > mostShown ? [`  and ${words.length - mostShown} more`] : [];
    return [
      `${section}: ${first} and ${node} differ; name the node whose section counts with --take NODE`,
      ...words.slice(0, mostShown).map((word) => `  ${word}`),
      ...more,
    ];
  });
}

/** A section as it is in force at a node, without what is empty. */
function partOf(plain: Plain, node: string, section: OwnSection): Plain {
  const inForce = plainAt(plain, node);
  const keys: readonly OwnKey[] = ownSections[section];
  return Object.fromEntries(keys.filter((key) => !isEmpty(inForce[key])).map((key) => [key, inForce[key]]));
}

function copyTo(yaml: Document, node: string, section: OwnSection): void {
  const own = ownOf(yaml, node);
  const keys: readonly OwnKey[] = ownSections[section];
  const [main] = keys;
  for (const key of keys) {
    const entry = entryOf(yaml.contents, key);
    if (entry !== undefined) own.items.push(entry.clone(yaml.schema) as Entry);
    else if (key === main) own.set(key, yaml.createNode(listed.has(key) ? [] : {}));
  }
}

function takeFrom(yaml: Document, giver: string, nodes: readonly string[], section: OwnSection): void {
  for (const key of ownSections[section]) {
    const entry = entryOf(yaml.getIn(['nodes', giver, 'own'], true), key);
    yaml.delete(key);
    if (entry !== undefined && isMap(yaml.contents))
      yaml.contents.items.push(entry.clone(yaml.schema) as never);
    for (const node of nodes) yaml.deleteIn(['nodes', node, 'own', key]);
  }
  for (const node of nodes) {
    const own = yaml.getIn(['nodes', node, 'own'], true);
    if (isMap(own) && own.items.length === 0) yaml.deleteIn(['nodes', node, 'own']);
  }
}

/** The map of a node's own sections, made where there is none; long sections are not written in braces. */
function ownOf(yaml: Document, node: string): YAMLMap {
  const path = ['nodes', node];
  if (!isMap(yaml.getIn(path, true))) yaml.setIn(path, new YAMLMap(yaml.schema));
  if (!isMap(yaml.getIn([...path, 'own'], true))) yaml.setIn([...path, 'own'], new YAMLMap(yaml.schema));
  const own = yaml.getIn([...path, 'own'], true);
  if (!isMap(own)) throw new Error('bug: a map that was just made is none');
  for (const above of [yaml.get('nodes', true), yaml.getIn(path, true), own])
    if (isMap(above)) above.flow = false;
  return own as YAMLMap;
}

/** Whether every node goes by what it went by before, or by what it was to take over; and nothing else has changed. */
function isMeant(
  before: Plain,
  written: string,
  nodes: readonly string[],
  givers: readonly string[],
  together: readonly OwnSection[],
): boolean {
  const after = plainDocument(written);
  if (!after.ok) return false;
  return nodes.every((node) => {
    const from = givers.includes(node) ? node : (givers[0] ?? node);
    const meant = { ...withoutOwn(plainAt(before, node)) };
    for (const section of together)
      for (const key of ownSections[section]) meant[key] = plainAt(before, from)[key];
    return differenceInWords(filledIn(meant), filledIn(withoutOwn(plainAt(after.value, node)))).length === 0;
  });
}

const filledIn = (plain: Plain): Plain =>
  Object.fromEntries(Object.entries(plain).filter(([, value]) => !isEmpty(value)));

function withoutOwn(plain: Plain): Record<string, unknown> {
  const nodes = Object.entries(mapOf(plain.nodes)).map(([node, value]) => {
    const { own: _, ...rest } = mapOf(value);
    return [node, rest] as const;
  });
  return { ...plain, nodes: Object.fromEntries(nodes) };
}

const listed: ReadonlySet<string> = new Set<OwnKey>(['rules', 'floatingRules', 'dhcp']);

const entryOf = (map: unknown, key: string): Entry | undefined =>
  isMap(map) ? map.items.find((entry) => isScalar(entry.key) && entry.key.value === key) : undefined;

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);

const mapOf = (value: unknown): Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {};
