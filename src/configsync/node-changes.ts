/** What differs between a section as a document wants it and as a pfSense holds it, thing by thing. Pure. */
import { at, isArray, isMap, isNothing, listOf, mapOf, type Tree, type TreeMap, textOf } from './tree.ts';

export interface Change {
  readonly section: string;
  /** `order`: the things are the same, in another order. */
  readonly kind: 'added' | 'removed' | 'changed' | 'order';
  /** A rule's description, a virtual IP's address, the name of a setting; never a value that may be secret. */
  readonly what: string;
}

/** The lists of each section, by path within it. */
const lists: Readonly<Record<string, readonly string[]>> = {
  virtualip: ['vip'],
  aliases: ['alias'],
  schedules: ['schedule'],
  filter: ['rule'],
  nat: ['outbound/rule', 'rule', 'onetoone', 'npt'],
};

export function changesOf(section: string, wanted: Tree, held: Tree | undefined): Change[] {
  if (section === 'hasync') return settings(section, mapOf(wanted), mapOf(held));
  const mode = section === 'nat' ? modes(wanted, held) : [];
  const things = (lists[section] ?? []).flatMap((path) =>
    ofList(section, listOf(at(wanted, path)), theirs(section, path, held)),
  );
  return [...mode, ...things];
}

/** Aliases of a plain interface are the node's own matter. */
const theirs = (section: string, path: string, held: Tree | undefined): readonly Tree[] =>
  listOf(at(held, path)).filter(
    (thing) =>
      section !== 'virtualip' ||
      textOf(at(thing, 'mode')) === 'carp' ||
      textOf(at(thing, 'interface')).startsWith('_vip'),
  );

function modes(wanted: Tree, held: Tree | undefined): Change[] {
  const [here, there] = [wanted, held].map((tree) => textOf(at(tree, 'outbound/mode')) || 'automatic');
  return here === there
    ? []
    : [{ section: 'nat', kind: 'changed', what: `outbound/mode: ${there} -> ${here}` }];
}

function settings(section: string, wanted: TreeMap, held: TreeMap): Change[] {
  const names = [...wanted.keys(), ...[...held.keys()].filter((name) => !wanted.has(name) && isSwitch(name))];
  return names.flatMap((name): Change[] => {
    const [here, there] = [wanted.get(name), held.get(name)];
    if (isNothing(here) && isNothing(there)) return [];
    if (textOf(here) === textOf(there)) return [];
    const kind = isNothing(there) ? 'added' : isNothing(here) ? 'removed' : 'changed';
    return [{ section, kind, what: name }];
  });
}

/** Settings of high availability that are off by not being there. */
export const isSwitch = (name: string): boolean => /^(synchronize\w+|adminsync|pfsyncenabled)$/.test(name);

function ofList(section: string, wanted: readonly Tree[], held: readonly Tree[]): Change[] {
  const [here, there] = [wanted.map(plain), held.map(plain)];
  if (here.join('\n') === there.join('\n')) return [];
  const [left, gone] = [without(wanted, here, there), without(held, there, here)];
  if (left.length + gone.length === 0) return [{ section, kind: 'order', what: `${wanted.length}` }];
  const isBoth = (thing: Tree, among: readonly Tree[]): boolean =>
    among.some((other) => titleOf(section, other) === titleOf(section, thing));
  return [
    ...left.map(
      (thing): Change => ({
        section,
        kind: isBoth(thing, gone) ? 'changed' : 'added',
        what: titleOf(section, thing),
      }),
    ),
    ...gone
      .filter((thing) => !isBoth(thing, left))
      .map((thing): Change => ({ section, kind: 'removed', what: titleOf(section, thing) })),
  ];
}

/** Things whose text is not among others; of equal ones, as many as are too many. */
function without(things: readonly Tree[], texts: readonly string[], others: readonly string[]): Tree[] {
  const rest = new Map<string, number>();
  for (const text of others) rest.set(text, (rest.get(text) ?? 0) + 1);
  return things.filter((_, i) => {
    const count = rest.get(texts[i] ?? '') ?? 0;
    rest.set(texts[i] ?? '', count - 1);
    return count <= 0;
  });
}

/** Whether two things mean the same to a pfSense. */
export const isAlike = (one: Tree, other: Tree): boolean => plain(one) === plain(other);

/** What pfSense writes beside what is meant: numbers of its own, who wrote it when, and what is usual. */
const incidental = new Set(
  'id tracker created updated detail uniqid associated-rule-id schedlabel'.split(' '),
);
/** Elements that mean something by being there. */
const flags = new Set('log disabled quick not any nosync nordr nonat staticnatport allowopts'.split(' '));

function plain(thing: Tree): string {
  if (typeof thing === 'string') return JSON.stringify(thing);
  if (isArray(thing)) return `[${thing.map(plain).join()}]`;
  const fields = [...mapOf(thing)]
    .filter(([name, part]) => !incidental.has(name) && (flags.has(name) || !isNothing(part)))
    .filter(([name, part]) => !(name === 'statetype' && part === 'keep state'))
    .map(([name, part]) => `${name}:${flags.has(name) && !isMap(part) ? '' : plain(part)}`);
  return `{${fields.sort().join()}}`;
}

function titleOf(section: string, thing: Tree): string {
  const text = (path: string): string => textOf(at(thing, path));
  if (section === 'virtualip') {
    const vhid = text('vhid') === '' ? '' : `@${text('vhid')}`;
    return `${text('interface')}${vhid} ${text('subnet')}/${text('subnet_bits')}`;
  }
  if (section === 'aliases' || section === 'schedules') return text('name');
  const words = [text('type'), text('interface'), text('protocol'), placeText(at(thing, 'destination'))];
  return text('descr') || words.filter(Boolean).join(' ');
}

function placeText(place: Tree | undefined): string {
  const [network, address, port] = ['network', 'address', 'port'].map((name) => textOf(at(place, name)));
  const where = network || address || 'any';
  return port ? `${where}:${port}` : where;
}
