/** Sections that the nodes do not share: out to a pfSense, and back from one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ClusterDocument } from '#config/document.ts';
import { loadDocument } from '#config/load.ts';
import { readConfig } from '#config/pfsense/read.ts';
import { documentAt } from '#config/sections.ts';
import { toggled } from '#config/toggle.ts';
import { comeBack, takeSections } from './come-back.ts';
import { configFile } from './config-file.ts';
import { pfsenseTree } from './export.ts';
import { at, settled, textOf } from './tree.ts';

const shared = readFileSync('scenarios/d1.yaml', 'utf8');
const nodes = ['PF1', 'PF2'] as const;
const apart = ((): string => {
  const made = toggled(shared, { own: ['rules', 'aliases'], shared: [] });
  assert.ok(made.ok, made.ok ? '' : made.error);
  return made.value;
})();
const documentOf = (text: string): ClusterDocument => {
  const loaded = loadDocument(text, { assumed: true });
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.value.document;
};
const title = 'Ping of the WAN VIP';
const titlesAt = (text: string): boolean[] =>
  nodes.map((node) =>
    documentAt(documentOf(text), node).rules.some(({ description }) => description === title),
  );

test('a file has the rules of its own node, and they come back to it', () => {
  const document = documentOf(apart);
  const files = nodes.map((node) => {
    const { tree } = pfsenseTree(document, node, { source: { text: apart, secrets: {} } });
    assert.deepEqual(
      at(tree, 'filter'),
      at(pfsenseTree(documentOf(shared), node).tree, 'filter'),
      'as if they were shared',
    );
    return configFile(tree);
  });
  const [first = '', second = ''] = files;
  const configs = [first, second.replace(title, 'Only at the second')].map((text) => {
    const read = readConfig(text);
    assert.ok(read.ok);
    return read.value;
  });
  const back = comeBack([configs[0] as never, configs[1] as never]);
  assert.ok(back.ok, JSON.stringify(back));
  assert.deepEqual(titlesAt(apart), [true, true]);
  assert.deepEqual(titlesAt(back.value.document), [true, false]);
  assert.equal(back.value.document, apart.replace(lastOf(apart, title), 'Only at the second'));
});

test("a pfSense that pushes rules to a node changes that node's own", () => {
  const document = documentAt(documentOf(apart), 'PF2');
  const tree = settled(pfsenseTree(document, 'PF2').tree);
  const renamed = renameIn(tree.get('filter'));
  const taken = takeSections(apart, document, 'PF2', new Map([...tree, ['filter', renamed as never]]));
  assert.ok(taken.ok, taken.ok ? '' : taken.error);
  assert.deepEqual(titlesAt(taken.value.text), [true, false]);
});

test('a pfSense is not sent what the nodes do not share', () => {
  const config = 'config: { peer: 10.0.0.9, password: Pont-levis-1789 }';
  const text = shared.replace(/(\n {2}sync:\n(?: {4}.*\n)*?)( {4}interface: \w+\n)/, `$1$2    ${config}\n`);
  const boxes = (of: string): string[] => {
    const { tree } = pfsenseTree(documentOf(of), 'PF1');
    return ['rules', 'aliases', 'nat'].map((box) => textOf(at(tree, `hasync/synchronize${box}`)));
  };
  const without = toggled(text, { own: ['rules', 'aliases'], shared: [] });
  assert.ok(without.ok);
  assert.deepEqual(boxes(text), ['on', 'on', 'on']);
  assert.deepEqual(boxes(without.value), ['', '', 'on']);
});

/** The last place of a word: in a rule of the last node. */
function lastOf(text: string, word: string): RegExp {
  assert.ok(text.split(word).length > 2);
  return new RegExp(`${word}(?![\\s\\S]*${word})`);
}

function renameIn(part: unknown): unknown {
  if (typeof part === 'string') return part.replace(title, 'Renamed by the primary');
  if (Array.isArray(part)) return part.map(renameIn);
  return part instanceof Map ? new Map([...part].map(([name, inner]) => [name, renameIn(inner)])) : part;
}
