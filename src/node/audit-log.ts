/** Who changed what at this node: one JSON object a line, only ever appended to, for the owner alone. */
import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type AuditLine, auditLine } from '#api/contract/node-questions.ts';
import { fail, ok, type Result } from '#base/result.ts';

const file = 'audit.log';
/** Then it becomes audit.log.1, and what that was is gone; bytes. */
const mostBytes = 10_000_000;

export class AuditLog {
  readonly #path: string;
  /** ms since 1970. */
  readonly #clock: () => number;

  constructor(folder: string, clock: () => number) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#path = join(folder, file);
    this.#clock = clock;
  }

  append(line: Omit<AuditLine, 'time'>): Result<void> {
    try {
      if ((statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0) > mostBytes)
        renameSync(this.#path, `${this.#path}.1`);
      appendFileSync(this.#path, `${JSON.stringify({ time: this.#clock(), ...line })}\n`, { mode: 0o600 });
      return ok(undefined);
    } catch (error) {
      return fail(`${this.#path}: ${(error as Error).message}`);
    }
  }

  /** The newest first. Lines that are damaged are left out. */
  newest(limit: number): AuditLine[] {
    const lines = this.#read()
      .split('\n')
      .filter((line) => line !== '');
    return lines
      .slice(-limit)
      .reverse()
      .flatMap((line) => {
        try {
          return [auditLine.parse(JSON.parse(line))];
        } catch {
          return [];
        }
      });
  }

  #read(): string {
    try {
      return readFileSync(this.#path, 'utf8');
    } catch {
      return '';
    }
  }
}
