/** Files that are there whole or not at all, whenever the power goes. */
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '#base/result.ts';

/** The calls by which a file becomes durable, so that a test can stop between any two of them. */
export interface FileCalls {
  open(path: string): number;
  write(fd: number, text: string): void;
  sync(fd: number): void;
  close(fd: number): void;
  rename(from: string, to: string): void;
  syncFolder(folder: string): void;
}

export const realCalls: FileCalls = {
  open: (path) => openSync(path, 'w', 0o600),
  write: (fd, text) => {
    const bytes = Buffer.from(text, 'utf8');
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  },
  sync: fsyncSync,
  close: closeSync,
  rename: renameSync,
  syncFolder: (folder) => {
    const fd = openSync(folder, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  },
};

const unfinished = '.new';

export class DurableFolder {
  readonly path: string;
  readonly #calls: FileCalls;

  /** Made, with its parents, when it is not there; for the owner alone. */
  constructor(path: string, calls: FileCalls = realCalls) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    this.path = path;
    this.#calls = calls;
  }

  /** Names of whole files, in order. */
  names(): string[] {
    return readdirSync(this.path, { withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith(unfinished))
      .map(({ name }) => name)
      .sort();
  }

  /** ms since 1970; undefined when it is not there. */
  changedAt(name: string): number | undefined {
    return statSync(join(this.path, name), { throwIfNoEntry: false })?.mtimeMs;
  }

  read(name: string): Result<string> {
    try {
      return ok(readFileSync(join(this.path, name), 'utf8'));
    } catch (error) {
      return fail((error as Error).message);
    }
  }

  /** After it has returned the file survives a power cut; a failure leaves what was there. */
  write(name: string, text: string): Result<void> {
    const path = join(this.path, name);
    try {
      const fd = this.#calls.open(path + unfinished);
      try {
        this.#calls.write(fd, text);
        this.#calls.sync(fd);
      } finally {
        this.#calls.close(fd);
      }
      this.#calls.rename(path + unfinished, path);
      this.#calls.syncFolder(this.path);
      return ok(undefined);
    } catch (error) {
      return fail(`${path}: ${(error as Error).message}`);
    }
  }

  /** Moves a file to another folder, durably. */
  move(name: string, to: DurableFolder, newName: string): Result<void> {
    try {
      this.#calls.rename(join(this.path, name), join(to.path, newName));
      this.#calls.syncFolder(to.path);
      this.#calls.syncFolder(this.path);
      return ok(undefined);
    } catch (error) {
      return fail(`${join(this.path, name)}: ${(error as Error).message}`);
    }
  }
}
