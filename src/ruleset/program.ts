/** A ruleset as data, and its text for `nft -f`. */

/** A named set. Its elements can change without anything else being touched. */
export interface NamedSet {
  readonly name: string;
  /** What stands in it before the elements: type, flags. A change of these makes another set. */
  readonly head: readonly string[];
  readonly elements: readonly string[];
}

export interface Chain {
  readonly name: string;
  /** Type, hook, priority and policy of a base chain. */
  readonly hook?: string;
  readonly lines: readonly string[];
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
    ...ruleset.chains.map((chain) =>
      block(`chain ${chain.name}`, chain.hook === undefined ? chain.lines : [chain.hook, ...chain.lines]),
    ),
    '}',
    '',
  ].join('\n');
}

const elementLines = ({ elements }: NamedSet): string[] =>
  elements.length === 0 ? [] : [`elements = { ${elements.join(', ')} }`];

const block = (head: string, lines: readonly string[]): string =>
  lines.length === 0 ? `\t${head} {\n\t}` : `\t${head} {\n\t\t${lines.join('\n\t\t')}\n\t}`;
