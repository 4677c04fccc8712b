import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../audit/audit.ts';
import { healthyNode } from '../audit/healthy.ts';
import { loadDocument } from '../load.ts';
import { filesOf, secretsText } from './as-text.ts';
import { noteText, noteTexts } from './notes.ts';
import { readConfig } from './read.ts';
import { importCluster } from './to-cluster.ts';

const configOf = (text: string) => {
  const read = readConfig(text);
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
};
const imported = (one: string, two?: string) =>
  importCluster(two === undefined ? [configOf(one)] : [configOf(one), configOf(two)]);
const loadedOf = ({ value }: ReturnType<typeof imported>) => {
  const { document, passwords } = filesOf(value);
  const loaded = loadDocument(document, { secrets: passwords });
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.value;
};
const linesOf = (text: string, mark: string) => text.slice(0, text.indexOf(mark)).split('\n').length;

test('a healthy pair becomes a document without errors', () => {
  const { document, findings } = loadedOf(imported(healthyNode(1), healthyNode(2)));
  assert.deepEqual(
    findings.filter(({ severity }) => severity === 'error'),
    [],
  );
  assert.deepEqual(Object.keys(document.nodes), ['fw1', 'fw2']);
  assert.deepEqual(document.virtualIps[0]?.addresses, ['172.17.1.40/16', '172.17.1.45/16']);
  assert.deepEqual(document.virtualIps[1]?.advskew, { fw1: 0, fw2: 100 });
  assert.equal(document.virtualIps[1]?.password, 'Pont-levis-20');
  assert.deepEqual(document.ha.sync?.peers, { fw1: '10.0.0.2', fw2: '10.0.0.1' });
  assert.deepEqual(document.ha.hostId, { fw1: '00000001', fw2: '00000002' });
  assert.equal(document.nat.outbound.mode, 'hybrid');
  assert.equal(document.nat.outbound.rules[0]?.translateTo, '172.17.1.40');
  assert.deepEqual(
    document.rules.map(({ source, ports }) => [source, ports]),
    [
      ['lan net', undefined],
      ['opt1 net', undefined],
      ['opt1 net', 8443],
      ['lan net', 'WEB'],
    ],
  );
});

test('no password stands in the document', () => {
  const { document, passwords } = filesOf(imported(healthyNode(1), healthyNode(2)).value);
  assert.doesNotMatch(document, /Pont-levis|sync-secret/);
  assert.match(secretsText(passwords), /carp_lan_20: Pont-levis-20/);
});

test('passwords that look like numbers stay texts', () => {
  const odd = imported(healthyNode(1).replaceAll('Pont-levis-20', '0012e45'));
  assert.equal(loadedOf(odd).document.virtualIps[1]?.password, '0012e45');
  assert.match(secretsText(filesOf(odd.value).passwords), /"0012e45"/);
});

test('one file alone makes a cluster of one node', () => {
  const { document } = loadedOf(imported(healthyNode(1)));
  assert.deepEqual(Object.keys(document.nodes), ['fw1']);
});

test('equal host names are told apart', () => {
  const { document } = loadedOf(imported(healthyNode(1), healthyNode(2).replace('>fw2<', '>fw1<')));
  assert.deepEqual(Object.keys(document.nodes), ['fw1-1', 'fw1-2']);
});

const rule = (body: string) =>
  `<rule>\n<type>pass</type>\n<interface>lan</interface>\n${body}\n<descr>odd</descr>\n</rule>\n</filter>`;
