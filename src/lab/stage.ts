/**
 * The lab plays on a stage of its own: the command runs itself again inside new network, mount and pid namespaces
 * (and a user namespace for anyone but root). The kernel takes all of it down with the first process in it, so
 * nothing is left behind, whatever ends the command.
 */
import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fail, ok, type Result } from '#base/result.ts';
import { openDoor } from './page-door.ts';

/** Set in the environment of the command that runs on the stage. */
const marker = 'BASCULE_STAGE';

/** Exit code when something is missing on this machine. */
export const somethingMissing = 3;

/** Each tool that the lab calls, and Debian's package for it. */
const tools: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  nft: 'nftables',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  mount: 'mount',
};

/** Folder on the stage's own file system for logs, sockets and state. */
export const stageFolder = '/run/bascule-lab';

export const onStage = (): boolean => process.env[marker] === '1';

/**
 * Runs this very command again on a stage and returns its exit code. Signals are passed on; should this process
 * be killed outright, the kernel kills the stage with it.
 */
export async function enterStage(
  say: (line: string) => void,
  page: 'with a page' | 'without a page' = 'without a page',
): Promise<number> {
  // An ordinary user's PATH on Debian lacks the folder of `ip` and `nft`.
  const path = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter);
  const ready = provideTools(path, say);
  if (!ready.ok) {
    console.error(ready.error);
    return somethingMissing;
  }
  const isRoot = process.getuid?.() === 0;
  const user = isRoot ? [] : ['--user', '--map-root-user'];
  const possible = tryNamespaces(user, path);
  if (!possible.ok) {
    console.error(possible.error);
    return somethingMissing;
  }
  if (!isRoot) {
    say(
      'You are not root: no real-time scheduling and no large receive buffers, so measured gaps can be longer.',
    );
  }
  const unshare = ['unshare', ...user, '--net', '--mount', '--pid', '--fork', '--kill-child=SIGKILL'];
  const self = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  const door = page === 'with a page' ? await openDoor() : undefined;
  const code = await passOn(['setpriv', '--pdeathsig', 'KILL', ...unshare, '--mount-proc', '--', ...self], {
    ...process.env,
    ...door?.environment,
    PATH: path,
    [marker]: '1',
  });
  door?.close();
  return code;
}

/** Prepares the stage from inside: a file system of its own under /run, and the loopback device. */
export function setStage(): Result<void> {
  for (const argv of [
    ['mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', '/run'],
    ['mkdir', '-p', '/run/netns', stageFolder],
    ['ip', 'link', 'set', 'dev', 'lo', 'up'],
  ]) {
    const [command = '', ...args] = argv;
    const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
    if (status !== 0) return fail(`${argv.join(' ')}: ${stderr.trim()}`);
  }
  return ok(undefined);
}

function provideTools(path: string, say: (line: string) => void): Result<void> {
  const packages = missingPackages(path);
  if (packages.length === 0) return ok(undefined);
  const command = `apt-get update && apt-get install -y ${packages.join(' ')}`;
  if (process.getuid?.() !== 0 || !isFound('apt-get', path)) {
    return fail(
      `This machine lacks ${packages.join(', ')}. Install it and start again:\n  sudo sh -c '${command}'`,
    );
  }
  say(`Installing ${packages.join(', ')} (${command}) ...`);
  const { status, stderr } = spawnSync('sh', ['-c', command], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, PATH: path, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const still = missingPackages(path);
  if (status === 0 && still.length === 0) return ok(undefined);
  return fail(`Could not install ${packages.join(', ')}:\n${stderr.trim()}\nTry it by hand: ${command}`);
}

const missingPackages = (path: string): string[] => [
  ...new Set(
    Object.entries(tools)
      .filter(([tool]) => !isFound(tool, path))
      .map(([, name]) => name),
  ),
];

function isFound(tool: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, tool), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Some systems forbid ordinary users to make namespaces; better said now than half-way. */
function tryNamespaces(user: readonly string[], path: string): Result<void> {
  const args = [...user, '--net', '--mount', '--pid', '--fork', '--mount-proc', 'true'];
  const { status, stderr } = spawnSync('unshare', args, {
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  if (status === 0) return ok(undefined);
  return fail(
    `The kernel refuses the private namespaces that the lab needs (${stderr.trim()}).\n` +
      (user.length === 0
        ? 'In a container, start it with more rights (for example --privileged).'
        : 'Allow them with "sudo sysctl kernel.unprivileged_userns_clone=1 kernel.apparmor_restrict_unprivileged_userns=0", or run this as root.'),
  );
}

function passOn(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [command = '', ...args] = argv;
  const child = spawn(command, args, { stdio: 'inherit', env });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;
  const forward = (signal: NodeJS.Signals) => tellInner(child.pid, signal);
  for (const signal of signals) process.on(signal, forward);
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      resolve(somethingMissing);
    });
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      resolve(code ?? (signal === 'SIGKILL' ? 137 : 1));
    });
  });
}

/**
 * `unshare` itself turns a deaf ear to SIGINT and SIGTERM while it waits, so its child is told. A terminal's Ctrl-C
 * reaches that one as well; it takes the second for the same request.
 */
function tellInner(unshare: number | undefined, signal: NodeJS.Signals): void {
  if (unshare === undefined) return;
  const { stdout } = spawnSync('cat', [`/proc/${unshare}/task/${unshare}/children`], { encoding: 'utf8' });
  const inner = Number.parseInt(stdout ?? '', 10);
  try {
    process.kill(Number.isInteger(inner) ? inner : unshare, signal);
  } catch {
    // It has gone in the meantime, which is what was wanted.
  }
}
