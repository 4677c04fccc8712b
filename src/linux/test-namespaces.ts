/**
 * For tests of this room: a test file runs itself once more in namespaces of its own (network, mount, process),
 * which end with it whatever happens. An ordinary user gets a user namespace besides.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { test } from 'node:test';

const mark = 'BASCULE_TEST_INSIDE';
/** Where a test is that must see an interface's other end as another host. */
export const peerNamespace = 'bscl-peer';

/** Declares `tests` where they may change the network as they like; skipped where namespaces cannot be had. */
export function inPrivateNamespaces(file: string, tests: () => void): void {
  process.env.PATH = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter);
  if (process.env[mark] !== undefined) {
    tests();
    return;
  }
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const unshare = [
    ...user,
    '--net',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child=SIGKILL',
    '--mount-proc',
    '--',
  ];
  const possible = spawnSync('unshare', [...unshare, 'true']).status === 0;
  test('in namespaces of its own', { skip: possible ? false : 'no namespaces to be had here' }, () => {
    const env: NodeJS.ProcessEnv = { ...process.env, [mark]: '1' };
    // Otherwise the inner run would talk the runner's private protocol.
    delete env.NODE_TEST_CONTEXT;
    const inner = spawnSync('unshare', [...unshare, process.execPath, '--no-warnings', file], {
      env,
      encoding: 'utf8',
      timeout: 120_000,
    });
    if (inner.status !== 0) throw new Error(`inside:\n${inner.stdout}\n${inner.stderr}`);
  });
}

/** Runs a command line, split at blanks; its output. Throws with what the command said. */
export function run(command: string): string {
  const [program = '', ...args] = command.split(' ');
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/**
 * Makes `wan`, 192.0.2.1/24 and 2001:db8::1/64, whose other end `wan0` is in a namespace of its own as 192.0.2.9 and
 * 2001:db8::9. Call once per test file: it also mounts what shows this network namespace alone.
 */
export function makeSegment(): void {
  run('mount -t tmpfs none /run');
  run('mount -t sysfs none /sys');
  run('ip link set lo up');
  run(`ip netns add ${peerNamespace}`);
  run(`ip link add wan type veth peer name wan0 netns ${peerNamespace}`);
  run('ip addr add 192.0.2.1/24 dev wan');
  run('ip addr add 2001:db8::1/64 dev wan nodad');
  run('ip link set wan up');
  run(`ip -n ${peerNamespace} addr add 192.0.2.9/24 dev wan0`);
  run(`ip -n ${peerNamespace} addr add 2001:db8::9/64 dev wan0 nodad`);
  run(`ip -n ${peerNamespace} link set wan0 up`);
}
