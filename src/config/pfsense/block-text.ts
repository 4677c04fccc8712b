/**
 * Plain data as YAML, as the library writes it (only long texts may be folded elsewhere) and faster: an import of 10,000
 * rules is mostly words that need no quotes. What might need some is left to the library.
 */
import { type CreateNodeOptions, stringify, type ToStringOptions } from 'yaml';

/** Words, numbers with dots and slashes, and sentences of them: never read as anything but text. */
const plainWords = /^[A-Za-z][\w./-]*(?: [\w(][\w./()-]*)*$/;
const plainAddress = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:\/\d{1,2})?$/;
/** YAML 1.2, 10.3.2: words that mean something else. */
const meaning = /^(?:null|true|false)$/i;
/** Longer ones may be folded. */
const longest = 60;

type Options = CreateNodeOptions & ToStringOptions & { readonly lineWidth: number };

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A map, without values that are undefined. */
export function blockText(value: Readonly<Record<string, unknown>>, lineWidth: number): string {
  const options: Options = { lineWidth, aliasDuplicateObjects: false };
  return mapLines(value, 0, options).join('');
}

/** Each entry with its line breaks; a map that is empty has none, and is written by whoever holds it. */
const mapLines = (map: Readonly<Record<string, unknown>>, indent: number, options: Options): string[] =>
  Object.entries(map)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => entryText(key, value, indent, options));

function entryText(key: string, value: unknown, indent: number, options: Options): string {
  const blanks = ' '.repeat(indent);
  const name = scalarText(key);
  if (name === undefined) return byLibrary({ [key]: value }, indent, options);
  const scalar = scalarText(value);
  if (scalar !== undefined) return `${blanks}${name}: ${scalar}\n`;
  if (Array.isArray(value) && value.length > 0)
    return `${blanks}${name}:\n${value.map((item) => itemText(item, indent + 2, options)).join('')}`;
  if (isMap(value)) {
    const lines = mapLines(value, indent + 2, options);
    if (lines.length > 0) return `${blanks}${name}:\n${lines.join('')}`;
  }
  return byLibrary({ [key]: value }, indent, options);
}

function itemText(item: unknown, indent: number, options: Options): string {
  const blanks = ' '.repeat(indent);
  const scalar = scalarText(item);
  if (scalar !== undefined) return `${blanks}- ${scalar}\n`;
  const lines = isMap(item) ? mapLines(item, indent + 2, options) : [];
  // The first line of a map stands behind the dash.
  if (lines.length > 0) return `${blanks}- ${lines.join('').slice(indent + 2)}`;
  return byLibrary([item], indent, options);
}

/** Undefined for what may need more than its letters. */
function scalarText(value: unknown): string | undefined {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? String(value) : undefined;
  if (typeof value !== 'string' || value.length > longest) return undefined;
  if (plainAddress.test(value)) return value;
  return plainWords.test(value) && !meaning.test(value) ? value : undefined;
}

function byLibrary(value: unknown, indent: number, options: Options): string {
  const text = stringify(value, { ...options, lineWidth: Math.max(20, options.lineWidth - indent) });
  const blanks = ' '.repeat(indent);
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : blanks + line))
    .join('\n');
}
