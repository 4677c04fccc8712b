/** The difference of two documents in words: what was added, removed, changed or moved, by the names people gave it. */
import { diffArrays } from 'diff';

/** A secret's value is nobody's business, that it changed is. */
const secretKeys = new Set(['password', 'keys']);
/** A list longer than this is told of by its length, characters. */
const longestValue = 80;

type Json = unknown;

/** One line per difference, in the order of the document; none when the two mean the same. */
export function differenceInWords(before: Json, after: Json): string[] {
  return compare('', before, after);
}

function compare(where: string, before: Json, after: Json): string[] {
  if (isSame(before, after)) return [];
  const key = where.slice(where.lastIndexOf('.') + 1);
  if (secretKeys.has(key)) return [`${where} changed`];
  if (isMap(before) && isMap(after)) return compareMaps(where, before, after);
  if (Array.isArray(before) && Array.isArray(after) && [...before, ...after].some(isMap))
    return compareLists(where, before, after);
  if (before === undefined) return [`${where} added: ${shown(after)}`];
  if (after === undefined) return [`${where} removed (was ${shown(before)})`];
  return [`${where}: ${shown(before)} -> ${shown(after)}`];
}

function compareMaps(
  where: string,
  before: Readonly<Record<string, Json>>,
  after: Readonly<Record<string, Json>>,
): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) => compare(where === '' ? key : `${where}.${key}`, before[key], after[key]));
}

/**
 * Entries that are the same in both, in the same order, stay; of the others those of the same name, or at the same
 * place between two that stay, are one entry that changed.
 */
function compareLists(where: string, before: readonly Json[], after: readonly Json[]): string[] {
  const words: string[] = [];
  const flush = (gone: readonly number[], come: readonly number[]): void => {
    const pairs = pairUp(gone, come, before, after);
    for (const [old, fresh] of pairs.changed)
      words.push(...compare(`${where} ${named(after[fresh], fresh)}`, before[old], after[fresh]));
    for (const old of pairs.gone) words.push(`${where} ${named(before[old], old)} removed`);
    for (const fresh of pairs.come) words.push(`${where} ${named(after[fresh], fresh)} added`);
  };
  let [gone, come]: [number[], number[]] = [[], []];
  for (const step of align(before, after)) {
    if (step.kind === 'gone') gone.push(step.at);
    else if (step.kind === 'come') come.push(step.at);
    else {
      flush(gone, come);
      [gone, come] = [[], []];
    }
  }
  flush(gone, come);
  return moved(words);
}

function pairUp(
  gone: readonly number[],
  come: readonly number[],
  before: readonly Json[],
  after: readonly Json[],
) {
  const changed: [number, number][] = [];
  const left = [...gone];
  const rest = come.filter((fresh) => {
    const match = left.findIndex(
      (old) => nameOf(before[old]) === nameOf(after[fresh]) && nameOf(before[old]) !== undefined,
    );
    if (match < 0) return true;
    changed.push([left[match] as number, fresh]);
    left.splice(match, 1);
    return false;
  });
  return { changed, gone: left, come: rest };
}

/** What is removed at one place and added at another under the same name has moved. */
function moved(words: readonly string[]): string[] {
  const bare = (word: string): string =>
    word.replace(/^(.*?) \d+( \(|$| removed| added)/, '$1$2').replace(/ (removed|added)$/, '');
  const added = new Map(words.filter((word) => word.endsWith(' added')).map((word) => [bare(word), word]));
  const both = new Set(words.filter((word) => word.endsWith(' removed') && added.has(bare(word))).map(bare));
  return words.flatMap((word) => {
    if (!both.has(bare(word))) return [word];
    return word.endsWith(' added') ? [word.replace(/added$/, 'moved there')] : [];
  });
}

type Step = { readonly kind: 'same' | 'gone' | 'come'; readonly at: number };

/** The shortest way from one list to the other. */
function align(before: readonly Json[], after: readonly Json[]): Step[] {
  let [old, fresh] = [0, 0];
  return diffArrays(before.map(canonical), after.map(canonical)).flatMap(({ added, removed, count }) =>
    Array.from({ length: count }, (): Step => {
      if (removed) return { kind: 'gone', at: old++ };
      if (added) return { kind: 'come', at: fresh++ };
      old++;
      return { kind: 'same', at: fresh++ };
    }),
  );
}

/** "3 (Allow web)": the place in its list, 1 first, and the name that people gave it. */
function named(value: Json, at: number): string {
  const name = nameOf(value);
  return name === undefined ? String(at + 1) : `${at + 1} (${name})`;
}

function nameOf(value: Json): string | undefined {
  if (!isMap(value)) return undefined;
  const { interface: face, vhid, description, name } = value;
  if (typeof vhid === 'number') return `${String(face).toUpperCase()}@${vhid}`;
  const text = typeof name === 'string' ? name : description;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

const isMap = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSame = (a: Json, b: Json): boolean => canonical(a) === canonical(b);

/** JSON with the keys of maps in order; what is undefined is not there. */
function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (!isMap(value)) return JSON.stringify(value) ?? '';
  const entries = Object.entries(value).filter(([, inside]) => inside !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inside]) => `${JSON.stringify(key)}:${canonical(inside)}`)
    .join()}}`;
}

function shown(value: Json): string {
  if (isMap(value)) {
    const inside = Object.entries(value).map(
      ([key, entry]) => `${key} ${secretKeys.has(key) ? '(secret)' : shown(entry)}`,
    );
    return short(inside.join(', '), `${inside.length} entries`);
  }
  if (Array.isArray(value))
    return value.length === 0 ? 'none' : short(value.map(shown).join(', '), `${value.length} entries`);
  return value === '' ? '""' : String(value);
}

const short = (text: string, otherwise: string): string => (text.length <= longestValue ? text : otherwise);
