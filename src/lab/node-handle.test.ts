import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NodeHandle } from './node-handle.ts';
import type { Launch, Running } from './processes.ts';

/** A node whose log is written by the test. */
function rig() {
  let onLine: Launch['onLine'];
  const running: Running = {
    pid: 1,
    hasEnded: () => false,
    ended: new Promise(() => undefined),
    signal: () => undefined,
  };
  const node = new NodeHandle(
    'pf1',
    '/nowhere',
    () => ['daemon'],
    (how) => {
      onLine = how.onLine;
      return running;
    },
  );
  node.start();
  return { node, write: (line: string, now: number) => onLine?.(line, now) };
}

const line = (at: number, status: string) =>
  `${new Date(at).toISOString()} info  CARP: LAN@20 BACKUP -> ${status} (master timed out)`;
const statuses = (node: NodeHandle) => node.changes.map(({ status }) => status);

test('a machine that stands still holds no role, and goes on with what it believed', () => {
  const { node, write } = rig();
  write(line(1_000, 'MASTER'), 1_000);
  node.freeze();
  assert.equal(node.isRunning, false);
  assert.deepEqual(statuses(node), ['MASTER', 'DOWN']);
  node.thaw();
  assert.equal(node.isRunning, true);
  assert.deepEqual(statuses(node), ['MASTER', 'DOWN', 'MASTER']);
});

test('the age of a line counts by the clock of the machine that wrote it, however wrong that is', () => {
  const { node, write } = rig();
  const yearsAgo = Date.UTC(2001, 0, 1);
  const before = performance.now();
  write(line(yearsAgo, 'BACKUP'), yearsAgo);
  write(line(yearsAgo + 400, 'MASTER'), yearsAgo + 1_000);
  const [first, second] = node.changes;
  // Six hundred milliseconds old, but no older than the line before it.
  assert.equal(second?.at, first?.at);
  assert.ok((first?.at ?? 0) > 0 && performance.now() - before < 5_000);
});
