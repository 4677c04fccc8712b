/**
 * The code by which the first user is made: whoever reads the node's log, or the file in its state folder, may. There
 * is none once there are users.
 */
import { randomInt, timingSafeEqual } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from './log.ts';

const file = 'setup-code';
/** Without those that look like others. */
const letters = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
/** "4F7K-Q2MX-9TBD": 58 bits. */
const groups = 3;
const groupLength = 4;

export class SetUpCode {
  readonly #path: string;
  readonly #log: Log;

  constructor(folder: string, log: Log) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#path = join(folder, file);
    this.#log = log;
  }

  /** Called when the document in force is another one. */
  follow(hasUsers: boolean): void {
    if (hasUsers) rmSync(this.#path, { force: true });
    else if (this.#read() === undefined) this.#make();
  }

  isRight(code: string): boolean {
    const own = this.#read();
    const given = code.trim().toUpperCase();
    if (own === undefined || own.length !== given.length) return false;
    return timingSafeEqual(Buffer.from(own), Buffer.from(given.padEnd(own.length)).subarray(0, own.length));
  }

  #make(): void {
    const group = (): string =>
      Array.from({ length: groupLength }, () => letters[randomInt(letters.length)]).join('');
    const code = Array.from({ length: groups }, group).join('-');
    writeFileSync(this.#path, `${code}\n`, { mode: 0o600 });
    chmodSync(this.#path, 0o600);
    this.#log(
      'info',
      `no users yet: open the page of this node and type the code ${code} to make the first one`,
    );
  }

  #read(): string | undefined {
    try {
      return readFileSync(this.#path, 'utf8').trim();
    } catch {
      return undefined;
    }
  }
}
