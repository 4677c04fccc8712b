import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Ipv6 } from '#base/address.ts';
import {
  attr,
  entryAttributes,
  established,
  ipsDestinationNat,
  ipsSourceNat,
  reversed,
  tupleAttr,
} from '#sim/states-entry.ts';
import { Applier } from './applier.ts';
import { Owners } from './owners.ts';
import { attribute, endOfRecord, find, recordHead, recordKind, writeRecord } from './record.ts';
import {
  type Hello,
  headerBytes,
  mostRanges,
  type Request,
  readHeader,
  readHello,
  readRequest,
  tagBytes,
  writeHeader,
  writeHello,
  writeRequest,
} from './wire.ts';

const node = fc.integer({ min: 0, max: 0xffff_ffff });
const session = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const plain = { noNullPrototype: true } as const;
const echo = fc.record(
  { node, session, received: count, held: node, inStep: fc.boolean(), heard: count },
  plain,
);
const hello: fc.Arbitrary<Hello> = fc.record(
  {
    active: fc.boolean(),
    leaving: fc.boolean(),
    states: node,
    sent: count,
    echoes: fc.array(echo, { maxLength: 20 }),
  },
  plain,
);
const range = fc.tuple(count, count).map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]);
const request: fc.Arbitrary<Request> = fc.record(
  {
    of: fc.record({ node, session }, plain),
    bulk: fc.boolean(),
    ranges: fc.array(range, { maxLength: mostRanges }),
  },
  plain,
);

test('a header comes back as it was written', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 0, max: 0xffff }),
      node,
      session,
      count,
      (type, key, sender, of, counter) => {
        const header = { type, key, node: sender, session: of, counter };
        const out = Buffer.alloc(headerBytes + tagBytes);
        writeHeader(out, header);
        assert.deepEqual(readHeader(out), header);
        assert.equal(readHeader(out.subarray(0, -1)), undefined);
      },
    ),
  );
});

test('a hello and a request come back as they were written, and not a byte shorter or longer', () => {
  const out = Buffer.alloc(4_096);
  fc.assert(
    fc.property(hello, (said) => {
      const length = writeHello(out, said);
      assert.deepEqual(readHello(out.subarray(0, length)), said);
      assert.equal(readHello(out.subarray(0, length - 1)), undefined);
      assert.equal(readHello(out.subarray(0, length + 1)), undefined);
    }),
  );
  fc.assert(
    fc.property(request, (said) => {
      const length = writeRequest(out, said);
      assert.deepEqual(readRequest(out.subarray(0, length)), said);
      assert.equal(readRequest(out.subarray(0, length - 1)), undefined);
      assert.equal(readRequest(out.subarray(0, length + 1)), undefined);
    }),
  );
});

test('a hello of many held microseconds says the most that fits', () => {
  const out = Buffer.alloc(100);
  const echoes = [{ node: 1, session: 2n, received: 3, held: 2 ** 40, inStep: true, heard: 0 }];
  const length = writeHello(out, { active: true, leaving: false, states: 0, sent: 0, echoes });
  assert.equal(readHello(out.subarray(0, length))?.echoes[0]?.held, 0xffff_ffff);
});

const junk = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));

test('whatever comes, reading does not throw', () => {
  fc.assert(
    fc.property(junk, (bytes) => {
      const header = readHeader(bytes);
      if (header !== undefined) assert.ok(header.type >= 1 && header.type <= 3 && header.counter >= 0);
      readHello(bytes);
      const asked = readRequest(bytes);
      for (const [first, last] of asked?.ranges ?? []) assert.ok(first <= last);
    }),
    { numRuns: 5_000 },
  );
});

/** Random attributes, often of types and lengths that records have, so that fuzzing gets beyond the first check. */
const attributes = fc
  .array(
    fc.tuple(
      fc.oneof(fc.integer({ min: 0, max: 33 }), fc.constantFrom(1, 2, 3, 7, 0x8001, 0x8002, 0x8004)),
      fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constant(8)),
      fc.uint8Array({ maxLength: 60 }),
    ),
    { maxLength: 8 },
  )
  .map((list) =>
    Buffer.concat(
      list.map(([type, slack, payload]) => {
        const bytes = Buffer.alloc((4 + payload.length + 3) & ~3);
        bytes.writeUInt16LE(slack < 36 ? 4 + payload.length : slack, 0);
        bytes.writeUInt16LE(type, 2);
        bytes.set(payload, 4);
        return bytes;
      }),
    ),
  );
