/**
 * One document, and what is in force at a node: a section that the nodes do not share stands under each node's name
 * (`nodes.fw2.own.rules`) and takes the place of the one for all.
 */
import type { ClusterDocument } from './document.ts';
import type { Locate, Path } from './findings.ts';
import { entryOf } from './model.ts';
import {
  type OwnKey,
  type OwnSection,
  ownSectionNames,
  ownSections,
  sectionDocuments,
} from './own-document.ts';

type Plain = Readonly<Record<string, unknown>>;

/** The document as a node goes by it. Asked again of its own outcome, it gives the same. */
export function documentAt(document: ClusterDocument, node: string): ClusterDocument {
  const own = entryOf(document.nodes, node)?.own;
  if (own === undefined) return document;
  const parts = ownKeys(own).map((key) => [key, own[key] ?? sectionDocuments[key].parse(undefined)]);
  return { ...document, ...Object.fromEntries(parts) };
}

/** The same of a document as it is written, without defaults; what is none of a node's own stays. */
export function plainAt(plain: Plain, node: string): Plain {
  const own = mapOf(mapOf(mapOf(plain.nodes)[node]).own);
  const keys = ownKeys(own);
  if (keys.length === 0) return plain;
  const others = Object.entries(plain).filter(([key]) => !keys.includes(key as OwnKey));
  return Object.fromEntries([...others, ...keys.flatMap((key) => (key in own ? [[key, own[key]]] : []))]);
}

/** Where a value of what is in force at a node stands in the document. */
export function pathAt(document: Pick<ClusterDocument, 'nodes'> | Plain, node: string, path: Path): Path {
  const own = mapOf(mapOf(mapOf(document.nodes)[node]).own);
  return ownKeys(own).includes(path[0] as OwnKey) ? ['nodes', node, 'own', ...path] : path;
}

/** Finds the places of what is in force at a node. */
export const locateAt =
  (document: ClusterDocument, node: string, locate: Locate): Locate =>
  (path, side) =>
    locate(pathAt(document, node, path), side);

/** The section of a document that a value belongs to, whether it is a node's own or not. */
export const sectionOf = ([top, , own, key]: Path): string =>
  top === 'nodes' && own === 'own' && key !== undefined ? String(key) : String(top ?? '');

/** Sections that the nodes do not share. */
export const ownSectionsOf = ({ nodes }: Pick<ClusterDocument, 'nodes'>): OwnSection[] =>
  ownSectionNames.filter((section) => Object.values(nodes).some(({ own }) => hasSection(own ?? {}, section)));

/** Sections that the nodes do not share, and whether they happen to be the same. */
export const ownStand = (document: ClusterDocument): { section: OwnSection; same: boolean }[] =>
  ownSectionsOf(document).map((section) => {
    const wordings = Object.keys(document.nodes).map((node) => {
      const inForce = documentAt(document, node);
      return JSON.stringify(ownSections[section].map((key) => inForce[key]));
    });
    return { section, same: new Set(wordings).size === 1 };
  });

/** A written document without the sections that somebody may not see, wherever they stand. */
export function plainPart(plain: Plain, maySee: (section: string) => boolean): Plain {
  const part = (section: string, value: unknown): [string, unknown][] => {
    if (section === 'nodes') return nodesPart(mapOf(value), maySee);
    return maySee(section) ? [[section, value]] : [];
  };
  return Object.fromEntries(Object.entries(plain).flatMap(([section, value]) => part(section, value)));
}

/** Of the nodes themselves too, or of their own sections alone. */
function nodesPart(nodes: Plain, maySee: (section: string) => boolean): [string, unknown][] {
  const seen = Object.entries(nodes).flatMap(([node, value]): [string, unknown][] => {
    const { own, ...rest } = mapOf(value);
    const parts = Object.entries(mapOf(own)).filter(([key]) => maySee(key));
    const shown = parts.length === 0 ? {} : { own: Object.fromEntries(parts) };
    if (maySee('nodes')) return [[node, { ...rest, ...shown }]];
    return parts.length === 0 ? [] : [[node, shown]];
  });
  return seen.length === 0 ? [] : [['nodes', Object.fromEntries(seen)]];
}

/** Sections in which two written documents differ, wherever they stand. */
export function changedSections(before: Plain, after: Plain): string[] {
  const names = new Set([before, after].flatMap((plain) => [...Object.keys(plain), ...ownNames(plain)]));
  const wording = (plain: Plain, section: string): string =>
    JSON.stringify(plainPart(plain, (name) => name === section));
  return [...names].filter((section) => wording(before, section) !== wording(after, section));
}

const ownNames = (plain: Plain): string[] =>
  Object.values(mapOf(plain.nodes)).flatMap((node) => Object.keys(mapOf(mapOf(node).own)));

/** Every part of the sections that a node has for itself. */
const ownKeys = (own: Plain): OwnKey[] =>
  ownSectionNames.filter((section) => hasSection(own, section)).flatMap((section) => ownSections[section]);

export const hasSection = (own: Plain, section: OwnSection): boolean =>
  ownSections[section].some((key) => own[key] !== undefined);

const isMap = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const mapOf = (value: unknown): Plain => (isMap(value) ? value : {});
