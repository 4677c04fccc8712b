import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type GivenOrders, ordersInForce, withOrder, withOthers } from './orders.ts';

const anybody = (): boolean => true;
const none: GivenOrders = {};

test('an order counts until it is taken back, also where the clock went backwards', () => {
  const drained = withOrder(none, 'web', 'a', 'drained', 1_000);
  assert.deepEqual(ordersInForce(drained), { web: { a: 'drained' } });
  const enabled = withOrder(drained, 'web', 'a', 'enabled', 10);
  assert.deepEqual(ordersInForce(enabled), { web: {} });
  assert.equal(withOthers(enabled, drained, anybody), undefined);
  assert.deepEqual(withOthers(drained, enabled, anybody), enabled);
});

test('orders for members that the document does not have stay outside', () => {
  const other = withOrder(withOrder(none, 'web', 'a', 'drained', 1), 'web', 'b', 'drained', 1);
  const taken = withOthers(none, other, (_, id) => id === 'b');
  assert.deepEqual(ordersInForce(taken ?? none), { web: { b: 'drained' } });
});

test('nodes that exchange their orders come to the same, whoever begins', () => {
  const step = fc.record({
    node: fc.nat(1),
    id: fc.constantFrom('a', 'b'),
    order: fc.constantFrom('drained', 'disabled', 'enabled'),
    at: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const nodes: [GivenOrders, GivenOrders] = [none, none];
      for (const { node, id, order, at } of steps)
        nodes[node as 0 | 1] = withOrder(nodes[node as 0 | 1], 'web', id, order, at);
      const [one, two] = nodes;
      const first = withOthers(one, two, anybody) ?? one;
      const second = withOthers(two, one, anybody) ?? two;
      assert.deepEqual(ordersInForce({ web: {}, ...first }), ordersInForce({ web: {}, ...second }));
    }),
  );
});
