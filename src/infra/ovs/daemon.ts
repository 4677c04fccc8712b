/**
 * An Open vSwitch of its own inside a namespace: database, sockets and logs in one folder, so that it meets neither
 * the system's nor another lab's. Only the userspace datapath is at hand there.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '#base/result.ts';
import { inNamespace } from '../apply.ts';
import { openShell, type Shell } from '../shell.ts';

export interface OvsDaemon {
  /** Calls tools in the namespace; those of Open vSwitch reach this one. */
  readonly shell: Shell;
  /** Of ovs-vswitchd. */
  readonly pid: number;
  /** Ends both processes and waits for them. */
  stop(): Promise<void>;
}

const schema = '/usr/share/openvswitch/vswitch.ovsschema';

/** Starts one; `folder` is made. Resolves when it answers. */
export async function startOvs(namespace: string, folder: string): Promise<Result<OvsDaemon>> {
  mkdirSync(folder, { recursive: true });
  const shell = openShell({ namespace, ovsFolder: folder });
  const database = join(folder, 'conf.db');
  if (!existsSync(database)) {
    const made = shell.run(['ovsdb-tool', 'create', database, schema]);
    if (!made.ok) return made;
  }
  const socket = join(folder, 'db.sock');
  const children: ChildProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const child of children.toReversed()) await end(child);
  };
  children.push(
    run(namespace, folder, 'ovsdb-server', [
      database,
      `--remote=punix:${socket}`,
      ...common(folder, 'ovsdb-server'),
    ]),
  );
  if (!(await until(() => existsSync(socket)))) {
    await stop();
    return fail(`ovsdb-server did not start; see ${folder}/ovsdb-server.out`);
  }
  const initialised = shell.run(['ovs-vsctl', '--timeout=10', '--no-wait', 'init']);
  const vswitchd = run(namespace, folder, 'ovs-vswitchd', [
    `unix:${socket}`,
    ...common(folder, 'ovs-vswitchd'),
  ]);
  children.push(vswitchd);
  const answers = (): boolean => shell.run(['ovs-appctl', 'version']).ok;
  if (!initialised.ok || vswitchd.pid === undefined || !(await until(answers))) {
    await stop();
    return fail(`ovs-vswitchd did not start; see ${folder}/ovs-vswitchd.out`);
  }
  return ok({ shell, pid: vswitchd.pid, stop });
}

/** The default control socket is named after the process and found by its pidfile. */
const common = (folder: string, name: string): string[] => [
  `--pidfile=${join(folder, `${name}.pid`)}`,
  `--log-file=${join(folder, `${name}.log`)}`,
  '--no-chdir',
  '-vconsole:off',
];

/** Not detached: the process keeps its pid and ends with us. */
function run(namespace: string, folder: string, name: string, args: readonly string[]): ChildProcess {
  const [command = '', ...rest] = inNamespace(namespace, [name, ...args]);
  const out = openSync(join(folder, `${name}.out`), 'a');
  const env = {
    ...process.env,
    OVS_RUNDIR: folder,
    OVS_LOGDIR: folder,
    OVS_DBDIR: folder,
    OVS_SYSCONFDIR: folder,
  };
  return spawn(command, rest, { stdio: ['ignore', out, out], env });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

/** Longest that either process takes to answer on a busy machine. */
const startLimitMs = 10_000;
const pollMs = 20;

async function until(holds: () => boolean): Promise<boolean> {
  for (const limit = performance.now() + startLimitMs; !holds(); ) {
    if (performance.now() > limit) return false;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return true;
}
