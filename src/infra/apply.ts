/** Carries a plan out with as few calls of `ip` as it has steps. */
import { spawnSync } from 'node:child_process';
import { fail, ok, type Result } from '#base/result.ts';
import type { Step } from './plan.ts';

/** Carries the steps out in order and stops at the first that fails, with what the tool said. */
export function applySteps(steps: readonly Step[]): Result<void> {
  for (const step of steps) {
    const done = step.kind === 'ip' ? ip(step.namespace, step.lines) : sysctl(step.namespace, step.values);
    if (!done.ok) return done;
  }
  return ok(undefined);
}

/** Runs lines through one `ip -batch`. */
export function ip(namespace: string | undefined, lines: readonly string[]): Result<void> {
  return run(
    'ip',
    [...(namespace === undefined ? [] : ['-n', namespace]), '-batch', '-'],
    `${lines.join('\n')}\n`,
  );
}

/** The argv that runs a command inside a namespace; the process keeps its pid, so it can be signalled. */
export const inNamespace = (namespace: string, argv: readonly string[]): string[] => [
  'ip',
  'netns',
  'exec',
  namespace,
  ...argv,
];

function sysctl(namespace: string, values: Readonly<Record<string, string>>): Result<void> {
  const script = Object.entries(values)
    .map(([name, value]) => `echo '${value}' > /proc/sys/${name.replaceAll('.', '/')}`)
    .join(' && ');
  const [command = '', ...rest] = inNamespace(namespace, ['sh', '-c', script]);
  return run(command, rest);
}

/** A tool that does not read its standard input gets none: writing to one that has ended fails with EPIPE. */
function run(command: string, args: readonly string[], input = ''): Result<void> {
  const { status, stderr, error } = spawnSync(command, args, { input, encoding: 'utf8' });
  if (error !== undefined) return fail(`${command} could not be started: ${error.message}`);
  return status === 0 ? ok(undefined) : fail(`${command} ${args.join(' ')}: ${stderr.trim()}`);
}
