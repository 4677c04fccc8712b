/**
 * Starts a program with as few rights as can be: as a user of its own, which need not exist, with no capability but
 * the one for ports below 1024, and no way to gain more.
 */
import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const user = 'bascule';
/** Where systemd takes users from that exist only while a service runs (systemd.io/UIDS-GIDS). */
const firstNumber = 61_184;
const lastNumber = 65_519;

const nodeFlags = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=2'];
const stdio = ['ignore', 'ignore', 'inherit', 'ipc'] as ('ignore' | 'inherit' | 'ipc')[];

/**
 * Gives the process its own view of the file system, in which the program is at a place that everybody may enter: in
 * root's home, its own user could not read it. What follows the first two arguments is run there.
 */
const privateView = `set -e
mount -t tmpfs -o mode=755 tmpfs /mnt
mkdir /mnt/program
touch /mnt/node
mount --bind "$1" /mnt/program
mount --bind "$2" /mnt/node
shift 2
exec "$@"`;

export interface Program {
  /** The folder with all that the program loads. */
  readonly root: string;
  /** Below `root`. */
  readonly file: string;
}

export const apiProgram: Program = {
  root: fileURLToPath(new URL('../..', import.meta.url)),
  file: 'src/api/main.ts',
};

interface Numbers {
  readonly uid: number;
  readonly gid: number;
}

/** Who starts it is no root: nothing can be given up then. */
export function launchUnprivileged({ root, file }: Program): ChildProcess {
  const program = join(root, file);
  if (process.getuid?.() !== 0) return run(program, [process.execPath, ...nodeFlags], process.env);
  const numbers = ownNumbers();
  const start = ['setpriv', ...lessRights(numbers)];
  const env = { ...process.env, ...cacheOf(numbers) };
  if (numbers === undefined || isReadable(program, numbers))
    return run(program, [...start, process.execPath, ...nodeFlags], env);
  const view = ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', privateView, 'sh'];
  return run(
    join('/mnt/program', file),
    [...view, root, process.execPath, ...start, '/mnt/node', ...nodeFlags],
    { ...env, ...movedCache(env.NODE_COMPILE_CACHE, root) },
  );
}

/** A program of Node behind the words that start it, with a channel to it. */
function run(program: string, words: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const [execPath = '', ...execArgv] = words;
  return fork(program, [], { execPath, execArgv, stdio, env });
}

function lessRights(numbers: Numbers | undefined): string[] {
  const bind = '-all,+net_bind_service';
  const rights = [`--inh-caps=${bind}`, `--ambient-caps=${bind}`, `--bounding-set=${bind}`, '--no-new-privs'];
  if (numbers === undefined) return rights;
  return ['--reuid', String(numbers.uid), '--regid', String(numbers.gid), '--clear-groups', ...rights];
}

/**
 * The system's user for it, else numbers that nobody has. Undefined in a namespace that knows no users but its root,
 * who is an ordinary user outside.
 */
function ownNumbers(): Numbers | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => asked('id', flag, user));
  if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  for (let number = firstNumber; number <= lastNumber; number += 1) {
    if (!isMapped(number)) return undefined;
    if (asked('id', '-u', String(number)) === undefined) return { uid: number, gid: number };
  }
  return undefined;
}

/** user_namespaces(7): first number inside, first outside, how many. A kernel without such namespaces knows all numbers. */
const isMapped = (number: number): boolean =>
  !existsSync('/proc/self/uid_map') ||
  readFileSync('/proc/self/uid_map', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .some(([first = 0, , count = 0]) => number >= first && number < first + count);

function asked(command: string, ...args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function isReadable(program: string, numbers: Numbers): boolean {
  const look = ['sh', '-c', 'test -r "$0" && test -x "$1"', program, process.execPath];
  return spawnSync('setpriv', [...lessRights(numbers), ...look]).status === 0;
}

/** Compiled code, which root must not take from a user: a folder of its own beside root's. */
function cacheOf(numbers: Numbers | undefined): NodeJS.ProcessEnv {
  const { NODE_COMPILE_CACHE: cache } = process.env;
  if (numbers === undefined || cache === undefined || cache === '') return {};
  const folder = `${cache}-${numbers.uid}`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    chownSync(folder, numbers.uid, numbers.gid);
    return { NODE_COMPILE_CACHE: folder };
  } catch {
    // It starts more slowly without.
    return { NODE_COMPILE_CACHE: undefined };
  }
}

/** Where a cache below `root` is in the private view; elsewhere it could not be reached. */
function movedCache(cache: string | undefined, root: string): NodeJS.ProcessEnv {
  const below = cache === undefined ? '..' : relative(root, cache);
  return { NODE_COMPILE_CACHE: below.startsWith('..') ? undefined : join('/mnt/program', below) };
}
