import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadDocument, type Secrets } from './load.ts';

const scenario = (name: string): string =>
  readFileSync(new URL(`../../scenarios/${name}.yaml`, import.meta.url), 'utf8');

/** The smallest document that loads. */
const small = `cluster: small
nodes: { A: , B: }
interfaces:
  lan: { addresses: { A: [10.0.0.2/24], B: [10.0.0.3/24] } }
`;

/** `LINE:COLUMN code message` of everything wrong with a text. */
function told(text: string, from?: Secrets): string[] {
  const loaded = loadDocument(text, from);
  assert.ok(!loaded.ok);
  return loaded.error.map(({ line, column, code, message }) => `${line}:${column} ${code} ${message}`);
}

test('defaults are filled in', () => {
  const loaded = loadDocument(small);
  assert.ok(loaded.ok);
  const { document, findings } = loaded.value;
  assert.equal(document.failover, 'fast');
  assert.equal(document.preempt, true);
  assert.deepEqual(document.nodes, { A: {}, B: {} });
  assert.deepEqual(document.nat.outbound, { mode: 'automatic', rules: [] });
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['sync-missing'],
  );
});

test('what the schema refuses is told with its place', () => {
  const cases: readonly (readonly [text: string, expected: readonly string[]])[] = [
    ['', ['1:1 schema the document: expected mapping, received null']],
    ['[1, 2]', ['1:1 schema the document: expected mapping, received array']],
    [`${small}colour: red\n`, ['5:1 schema the document: there is no field "colour"']],
    [
      small.replace('cluster: small', 'cluster: 7'),
      ['1:10 schema cluster: expected string, received number'],
    ],
    [small.replace('cluster: small\n', ''), ['1:1 schema cluster: is missing, or empty (string expected)']],
    [`${small}failover: quick\n`, ['5:11 schema failover: failover is standard, fast or fastest']],
    [
      small.replace('A: ,', 'A b: ,'),
      ['2:10 schema nodes.A b: a node name is letters, digits and hyphens, letter first, at most 63'],
    ],
    [
      small.replace('10.0.0.3/24', '10.0.0.3'),
      ['4:45 schema interfaces.lan.addresses.B[0]: "10.0.0.3" lacks a prefix length, such as /24'],
    ],
    [
      small.replace('10.0.0.3/24', '10.0.0.3/33'),
      ['4:45 schema interfaces.lan.addresses.B[0]: "10.0.0.3/33" has a bad prefix length: 0 to 32 is due'],
    ],
    [
      `${small}virtualIps:\n  - interface: lan\n    vhid: 256\n    addresses: []\n    password: x\n`,
      [
        '7:11 schema virtualIps[0].vhid: a VHID is a whole number from 1 to 255',
        '8:16 schema virtualIps[0].addresses: a virtual IP needs at least one address',
      ],
    ],
    [
      `${small}rules:\n  - { action: allow, interface: lan, protocol: tpc, ports: 70000 }\n`,
      [
        '6:15 schema rules[0].action: action is pass, block or reject',
        '6:48 schema rules[0].protocol: protocol is a number from 0 to 255 or one of any, tcp, udp, tcp/udp, icmp, icmpv6, esp, ah, gre, carp, pfsync, igmp, ospf, pim, sctp, ipv6',
        '6:60 schema rules[0].ports: a port is a whole number from 0 to 65535',
      ],
    ],
    [
      small.replace('lan: {', 'lan: { device: "eth0; flush ruleset",'),
      [
        '4:18 schema interfaces.lan.device: a device name is 1 to 15 letters, digits, dots, hyphens, underscores',
      ],
    ],
  ];
  for (const [text, expected] of cases) assert.deepEqual(told(text), expected, text);
});

test('bad YAML is told with its place', () => {
  assert.deepEqual(told('cluster: a\ncluster: b\n'), ['2:1 yaml Map keys must be unique']);
  assert.match(told('nodes: [')[0] ?? '', /^1:\d+ yaml /);
  assert.match(told('a: !secret x\n')[0] ?? '', /^1:4 yaml Unresolved tag/);
  assert.match(told('a: *nowhere\n')[0] ?? '', /yaml .*nowhere/);
});

test('aliases cannot blow a document up', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 12; i++)
    lines.push(
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  assert.match(told(lines.join('\n'))[0] ?? '', /^1:1 yaml .*alias/i);
});

