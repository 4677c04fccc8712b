/**
 * An emulated processor takes most of a minute to strip and compile what Node would have in its cache elsewhere. So the
 * daemon runs here for a moment, in a network like the guest's and at the guest's paths, and leaves its cache to them.
 */
import { chmodSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fail, ok, type Result } from '#base/result.ts';
import { applySteps, ip } from '#infra/apply.ts';
import type { Host } from '#infra/network.ts';
import { planNamespaces } from '#infra/plan.ts';
import { openShell } from '#infra/shell.ts';
import { launch } from '../processes.ts';
import { guestNode, guestProgram } from './image.ts';

const name = 'warm';
const switchName = 'warm-switch';
const limitMs = 20_000;
/** HTTPS, as /proc/net/tcp6 and tcp write a socket that listens: the API process has read all its code by then. */
const listening = /:01BB [0:]+0000 0A/i;

/** Fills `compiled` in a folder that holds what a guest finds in /opt. */
export async function warmCache(
  program: string,
  host: Host,
  documentFile: string,
  folder: string,
): Promise<Result<void>> {
  const compiled = join(program, 'compiled');
  mkdirSync(compiled);
  // The API process may have a user of its own.
  chmodSync(compiled, 0o777);
  const segments = [...new Set(host.ports.map(({ segment }) => segment))].map((one) => ({ name: one }));
  const plan = planNamespaces({ switchName, segments, hosts: [{ ...host, name }] });
  if (!plan.ok) return plan;
  const built = applySteps(plan.value);
  if (!built.ok) return built;
  const ran = await runOnce(program, host.name, documentFile, folder);
  const removed = ip(undefined, [`netns del ${name}`, `netns del ${switchName}`]);
  if (!ran.ok) return ran;
  if (!removed.ok) return removed;
  gather(compiled);
  return ok(undefined);
}

async function runOnce(
  program: string,
  node: string,
  documentFile: string,
  folder: string,
): Promise<Result<void>> {
  const lines: string[] = [];
  const script = 'mount --bind "$1" /opt && shift && exec "$@"';
  const daemon = launch({
    namespace: name,
    argv: [
      ...['unshare', '--mount', 'sh', '-c', script, 'sh', program],
      ...['env', 'NODE_COMPILE_CACHE=/opt/compiled', guestNode, '--disable-warning=ExperimentalWarning'],
      ...[guestProgram, 'node', 'run', '--config', documentFile, '--node', node],
      ...['--socket', join(folder, 'warm.sock'), '--state', join(folder, 'warm')],
    ],
    logFile: join(folder, 'warm.log'),
    onLine: (line) => lines.push(line),
  });
  const shell = openShell({ namespace: name });
  const isServing = (): boolean => {
    const sockets = shell.run(['cat', '/proc/net/tcp', '/proc/net/tcp6']);
    return sockets.ok && listening.test(sockets.value);
  };
  for (const until = performance.now() + limitMs; !isServing() && !daemon.hasEnded(); ) {
    if (performance.now() > until) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const isDone = !daemon.hasEnded() && isServing();
  daemon.signal('SIGTERM');
  await daemon.ended;
  return isDone
    ? ok(undefined)
    : fail(`the daemon does not start here: ${lines.at(-1) ?? 'it said nothing'}`);
}

/** Node keeps a folder per user, and each file for its owner; a guest has other users. */
function gather(compiled: string): void {
  for (const owned of readdirSync(compiled))
    for (const name of readdirSync(join(compiled, owned))) {
      const file = join(compiled, name);
      renameSync(join(compiled, owned, name), file);
      chmodSync(file, 0o644);
    }
}
