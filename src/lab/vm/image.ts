/**
 * What every guest starts from, all of it as it is on this machine, and nothing downloaded: the kernel's first file
 * system with modules, busybox and the tools that a node calls, and a disk with Node and Bascule itself.
 */
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, ok, type Result } from '#base/result.ts';
import { archive, type Entry } from './cpio.ts';
import { type Kernel, whereIs } from './possible.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** In a guest. */
export const guestNode = '/opt/node';
export const guestProgram = '/opt/bascule/src/cli/main.ts';

/** Of the kernel's modules, those that a firewall on virtio may ask for. */
const moduleParts = [
  'net',
  'lib',
  'crypto',
  'arch/x86/crypto',
  'drivers/virtio',
  'drivers/net/virtio_net.ko',
  'drivers/net/net_failover.ko',
  'drivers/net/macvlan.ko',
  'drivers/block/virtio_blk.ko',
  'drivers/char/virtio_console.ko',
  'fs/ext4',
  'fs/jbd2',
  'fs/mbcache.ko',
];
/**
 * As the daemon calls them; all else comes from busybox. Debian's busybox, told to run a program, takes its own one of
 * that name: what starts others must not be part of it.
 */
const tools = ['nft', 'ip', 'setpriv', 'chrt', 'ping', 'sh', 'nice', 'unshare', 'mount', 'id'];
const empty = new Uint8Array();

export interface Image {
  /** The first file system. */
  readonly initial: string;
  /** The disk with the program, which all guests may read. */
  readonly program: string;
}

/** `warm` may add to the folder that becomes the disk with the program. */
export async function buildImage(
  kernel: Kernel,
  folder: string,
  warm: (program: string) => Promise<Result<void>>,
): Promise<Result<Image>> {
  const modules = stageModules(kernel, join(folder, 'modules'));
  if (!modules.ok) return modules;
  const initial = join(folder, 'guest.cpio');
  const descriptor = openSync(initial, 'w');
  for (const piece of archive(withFolders(entries(kernel, modules.value)))) writeSync(descriptor, piece);
  closeSync(descriptor);
  rmSync(modules.value, { recursive: true });
  const program = join(folder, 'program.img');
  const staged = stageProgram(join(folder, 'program'));
  const warmed = await warm(staged);
  if (!warmed.ok) return warmed;
  const made = makeDisk(program, 256, staged);
  return made.ok ? ok({ initial, program }) : made;
}

/** Makes a disk of so many megabytes with what is in a folder, which is gone afterwards (mke2fs(8)). */
export function makeDisk(file: string, megabytes: number, folder: string): Result<void> {
  const args = ['-q', '-F', '-t', 'ext4', '-d', folder, file, `${megabytes}M`];
  const { status, stderr } = spawnSync(whereIs('mke2fs') ?? 'mke2fs', args, { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  return status === 0 ? ok(undefined) : fail(`mke2fs: ${stderr.trim()}`);
}

/** A tree of its own, for the table of dependencies to name what is in it and nothing else. */
function stageModules({ version, modules }: Kernel, folder: string): Result<string> {
  const to = join(folder, 'lib/modules', version);
  mkdirSync(to, { recursive: true });
  for (const part of moduleParts) {
    // A kernel may have its modules compressed: "virtio_net.ko.xz".
    const found = ['', '.xz']
      .map((ending) => part + ending)
      .find((path) => existsSync(join(modules, 'kernel', path)));
    if (found !== undefined)
      cpSync(join(modules, 'kernel', found), join(to, 'kernel', found), { recursive: true });
  }
  const plain = decompress(to);
  if (!plain.ok) return plain;
  for (const list of ['modules.order', 'modules.builtin', 'modules.builtin.modinfo'])
    if (existsSync(join(modules, list))) cpSync(join(modules, list), join(to, list));
  const { status, stderr } = spawnSync(whereIs('depmod') ?? 'depmod', ['-b', folder, version], {
    encoding: 'utf8',
  });
  return status === 0 ? ok(folder) : fail(`depmod: ${stderr.trim()}`);
}

/** Busybox loads plain modules only. */
function decompress(folder: string): Result<void> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ko.xz'),
  );
  if (files.length === 0) return ok(undefined);
  const { status, stderr, error } = spawnSync('xz', ['--decompress', ...files], {
    cwd: folder,
    encoding: 'utf8',
  });
  return status === 0 ? ok(undefined) : fail(`xz: ${error?.message ?? stderr.trim()}`);
}

