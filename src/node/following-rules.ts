/** The ruleset follows the document: one transaction of the kernel, by which no connection ends. */
import { ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import type { Nft } from '#ports/nft.ts';
import { type Compiled, compile } from '#ruleset/compile.ts';
import { Memory } from '#ruleset/memory.ts';
import { elementText, type Ruleset } from '#ruleset/program.ts';
import type { Facts } from '#ruleset/setting.ts';
import {
  isNothing,
  questionsOf,
  type Transition,
  transition,
  transitionProgram,
} from '#ruleset/transition.ts';
import type { Part } from './following.ts';

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
  const memory = loaded?.memory ?? new Memory();
  const compiled = (document: ClusterDocument): Compiled => compile(document, node, facts(), memory);

  /** One change after the other: the next starts from what this one has left. */
  function inTurn(from: ClusterDocument, to: ClusterDocument): Promise<Result<boolean>> {
    const done = last.then(async (): Promise<Result<boolean>> => {
      const [before, after] = [inKernel ?? compiled(from), compiled(to)];
      const steps = transition(before.ruleset, after.ruleset);
      if (steps !== undefined && isNothing(steps)) return ok(false);
      const changed = await change(nft, steps, after);
      if (!changed.ok) return changed;
      inKernel = after;
      return ok(true);
    });
    last = done;
    return done;
  }

  return {
    tryOut: async (from, to) => {
      const [before, after] = [inKernel ?? compiled(from), compiled(to)];
      const steps = transition(before.ruleset, after.ruleset);
      if (steps !== undefined && isNothing(steps)) return ok([]);
      const program = steps === undefined ? undefined : programFor(nft, steps);
      const changed = program?.ok === true ? await nft.check(program.value) : undefined;
      const checked = changed?.ok === true ? changed : await nft.check(after.program);
      return checked.ok ? ok([`rules: ${difference(before.ruleset, after.ruleset)}`]) : checked;
    },
    follow: async (from, to) => {
      const done = await inTurn(from, to);
      return done.ok ? ok(undefined) : done;
    },
    refresh: (document) => inTurn(document, document),
  };
}

/** Touches what differs; when the kernel holds something else than expected, the whole table is replaced. */
async function change(nft: Nft, steps: Transition | undefined, after: Compiled): Promise<Result<void>> {
  const program = steps === undefined ? undefined : programFor(nft, steps);
  if (program === undefined || !program.ok) return nft.apply(after.program);
  const done = await nft.apply(program.value);
  return done.ok ? done : nft.apply(after.program);
}

/** The program of a transition from what the kernel has counted. */
function programFor(nft: Nft, steps: Transition): Result<string> {
  const questions = questionsOf(steps);
  const chains = nft.lines(questions.chains);
  if (!chains.ok) return chains;
  const maps = nft.elements(questions.maps);
  return maps.ok ? ok(transitionProgram(steps, { chains: chains.value, maps: maps.value })) : maps;
}

/** "2 lines added, 1 line removed", whatever their order. */
function difference(before: Ruleset, after: Ruleset): string {
  const [old, fresh] = [textsOf(before, after), textsOf(after, before)];
  const added = without(fresh, old);
  const removed = without(old, fresh);
  if (added + removed === 0) return 'in another order';
  const lines = (count: number): string => (count === 1 ? '1 line' : `${count} lines`);
  return [
    ...(added > 0 ? [`${lines(added)} added`] : []),
    ...(removed > 0 ? [`${lines(removed)} removed`] : []),
  ].join(', ');
}

/** What a ruleset says in lines and elements, without the chains that it has in common with another. */
function textsOf({ sets, objects, chains }: Ruleset, other: Ruleset): string[] {
  const same = new Set(other.chains);
  return [
    ...sets.flatMap(({ name, head, elements }) => [...head, ...elements].map((text) => `${name} ${text}`)),
    ...objects.flatMap(({ body }) => body),
    ...chains.flatMap((chain) =>
      same.has(chain)
        ? []
        : [...chain.lines, ...(chain.maps ?? []).flatMap((map) => map.elements.map(elementText))],
    ),
  ];
}

/** How many texts of a list are not in another; one that is there twice counts twice. */
function without(texts: readonly string[], others: readonly string[]): number {
  const left = new Map<string, number>();
  for (const text of others) left.set(text, (left.get(text) ?? 0) + 1);
  let missing = 0;
  for (const text of texts) {
    const count = left.get(text) ?? 0;
    if (count === 0) missing += 1;
    else left.set(text, count - 1);
  }
  return missing;
}
