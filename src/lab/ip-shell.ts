/**
 * An `ip -batch` that stays open: a line takes effect within a millisecond of being written, without a new process
 * in between, so that several links are cut in the same instant.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Prints one line when all before it is done; what changes links, addresses and routes prints none. */
const answered = 'link show dev lo';

export interface IpShell {
  /** Carries the lines out, in order; resolves when that is done. What fails is told through `onError`. */
  run(lines: readonly string[]): Promise<void>;
  close(): void;
}

/** Opens a shell in a namespace. Errors of single lines do not end it. */
export function openIpShell(namespace: string, onError: (message: string) => void): IpShell {
  const child: ChildProcessWithoutNullStreams = spawn('ip', ['-n', namespace, '-o', '-force', '-batch', '-']);
  const waiting: (() => void)[] = [];
  createInterface({ input: child.stdout })
    .on('line', () => waiting.shift()?.())
    // Nobody is left waiting for a shell that has ended.
    .on('close', () => waiting.splice(0).forEach((resolve) => void resolve()));
  child.stderr.setEncoding('utf8').on('data', (text: string) => onError(`${namespace}: ${text.trim()}`));
  child.on('error', (error) => onError(`${namespace}: ip could not be started: ${error.message}`));
  return {
    run: (lines) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        child.stdin.write(`${[...lines, answered].join('\n')}\n`);
      }),
    close: () => child.stdin.end(),
  };
}
