import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNft } from './nft.ts';
import { inPrivateNamespaces, run } from './test-namespaces.ts';

inPrivateNamespaces(import.meta.filename, () => {
  const nft = createNft();

  test('a checked program changes nothing, an applied one does', async () => {
    const program = 'add table inet bascule-test\nadd chain inet bascule-test forward\n';
    assert.deepEqual(await nft.check(program), { ok: true, value: undefined });
    assert.equal(run('nft list ruleset'), '');
    assert.deepEqual(await nft.apply(program), { ok: true, value: undefined });
    assert.match(run('nft list ruleset'), /bascule-test/);
  });

  test('what nft refuses is told with its line, and nothing of the program is applied', async () => {
    const refused = await nft.apply('add table ip half\nadd rule ip half nowhere accept\n');
    assert.ok(!refused.ok);
    assert.match(refused.error, /:2:\d+-\d+: Error/);
    assert.doesNotMatch(run('nft list ruleset'), /half/);
  });

  test('nft is found where an ordinary PATH does not look', async () => {
    const before = process.env.PATH;
    process.env.PATH = '/usr/bin:/bin';
    assert.ok((await nft.check('')).ok);
    process.env.PATH = before;
  });
});
