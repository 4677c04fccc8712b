/**
 * From one ruleset to the next with the least that must be touched: elements of sets and maps, lines of chains. What
 * stays keeps its counters; a rule that moves, from a line to an element or between chains, takes them along. Pure: the
 * kernel's counters are read by the caller and given to `transitionProgram`.
 */
import {
  type Chain,
  elementText,
  type NamedSet,
  type Ruleset,
  type VerdictElement,
  type VerdictMap,
} from './program.ts';

export interface Transition {
  /** Statements before lines change: new sets and chains, elements. */
  readonly before: readonly Statement[];
  readonly edits: readonly ChainEdit[];
  /** Statements after lines changed: what nothing refers to any more. */
  readonly after: readonly string[];
  /** What a rule has counted where it no longer is, by its word: it goes on counting where it comes to. */
  readonly carried: ReadonlyMap<string, Origin>;
}

/** A statement; with the word of a rule, that goes on counting in it. */
export type Statement = string | { readonly text: string; readonly word: string };

/** Chains and maps. */
export interface Origin {
  readonly chains: readonly string[];
  readonly maps: readonly string[];
}

/** What happens to a chain that stays: its first lines are left alone, those after them are put there anew. */
export interface ChainEdit {
  readonly chain: string;
  /** So many lines it has before. */
  readonly length: number;
  /** So many of them are left alone. */
  readonly keep: number;
  /** All lines of after, and of each the place that it has before, if it was there. */
  readonly lines: readonly (readonly [line: string, before: number | undefined])[];
}

/** What a line or an element in the kernel has counted. */
export interface KernelCount {
  readonly packets: number;
  readonly bytes: number;
  readonly comment: string;
}
/** A line in the kernel. */
export interface KernelLine extends KernelCount {
  readonly handle: number;
}
/** The lines of chains in their order, and the elements of maps. */
export interface KernelCounters {
  readonly chains: ReadonlyMap<string, readonly KernelLine[]>;
  readonly maps: ReadonlyMap<string, readonly KernelCount[]>;
}

const where = 'inet bascule';

/**
 * The way from one ruleset to the next; nothing in it when they are the same. Undefined when the table must be
 * replaced, since the kernel cannot change a hook, the type of a set or a helper in place.
 */
export function transition(before: Ruleset, after: Ruleset): Transition | undefined {
  if (JSON.stringify(before.objects) !== JSON.stringify(after.objects)) return undefined;
  const [oldSets, newSets] = [byName(before.sets), byName(after.sets)];
  const [oldChains, newChains] = [byName(before.chains), byName(after.chains)];
  for (const [name, set] of newSets) {
    const old = oldSets.get(name);
    if (old !== undefined && old.head.join() !== set.head.join()) return undefined;
  }
  const addedChains: Chain[] = [];
  const changed: (readonly [old: Chain, chain: Chain])[] = [];
  for (const chain of after.chains) {
    const old = oldChains.get(chain.name);
    if (old !== undefined && old.hook !== chain.hook) return undefined;
    if (old === undefined) addedChains.push(chain);
    // A compilation leaves what is the same as it was.
    else if (old !== chain) changed.push([old, chain]);
  }
  const goneChains = before.chains.filter(({ name }) => !newChains.has(name));
  const maps = mapChanges(
    [...goneChains, ...changed.map(([old]) => old)],
    [...addedChains, ...changed.map(([, chain]) => chain)],
  );
  const edits = changed.flatMap(([old, chain]) => editOf(old, chain));
  const added = addedChains.flatMap(({ name, lines }) =>
    lines.map((line) => counting(`add rule ${where} ${name} ${line}`)),
  );
  const wanted = [
    ...maps.added,
    ...added,
    ...edits.flatMap(({ lines, keep, chain }) => newLines(chain, lines, keep)),
  ];
  return {
    before: [
      ...addedChains.map(
        ({ name, hook }) => `add chain ${where} ${name}${hook === undefined ? '' : ` { ${hook} }`}`,
      ),
      ...after.sets.flatMap((set) => setStatements(oldSets.get(set.name), set)),
      ...maps.made,
      ...maps.gone,
      ...maps.added,
      ...added,
    ],
    edits,
    after: [
      ...goneChains.map(({ name }) => `flush chain ${where} ${name}`),
      ...maps.removed,
      ...goneChains.map(({ name }) => `delete chain ${where} ${name}`),
      ...before.sets
        .filter(({ name }) => !newSets.has(name))
        .map(({ name }) => `delete set ${where} ${name}`),
    ],
    carried: carriedTo(wanted, { chains: lostLines(goneChains, edits, oldChains), maps: maps.lost }),
  };
}

