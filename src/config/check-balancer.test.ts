import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balancerOf } from './balancer.ts';
import { balancerCatalogue } from './catalogue-balancer.ts';
import { loadDocument } from './load.ts';

/** A document whose load balancer has a bit of everything and no findings. */
const sound = `cluster: sample
nodes: { A: {}, B: {} }
interfaces:
  wan: { addresses: { A: [192.0.2.2/24, 2001:db8::2/64], B: [192.0.2.3/24, 2001:db8::3/64] } }
  lan: { addresses: { A: [10.0.0.2/24, fd00::2/64], B: [10.0.0.3/24, fd00::3/64] } }
virtualIps:
  - { interface: wan, vhid: 1, addresses: [192.0.2.1/24, 2001:db8::1/64], password: a-good-password }
  - { interface: lan, vhid: 2, addresses: [10.0.0.1/24, fd00::1/64], password: a-good-password }
loadBalancer:
  monitors:
    health: { type: http, path: /health, interval: 5000, timeout: 900 }
    ping: { type: icmp }
  pools:
    web:
      port: 80
      monitor: health
      members: [{ address: 10.0.0.11 }, { address: "fd00::11", port: 8080 }]
      fallback: sorry
    sorry:
      mode: failover
      port: 81
      members: [{ address: 10.0.0.20 }]
    names:
      port: 53
      monitor: ping
      members: [{ address: 10.0.0.30 }]
  virtualServers:
    www: { addresses: [192.0.2.1, "2001:db8::1"], port: 80, pool: web }
    dns: { addresses: [192.0.2.1], port: 53, protocol: udp, pool: names, fallback: { address: 10.0.0.31 } }
`;

interface Case {
  readonly code: keyof typeof balancerCatalogue;
  readonly change: readonly [from: string, to: string];
  /** The finding stands where this text begins after the change. */
  readonly at: string;
}

const cases: readonly Case[] = [
  { code: 'balancer-pool-unknown', change: ['pool: names', 'pool: toString'], at: 'toString' },
  { code: 'balancer-pool-unknown', change: ['fallback: sorry', 'fallback: none'], at: 'none' },
  { code: 'balancer-monitor-unknown', change: ['monitor: ping', 'monitor: pong'], at: 'pong' },
  {
    code: 'balancer-fallback-circle',
    change: ['mode: failover', 'fallback: web'],
    at: 'sorry\n    sorry',
  },
  {
    code: 'balancer-port-missing',
    change: ['port: 81', 'sticky: true'],
    at: '{ address: 10.0.0.20 }',
  },
  {
    code: 'balancer-member-twice',
    change: ['{ address: 10.0.0.11 }', '{ address: 10.0.0.11 }, { address: 10.0.0.11, port: 80 }'],
    at: '{ address: 10.0.0.11, port',
  },
  { code: 'balancer-member-is-own', change: ['10.0.0.30', '10.0.0.3'], at: '10.0.0.3 }' },
  { code: 'balancer-member-is-own', change: ['10.0.0.30', '192.0.2.1'], at: '192.0.2.1 }' },
  { code: 'balancer-member-elsewhere', change: ['10.0.0.30', '10.9.0.30'], at: '10.9.0.30' },
  {
    code: 'balancer-address-not-vip',
    change: ['[192.0.2.1], port: 53', '[192.0.2.2], port: 53'],
    at: '192.0.2.2], port: 53',
  },
  {
    code: 'balancer-server-twice',
    change: ['port: 53, protocol: udp', 'port: 80'],
    at: '192.0.2.1], port: 80',
  },
  {
    code: 'balancer-family-unserved',
    change: [', { address: "fd00::11", port: 8080 }', ''],
    at: '"2001:db8::1"], port',
  },
  {
    code: 'balancer-udp-asked-by-tcp',
    change: ['      monitor: ping\n', ''],
    at: 'names, fallback',
  },
  { code: 'balancer-timeout-long', change: ['timeout: 900', 'timeout: 5001'], at: '5001' },
];

test('the sound balancer has no findings', () => {
  assert.deepEqual(codesOf(sound), []);
});

for (const { code, change, at } of cases) {
  test(`${code}: ${change[1]}`, () => {
    const text = sound.replace(...change);
    assert.notEqual(text, sound);
    const loaded = loadDocument(text);
    assert.ok(loaded.ok, JSON.stringify(loaded));
    const own = loaded.value.findings.filter((finding) => finding.code.startsWith('balancer'));
    assert.deepEqual(
      own.map((finding) => finding.code),
      [code],
    );
    const before = text.slice(0, text.indexOf(at)).split('\n');
    assert.deepEqual(
      [own[0]?.line, own[0]?.column],
      [before.length, (before.at(-1) ?? '').length + 1],
      `not at "${at}"`,
    );
    assert.doesNotMatch(`${own[0]?.message} ${own[0]?.cause} ${own[0]?.remedy}`, /\{\w+\}/);
  });
}

test('every finding of the balancer has a case', () => {
  const tested = new Set(cases.map(({ code }) => code));
  assert.deepEqual(
    Object.keys(balancerCatalogue).filter((code) => !tested.has(code as Case['code'])),
    [],
  );
});

test('names are resolved, and a fall-back of a fall-back serves third', () => {
  const { pools, servers } = balancerOf(documentOf(sound));
  assert.deepEqual(
    servers.map(({ name, pools: chain }) => [name, chain]),
    [
      ['www', ['web', 'sorry']],
      ['dns', ['names']],
    ],
  );
  assert.deepEqual(servers[1]?.lastResort, { address: '10.0.0.31', port: 53 });
  assert.deepEqual(
    pools.map(({ name, slots, members }) => [name, slots, members.map(({ id }) => id)]),
    [
      ['web', 240, ['10.0.0.11:80', '[fd00::11]:8080']],
      ['sorry', 1, ['10.0.0.20:81']],
      ['names', 240, ['10.0.0.30:53']],
    ],
  );
  assert.equal(pools[0]?.monitor?.retryInterval, 1_000);
});

test('the schema refuses what would break a request or a pattern', () => {
  for (const [from, to] of [
    ['/health', '"/a\\r\\nHost: b"'],
    ['type: icmp', 'type: send, expect: "\\\\q"'],
    ['interval: 5000', 'interval: 50'],
  ] as const)
    assert.deepEqual(
      codesOf(sound.replace(from, to)).map((code) => code),
      ['schema'],
      to,
    );
});

function codesOf(text: string): string[] {
  const loaded = loadDocument(text);
  const all = loaded.ok ? loaded.value.findings : loaded.error;
  return all.map(({ code }) => code).filter((code) => code.startsWith('balancer') || code === 'schema');
}

function documentOf(text: string) {
  const loaded = loadDocument(text);
  assert.ok(loaded.ok);
  return loaded.value.document;
}
