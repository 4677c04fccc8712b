/** The main thread's side of the states thread. */
import { Worker } from 'node:worker_threads';
import type { FromStates, StatesPlan, StatesReport, ToStates } from './states-protocol.ts';

export interface StatesHandle {
  send(message: ToStates): void;
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
  let isOver = false;
  worker.on('message', (message: FromStates) => {
    if (message.kind === 'report') listen(message.report);
  });
  worker.on('error', failed);
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      isOver = true;
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
    leave: () => {
      send({ kind: 'leave' });
      return ended;
    },
  };
}
