import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadDocument } from '#config/load.ts';
import { monitoredWays } from '#ruleset/ways.ts';
import { GatewayWatch } from './gateway-watch.ts';

const text = `cluster: c
nodes: { A: {} }
interfaces:
  lan: { addresses: { A: [10.0.0.1/24] } }
  wan: { role: wan, addresses: { A: [192.0.2.2/24] } }
  lte: { role: wan, addresses: { A: [198.51.100.2/24] } }
gateways:
  FIBRE: { interface: wan, address: 192.0.2.254, monitor: 203.0.113.1 }
  LTE: { interface: lte, address: 198.51.100.254 }
  ALWAYS: { interface: lte, address: 198.51.100.253, monitor: none }
  ALONE: { interface: wan, address: 192.0.2.253 }
gatewayGroups: { OUT: { tiers: [[FIBRE], [LTE, ALWAYS]] } }
rules:
  - { action: pass, interface: lan, protocol: tcp, gateway: OUT }
  - { action: pass, interface: lan, protocol: udp, gateway: ALONE }
`;
function documentOf(written: string) {
  const loaded = loadDocument(written);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.value.document;
}

test('those of groups are asked, at the address that answers for them', () => {
  assert.deepEqual(
    monitoredWays(documentOf(text)).map(({ reference, monitor }) => [reference, monitor]),
    [
      ['FIBRE', '203.0.113.1'],
      ['LTE', '198.51.100.254'],
    ],
  );
});

test('down after three answers that fail, up after three that come; its connections end when the rules have turned', async () => {
  let document = documentOf(text);
  const silent = new Set<string>();
  const done: string[] = [];
  const watch: GatewayWatch = new GatewayWatch({
    document: () => document,
    ask: async (address) => (silent.has(address) ? { ok: false, why: 'no echo' } : { ok: true }),
    changed: async () => void done.push(`down: ${[...watch.down].join()}`),
    endConnectionsBy: async (way) => void done.push(`ended ${names.get(way)}`),
    raise: (code, subject, cause) => void done.push(`${code} ${subject}: ${cause}`),
    clear: (code, subject) => void done.push(`over: ${code} ${subject}`),
    log: () => undefined,
  });
  const names = new Map(monitoredWays(document).map(({ number, reference }) => [number, reference]));
  const rounds = async (count: number): Promise<string[]> => {
    done.length = 0;
    for (let i = 0; i < count; i += 1) await watch.round();
    return [...done];
  };
  assert.deepEqual(await rounds(4), []);
  silent.add('203.0.113.1');
  assert.deepEqual(await rounds(2), []);
  assert.deepEqual(await rounds(1), [
    'gateway-down FIBRE: 203.0.113.1 does not answer',
    'down: FIBRE',
    'ended FIBRE',
  ]);
  assert.deepEqual(await rounds(5), [], 'told once');
  silent.delete('203.0.113.1');
  assert.deepEqual(await rounds(2), []);
  silent.add('203.0.113.1');
  assert.deepEqual(await rounds(1), [], 'it answers now and then: not enough');
  silent.delete('203.0.113.1');
  assert.deepEqual(await rounds(3), ['over: gateway-down FIBRE', 'down: ']);
  silent.add('198.51.100.254');
  assert.equal((await rounds(3)).at(-1), 'ended LTE');
  document = documentOf(text.replace(', [LTE, ALWAYS]', ''));
  assert.deepEqual(await rounds(1), ['over: gateway-down LTE', 'down: ']);
});
