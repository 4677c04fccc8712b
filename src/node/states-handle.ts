/** The main thread's side of the states thread. */
import { Worker } from 'node:worker_threads';
import { fail, type Result } from '#base/result.ts';
import type {
  FromStates,
  StatesAnswer,
  StatesPlan,
  StatesQuestion,
  StatesReport,
  ToStates,
} from './states-protocol.ts';

export type Wish = Omit<StatesQuestion, 'kind' | 'id'>;

export interface StatesHandle {
  send(message: ToStates): void;
  /** Rows of the table that fit the words of a filter; `kill` removes them, here and at the peers. */
  query(wish: Wish): Promise<Result<StatesAnswer>>;
  /** Says farewell to the peers; resolves when the thread has ended. */
  leave(): Promise<void>;
}

export function startStates(
  plan: StatesPlan,
  wake: () => void,
  listen: (report: StatesReport) => void,
  failed: (error: Error) => void,
): StatesHandle {
  const worker = new Worker(new URL('./states.ts', import.meta.url), { workerData: plan });
  const waiting = new Map<number, (answer: Result<StatesAnswer>) => void>();
  let lastId = 0;
  let isOver = false;
  worker.on('message', (message: FromStates) => {
    if (message.kind === 'report') listen(message.report);
    if (message.kind !== 'answer') return;
    waiting.get(message.id)?.(message.answer);
    waiting.delete(message.id);
  });
  worker.on('error', failed);
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      isOver = true;
      for (const answer of waiting.values()) answer(fail('state synchronisation has ended'));
      resolve();
    });
  });
  const send = (message: ToStates): void => {
    if (isOver) return;
    worker.postMessage(message);
    wake();
  };
  return {
    send,
    query: (wish) =>
      new Promise((resolve) => {
        if (isOver) return resolve(fail('state synchronisation has ended'));
        lastId += 1;
        waiting.set(lastId, resolve);
        send({ kind: 'query', id: lastId, ...wish });
      }),
    leave: () => {
      send({ kind: 'leave' });
      return ended;
    },
  };
}
