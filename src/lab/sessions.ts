/** The lab's connections through the cluster, from the lab's side: opened once, asked after every fault. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { inNamespace } from '#infra/apply.ts';
import { type SessionCheck, type SessionCounts, usualCounts } from './sessions-wire.ts';

const questionLimitMs = 15_000;

export class Sessions {
  readonly #client: ChildProcess;
  readonly #server: ChildProcess;
  readonly #waiting: ((check: SessionCheck | undefined) => void)[] = [];
  #hasEnded = false;
  /** What the client complained of last: an error's text stands before its stack. */
  #complaint = '';

  private constructor(server: ChildProcess, client: ChildProcess) {
    this.#server = server;
    this.#client = client;
    client.stderr?.on('data', (chunk) => {
      this.#complaint = /^\w*Error.*$/m.exec(String(chunk))?.[0] ?? this.#complaint;
    });
    client.once('exit', () => {
      this.#hasEnded = true;
      for (const resolve of this.#waiting.splice(0)) resolve(undefined);
    });
    if (this.#client.stdout !== null)
      createInterface({ input: this.#client.stdout }).on('line', (line) => {
        this.#waiting.shift()?.(JSON.parse(line) as SessionCheck);
      });
  }

  /** Opens connections from one host to another that has `address`, once that one listens. */
  static async open(
    from: string,
    to: string,
    address: string,
    logFile: string,
    counts: SessionCounts = usualCounts,
  ): Promise<Sessions> {
    const server = start(to, './sessions-server.ts', [address], logFile);
    await new Promise<void>((resolve) => {
      server.stdout?.once('data', () => resolve());
      server.once('exit', () => resolve());
    });
    const words = [address, JSON.stringify(counts)];
    return new Sessions(server, start(from, './sessions-client.ts', words, logFile));
  }

  /** Whether each connection still works; undefined when the client does not answer at all, or has ended. */
  check(): Promise<SessionCheck | undefined> {
    if (this.#hasEnded) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(undefined), questionLimitMs);
      this.#waiting.push((check) => {
        clearTimeout(late);
        resolve(check);
      });
      this.#client.stdin?.write('check\n');
    });
  }

  /** Why there is no answer any more, if there is none. */
  get complaint(): string {
    return this.#complaint === '' ? 'no answer' : this.#complaint;
  }

  stop(): void {
    for (const child of [this.#client, this.#server]) child.kill('SIGKILL');
  }
}

function start(namespace: string, file: string, words: readonly string[], logFile: string): ChildProcess {
  const main = fileURLToPath(new URL(file, import.meta.url));
  const [command = '', ...args] = inNamespace(namespace, [process.execPath, main, ...words]);
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stderr?.pipe(createWriteStream(logFile, { flags: 'a' }));
  child.stdin?.on('error', () => undefined);
  return child;
}
