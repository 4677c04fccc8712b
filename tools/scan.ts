/** A small scanner of TypeScript: code without comments and strings, and the imports of a file. */

/** The text with comments and the insides of strings replaced by blanks; lines stay where they are. */
export function codeOnly(text: string): string {
  const pattern =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`|\/(?![/*\s])(?:\\.|\[(?:\\.|[^\]\n])*\]|[^/\\\n[])+\/[a-z]*(?=\s*[.,;)\]:]|$)/gm;
  return text.replace(pattern, (match) => match.replace(/[^\n]/g, ' '));
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
  const found: Import[] = [];
  const add = (specifier: string, typeOnly: boolean, index: number, spawned = false): void => {
    found.push({ specifier, typeOnly, spawned, line: text.slice(0, index).split('\n').length });
  };
  const statement = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)';?/gm;
  for (const match of text.matchAll(statement)) {
    const [whole, type, specifier = ''] = match;
    const names =
      /\{([^}]*)\}/
        .exec(whole)?.[1]
        ?.split(',')
        .filter((name) => name.trim() !== '') ?? [];
    const allTypes = names.length > 0 && names.every((name) => /^\s*type\s/.test(name));
    if (whole.startsWith('import') || whole.includes(' from '))
      add(specifier, type !== undefined || allTypes, match.index);
  }
  for (const match of text.matchAll(/\bimport\(\s*'([^']+)'\s*\)|new URL\(\s*'(\.[^']+\.ts)'/g)) {
    add(match[1] ?? match[2] ?? '', false, match.index, match[2] !== undefined);
  }
  return found;
}
