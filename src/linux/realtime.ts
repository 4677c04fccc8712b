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
