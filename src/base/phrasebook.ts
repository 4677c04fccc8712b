/**
 * French for texts that the code builds in English where it finds out: the English text is the key, as with gettext.
 * A phrase may have `{names}`; what stands in place of some is looked up as well, so that a reason within a refusal is
 * told in French, too. What no phrase fits, another program's own words for instance, stays as it is.
 */
import { filled, frenchSpaces } from './language.ts';

export type Phrase = readonly [english: string, french: string];

/** An English phrase taken apart: its fixed pieces, and the names between them. */
interface Pattern {
  readonly pieces: readonly string[];
  readonly names: readonly string[];
  readonly french: string;
}

/** The names of values that are words; the others are names that somebody gave, addresses, numbers. */
const spoken: ReadonlySet<string> = new Set(['why', 'what', 'kind', 'found', 'expected']);
/** How deep a reason may stand within reasons. */
const deepest = 8;

export type Phrasebook = (english: string) => string;

export function phrasebook(phrases: readonly Phrase[]): Phrasebook {
  const exact = new Map<string, string>();
  const patterns: Pattern[] = [];
  for (const [english, french] of phrases) {
    const pieces = english.split(/\{\w+\}/);
    const names = [...english.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    if (names.length === 0) exact.set(english, frenchSpaces(french));
    else patterns.push({ pieces, names, french: frenchSpaces(french) });
  }
  // What says more itself is the better fit.
  const fixed = ({ pieces }: Pattern): number => pieces.join('').length;
  patterns.sort((a, b) => fixed(b) - fixed(a));
  const inFrench = (text: string, depth: number): string => {
    const known = exact.get(text);
    if (known !== undefined || depth >= deepest) return known ?? text;
    if (text.includes('\n'))
      return text
        .split('\n')
        .map((line) => inFrench(line, depth + 1))
        .join('\n');
    for (const { pieces, names, french } of patterns) {
      const values = valuesIn(text, pieces);
      if (values === undefined) continue;
      const entries = names.map((name, i) => {
        const value = values[i] ?? '';
        return [name, spoken.has(name) ? inFrench(value, depth + 1) : value] as const;
      });
      return filled(french, Object.fromEntries(entries));
    }
    return inParts(text, depth);
  };
  /** "PF2: a change is under way": who says it, or about what, then what is known. */
  const inParts = (text: string, depth: number): string => {
    const colon = text.indexOf(': ');
    if (colon < 0) return text;
    const [head, tail] = [text.slice(0, colon), text.slice(colon + 2)];
    const [french, rest] = [inFrench(head, depth + 1), inFrench(tail, depth + 1)];
    return french === head && rest === tail ? text : `${french}\u00a0: ${rest}`;
  };
  return (english) => inFrench(english, 0);
}

/** What stands between the pieces, each found where it first occurs; undefined when the text is made otherwise. */
function valuesIn(text: string, pieces: readonly string[]): string[] | undefined {
  const [first = '', ...rest] = pieces;
  if (!text.startsWith(first)) return undefined;
  const values: string[] = [];
  let at = first.length;
  for (const [i, piece] of rest.entries()) {
    const isLast = i === rest.length - 1;
    const found = isLast ? text.length - piece.length : text.indexOf(piece, at + 1);
    if (found <= at || (isLast && !text.endsWith(piece))) return undefined;
    values.push(text.slice(at, found));
    at = found + piece.length;
  }
  return values;
}
