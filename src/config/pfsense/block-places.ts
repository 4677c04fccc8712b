/**
 * Where values stand in YAML of blocks, as `stringify` writes it: found by indentation, without reading the YAML, which
 * takes a second for a few megabytes. Only for a text of this kind.
 */
import type { Locate, Place } from '../findings.ts';

/** An entry of a map or list: from which line to before which, and the column where its key or dash stands, from 0. */
interface Entry {
  readonly name: string | number;
  readonly from: number;
  readonly to: number;
  readonly column: number;
  /** Where the value begins on the first line; the end of the line where it begins below. */
  readonly valueColumn: number;
}

type Entries = ReadonlyMap<string | number, Entry>;

export function blockPlaces(text: string): Locate {
  let lines: readonly string[] | undefined;
  const known = new Map<string, Entries>();
  const entriesIn = (from: number, to: number, column: number): Entries => {
    lines ??= text.split('\n');
    const key = `${from} ${column}`;
    const found = known.get(key) ?? entriesAt(lines, from, to, column);
    known.set(key, found);
    return found;
  };
  return (path, side = 'value') => {
    lines ??= text.split('\n');
    let place: Place = { line: firstLine(lines) + 1, column: 1 };
    let [from, to, column] = [firstLine(lines), lines.length, 0];
    for (const step of path) {
      const entry = entriesIn(from, to, column).get(step);
      if (entry === undefined) break;
      const line = lines[entry.from] ?? '';
      const below = (lines[entry.from + 1] ?? '').search(/\S/);
      const isInline = entry.valueColumn < line.length;
      const isInItem = typeof entry.name === 'number';
      place = { line: entry.from + 1, column: entry.column + 1 };
      if (isInItem || (isInline && side === 'value')) place = { ...place, column: entry.valueColumn + 1 };
      // The first entry of a map in a list stands behind the dash.
      [from, to] = [isInItem && isInline ? entry.from : entry.from + 1, entry.to];
      column = isInItem && isInline ? entry.valueColumn : below;
    }
    return place;
  };
}

const firstLine = (lines: readonly string[]): number =>
  Math.max(
    0,
    lines.findIndex((line) => line !== '' && !line.startsWith('#')),
  );

function entriesAt(lines: readonly string[], from: number, to: number, column: number): Entries {
  const starts: Omit<Entry, 'to'>[] = [];
  for (let at = from; at < to; at += 1) {
    const line = lines[at] ?? '';
    // Of a map in a list the first line begins with the dash of its entry.
    const blank = at === from ? column : line.search(/\S/);
    if (blank !== column) continue;
    const rest = line.slice(column);
    if (rest.startsWith('- ')) {
      starts.push({ name: starts.length, from: at, column, valueColumn: column + 2 });
      continue;
    }
    const [whole = rest, quoted, plain = ''] =
      /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')?([^\s:].*?)??:(?: |$)/.exec(rest) ?? [];
    const name = quoted === undefined ? plain : unquoted(quoted);
    starts.push({ name, from: at, column, valueColumn: column + whole.length });
  }
  return new Map(
    starts.map((entry, i) => [entry.name, { ...entry, to: starts[i + 1]?.from ?? to }] as const),
  );
}

const unquoted = (text: string): string =>
  text.startsWith('"') ? String(JSON.parse(text)) : text.slice(1, -1).replaceAll("''", "'");
