/** Connections by the rule that let them in, in the kernel: counted, and ended when the rule's schedule is over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ipv4 } from '#base/address.ts';
import { ruleNumber } from '#base/connection-mark.ts';
import { loadDocument } from '#config/load.ts';
import { createDiagnostics } from '#linux/diagnostics.ts';
import { createNft } from '#linux/nft.ts';
import { prepareStates } from '#linux/state-settings.ts';
import { inPrivateNamespaces } from '#linux/test-namespaces.ts';
import { compile } from '#ruleset/compile.ts';
import { allNamed } from '#ruleset/identity.ts';
import { followTime } from '../src/node/by-time.ts';
import { rulesOf } from '../src/node/following-rules.ts';
import { ruleCounters } from '../src/node/rule-counters.ts';
import { FirewallKernel } from './firewall/kernel.ts';
import { States } from './firewall/states.ts';

const text = `cluster: counted
nodes: { A: {} }
interfaces:
  lan: { role: lan, addresses: { A: [10.1.0.2/24] } }
  dmz: { role: dmz, addresses: { A: [10.2.0.2/24] } }
  wan: { role: wan, gateway: 192.0.2.254, addresses: { A: [192.0.2.2/24] } }
schedules: { work: { times: [{ from: "08:00", to: "18:00" }] } }
rules:
  - { action: pass, interface: lan, protocol: udp, ports: 53, schedule: work, description: Names at work }
  - { action: pass, interface: lan, protocol: udp, ports: 123, description: Time }
  - { action: block, interface: lan, protocol: udp, ports: 9 }
  - { action: pass, interface: lan, protocol: udp, ports: 161, state: none }
nat: { portForwards: [{ interface: wan, protocol: udp, destination: wan address, ports: 514, target: 10.2.0.5, description: Log }] }
`;

inPrivateNamespaces(import.meta.filename, () => {
  const loaded = loadDocument(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
  const { document } = loaded.value;
  const now = { year: 2026, month: 11, day: 23, hour: 17, minute: 59 };
  const kernel = new FirewallKernel({ lan: ['10.1.0.2/24'], dmz: ['10.2.0.2/24'], wan: ['192.0.2.2/24'] });
  const restore = prepareStates();
  const begun = compile(document, 'A', { now });
  kernel.load(begun.program);
  const states = new States();

  const packet = (ifname: 'lan' | 'wan', port: number, sourcePort = 4_000) => ({
    family: 'ipv4' as const,
    protocol: 17,
    source: (ifname === 'lan' ? '10.1.0.7' : '203.0.113.9') as Ipv4,
    destination: (ifname === 'lan' ? '203.0.113.9' : '192.0.2.2') as Ipv4,
    sourcePort,
    port,
  });
  /** UDP over IPv4 without a payload. */
  const bytes = 28;
  const counters = async (): Promise<Record<string, object>> => {
    const { byRule } = states.ask({ byRule: true });
    const lines = await createDiagnostics().lineCounters();
    assert.ok(lines.ok, JSON.stringify(lines));
    return Object.fromEntries(
      ruleCounters(document, lines.value, byRule).map(({ path, filter: _, title: __, ...rest }) => [
        path.join('.'),
        rest,
      ]),
    );
  };

  test('connections and bytes are told by rule, also of connections that have ended', async () => {
    kernel.judge('lan', packet('lan', 53));
    kernel.send('lan', packet('lan', 53));
    kernel.judge('lan', packet('lan', 53, 4_001));
    kernel.judge('lan', packet('lan', 123));
    kernel.judge('lan', packet('lan', 9));
    kernel.judge('wan', packet('wan', 514));
    assert.deepEqual(await counters(), {
      // A second datagram without an answer in between is judged once more.
      'rules.0': { states: 2, packets: 3, bytes: 3 * bytes, matched: 3 },
      'rules.1': { states: 1, packets: 1, bytes, matched: 1 },
      'rules.2': { packets: 1, bytes, matched: 1 },
      'rules.3': { packets: 0, bytes: 0, matched: 0 },
      'nat.portForwards.0': { states: 1, packets: 1, bytes, matched: 1 },
    });
    states.ask({ words: [':123'], kill: true });
    assert.deepEqual((await counters())['rules.1'], { states: 0, packets: 1, bytes, matched: 1 });
    kernel.judge('lan', packet('lan', 123));
    assert.deepEqual((await counters())['rules.1'], { states: 1, packets: 2, bytes: 2 * bytes, matched: 2 });
  });

  test('a rule names its connections in a filter', () => {
    const [key] = [...allNamed(document)].find(([, { title }]) => title.includes('Names at work')) ?? [''];
    const { rows } = states.ask({ words: [`rule=${key.slice(5, 11)}`], limit: 10 });
    assert.deepEqual(rows.map(({ source, destination }) => [source.port, destination.port]).sort(), [
      [4_000, 53],
      [4_001, 53],
    ]);
    assert.ok(rows.every(({ mark }) => mark >>> 8 === ruleNumber(key.slice(5))));
  });

  test('when a schedule is over its connections end, and others go on', async () => {
    const refresh = followTime({
      document: () => document,
      facts: () => ({ now }),
      wallClock: () => 0,
      lists: { refresh: async () => false },
      rules: rulesOf(createNft(), 'A', () => ({ now }), begun),
      settle: async () => undefined,
      endConnectionsOf: async (rules) =>
        void states.ask({ words: [`rule=${rules.map((id) => id.slice(0, 6)).join()}`], kill: true }),
      log: (_level, message) => assert.fail(message),
    });
    await refresh();
    const there = (): (number | undefined)[] =>
      kernel
        .connections()
        .map(({ destination }) => destination.port)
        .filter((port) => port !== undefined && port > 0);
    assert.deepEqual(there().sort(), [123, 514, 53, 53]);
    Object.assign(now, { hour: 18, minute: 0 });
    await refresh();
    assert.deepEqual(there().sort(), [123, 514]);
    kernel.look();
    const [judged] = kernel.judge('lan', packet('lan', 53));
    assert.equal(judged?.comment, 'default deny');
  });

  test('what the kernel itself has ended counts on', async () => {
    kernel.forget();
    assert.deepEqual(kernel.connections(), []);
    const { 'rules.1': time } = await counters();
    assert.deepEqual(time, { states: 0, packets: 2, bytes: 2 * bytes, matched: 2 });
  });

  test('rules that became elements of a map count, too', async () => {
    const many = Array.from(
      { length: 2_100 },
      (_, i) =>
        `  - { action: block, interface: lan, protocol: udp, destination: 203.0.${i >> 8}.${i & 255}, ports: 9 }\n`,
    );
    const long = loadDocument(text.replace('rules:\n', `rules:\n${many.join('')}`));
    assert.ok(long.ok);
    kernel.load(compile(long.value.document, 'A', { now }).program);
    kernel.send('lan', { ...packet('lan', 9), destination: '203.0.3.7' as Ipv4 });
    const lines = await createDiagnostics().lineCounters();
    assert.ok(lines.ok);
    const found = ruleCounters(long.value.document, lines.value, []).filter(({ matched }) => matched > 0);
    assert.deepEqual(
      found.map(({ path, states, ...rest }) => [path, states, rest.matched, rest.bytes]),
      [[['rules', 3 * 256 + 7], undefined, 1, bytes]],
    );
  });

  test('the kernel lets go', () => {
    states.close();
    restore();
    kernel.close();
  });
});
