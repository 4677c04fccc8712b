/**
 * Triples of files: a primary, a backup before, and the backup after pfSense's own code of that version sent from the
 * one to the other. Ours must come to the same. `made-` are random ones, written by after-by-pfsense.sh beside them.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readXml } from '#config/pfsense/xml.ts';
import { decodeCall, encodeCall } from './codec.ts';
import { configFile } from './config-file.ts';
import { dialectOf } from './dialect.ts';
import { restore } from './restore.ts';
import { outgoing } from './send.ts';
import { isMap, settled, type TreeMap, textOf, treeOf, treeOfValue } from './tree.ts';

const folder = process.env.BASCULE_TRIPLES ?? join(import.meta.dirname, '../../test/vectors/configsync');

function read(file: string): TreeMap {
  const root = readXml(readFileSync(join(folder, file), 'utf8'));
  assert.ok(root.ok, file);
  return settled(treeOf(root.value));
}

/** The text, without what the writing of the file adds, and with letters as letters: up to 24.4 pfSense writes names. */
const comparable = (text: string): string =>
  text.replace(/\t<revision>[\s\S]*<\/revision>\n/, '').replaceAll('&eacute;', 'é');

const primaries = readdirSync(folder).filter((file) => file.endsWith('-primary.xml'));

describe('a backup after the push', () => {
  test('there are triples', () => assert.ok(primaries.length > 0));
  for (const file of primaries) {
    const name = file.replace('-primary.xml', '');
    test(name, () => {
      const primary = read(file);
      const before = read(`${name}-backup-before.xml`);
      const dialect = dialectOf(textOf(primary.get('version')));
      const sent = encodeCall({
        method: 'pfsense.restore_config_section',
        params: [outgoing(primary, dialect, { complete: false }), 900],
      });
      assert.ok(sent.ok);
      const call = decodeCall(Buffer.from(sent.value));
      assert.ok(call.ok);
      const faults: string[] = [];
      const received = treeOfValue(call.value.params[0] ?? null, '', faults);
      assert.deepEqual(faults, []);
      assert.ok(isMap(received));
      const after = restore(before, received, dialect, { repairs: false });
      const theirs = readFileSync(join(folder, `${name}-backup-after.xml`), 'utf8');
      assert.equal(comparable(configFile(after.config)), comparable(theirs));
    });
  }
});