test('passwords come from the document, the environment or the secrets file', () => {
  const vip = (password: string): string =>
    `${small}virtualIps:\n  - { interface: lan, vhid: 1, addresses: [10.0.0.1/24], password: ${password} }\n`;
  const passwordOf = (password: string, from: Secrets = {}): string | undefined => {
    const loaded = loadDocument(vip(password), from);
    assert.ok(loaded.ok, JSON.stringify(loaded));
    return loaded.value.document.virtualIps[0]?.password;
  };
  assert.equal(passwordOf('literal-password'), 'literal-password');
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the document's own notation
  assert.equal(passwordOf('"${CARP}"', { env: { CARP: 'from-env' } }), 'from-env');
  assert.equal(passwordOf('{ env: CARP }', { env: { CARP: 'from-env' } }), 'from-env');
  assert.equal(passwordOf('{ secret: carp }', { secrets: { carp: 'from-file' } }), 'from-file');
  assert.equal(passwordOf('001234567890'), '001234567890', 'digits stay as written');
  assert.deepEqual(told(vip('{ env: CARP }')), [
    '6:68 secret-missing virtualIps[0].password: the environment has no variable CARP',
  ]);
  assert.deepEqual(told(vip('{ secret: constructor }'), { secrets: {} }), [
    '6:68 secret-missing virtualIps[0].password: the secrets have no entry "constructor"',
  ]);
});

test('host IDs stay as written, whatever number they look like', () => {
  const loaded = loadDocument(`${small}ha: { hostId: { A: 00000012, B: 12e45678 } }\n`);
  assert.ok(loaded.ok);
  assert.deepEqual(loaded.value.document.ha.hostId, { A: '00000012', B: '12e45678' });
});

test('findings come in the order of the file', () => {
  const loaded = loadDocument(scenario('d4'));
  assert.ok(loaded.ok);
  const lines = loaded.value.findings.map(({ line }) => line);
  assert.deepEqual(
    lines,
    [...lines].sort((a, b) => a - b),
  );
});

test('no text makes the loader throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.json(), yamlish), (text) =>
      judged(text),
    ),
    { numRuns: 500 },
  );
});

/** Lines of keys and values that look like a document, with anything in place of the values. */
const yamlish = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        'cluster',
        'nodes',
        'interfaces',
        'virtualIps',
        'ha',
        'rules',
        'nat',
        'aliases',
        '__proto__',
        '- a',
        '  b',
      ),
      fc.constantFrom(
        '',
        '{}',
        '[]',
        '{ constructor: [1] }',
        '&x',
        '*x',
        '!!set {}',
        '"',
        "'",
        '|',
        '0x',
        '~',
        '{ a: &b { c: *b } }',
      ),
    ),
    { maxLength: 6 },
  )
  .map((lines) => lines.map(([key, value]) => `${key}: ${value}`).join('\n'));

test('no mutilation of a scenario makes the loader throw', () => {
  const texts = ['d0', 'd1', 'd2', 'd3', 'd4'].map(scenario);
  const cut = fc.record({
    at: fc.nat(4000),
    length: fc.nat(40),
    by: fc.oneof(fc.string({ maxLength: 8 }), token),
  });
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.array(cut, { minLength: 1, maxLength: 4 }), (text, cuts) => {
      judged(
        cuts.reduce((whole, { at, length, by }) => whole.slice(0, at) + by + whole.slice(at + length), text),
      );
    }),
    { numRuns: 400 },
  );
});

/** Words that mean something somewhere in a document. */
const token = fc.constantFrom(
  'any',
  'self',
  'not any',
  'lan net',
  'constructor net',
  '__proto__',
  'toString',
  'interface',
  '::/0',
  '0.0.0.0/0',
  '255.255.255.255',
  'fe80::1/64',
  '{}',
  '[]',
  'null',
  '-1',
  '1e9',
  '\n',
  '  - ',
  ': ',
  '&a ',
  '*a',
);

function judged(text: string): void {
  const loaded = loadDocument(text);
  const findings = loaded.ok ? loaded.value.findings : loaded.error;
  if (!loaded.ok) assert.ok(findings.length > 0, 'a refusal has a reason');
  for (const { line, column, message } of findings) {
    assert.ok(line >= 1 && column >= 1, 'a place counts from 1');
    assert.ok(line <= text.split('\n').length, 'a place is in the text');
    assert.notEqual(message, '');
  }
}
