/**
 * Names that stay with a rule while others come and go, so that its lines, and with them its counters, need not be
 * touched: pfSense's tracker, made from what the rule says.
 */
import type { ClusterDocument } from '#config/document.ts';
import type { Path } from '#config/findings.ts';

export interface Named<T> {
  readonly rule: T;
  /** 8 hex digits, and a number when rules are equal. */
  readonly id: string;
  /** `rule 3: Mail`, for people; the number is the place in the document, 1 first. */
  readonly title: string;
  readonly path: Path;
}

/** Rules do not change once they are read. */
const texts = new WeakMap<object, { readonly text: string; readonly hash: string }>();

interface Described {
  readonly description: string;
  readonly disabled: boolean;
}

/** The rules of a list with their names; disabled ones are left out. */
export function namedRules<T extends Described>(rules: readonly T[], kind: string, path: Path): Named<T>[] {
  const seen = new Map<string, number>();
  return rules.flatMap((rule, i) => {
    if (rule.disabled) return [];
    const { hash } = saidBy(rule);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    const title = rule.description === '' ? `${kind} ${i + 1}` : `${kind} ${i + 1}: ${rule.description}`;
    return [{ rule, id: count === 1 ? hash : `${hash}-${count}`, title, path: [...path, i] }];
  });
}

/** A rule as text, and a short name made from it. */
export function saidBy(rule: object): { readonly text: string; readonly hash: string } {
  const known = texts.get(rule);
  if (known !== undefined) return known;
  const text = JSON.stringify(rule);
  const said = { text, hash: hashOf(text) };
  texts.set(rule, said);
  return said;
}

/** Every list of rules that makes lines, by the word that the comments of its lines begin with. */
export function allNamed(document: ClusterDocument): Map<string, Named<unknown>> {
  const { outbound, portForwards, oneToOne, npt } = document.nat;
  const lists = [
    ['rule', namedRules(document.rules, 'rule', ['rules'])],
    ['floating', namedRules(document.floatingRules, 'floating rule', ['floatingRules'])],
    ['nat', namedRules(outbound.rules, 'outbound NAT', ['nat', 'outbound', 'rules'])],
    ['forward', namedRules(portForwards, 'port forward', ['nat', 'portForwards'])],
    ['binat', namedRules(oneToOne, '1:1 NAT', ['nat', 'oneToOne'])],
    ['npt', namedRules(npt, 'NPt', ['nat', 'npt'])],
  ] as const;
  return new Map(lists.flatMap(([word, named]) => named.map((one) => [`${word} ${one.id}`, one] as const)));
}

/** The comment of a rule's lines: `rule 3fa94c1e: Mail`. */
export const commentOf = (word: string, { id, rule }: Pick<Named<Described>, 'id' | 'rule'>): string =>
  rule.description === '' ? `${word} ${id}` : `${word} ${id}: ${rule.description}`;

/** FNV-1a with 32 bits: this tells rules apart, it protects nothing. */
export function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
