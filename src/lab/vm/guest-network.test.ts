import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Host } from '#infra/network.ts';
import { lineCutter } from './agent-wire.ts';
import { cardDevice, cardsOf, guestLines } from './guest-network.ts';

const host: Host = {
  name: 'pf1',
  ports: [
    { device: 'vmx0', segment: 'wan', addresses: ['10.10.210.251/24'] },
    { device: 'vmx1', segment: 'lan', addresses: [] },
    { device: 'vmx1.110', segment: 'server', addresses: ['10.10.110.251/24'] },
    { device: 'vmx2.99', segment: 'sync', addresses: ['2001:db8::1/64'] },
  ],
  loopback: [],
  routes: [{ to: 'default', via: '10.10.210.1' }],
  sysctls: {},
};

test('networks with a tag share the card that they stand on', () => {
  assert.deepEqual(cardsOf(host, 1), [
    { device: 'vmx0', mac: '52:54:00:00:01:00', segment: 'wan', tagged: [] },
    { device: 'vmx1', mac: '52:54:00:00:01:01', segment: 'lan', tagged: [{ tag: 110, segment: 'server' }] },
    { device: 'vmx2', mac: '52:54:00:00:01:02', segment: undefined, tagged: [{ tag: 99, segment: 'sync' }] },
  ]);
});

test('two nodes have no card address in common', () => {
  const macs = [...cardsOf(host, 0), ...cardsOf(host, 1)].map(({ mac }) => mac);
  assert.equal(new Set(macs).size, 6);
});

test('cards are named before what stands on them, and no name is given while another card has it', () => {
  assert.deepEqual(guestLines(host, cardsOf(host, 0)), [
    'link set dev eth0 name card0',
    'link set dev eth1 name card1',
    'link set dev eth2 name card2',
    'link set dev card0 name vmx0',
    'link set dev card1 name vmx1',
    'link set dev vmx1 up',
    'link add link vmx1 name vmx1.110 type vlan id 110',
    'link set dev card2 name vmx2',
    'link set dev vmx2 up',
    'link add link vmx2 name vmx2.99 type vlan id 99',
    'link set dev lo up',
    'addr add 10.10.210.251/24 dev vmx0',
    'link set dev vmx0 up',
    'link set dev vmx1 up',
    'addr add 10.10.110.251/24 dev vmx1.110',
    'link set dev vmx1.110 up',
    'addr add 2001:db8::1/64 dev vmx2.99 nodad',
    'link set dev vmx2.99 up',
    'route add default via 10.10.210.1',
  ]);
});

test('a device without a tag is its own card', () => {
  assert.equal(cardDevice('vmx1.110'), 'vmx1');
  assert.equal(cardDevice('lan'), 'lan');
});

test('lines arrive whole, whatever pieces they come in', () => {
  const lines: string[] = [];
  const cut = lineCutter((line) => lines.push(line));
  for (const piece of ['{"a":', '1}\n{"b"', ':2}\n', 'rest']) cut(piece);
  assert.deepEqual(lines, ['{"a":1}', '{"b":2}']);
});
