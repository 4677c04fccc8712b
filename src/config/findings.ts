/**
 * Findings: what is wrong, where, why it matters and what to do. Their texts stand in the catalogue; docs/findings.md
 * is the catalogue for people (a test keeps them the same).
 */
import { documentCatalogue } from './catalogue.ts';
import { balancerCatalogue, balancerRuntimeCatalogue } from './catalogue-balancer.ts';
import { infrastructureCatalogue } from './catalogue-infrastructure.ts';
import { revisionsCatalogue } from './catalogue-revisions.ts';
import { runtimeCatalogue as nodeCatalogue, servicesCatalogue } from './catalogue-services.ts';
import { usersCatalogue } from './catalogue-users.ts';

export type Severity = 'error' | 'warning' | 'info';
/** Steps from the top of a document to a value. */
export type Path = readonly (string | number)[];

/** Lines and columns count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Finds the place of a value, or of its key. */
export type Locate = (path: Path, side?: 'key' | 'value') => Place;

/** One code of the catalogue. */
export interface Entry {
  readonly severity: Severity;
  /** What is wrong, with values. */
  readonly message: string;
  /** Why it is wrong: what it leads to. */
  readonly cause: string;
  readonly remedy: string;
}

const catalogue = {
  ...documentCatalogue,
  ...servicesCatalogue,
  ...infrastructureCatalogue,
  ...balancerCatalogue,
  ...usersCatalogue,
};
const runtimeCatalogue = { ...nodeCatalogue, ...revisionsCatalogue, ...balancerRuntimeCatalogue };
/** Codes of what can be wrong with a document. */
export type DocumentCode = keyof typeof catalogue;
/** Codes of what a running node can find. */
export type RuntimeCode = keyof typeof runtimeCatalogue;

/** A fault in a document. */
export interface Finding extends Place {
  readonly code: DocumentCode;
  readonly severity: Severity;
  readonly message: string;
  readonly cause: string;
  readonly remedy: string;
  readonly path: Path;
}

/** The names in braces in a text. */
type Names<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;
type Texts<C extends DocumentCode> = (typeof catalogue)[C]['message' | 'cause' | 'remedy'];
/** The values that the texts of a code need. */
export type Values<C extends DocumentCode> = Readonly<Record<Names<Texts<C>>, string | number>>;

/** A finding with its texts filled in. */
export function findingAt<C extends DocumentCode>(
  code: C,
  at: Place,
  path: Path,
  values: Values<C>,
): Finding {
  const entry: Entry = catalogue[code];
  return {
    code,
    severity: entry.severity,
    message: fill(entry.message, values),
    cause: fill(entry.cause, values),
    remedy: fill(entry.remedy, values),
    path,
    line: at.line,
    column: at.column,
  };
}

/** What to do about a finding of any kind; for a code that the catalogue lacks, where to look. */
export function remedyOf(code: string): string {
  const entries: Readonly<Record<string, { remedy: string }>> = { ...catalogue, ...runtimeCatalogue };
  return Object.hasOwn(entries, code) ? (entries[code]?.remedy ?? '') : 'See the log of the node.';
}

/** Every code, with its texts, in the order of the page. */
export const allCodes: readonly (readonly [
  string,
  Omit<Entry, 'message'> & { readonly message?: string },
])[] = [
  ...Object.entries(documentCatalogue),
  ...Object.entries(servicesCatalogue),
  ...Object.entries(infrastructureCatalogue),
  ...Object.entries(balancerCatalogue),
  ...Object.entries(usersCatalogue),
  ...Object.entries(runtimeCatalogue),
];

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : whole,
  );
}

const heading = (title: string): string[] => [
  '',
  `## ${title}`,
  '',
  '| Code | Severity | Cause | Remedy |',
  '|---|---|---|---|',
];
const row = ([code, entry]: (typeof allCodes)[number]): string =>
  `| \`${code}\` | ${entry.severity} | ${inCell(entry.cause)} | ${inCell(entry.remedy)} |`;
const inCell = (text: string): string => text.replaceAll('|', '\\|').replace(/\{(\w+)\}/g, '*$1*');

/** The text of docs/findings.md. */
export function findingsPage(): string {
  return [
    '# Findings',
    '',
    'What `bascule check` says about a document, and what a running node reports. A code keeps its meaning for ever.',
    'An *error* stops a document from being used, a *warning* costs something at a failover, an *info* is worth a look.',
    'This page is written by `tools/write-schema.ts` from the catalogue in `src/config/`; do not edit it.',
    ...heading('In a document'),
    ...allCodes.filter(([code]) => Object.hasOwn(catalogue, code)).map(row),
    ...heading('At a running node'),
    ...allCodes.filter(([code]) => !Object.hasOwn(catalogue, code)).map(row),
    '',
  ].join('\n');
}
