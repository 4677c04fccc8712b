/** Rules with a gateway, limits and rules without state in the kernel: where packets leave, and which do not. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Ipv4 } from '#base/address.ts';
import { markOfRule, ruleNumber, ruleOfMark } from '#base/connection-mark.ts';
import { loadDocument } from '#config/load.ts';
import { createPolicyRouting } from '#linux/policy-routes.ts';
import { inPrivateNamespaces, run } from '#linux/test-namespaces.ts';
import { compile } from '#ruleset/compile.ts';
import { saidBy } from '#ruleset/identity.ts';
import type { Packet } from '#ruleset/packet.ts';
import { ownTables, policyRoutes } from '#ruleset/routing.ts';
import { FirewallKernel } from './firewall/kernel.ts';

const text = `cluster: routed
nodes: { A: {} }
interfaces:
  lan: { role: lan, addresses: { A: [10.1.0.2/24] } }
  dmz: { role: wan, addresses: { A: [10.2.0.2/24] } }
  wan: { role: wan, gateway: 192.0.2.254, addresses: { A: [192.0.2.2/24] } }
gateways:
  SECOND: { interface: dmz, address: 10.2.0.254 }
  FIRST: { interface: wan, address: 192.0.2.253, monitor: 203.0.113.200 }
gatewayGroups:
  ONE_THEN_OTHER: { tiers: [[SECOND], [FIRST]] }
  BOTH: { tiers: [[SECOND, FIRST]] }
rules:
  - { action: pass, interface: lan, protocol: tcp, ports: 443, gateway: SECOND }
  - { action: pass, interface: lan, protocol: tcp, ports: 8443, gateway: ONE_THEN_OTHER }
  - { action: pass, interface: lan, protocol: tcp, ports: 9443, gateway: BOTH }
  - { action: pass, interface: lan, protocol: udp, ports: 53, limits: { statesPerSource: 3 } }
  - { action: pass, interface: lan, protocol: udp, ports: 54, limits: { states: 2 } }
  - { action: pass, interface: lan, protocol: udp, ports: 55, limits: { newPerSource: { count: 2, seconds: 3600 } } }
  - { action: pass, interface: lan, protocol: udp, ports: 123, state: none }
  - { action: pass, interface: lan, protocol: tcp }
  - { action: pass, interface: dmz, protocol: udp, ports: 1194, description: From both sides }
  - { action: pass, interface: wan, protocol: udp, ports: 1194 }
  - { action: pass, interface: dmz, protocol: tcp, destination: dmz address }
  - { action: pass, interface: lan, protocol: udp, ports: 5000-5999 }
`;

inPrivateNamespaces(import.meta.filename, () => {
  const loaded = loadDocument(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  const { document } = loaded.value;
  const kernel = new FirewallKernel({ lan: ['10.1.0.2/24'], dmz: ['10.2.0.2/24'], wan: ['192.0.2.2/24'] });
  kernel.load(compile(document, 'A').program);
  const routing = createPolicyRouting(ownTables.first, ownTables.last);
  const sent = (name: string): number =>
    Number(readFileSync(`/sys/class/net/${name}/statistics/tx_packets`, 'utf8'));
  let sourcePort = 30_000;
  const send = (
    protocol: number,
    port: number,
    source = '10.1.0.7',
  ): { readonly verdict: string; readonly out: string } => {
    sourcePort += 1;
    const packet: Packet = {
      family: 'ipv4',
      protocol,
      source: source as Ipv4,
      destination: '203.0.113.9' as Ipv4,
      sourcePort,
      port,
    };
    const before = { dmz: sent('dmz'), wan: sent('wan') };
    const counted = kernel.judge('lan', packet).find(({ chain }) => /^(in_|limit_|forward$)/.test(chain));
    const out = (['dmz', 'wan'] as const).filter((name) => sent(name) > before[name]);
    return { verdict: counted?.verdict ?? '', out: out.join() };
  };

  test('a rule with a gateway sends by it, others go the usual way', () => {
    assert.ok(routing.set(policyRoutes(document, 'A')).ok);
    assert.deepEqual(send(6, 443), { verdict: 'accept', out: 'dmz' });
    assert.deepEqual(send(6, 80), { verdict: 'accept', out: 'wan' });
  });

  test('routes that are there already are left; without rules none stays, and foreign ones do', () => {
    run('ip rule add pref 4000 fwmark 9 lookup main');
    assert.ok(routing.set(policyRoutes(document, 'A')).ok);
    assert.equal(run('ip rule').match(/^5\d{3}:/gm)?.length, 4);
    assert.match(run('ip route get 203.0.113.200'), /via 192\.0\.2\.253 dev wan/, 'asked by its gateway');
    assert.ok(routing.set([]).ok);
    assert.doesNotMatch(run('ip rule'), /^5\d{3}:/m);
    assert.match(run('ip rule'), /^4000:/m);
    assert.deepEqual(send(6, 443), { verdict: 'accept', out: 'wan' });
  });

  /** By which interface something leaves after a packet has come in. */
  const wayOf = (ifname: string, packet: Packet): string => {
    const before = { lan: sent('lan'), dmz: sent('dmz'), wan: sent('wan') };
    kernel.send(ifname, packet);
    const until = performance.now() + 3_000;
    const faces = ['lan', 'dmz', 'wan'] as const;
    let out: string[] = [];
    while (out.length === 0 && performance.now() < until)
      out = faces.filter((one) => sent(one) > before[one]);
    return out.join();
  };
  const outside = { family: 'ipv4', source: '203.0.113.50' as Ipv4, sourcePort: 5_001 } as const;
  const inner = { ...outside, protocol: 17, destination: '10.1.0.7' as Ipv4, port: 1_194 };
  const answer: Packet = {
    ...inner,
    source: inner.destination,
    destination: inner.source,
    sourcePort: inner.port,
    port: inner.sourcePort,
  };

  test('an answer leaves where the question came in, that of the node itself, too', () => {
    assert.ok(routing.set(policyRoutes(document, 'A')).ok);
    assert.equal(wayOf('dmz', inner), 'lan');
    assert.equal(wayOf('lan', answer), 'dmz');
    // A closed port: the node refuses by itself.
    assert.equal(wayOf('dmz', { ...outside, protocol: 6, destination: '10.2.0.2' as Ipv4, port: 9 }), 'dmz');
    // The same client by the other way, and one that is near, whose answer needs no gateway.
    assert.equal(wayOf('wan', { ...inner, sourcePort: 5_002 }), 'lan');
    assert.equal(wayOf('lan', { ...answer, port: 5_002 }), 'wan');
    const near = '10.2.0.9' as Ipv4;
    assert.equal(wayOf('dmz', { ...inner, source: near }), 'lan');
    assert.equal(wayOf('lan', { ...answer, destination: near }), 'dmz');
  });

  test('a group of gateways: the first tier that has one up, those of one tier in turn', () => {
    const by = (port: number, times: number): string[] =>
      Array.from({ length: times }, () => send(6, port).out);
    assert.deepEqual(by(8443, 2), ['dmz', 'dmz']);
    assert.deepEqual(by(9443, 4).sort(), ['dmz', 'dmz', 'wan', 'wan']);
    kernel.load(compile(document, 'A', { gatewaysDown: new Set(['SECOND']) }).program);
    assert.deepEqual(by(8443, 2), ['wan', 'wan']);
    assert.deepEqual(by(9443, 2), ['wan', 'wan']);
    assert.deepEqual(by(443, 1), ['wan'], 'a rule whose only gateway is down goes the usual way');
    kernel.load(compile(document, 'A', { gatewaysDown: new Set(['SECOND', 'FIRST']) }).program);
    assert.deepEqual(by(8443, 1), ['wan']);
    kernel.load(compile(document, 'A').program);
    assert.deepEqual(by(8443, 1), ['dmz']);
  });

  test('a source gets as many connections as its limit says', () => {
    const verdicts = Array.from({ length: 5 }, () => send(17, 53).verdict);
    assert.deepEqual(verdicts, ['accept', 'accept', 'accept', 'drop', 'drop']);
    assert.equal(send(17, 53, '10.1.0.8').verdict, 'accept', 'another source has its own');
  });

  test('all sources together get as many as the rule allows, and each as many new ones in its time', () => {
    const three = (port: number): string[] => Array.from({ length: 3 }, () => send(17, port).verdict);
    assert.deepEqual(three(54), ['accept', 'accept', 'drop']);
    assert.equal(send(17, 54, '10.1.0.8').verdict, 'drop');
    assert.deepEqual(three(55), ['accept', 'accept', 'drop']);
    assert.equal(send(17, 55, '10.1.0.8').verdict, 'accept');
  });

  test('a rule without state makes no connection', () => {
    assert.deepEqual(send(17, 123), { verdict: 'accept', out: 'wan' });
    assert.deepEqual(
      kernel.connections().filter(({ destination }) => destination.port === 123),
      [],
    );
  });

  test('a connection bears the mark of the rule that let it in, and its way', () => {
    const rule = (i: number): number => markOfRule(ruleNumber(saidBy(document.rules[i] ?? {}).hash));
    const marks = (port: number): number[] =>
      kernel.connections().flatMap(({ destination, mark }) => (destination.port === port ? [mark] : []));
    const [second] = policyRoutes(document, 'A').filter(({ gateway }) => gateway === '10.2.0.254');
    assert.deepEqual(marks(80), [rule(7)]);
    assert.deepEqual(new Set(marks(443)), new Set([rule(0) + (second?.mark ?? 0), rule(0)]));
    assert.deepEqual(new Set(marks(53)), new Set([rule(3)]));
    assert.deepEqual(new Set(marks(1_194).map(ruleOfMark)), new Set([rule(8), rule(9)].map(ruleOfMark)));
  });

  test('the kernel lets go', () => kernel.close());
});
