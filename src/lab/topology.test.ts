import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterSchema } from '#config/document.ts';
import { planNamespaces } from '#infra/plan.ts';
import { topologyOf } from './topology.ts';

const document = (over: object = {}) =>
  clusterSchema(() => '').parse({
    cluster: 'test',
    nodes: { PF1: {}, PF2: {} },
    interfaces: {
      wan: {
        addresses: { PF1: ['172.17.1.41/16'], PF2: ['172.17.1.42/16'] },
        gateway: '172.17.0.1',
      },
      lan: {
        addresses: { PF1: ['192.168.1.2/24', 'fd00:1::2/64'], PF2: ['192.168.1.3/24', 'fd00:1::3/64'] },
      },
      sync: { addresses: { PF1: ['10.0.0.1/30'], PF2: ['10.0.0.2/30'] } },
    },
    virtualIps: [
      { interface: 'wan', vhid: 10, addresses: ['172.17.1.40/16'], password: 'Pont-levis-1789' },
      {
        interface: 'lan',
        vhid: 20,
        addresses: ['192.168.1.1/32', 'fd00:1::1/64'],
        password: 'Pont-levis-1789',
      },
    ],
    ha: { sync: { interface: 'sync' } },
    ...over,
  });

test('the client has its gateway at the LAN VIP, the internet host stands behind the WAN', () => {
  const { network } = topologyOf(document());
  const [client, internet] = ['client', 'internet'].map((name) =>
    network.hosts.find((host) => host.name === name),
  );
  assert.deepEqual(client?.ports, [
    { device: 'eth0', segment: 'lan', addresses: ['192.168.1.100/24', 'fd00:1::64/64'] },
  ]);
  assert.deepEqual(client?.routes, [
    { to: 'default', via: '192.168.1.1' },
    { to: 'default', via: 'fd00:1::1' },
  ]);
  assert.deepEqual(internet?.ports[0]?.addresses, ['172.17.0.1/16']);
  assert.deepEqual(internet?.loopback, ['203.0.113.10/32']);
});

test('a node has its own addresses and the default route, and the plan accepts it all', () => {
  const topology = topologyOf(document());
  const node = topology.network.hosts[1];
  assert.deepEqual(
    node?.ports.map((port) => [port.device, port.addresses[0]]),
    [
      ['wan', '172.17.1.42/16'],
      ['lan', '192.168.1.3/24'],
      ['sync', '10.0.0.2/30'],
    ],
  );
  assert.deepEqual(node?.routes, [{ to: 'default', via: '172.17.0.1' }]);
  assert.deepEqual([topology.wan, topology.lan, topology.sync], ['wan', 'lan', 'sync']);
  assert.ok(planNamespaces(topology.network).ok);
});

test('a sync link that carries a virtual IP, too, is no link of its own', () => {
  assert.equal(topologyOf(document({ ha: { sync: { interface: 'lan' } } })).sync, undefined);
});

test('probes go to both virtual IPs and through the firewall, in every family that they have', () => {
  assert.deepEqual(
    topologyOf(document()).flows.map(({ from, plans }) => [from, plans.map((plan) => plan.target)]),
    [
      ['client', ['192.168.1.1', '203.0.113.10', 'fd00:1::1']],
      ['internet', ['172.17.1.40']],
    ],
  );
});

test('with a gateway of each family the internet host stands behind both, and knows the way back by IPv6', () => {
  const base = document();
  const wan = {
    addresses: {
      PF1: ['172.17.1.41/16', '2001:db8:1::41/64'],
      PF2: ['172.17.1.42/16', '2001:db8:1::42/64'],
    },
    gateway: 'GW',
  };
  const both = topologyOf(
    document({
      interfaces: { ...base.interfaces, wan },
      gateways: {
        GW: { interface: 'wan', address: '172.17.0.1' },
        GW6: { interface: 'wan', address: '2001:db8:1::fe' },
        ELSEWHERE: { interface: 'lan', address: 'fd00:1::fe' },
      },
      virtualIps: [
        { ...base.virtualIps[0], addresses: ['172.17.1.40/16', '2001:db8:1::40/64'] },
        base.virtualIps[1],
      ],
    }),
  );
  const internet = both.network.hosts.find((host) => host.name === 'internet');
  assert.deepEqual(internet?.ports[0]?.addresses, ['172.17.0.1/16', '2001:db8:1::fe/64']);
  assert.deepEqual(internet?.loopback, ['203.0.113.10/32', '2001:db8:ffff::10/128']);
  assert.deepEqual(internet?.routes, [{ to: 'fd00:1::/64', via: '2001:db8:1::40' }]);
  assert.deepEqual(both.network.hosts[0]?.routes, [
    { to: 'default', via: '172.17.0.1' },
    { to: 'default', via: '2001:db8:1::fe' },
  ]);
  assert.deepEqual(
    both.flows.flatMap(({ plans }) => plans.map(({ name, target }) => `${name}: ${target}`)),
    [
      'client to LAN VIP: 192.168.1.1',
      'client to internet: 203.0.113.10',
      'client to LAN VIP (IPv6): fd00:1::1',
      'client to internet (IPv6): 2001:db8:ffff::10',
      'internet to WAN VIP: 172.17.1.40',
      'internet to WAN VIP (IPv6): 2001:db8:1::40',
    ],
  );
});