/** Node, and of Bascule what runs: no tests, no declarations, no libraries of development. */
function stageProgram(folder: string): string {
  mkdirSync(folder, { recursive: true });
  cpSync(process.execPath, join(folder, 'node'), { dereference: true });
  const bascule = join(folder, 'bascule');
  const filter = (file: string) => !/\.(test|d)\.[cm]?ts$|\.(map|md)$|\/node-linux-/.test(file);
  for (const name of ['package.json', 'src', ...libraries()])
    cpSync(join(root, name), join(bascule, name), { recursive: true, filter });
  return folder;
}

function libraries(): string[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  return Object.entries(lock.packages)
    .filter(([path, { dev }]) => path.startsWith('node_modules/') && dev !== true)
    .map(([path]) => path)
    .filter((path) => path.lastIndexOf('node_modules/') === 0 && existsSync(join(root, path)));
}

function* entries({ version }: Kernel, modules: string): Generator<Entry> {
  for (const path of ['proc', 'sys', 'dev', 'run', 'tmp', 'disk', 'opt', 'root', 'var', 'bin', 'sbin'])
    yield folderEntry(path);
  yield* tree(join(modules, 'lib/modules', version), `lib/modules/${version}`);
  yield program('init', fileURLToPath(new URL('./init', import.meta.url)));
  yield text('etc/passwd', 'root:x:0:0::/root:/bin/sh\nbascule:x:900:900::/:/bin/false\n');
  yield text('etc/group', 'root:x:0:\nbascule:x:900:\n');
  for (const table of ['etc/protocols', 'etc/services', 'etc/iproute2'])
    if (existsSync(`/${table}`)) yield* tree(`/${table}`, table);
  const busybox = whereIs('busybox') ?? '';
  yield program('bin/busybox', busybox);
  yield link('sbin/modprobe', '/bin/busybox');
  const binaries = [busybox, process.execPath];
  for (const tool of tools) {
    const found = whereIs(tool);
    if (found === undefined) continue;
    yield program(`usr/sbin/${tool}`, found);
    binaries.push(found);
  }
  for (const library of new Set(binaries.flatMap(sharedLibraries))) yield program(library.slice(1), library);
}

/** The shared libraries that a program is linked with, and the loader (ldd(1)). */
function sharedLibraries(file: string): string[] {
  const { stdout } = spawnSync('ldd', [file], { encoding: 'utf8' });
  return [...stdout.matchAll(/(?:=> |^\s+)(\/\S+) \(0x/gm)].map(([, path = '']) => path);
}

/** A file, or all that is in a folder. */
function* tree(from: string, to: string): Generator<Entry> {
  if (!statSync(from).isDirectory()) {
    yield file(to, from, 0o644);
    return;
  }
  for (const found of readdirSync(from, { withFileTypes: true, recursive: true })) {
    const source = join(found.parentPath, found.name);
    const path = join(to, relative(from, source));
    if (found.isSymbolicLink()) yield link(path, readlinkSync(source));
    else if (found.isFile()) yield file(path, source, 0o644);
  }
}

const folderEntry = (path: string): Entry => ({ path, kind: 'folder', mode: 0o755, bytes: empty });
const file = (path: string, from: string, mode: number): Entry => ({
  path,
  kind: 'file',
  mode,
  bytes: readFileSync(realpathSync(from)),
});
const program = (path: string, from: string): Entry => file(path, from, 0o755);
const text = (path: string, contents: string): Entry => ({
  path,
  kind: 'file',
  mode: 0o644,
  bytes: Buffer.from(contents),
});
const link = (path: string, target: string): Entry => ({
  path,
  kind: 'link',
  mode: 0o777,
  bytes: Buffer.from(target),
});

/** The kernel makes no folder that it was not told of, and wants it before what is in it. */
function* withFolders(all: Iterable<Entry>): Generator<Entry> {
  const made = new Set<string>(['.']);
  for (const entry of all) {
    const missing: string[] = [];
    for (let path = dirname(entry.path); !made.has(path); path = dirname(path)) missing.unshift(path);
    for (const path of missing) {
      made.add(path);
      yield folderEntry(path);
    }
    if (!made.has(entry.path)) yield entry;
    made.add(entry.path);
  }
}
