import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Ipv4 } from '#base/address.ts';
import { prng } from '#base/prng.ts';
import type { ClusterDocument } from '#config/document.ts';
import { loadDocument } from '#config/load.ts';
import { groupConfigOf, vipDevicesOf } from '#config/wiring.ts';
import { compile, removal } from './compile.ts';
import { explain } from './explain.ts';
import { mostMarked } from './marks.ts';
import { Memory } from './memory.ts';
import type { Packet } from './packet.ts';
import { quoted } from './text.ts';

const at = (path: string): URL => new URL(`../../${path}`, import.meta.url);

function documentOf(text: string): ClusterDocument {
  const loaded = loadDocument(text);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.value.document;
}

const cases = [
  { golden: 'd1-pf1', source: 'scenarios/d1.yaml', node: 'PF1' },
  { golden: 'd2-pfsense1', source: 'scenarios/d2.yaml', node: 'PFSENSE1' },
  { golden: 'd2-pfsense2', source: 'scenarios/d2.yaml', node: 'PFSENSE2' },
  { golden: 'ipv6-a', source: 'src/ruleset/cases/ipv6.yaml', node: 'A' },
  { golden: 'full-a', source: 'src/ruleset/cases/full.yaml', node: 'A' },
] as const;

/** A Monday, at work. */
const facts = {
  now: { year: 2026, month: 11, day: 23, hour: 9, minute: 0 },
  tables: { blocked: ['192.0.2.0/24', '192.0.2.128/25', '198.51.100.200', '2001:db8:bad::/48'] },
};

for (const { golden, source, node } of cases) {
  test(`${source} at ${node} is ${golden}.golden.nft`, () => {
    const { program } = compile(documentOf(readFileSync(at(source), 'utf8')), node, facts);
    const path = at(`src/ruleset/cases/${golden}.golden.nft`);
    // UPDATE_GOLDEN=1 writes the file anew: read the difference before it is committed.
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, program);
    assert.equal(program, readFileSync(path, 'utf8'));
  });
}

/** An ordinary user is root in a user namespace of its own. */
const alone = process.getuid?.() === 0 ? ['-n'] : ['-r', '-n'];
/** Runs nft in a network namespace of its own. */
const nft = (args: readonly string[], program: string) =>
  spawnSync('unshare', [...alone, 'nft', ...args, '-f', '-'], { input: program, encoding: 'utf8' });

/** Why the kernel cannot be asked; undefined when it can. */
function whyNoKernel(): string | undefined {
  const tried = nft(['-c'], removal);
  if (tried.error !== undefined) return `unshare cannot be run: ${tried.error.message}`;
  return tried.status === 0
    ? undefined
    : `nft or the right to a network namespace is missing: ${tried.stderr.trim()}`;
}
const skip = whyNoKernel() ?? false;

for (const { golden } of cases) {
  test(`the kernel takes ${golden}.golden.nft, also over an older one`, { skip }, () => {
    const program = readFileSync(at(`src/ruleset/cases/${golden}.golden.nft`), 'utf8');
    const checked = nft(['-c'], program);
    assert.equal(checked.status, 0, checked.stderr);
    const twice = nft([], program + program + removal);
    assert.equal(twice.status, 0, twice.stderr);
  });
}

test('the kernel takes every scenario at every node', { skip }, () => {
  for (const name of ['d0', 'd1', 'd2', 'd3', 'd4']) {
    const document = documentOf(readFileSync(at(`scenarios/${name}.yaml`), 'utf8'));
    for (const node of Object.keys(document.nodes)) {
      const checked = nft(['-c'], compile(document, node).program);
      assert.equal(checked.status, 0, `${name} ${node}: ${checked.stderr}`);
    }
  }
});

