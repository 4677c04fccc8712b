import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ipv4 } from '#base/address.ts';
import type { Balancer } from '#config/balancer.ts';
import { loadDocument } from '#config/load.ts';
import {
  absolution,
  balancerPassLines,
  balancerProgram,
  balancerRemoval,
  memberOfNumber,
  type Places,
  placesProgram,
} from './balancer.ts';
import { explain } from './explain.ts';

const balancer = {
  workers: 1,
  servers: [],
  pools: [
    {
      name: 'web',
      mode: 'loadbalance',
      sticky: false,
      monitor: undefined,
      slots: 240,
      description: '',
      members: [1, 2, 3].map((n) => ({
        id: `10.0.0.${n}:80`,
        address: `10.0.0.${n}` as Ipv4,
        family: 'ipv4',
        port: 80,
        weight: 1,
        enabled: true,
        description: '',
      })),
    },
  ],
} as const satisfies Balancer;
const place = (n: number): Places['ipv4'][number] => ({ address: `10.0.0.${n}` as Ipv4, port: 80 });
const places = (...numbers: number[]): Places => ({ ipv4: numbers.map(place), ipv6: [] });

function documentOf(server: string) {
  const loaded = loadDocument(`cluster: c
nodes: { A: {}, B: {} }
interfaces:
  wan: { addresses: { A: [192.0.2.2/24], B: [192.0.2.3/24] } }
  lan: { addresses: { A: [10.0.0.2/24], B: [10.0.0.3/24] } }
virtualIps: [{ interface: wan, vhid: 1, addresses: [192.0.2.1/24], password: a-good-password }]
loadBalancer:
  pools: { web: { port: 80, members: [{ address: 10.0.0.11 }, { address: 10.0.0.12 }] } }
  virtualServers: { ${server} }
`);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.value.document;
}

test('only places that differ are touched', () => {
  assert.equal(placesProgram(balancer, 'web', places(1, 2), places(1, 2)), '');
  assert.equal(
    placesProgram(balancer, 'web', places(1, 2, 1), places(1, 3, 1)),
    'delete element inet bascule_balancer pool_web_ipv4 { 1 }\n' +
      'add element inet bascule_balancer pool_web_ipv4 { 1 : 3 }\n',
  );
  assert.equal(
    placesProgram(balancer, 'web', places(1, 2), places()),
    'delete element inet bascule_balancer pool_web_ipv4 { 0, 1 }\n',
  );
});

test('a document without virtual servers leaves no table', () => {
  assert.equal(
    balancerProgram(documentOf('www: { addresses: [192.0.2.1], port: 80, pool: web, disabled: true }'), () =>
      places(),
    ),
    balancerRemoval,
  );
});

test('the pass line belongs to the interface of the virtual IP, unless rules of the user shall decide', () => {
  const document = documentOf('www: { addresses: [192.0.2.1], port: 80, pool: web }');
  assert.equal(balancerPassLines(document, 'wan').length, 1);
  assert.deepEqual(balancerPassLines(document, 'lan'), []);
  assert.deepEqual(
    balancerPassLines(documentOf('www: { addresses: [192.0.2.1], port: 80, pool: web, rule: none }'), 'wan'),
    [],
  );
});

test('doubt is ended by the numbers of the members; one that has gone has none', () => {
  assert.equal(
    absolution(balancer, [place(2), place(9)], true),
    'add element inet bascule_balancer doubted { 2 }\n' +
      'delete element inet bascule_balancer doubted { 2 }\n' +
      'add element inet bascule_balancer trusted { 2 }\n',
  );
  assert.equal(absolution(balancer, [place(9)], true), '');
  assert.equal(memberOfNumber(balancer, 3), '10.0.0.3:80');
  assert.equal(memberOfNumber(balancer, 4), undefined);
});

test('explain names the virtual server, how the member is chosen, and the rule that lets it pass', () => {
  const document = documentOf('www: { addresses: [192.0.2.1], port: 80, pool: web }');
  const packet = {
    family: 'ipv4',
    protocol: 6,
    source: '192.0.2.9' as Ipv4,
    destination: '192.0.2.1' as Ipv4,
    sourcePort: 50_000,
    port: 80,
  } as const;
  const found = explain(document, 'A', 'wan', packet);
  assert.equal(found.action, 'pass');
  assert.equal(found.by.title, 'virtual server www');
  assert.deepEqual(found.destinationNat?.path, ['loadBalancer', 'virtualServers', 'www']);
  assert.equal(
    found.choice,
    'in turn from pool web: 10.0.0.11:80, 10.0.0.12:80 (whoever is online); else a refusal',
  );
  assert.equal(found.out, 'lan');
  assert.equal(found.sourceNat, undefined);
  const near = explain(document, 'A', 'lan', { ...packet, source: '10.0.0.50' as Ipv4 });
  assert.equal(near.action, 'block', 'the rules of the LAN decide there');
  const range = documentOf('www: { addresses: [192.0.2.1], port: 8000-8010, pool: web }');
  assert.equal(explain(range, 'A', 'wan', { ...packet, port: 8010 }).inside.port, 80);
  assert.equal(explain(range, 'A', 'wan', { ...packet, port: 8011 }).choice, undefined);
  const own = documentOf('www: { addresses: [192.0.2.1], port: 80, pool: web, rule: none }');
  assert.equal(explain(own, 'A', 'wan', packet).action, 'block');
  assert.equal(explain(document, 'A', 'wan', { ...packet, port: 81 }).choice, undefined);
});
