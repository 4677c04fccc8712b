/**
 * Findings: what is wrong, where, why it matters and what to do, in both languages. Their texts stand in the catalogue;
 * docs/findings.md is the catalogue for people (a test keeps them the same).
 */
import { filled, frenchSpaces, type Language, type Names, type Said } from '#base/language.ts';
import { documentCatalogue } from './catalogue.ts';
import { balancerCatalogue } from './catalogue-balancer.ts';
import { balancerRunningCatalogue } from './catalogue-balancer-running.ts';
import { groupCatalogue } from './catalogue-group.ts';
import { infrastructureCatalogue } from './catalogue-infrastructure.ts';
import { revisionsCatalogue } from './catalogue-revisions.ts';
import { rulesCatalogue } from './catalogue-rules.ts';
import { runningCatalogue } from './catalogue-running.ts';
import { sectionsCatalogue } from './catalogue-sections.ts';
import { syncCatalogue } from './catalogue-sync.ts';
import { usersCatalogue } from './catalogue-users.ts';
import { vipsCatalogue } from './catalogue-vips.ts';
import { formInFrench, valueInFrench } from './phrases-document.ts';

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

/** What is said of a fault in a document. */
export interface Texts {
  /** What is wrong, with values. */
  readonly message: string;
  /** Why it is wrong: what it leads to. */
  readonly cause: string;
  readonly remedy: string;
}

/** One code of the catalogue. */
export interface Entry {
  readonly severity: Severity;
  readonly en: Texts;
  readonly fr: Texts;
}

/** One code of what a running node finds: what it is about, in the words of the one who found it, is not here. */
export interface RunningEntry {
  readonly severity: Severity;
  readonly en: Omit<Texts, 'message'>;
  readonly fr: Omit<Texts, 'message'>;
}

const catalogue = {
  ...documentCatalogue,
  ...vipsCatalogue,
  ...groupCatalogue,
  ...syncCatalogue,
  ...sectionsCatalogue,
  ...rulesCatalogue,
  ...infrastructureCatalogue,
  ...balancerCatalogue,
  ...usersCatalogue,
};
const running = { ...runningCatalogue, ...revisionsCatalogue, ...balancerRunningCatalogue };
/** Codes of what can be wrong with a document. */
export type DocumentCode = keyof typeof catalogue;
/** Codes of what a running node can find. */
export type RunningCode = keyof typeof running;

/** A fault in a document; its texts are English, and French in `fr`. */
export interface Finding extends Place, Texts {
  readonly code: DocumentCode;
  readonly severity: Severity;
  readonly fr: Texts;
  readonly path: Path;
}

type Given = Readonly<Record<string, string | number>>;

/** An entry with its values filled in; `inFrench` says which of them are words, and how they are said. */
export function worded(
  { severity, en, fr }: Entry,
  values: Given,
  inFrench: (name: string, value: string | number) => string | number = (_, value) => value,
): Texts & { readonly severity: Severity; readonly fr: Texts } {
  const french = Object.entries(values).map(([name, value]) => [name, inFrench(name, value)]);
  return { severity, ...textsWith(en, values), fr: textsWith(spaced(fr), Object.fromEntries(french)) };
}

/** Its texts in a language. */
export const textsIn = (finding: Texts & { readonly fr: Texts }, language: Language): Texts =>
  language === 'fr' ? finding.fr : finding;

type TextsOf<C extends DocumentCode> = (typeof catalogue)[C]['en'][keyof Texts];
/** The values that the texts of a code need. */
export type Values<C extends DocumentCode> = Readonly<Record<Names<TextsOf<C>>, string | number>>;

/** A finding with its texts filled in. */
export function findingAt<C extends DocumentCode>(
  code: C,
  at: Place,
  path: Path,
  values: Values<C>,
): Finding {
  return {
    code,
    ...worded(catalogue[code], values, spoken),
    path,
    line: at.line,
    column: at.column,
  };
}

