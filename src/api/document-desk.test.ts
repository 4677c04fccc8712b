import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommitPair } from '#sim/commit-cluster.ts';
import { DocumentDesk } from './document-desk.ts';

test('what was read before a change does not count after it, even when it arrives later', async () => {
  const pair = new CommitPair('cluster: one\n');
  const member = pair.member(0, 0);
  const slow = Promise.withResolvers<void>();
  let isSlow = true;
  const desk = new DocumentDesk({
    node: 'PF1',
    ask: async (request) => {
      const reply = await member.ask(request);
      if (request.kind === 'revisions' && isSlow) {
        isSlow = false;
        await slow.promise;
      }
      return reply;
    },
  });
  const early = desk.newest();
  await new Promise(setImmediate);
  const changed = await pair.coordinators[0].propose({ text: 'cluster: two\n', author: 'anna', reason: '' });
  assert.ok(changed.ok);
  desk.forget();
  const fresh = await desk.newest();
  slow.resolve();
  const late = await early;
  assert.deepEqual(
    [fresh.ok && fresh.value.plain.cluster, late.ok && late.value.plain.cluster],
    ['two', 'one'],
  );
  const now = await desk.newest();
  assert.equal(now.ok && now.value.plain.cluster, 'two');
});

test('a document with users of a later version is no document without users', async () => {
  const text = 'cluster: one\nusers: { anna: { password: "$scrypt$..." } }\n';
  const desk = new DocumentDesk(new CommitPair(text).member(0, 0));
  const read = await desk.newest();
  assert.ok(read.ok);
  assert.deepEqual(read.value.users, {});
  assert.ok(read.value.plain.users !== undefined);
});
