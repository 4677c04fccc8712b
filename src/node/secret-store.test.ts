import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeGround } from './document-ground.ts';
import { textReader } from './opening.ts';
import { openSecrets } from './secret-store.ts';

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'bascule-secrets-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const text = `cluster: secret
nodes: { fw1: }
interfaces: { lan: { device: eth0, addresses: { fw1: [10.0.0.2/24] } } }
virtualIps:
  - { interface: lan, vhid: 7, addresses: [10.0.0.1/24], password: {secret: carp} }
`;

test('what came from another node is kept for its owner alone, and found again', () => {
  const path = join(folder, 'kept');
  assert.ok(openSecrets(path).keep({ carp: 'Pont-levis-1789' }).ok);
  assert.deepEqual(openSecrets(path).known(), { carp: 'Pont-levis-1789' });
  assert.equal(statSync(join(path, 'secrets.json')).mode & 0o077, 0);
  const again = openSecrets(path);
  assert.ok(again.keep({ carp: 'another' }).ok);
  assert.deepEqual(again.known(), { carp: 'Pont-levis-1789' }, 'what is known is not overruled');
  assert.ok(again.replace({ other: 'x' }).ok);
  assert.deepEqual(again.known(), { other: 'x' });
});

test('what stands beside the document counts before what came, and is not written down a second time', () => {
  const config = join(folder, 'cluster.yaml');
  writeFileSync(join(folder, 'cluster.secrets.yaml'), 'carp: mine\n');
  const path = join(folder, 'beside');
  const store = openSecrets(path, config);
  assert.ok(store.keep({ carp: 'theirs', sync: 'came' }).ok);
  assert.deepEqual(store.known(), { carp: 'mine', sync: 'came' });
  assert.ok(!readFileSync(join(path, 'secrets.json'), 'utf8').includes('theirs'));
});

test('a damaged file holds nothing, and does not keep a node from starting', () => {
  const path = join(folder, 'damaged');
  assert.ok(openSecrets(path).keep({ carp: 'x' }).ok);
  writeFileSync(join(path, 'secrets.json'), '{');
  assert.deepEqual(openSecrets(path).known(), {});
});

test('a document is read with a secret that came with it; without, the refusal names it and where it is due', () => {
  const store = openSecrets(join(folder, 'read'));
  const read = textReader(store.known, 'fw1');
  const without = read(text);
  assert.match(without.ok ? '' : without.error, /5:\d+: secret-missing: virtualIps\[0\]\.password: .*"carp"/);
  const passwordOf = (given?: Record<string, string>): string | undefined => {
    const document = read(text, given);
    return document.ok ? document.value.virtualIps[0]?.password : undefined;
  };
  assert.equal(passwordOf({ carp: 'first-of-all' }), 'first-of-all');
  assert.equal(passwordOf({ carp: 'second-of-all' }), 'second-of-all', 'the one before was given up');
  assert.ok(store.keep({ carp: 'third-of-all' }).ok);
  assert.equal(passwordOf(), 'third-of-all');
});

test('a secret that is another one here is refused by its name, and no value is told', async () => {
  const store = openSecrets(join(folder, 'differs'));
  assert.ok(store.keep({ carp: 'Pont-levis-1789' }).ok);
  const ground = makeGround(textReader(store.known, 'fw1'), {} as never, {} as never, store);
  const tried = await ground.tryOut(text, { carp: 'Herse-et-barbacane' });
  assert.ok(!tried.ok);
  assert.match(tried.error, /the secret "carp" has another value here/);
  assert.doesNotMatch(tried.error, /Pont|Herse/);
  assert.deepEqual(ground.secrets(['carp', 'other']), { carp: 'Pont-levis-1789' });
});
