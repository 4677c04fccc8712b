import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DesiredNetwork } from './network.ts';
import { cableEnd, planNamespaces } from './plan.ts';

const host = (name: string, device = 'lan', segment = 'lan') => ({
  name,
  ports: [{ device, segment, addresses: ['192.168.1.2/24', 'fd00::2/64'] }],
  loopback: [],
  routes: [{ to: 'default', via: '192.168.1.1' }],
  sysctls: {},
});
const network = (hosts: DesiredNetwork['hosts']): DesiredNetwork => ({
  switchName: 'switch',
  segments: [{ name: 'lan' }],
  hosts,
});

test('a host becomes a namespace with its cable in the switch, addresses before the route', () => {
  const plan = planNamespaces(network([host('pf1')]));
  assert.ok(plan.ok);
  const lines = plan.value.flatMap((step) => (step.kind === 'ip' ? step.lines : []));
  assert.deepEqual(lines, [
    'netns add switch',
    'netns add pf1',
    'link add name lan index 2 netns pf1 type veth peer name pf1-lan netns switch index 1000',
    'link add name lan type bridge stp_state 0 mcast_snooping 0 forward_delay 0',
    'link set dev lan up',
    'link set dev pf1-lan master lan',
    'link set dev pf1-lan up',
    'link set dev lo up',
    'addr add 192.168.1.2/24 dev lan',
    'addr add fd00::2/64 dev lan nodad',
    'link set dev lan up',
    'route add default via 192.168.1.1',
  ]);
});

test('what the kernel would refuse half-way is refused before the first step', () => {
  const errors = [
    network([host('pf1'), host('pf1')]),
    network([host('pf1', 'lan', 'dmz')]),
    network([host('pf 1')]),
  ].map((wrong) => {
    const plan = planNamespaces(wrong);
    return plan.ok ? 'planned' : plan.error;
  });
  assert.deepEqual(errors, [
    'two hosts of the network are called "pf1"',
    'pf1\'s lan is on the segment "dmz", which does not exist',
    '"pf 1" cannot be the name of a namespace',
  ]);
});

test("the switch's end of a cable has a name that the kernel takes", () => {
  const ends = ['vlanserver', 'vlanclient'].map((device) => cableEnd('firewall-one', device));
  assert.ok(ends.every((end) => end.length <= 15 && end.startsWith('firewa-')));
  assert.notEqual(ends[0], ends[1]);
});
