import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Ipv4, Ipv6 } from '#base/address.ts';
import {
  attributesIn,
  type Entry,
  entryAttributes,
  established,
  familyOf,
  ipsDestinationNat,
  ipsSourceNat,
  plainRange,
  plainTuple,
  reversed,
  type Tuple,
  tupleAttr,
} from '#sim/states-entry.ts';
import { recordKind, writeRecord } from './record.ts';
import { type Attempt, requestSurplus, writeExpectation, writeRequest, writeTimeout } from './request.ts';

const tcp: Tuple = {
  source: '10.1.1.1' as Ipv4,
  destination: '192.0.2.9' as Ipv4,
  protocol: 6,
  sourcePort: 40_000,
  destinationPort: 443,
};
const tcp6: Tuple = { ...tcp, source: 'fd00::1' as Ipv6, destination: '2001:db8::9' as Ipv6 };

const entryOf = (original: Tuple, changes: Partial<Entry> = {}): Entry => ({
  original,
  reply: reversed(original),
  status: established,
  timeout: 30,
  ...(original.protocol === 6 ? { tcpState: 3 } : {}),
  ...changes,
});
function recordOf(entry: Entry, kind: number = recordKind.created): Buffer {
  const bytes = entryAttributes(entry);
  const out = Buffer.alloc(1_024);
  return out.subarray(0, writeRecord(kind, familyOf(entry.original), bytes, 0, bytes.length, out, 0));
}
interface Asked {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly family: number;
  readonly parts: Map<number, Buffer>;
}
function read(out: Buffer, start: number, end: number): Asked {
  assert.equal(out.readUInt32LE(start), end - start);
  return {
    type: out.readUInt16LE(start + 4),
    flags: out.readUInt16LE(start + 6),
    sequence: out.readUInt32LE(start + 8),
    family: out[start + 16] as number,
    parts: attributesIn(out, start + 20, end),
  };
}
function asked(attempt: Attempt, record: Buffer, hold = 3_600): Asked {
  const out = Buffer.alloc(2_048, 0xaa);
  const end = writeRequest(attempt, record, 0, record.length, 9, hold, out, 40);
  assert.ok(end - 40 <= record.length + requestSurplus);
  return read(out, 40, end);
}
const payload = (tuple: Tuple): Buffer => tupleAttr(1, tuple).subarray(4);
const word = (parts: Map<number, Buffer>, type: number): number | undefined =>
  parts.get(type)?.readUInt32BE();
const hex = (address: string): string =>
  address
    .split('.')
    .map((part) => Number(part).toString(16).padStart(2, '0'))
    .join('');

test('creating: new and exclusive, confirmed, held, with the number of the request', () => {
  const { type, flags, sequence, family, parts } = asked('create', recordOf(entryOf(tcp)));
  assert.deepEqual([type, flags, sequence, family], [0x100, 0x601, 9, 2]);
  assert.equal(word(parts, 3), established);
  assert.equal(word(parts, 7), 3_600);
  assert.deepEqual(plainTuple(parts.get(2) as Buffer), plainTuple(payload(reversed(tcp))));
  assert.equal(parts.has(6) || parts.has(13), false);
  assert.equal(asked('create', recordOf(entryOf(tcp6))).family, 10);
});

test('a longer timeout stays', () => {
  assert.equal(word(asked('create', recordOf(entryOf(tcp, { timeout: 400_000 }))).parts, 7), 400_000);
});

test('dying is not told; being expected only with a change', () => {
  const record = recordOf(entryOf(tcp, { status: 2 | 512 | 1 }));
  assert.equal(word(asked('create', record).parts, 3), 2 | 8);
  assert.equal(word(asked('change', record).parts, 3), 2 | 8 | 1);
});

test('windows are not known here: TCP is made liberal in both directions, flags and mask', () => {
  const protoinfo = asked('create', recordOf(entryOf(tcp))).parts.get(4) as Buffer;
  const inner = attributesIn(attributesIn(protoinfo).get(1) as Buffer);
  for (const type of [4, 5]) assert.deepEqual([...(inner.get(type) as Buffer)], [10, 10]);
  assert.deepEqual([...(inner.get(1) as Buffer)], [3]);
});

test('source NAT: the reply goes to the original source again, and the range names the translated one', () => {
  const reply = { ...reversed(tcp), destination: '198.51.100.1' as Ipv4, destinationPort: 1_024 };
  const { parts } = asked('create', recordOf(entryOf(tcp, { reply, status: established | ipsSourceNat })));
  assert.deepEqual(parts.get(2), payload(reversed(tcp)));
  assert.deepEqual(plainRange(parts.get(6) as Buffer), { address: hex('198.51.100.1'), port: 1_024 });
  assert.equal(parts.has(13), false);
});

test('destination NAT, and both at once', () => {
  const reply = { ...reversed(tcp), source: '10.9.9.9' as Ipv4, sourcePort: 8_443 };
  const one = asked('create', recordOf(entryOf(tcp, { reply, status: established | ipsDestinationNat })));
  assert.deepEqual(one.parts.get(2), payload(reversed(tcp)));
  assert.deepEqual(plainRange(one.parts.get(13) as Buffer), { address: hex('10.9.9.9'), port: 8_443 });
  assert.equal(one.parts.has(6), false);
  const both = { ...reply, destination: '10.9.9.1' as Ipv4, destinationPort: 5 };
  const two = asked(
    'recreate',
    recordOf(entryOf(tcp, { reply: both, status: established | ipsDestinationNat | ipsSourceNat })),
  );
  assert.deepEqual(two.parts.get(2), payload(reversed(tcp)));
  assert.deepEqual(plainRange(two.parts.get(13) as Buffer), { address: hex('10.9.9.9'), port: 8_443 });
  assert.deepEqual(plainRange(two.parts.get(6) as Buffer), { address: hex('10.9.9.1'), port: 5 });
});

