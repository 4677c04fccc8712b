/** A tree as text to be kept, and back: JSON, in which a list is an array and a map is `{"m": [[name, part], ...]}`. */
import { fail, ok, type Result } from '#base/result.ts';
import { isMap, type Tree, type TreeMap } from './tree.ts';

/** As deep as a call may be. */
const mostDepth = 64;

export const textOfTree = (tree: TreeMap): string => JSON.stringify(plainOf(tree));

const plainOf = (tree: Tree): unknown => {
  if (typeof tree === 'string') return tree;
  return isMap(tree) ? { m: [...tree].map(([name, part]) => [name, plainOf(part)]) } : tree.map(plainOf);
};

/** Fails on whatever `textOfTree` has not written. */
export function treeOfText(text: string): Result<TreeMap> {
  try {
    const tree = treeOfPlain(JSON.parse(text), mostDepth);
    return isMap(tree) ? ok(tree) : fail('it is no configuration');
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function treeOfPlain(plain: unknown, depth: number): Tree {
  if (typeof plain === 'string') return plain;
  if (depth === 0 || typeof plain !== 'object' || plain === null) throw new Error('it is no tree');
  if (Array.isArray(plain)) return plain.map((part) => treeOfPlain(part, depth - 1));
  const { m } = plain as { m?: unknown };
  if (!Array.isArray(m)) throw new Error('it is no tree');
  return new Map(
    m.map((entry: unknown): [string, Tree] => {
      if (!Array.isArray(entry) || typeof entry[0] !== 'string') throw new Error('it is no tree');
      return [entry[0], treeOfPlain(entry[1], depth - 1)];
    }),
  );
}