export const isNothing = ({ before, edits, after }: Transition): boolean =>
  before.length + edits.length + after.length === 0;

/** What the kernel must be asked for before `transitionProgram`. */
export function questionsOf({ edits, carried }: Transition): Origin {
  const origins = [...carried.values()];
  return {
    chains: [...new Set([...edits.map(({ chain }) => chain), ...origins.flatMap(({ chains }) => chains)])],
    maps: [...new Set(origins.flatMap(({ maps }) => maps))],
  };
}

/**
 * The program of a transition, one transaction of the kernel. `kernel` has what `questionsOf` asks for. (To insert a
 * line in the middle, nft would first read every rule of the kernel, which takes 0.2 s with 10,000.)
 */
export function transitionProgram(change: Transition, kernel: KernelCounters): string {
  const left = new Map<string, KernelCount>();
  for (const [word, { chains, maps }] of change.carried) {
    const counts = [
      ...chains.flatMap((name) => kernel.chains.get(name) ?? []),
      ...maps.flatMap((name) => kernel.maps.get(name) ?? []),
    ].filter(({ comment }) => wordOf(comment) === word);
    const sum = (of: 'packets' | 'bytes'): number => counts.reduce((total, count) => total + count[of], 0);
    left.set(word, { packets: sum('packets'), bytes: sum('bytes'), comment: '' });
  }
  const told = (statement: Statement): string => {
    if (typeof statement === 'string') return statement;
    const { text, word } = statement;
    const count = left.get(word);
    // The first place that a rule comes to goes on counting, the others begin.
    left.delete(word);
    return count === undefined ? text : countingOn(text, count);
  };
  const before = change.before.map(told);
  const edits = change.edits.flatMap((edit) =>
    editStatements(edit, kernel.chains.get(edit.chain) ?? [], told),
  );
  return [...before, ...edits, ...change.after, ''].join('\n');
}

function editStatements(
  { chain, length, keep, lines }: ChainEdit,
  kernel: readonly KernelLine[],
  told: (statement: Statement) => string,
): string[] {
  // Somebody else has changed the chain: then nothing of it can be kept.
  const isKnown = kernel.length === length;
  if (!isKnown)
    return [`flush chain ${where} ${chain}`, ...lines.map(([line]) => `add rule ${where} ${chain} ${line}`)];
  return [
    ...kernel.slice(keep).map(({ handle }) => `delete rule ${where} ${chain} handle ${handle}`),
    ...lines.slice(keep).map(([line, before]) => {
      const count = before === undefined ? undefined : kernel[before];
      const text = `add rule ${where} ${chain} ${line}`;
      return count === undefined ? told(counting(text)) : countingOn(text, count);
    }),
  ];
}

/** A comment may hold the word, too, so only the part before it is changed. */
function countingOn(line: string, { packets, bytes }: KernelCount): string {
  const end = line.indexOf(' comment "');
  const head = end < 0 ? line : line.slice(0, end);
  return `${head.replace(/\bcounter\b/, `counter packets ${packets} bytes ${bytes}`)}${end < 0 ? '' : line.slice(end)}`;
}

/** The word of a rule in a comment: `rule 3fa94c1e`. */
const wordOf = (comment: string): string | undefined => /^\w+ [0-9a-f]{8}(?:-\d+)?(?=:|$)/.exec(comment)?.[0];

/** A statement that may go on counting, when it is the line or the element of a rule. */
function counting(text: string): Statement {
  const word = /\bcounter\b.* comment "(\w+ [0-9a-f]{8}(?:-\d+)?)[:"]/.exec(text)?.[1];
  return word === undefined ? text : { text, word };
}

const byName = <T extends { readonly name: string }>(list: readonly T[]): Map<string, T> =>
  new Map(list.map((one) => [one.name, one]));

function setStatements(old: NamedSet | undefined, set: NamedSet): string[] {
  if (old?.elements === set.elements) return [];
  const name = `${where} ${set.name}`;
  const [had, has] = [new Set(old?.elements), new Set(set.elements)];
  const gone = (old?.elements ?? []).filter((element) => !has.has(element));
  const added = set.elements.filter((element) => !had.has(element));
  return [
    ...(old === undefined ? [`add set ${name} { ${set.head.join('; ')}; }`] : []),
    ...(gone.length === 0 ? [] : [`delete element ${name} { ${gone.join(', ')} }`]),
    ...(added.length === 0 ? [] : [`add element ${name} { ${added.join(', ')} }`]),
  ];
}

interface MapChanges {
  readonly made: readonly string[];
  readonly gone: readonly string[];
  readonly added: readonly Statement[];
  readonly removed: readonly string[];
  /** Words of rules that a map has no longer, by the map. */
  readonly lost: ReadonlyMap<string, ReadonlySet<string>>;
}

