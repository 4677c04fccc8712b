/** The main thread's side of the guard thread. */
import { Worker } from 'node:worker_threads';
import { fail, type Result } from '#base/result.ts';
import type { Micros } from '#base/time.ts';
import type { VhidKey } from '#carp/types.ts';
import type { FromGuard, GuardNews, GuardPlan, GuardReport, GuardWorld, ToGuard } from './guard-protocol.ts';

export interface GuardHandle {
  send(message: ToGuard): void;
  /** What the guard knows now. Rejects when it does not answer in time, which is a bug or a dead thread. */
  report(): Promise<GuardReport>;
  /** Goes by another document from now on. On failure it goes by the last. */
  reconfigure(world: GuardWorld): Promise<Result<void>>;
  /** Gives VHIDs up; resolves when a peer has taken over, or when `patience` has passed. */
  retire(keys: readonly VhidKey[], patience: Micros): Promise<Result<void>>;
  /** Resolves with the exit code when the thread has ended. */
  readonly ended: Promise<number>;
}

/** The guard answers between two packets; a second means that it hangs. */
const reportLimitMs = 1_000;
const heartbeatMs = 100;
const over = 'the guard thread has ended';

/** Starts the guard. `wake` interrupts its wait; `listen` gets everything it says but reports. */
export function startGuard(
  plan: GuardPlan,
  wake: () => void,
  listen: (message: GuardNews) => void,
  failed: (error: Error) => void,
): GuardHandle {
  const worker = new Worker(new URL('./guard.ts', import.meta.url), { workerData: plan });
  const waiting = new Map<number, (report: GuardReport) => void>();
  const asked = new Map<number, (outcome: Result<void>) => void>();
  let lastId = 0;
  let hasEnded = false;

  const beat = new Int32Array(plan.heartbeat);
  const beating = setInterval(() => Atomics.add(beat, 0, 1), heartbeatMs);

  worker.on('message', (message: FromGuard) => {
    switch (message.kind) {
      case 'report':
        waiting.get(message.id)?.(message.report);
        waiting.delete(message.id);
        return;
      case 'answer':
        asked.get(message.id)?.(message.outcome);
        asked.delete(message.id);
        return;
      default:
        listen(message);
    }
  });
  worker.on('error', failed);
  const ended = new Promise<number>((resolve) => {
    worker.on('exit', (code) => {
      clearInterval(beating);
      hasEnded = true;
      for (const answer of asked.values()) answer(fail(over));
      asked.clear();
      resolve(code);
    });
  });

  const send = (message: ToGuard): void => {
    worker.postMessage(message);
    wake();
  };
  const report = (): Promise<GuardReport> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      const id = lastId;
      const late = setTimeout(() => {
        waiting.delete(id);
        reject(new Error(`the guard thread did not answer within ${reportLimitMs} ms`));
      }, reportLimitMs);
      waiting.set(id, (answer) => {
        clearTimeout(late);
        resolve(answer);
      });
      send({ kind: 'report', id });
    });
  /** Sends a message that is answered. How long that may take is the guard's to know: it may wait for a peer. */
  const ask = (message: (id: number) => ToGuard): Promise<Result<void>> =>
    new Promise((resolve) => {
      if (hasEnded) return resolve(fail(over));
      lastId += 1;
      asked.set(lastId, resolve);
      send(message(lastId));
    });
  return {
    send,
    report,
    reconfigure: (world) => ask((id) => ({ kind: 'reconfigure', id, world })),
    retire: (keys, patience) => ask((id) => ({ kind: 'retire', id, keys, patience })),
    ended,
  };
}
