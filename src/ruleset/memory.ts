/**
 * What one compilation leaves for the next. From one document to another most rules stay as they are: with 10,000 of
 * them and one changed, hardly any of the work need be done again.
 */
import type { Tree } from './dispatch.ts';
import { type AnyRule, type Listed, listedRules } from './listed.ts';
import { Recent } from './recent.ts';

export class Memory {
  /** Chains that a list of steps became, by the name of the first. */
  readonly trees = new Recent<Tree>();
  readonly #lists = new Map<Listed['word'], readonly Listed[]>();
  #context = '';

  /** `context` is all that the meaning of a rule hangs on besides the rule: when it changes, nothing is kept. */
  begin(context: string): void {
    if (context !== this.#context) {
      this.#lists.clear();
      this.trees.clear();
    }
    this.#context = context;
    this.trees.turn();
  }

  /** The rules of a list; those that say the same as the last time are the same objects. */
  listed(word: Listed['word'], rules: readonly AnyRule[]): readonly Listed[] {
    const listed = listedRules(word, rules, this.#lists.get(word) ?? []);
    this.#lists.set(word, listed);
    return listed;
  }
}
