/**
 * From one ruleset to the next with the least that must be touched: elements of sets, lines of chains. Lines that stay
 * keep their counters. Pure: the kernel's lines are read by the caller and given to `transitionProgram`.
 */
import type { Chain, NamedSet, Ruleset } from './program.ts';

export interface Transition {
  /** Statements before lines change: new sets and chains, elements. */
  readonly before: readonly string[];
  readonly edits: readonly ChainEdit[];
  /** Statements after lines changed: what nothing refers to any more. */
  readonly after: readonly string[];
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

/** A line in the kernel. */
export interface KernelLine {
  readonly handle: number;
  readonly packets: number;
  readonly bytes: number;
}
/** The lines of chains in their order. */
export type KernelLines = ReadonlyMap<string, readonly KernelLine[]>;

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
  for (const [name, chain] of newChains) {
    const old = oldChains.get(name);
    if (old !== undefined && old.hook !== chain.hook) return undefined;
  }
  const addedChains = after.chains.filter(({ name }) => !oldChains.has(name));
  const goneChains = before.chains.filter(({ name }) => !newChains.has(name));
  const edits = after.chains.flatMap((chain) => {
    const old = oldChains.get(chain.name);
    return old === undefined ? [] : editOf(old, chain);
  });
  return {
    before: [
      ...addedChains.map(
        ({ name, hook }) => `add chain ${where} ${name}${hook === undefined ? '' : ` { ${hook} }`}`,
      ),
      ...after.sets.flatMap((set) => setStatements(oldSets.get(set.name), set)),
      ...addedChains.flatMap(({ name, lines }) => lines.map((line) => `add rule ${where} ${name} ${line}`)),
    ],
    edits,
    after: [
      ...goneChains.map(({ name }) => `flush chain ${where} ${name}`),
      ...goneChains.map(({ name }) => `delete chain ${where} ${name}`),
      ...before.sets
        .filter(({ name }) => !newSets.has(name))
        .map(({ name }) => `delete set ${where} ${name}`),
    ],
  };
}

export const isNothing = ({ before, edits, after }: Transition): boolean =>
  before.length + edits.length + after.length === 0;

/**
 * The program of a transition, one transaction of the kernel. `kernel` has the chains that are edited: a line that is
 * put there anew goes on counting where it was. (To insert a line in the middle, nft would first read every rule of
 * the kernel, which takes 0.2 s with 10,000.)
 */
export function transitionProgram(change: Transition, kernel: KernelLines): string {
  const edits = change.edits.flatMap((edit) => editStatements(edit, kernel.get(edit.chain) ?? []));
  return [...change.before, ...edits, ...change.after, ''].join('\n');
}

function editStatements({ chain, length, keep, lines }: ChainEdit, kernel: readonly KernelLine[]): string[] {
  // Somebody else has changed the chain: then nothing of it can be kept.
  const isKnown = kernel.length === length;
  const add = ([line, before]: ChainEdit['lines'][number]): string => {
    const count = isKnown && before !== undefined ? kernel[before] : undefined;
    return `add rule ${where} ${chain} ${count === undefined ? line : countingOn(line, count)}`;
  };
  if (!isKnown) return [`flush chain ${where} ${chain}`, ...lines.map(add)];
  return [
    ...kernel.slice(keep).map(({ handle }) => `delete rule ${where} ${chain} handle ${handle}`),
    ...lines.slice(keep).map(add),
  ];
}

/** A comment may hold the word, too, so only the part before it is changed. */
function countingOn(line: string, { packets, bytes }: KernelLine): string {
  const end = line.indexOf(' comment "');
  const head = end < 0 ? line : line.slice(0, end);
  return `${head.replace(/\bcounter\b/, `counter packets ${packets} bytes ${bytes}`)}${end < 0 ? '' : line.slice(end)}`;
}

const byName = <T extends { readonly name: string }>(list: readonly T[]): Map<string, T> =>
  new Map(list.map((one) => [one.name, one]));

function setStatements(old: NamedSet | undefined, set: NamedSet): string[] {
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

function editOf(old: Chain, { name, lines }: Chain): ChainEdit[] {
  let keep = 0;
  while (keep < old.lines.length && keep < lines.length && old.lines[keep] === lines[keep]) keep += 1;
  if (keep === old.lines.length && keep === lines.length) return [];
  const places = new Map<string, number[]>();
  for (const [i, line] of old.lines.entries()) {
    const known = places.get(line);
    if (known === undefined) places.set(line, [i]);
    else known.push(i);
  }
  return [
    {
      chain: name,
      length: old.lines.length,
      keep,
      lines: lines.map((line) => [line, places.get(line)?.shift()] as const),
    },
  ];
}
