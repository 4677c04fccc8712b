/** Changes of a document by path, as a page or a script asks for them: comments, order and style of the text stay. */
import {
  type Document,
  isCollection,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  Scalar,
} from 'yaml';
import { fail, ok, type Result } from '#base/result.ts';
import { inOldWords } from './edit.ts';
import type { Path } from './findings.ts';
import { keepText } from './load.ts';

type Json = unknown;

export type Operation =
  | { readonly op: 'set'; readonly path: Path; readonly value: Json }
  | { readonly op: 'remove'; readonly path: Path }
  | { readonly op: 'insert'; readonly path: Path; readonly at?: number | undefined; readonly value: Json }
  | { readonly op: 'move'; readonly path: Path; readonly from: number; readonly to: number }
  | { readonly op: 'rename'; readonly path: Path; readonly to: string };

/** Enough for any document; a bound on what aliases in YAML may blow up to. */
const maxAliases = 100;
/** Fields whose values are nobody's business. */
const secretFields: ReadonlySet<string> = new Set(['password', 'keys', 'hash']);
/** What is shown in their place. */
export const secretMask = '********';

/** The document as it is written, without defaults and with references to secrets; a failure says why it is no map. */
export function plainDocument(text: string): Result<Readonly<Record<string, Json>>> {
  const yaml = parseDocument(text);
  const [error] = yaml.errors;
  if (error !== undefined) return fail(error.message);
  try {
    keepText(yaml);
    const value: Json = yaml.toJS({ maxAliasCount: maxAliases });
    return isPlainMap(value) ? ok(value) : fail('the document is not a mapping');
  } catch (error) {
    return fail((error as Error).message);
  }
}

/** The same value with its secrets masked; references to secrets stay, for they tell nothing. */
export function masked(value: Json, field = ''): Json {
  const isSecret = secretFields.has(field);
  if (Array.isArray(value)) return value.map((entry) => masked(entry, isSecret ? field : ''));
  if (isPlainMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, masked(inside, key)]));
  return isSecret && value !== null ? secretMask : value;
}

/** Carries operations out, one after the other. The error names the operation, 1 first. */
export function operated(text: string, operations: readonly Operation[]): Result<string> {
  const yaml = parseDocument(text);
  const [error] = yaml.errors;
  if (error !== undefined) return fail(error.message);
  keepText(yaml);
  for (const [i, operation] of operations.entries()) {
    const done = attempt(() => operate(yaml, operation));
    if (!done.ok)
      return fail(`operation ${i + 1} (${operation.op} ${operation.path.join('.')}): ${done.error}`);
  }
  return ok(inOldWords(text, yaml));
}

/** A value behind an anchor is shared with others, and the library refuses to change it for one of them. */
function attempt(work: () => Result<void>): Result<void> {
  try {
    return work();
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function operate(yaml: Document, operation: Operation): Result<void> {
  const { path } = operation;
  switch (operation.op) {
    case 'set': {
      const old = yaml.getIn(path, true);
      const value = unmasked(operation.value, plain(old));
      if (!value.ok) return value;
      const fresh = nodeLike(yaml, value.value, old);
      if (fresh === undefined) return ok(undefined);
      yaml.setIn(path, fresh);
      return ok(undefined);
    }
    case 'remove':
      return yaml.deleteIn(path) ? ok(undefined) : fail('there is nothing');
    case 'insert':
      return insert(yaml, path, operation.at, operation.value);
    case 'move':
      return move(yaml, path, operation.from, operation.to);
    case 'rename':
      return rename(yaml, path, operation.to);
  }
}

function insert(yaml: Document, path: Path, at: number | undefined, value: Json): Result<void> {
  const found = yaml.getIn(path, true);
  const fresh = unmasked(value, undefined);
  if (!fresh.ok) return fresh;
  if (found === undefined || (isScalar(found) && found.value === null)) {
    yaml.setIn(path, yaml.createNode([fresh.value]));
    return ok(undefined);
  }
  if (!isSeq(found)) return fail('there is no list');
  const place = at ?? found.items.length;
  if (place > found.items.length) return fail(`the list has ${found.items.length} entries`);
  found.items.splice(place, 0, styled(yaml, fresh.value, found.items[0]));
  if (found.items.length === 1) found.flow = false;
  return ok(undefined);
}

function move(yaml: Document, path: Path, from: number, to: number): Result<void> {
  const found = yaml.getIn(path, true);
  if (!isSeq(found)) return fail('there is no list');
  const { items } = found;
  if (from >= items.length || to >= items.length) return fail(`the list has ${items.length} entries`);
  items.splice(to, 0, ...items.splice(from, 1));
  return ok(undefined);
}

function rename(yaml: Document, path: Path, to: string): Result<void> {
  const above = yaml.getIn(path.slice(0, -1), true);
  const name = path.at(-1);
  const pair = isMap(above)
    ? above.items.find(({ key }) => isScalar(key) && String(key.value) === String(name))
    : undefined;
  if (!isMap(above) || pair === undefined) return fail('there is nothing of that name');
  if (above.has(to)) return fail(`there is a "${to}" already`);
  if (isScalar(pair.key)) pair.key.value = to;
  return ok(undefined);
}

/** A node for a value in the place of another one; undefined when that says the same already. */
function nodeLike(yaml: Document, value: Json, old: unknown): Node | undefined {
  if (old !== undefined && JSON.stringify(plain(old)) === JSON.stringify(value)) return undefined;
  const fresh = styled(yaml, value, old);
  if (isNode(old)) {
    fresh.commentBefore = old.commentBefore ?? null;
    fresh.comment = old.comment ?? null;
  }
  return fresh;
}

/** A node that looks like its neighbour: in braces where that is. */
function styled(yaml: Document, value: Json, like: unknown): Node {
  const node = yaml.createNode(value);
  if (isCollection(node) && isCollection(like) && like.flow === true) node.flow = true;
  if (
    isScalar(node) &&
    isScalar(like) &&
    typeof like.value === typeof value &&
    like.type !== undefined &&
    like.type !== Scalar.PLAIN
  )
    node.type = like.type;
  return node;
}

/** Masked secrets in a value are those that stand there now. */
function unmasked(value: Json, old: Json): Result<Json> {
  if (value === secretMask)
    return old === undefined || old === null
      ? fail('a secret that is shown as a mask cannot be put in another place: write it anew')
      : ok(old);
  if (Array.isArray(value)) return unmaskedList(value, old);
  if (!isPlainMap(value)) return ok(value);
  const entries: [string, Json][] = [];
  for (const [key, inside] of Object.entries(value)) {
    const before = isPlainMap(old) && Object.hasOwn(old, key) ? old[key] : undefined;
    const own = unmasked(inside, before);
    if (!own.ok) return own;
    entries.push([key, own.value]);
  }
  return ok(Object.fromEntries(entries));
}

/** The entries of a list may have changed their places: which secret is whose is clear in a list of secrets alone. */
function unmaskedList(list: readonly Json[], old: Json): Result<Json> {
  const isUntouched =
    Array.isArray(old) && old.length === list.length && list.every((entry) => entry === secretMask);
  if (isUntouched) return ok(old);
  return JSON.stringify(list).includes(JSON.stringify(secretMask))
    ? fail('a list with masked secrets cannot be set as a whole: set, insert, move or remove its entries')
    : ok(list);
}

const plain = (node: unknown): Json => (isNode(node) ? (node.toJSON() as Json) : node);

const isPlainMap = (value: Json): value is Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
