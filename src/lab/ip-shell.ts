/**
 * An `ip -batch` that stays open: a line takes effect within a millisecond of being written, without a new process
 * in between, so that several links are cut in the same instant.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';

export interface IpShell {
  /** Carries the lines out, in order; what fails is told through `onError`. */
  run(lines: readonly string[]): void;
  close(): void;
}

/** Opens a shell in a namespace. Errors of single lines do not end it. */
export function openIpShell(namespace: string, onError: (message: string) => void): IpShell {
  const child: ChildProcessWithoutNullStreams = spawn('ip', ['-n', namespace, '-force', '-batch', '-']);
  child.stdout.resume();
  child.stderr.setEncoding('utf8').on('data', (text: string) => onError(`${namespace}: ${text.trim()}`));
  child.on('error', (error) => onError(`${namespace}: ip could not be started: ${error.message}`));
  return {
    run: (lines) => void child.stdin.write(`${lines.join('\n')}\n`),
    close: () => child.stdin.end(),
  };
}
