/**
 * /etc/network/interfaces as lines (interfaces(5)): a stanza of `iface` and the `auto` or `allow-*` lines before it
 * are told apart, everything else stays a line of text. What is not changed is kept to the byte.
 */

export interface Stanza {
  readonly name: string;
  /** "inet manual" and such. */
  readonly method: string;
  /** In their order, without indentation; an option may occur several times. */
  readonly options: readonly Option[];
}

export interface Option {
  readonly key: string;
  readonly value: string;
}

/** Lines of the file: a stanza with the lines that it was read from, or lines of no stanza. */
export type Part =
  | { readonly kind: 'stanza'; readonly stanza: Stanza; readonly lines: readonly string[] }
  | { readonly kind: 'auto'; readonly names: readonly string[]; readonly line: string }
  | { readonly kind: 'other'; readonly line: string };

/** Words that begin something new, so that a stanza ends before them. */
const beginnings = /^(iface|auto|mapping|source|source-directory|no-auto-down|no-scripts|rename|allow-\S+)\b/;

export function parseInterfaces(text: string): Part[] {
  const parts: Part[] = [];
  const lines = text.split('\n');
  for (let i = 0; i < lines.length; ) {
    const line = lines[i] ?? '';
    const words = line.trim().split(/\s+/);
    if (words[0] === 'iface') {
      const end = endOfStanza(lines, i + 1);
      const own = lines.slice(i, end);
      const [, name = '', ...method] = words;
      parts.push({
        kind: 'stanza',
        stanza: { name, method: method.join(' '), options: optionsOf(own.slice(1)) },
        lines: own,
      });
      i = end;
    } else {
      const isAuto = words[0] === 'auto' || /^allow-\S+$/.test(words[0] ?? '');
      parts.push(isAuto ? { kind: 'auto', names: words.slice(1), line } : { kind: 'other', line });
      i += 1;
    }
  }
  return parts;
}

/** Blank lines and comments after the last option belong to what follows. */
function endOfStanza(lines: readonly string[], from: number): number {
  let end = from;
  for (let i = from; i < lines.length; i++) {
    const line = lines[i]?.trim() ?? '';
    if (beginnings.test(line)) break;
    if (line !== '' && !line.startsWith('#')) end = i + 1;
  }
  return end;
}

/** A backslash at its end joins a line to the next. */
function optionsOf(lines: readonly string[]): Option[] {
  const joined = lines.join('\n').replace(/\\\n/g, ' ');
  return joined.split('\n').flatMap((line) => {
    const plain = line.trim();
    if (plain === '' || plain.startsWith('#')) return [];
    const [, key = '', value = ''] = /^(\S+)\s*(.*)$/.exec(plain) ?? [];
    // ifupdown2 takes `ovs-mtu` and `ovs_mtu` for the same.
    return [{ key: key.startsWith('ovs-') ? key.replaceAll('-', '_') : key, value }];
  });
}

/** A stanza as Proxmox writes one: options behind a tab. */
export const stanzaLines = ({ name, method, options }: Stanza): string[] => [
  `iface ${name} ${method}`,
  ...options.map(({ key, value }) => `\t${key} ${value}`),
];

/** Whether two stanzas say the same: Proxmox writes options in an order of its own, and "-" or "_" as it likes. */
export const sameStanza = (a: Stanza, b: Stanza): boolean => meaningOf(a) === meaningOf(b);

const meaningOf = ({ name, method, options }: Stanza): string =>
  [
    `${name} ${method}`,
    ...options.map(({ key, value }) => `${key.replaceAll('_', '-')} ${value.replace(/\s+/g, ' ')}`).sort(),
  ].join('\n');

export const partLines = (part: Part): readonly string[] =>
  part.kind === 'stanza' ? part.lines : [part.line];
