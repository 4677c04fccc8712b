import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ipv4, Ipv6 } from '#base/address.ts';
import { attr, entryAttributes, established, reversed, u32 } from '#sim/states-entry.ts';
import { LocalAddresses } from './local.ts';

const own: readonly (Ipv4 | Ipv6)[] = ['192.0.2.1' as Ipv4, '2001:db8::1' as Ipv6];

function isLocal(addresses: readonly (Ipv4 | Ipv6)[], source: string, destination: string): boolean {
  const original = {
    source: source as Ipv4,
    destination: destination as Ipv4,
    protocol: 17,
    sourcePort: 1,
    destinationPort: 2,
  };
  const reply = { ...reversed(original), destination: original.source };
  const bytes = entryAttributes({ original, reply, status: established, timeout: 9 });
  const padded = Buffer.concat([Buffer.alloc(20), bytes]);
  return new LocalAddresses(addresses).has(padded, 20, padded.length);
}

test('a connection from or to an own address is local, in both families', () => {
  assert.equal(isLocal(own, '192.0.2.1', '10.0.0.1'), true);
  assert.equal(isLocal(own, '10.0.0.1', '192.0.2.1'), true);
  assert.equal(isLocal(own, '10.0.0.1', '192.0.2.2'), false);
  assert.equal(isLocal(own, '2001:db8::1', 'fd00::1'), true);
  assert.equal(isLocal(own, 'fd00::1', '2001:db8::1'), true);
  assert.equal(isLocal(own, 'fd00::1', '2001:db8::2'), false);
  assert.equal(isLocal([], '2001:db8::1', 'fd00::1'), false);
});

test('loopback is local everywhere', () => {
  assert.equal(isLocal([], '127.0.0.1', '127.0.0.1'), true);
  assert.equal(isLocal([], '127.9.9.9', '10.0.0.1'), true);
});

test("IPv6's loopback is local everywhere, too", () => {
  assert.equal(isLocal([], '::1', '::1'), true);
  assert.equal(isLocal(own, '::1', '::1'), true);
});

test('what has no tuple is nobody’s', () => {
  assert.equal(new LocalAddresses(own).has(attr(3, u32(1)), 0, 8), false);
});
