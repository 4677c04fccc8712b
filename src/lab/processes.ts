/** Real processes inside namespaces: started with an argv, their output kept in a file, killed by pid. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { inNamespace } from '#infra/apply.ts';

/** Of a tool that lists a kernel's tables, bytes. */
const outputLimit = 64 * 1_024 * 1_024;

export interface Launch {
  readonly namespace: string;
  readonly argv: readonly string[];
  /** Where its output goes, line by line. */
  readonly logFile: string;
  /** `now` is the wall clock of the machine that wrote the line, ms of the epoch, as it came. */
  readonly onLine?: (line: string, now: number) => void;
}

export interface Running {
  readonly pid: number;
  readonly hasEnded: () => boolean;
  /** Resolves with the exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  signal(name: NodeJS.Signals): void;
}

/** Starts a process; its standard output and error both go to the log. */
export function launch({ namespace, argv, logFile, onLine }: Launch): Running {
  const [command = '', ...args] = inNamespace(namespace, argv);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const log = createWriteStream(logFile, { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      log.write(`${line}\n`);
      onLine?.(line, performance.timeOrigin + performance.now());
    });
  }
  return follow(child);
}

export interface Outcome {
  readonly isDone: boolean;
  readonly stdout: string;
}

/** Runs a tool to its end without holding the loop. */
export function runInside(namespace: string, argv: readonly string[]): Promise<Outcome> {
  const [command = '', ...args] = inNamespace(namespace, argv);
  return new Promise((resolve) => {
    execFile(command, args, { maxBuffer: outputLimit }, (error, stdout) =>
      resolve({ isDone: error === null, stdout }),
    );
  });
}

function follow(child: ChildProcess): Running {
  let hasEnded = false;
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    const finish = (outcome: number | NodeJS.Signals) => {
      hasEnded = true;
      resolve(outcome);
    };
    child.on('exit', (code, signal) => finish(code ?? signal ?? 1));
    child.on('error', () => finish(127));
  });
  return {
    pid: child.pid ?? -1,
    hasEnded: () => hasEnded,
    ended,
    signal: (name) => {
      if (!hasEnded) child.kill(name);
    },
  };
}
