import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Ipv4 } from '#base/address.ts';
import { attr, entryAttributes, established, reversed, u16, u32 } from '#sim/states-entry.ts';
import { type EntryName, nameOf, Owners } from './owners.ts';

/** Names that share places, so that runs of displaced entries come about. */
const name = fc.record({ high: fc.integer({ min: 1, max: 3 }), low: fc.integer({ min: 0, max: 40 }) });
const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ set: name, peer: fc.nat(3), round: fc.integer({ min: 200, max: 263 }) }),
  },
  { weight: 4, arbitrary: fc.record({ drop: name }) },
);

test('is a map, whatever is set and deleted, over growth', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(8, 64, 1_024),
      fc.array(command, { maxLength: 400 }),
      (capacity, commands) => {
        const owners = new Owners(capacity);
        const model = new Map<string, { name: EntryName; peer: number; round: number }>();
        const keyOf = ({ high, low }: EntryName): string => `${high} ${low}`;
        for (const one of commands) {
          if ('set' in one) {
            owners.set(one.set, one.peer, one.round);
            model.set(keyOf(one.set), { name: one.set, peer: one.peer, round: one.round & 0xff });
          } else {
            owners.delete(one.drop);
            model.delete(keyOf(one.drop));
            assert.equal(owners.ownerOf(one.drop), -1);
          }
          assert.equal(owners.size, model.size);
        }
        for (const { name: known, peer, round } of model.values()) {
          assert.equal(owners.ownerOf(known), peer);
          assert.equal(owners.roundOf(known), round);
        }
        for (let peer = 0; peer < 4; peer++) {
          const own = [...model.values()].filter((entry) => entry.peer === peer);
          assert.equal(owners.countOf(peer), own.length);
          assert.equal(owners.staleOf(peer, 263), own.filter(({ round }) => round !== 7).length);
        }
        owners.clear();
        assert.equal(owners.size, 0);
        for (const { name: known } of model.values()) assert.equal(owners.ownerOf(known), -1);
      },
    ),
    { numRuns: 500 },
  );
});

const original = {
  source: '10.0.0.1' as Ipv4,
  destination: '10.0.0.2' as Ipv4,
  protocol: 6,
  sourcePort: 1,
  destinationPort: 2,
};
const entryOf = (port: number, zone = 0): Buffer => {
  const tuple = { ...original, sourcePort: port };
  return entryAttributes({ original: tuple, reply: reversed(tuple), status: established, timeout: 9, zone });
};
const hashed = (bytes: Buffer): string => {
  const found = { high: 0, low: 0 };
  assert.ok(nameOf(bytes, 0, bytes.length, found));
  return `${found.high} ${found.low}`;
};

test('a name is made of the original tuple and the zone alone', () => {
  assert.equal(
    hashed(entryOf(7)),
    hashed(Buffer.concat([attr(8, u32(4)), entryOf(7), attr(99, u32(1))])),
    'other attributes change nothing',
  );
  const names = new Set<string>();
  for (let port = 0; port < 60_000; port++) names.add(hashed(entryOf(port)));
  for (let zone = 1; zone < 1_000; zone++) names.add(hashed(entryOf(7, zone)));
  assert.equal(names.size, 60_999);
  assert.equal(nameOf(attr(18, u16(3)), 0, 8, { high: 0, low: 0 }), false);
});

test('names spread over the places', () => {
  const owners = new Owners();
  const found = { high: 0, low: 0 };
  const places = new Uint32Array(1_024);
  for (let port = 0; port < 10_240; port++) {
    const bytes = entryOf(port);
    nameOf(bytes, 0, bytes.length, found);
    places[found.low & 1_023] = (places[found.low & 1_023] as number) + 1;
    owners.set(found, 0, 0);
  }
  assert.equal(owners.size, 10_240);
  assert.ok(Math.max(...places) < 30, `${Math.max(...places)} names in one place, 10 expected`);
});
