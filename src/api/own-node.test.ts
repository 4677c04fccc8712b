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

test('a table of the kernel is read once for all who ask within a moment; reading forgets nothing', async () => {
  let now = 0;
  const asked: string[] = [];
  const node = new OwnNode(
    'PF1',
    async ({ command }) => {
      asked.push(command);
      return { ok: true, value: { ok: true } };
    },
    () => now,
  );
  const read = () =>
    Promise.all(
      (['status', 'interfaces', 'routes', 'interfaces', 'status'] as const).map((command) =>
        node.ask({ command }, by),
      ),
    );
  await read();
  await node.ask({ command: 'audit', limit: 1 }, by);
  await read();
  assert.deepEqual(asked, ['status', 'interfaces', 'routes', 'audit']);
  now += 100;
  await read();
  assert.deepEqual(asked.slice(4), ['status']);
  now += 200;
  await read();
  assert.deepEqual(asked.slice(5), ['status', 'interfaces', 'routes']);
  // An order may change any of them.
  await node.ask({ command: 'states', words: ['tcp'], limit: 0, kill: true }, by);
  await read();
  assert.deepEqual(asked.slice(8), ['states', 'status', 'interfaces', 'routes']);
});
