/** A ruleset as data, and its text for `nft -f`. */

/** A named set. Its elements can change without anything else being touched. */
export interface NamedSet {
  readonly name: string;
  /** What stands in it before the elements: type, flags. A change of these makes another set. */
  readonly head: readonly string[];
  readonly elements: readonly string[];
}

/** Rules that exclude each other, as elements of one map: a packet finds its verdict with one look. */
export interface VerdictMap {
  readonly name: string;
  /** Belongs to the name: under one name there is always the same. */
  readonly head: readonly string[];
  readonly elements: readonly VerdictElement[];
}

export interface VerdictElement {
  /** `10.0.0.0/8 . 192.0.2.1 . tcp . 80`; unique in its map. */
  readonly key: string;
  /** `counter comment "rule 3fa94c1e: Mail" : accept` */
  readonly value: string;
}

export interface Chain {
  readonly name: string;
  /** Type, hook, priority and policy of a base chain. */
  readonly hook?: string;
  readonly lines: readonly string[];
  /** What its lines, and no others, look up. */
  readonly maps?: readonly VerdictMap[];
}

export interface Ruleset {
  /** For the first line: cluster and node. */
  readonly title: string;
  readonly sets: readonly NamedSet[];
  /** Objects such as helpers, each whole. */
  readonly objects: readonly { readonly name: string; readonly body: readonly string[] }[];
  readonly chains: readonly Chain[];
}

export const table = 'table inet bascule';

/** Takes the table away, whether it is there or not. */
export const removal = `${table} {}\ndelete ${table}\n`;

/** The program that replaces the whole table: the kernel takes all of it or nothing. */
export function programOf(ruleset: Ruleset): string {
  return [
    `# ${ruleset.title}`,
    `${removal}${table} {`,
    ...ruleset.sets.map((set) => block(`set ${set.name}`, [...set.head, ...elementLines(set)])),
    ...ruleset.objects.map(({ name, body }) => block(name, body)),
    ...ruleset.chains.flatMap(({ maps = [] }) => maps.map((map) => block(`map ${map.name}`, mapLines(map)))),
    ...ruleset.chains.map((chain) =>
      block(`chain ${chain.name}`, chain.hook === undefined ? chain.lines : [chain.hook, ...chain.lines]),
    ),
    '}',
    '',
  ].join('\n');
}

export const elementText = ({ key, value }: VerdictElement): string => `${key} ${value}`;

/** One element a line, as nft lists those with a comment, too. */
const mapLines = ({ head, elements }: VerdictMap): string[] => [
  ...head,
  'elements = {',
  ...elements.map((element) => `\t${elementText(element)},`),
  '}',
];

const elementLines = ({ elements }: NamedSet): string[] =>
  elements.length === 0 ? [] : [`elements = { ${elements.join(', ')} }`];

const block = (head: string, lines: readonly string[]): string =>
  lines.length === 0 ? `\t${head} {\n\t}` : `\t${head} {\n\t\t${lines.join('\n\t\t')}\n\t}`;
