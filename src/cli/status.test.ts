import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeStatus } from '#api/contract/control.ts';
import { isWell, statusText } from './status.ts';

const node = nodeStatus.parse({
  ...{ cluster: 'd1', node: 'PF1', pid: 1, uptimeMs: 3_600_000, ready: true, failover: 'fast' },
  ...{ carp: 'enabled', maintenance: true, demotion: 240, demotionReasons: { 'link lan': 240 } },
  ...{ realtime: false, residentBytes: 80_000_000, counters: {} },
  vips: [
    {
      ...{ title: 'LAN@20', interface: 'lan', vhid: 20, addresses: ['192.168.1.1/24'], description: '' },
      ...{ status: 'BACKUP', forMs: 5_000, advskew: 20, heardFrom: '192.168.1.3', heardMsAgo: 12 },
    },
  ],
  states: {
    ...{ entries: 438, mostEntries: 262_144, counters: {} },
    peers: [{ node: 'PF2', hostId: '0a0b0c0d', state: 'in step', active: true, entries: 438, lagMs: 0.31 }],
  },
  document: {
    ...{
      number: 12,
      hash: '0'.repeat(64),
      parent: '1'.repeat(64),
      author: 'anna',
      node: 'PF1',
      reason: '',
      time: 0,
    },
    peers: { PF2: { kind: 'away', why: 'PF2 does not answer: no answer within 100 ms', revisions: 2 } },
  },
  links: [{ interface: 'lan', device: 'lan', up: false }],
  findings: [
    {
      ...{ code: 'states-behind', subject: 'PF2', cause: 'PF2 is 1200 ms behind', remedy: 'Look.', forMs: 1 },
      fr: { cause: 'PF2 a 1200 ms de retard', remedy: 'Regardez.' },
    },
  ],
});

test('the status as a person reads it', () => {
  const lines = statusText(node, 'en').split('\n');
  assert.equal(lines[0], 'PF1 of cluster d1, up 1 h, failover fast, no real-time scheduling, 80 MB');
  assert.match(lines[4] ?? '', /^LAN@20 .* BACKUP for 5\.0 s +192\.168\.1\.3, 12 ms ago$/);
  assert.deepEqual(lines.slice(6), [
    'Links: lan DOWN',
    'State sync with PF2 (0a0b0c0d): in step, 438 states, lag 0.3 ms',
    'Document: revision 12 (by anna at PF1)',
    'Document at PF2: away, 2 revisions behind: PF2 does not answer: no answer within 100 ms',
    'Persistent maintenance mode ("bascule maintenance off" ends it).',
    'Demoted by 240: link lan +240',
    '! states-behind (PF2): PF2 is 1200 ms behind',
    '  Look.',
  ]);
  assert.equal(isWell(node), false);
});

test('the same in French, with the reasons that nodes give', () => {
  const plain = statusText(node, 'fr').replaceAll('\u00a0', ' ').split('\n');
  assert.match(plain[0] ?? '', /^PF1 du cluster d1, en marche depuis 1 h, failover fast, sans/);
  assert.match(plain[4] ?? '', /BACKUP depuis 5,0 s +192\.168\.1\.3, il y a 12 ms$/);
  assert.deepEqual(plain.slice(6), [
    'Liens : lan COUPÉ',
    'Synchronisation des états avec PF2 (0a0b0c0d) : synchronisé, 438 états, retard 0,3 ms',
    'Document : la révision 12 (de anna sur PF1)',
    'Document sur PF2 : absent, 2 révisions de retard : PF2 ne répond pas : pas de réponse en 100 ms',
    'Mode de maintenance persistant (« bascule maintenance off » y met fin).',
    'Rétrogradé de 240 : link lan +240',
    '! states-behind (PF2) : PF2 a 1200 ms de retard',
    '  Regardez.',
  ]);
});
