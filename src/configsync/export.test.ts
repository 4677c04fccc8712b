import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadDocument } from '#config/load.ts';
import { nodesInOrder } from '#config/model.ts';
import { readConfig } from '#config/pfsense/read.ts';
import { importCluster } from '#config/pfsense/to-cluster.ts';
import { comeBack, takeSections } from './come-back.ts';
import { configFile } from './config-file.ts';
import { pfsenseTree } from './export.ts';
import { exportText, exportTexts } from './export-notes.ts';
import { at, listOf, settled, type Tree, type TreeMap, textOf, withAt } from './tree.ts';

const scenarios = readdirSync('scenarios').filter((name) => /^d\d\.yaml$/.test(name));
const textOfScenario = (name: string): string => readFileSync(`scenarios/${name}`, 'utf8');
const documentOf = (text: string, secrets: Readonly<Record<string, string>> = {}) => {
  const loaded = loadDocument(text, { secrets });
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.value.document;
};
const configOf = (text: string) => {
  const read = readConfig(text);
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
};
/** The files of all nodes, with the document in them or without. */
const filesOf = (text: string, source = true): string[] => {
  const document = documentOf(text);
  return nodesInOrder(document).map((node) =>
    configFile(pfsenseTree(document, node, source ? { source: { text, secrets: {} } } : {}).tree),
  );
};
const backFrom = (files: readonly string[]) => {
  const [first, ...more] = files.map(configOf);
  assert.ok(first !== undefined);
  const back = comeBack([first, ...more]);
  assert.ok(back.ok, JSON.stringify(back));
  return back.value;
};

for (const name of scenarios) {
  test(`${name}: out and in again is the same text`, () => {
    const text = textOfScenario(name);
    const back = backFrom(filesOf(text));
    assert.equal(back.document, text);
    assert.deepEqual(back.notes, []);
  });
}

const d1 = textOfScenario('d1.yaml');

test('what a pfSense has changed is all that changes in the document', () => {
  const files = filesOf(d1).map((file) =>
    file
      .replace('<ipaddr>172.17.1.41</ipaddr>', '<ipaddr>172.17.1.43</ipaddr>')
      .replace('Ping of the WAN VIP', 'Ping of the &lt;WAN&gt; VIP'),
  );
  const back = backFrom(files);
  const lines = d1.split('\n');
  const changed = back.document.split('\n').filter((line) => !lines.includes(line));
  assert.deepEqual(changed, [
    '    addresses: { PF1: [ 172.17.1.43/16 ], PF2: [ 172.17.1.42/16 ] }',
    '    description: Ping of the <WAN> VIP',
  ]);
});

test('the exports themselves say all that a pfSense can hold', () => {
  const [first, second] = filesOf(d1, false).map(configOf);
  assert.ok(first !== undefined && second !== undefined);
  const { value } = importCluster([first, second]);
  const document = documentOf(d1);
  assert.deepEqual(Object.keys(value.nodes as object), ['PF1', 'PF2']);
  assert.deepEqual(
    value.virtualIps.map(({ vhid, addresses, password }) => [vhid, addresses, password]),
    [
      [10, ['172.17.1.40/16'], 'Pont-levis-1789'],
      [20, ['192.168.1.1/24'], 'Pont-levis-1789'],
    ],
  );
  assert.equal((value.rules as unknown[]).length, document.rules.length);
});

test('the backup is 100 slower, and never slower than 254', () => {
  const document = documentOf(
    d1
      .replace('failover: fast', 'failover: standard')
      .replace('vhid: 10', 'vhid: 10\n    advskew: { PF1: 200 }'),
  );
  const skews = ['PF1', 'PF2'].map((node) =>
    listOf(at(pfsenseTree(document, node).tree, 'virtualip/vip')).map((vip) => textOf(at(vip, 'advskew'))),
  );
  assert.deepEqual(skews, [
    ['200', '0'],
    ['254', '100'],
  ]);
});

test('ids are the same at every node and every export', () => {
  const document = documentOf(d1);
  const ids = (node: string) =>
    listOf(at(pfsenseTree(document, node).tree, 'virtualip/vip')).map((vip) => textOf(at(vip, 'uniqid')));
  assert.deepEqual(ids('PF1'), ids('PF2'));
  assert.equal(new Set(ids('PF1')).size, 2);
  for (const id of ids('PF1')) assert.match(id, /^[0-9a-f]{13}$/);
});

const treeAt = (node: string): TreeMap => settled(pfsenseTree(documentOf(d1), node).tree);
const pushed = (tree: TreeMap) => {
  const taken = takeSections(d1, documentOf(d1), 'PF2', tree);
  assert.ok(taken.ok, JSON.stringify(taken));
  return taken.value;
};
const rule = (descr: string): Tree =>
  new Map<string, Tree>([
    ['type', 'block'],
    ['interface', 'lan'],
    ['ipprotocol', 'inet'],
    ['source', new Map([['network', 'lan']])],
    ['destination', new Map([['address', '203.0.113.9']])],
    ['descr', descr],
  ]);

test('a push that changes nothing gives the same text', () => {
  assert.deepEqual(pushed(treeAt('PF2')), { text: d1, notes: [] });
});

test('a rule of the primary comes at its place, and nothing else changes', () => {
  const tree = treeAt('PF2');
  const rules = listOf(at(tree, 'filter/rule'));
  const { text } = pushed(
    withAt(tree, 'filter/rule', [rule('new'), ...rules.slice(0, 2), rule('last'), ...rules.slice(2)]),
  );
  assert.deepEqual(
    documentOf(text).rules.map(({ description }) => description),
    [
      'new',
      'Default allow LAN to any',
      'Ping of the WAN VIP',
      'last',
      'State synchronisation',
      'Configuration synchronisation',
    ],
  );
  const added = text.split('\n').filter((line) => !d1.split('\n').includes(line));
  assert.equal(added.length, 6);
  assert.match(text, /# The WAN is itself a private network/);
});

test('priorities of virtual IPs stay, passwords and addresses come', () => {
  const tree = treeAt('PF2');
  const vips = listOf(at(tree, 'virtualip/vip')).map(
    (vip) =>
      new Map([...(vip as TreeMap), ['advskew', '33'], ['password', 'Autre-1'], ['advbase', '5']] as const),
  );
  const { text } = pushed(withAt(tree, 'virtualip/vip', vips));
  assert.equal(text, d1.replaceAll('Pont-levis-1789', 'Autre-1'));
});

test('what a document cannot hold is told', () => {
  const tree = withAt(
    treeAt('PF2'),
    'wol',
    new Map([['wolentry', [new Map([['mac', '00:00:5e:00:53:01']])]]]),
  );
  const { text, notes } = pushed(tree);
  assert.equal(text, d1);
  assert.deepEqual(
    notes.map(({ code, what }) => [code, what]),
    [['section', 'wol']],
  );
});

test('notes are whole in both languages', () => {
  for (const texts of Object.values(exportTexts))
    for (const text of [texts.fr, texts.en]) assert.match(text, /\{what\}/);
  assert.match(exportText({ code: 'rule-not', path: [], what: '$& x' }, 'en'), /"\$& x"/);
});
