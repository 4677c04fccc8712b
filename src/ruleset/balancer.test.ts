import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ipv4 } from '#base/address.ts';
import { loadDocument } from '#config/load.ts';
import {
  balancerPassLines,
  balancerProgram,
  balancerRemoval,
  type Places,
  placesProgram,
} from './balancer.ts';

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
  assert.equal(placesProgram('web', places(1, 2), places(1, 2)), '');
  assert.equal(
    placesProgram('web', places(1, 2, 1), places(1, 3, 1)),
    'delete element inet bascule_balancer pool_web_ipv4 { 1 }\n' +
      'add element inet bascule_balancer pool_web_ipv4 { 1 : 10.0.0.3 . 80 }\n',
  );
  assert.equal(
    placesProgram('web', places(1, 2), places()),
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
