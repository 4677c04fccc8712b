/** The states thread's loop over this namespace's table of connections, turn by turn, without peers. */
import type { Result } from '#base/result.ts';
import { monotonicNow } from '#linux/clock.ts';
import { Conntrack } from '#linux/conntrack.ts';
import { Applier } from '#statesync/applier.ts';
import { LocalAddresses } from '#statesync/local.ts';
import { Owners } from '#statesync/owners.ts';
import { Session } from '#statesync/session.ts';
import { StatesLoop } from '../../src/node/states-loop.ts';
import type { FromStates, StatesAnswer, ToStates } from '../../src/node/states-protocol.ts';

/** An answer takes two turns; ms. */
const patience = 10_000;

export class States {
  readonly #kernel: Conntrack;
  readonly #loop: StatesLoop;
  readonly #inbox: ToStates[] = [];
  readonly #answers: Result<StatesAnswer>[] = [];

  constructor() {
    const opened = Conntrack.open();
    if (!opened.ok) throw new Error(opened.error);
    const kernel = opened.value;
    this.#kernel = kernel;
    const owners = new Owners();
    const wait = (): void => undefined;
    this.#loop = new StatesLoop({
      kernel,
      link: { send: () => true, receive: () => 'empty' },
      clock: { now: monotonicNow, wait, gather: wait },
      owners,
      applier: new Applier(owners, (messages, length, failed) => kernel.transmit(messages, length, failed)),
      local: new LocalAddresses([]),
      session: (outlets) =>
        new Session(
          {
            self: { node: 1, session: 1n },
            peers: [],
            secrets: ['a secret of this test'],
            datagramBytes: 1_400,
            kept: 16,
          },
          outlets,
          monotonicNow(),
        ),
      wallMs: Date.now,
      nameOfPeer: () => 'A',
      inbox: () => this.#inbox.shift(),
      tell: (message: FromStates) => {
        if (message.kind === 'answer') this.#answers.push(message.answer);
      },
    });
    this.#inbox.push({ kind: 'active', active: true });
    this.#loop.turn();
  }

  ask(wish: { words?: string[]; limit?: number; kill?: boolean; byRule?: boolean }): StatesAnswer {
    this.#inbox.push({ kind: 'query', id: 1, words: [], limit: 0, kill: false, ...wish });
    const until = performance.now() + patience;
    while (this.#answers.length === 0 && performance.now() < until) this.#loop.turn();
    const answer = this.#answers.shift();
    if (answer?.ok !== true) throw new Error(answer?.error ?? 'the loop does not answer');
    return answer.value;
  }

  close(): void {
    this.#kernel.close();
  }
}
