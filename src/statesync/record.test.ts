import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Ipv4 } from '#base/address.ts';
import {
  attr,
  attributesIn,
  entryAttributes,
  established,
  nested,
  reversed,
  tupleAttr,
  u16,
  u32,
} from '#sim/states-entry.ts';
import {
  endOfRecord,
  find,
  longestRecord,
  recordHead,
  recordKind,
  told,
  writeBulkMark,
  writeRecord,
} from './record.ts';

const original = {
  source: '10.1.1.1' as Ipv4,
  destination: '192.0.2.9' as Ipv4,
  protocol: 6,
  sourcePort: 40_000,
  destinationPort: 443,
};
const entry = entryAttributes({
  original,
  reply: reversed(original),
  status: established,
  timeout: 431_999,
  mark: 5,
  zone: 2,
  tcpState: 3,
});

/** The record of a message's attributes, which begin at an odd place as they do in a kernel's buffer. */
function recordOf(kind: number, attributes: Buffer, at = 0): Buffer | undefined {
  const source = Buffer.concat([Buffer.alloc(20, 0xee), attributes, Buffer.alloc(40, 0xee)]);
  const out = Buffer.alloc(at + 2 * longestRecord, 0xaa);
  const end = writeRecord(kind, 2, source, 20, 20 + attributes.length, out, at);
  return end === at ? undefined : out.subarray(at, end);
}
const typesOf = (record: Buffer | undefined): number[] =>
  record === undefined ? [] : [...attributesIn(record, recordHead).keys()];

test('attributes that mean nothing elsewhere vanish, the others stay as they are and in their order', () => {
  const record = recordOf(recordKind.created, entry, 12);
  assert.ok(record);
  assert.deepEqual([...record.subarray(0, 2)], [recordKind.created, 2]);
  assert.equal(record.readUInt16LE(2), record.length - recordHead);
  assert.deepEqual(typesOf(record), [1, 2, 18, 3, 7, 4, 8]);
  const sent = attributesIn(record, recordHead);
  for (const [type, payload] of attributesIn(entry))
    if (sent.has(type)) assert.deepEqual(sent.get(type), payload, `${type}`);
  assert.equal(endOfRecord(record, 0, record.length), record.length);
});

test('the end of an entry is its name and no more', () => {
  assert.deepEqual(typesOf(recordOf(recordKind.destroyed, entry)), [1, 18]);
});

test('what has no tuple is no record', () => {
  const rest = entry.subarray(tupleAttr(1, original).length);
  for (const kind of [recordKind.created, recordKind.destroyed, recordKind.listed])
    assert.equal(recordOf(kind, rest), undefined);
  assert.equal(recordOf(recordKind.expected, tupleAttr(1, original)), undefined);
  assert.equal(recordOf(recordKind.created, Buffer.alloc(0)), undefined);
});

test('an expectation keeps master, tuple, mask and helper; its end their names', () => {
  const said = Buffer.concat([
    tupleAttr(1, original),
    tupleAttr(2, original),
    tupleAttr(3, original),
    attr(4, u32(300)),
    attr(5, u32(1)),
    attr(6, Buffer.from('ftp\0')),
    attr(7, u16(1)),
    nested(10, attr(1, u32(0))),
  ]);
  assert.deepEqual(typesOf(recordOf(recordKind.expected, said)), [1, 2, 3, 4, 6, 7, 10]);
  assert.deepEqual(typesOf(recordOf(recordKind.unexpected, said)), [1, 2, 3, 7]);
});

/** Any mixture of attributes, wanted and not, with a tuple among them. */
const attributes = fc
  .array(fc.tuple(fc.integer({ min: 2, max: 40 }), fc.uint8Array({ maxLength: 24 })), { maxLength: 12 })
  .chain((list) => fc.tuple(fc.constant(list), fc.nat(list.length)));

test('runs are copied right, whatever stands between them', () => {
  const wanted = [1, 2, 3, 4, 5, 7, 8, 14, 15, 16, 18, 22, 24];
  fc.assert(
    fc.property(attributes, ([list, place]) => {
      const parts = list.map(([type, payload]): [number, Buffer] => [type, attr(type, payload)]);
      parts.splice(place, 0, [1, tupleAttr(1, original)]);
      const record = recordOf(recordKind.listed, Buffer.concat(parts.map(([, bytes]) => bytes)));
      const expected = Buffer.concat(
        parts.filter(([type]) => wanted.includes(type)).map(([, bytes]) => bytes),
      );
      assert.deepEqual(record?.subarray(recordHead), expected);
    }),
    { numRuns: 2_000 },
  );
});

test('a message that is cut gives what was whole', () => {
  for (let length = 0; length < entry.length; length++) {
    const record = recordOf(recordKind.created, entry.subarray(0, length));
    if (record === undefined) assert.ok(length < tupleAttr(1, original).length, `${length}`);
    else assert.ok(endOfRecord(record, 0, record.length) > 0, `${length}`);
  }
});

test('a mark of a bulk is a record; a longer or shorter one is none', () => {
  const out = Buffer.alloc(40);
  const end = writeBulkMark(recordKind.bulkEnd, 7, told, out, 3);
  assert.equal(endOfRecord(out, 3, end), end);
  assert.equal(endOfRecord(out, 3, end - 1), -1);
  out.writeUInt16LE(12, 5);
  assert.equal(endOfRecord(out, 3, 40), -1);
});

test('attributes that no node sends make a record a damaged one', () => {
  const record = recordOf(recordKind.created, entry);
  assert.ok(record);
  const withMore = (more: Buffer): number => {
    const bytes = Buffer.concat([record, more]);
    bytes.writeUInt16LE(bytes.length - recordHead, 2);
    return endOfRecord(bytes, 0, bytes.length);
  };
  assert.ok(withMore(attr(22, u32(1))) > 0);
  for (const type of [0, 6, 9, 10, 12, 13, 17, 19, 20, 21, 31, 32, 33, 200])
    assert.equal(withMore(attr(type, u32(1))), -1, `${type}`);
  assert.equal(withMore(Buffer.from([3, 0, 8, 0])), -1);
  assert.equal(withMore(Buffer.from([9, 0, 8, 0])), -1);
});

test('finding ends at an attribute of no length', () => {
  assert.equal(find(Buffer.alloc(64), 1, 0, 64), -1);
  assert.equal(find(Buffer.concat([attr(5, u32(1)), attr(1, u32(1))]), 1, 0, 16), 8);
  assert.equal(find(Buffer.concat([attr(5, u32(1)), attr(1, u32(1))]), 1, 0, 8), -1);
});