const textsWith = (texts: Texts, values: Given): Texts => ({
  message: filled(texts.message, values),
  cause: filled(texts.cause, values),
  remedy: filled(texts.remedy, values),
});

const spaced = ({ message, cause, remedy }: Texts): Texts => ({
  message: frenchSpaces(message),
  cause: frenchSpaces(cause),
  remedy: frenchSpaces(remedy),
});

/** The names of values that are words; the others are names that somebody gave, addresses, numbers. */
const words: ReadonlySet<string> = new Set([
  ...['what', 'where', 'elsewhere', 'owner', 'holds', 'wanted', 'fields', 'tag', 'otherTag'],
]);

function spoken(name: string, value: string | number): string | number {
  if (typeof value === 'number') return value;
  if (name === 'problem') return formInFrench(value);
  return words.has(name) ? valueInFrench(value) : value;
}

/** What to do about a finding of any kind; for a code that the catalogue lacks, where to look. */
export function remedyOf(code: string): Said {
  const entries: Readonly<Record<string, RunningEntry>> = { ...catalogue, ...running };
  const entry = Object.hasOwn(entries, code) ? entries[code] : undefined;
  if (entry === undefined) return { en: 'See the log of the node.', fr: 'Consultez le journal du nœud.' };
  return { en: entry.en.remedy, fr: frenchSpaces(entry.fr.remedy) };
}

/** Every code of a document, then every code of a running node, in the order of the page. */
export const documentCodes: readonly (readonly [string, Entry])[] = Object.entries(catalogue);
export const runningCodes: readonly (readonly [string, RunningEntry])[] = Object.entries(running);

const pages: Readonly<
  Record<Language, { top: readonly string[]; document: string; node: string; head: string }>
> = {
  en: {
    top: [
      '# Findings',
      '',
      'What `bascule check` says about a document, and what a running node reports. A code keeps its meaning for ever.',
      'An *error* stops a document from being used, a *warning* costs something at a failover, an *info* is worth a look.',
      'This page is written by `tools/write-schema.ts` from the catalogue in `src/config/`; do not edit it.',
      'In French: [findings.fr.md](findings.fr.md).',
    ],
    document: 'In a document',
    node: 'At a running node',
    head: '| Code | Severity | Cause | Remedy |',
  },
  fr: {
    top: [
      '# Constats',
      '',
      'Ce que `bascule check` dit d’un document, et ce que signale un nœud en marche. Un code garde son sens à jamais.',
      'Une *erreur* (error) empêche d’utiliser un document, un *avertissement* (warning) coûte quelque chose à la bascule, une',
      '*remarque* (info) mérite un coup d’œil.',
      'Cette page est écrite par `tools/write-schema.ts` d’après le catalogue de `src/config/` ; ne la modifiez pas.',
      'En anglais : [findings.md](findings.md).',
    ],
    document: 'Dans un document',
    node: 'Sur un nœud en marche',
    head: '| Code | Gravité | Cause | Remède |',
  },
};
const severities: Readonly<Record<Language, Readonly<Record<Severity, string>>>> = {
  en: { error: 'error', warning: 'warning', info: 'info' },
  fr: { error: 'erreur', warning: 'avertissement', info: 'remarque' },
};

const inCell = (text: string): string => text.replaceAll('|', '\\|').replace(/\{(\w+)\}/g, '*$1*');

/** The text of docs/findings.md, or of its French twin. */
export function findingsPage(language: Language): string {
  const { top, document, node, head } = pages[language];
  const table = (title: string, codes: readonly (readonly [string, RunningEntry])[]): string[] => [
    ...['', `## ${title}`, '', head, '|---|---|---|---|'],
    ...codes.map(([code, entry]) => {
      const { cause, remedy } = entry[language];
      const severity = severities[language][entry.severity];
      return `| \`${code}\` | ${severity} | ${inCell(cause)} | ${inCell(remedy)} |`;
    }),
  ];
  const lines = [...top, ...table(document, documentCodes), ...table(node, runningCodes), ''];
  return language === 'fr' ? frenchSpaces(lines.join('\n')) : lines.join('\n');
}
