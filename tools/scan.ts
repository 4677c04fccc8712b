/** A small scanner of TypeScript: code without comments and strings, and the imports of a file. */

/**
 * The text with comments and the insides of strings, templates and regular expressions replaced by blanks; lines and
 * columns stay where they are, and what a template computes stays code.
 */
export function codeOnly(text: string): string {
  let out = '';
  let at = 0;
  /** For each open `${`: the braces opened inside it. */
  const open: number[] = [];
  const blank = (until: number, edges: 0 | 1 = 0): void => {
    const inside = text.slice(at + edges, until - edges).replace(/[^\n]/g, ' ');
    out += text.slice(at, at + edges) + inside + text.slice(until - edges, until);
    at = until;
  };
  while (at < text.length) {
    const char = text[at] ?? '';
    const next = text[at + 1];
    if (char === '/' && next === '/') blank(endOf(text, at, /$/gm));
    else if (char === '/' && next === '*') blank(endOf(text, at + 2, /\*\//g));
    else if (char === "'" || char === '"') blank(endOf(text, at + 1, quoteEnds[char]), 1);
    else if (char === '/' && isRegexPlace(out)) blank(endOf(text, at + 1, regexEnd), 1);
    else if (char === '`' || (char === '}' && open.at(-1) === 0)) {
      if (char === '}') open.pop();
      blank(endOf(text, at + 1, templateEnd), 1);
      if (text[at - 1] === '{') open.push(0);
    } else {
      const depth = open.length - 1;
      if (depth >= 0) open[depth] = (open[depth] ?? 0) + (char === '{' ? 1 : char === '}' ? -1 : 0);
      out += char;
      at += 1;
    }
  }
  return out;
}

const quoteEnds = { "'": /(?:\\.|[^'\\\n])*'?/gy, '"': /(?:\\.|[^"\\\n])*"?/gy } as const;
const regexEnd = /(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\//gy;
const templateEnd = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{)?/gy;

/** Where a match from `from` on ends; the end of the text when there is none. */
function endOf(text: string, from: number, pattern: RegExp): number {
  pattern.lastIndex = from;
  return pattern.exec(text) === null ? text.length : pattern.lastIndex;
}

/** A slash divides after a value, and begins a regular expression anywhere else. */
function isRegexPlace(before: string): boolean {
  const code = before.trimEnd();
  return /(^|[^\w$)\]'"`])$/.test(code) || /\b(return|typeof|case|of|in|void|yield|await)$/.test(code);
}

export interface Import {
  readonly specifier: string;
  readonly typeOnly: boolean;
  /** Named by a URL: run as a program of its own, not loaded. */
  readonly spawned: boolean;
  readonly line: number;
}

/** Static and dynamic imports, and re-exports. */
export function importsOf(text: string): Import[] {
  const code = codeOnly(text);
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean, index: number, spawned = false): void => {
    // What stands in a comment or a string imports nothing.
    if (code[index] === ' ') return;
    found.push({ specifier, typeOnly, spawned, line: text.slice(0, index).split('\n').length });
  };
  const statement = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?(['"])([^'"]+)\2;?/gm;
  for (const match of text.matchAll(statement)) {
    const [whole, type, , specifier = ''] = match;
    const names =
      /\{([^}]*)\}/
        .exec(whole)?.[1]
        ?.split(',')
        .filter((name) => name.trim() !== '') ?? [];
    const allTypes = names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
    if (whole.startsWith('import') || whole.includes(' from '))
      add(specifier, type !== undefined || allTypes, match.index);
  }
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)|new URL\(\s*'(\.[^']+\.ts)'/g)) {
    add(match[1] ?? match[2] ?? '', false, match.index, match[2] !== undefined);
  }
  return found;
}