function mapChanges(old: readonly Chain[], fresh: readonly Chain[]): MapChanges {
  const mapsOf = (chains: readonly Chain[]): Map<string, VerdictMap> =>
    byName(chains.flatMap(({ maps = [] }) => maps));
  const [oldMaps, newMaps] = [mapsOf(old), mapsOf(fresh)];
  const [made, gone, added]: [string[], string[], Statement[]] = [[], [], []];
  const lost = new Map<string, ReadonlySet<string>>();
  for (const { name, head, elements } of newMaps.values()) {
    const before = oldMaps.get(name)?.elements ?? [];
    const [had, has] = [new Set(before.map(elementText)), new Set(elements.map(elementText))];
    const leaving = before.filter((element) => !has.has(elementText(element)));
    if (!oldMaps.has(name)) made.push(`add map ${where} ${name} { ${head.join('; ')}; }`);
    if (leaving.length > 0)
      gone.push(`delete element ${where} ${name} { ${leaving.map(({ key }) => key).join(', ')} }`);
    for (const element of elements)
      if (!had.has(elementText(element)))
        added.push(counting(`add element ${where} ${name} { ${elementText(element)} }`));
    lost.set(name, without(wordsIn(leaving), wordsIn(elements)));
  }
  const removed = [...oldMaps.values()].filter(({ name }) => !newMaps.has(name));
  for (const { name, elements } of removed) lost.set(name, wordsIn(elements));
  return { made, gone, added, removed: removed.map(({ name }) => `delete map ${where} ${name}`), lost };
}

const wordsIn = (elements: readonly VerdictElement[]): Set<string> =>
  new Set(elements.flatMap(({ value }) => wordsOf(value)));

function wordsOf(text: string): string[] {
  const statement = counting(text);
  return typeof statement === 'string' ? [] : [statement.word];
}

const without = (words: ReadonlySet<string>, others: ReadonlySet<string>): Set<string> =>
  new Set([...words].filter((word) => !others.has(word)));

/** Words of rules that a chain has no longer, by the chain. */
function lostLines(
  gone: readonly Chain[],
  edits: readonly ChainEdit[],
  oldChains: ReadonlyMap<string, Chain>,
): Map<string, ReadonlySet<string>> {
  const lost = new Map<string, ReadonlySet<string>>(
    gone.map(({ name, lines }) => [name, new Set(lines.flatMap(wordsOf))]),
  );
  for (const { chain, keep, lines } of edits) {
    const old = oldChains.get(chain)?.lines.slice(keep) ?? [];
    const has = new Set(lines.flatMap(([line]) => wordsOf(line)));
    lost.set(chain, without(new Set(old.flatMap(wordsOf)), has));
  }
  return lost;
}

/** The lines of an edit that were not in the chain before. */
const newLines = (chain: string, lines: ChainEdit['lines'], keep: number): Statement[] =>
  lines
    .slice(keep)
    .flatMap(([line, before]) =>
      before === undefined ? [counting(`add rule ${where} ${chain} ${line}`)] : [],
    );

/** Of the rules that come somewhere, those that have been elsewhere. */
function carriedTo(
  wanted: readonly Statement[],
  lost: Readonly<Record<keyof Origin, ReadonlyMap<string, ReadonlySet<string>>>>,
): Map<string, Origin> {
  const words = new Set(wanted.flatMap((one) => (typeof one === 'string' ? [] : [one.word])));
  const found = new Map<string, { chains: string[]; maps: string[] }>();
  for (const kind of ['chains', 'maps'] as const)
    for (const [name, own] of lost[kind])
      for (const word of own) {
        if (!words.has(word)) continue;
        const origin = found.get(word) ?? { chains: [], maps: [] };
        origin[kind].push(name);
        found.set(word, origin);
      }
  return found;
}

function editOf(old: Chain, { name, lines }: Chain): ChainEdit[] {
  let keep = 0;
  while (keep < old.lines.length && keep < lines.length && old.lines[keep] === lines[keep]) keep += 1;
  if (keep === old.lines.length && keep === lines.length) return [];
  const places = new Map<string, number[]>();
  // A rule's line may be written in another way than before, and is still its line.
  const keyOf = (line: string): string => wordsOf(line)[0] ?? line;
  for (const [i, line] of old.lines.entries()) {
    const known = places.get(keyOf(line));
    if (known === undefined) places.set(keyOf(line), [i]);
    else known.push(i);
  }
  return [
    {
      chain: name,
      length: old.lines.length,
      keep,
      lines: lines.map((line) => [line, places.get(keyOf(line))?.shift()] as const),
    },
  ];
}
