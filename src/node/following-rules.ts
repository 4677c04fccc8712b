/** The ruleset follows the document: one transaction of the kernel, by which no connection ends. */
import { ok } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import type { Nft } from '#ports/nft.ts';
import { compile } from '#ruleset/compile.ts';
import type { Part } from './following.ts';

export function rulesOf(nft: Nft, node: string): Part {
  const programOf = (document: ClusterDocument): string => compile(document, node).program;
  return {
    tryOut: async (from, to) => {
      const program = programOf(to);
      const before = programOf(from);
      if (program === before) return ok([]);
      const checked = await nft.check(program);
      return checked.ok ? ok([`rules: ${difference(before, program)}`]) : checked;
    },
    follow: async (from, to) => {
      const program = programOf(to);
      return program === programOf(from) ? ok(undefined) : nft.apply(program);
    },
  };
}

/** "2 lines added, 1 line removed", whatever their order. */
function difference(before: string, after: string): string {
  const added = without(after, before);
  const removed = without(before, after);
  if (added + removed === 0) return 'in another order';
  const lines = (count: number): string => (count === 1 ? '1 line' : `${count} lines`);
  return [
    ...(added > 0 ? [`${lines(added)} added`] : []),
    ...(removed > 0 ? [`${lines(removed)} removed`] : []),
  ].join(', ');
}

/** How many lines of `text` are not in `other`; one that is there twice counts twice. */
function without(text: string, other: string): number {
  const left = new Map<string, number>();
  for (const line of other.split('\n')) left.set(line, (left.get(line) ?? 0) + 1);
  let missing = 0;
  for (const line of text.split('\n')) {
    const count = left.get(line) ?? 0;
    if (count === 0) missing += 1;
    else left.set(line, count - 1);
  }
  return missing;
}
