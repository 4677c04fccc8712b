/** Starts the unprivileged process and keeps it going. */
import type { ChildProcess } from 'node:child_process';
import type { z } from 'zod';
import type { CoreAsks } from '#api/contract/inside.ts';
import { type ApiAsks, type ApiTells, apiAsks, apiTells, type CoreTells } from '#api/contract/processes.ts';
import { Conversation } from '#api/conversation.ts';
import { fail, type Result } from '#base/result.ts';
import { apiProgram, launchUnprivileged } from './api-launch.ts';
import type { Log } from './log.ts';

/** A process that died is started again after this, ms; twice as long each time, up to the limit. */
const firstPause = 1_000;
const longestPause = 30_000;
/** Who lived so long was well, ms. */
const wellAfter = 60_000;

export interface ApiParts {
  readonly log: Log;
  /** Told to the process at each start. */
  readonly start: () => CoreTells;
  readonly answer: (asked: ApiAsks) => Promise<unknown>;
  readonly hear: (told: ApiTells) => void;
}

export class ApiProcess {
  readonly #parts: ApiParts;
  #child: ChildProcess | undefined;
  #line: Conversation | undefined;
  #timer: NodeJS.Timeout | undefined;
  #pause = firstPause;
  #ended = false;

  constructor(parts: ApiParts) {
    this.#parts = parts;
  }

  get isRunning(): boolean {
    return this.#line !== undefined;
  }

  start(): void {
    const startedAt = performance.now();
    const child = launchUnprivileged(apiProgram);
    this.#child = child;
    const line = new Conversation(
      {
        // That it is gone is known by its end. An error would be logged, the line sent to it as an event, and so on for ever.
        send: (message) => void (child.connected && child.send(message, () => undefined)),
        hear: (listener) => child.on('message', listener),
      },
      async (body) => this.#parts.answer(apiAsks.parse(body)),
      (body) => this.#parts.hear(apiTells.parse(body)),
      (why) =>
        this.#parts.log('error', `the API process says what this version does not know: ${why.message}`),
    );
    this.#line = line;
    child.on('error', (error) =>
      this.#parts.log('error', `the API process cannot be started: ${error.message}`),
    );
    child.on('exit', (code, signal) => {
      line.end('the API process has ended');
      this.#line = undefined;
      if (this.#ended) return;
      if (performance.now() - startedAt > wellAfter) this.#pause = firstPause;
      this.#parts.log(
        'warn',
        `the API process has ended (${signal ?? `exit code ${code}`}); again in ${this.#pause} ms`,
      );
      this.#timer = setTimeout(() => this.start(), this.#pause);
      this.#pause = Math.min(2 * this.#pause, longestPause);
    });
    line.tell(this.#parts.start());
  }

  tell(what: CoreTells): void {
    this.#line?.tell(what);
  }

  ask<T extends z.ZodType>(what: CoreAsks, schema: T, patienceMs: number): Promise<Result<z.infer<T>>> {
    if (this.#line === undefined)
      return Promise.resolve(fail('the API process is not running; the log of the node says why'));
    return this.#line.ask(what, schema, patienceMs);
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#child?.kill('SIGTERM');
  }
}
