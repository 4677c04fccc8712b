/** Rules with a gateway, limits and rules without state in the kernel: where packets leave, and which do not. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Ipv4 } from '#base/address.ts';
import { loadDocument } from '#config/load.ts';
import { createPolicyRouting } from '#linux/policy-routes.ts';
import { inPrivateNamespaces, run } from '#linux/test-namespaces.ts';
import { compile } from '#ruleset/compile.ts';
import type { Packet } from '#ruleset/packet.ts';
import { ownTables, policyRoutes } from '#ruleset/routing.ts';
import { FirewallKernel } from './firewall/kernel.ts';

const text = `cluster: routed
nodes: { A: {} }
interfaces:
  lan: { role: lan, addresses: { A: [10.1.0.2/24] } }
  dmz: { role: wan, addresses: { A: [10.2.0.2/24] } }
  wan: { role: wan, gateway: 192.0.2.254, addresses: { A: [192.0.2.2/24] } }
gateways: { SECOND: { interface: dmz, address: 10.2.0.254 } }
rules:
  - { action: pass, interface: lan, protocol: tcp, ports: 443, gateway: SECOND }
  - { action: pass, interface: lan, protocol: udp, ports: 53, limits: { statesPerSource: 3 } }
  - { action: pass, interface: lan, protocol: udp, ports: 123, state: none }
  - { action: pass, interface: lan, protocol: tcp }
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
  const send = (protocol: number, port: number): { readonly verdict: string; readonly out: string } => {
    sourcePort += 1;
    const packet: Packet = {
      family: 'ipv4',
      protocol,
      source: '10.1.0.7' as Ipv4,
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
    assert.equal(run('ip rule').match(/^5000:/gm)?.length, 1);
    assert.ok(routing.set([]).ok);
    assert.doesNotMatch(run('ip rule'), /^5000:/m);
    assert.match(run('ip rule'), /^4000:/m);
    assert.deepEqual(send(6, 443), { verdict: 'accept', out: 'wan' });
  });

  test('a source gets as many connections as its limit says', () => {
    const verdicts = Array.from({ length: 5 }, () => send(17, 53).verdict);
    assert.deepEqual(verdicts, ['accept', 'accept', 'accept', 'drop', 'drop']);
  });

  test('a rule without state makes no connection', () => {
    const count = (): number => Number(readFileSync('/proc/sys/net/netfilter/nf_conntrack_count', 'utf8'));
    const before = count();
    assert.deepEqual(send(17, 123), { verdict: 'accept', out: 'wan' });
    assert.equal(count(), before);
  });

  test('the kernel lets go', () => kernel.close());
});
