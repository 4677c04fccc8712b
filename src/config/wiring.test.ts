import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyFromPassword } from '#carp/auth.ts';
import type { ClusterDocument } from './document.ts';
import { loadDocument } from './load.ts';
import { workOutTimers } from './profile.ts';
import { groupConfigOf, vipDevicesOf } from './wiring.ts';

const text = `cluster: trio
nodes: { C: { priority: 3 }, A: { priority: 1 }, B: { priority: 2 } }
interfaces:
  wan:
    device: { A: enp0s31f6u1, B: eth0, C: eth0 }
    addresses:
      A: [192.0.2.11/24, 2001:db8::11/64]
      B: [192.0.2.12/24, 2001:db8::12/64]
      C: [192.0.2.13/24, 2001:db8::13/64]
    enabled: { C: false }
virtualIps:
  - { interface: wan, vhid: 200, addresses: [192.0.2.10/24, 2001:db8::10/64], password: a-good-password }
`;

function documentOf(extra = ''): ClusterDocument {
  const loaded = loadDocument(text + extra);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.value.document;
}
const start = { firstSequence: 1000, seed: 7 };
const prioritiesOf = (extra: string): string[] =>
  workOutTimers(documentOf(extra)).map(({ node, advbase, advskew }) => `${node} ${advbase}/${advskew}`);

test('timers follow from the profile and the order of the nodes', () => {
  assert.deepEqual(prioritiesOf('failover: fast\n'), ['A 0/20', 'B 0/24', 'C 0/28']);
  assert.deepEqual(prioritiesOf('failover: fastest\n'), ['A 0/1', 'B 0/2', 'C 0/3']);
  assert.deepEqual(prioritiesOf('failover: standard\n'), ['A 1/0', 'B 1/100', 'C 1/200']);
});

test('fast detects within 0.3 s', () => {
  for (const { advbase, advskew } of workOutTimers(documentOf()).slice(0, 2))
    assert.ok(3 * (advbase + advskew / 256) < 0.3);
});

test('standard uses the timers of the document', () => {
  const loaded = loadDocument(
    text
      .replace('password:', 'advbase: 2, advskew: { B: 0, A: 50 }, password:')
      .concat('failover: standard\n'),
  );
  assert.ok(loaded.ok);
  assert.deepEqual(
    workOutTimers(loaded.value.document).map(({ node, advbase, advskew }) => `${node} ${advbase}/${advskew}`),
    ['A 2/50', 'B 2/0', 'C 2/200'],
  );
});

test('without priorities the order of the file counts, and skews stay within bounds', () => {
  const nodes = Array.from({ length: 5 }, (_, i) => `N${i}: {}`).join(', ');
  const loaded = loadDocument(
    text.replace(/nodes: .*/, `nodes: { ${nodes} }`).concat('failover: standard\n'),
  );
  assert.ok(loaded.ok);
  assert.deepEqual(
    workOutTimers(loaded.value.document).map(({ node, advskew }) => `${node} ${advskew}`),
    ['N0 0', 'N1 100', 'N2 200', 'N3 254', 'N4 254'],
  );
});

test('the group of a node', () => {
  const group = groupConfigOf(documentOf(), 'B', start);
  assert.deepEqual(group, {
    node: 'B',
    timing: 'quick',
    preempt: true,
    strict: true,
    group: true,
    firstSequence: 1000,
    seed: 7,
    listen: 250_000,
    vhids: [
      {
        key: 'wan@200',
        ifname: 'wan',
        vhid: 200,
        advbase: 0,
        advskew: 24,
        key20: keyFromPassword('a-good-password'),
        ipv4: ['192.0.2.10'],
        ipv6: ['2001:db8::10'],
        ownSources: ['192.0.2.12', '2001:db8::12'],
        // C is not on this segment: its interface is disabled.
        peers: [{ node: 'A', sources: ['192.0.2.11', '2001:db8::11'], advskew: 20 }],
      },
    ],
  });
});

test('standard and mixed groups are not strict, and a mixed group knows no peers', () => {
  const standard = groupConfigOf(documentOf('failover: standard\n'), 'A', start);
  assert.deepEqual(
    [standard.timing, standard.strict, standard.vhids[0]?.peers.length],
    ['freebsd', false, 1],
  );
  const asked = groupConfigOf(documentOf('failover: standard\nstrict: true\n'), 'A', start);
  assert.equal(asked.strict, true);
  const mixed = groupConfigOf(documentOf('failover: standard\nmixed: true\n'), 'A', start);
  assert.deepEqual([mixed.strict, mixed.vhids[0]?.peers], [false, []]);
});

test('devices fit into 15 bytes and sit on the node’s own device', () => {
  assert.deepEqual(vipDevicesOf(documentOf(), 'A'), [
    {
      key: 'wan@200',
      device: {
        name: 'enp0s31f6-v200',
        parent: 'enp0s31f6u1',
        mac: '00:00:5e:00:01:c8',
        ipv4: ['192.0.2.10'],
        ipv6: ['2001:db8::10'],
      },
    },
  ]);
  assert.deepEqual(vipDevicesOf(documentOf(), 'C'), [], 'nothing on a disabled interface');
});

test('an unknown node is a bug of the caller', () => {
  assert.throws(() => groupConfigOf(documentOf(), 'constructor', start), /no node/);
  assert.throws(() => vipDevicesOf(documentOf(), 'Z'), /no node/);
});

test('keys are those of the CARP room', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }), (password) => {
      const loaded = loadDocument(text.replace('a-good-password', () => JSON.stringify(password)));
      assert.ok(loaded.ok);
      const [vhid] = groupConfigOf(loaded.value.document, 'A', start).vhids;
      const written = loaded.value.document.virtualIps[0]?.password;
      assert.equal(written, password);
      assert.deepEqual(vhid?.key20, keyFromPassword(password));
    }),
    { numRuns: 100 },
  );
});
