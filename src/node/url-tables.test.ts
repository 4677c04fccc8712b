import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fail, ok, type Result } from '#base/result.ts';
import { loadDocument } from '#config/load.ts';
import { entriesOf, UrlTables } from './url-tables.ts';

const hour = 3_600_000;
const loaded = loadDocument(`cluster: c
nodes: { A: {} }
interfaces: { lan: { addresses: { A: [10.0.0.1/8] } } }
aliases: { bad: { type: urltable, url: "https://lists.example/bad", refreshHours: 2 } }
`);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.error));
const { document } = loaded.value;

test('lists are fetched when due, kept when that fails, and known after a restart', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'tables-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'tables.json');
  let answer: Result<string> = ok('192.0.2.0/24 # a remark\n\n; another\n2001:db8::1\nnonsense\n');
  let asked = 0;
  const warned: string[] = [];
  const make = (): UrlTables =>
    new UrlTables({
      file,
      fetch: async () => {
        asked += 1;
        return answer;
      },
      log: (_level, message) => warned.push(message),
    });
  const tables = make();
  assert.deepEqual(tables.tables(), {});
  await tables.refresh(document, 0);
  assert.deepEqual(tables.tables(), { bad: ['192.0.2.0/24', '2001:db8::1'] });
  await tables.refresh(document, 2 * hour - 1);
  assert.equal(asked, 1);
  answer = fail('the server answers 503');
  await tables.refresh(document, 2 * hour);
  assert.equal(asked, 2);
  assert.match(warned.join(), /bad keeps what it had.*503/);
  assert.deepEqual(make().tables(), { bad: ['192.0.2.0/24', '2001:db8::1'] });
});

test('a page that is no list does not empty the table', () => {
  assert.deepEqual(entriesOf('<html>Sorry</html>'), fail('there is no address or network in it'));
});
