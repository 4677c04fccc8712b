/** What tidy looks for; pure, so that its test can plant every fault. */
import { dirname, join, normalize } from 'node:path/posix';
import { codeOnly, importsOf } from './scan.ts';
import { doors, entries, impure, libraries, lineLimit, pureModules, rooms, roots } from './walls.ts';

export interface SourceFile {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
}

const isTest = (path: string): boolean => path.endsWith('.test.ts') || path.startsWith('test/');

/** The room of a file; tests across rooms and tools have none. */
function roomOf(path: string): string | undefined {
  if (path.startsWith('bench/')) return 'bench';
  if (path.startsWith('ui/')) return 'ui';
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/** The file that an import names, or undefined for a library. */
function targetOf(from: string, specifier: string): string | undefined {
  if (specifier.startsWith('#')) return `src/${specifier.slice(1)}`;
  if (specifier.startsWith('.')) return normalize(join(dirname(from), specifier));
  return undefined;
}

/** All faults, each as `file:line: what`. */
export function faultsIn(files: readonly SourceFile[]): string[] {
  const sources = files.filter(({ path }) => /\.tsx?$/.test(path));
  // The text between JSX's elements looks like code to the scanner: those files are looked at for their imports alone.
  const scanned = sources.filter(({ path }) => path.endsWith('.ts'));
  return [
    ...sources.flatMap(wallFaults),
    ...scanned.flatMap(habitFaults),
    ...files.flatMap(placeFaults),
    ...deadFiles(sources),
    ...cycles(sources),
  ];
}

function wallFaults({ path, text }: SourceFile): string[] {
  const name = roomOf(path);
  if (name === undefined || isTest(path)) return [];
  const room = rooms[name];
  if (room === undefined) return [`${path}: the room "${name}" is not on the map (tools/walls.ts)`];
  const faults: string[] = [];
  for (const { specifier, typeOnly, spawned, line } of importsOf(text)) {
    if (spawned) continue;
    const target = targetOf(path, specifier);
    if (target === undefined) {
      if (room.pure && specifier.startsWith('node:') && !pureModules[name]?.includes(specifier)) {
        faults.push(`${path}:${line}: a pure room imports ${specifier}`);
      }
      if (!specifier.startsWith('node:') && !libraries[specifier]?.includes(name)) {
        faults.push(`${path}:${line}: ${name} may not import the library ${specifier}`);
      }
      continue;
    }
    const other = roomOf(target);
    if (other === undefined || other === name) continue;
    if (specifier.startsWith('../') && other !== 'bench' && name !== 'bench') {
      faults.push(`${path}:${line}: ${specifier} goes across rooms; write #${other}/...`);
    }
    const door = doors[`${name} ${other}`];
    if (door !== undefined && !door.test(target)) {
      faults.push(`${path}:${line}: ${name} may not import ${target}, which is no door of ${other}`);
    }
    const allowed =
      room.imports.includes(other) ||
      (typeOnly && room.types?.includes(other) === true) ||
      (other === 'linux' && roots.includes(path));
    if (!allowed) faults.push(`${path}:${line}: ${name} may not import ${other}`);
  }
  if (room.pure) {
    for (const [i, line] of codeOnly(text).split('\n').entries()) {
      const found = impure.exec(line)?.[0];
      if (found !== undefined) faults.push(`${path}:${i + 1}: a pure room uses ${found}`);
    }
  }
  return faults;
}

function habitFaults({ path, text }: SourceFile): string[] {
  const faults: string[] = [];
  const lines = text.split('\n');
  if (!isTest(path) && lines.length > lineLimit + 1) {
    faults.push(`${path}: ${lines.length - 1} lines; ${lineLimit} is the limit`);
  }
  const code = codeOnly(text).split('\n');
  const isPlanted = path.startsWith('tools/habits');
  for (const [i, line] of lines.entries()) {
    if (/(\/\/|\/\*|^\s*\*).*\b(TODO|FIXME|XXX)\b/.test(line) && !/#\d+/.test(line) && !isPlanted) {
      faults.push(`${path}:${i + 1}: a TODO without the issue that owns it`);
    }
    const bare = code[i] ?? '';
    if (/[:<|&,]\s*any\b(?!\s*[:(])|\bas any\b/.test(bare) && !hasReason(line))
      faults.push(`${path}:${i + 1}: any`);
    if (/[\w)\]]!(?=[.,;)\]:]|$)/.test(bare) && !hasReason(line)) {
      faults.push(`${path}:${i + 1}: non-null ! without a reason beside it`);
    }
  }
  return faults;
}

/** A comment on the line says why. */
const hasReason = (line: string): boolean => /\/\/ \S/.test(line);

/** Nothing may tie the project to one machine or registry. */
function placeFaults({ path, text }: SourceFile): string[] {
  const places = [/\/work\/\w/, /\/home\/[a-z]+\//, /\/root\/\w/, /"resolved":/, /registry\.\w+\.\w+/];
  if (path.startsWith('tools/habits')) return [];
  return text
    .split('\n')
    .flatMap((line, i) =>
      places
        .filter((place) => place.test(line))
        .map((place) => `${path}:${i + 1}: names a place (${place.source})`),
    );
}

function deadFiles(sources: readonly SourceFile[]): string[] {
  const used = new Set(
    sources.flatMap(({ path, text }) => importsOf(text).map(({ specifier }) => targetOf(path, specifier))),
  );
  return sources
    .filter(({ path }) => !used.has(path) && !entries.some((entry) => entry.test(path)) && !isTest(path))
    .map(({ path }) => `${path}: nothing imports it`);
}

function cycles(sources: readonly SourceFile[]): string[] {
  const edges = new Map(
    sources.map(({ path, text }) => [
      path,
      importsOf(text)
        .filter(({ typeOnly, spawned }) => !typeOnly && !spawned)
        .map(({ specifier }) => targetOf(path, specifier))
        .filter((target) => target !== undefined),
    ]),
  );
  const done = new Set<string>();
  const faults: string[] = [];
  const visit = (path: string, way: readonly string[]): void => {
    const at = way.indexOf(path);
    if (at >= 0) {
      faults.push(`import cycle: ${[...way.slice(at), path].join(' -> ')}`);
      return;
    }
    if (done.has(path)) return;
    for (const target of edges.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of edges.keys()) visit(path, []);
  return faults;
}
