/** Translation in the kernel, with real packets: what becomes of both ends, and that the reader of the document says so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { familyOf, type Ipv4, type Ipv6 } from '#base/address.ts';
import { loadDocument } from '#config/load.ts';
import { inPrivateNamespaces } from '#linux/test-namespaces.ts';
import { compile } from '#ruleset/compile.ts';
import { explain } from '#ruleset/explain.ts';
import type { Packet } from '#ruleset/packet.ts';
import { FirewallKernel } from './firewall/kernel.ts';

const text = `cluster: translated
nodes: { A: {} }
interfaces:
  lan: { role: lan, addresses: { A: [10.1.0.2/24, "fd00:1::2/64"] } }
  dmz: { role: dmz, addresses: { A: [10.2.0.2/24, "fd00:2::2/64"] } }
  wan: { role: wan, gateway: 192.0.2.254, addresses: { A: [192.0.2.2/24, "2001:db8:1::2/64"] } }
virtualIps:
  - { interface: wan, vhid: 1, addresses: [192.0.2.1/24], password: a-good-password }
rules:
  - { action: pass, interface: lan, family: both }
  - { action: pass, interface: dmz, family: both }
  - { action: pass, interface: wan, family: both }
nat:
  outbound:
    mode: manual
    rules:
      - { interface: wan, protocol: udp, source: lan net, ports: 500, translateTo: none }
      - { interface: wan, source: lan net, translateTo: 192.0.2.1 }
      - { interface: wan, source: "fd00:2::9", translateTo: "2001:db8:1::99" }
  portForwards:
    - { interface: wan, protocol: udp, destination: wan vip, ports: 5060-5062, target: 10.2.0.11, targetPort: 6060 }
    - { interface: wan, protocol: udp, destination: wan vip, ports: 7000-7002, target: 10.2.0.11 }
    - { interface: wan, protocol: udp, destination: "2001:db8:1::50", ports: 53, target: "fd00:2::9", targetPort: 5353 }
    - { interface: wan, protocol: udp, destination: "2001:db8:1::50", ports: 5060-5062, target: "fd00:2::9", targetPort: 6060 }
  oneToOne:
    - { interface: wan, external: 192.0.2.64/28, internal: 10.2.0.64/28 }
    - { interface: wan, external: 192.0.2.80, internal: 10.2.0.80, reflection: true }
    - { interface: wan, external: "2001:db8:1::100/120", internal: "fd00:2::100/120" }
    - { interface: wan, external: "2001:db8:1::77", internal: "fd00:2::77" }
  npt:
    - { interface: wan, internal: "fd00:1::/64", external: "2001:db8:9::/64" }
`;

type Case = readonly [
  at: 'lan' | 'dmz' | 'wan',
  from: string,
  to: string,
  source: string,
  destination: string,
];
/** Where it comes in, from, to with port; the same as the other side sees it. */
// biome-ignore format: a table
const cases: readonly Case[] = [
  ['lan', '10.1.0.7', '203.0.113.9 80', '192.0.2.1', '203.0.113.9 80'],
  ['lan', '10.1.0.7', '203.0.113.9 500', '10.1.0.7', '203.0.113.9 500'],
  ['dmz', '10.2.0.5', '203.0.113.9 80', '10.2.0.5', '203.0.113.9 80'],
  ['dmz', '10.2.0.66', '203.0.113.9 80', '192.0.2.66', '203.0.113.9 80'],
  ['dmz', '10.2.0.80', '203.0.113.9 80', '192.0.2.80', '203.0.113.9 80'],
  ['wan', '203.0.113.9', '192.0.2.70 80', '203.0.113.9', '10.2.0.70 80'],
  ['wan', '203.0.113.9', '192.0.2.80 80', '203.0.113.9', '10.2.0.80 80'],
  ['lan', '10.1.0.7', '192.0.2.80 80', '10.1.0.7', '10.2.0.80 80'],
  ['wan', '203.0.113.9', '192.0.2.1 5061', '203.0.113.9', '10.2.0.11 6061'],
  ['wan', '203.0.113.9', '192.0.2.1 7002', '203.0.113.9', '10.2.0.11 7002'],
  ['wan', '2001:db8:7::9', '2001:db8:1::50 53', '2001:db8:7::9', 'fd00:2::9 5353'],
  ['wan', '2001:db8:7::9', '2001:db8:1::50 5062', '2001:db8:7::9', 'fd00:2::9 6062'],
  ['wan', '2001:db8:7::9', '2001:db8:1::142 80', '2001:db8:7::9', 'fd00:2::142 80'],
  ['wan', '2001:db8:7::9', '2001:db8:1::77 80', '2001:db8:7::9', 'fd00:2::77 80'],
  ['dmz', 'fd00:2::142', '2001:db8:7::9 80', '2001:db8:1::142', '2001:db8:7::9 80'],
  ['dmz', 'fd00:2::77', '2001:db8:7::9 80', '2001:db8:1::77', '2001:db8:7::9 80'],
  ['dmz', 'fd00:2::9', '2001:db8:7::9 80', '2001:db8:1::99', '2001:db8:7::9 80'],
  ['lan', 'fd00:1::a:7', '2001:db8:7::9 80', '2001:db8:9::a:7', '2001:db8:7::9 80'],
  ['wan', '2001:db8:7::9', '2001:db8:9::a:7 80', '2001:db8:7::9', 'fd00:1::a:7 80'],
  ['lan', 'fd00:1::a:7', 'fd00:2::5 80', 'fd00:1::a:7', 'fd00:2::5 80'],
];

inPrivateNamespaces(import.meta.filename, () => {
  const loaded = loadDocument(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  const { document } = loaded.value;
  const kernel = new FirewallKernel({
    lan: ['10.1.0.2/24', 'fd00:1::2/64'],
    dmz: ['10.2.0.2/24', 'fd00:2::2/64'],
    wan: ['192.0.2.2/24', '192.0.2.1/24', '2001:db8:1::2/64'],
  });
  kernel.load(compile(document, 'A').program);

  for (const [i, [at, from, to, source, destination]] of cases.entries())
    test(`${from} to ${to} becomes ${source} to ${destination}`, () => {
      const [address = '', port] = to.split(' ');
      const packet: Packet = {
        family: familyOf(from as Ipv4 | Ipv6),
        protocol: 17,
        source: from as Ipv4 | Ipv6,
        destination: address as Ipv4 | Ipv6,
        sourcePort: 30_000 + i,
        port: Number(port),
      };
      kernel.judge(at, packet);
      const row = kernel.connections().find((one) => one.source.port === packet.sourcePort);
      assert.ok(row !== undefined, 'no connection was made');
      const natSource = row.natSource ?? row.source;
      const natDestination = row.natDestination ?? row.destination;
      assert.deepEqual(
        [natSource.address, natSource.port, `${natDestination.address} ${natDestination.port}`],
        [source, packet.sourcePort, destination],
      );
      const { inside, sourceNat } = explain(document, 'A', at, packet);
      assert.deepEqual(
        [sourceNat?.to ?? from, `${inside.destination} ${inside.port}`],
        [source, destination],
      );
    });

  test('the kernel lets go', () => kernel.close());
});
