import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FaultName } from '#lab/faults.ts';
import { answerTo } from './keys.ts';

const held = (...faults: FaultName[]) => faults.map((fault) => ({ node: 'pf1', fault }));
const press = (fault: FaultName, faults: FaultName[], runs = true) =>
  answerTo({ node: 'pf1', fault }, held(...faults), () => runs);

test('a key breaks, and pressed again it mends', () => {
  assert.deepEqual(press('lan-pulled', []), { do: 'apply', inForce: held('lan-pulled') });
  assert.deepEqual(press('lan-pulled', ['wan-pulled', 'lan-pulled']), {
    do: 'undo',
    inForce: held('wan-pulled'),
  });
});

test('a node that does not run cannot be told anything, but can be started', () => {
  assert.equal(press('carp-disabled', ['carp-disabled', 'graceful-stop'], false).do, 'refuse');
  assert.deepEqual(press('carp-disabled', ['graceful-stop'], false), {
    do: 'refuse',
    why: 'pf1 does not run: s starts it again',
  });
  assert.deepEqual(press('graceful-stop', [], false), { do: 'undo', inForce: [] });
});

test('a dead host obeys only the key that boots it', () => {
  assert.deepEqual(press('lan-pulled', ['host-death'], false), {
    do: 'refuse',
    why: 'pf1 is dead: k boots it again',
  });
});

test('a new start ends what the process alone knew; a boot plugs the cables in, too', () => {
  assert.deepEqual(press('graceful-stop', ['maintenance', 'carp-disabled', 'graceful-stop'], false), {
    do: 'undo',
    inForce: held('maintenance'),
  });
  assert.deepEqual(press('host-death', ['lan-pulled', 'maintenance', 'host-death'], false), {
    do: 'undo',
    inForce: held('maintenance'),
  });
});

test("the other node's faults are left alone", () => {
  const others = [{ node: 'pf2', fault: 'carp-disabled' as const }];
  const answer = answerTo({ node: 'pf1', fault: 'graceful-stop' }, others, () => false);
  assert.deepEqual(answer, { do: 'undo', inForce: others });
});
