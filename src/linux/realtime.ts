import { lastError, libc } from './libc.ts';

const SCHED_FIFO = 1;

/**
 * Puts the calling thread under SCHED_FIFO (sched(7)), so that it runs before all ordinary work. Ordinary users
 * may not, and do without: the result says so.
 */
export function becomeRealtime(priority = 50): {
  readonly realtime: boolean;
  readonly why: string | undefined;
} {
  const parameter = Buffer.alloc(4);
  parameter.writeInt32LE(priority);
  if (libc.schedSetScheduler(0, SCHED_FIFO, parameter) === 0) return { realtime: true, why: undefined };
  return { realtime: false, why: `SCHED_FIFO was refused: ${lastError()}` };
}

const PRIO_PROCESS = 0;
const urgentNice = -15;

/**
 * Has the calling thread run before ordinary ones, without keeping them from the processor (setpriority(2)). For work
 * that may take long: in real time a bulk of states, or code that runs for the first time, would keep even the kernel's
 * own softirq thread waiting for 10 ms and more. False for ordinary users, who do without.
 */
export const becomeUrgent = (): boolean => libc.setPriority(PRIO_PROCESS, 0, urgentNice) === 0;

const PR_SET_TIMERSLACK = 29;
const slackNanoseconds = 1_000;

/** Has the calling thread's sleeps end on time: they may last 50 us longer than asked for unless it says otherwise. */
export const sleepExactly = (): void => void libc.prctl(PR_SET_TIMERSLACK, slackNanoseconds, 0, 0, 0);
