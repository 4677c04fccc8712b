import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addressOfNumber,
  cidr,
  cidrOf,
  contains,
  networkText,
  overlap,
  parseCidr,
  shortText,
  within,
} from './network.ts';

const anyCidr = fc
  .oneof(
    fc.tuple(fc.bigInt(0n, 2n ** 32n - 1n), fc.nat(32), fc.constant('ipv4' as const)),
    fc.tuple(fc.bigInt(0n, 2n ** 128n - 1n), fc.nat(128), fc.constant('ipv6' as const)),
  )
  .map(([value, prefix, family]) => cidrOf(addressOfNumber(value, family), prefix));

test('an address lies in its network, and texts come back', () => {
  fc.assert(
    fc.property(anyCidr, (net) => {
      assert.ok(contains(net, net));
      assert.deepEqual(cidr(`${net.address}/${net.prefix}`), net);
      const read = cidr(networkText(net));
      assert.deepEqual([read.first, read.last], [net.first, net.last]);
      assert.deepEqual(cidr(shortText(net)).last, net.last);
    }),
  );
});

test('networks overlap exactly when one lies within the other', () => {
  fc.assert(
    fc.property(anyCidr, anyCidr, (a, b) => assert.equal(overlap(a, b), within(a, b) || within(b, a))),
  );
});

test('bad notations are refused', () => {
  for (const text of [
    '',
    '/',
    '10.0.0.1',
    '10.0.0.1/',
    '10.0.0.1/33',
    '10.0.0.1/-1',
    '10.0.0.1/1.5',
    '10.1/8',
    '10.0.0.1/8/8',
    'fe80::1%eth0/64',
    '::1/129',
    '010.0.0.1/8',
  ])
    assert.equal(parseCidr(text).ok, false, text);
});
