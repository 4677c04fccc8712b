/** From text to a checked cluster document, with the place of every value kept for findings. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';
import type { z } from 'zod';
import { fail, ok, type Result } from '#base/result.ts';
import { checkDocument } from './check.ts';
import { type ClusterDocument, clusterSchema, type SecretReference } from './document.ts';
import { type Finding, findingAt, type Locate, type Path, type Place } from './findings.ts';

export interface LoadedDocument {
  readonly document: ClusterDocument;
  /** What is wrong with it, in the order of the file. A document with findings of severity error must not run. */
  readonly findings: readonly Finding[];
  /** Where a value, or its key, stands; the nearest enclosing one when it was left out. */
  readonly locate: Locate;
}

/** Where secrets are that do not stand in the document. */
export interface Secrets {
  readonly secrets?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Every secret is somewhere else: its value is not known here, and not judged as missing. */
  readonly assumed?: true;
}

/** Stands for a secret that is not known; nothing about it is worth a finding. */
const assumedSecret = 'an-assumed-secret';
/** Enough for any document; a bound on what aliases in YAML may blow up to. */
const maxAliases = 100;

/**
 * Reads a document and judges it. Fails with findings (each with line and column) on bad YAML, on values that the
 * schema refuses, and on secrets that are missing; never throws, whatever the text.
 */
export function loadDocument(text: string, from: Secrets = {}): Result<LoadedDocument, readonly Finding[]> {
  const lines = new LineCounter();
  // Keys that are no text are told as fields that are not there, and need no warning of the library on top.
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const broken = [...yaml.errors, ...yaml.warnings];
  if (broken.length > 0) {
    return fail(
      broken.map((error) =>
        findingAt('yaml', placeAt(lines, error.pos[0]), [], { problem: firstLine(error.message) }),
      ),
    );
  }
  const top = { line: 1, column: 1 };
  let value: unknown;
  try {
    keepText(yaml);
    value = yaml.toJS({ maxAliasCount: maxAliases });
  } catch (error) {
    return fail([findingAt('yaml', top, [], { problem: firstLine(String(error)) })]);
  }
  return judge(value, (path, side = 'value') => placeOf(yaml, lines, path, side), from);
}

/** Judges what a text says, for those who know it, and where its values stand, without reading the text. */
export function judge(
  value: unknown,
  locate: Locate,
  from: Secrets = {},
): Result<LoadedDocument, readonly Finding[]> {
  const parsed = clusterSchema((reference) => lookUp(reference, from)).safeParse(value);
  if (!parsed.success)
    return fail(inOrder(parsed.error.issues.flatMap((issue) => schemaFindings(issue, locate))));
  const document: ClusterDocument = parsed.data;
  return ok({ document, findings: inOrder(checkDocument(document, locate)), locate });
}

/**
 * Passwords, host IDs and versions are text, whatever they look like: YAML would read 0012 as 12, 12e45678 as infinity
 * and 21.10 as 21.1.
 */
export function keepText(yaml: Document): void {
  visit(yaml, {
    Pair(_, pair) {
      const key = isScalar(pair.key) ? pair.key.value : undefined;
      if (key === 'password' || key === 'version') textOf(pair.value);
      if (key === 'hostId' && isMap(pair.value)) for (const item of pair.value.items) textOf(item.value);
    },
  });
}

function textOf(node: unknown): void {
  if (isScalar(node) && typeof node.value === 'number' && node.source !== undefined) node.value = node.source;
}

function schemaFindings(issue: z.core.$ZodIssue, locate: Locate): Finding[] {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const where = pathText(path);
  if (issue.code === 'unrecognized_keys') {
    const [top, node = '', own, ...deeper] = path;
    const isOwn = top === 'nodes' && own === 'own' && deeper.length === 0;
    return issue.keys.map((key) => {
      const at = locate([...path, key], 'key');
      if (isOwn) return findingAt('section-not-own', at, [...path, key], { node, key });
      return findingAt('schema', at, [...path, key], { where, problem: `there is no field "${key}"` });
    });
  }
  const code =
    issue.code === 'custom' && issue.params?.finding === 'secret-missing' ? 'secret-missing' : 'schema';
  const at = locate(path, issue.code === 'invalid_key' ? 'key' : 'value');
  return [findingAt(code, at, path, { where, problem: issueText(issue) })];
}

/** The message of an issue; of a bad map key it is that of the key. */
function issueText(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  if (issue.code === 'invalid_type' && issue.input === undefined && issue.message.endsWith('undefined'))
    return `is missing, or empty (${kindTitle(issue.expected)} expected)`;
  return issue.message.replace(/^Invalid input: /, '').replace(/\brecord\b|\bobject\b/g, kindTitle);
}

/** YAML's word for what JavaScript calls a record or an object. */
const kindTitle = (kind: string): string => (kind === 'record' || kind === 'object' ? 'mapping' : kind);

function lookUp(reference: SecretReference, from: Secrets): string | undefined {
  if (from.assumed === true) return assumedSecret;
  if ('env' in reference) return ownText(from.env, reference.env);
  return ownText(from.secrets, reference.secret);
}

const ownText = (
  map: Readonly<Record<string, string | undefined>> | undefined,
  key: string,
): string | undefined => (map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined);

/** `virtualIps[0].vhid`, as people write paths. */
function pathText(path: Path): string {
  if (path.length === 0) return 'the document';
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  );
}

const inOrder = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((a, b) => a.line - b.line || a.column - b.column);

/**
 * Goes down the tree as far as the path is there. An entry's place is that of its value, or of its key where that is
 * asked for, where the value is empty, and where it begins on a line of its own.
 */
function placeOf(yaml: Document, lines: LineCounter, path: Path, side: 'key' | 'value'): Place {
  let node: unknown = yaml.contents;
  let offset = startOf(yaml.contents) ?? 0;
  for (const step of path) {
    const inside = isAlias(node) ? node.resolve(yaml) : node;
    const pair = isMap(inside)
      ? inside.items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
      : undefined;
    if (pair === undefined && !(isSeq(inside) && typeof step === 'number' && step < inside.items.length))
      break;
    node = pair === undefined ? (isSeq(inside) ? inside.items[Number(step)] : undefined) : pair.value;
    // A block map or list begins on a line of its own; people look for its key.
    const block = (isMap(node) || isSeq(node)) && node.flow !== true;
    const shown = pair !== undefined && (side === 'key' || block || isEmpty(node)) ? pair.key : node;
    offset = startOf(shown) ?? offset;
  }
  return placeAt(lines, offset);
}

const isEmpty = (node: unknown): boolean =>
  node === null || node === undefined || (isScalar(node) && node.value === null);
const startOf = (node: unknown): number | undefined => (node as Node | null | undefined)?.range?.[0];

function placeAt(lines: LineCounter, offset: number): Place {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}

const firstLine = (message: string): string => message.split('\n', 1)[0] ?? '';
