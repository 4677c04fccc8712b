/**
 * This node as the API asks it. The status comes from the real-time thread, and tables of the kernel by a tool that is
 * started: whoever asks within a moment gets the same answer, so that no number of pages and scripts costs the node more
 * than a look every few milliseconds.
 */
import type { Result } from '#base/result.ts';
import type { NodeAnswer, NodeQuestion } from './contract/node-questions.ts';
import type { Actor, NodeDoor } from './handlers.ts';

type Command = NodeQuestion['command'];

/** For so long an answer is shared, ms. Of these, questions of one kind are all alike. */
const sharedFor: Readonly<Partial<Record<Command, number>>> = {
  status: 50,
  counters: 50,
  balancer: 50,
  interfaces: 250,
  routes: 250,
  neighbours: 250,
  ruleCounters: 250,
};

// biome-ignore format: one list
const readings: ReadonlySet<Command> = new Set([
  'status', 'states', 'counters', 'interfaces', 'routes', 'neighbours', 'ruleCounters', 'logs', 'audit', 'balancer',
  'balancerOrders', 'certificate',
]);

/** Whether it changes nothing at a node. */
export const isReading = (question: NodeQuestion): boolean =>
  readings.has(question.command) && !('kill' in question && question.kill);

export class OwnNode implements NodeDoor {
  readonly node: string;
  readonly #ask: NodeDoor['ask'];
  readonly #clock: () => number;
  readonly #shared = new Map<
    Command,
    { readonly at: number; readonly answer: Promise<Result<NodeAnswer>> }
  >();

  constructor(node: string, ask: NodeDoor['ask'], clock: () => number) {
    this.node = node;
    this.#ask = ask;
    this.#clock = clock;
  }

  /** Something has changed. */
  forget(): void {
    this.#shared.clear();
  }

  async ask(question: NodeQuestion, by: Actor): Promise<Result<NodeAnswer>> {
    const { command } = question;
    const life = sharedFor[command];
    if (life === undefined) {
      const answer = await this.#ask(question, by);
      if (!isReading(question)) this.forget();
      return answer;
    }
    const shared = this.#shared.get(command);
    if (shared !== undefined && this.#clock() - shared.at < life) return shared.answer;
    const answer = this.#ask(question, by);
    this.#shared.set(command, { at: this.#clock(), answer });
    return answer;
  }
}
