/** A contestant whose nodes' API is asked all the time, to see whether failover notices. */
import { fileURLToPath } from 'node:url';
import { launch, type Running } from '#lab/processes.ts';
import type { LoadSecond } from './api-load.ts';
import type { Contestant } from './contestants.ts';
import { median } from './table.ts';

const program = fileURLToPath(new URL('api-load.ts', import.meta.url));

export interface Loaded extends Contestant {
  /** Requests a second that a node that was there answered, and how long the slowest hundredth took; as text. */
  loadText(): string;
}

/** `rate`: requests a second at each node. `token`: a file with a token that may read. */
export function loaded(contestant: Contestant, rate: number, token: string, folder: string): Loaded {
  const running = new Map<string, Running>();
  const rates: number[] = [];
  const times: number[] = [];
  const begin = (node: string): void => {
    if (running.get(node)?.hasEnded() === false) return;
    running.set(
      node,
      launch({
        namespace: node,
        argv: [process.execPath, '--disable-warning=ExperimentalWarning', program, String(rate), token],
        logFile: `${folder}/api-load-${node}.log`,
        onLine: (line) => {
          if (!line.startsWith('{')) return;
          const { answered, failed, ms } = JSON.parse(line) as LoadSecond;
          // A node that is killed or on its way back answers nobody; that is no measure of it.
          if (failed === 0) rates.push(answered);
          times.push(...ms);
        },
      }),
    );
  };
  return {
    ...contestant,
    name: `${rate} requests/s`,
    start: (node) => {
      contestant.start(node);
      begin(node);
    },
    stop: async (node) => {
      await contestant.stop(node);
      running.get(node)?.signal('SIGTERM');
      await running.get(node)?.ended;
    },
    loadText: () => {
      const slow = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN;
      return `${Math.round(median(rates) ?? 0)} requests/s answered by each node, median ${(median(times) ?? Number.NaN).toFixed(1)} ms, slowest hundredth ${slow.toFixed(0)} ms`;
    },
  };
}
