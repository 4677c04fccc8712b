/** The main thread's side of the guard thread. */
import { Worker } from 'node:worker_threads';
import type { FromGuard, GuardPlan, GuardReport, ToGuard } from './guard-protocol.ts';

export interface GuardHandle {
  send(message: ToGuard): void;
  /** What the guard knows now. Rejects when it does not answer in time, which is a bug or a dead thread. */
  report(): Promise<GuardReport>;
  /** Resolves with the exit code when the thread has ended. */
  readonly ended: Promise<number>;
}

/** The guard answers between two packets; a second means that it hangs. */
const reportLimitMs = 1_000;
const heartbeatMs = 100;

/** Starts the guard. `wake` interrupts its wait; `listen` gets everything it says but reports. */
export function startGuard(
  plan: GuardPlan,
  wake: () => void,
  listen: (message: Exclude<FromGuard, { kind: 'report' }>) => void,
  failed: (error: Error) => void,
): GuardHandle {
  const worker = new Worker(new URL('./guard.ts', import.meta.url), { workerData: plan });
  const waiting = new Map<number, (report: GuardReport) => void>();
  let lastId = 0;

  const beat = new Int32Array(plan.heartbeat);
  const beating = setInterval(() => Atomics.add(beat, 0, 1), heartbeatMs);

  worker.on('message', (message: FromGuard) => {
    if (message.kind !== 'report') {
      listen(message);
      return;
    }
    waiting.get(message.id)?.(message.report);
    waiting.delete(message.id);
  });
  worker.on('error', failed);
  const ended = new Promise<number>((resolve) => {
    worker.on('exit', (code) => {
      clearInterval(beating);
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
  return { send, report, ended };
}