const left: readonly (readonly [keyof typeof noteTexts, string, string, string])[] = [
  ['condition', '</filter>', rule('<sched>office</sched>'), 'odd'],
  ['condition', '</filter>', rule('<floating>yes</floating>\n<tagged>x</tagged>'), 'odd'],
  ['endpoint', '</filter>', rule('<floating>yes</floating>\n<direction>sideways</direction>'), 'odd'],
  ['condition', '</filter>', rule('<protocol>icmp</protocol>\n<icmptype>skip</icmptype>'), 'odd'],
  ['endpoint', '</filter>', rule('<source><address>nowhere.example</address></source>'), 'odd'],
  ['endpoint', '</filter>', rule('<destination><any></any><port>99999</port></destination>'), 'odd'],
  ['rule-gateway', '</filter>', rule('<gateway>ELSEWHERE</gateway>'), 'odd'],
  [
    'alias',
    '</aliases>',
    '<alias>\n<name>FAR</name>\n<type>host</type>\n<address>www.example.com</address>\n</alias>\n</aliases>',
    'FAR',
  ],
  [
    'alias',
    '</aliases>',
    '<alias>\n<name>LOOP</name>\n<type>host</type>\n<address>LOOP</address>\n</alias>\n</aliases>',
    'LOOP',
  ],
  [
    'vip',
    '</virtualip>',
    '<vip>\n<mode>proxyarp</mode>\n<interface>lan</interface>\n<subnet>192.168.1.8</subnet>\n</vip>\n</virtualip>',
    '192.168.1.8',
  ],
  [
    'gateway',
    '</gateways>',
    '<gateway_item>\n<name>DYN</name>\n<interface>wan</interface>\n<gateway>dynamic</gateway>\n</gateway_item>\n</gateways>',
    'DYN',
  ],
  ['mtu', '<mtu>1500<', '<mtu>9000<', 'DMZ'],
  [
    'nat-rule',
    '</outbound>',
    '<rule>\n<interface>wan</interface>\n<source><any></any></source>\n<natport>99</natport>\n<descr>none</descr>\n</rule>\n</outbound>',
    'none',
  ],
  ['address-dynamic', '<ipaddr>192.168.30.2<', '<ipaddr>dhcp<', 'DMZ (dhcp)'],
  ['section', '</pfsense>', '<wol>\n<wolentry>x</wolentry>\n</wol>\n</pfsense>', 'wol'],
];
for (const [code, from, to, what] of left) {
  test(`left out and said: ${code} ${what}`, () => {
    const text = healthyNode(1).replace(from, () => to);
    const result = imported(text, healthyNode(2));
    const notes = result.notes.filter((note) => note.code === code && note.what === what);
    assert.equal(notes.length, 1, JSON.stringify(result.notes));
    const before = imported(healthyNode(1), healthyNode(2)).notes.filter(
      (note) => note.code === code && note.what === what,
    );
    assert.equal(before.length, 0);
    loadedOf(result);
  });
}

test('notes name the line', () => {
  const text = healthyNode(1);
  const { notes } = imported(text.replace('192.168.30.10<', 'SERVER<'));
  assert.equal(
    notes.find(({ code }) => code === 'forward')?.line,
    linesOf(text, '<rule>\n<interface>wan</interface>\n<protocol>tcp'),
  );
});

test('nested aliases stay names, ranges of ports are rewritten', () => {
  const nested =
    '<alias>\n<name>ALL</name>\n<type>port</type>\n<address>WEB 8000:8010</address>\n</alias>\n</aliases>';
  const { document } = loadedOf(imported(healthyNode(1).replace('</aliases>', nested)));
  assert.deepEqual(document.aliases.ALL, { type: 'ports', entries: ['WEB', '8000-8010'] });
});

test('notes are whole in both languages', () => {
  for (const texts of Object.values(noteTexts))
    for (const text of [texts.fr, texts.en]) assert.match(text, /\{what\}/);
  const note = { code: 'user', node: 0, line: 1, what: '$& {what}' } as const;
  assert.match(noteText(note, 'fr'), /le compte \$& \{what\} n’est/);
});

test('5 MB are read, imported and audited without hanging (2 s and 3 s on a machine with time to spare)', () => {
  const more = (n: number) =>
    `<rule><type>pass</type><interface>lan</interface><ipprotocol>inet</ipprotocol><protocol>tcp</protocol><source><network>lan</network></source><destination><address>198.51.100.${n % 256}</address><port>${n % 65_535}</port></destination><descr><![CDATA[rule &amp; number ${n}]]></descr></rule>\n`;
  const rules = Array.from({ length: 20_000 }, (_, n) => more(n)).join('');
  const files = [healthyNode(1), healthyNode(2)].map((text) =>
    text.replace('</filter>', () => `${rules}</filter>`),
  );
  const [one = '', two = ''] = files;
  assert.ok(one.length > 5_000_000);
  const start = performance.now();
  const result = imported(one);
  const middle = performance.now();
  const findings = audit(configOf(one), configOf(two), 1_800_000_000);
  const end = performance.now();
  assert.equal(findings.length, 0);
  assert.match(filesOf(result.value).document, /rule & number 19999/);
  assert.ok(middle - start < 20_000, `import: ${Math.round(middle - start)} ms`);
  assert.ok(end - middle < 30_000, `audit: ${Math.round(end - middle)} ms`);
});
