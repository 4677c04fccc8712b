/**
 * This node as the API asks it. The status comes from the real-time thread: whoever asks within a moment gets the
 * same answer, so that no number of pages and scripts costs that thread more than a look every few milliseconds.
 */
import type { Result } from '#base/result.ts';
import type { NodeAnswer, NodeQuestion } from './contract/node-questions.ts';
import type { Actor, NodeDoor } from './handlers.ts';

/** For so long a status is shared, ms. */
const sharedFor = 50;

export class OwnNode implements NodeDoor {
  readonly node: string;
  readonly #ask: NodeDoor['ask'];
  readonly #clock: () => number;
  #shared: { readonly at: number; readonly answer: Promise<Result<NodeAnswer>> } | undefined;

  constructor(node: string, ask: NodeDoor['ask'], clock: () => number) {
    this.node = node;
    this.#ask = ask;
    this.#clock = clock;
  }

  /** Something has changed. */
  forget(): void {
    this.#shared = undefined;
  }

  async ask(question: NodeQuestion, by: Actor): Promise<Result<NodeAnswer>> {
    if (question.command !== 'status') {
      const answer = await this.#ask(question, by);
      // Mostly it was an order.
      this.forget();
      return answer;
    }
    const shared = this.#shared;
    if (shared !== undefined && this.#clock() - shared.at < sharedFor) return shared.answer;
    const answer = this.#ask(question, by);
    this.#shared = { at: this.#clock(), answer };
    return answer;
  }
}
