/** The ruleset follows the document: one transaction of the kernel, by which no connection ends. */
import { ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import type { Nft } from '#ports/nft.ts';
import { compile } from '#ruleset/compile.ts';
import { Memory } from '#ruleset/memory.ts';
import type { Facts } from '#ruleset/setting.ts';
import { transition, transitionProgram } from '#ruleset/transition.ts';
import type { Part } from './following.ts';

type Compiled = ReturnType<typeof compile>;

export interface RulesPart extends Part {
  /** Applies what the time has changed: rules with a schedule, URL tables. True when the kernel was touched. */
  refresh(document: ClusterDocument): Promise<Result<boolean>>;
}

/** `facts` are those of the moment; `loaded` is what the kernel holds, when that is known. */
export function rulesOf(
  nft: Nft,
  node: string,
  facts: () => Facts = () => ({}),
  loaded?: Compiled,
): RulesPart {
  let inKernel = loaded;
  let last: Promise<unknown> = Promise.resolve();
  const memory = new Memory();
  const compiled = (document: ClusterDocument): Compiled => compile(document, node, facts(), memory);

  /** One change after the other: the next starts from what this one has left. */
  function inTurn(from: ClusterDocument, to: ClusterDocument): Promise<Result<boolean>> {
    const done = last.then(async (): Promise<Result<boolean>> => {
      const [before, after] = [inKernel ?? compiled(from), compiled(to)];
      if (before.program === after.program) return ok(false);
      const changed = await change(nft, before, after);
      if (!changed.ok) return changed;
      inKernel = after;
      return ok(true);
    });
    last = done;
    return done;
  }

  return {
    tryOut: async (from, to) => {
      const { program } = compiled(to);
      const before = (inKernel ?? compiled(from)).program;
      if (program === before) return ok([]);
      const checked = await nft.check(program);
      return checked.ok ? ok([`rules: ${difference(before, program)}`]) : checked;
    },
    follow: async (from, to) => {
      const done = await inTurn(from, to);
      return done.ok ? ok(undefined) : done;
    },
    refresh: (document) => inTurn(document, document),
  };
}

/** Touches what differs; when the kernel holds something else than expected, the whole table is replaced. */
async function change(nft: Nft, before: Compiled, after: Compiled): Promise<Result<void>> {
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