const record = fc
  .tuple(
    fc.integer({ min: 0, max: 9 }),
    fc.constantFrom(2, 10, 0),
    attributes,
    fc.constantFrom(0, 0, 0, 1, -4, 4),
  )
  .map(([kind, family, body, slack]) => {
    const head = Buffer.from([kind, family, 0, 0]);
    head.writeUInt16LE(Math.max(0, body.length + slack), 2);
    return Buffer.concat([head, body]);
  });

/** A record as nodes send it, with some bytes changed by whoever sealed it. */
const original = {
  source: '2001:db8::1' as Ipv6,
  destination: '2001:db8::2' as Ipv6,
  protocol: 6,
  sourcePort: 1_000,
  destinationPort: 80,
};
const whole = entryAttributes({
  original,
  reply: { ...reversed(original), destinationPort: 2_000 },
  status: established | ipsSourceNat | ipsDestinationNat,
  timeout: 30,
  zone: 3,
  tcpState: 3,
});
const sent = Buffer.alloc(1_024);
const sentEnd = writeRecord(recordKind.created, 10, whole, 0, whole.length, sent, 0);
const spoilt = fc
  .array(fc.tuple(fc.integer({ min: recordHead, max: sentEnd - 1 }), fc.integer({ min: 0, max: 60 })), {
    maxLength: 4,
  })
  .map((changes) => {
    const bytes = Buffer.from(sent.subarray(0, sentEnd));
    for (const [at, value] of changes) bytes[at] = value;
    return bytes;
  });

test('no record without a name is accepted, and none that leaves its datagram', () => {
  fc.assert(
    fc.property(fc.oneof(junk, record, spoilt), (bytes) => {
      const end = endOfRecord(bytes, 0, bytes.length);
      if (end < 0) return;
      assert.ok(end <= bytes.length && end > recordHead);
      const kind = bytes[0] as number;
      if (kind === recordKind.bulkBegin || kind === recordKind.bulkEnd) return;
      const isExpectation = kind === recordKind.expected || kind === recordKind.unexpected;
      const name = isExpectation ? 2 : attribute.tupleOrig;
      assert.ok(find(bytes, name, recordHead, end) >= 0);
    }),
    { numRuns: 20_000 },
  );
});

test('whatever record is accepted, the kernel is asked something well-formed', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(record, spoilt), { minLength: 1, maxLength: 4 }), (records) => {
      const owners = new Owners();
      const applier = new Applier(owners, (messages, length, failed) => {
        let at = 0;
        for (; at < length; at += messages.readUInt32LE(at)) {
          assert.ok(messages.readUInt32LE(at) >= 20 && at + messages.readUInt32LE(at) <= length);
          failed(messages.readUInt32LE(at + 8), 17);
        }
        assert.equal(at, length);
      });
      const datagram = Buffer.concat(records);
      for (let at = 0; at < datagram.length; ) {
        const end = endOfRecord(datagram, at, datagram.length);
        if (end < 0) break;
        const kind = datagram[at] as number;
        if (kind !== recordKind.bulkBegin && kind !== recordKind.bulkEnd)
          applier.apply(0, 1, datagram, at, end);
        at = end;
      }
      applier.flush();
    }),
    { numRuns: 20_000 },
  );
});

test('a status or timeout that is cut is no record', () => {
  for (const type of [attribute.status, attribute.timeout]) {
    const body = Buffer.concat([tupleAttr(1, original), attr(type, Buffer.alloc(0))]);
    const bytes = Buffer.concat([Buffer.from([recordKind.listed, 10, body.length, 0]), body]);
    assert.equal(endOfRecord(bytes, 0, bytes.length), -1);
    const fine = Buffer.concat([tupleAttr(1, original), attr(type, Buffer.alloc(4))]);
    const good = Buffer.concat([Buffer.from([recordKind.listed, 10, fine.length, 0]), fine]);
    assert.equal(endOfRecord(good, 0, good.length), good.length);
  }
});
