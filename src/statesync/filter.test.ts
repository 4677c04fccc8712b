import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ipv4 } from '#base/address.ts';
import type { StateRow } from './describe.ts';
import { parseFilter } from './filter.ts';

const end = (address: string, port: number) => ({ address: address as Ipv4, port });
const row: StateRow = {
  protocol: 'tcp',
  source: end('192.168.1.100', 50_000),
  natSource: end('172.17.1.40', 50_000),
  destination: end('203.0.113.10', 443),
  natDestination: undefined,
  state: 'ESTABLISHED',
  ageSeconds: 1,
  timeoutSeconds: 1,
  packets: 1,
  bytes: 1,
  // Let in by a rule whose name begins with 3fa94c; its answers take the way 34.
  mark: 0x3fa94c_a2,
  zone: 0,
};

/** Whether words pick the row, of creator PF1; undefined when one has no meaning. */
function picks(...words: string[]): boolean | undefined {
  const filter = parseFilter(words);
  return filter.ok ? filter.value(row, 'PF1') : undefined;
}

test('no words mean every state, and all words must fit', () => {
  assert.equal(picks(), true);
  assert.equal(picks('tcp', ':443', '192.168.1.0/24', 'established', 'creator=PF1'), true);
  assert.equal(picks('tcp', ':443', 'creator=PF2'), false);
});

test('an address or network fits either end, translated or not; bits beyond the length do not count', () => {
  for (const word of ['192.168.1.100', '172.17.1.40', '203.0.113.10', '192.168.1.96/27', '0.0.0.0/0'])
    assert.equal(picks(word), true, word);
  for (const word of ['192.168.1.101', '192.168.1.0/27', '2001:db8::1', '::/0'])
    assert.equal(picks(word), false, word);
});

test('a port fits either end', () => {
  assert.equal(picks(':50000'), true);
  assert.equal(picks(':80'), false);
});

test('the rule that let a connection in, one of several, and its way by a gateway', () => {
  assert.equal(picks('rule=3fa94c'), true);
  assert.equal(picks('rule=00beef,3fa94c'), true);
  assert.equal(picks('rule=3fa94d'), false);
  assert.equal(picks('way=34'), true);
  assert.equal(picks('way=162'), false);
});

test('a word without meaning is an error, lest a mistyped kill ends everything', () => {
  for (const word of [
    'foo!',
    'rule=3fa9',
    'rule=',
    'way=0',
    '1.2.3.4/33',
    '300.1.1.1',
    '--all',
    '',
    '1.2.3.4/',
  ])
    assert.equal(picks(word), undefined, word);
  assert.equal(picks('nonsense'), false);
});
