/** Changes of a document's text that leave everything else as its author wrote it: comments, order, style. */
import { type Document, isMap, isSeq, type Node, parseDocument, YAMLSeq } from 'yaml';
import { fail, ok, type Result } from '#base/result.ts';
import { alignment } from './align.ts';
import { keepText } from './load.ts';
import type { Change, Item } from './pfsense/merge.ts';

/** Without changes the text itself, byte for byte. Fails on text that is no YAML, and where a reference is in the way. */
export function edited(text: string, changes: readonly Change[]): Result<string> {
  if (changes.length === 0) return ok(text);
  const yaml = parseDocument(text);
  const [error] = yaml.errors;
  if (error !== undefined) return fail(error.message);
  keepText(yaml);
  try {
    for (const change of changes) if (change.kind === 'set') set(yaml, change.path, change.value);
    for (const change of changes) if (change.kind === 'list') list(yaml, change.path, change.items);
  } catch (error) {
    // A value behind an anchor is shared with others, so that it cannot change for one of them.
    return fail(error instanceof Error ? error.message : String(error));
  }
  return ok(inOldWords(text, yaml));
}

/** Lines that differ in blanks alone as their author wrote them, unless the meaning would be another. */
export function inOldWords(text: string, yaml: Document): string {
  const written = yaml.toString({ lineWidth: 0 });
  const [old, now] = [text, written].map((all) => all.split('\n'));
  if (old === undefined || now === undefined) return written;
  const bare = (lines: readonly string[]): string[] => lines.map((line) => line.replace(/\s+/g, ''));
  const lines = [...now];
  for (const [i, at] of alignment(bare(old), bare(now))) lines[at] = old[i] ?? '';
  const worded = lines.join('\n');
  if (worded === written) return written;
  const meaning = (all: Document): string => JSON.stringify(all.toJS());
  return meaning(parseDocument(worded)) === meaning(yaml) ? worded : written;
}

function set(yaml: Document, path: Change['path'], value: unknown): void {
  if (value === undefined) yaml.deleteIn(path);
  else yaml.setIn(path, yaml.createNode(value));
}

function list(yaml: Document, path: Change['path'], items: readonly Item[]): void {
  const found = yaml.getIn(path, true);
  const old: readonly unknown[] = isSeq(found) ? found.items : [];
  const [first] = old;
  // New entries look like those that are there.
  const isFlow = isMap(first) && first.flow === true;
  const fresh = (value: unknown): Node => {
    const node = yaml.createNode(value);
    if (isFlow && isMap(node)) node.flow = true;
    return node;
  };
  const seq = isSeq(found) ? found : new YAMLSeq(yaml.schema);
  seq.items = items.flatMap((item) => ('keep' in item ? [old[item.keep]] : [fresh(item.add)]));
  if (seq !== found) yaml.setIn(path, seq);
}
