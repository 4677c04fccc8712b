import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Picture, render } from './screen.ts';

const status = {
  cluster: 'd1',
  node: 'pf1',
  pid: 1,
  uptimeMs: 1,
  ready: true,
  failover: 'fast' as const,
  carp: 'enabled' as const,
  maintenance: false,
  demotion: 240,
  demotionReasons: { 'link lan': 240 },
  realtime: true,
  residentBytes: 1,
  vips: [
    {
      title: 'WAN@10',
      interface: 'wan',
      vhid: 10,
      addresses: ['172.17.1.40/16'],
      description: 'WAN virtual IP',
      status: 'MASTER' as const,
      forMs: 1,
      advskew: 20,
    },
  ],
  links: [{ interface: 'lan', device: 'lan', up: false }],
  counters: {},
  findings: [],
};
const picture = (columns: number, rows: number): Picture => ({
  language: 'en',
  title: 'd1',
  failover: 'fast',
  nodes: [
    { name: 'pf1', isChosen: true, isRunning: true, status, faults: [] },
    { name: 'pf2', isChosen: false, isRunning: false, status: undefined, faults: ['host dead'] },
  ],
  connections: [
    { name: 'TCP streams', total: 200, alive: 200, firstFault: undefined },
    { name: 'UDP flows', total: 20, alive: 19, firstFault: 'no answer' },
  ],
  flows: [
    {
      name: 'client to LAN VIP',
      target: '192.168.1.1',
      isLeftOut: false,
      isAnswered: true,
      sent: 1_000,
      lost: 3,
      longestGapMs: 4.2,
      lostPerSecond: [undefined, 0, 3],
    },
  ],
  log: Array.from({ length: 50 }, (_, index) => `line ${index}`),
  message: '',
  columns,
  rows,
});
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
const plain = (lines: readonly string[]) => lines.map((line) => line.replace(/\u001b\[\d+m/g, ''));

test('both nodes stand side by side where there is room, and one above the other where not', () => {
  const wide = plain(render(picture(160, 40)));
  assert.ok(wide.some((line) => line.includes('▶ pf1') && line.includes('pf2')));
  const narrow = plain(render(picture(80, 40)));
  assert.ok(narrow.some((line) => line.includes('▶ pf1') && !line.includes('pf2')));
});

test('the screen never grows beyond the terminal', () => {
  for (const [columns, rows] of [
    [160, 40],
    [80, 24],
    [40, 10],
  ] as const) {
    const lines = plain(render(picture(columns, rows)));
    assert.ok(lines.length <= rows);
    assert.ok(lines.every((line) => line.length <= columns));
  }
});

test('a flow that no rule lets pass is said to be so, instead of lost', () => {
  const [flow] = picture(160, 40).flows;
  assert.ok(flow !== undefined);
  const text = plain(render({ ...picture(160, 40), flows: [{ ...flow, isLeftOut: true }] })).join('\n');
  assert.match(text, /client to LAN VIP \(192\.168\.1\.1\) +no rule lets it pass/);
});

test('it shows roles, lost carrier, demotion with its reason, figures, and the newest log lines', () => {
  const text = plain(render(picture(160, 40))).join('\n');
  for (const wanted of [
    'WAN@10',
    '172.17.1.40/16',
    'MASTER',
    'lan DOWN',
    'Demotion 240 (link lan 240)',
    '4.2 ms',
    'line 49',
    'host dead',
  ]) {
    assert.ok(text.includes(wanted), wanted);
  }
});

test('the connections that go on are counted by kind', () => {
  const text = plain(render(picture(160, 40))).join('\n');
  assert.match(text, /Connections that go on: 200 of 200 TCP streams, 19 of 20 UDP flows/);
});

test('the view speaks French from its title to its keys', () => {
  const text = plain(render({ ...picture(200, 50), language: 'fr', message: 'pf1 dies' })).join('\n');
  for (const word of [
    'Labo Bascule',
    'en marche',
    'hôte mort',
    'client vers VIP LAN',
    'pf1 meurt',
    'quitter',
  ])
    assert.ok(text.includes(word), word);
  assert.doesNotMatch(text, /\b(running|lost|quit|Links|cable)\b/);
});
