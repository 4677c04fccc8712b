import assert from 'node:assert/strict';
import { test } from 'node:test';
import { masterFigures, type RoleChange, readTransition, rolesAt } from './roles.ts';

const change = (at: number, node: string, status: RoleChange['status'], vip = 'LAN@20'): RoleChange => ({
  at,
  node,
  vip,
  status,
});
const start = [change(0, 'pf1', 'MASTER'), change(0, 'pf2', 'BACKUP')];

test('a transition is read from the log, anything else is not', () => {
  assert.deepEqual(
    readTransition(
      'pf1',
      '2026-11-21T00:25:16.250Z info  CARP: WAN@10 BACKUP -> MASTER (master timed out) skew=20',
    ),
    { at: Date.parse('2026-11-21T00:25:16.250Z'), node: 'pf1', vip: 'WAN@10', status: 'MASTER' },
  );
  assert.equal(readTransition('pf1', '2026-11-21T00:25:16.250Z info  ruleset loaded'), undefined);
});

test('the time to one master ends with the last change that left exactly one', () => {
  const changes = [...start, change(100, 'pf1', 'DOWN'), change(340, 'pf2', 'MASTER')];
  assert.deepEqual(masterFigures(changes, 100, 1_000), {
    oneMasterAfterMs: 240,
    twoMastersMs: 0,
    changes: 1,
  });
});

test('overlap is two masters, and counts only inside the window', () => {
  const changes = [...start, change(90, 'pf2', 'MASTER'), change(130, 'pf1', 'BACKUP')];
  assert.deepEqual(masterFigures(changes, 100, 1_000), {
    oneMasterAfterMs: 30,
    twoMastersMs: 30,
    changes: 1,
  });
});

test('without a master at the end there is no time to one, with two they last until the end', () => {
  assert.equal(masterFigures([...start, change(100, 'pf1', 'DOWN')], 50, 1_000).oneMasterAfterMs, undefined);
  const both = masterFigures([...start, change(600, 'pf2', 'MASTER')], 500, 1_000);
  assert.deepEqual([both.oneMasterAfterMs, both.twoMastersMs], [undefined, 400]);
});

test('every virtual IP counts', () => {
  const changes = [
    ...start,
    change(0, 'pf1', 'MASTER', 'WAN@10'),
    change(100, 'pf1', 'DOWN'),
    change(100, 'pf1', 'DOWN', 'WAN@10'),
    change(200, 'pf2', 'MASTER'),
    change(250, 'pf2', 'MASTER', 'WAN@10'),
  ];
  assert.equal(masterFigures(changes, 100, 900).oneMasterAfterMs, 150);
  assert.equal(rolesAt(changes, 220).get('WAN@10')?.get('pf1'), 'DOWN');
  assert.equal(rolesAt(changes, 220).get('LAN@20')?.get('pf2'), 'MASTER');
});
