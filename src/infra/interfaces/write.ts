/** Writes /etc/network/interfaces so that a power cut leaves the old file or the new one, and keeps the old beside. */
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { fail, ok, type Result } from '#base/result.ts';

/** Returns where the old file is kept; undefined when there was none. */
export function replaceFile(path: string, text: string, stamp: string): Result<string | undefined> {
  let temporary: string | undefined;
  try {
    const there = statSync(path, { throwIfNoEntry: false });
    const real = there === undefined ? path : realpathSync(path);
    temporary = `${real}.bascule-new`;
    const backup = there === undefined ? undefined : `${real}.bascule-${stamp}`;
    // A backup is never overwritten, whatever the clock says.
    if (backup !== undefined) copyFileSync(real, backup, constants.COPYFILE_EXCL);
    const file = openSync(temporary, 'w', 0o644);
    writeSync(file, text);
    fsyncSync(file);
    closeSync(file);
    if (there !== undefined) {
      chmodSync(temporary, there.mode & 0o7777);
      chownSync(temporary, there.uid, there.gid);
    }
    renameSync(temporary, real);
    return ok(backup);
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { force: true });
    return fail(error instanceof Error ? error.message : String(error));
  }
}
