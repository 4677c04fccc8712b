import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planNamespaces } from '#infra/plan.ts';
import { groundOf, standOn } from './hypervisors.ts';
import { loadScenario } from './scenario.ts';
import { topologyOf } from './topology.ts';

function scene(name: string) {
  const loaded = loadScenario(name);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  const { document, acceptance } = loaded.value;
  const guests = acceptance?.guests ?? [];
  return { document, guests, ground: groundOf(document, guests) };
}

test('d4 stands on two hypervisors, each guest on its own, whose tunnel ends collide with nobody', () => {
  const { document, guests, ground } = scene('d4');
  assert.ok(ground !== undefined);
  assert.deepEqual(
    ground.cards.map(({ host, hypervisor, bridge }) => `${host} ${hypervisor} ${bridge}`),
    [
      'master proxmox1 vmbr0',
      'master proxmox1 vmbr1',
      'backup proxmox2 vmbr0',
      'backup proxmox2 vmbr1',
      'client proxmox1 vmbr1',
      'client2 proxmox2 vmbr1',
    ],
  );
  const own = Object.values(ground.infrastructure.hypervisors).map(({ address }) => address);
  assert.deepEqual(own, ['10.99.0.1', '10.99.0.2']);
  assert.deepEqual(ground.infrastructure.tunnels['vxlan-lan']?.key, 2_000);
  assert.deepEqual(ground.mtus, { vmbr1: 1_450 });
  const { network } = standOn(topologyOf(document, guests), ground);
  const master = network.hosts.find(({ name }) => name === 'master');
  assert.deepEqual(
    master?.ports.map(({ segment }) => segment),
    ['master-wan', 'master-lan'],
  );
  const first = network.hosts.find(({ name }) => name === 'proxmox1');
  assert.deepEqual(
    first?.ports.map(({ device, segment }) => `${device} ${segment}`),
    ['uplink underlay', 'eno1 wan', 'tap101i0 master-wan', 'tap101i1 master-lan', 'tap900i0 client-lan'],
  );
  assert.ok(planNamespaces(network).ok);
});

test('a document without hypervisors has no ground', () => {
  assert.equal(scene('d1').ground, undefined);
});
