/**
 * Sequence numbers that never come twice, also after a crash, a restored backup or a clock set back: a range is
 * written down, flushed, and only then used.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** More than any node sends in a second, so that a lost file leads to higher numbers, too. */
const perSecond = 1_024;
/** Sequences have 48 bits; a higher number in the file can only be damage. */
const limit = 2 ** 47;

/** Reserves `count` numbers and returns the first. `wallSeconds`: seconds since 1970. */
export function reserveSequences(path: string, wallSeconds: number, count = 2 ** 24): number {
  const first = Math.max(stored(path), Math.floor(wallSeconds) * perSecond);
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const temporary = `${path}.new`;
  const fd = openSync(temporary, 'w', 0o600);
  writeSync(fd, `${first + count}\n`);
  fsyncSync(fd);
  closeSync(fd);
  renameSync(temporary, path);
  const folderFd = openSync(folder, 'r');
  fsyncSync(folderFd);
  closeSync(folderFd);
  return first;
}

function stored(path: string): number {
  try {
    const value = Number(readFileSync(path, 'utf8'));
    return Number.isSafeInteger(value) && value > 0 && value < limit ? value : 0;
  } catch {
    return 0;
  }
}
