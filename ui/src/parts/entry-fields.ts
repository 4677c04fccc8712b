/** What a form knows of its fields: how a value of the document is shown as text, and read back from it. */
import type { Json } from '../data/operations.ts';
import type { TextKey } from '../i18n/en.ts';
import type { Choice } from './choice.ts';
import type { Draft } from './draft.ts';

export interface FieldSpec {
  /** Steps joined by dots: "limits.states". */
  readonly name: string;
  readonly label: TextKey;
  readonly help?: TextKey;
  /**
   * list: entries with commas between; one alone is written without a list. lines: always a list, one a line.
   * ports: a list of numbers, ranges and names. perNode: one text for each node. members: one "ADDRESS:PORT" a line;
   * what else is known of a member stays.
   */
  readonly kind:
    | 'text'
    | 'password'
    | 'number'
    | 'check'
    | 'select'
    | 'list'
    | 'array'
    | 'lines'
    | 'ports'
    | 'perNode'
    | 'perNodeNumber'
    | 'perNodeList'
    | 'checks'
    | 'members';
  readonly choices?: readonly Choice[];
  /** Suggestions for a text. */
  readonly list?: readonly string[];
  /** What the schema fills in; such a value is not written down. */
  readonly default?: Json;
  readonly shown?: (draft: Draft) => boolean;
  readonly wide?: boolean;
  /** Behind "Advanced". */
  readonly advanced?: boolean;
}

type Entry = Record<string, Json>;

export const at = (entry: Entry, name: string): Json | undefined =>
  name.split('.').reduce<Json | undefined>((place, step) => {
    if (typeof place !== 'object' || place === null || Array.isArray(place)) return undefined;
    return place[step];
  }, entry);

const word = (value: Json | undefined): string =>
  value === undefined || value === null
    ? ''
    : Array.isArray(value)
      ? value.map(word).join(', ')
      : typeof value === 'object'
        ? JSON.stringify(value)
        : String(value);

export function draftOf(fields: readonly FieldSpec[], entry: Entry): Draft {
  return Object.fromEntries(
    fields.map(({ name, kind, default: otherwise }) => {
      const value = at(entry, name) ?? otherwise;
      if (kind === 'check') return [name, value === true];
      if (kind === 'lines') return [name, Array.isArray(value) ? value.map(word).join('\n') : word(value)];
      if (kind === 'members') return [name, Array.isArray(value) ? value.map(memberWord).join('\n') : ''];
      if (kind === 'checks') return [name, Array.isArray(value) ? value : []];
      if (kind.startsWith('perNode')) {
        const map = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
        return [name, Object.fromEntries(Object.entries(map).map(([node, one]) => [node, word(one)]))];
      }
      return [name, word(value)];
    }),
  );
}

/** The entry with what the form says; fields that the form does not know stay as they are. */
export function entryOf(fields: readonly FieldSpec[], draft: Draft, before: Entry): Entry {
  const entry = structuredClone(before);
  for (const field of fields) {
    const isShown = field.shown === undefined || field.shown(draft);
    const value = isShown ? read(field, draft[field.name], at(before, field.name)) : undefined;
    const isDefault = JSON.stringify(value) === JSON.stringify(field.default);
    put(entry, field.name.split('.'), isDefault ? undefined : value);
  }
  return entry;
}

const number = (text: string): Json => (/^-?\d+$/.test(text) ? Number(text) : text);
const split = (text: string): string[] =>
  text
    .split(/[,\n]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

function read(
  { kind }: FieldSpec,
  value: Draft[string] | undefined,
  before: Json | undefined,
): Json | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.length === 0 ? undefined : [...value];
  if (typeof value === 'object') {
    const said = Object.entries(value as Record<string, string>).filter(([, one]) => one.trim() !== '');
    if (said.length === 0) return undefined;
    const as = (one: string): Json =>
      kind === 'perNodeList' ? split(one) : kind === 'perNodeNumber' ? number(one.trim()) : one.trim();
    return Object.fromEntries(said.map(([node, one]) => [node, as(one)]));
  }
  const text = value.trim();
  if (kind === 'password') return value === '' ? undefined : value;
  if (kind === 'members')
    return split(text).map((line) => memberOf(line, Array.isArray(before) ? before : []));
  if (text === '') return undefined;
  if (kind === 'number') return number(text);
  if (kind === 'lines' || kind === 'array')
    return split(text).map(kind === 'lines' ? (one) => number(one) : (one) => number(one));
  if (kind === 'list' || kind === 'ports') {
    const parts: Json[] = split(text).map((part) => (kind === 'ports' ? number(part) : part));
    return parts.length === 1 ? parts[0] : parts;
  }
  return text;
}

/** "192.0.2.1:80", "[2001:db8::1]:80", or an address alone. */
function memberWord(member: Json): string {
  const { address, port } = member as Entry;
  const host = String(address);
  if (port === undefined) return host;
  return host.includes(':') ? `[${host}]:${String(port)}` : `${host}:${String(port)}`;
}

function memberOf(line: string, before: readonly Json[]): Json {
  const known = before.find((member) => memberWord(member) === line);
  if (known !== undefined) return known;
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:]*)):(.*)$/.exec(line) ?? [];
  const address = bracketed ?? plain;
  return address === undefined || port === undefined ? { address: line } : { address, port: number(port) };
}

function put(entry: Entry, steps: readonly string[], value: Json | undefined): void {
  const [step = '', ...rest] = steps;
  if (rest.length === 0) {
    if (value === undefined) delete entry[step];
    else entry[step] = value;
    return;
  }
  const inner =
    typeof entry[step] === 'object' && entry[step] !== null && !Array.isArray(entry[step]) ? entry[step] : {};
  put(inner, rest, value);
  if (Object.keys(inner).length === 0) delete entry[step];
  else entry[step] = inner;
}
