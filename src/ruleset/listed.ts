/** The rules of the document as a compilation holds them; one that says the same stays from one to the next. */
import type { Rule } from '#config/document.ts';
import type { FloatingRule } from '#config/rules-document.ts';
import { hashOf } from './identity.ts';
import type { Match } from './match.ts';
import type { Step } from './step.ts';

export type AnyRule = Rule | FloatingRule;

/** A rule, its name, and what it has become as long as nothing else that it means has changed. */
export interface Listed {
  /** What its comments begin with. */
  readonly word: 'rule' | 'floating';
  readonly rule: AnyRule;
  readonly id: string;
  readonly hash: string;
  matches: readonly Match[] | undefined;
  readonly steps: Partial<Record<'in' | 'out', readonly Step[]>>;
}

/** So many rules that went one after the other are passed over. */
const lookAhead = 8;

/** A list with its names, the disabled rules with them. `before` is the same list of the last time. */
export function listedRules(
  word: Listed['word'],
  rules: readonly AnyRule[],
  before: readonly Listed[],
): Listed[] {
  const seen = new Map<string, number>();
  let place = 0;
  const knownFor = (rule: AnyRule): Listed | undefined => {
    for (let i = place; i < before.length && i < place + lookAhead; i += 1) {
      const known = before[i];
      if (known === undefined || !isSame(known.rule, rule)) continue;
      place = i + 1;
      return known;
    }
    return undefined;
  };
  return rules.map((rule): Listed => {
    const known = knownFor(rule);
    const hash = known?.hash ?? hashOf(JSON.stringify(rule));
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    const id = count === 1 ? hash : `${hash}-${count}`;
    if (known?.id === id) return known;
    return { word, rule, id, hash, matches: undefined, steps: {} };
  });
}

/** Whether two values of a document say the same: plain data, all of whose names are its own. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  let more = 0;
  // Names listed first, for each of thousands of rules, would take half as long again.
  for (const name in one) {
    const value: unknown = one[name as keyof object];
    const another: unknown = other[name as keyof object];
    if (value !== another && !isSame(value, another)) return false;
    more += 1;
  }
  for (const _ in other) more -= 1;
  return more === 0;
}