const base = `cluster: c
nodes: { A: {}, B: {} }
interfaces:
  wan: { addresses: { A: [192.0.2.2/24], B: [192.0.2.3/24] }, gateway: 192.0.2.254 }
  lan: { addresses: { A: [10.0.0.2/24], B: [10.0.0.3/24] } }
virtualIps:
  - { interface: wan, vhid: 1, addresses: [192.0.2.1/24], password: a-good-password }
`;
const linesOf = (extra: string): string[] =>
  compile(documentOf(base + extra), 'A')
    .program.split('\n')
    // Names of rules follow from what they say; here they would only be in the way.
    .map((line) =>
      line
        .trim()
        .replace(/comment "(rule|nat) [0-9a-f]{8}/, 'comment "$1')
        .replace(/ct mark set 0x[0-9a-f]{6}00 /, ''),
    );

test("no rule cuts the nodes' HTTPS", () => {
  const block = 'rules: [{ action: block, interface: wan, family: both }]\n';
  const out = 'floatingRules: [{ action: block, direction: out, interfaces: any, family: both }]\n';
  const lines = linesOf(block + out);
  const from = (text: string): number => lines.indexOf(text);
  const pass = 'tcp dport 443 counter accept comment "HTTPS between the nodes"';
  const into = from(`iifname @if_wan ip saddr 192.0.2.3 ${pass}`);
  assert.ok(into > 0 && into < from('iifname @if_wan jump in_wan'));
  const away = from(`oifname @if_wan ip daddr 192.0.2.3 ${pass}`);
  assert.ok(away > from('chain sending {') && away < lines.lastIndexOf('oifname @if_wan jump out_wan'));
  const packet = (source: string, port: number): Packet => ({
    family: 'ipv4',
    protocol: 6,
    source: source as Ipv4,
    destination: '192.0.2.2' as Ipv4,
    port,
  });
  const by = (one: Packet): string => explain(documentOf(base + block), 'A', 'wan', one).by.title;
  assert.equal(by(packet('192.0.2.3', 443)), 'HTTPS between the nodes');
  assert.equal(by(packet('192.0.2.3', 444)), 'rule 1');
  assert.equal(by(packet('192.0.2.4', 443)), 'rule 1');
});

test('with the memory of other documents a ruleset is the same as without', () => {
  const memory = new Memory();
  const longMemory = new Memory();
  const random = prng(4);
  const rules = Array.from(
    { length: 300 },
    (_, i) =>
      `  - { action: ${i % 3 === 0 ? 'block' : 'pass'}, interface: lan, protocol: tcp, destination: 172.16.${random.below(4)}.${random.below(250)}, ports: ${1 + random.below(99)} }\n`,
  );
  for (let i = 0; i < 12; i += 1) {
    const place = random.below(rules.length);
    if (i % 4 === 1) rules.splice(place, 1);
    else if (i % 4 === 2) rules.splice(place, 0, rules[random.below(rules.length)] ?? '');
    else rules[place] = '  - { action: reject, interface: lan, destination: not lan address }\n';
    const wan = i === 7 ? base.replace('10.0.0.2', '10.0.0.4') : base;
    const document = documentOf(`${wan}rules:\n${rules.join('')}`);
    const filler = document.rules
      .slice(0, 1)
      .flatMap((rule) => Array(mostMarked).fill({ ...rule, disabled: true }));
    // The same as a part of a document so long that elements decide.
    const long = { ...document, rules: [...document.rules, ...filler] };
    assert.equal(compile(document, 'A', {}, memory).program, compile(document, 'A').program);
    assert.match(compile(long, 'A').program, /elements = \{\n/);
    assert.equal(compile(long, 'A', {}, longMemory).program, compile(long, 'A').program);
  }
});

test('outbound NAT by mode', () => {
  const rule = 'rules: [{ interface: wan, source: lan net, translateTo: 192.0.2.1, description: mine }]';
  const snats = (extra: string): string[] => linesOf(extra).filter((line) => line.includes('snat ip'));
  const mine = 'oifname @if_wan ip saddr 10.0.0.0/24 counter snat ip to 192.0.2.1 comment "nat: mine"';
  const automatic =
    'oifname @if_wan ip saddr 10.0.0.0/24 counter snat ip to 192.0.2.2 comment "automatic outbound NAT"';
  assert.deepEqual(snats(''), [automatic]);
  assert.deepEqual(snats(`nat: { outbound: { mode: hybrid, ${rule} } }\n`), [mine, automatic]);
  assert.deepEqual(snats(`nat: { outbound: { mode: manual, ${rule} } }\n`), [mine]);
  assert.deepEqual(snats(`nat: { outbound: { mode: off, ${rule} } }\n`), []);
});

test('NAT leaves adverts and the node itself alone, before any rule', () => {
  const lines = linesOf(
    'nat: { outbound: { mode: manual, rules: [{ interface: wan, translateTo: 192.0.2.1 }] } }\n',
  );
  const from = lines.indexOf('chain outbound {');
  assert.deepEqual(
    lines.slice(from + 2, from + 5).map((line) => line.replace(/ comment.*/, '')),
    [
      'meta l4proto { 112, 240 } return',
      'fib saddr type local return',
      'oifname @if_wan meta nfproto ipv4 counter snat ip to 192.0.2.1',
    ],
  );
});

test('adverts pass before any rule of the user can drop them', () => {
  const lines = linesOf('rules: [{ action: block, interface: wan, family: both }]\n');
  const advert = lines.findIndex((line) => line.startsWith('iifname @if_wan meta l4proto 112'));
  const users = lines.indexOf('iifname @if_wan jump in_wan');
  const invalid = lines.findIndex((line) => line.startsWith('ct state invalid'));
  assert.ok(advert > 0 && advert < users && advert < invalid);
});

test('a rule of one family matches that family alone', () => {
  const rules = linesOf(
    'rules: [{ action: pass, interface: lan, description: four }, { action: pass, interface: lan, family: ipv6, description: six }, { action: pass, interface: lan, family: both, description: all }]\n',
  ).filter((line) => line.includes('comment "rule'));
  assert.deepEqual(rules, [
    'meta nfproto ipv4 counter accept comment "rule: four"',
    'meta nfproto ipv6 counter accept comment "rule: six"',
    'counter accept comment "rule: all"',
  ]);
});

test('no description breaks out of its comment', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (description) => {
      const text = quoted(description);
      assert.match(text, /^"[^"\\\p{Cc}]*"$/u);
      assert.ok(new TextEncoder().encode(text).length <= 122);
    }),
  );
});

