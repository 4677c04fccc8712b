import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { readXml } from '#config/pfsense/xml.ts';
import { configFile } from './config-file.ts';
import { settled, type Tree, treeOf } from './tree.ts';

const folder = join(import.meta.dirname, '../../test/vectors/configsync');

test('what pfSense has written is written the same', () => {
  for (const name of ['23.3', 'made-23.3-a', 'made-24.5-b']) {
    const text = readFileSync(join(folder, `${name}-backup-after.xml`), 'utf8');
    const root = readXml(text);
    assert.ok(root.ok);
    // pfSense writes HTML's names of letters up to 24.4; both read either.
    assert.equal(configFile(treeOf(root.value)), text.replaceAll('&eacute;', 'é'));
  }
});

test('what was written is read the same', () => {
  const text = fc
    .string({ unit: 'grapheme' })
    .map((all) => all.replace(/[^\x20-\ud7ff\ue000-\ufffd]/g, '').trim());
  const tricky = fc.constantFrom(
    '&amp;',
    '&lt;b&gt;',
    '&',
    '&&amp;amp;',
    ']]>',
    '<a>',
    '&#65;',
    '"\'',
    '&eacute;',
    '&nosuch;',
  );
  const name = fc.constantFrom('descr', 'name', 'rule', 'vip', 'filter', 'password', 'x-y_z');
  const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      text,
      tricky,
      fc.uniqueArray(fc.tuple(name, tie('tree')), { selector: ([key]) => key }).map((all) => new Map(all)),
    ),
  }));
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(name, tree), { selector: ([key]) => key }), (all) => {
      const config = settled(new Map(all));
      const root = readXml(configFile(config));
      assert.ok(root.ok);
      assert.deepEqual(treeOf(root.value), config);
    }),
  );
});
