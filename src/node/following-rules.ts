/** The ruleset follows the document: one transaction of the kernel, by which no connection ends. */
import { ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import type { Nft } from '#ports/nft.ts';
import { compile } from '#ruleset/compile.ts';
import { transition, transitionProgram } from '#ruleset/transition.ts';
import type { Part } from './following.ts';

export function rulesOf(nft: Nft, node: string): Part {
  // A document is tried before it is followed, and is the one to come from at the next change.
  const known = new WeakMap<ClusterDocument, ReturnType<typeof compile>>();
  const compiled = (document: ClusterDocument): ReturnType<typeof compile> => {
    const ready = known.get(document) ?? compile(document, node);
    known.set(document, ready);
    return ready;
  };
  const programOf = (document: ClusterDocument): string => compiled(document).program;
  return {
    tryOut: async (from, to) => {
      const program = programOf(to);
      const before = programOf(from);
      if (program === before) return ok([]);
      const checked = await nft.check(program);
      return checked.ok ? ok([`rules: ${difference(before, program)}`]) : checked;
    },
    follow: async (from, to) => {
      const [before, after] = [compiled(from), compiled(to)];
      return before.program === after.program ? ok(undefined) : change(nft, before, after);
    },
  };
}

/** Touches what differs; when the kernel holds something else than expected, the whole table is replaced. */
async function change(
  nft: Nft,
  before: ReturnType<typeof compile>,
  after: ReturnType<typeof compile>,
): Promise<Result<void>> {
  const steps = transition(before.ruleset, after.ruleset);
  const lines = await nft.lines(steps?.edits.map(({ chain }) => chain) ?? []);
  if (steps === undefined || !lines.ok) return nft.apply(after.program);
  const done = await nft.apply(transitionProgram(steps, lines.value));
  return done.ok ? done : nft.apply(after.program);
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
