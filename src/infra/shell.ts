/** Tools of the machine, called with an argv: no shell in between, so nothing of a document is ever expanded. */
import { execFile, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { fail, ok, type Result } from '#base/result.ts';
import { inNamespace } from './apply.ts';

export interface Shell {
  /** What the tool wrote to its standard output, or what it complained of. */
  run(argv: readonly string[], input?: string): Result<string>;
  /** The same while others run. */
  runAside(argv: readonly string[]): Promise<Result<string>>;
}

export interface ShellPlace {
  /** Network namespace; where we are when left out. */
  readonly namespace?: string;
  /** Where Open vSwitch keeps its sockets (OVS_RUNDIR); the system's folder when left out. */
  readonly ovsFolder?: string;
}

/** A tool that takes longer hangs: everything here answers within seconds. */
const patienceMs = 30_000;
/** Listings of a large hypervisor stay below it. */
const outputLimit = 64 * 1_024 * 1_024;

export function openShell({ namespace, ovsFolder }: ShellPlace = {}): Shell {
  // The PATH of `su` and of ordinary users on Debian lacks the folders of ip and ovs-vswitchd.
  const path = [process.env.PATH ?? '', '/usr/sbin', '/sbin'].join(delimiter);
  const env = {
    ...process.env,
    PATH: path,
    LC_ALL: 'C',
    ...(ovsFolder === undefined ? {} : { OVS_RUNDIR: ovsFolder }),
  };
  const placed = (argv: readonly string[]): readonly string[] =>
    namespace === undefined ? argv : inNamespace(namespace, argv);
  const limits = { env, encoding: 'utf8', timeout: patienceMs, maxBuffer: outputLimit } as const;
  return {
    run: (argv, input = '') => {
      const [command = '', ...args] = placed(argv);
      return outcomeOf(argv[0] ?? '', command, spawnSync(command, args, { ...limits, input }));
    },
    runAside: (argv) =>
      new Promise((resolve) => {
        const [command = '', ...args] = placed(argv);
        const child = execFile(command, args, limits, (error, stdout, stderr) => {
          const isLate = child.killed && child.signalCode === 'SIGTERM';
          const code = isLate ? 'ETIMEDOUT' : error?.code;
          const failed =
            typeof code === 'string' ? Object.assign(new Error(error?.message), { code }) : undefined;
          const status = child.exitCode;
          resolve(outcomeOf(argv[0] ?? '', command, { status, stdout, stderr, error: failed }));
        });
        child.stdin?.end();
      }),
  };
}

type Ended = Pick<SpawnSyncReturns<string>, 'status' | 'stdout' | 'stderr'> & {
  readonly error?: Error | undefined;
};

function outcomeOf(tool: string, command: string, { status, stdout, stderr, error }: Ended): Result<string> {
  // A tool that ends before it has read its input leaves EPIPE behind; its exit code says how it went.
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ENOENT') return fail(`${command} is missing on this machine`);
  if (code === 'ETIMEDOUT') return fail(`${tool} did not answer within ${patienceMs / 1_000} s`);
  if (error !== undefined && code !== 'EPIPE') return fail(`${tool}: ${error.message}`);
  const complaint = stderr.trim();
  // ovs-vsctl ends with 0 when the switch could not do what the database now says.
  const isRefused = tool === 'ovs-vsctl' && complaint.includes('Error detected');
  if (status === 0 && !isRefused) return ok(stdout);
  return fail(`${tool}: ${complaint || stdout.trim() || `ended with ${status}`}`);
}
