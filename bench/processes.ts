/** What the kernel says of processes that a bench watches. */
import { readdirSync, readFileSync } from 'node:fs';

/** Of /proc/PID/stat: jiffies of 10 ms. */
const jiffy = 10;

/** Processor time so far, ms: user and system, with threads that have ended (proc_pid_stat(5), fields 14 and 15). */
export function processorMsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * jiffy;
}

/** CPU time of a process so far, microseconds: of all its threads, and by thread. */
export function cpuOf(pid: number): { readonly all: number; readonly threads: ReadonlyMap<string, number> } {
  const threads = new Map<string, number>();
  let all = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const [nanoseconds] = readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ');
    threads.set(task, Number(nanoseconds) / 1_000);
    all += Number(nanoseconds) / 1_000;
  }
  return { all, threads };
}

/** Resident memory of a process, bytes. */
export function residentBytesOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) * 1_024;
}

/** The processes that a process has started and that still run; none when it has ended. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}
