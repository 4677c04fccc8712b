import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fail, ok } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import { loadDocument } from '#config/load.ts';
import type { Nft } from '#ports/nft.ts';
import { makeFollower, type Part } from './following.ts';
import { rulesOf } from './following-rules.ts';

/** A document of two nodes that differs by its name and by its rules. */
function documentOf(cluster: string, rules = ''): ClusterDocument {
  const loaded = loadDocument(
    `
cluster: ${cluster}
nodes: { a: {}, b: {} }
interfaces:
  lan: { device: eth0, addresses: { a: [10.0.0.2/24], b: [10.0.0.3/24] } }
virtualIps: []
rules: [${rules}]
`,
    { env: {}, secrets: {} },
  );
  assert.ok(loaded.ok);
  return loaded.value.document;
}
const rule = '{ action: pass, interface: lan, protocol: tcp, ports: 22 }';
const one = documentOf('one');
const two = documentOf('two');
const three = documentOf('three');

/** A part that writes down what it is told, and refuses documents of the given names. */
function part(name: string, done: string[], refuses: readonly string[] = []): Part {
  const answer = (to: ClusterDocument) => !refuses.includes(to.cluster);
  return {
    tryOut: async (_, to) => (answer(to) ? ok([`${name} becomes ${to.cluster}`]) : fail(`${name} cannot`)),
    follow: async (from, to) => {
      done.push(`${name} begins ${from.cluster} > ${to.cluster}`);
      await Promise.resolve();
      if (!answer(to)) return fail(`${name} cannot become ${to.cluster}`);
      done.push(`${name} is ${to.cluster}`);
      return ok(undefined);
    },
  };
}

test('all parts follow, one after the other, and documents wait for each other', async () => {
  const done: string[] = [];
  const follower = makeFollower(one, 'a', [part('rules', done), part('vips', done)]);
  const both = await Promise.all([follower.follow(two), follower.follow(three)]);
  assert.deepEqual(both, [ok(undefined), ok(undefined)]);
  assert.deepEqual(
    done.filter((what) => what.includes(' is ')),
    ['rules is two', 'vips is two', 'rules is three', 'vips is three'],
  );
  assert.ok(done.indexOf('vips is two') < done.indexOf('rules begins two > three'));
  assert.equal(follower.document, three);
});

test('when a part fails those before it go back, the last first, and the old document is in force', async () => {
  const done: string[] = [];
  const parts = [part('rules', done), part('vips', done), part('states', done, ['two'])];
  const follower = makeFollower(one, 'a', parts);
  assert.deepEqual(await follower.follow(two), fail('states cannot become two'));
  assert.deepEqual(done.slice(-4), [
    'vips begins two > one',
    'vips is one',
    'rules begins two > one',
    'rules is one',
  ]);
  assert.equal(follower.document, one);
  assert.deepEqual(await follower.follow(three), ok(undefined), 'the next document finds the door open');
});

test('what cannot be put back is told', async () => {
  const follower = makeFollower(one, 'a', [part('rules', [], ['one']), part('vips', [], ['two'])]);
  const followed = await follower.follow(two);
  assert.ok(!followed.ok);
  assert.match(
    followed.error,
    /vips cannot become two; putting it back failed, too: rules cannot become one/,
  );
});

test('trying out changes nothing, and says what every part would do', async () => {
  const done: string[] = [];
  const follower = makeFollower(one, 'a', [part('rules', done), part('vips', done, ['three'])]);
  assert.deepEqual(await follower.tryOut(two), ok(['rules becomes two', 'vips becomes two']));
  assert.deepEqual(await follower.tryOut(three), fail('vips cannot'));
  assert.deepEqual(done, []);
});

test('a document without this node is refused', async () => {
  const follower = makeFollower(one, 'c', []);
  for (const refused of [await follower.follow(two), await follower.tryOut(two)])
    assert.deepEqual(refused, fail('the document has no node "c"; it has a, b'));
});

test('rules: one transaction, and none when nothing would change', async () => {
  const applied: string[] = [];
  const nft: Nft = {
    check: async (program) => (program.includes('ct state') ? ok(undefined) : fail('not ours')),
    apply: async (program) => {
      applied.push(program);
      return ok(undefined);
    },
    list: async () => ok(''),
    lines: () => ok(new Map()),
    elements: () => ok(new Map()),
  };
  const rules = rulesOf(nft, 'a');
  const before = documentOf('one');
  const after = documentOf('one', rule);
  assert.deepEqual(await rules.tryOut(before, documentOf('one')), ok([]));
  assert.deepEqual(await rules.tryOut(before, after), ok(['rules: 1 line added']));
  assert.deepEqual(await rules.tryOut(after, before), ok(['rules: 1 line removed']));
  await rules.follow(before, documentOf('one'));
  assert.deepEqual(applied, []);
  await rules.follow(before, after);
  assert.equal(applied.length, 1);
  assert.match(applied[0] ?? '', /22/);
});
