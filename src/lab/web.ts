/** Web servers and clients of the lab, from the lab's side. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { inNamespace } from '#infra/apply.ts';

/** What became of one request; times in ms of the monotonic clock. */
export interface WebAnswer {
  readonly at: number;
  readonly tookMs: number;
  /** The name of the server, and the client's address as it saw it. */
  readonly by?: string;
  readonly seenAs?: string;
  readonly error?: string;
}

/** A server's whole host is up or the server is not there at all: a stopped one refuses connections. */
export class WebServers {
  readonly #running = new Map<string, ChildProcess>();
  readonly #logFile: string;

  constructor(logFile: string) {
    this.#logFile = logFile;
  }

  /** Resolves when it listens. */
  async start(host: string): Promise<void> {
    if (this.#running.has(host)) return;
    const child = launch(host, './web-server.ts', [host], this.#logFile);
    this.#running.set(host, child);
    await new Promise<void>((resolve) => {
      child.stdout?.once('data', () => resolve());
      child.once('exit', () => resolve());
    });
  }

  async stop(host: string): Promise<void> {
    const child = this.#running.get(host);
    if (child === undefined) return;
    this.#running.delete(host);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  async stopAll(): Promise<void> {
    for (const host of [...this.#running.keys()]) await this.stop(host);
  }
}

/** Requests that go on in the background. */
export interface WebLoad {
  readonly answers: readonly WebAnswer[];
  /** The first answer has come, or the client has ended. */
  readonly answered: Promise<void>;
  stop(): void;
}

export function startLoad(
  host: string,
  addresses: readonly string[],
  everyMs: number,
  logFile: string,
): WebLoad {
  const answers: WebAnswer[] = [];
  const child = launch(host, './web-client.ts', ['0', String(everyMs), ...addresses], logFile);
  const { promise: answered, resolve } = Promise.withResolvers<void>();
  child.once('exit', () => resolve());
  read(child, (answer) => {
    answers.push(answer);
    resolve();
  });
  return { answers, answered, stop: () => void child.kill('SIGKILL') };
}

/** So many requests, one after the other. */
export async function requests(
  host: string,
  addresses: readonly string[],
  count: number,
  logFile: string,
): Promise<readonly WebAnswer[]> {
  const answers: WebAnswer[] = [];
  const child = launch(host, './web-client.ts', [String(count), '0', ...addresses], logFile);
  const closed = new Promise((resolve) => child.once('close', resolve));
  read(child, (answer) => answers.push(answer));
  await closed;
  return answers;
}

function launch(host: string, file: string, args: readonly string[], logFile: string): ChildProcess {
  const main = fileURLToPath(new URL(file, import.meta.url));
  const [command = '', ...rest] = inNamespace(host, [process.execPath, main, ...args]);
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr?.pipe(createWriteStream(logFile, { flags: 'a' }));
  return child;
}

function read(child: ChildProcess, take: (answer: WebAnswer) => void): void {
  if (child.stdout === null) return;
  createInterface({ input: child.stdout }).on('line', (line) => take(JSON.parse(line) as WebAnswer));
}
