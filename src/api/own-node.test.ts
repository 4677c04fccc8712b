import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OwnNode } from './own-node.ts';

const by = { user: 'anna', from: '' };

test('many who ask at once cost one look; after a moment, an order, or news it is looked again', async () => {
  let now = 0;
  let looks = 0;
  const node = new OwnNode(
    'PF1',
    async ({ command }) => {
      if (command === 'status') looks += 1;
      return { ok: true, value: { ok: true } };
    },
    () => now,
  );
  const askAll = () => Promise.all(Array.from({ length: 200 }, () => node.ask({ command: 'status' }, by)));
  await askAll();
  assert.equal(looks, 1);
  now += 60;
  await askAll();
  assert.equal(looks, 2);
  await node.ask({ command: 'maintenance', on: true }, by);
  await askAll();
  assert.equal(looks, 3);
  node.forget();
  await askAll();
  assert.equal(looks, 4);
});
