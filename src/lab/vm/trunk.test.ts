import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Card, TaggedNetwork } from './guest-network.ts';
import { accessesOf } from './trunk.ts';

const end = (tagged: readonly TaggedNetwork[], segment?: string) => ({
  tap: 'tap0',
  card: { device: 'vmx1', mac: '52:54:00:00:00:00', segment, tagged } satisfies Card,
});

test('each network of the trunks has one way out, whoever is on it', () => {
  const first = end([{ tag: 110, segment: 'server' }], 'lan');
  const second = end([
    { tag: 110, segment: 'server' },
    { tag: 120, segment: 'client' },
  ]);
  const accesses = accessesOf([first, second]);
  assert.ok(accesses.ok);
  assert.deepEqual(
    accesses.value.map(({ tag, segment }) => [tag, segment]),
    [
      [110, 'server'],
      [4094, 'lan'],
      [120, 'client'],
    ],
  );
});

test('one tag for two networks is refused', () => {
  const accesses = accessesOf([end([{ tag: 110, segment: 'server' }]), end([{ tag: 110, segment: 'dmz' }])]);
  assert.ok(!accesses.ok);
  assert.match(accesses.error, /VLAN 110 is on server and on dmz/);
});
