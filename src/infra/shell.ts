/** Tools of the machine, called with an argv: no shell in between, so nothing of a document is ever expanded. */
import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { fail, ok, type Result } from '#base/result.ts';
import { inNamespace } from './apply.ts';

export interface Shell {
  /** What the tool wrote to its standard output, or what it complained of. */
  run(argv: readonly string[], input?: string): Result<string>;
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
  return {
    run: (argv, input = '') => {
      const [command = '', ...args] = namespace === undefined ? argv : inNamespace(namespace, argv);
      const { status, stdout, stderr, error } = spawnSync(command, args, {
        input,
        env,
        encoding: 'utf8',
        timeout: patienceMs,
        maxBuffer: outputLimit,
      });
      const tool = argv[0] ?? '';
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
    },
  };
}