test('IPv6 is translated by ranges of its own, ICMP by its id', () => {
  const reply6 = { ...reversed(tcp6), destination: '2001:db8::1' as Ipv6, destinationPort: 77 };
  const six = asked('create', recordOf(entryOf(tcp6, { reply: reply6, status: established | ipsSourceNat })));
  assert.deepEqual(six.parts.get(2), payload(reversed(tcp6)));
  const least = `20010db8${'0'.repeat(23)}1`;
  assert.deepEqual(plainRange(six.parts.get(6) as Buffer), { address: least, port: 77 });
  const ping = { ...tcp, protocol: 1, sourcePort: 100, destinationPort: 0 };
  const reply = { ...reversed(ping), destination: '198.51.100.1' as Ipv4, sourcePort: 200 };
  const icmp = asked('create', recordOf(entryOf(ping, { reply, status: established | ipsSourceNat })));
  assert.deepEqual(plainRange(icmp.parts.get(6) as Buffer), { address: hex('198.51.100.1'), port: 200 });
  assert.equal(plainTuple(icmp.parts.get(2) as Buffer).id, 100);
});

test('without the bits of translation a reply stays what it is', () => {
  const reply = { ...reversed(tcp), destination: '198.51.100.1' as Ipv4 };
  const { parts } = asked('create', recordOf(entryOf(tcp, { reply })));
  assert.deepEqual(parts.get(2), payload(reply));
  assert.equal(parts.has(6) || parts.has(13), false);
});

test('a change names the entry by its original tuple and brings no translation; its reply asks for that', () => {
  const reply = { ...reversed(tcp), destination: '198.51.100.1' as Ipv4 };
  const record = recordOf(entryOf(tcp, { reply, status: established | ipsSourceNat, mark: 6, zone: 4 }));
  const { type, flags, parts } = asked('change', record);
  assert.deepEqual([type, flags], [0x100, 1]);
  for (const none of [2, 6, 13]) assert.equal(parts.has(none), false);
  assert.equal(word(parts, 8), 6);
  assert.equal(parts.get(18)?.readUInt16BE(), 4);
  assert.equal(asked('changeQuietly', record).parts.has(3), false);
  const check = asked('checkReply', record);
  assert.deepEqual([check.type, check.flags, [...check.parts.keys()]], [0x100, 1, [2, 18, 7]]);
  assert.deepEqual(check.parts.get(2), payload(reply));
});

const address = fc.ipV4().map((text) => text as Ipv4);
const port = fc.integer({ min: 0, max: 0xffff });
const tuples = fc.record({
  source: address,
  destination: address,
  protocol: fc.constantFrom(1, 6, 17, 47, 132),
  sourcePort: port,
  destinationPort: port,
});

test('a removal always bears a tuple: without one the kernel would remove every entry', () => {
  fc.assert(
    fc.property(tuples, tuples, fc.constantFrom(3, 1, 4), fc.nat(9), (original, reply, kind, zone) => {
      const record = recordOf(entryOf(original, { reply, zone }), kind);
      const { type, flags, parts } = asked('remove', record);
      assert.deepEqual([type, flags], [0x102, 1]);
      assert.deepEqual(parts.get(1), payload(original));
      assert.deepEqual([...parts.keys()], zone > 0 ? [1, 18] : [1]);
      if (kind === recordKind.destroyed) return;
      const eviction = asked('evict', record);
      assert.equal(eviction.type, 0x102);
      assert.deepEqual(eviction.parts.get(2), payload(reply));
      assert.equal(eviction.parts.has(1), false);
    }),
  );
});

test('another timeout is a change of that alone', () => {
  const record = recordOf(entryOf(tcp, { zone: 3 }));
  const out = Buffer.alloc(1_024);
  const { type, flags, parts } = read(out, 8, writeTimeout(record, 0, record.length, 3, 180, out, 8));
  assert.deepEqual([type, flags, [...parts.keys()]], [0x100, 1, [1, 18, 7]]);
  assert.equal(word(parts, 7), 180);
});

test('an expectation is handed on as it is', () => {
  const bytes = Buffer.concat([tupleAttr(1, tcp), tupleAttr(2, tcp), tupleAttr(3, tcp)]);
  for (const [kind, type, flags] of [
    [recordKind.expected, 0x200, 0x601],
    [recordKind.unexpected, 0x202, 1],
  ] as const) {
    const record = Buffer.alloc(1_024);
    const end = writeRecord(kind, 2, bytes, 0, bytes.length, record, 0);
    const out = Buffer.alloc(1_024);
    const request = read(out, 0, writeExpectation(record, 0, end, 5, out, 0));
    assert.deepEqual([request.type, request.flags, request.sequence], [type, flags, 5]);
    assert.deepEqual([...request.parts.keys()], [1, 2, 3]);
  }
});