test('every document without errors compiles, and its engines are wired', () => {
  const texts = ['d0', 'd1', 'd2', 'd3', 'd4'].map((name) =>
    readFileSync(at(`scenarios/${name}.yaml`), 'utf8'),
  );
  const words = fc.constantFrom(
    'any',
    'self',
    'not any',
    'lan net',
    'lan',
    'wan',
    'tcp',
    'icmp',
    'both',
    'ipv6',
    'interface',
    '0',
    '{}',
    '[]',
    '::1',
    '10.0.0.1',
  );
  const cut = fc.record({
    at: fc.nat(4000),
    length: fc.nat(12),
    by: fc.oneof(words, fc.string({ maxLength: 4 })),
  });
  fc.assert(
    fc.property(fc.constantFrom(...texts), cut, (text, { at: from, length, by }) => {
      const loaded = loadDocument(text.slice(0, from) + by + text.slice(from + length));
      if (!loaded.ok || loaded.value.findings.some(({ severity }) => severity === 'error')) return;
      const { document } = loaded.value;
      for (const node of Object.keys(document.nodes)) {
        assert.match(compile(document, node).program, /policy drop/);
        const keys = groupConfigOf(document, node, { firstSequence: 0, seed: 0 }).vhids.map(({ key }) => key);
        assert.deepEqual(
          vipDevicesOf(document, node).map(({ key }) => key),
          keys,
        );
      }
    }),
    { numRuns: 400 },
  );
});

test('bogons are those that nobody may use, and what an alias lists besides', () => {
  const document = documentOf(
    `${base.replace('gateway: 192.0.2.254', 'gateway: 192.0.2.254, blockBogons: listed')}aliases: { listed: { type: urltable, url: "https://lists.example/bogons" } }
rules: [{ action: pass, interface: wan }]
`,
  );
  const tables = { listed: ['41.62.0.0/16'] };
  const { program } = compile(document, 'A', { tables });
  assert.match(program, /ip saddr @alias_listed_ipv4 counter drop comment "block bogon networks"/);
  const by = (source: string): string => {
    const packet = { family: 'ipv4', protocol: 17, destination: '10.0.0.9' as Ipv4, port: 53 } as const;
    return explain(document, 'A', 'wan', { ...packet, source: source as Ipv4 }, { tables }).by.title;
  };
  assert.equal(by('41.62.7.7'), 'block bogon networks');
  assert.equal(by('240.0.0.1'), 'block bogon networks');
  assert.equal(by('41.63.7.7'), 'rule 1');
});

test('what a gateway that is down changes is not taken from the memory', () => {
  const document = documentOf(`${base}gateways:
  ONE: { interface: wan, address: 192.0.2.253 }
  TWO: { interface: wan, address: 192.0.2.252 }
gatewayGroups: { BOTH: { tiers: [[ONE], [TWO]] } }
rules: [{ action: pass, interface: lan, protocol: tcp, gateway: BOTH }]
`);
  const memory = new Memory();
  const programs = [[], ['ONE'], ['ONE', 'TWO'], []].map((down) => {
    const facts = { gatewaysDown: new Set(down) };
    const { program } = compile(document, 'A', facts, memory);
    assert.equal(program, compile(document, 'A', facts).program);
    return program;
  });
  assert.equal(new Set(programs).size, 3);
});
