/** Outgoing and incoming: what one node tells arrives in order, each datagram once, or is counted as lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Ipv4 } from '#base/address.ts';
import { prng } from '#base/prng.ts';
import { type Instant, instant } from '#base/time.ts';
import { entryAttributes, established, reversed } from '#sim/states-entry.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';
import { endOfRecord, recordKind, told } from './record.ts';
import { Opener, Sealer } from './seal.ts';
import { headerBytes, mostRanges, readHeader, tagBytes } from './wire.ts';

const self = { node: 1, session: 2n };
const start = instant(0);
const opener = new Opener(['s']);

function entryOf(port: number): Buffer {
  const original = {
    source: '10.0.0.1' as Ipv4,
    destination: '10.0.0.2' as Ipv4,
    protocol: 6,
    sourcePort: port,
    destinationPort: 80,
  };
  return entryAttributes({ original, reply: reversed(original), status: established, timeout: 9 });
}
interface Sent {
  readonly sequence: number;
  readonly contents: Buffer;
}
function outgoing(bytes: number, slots: number): { stream: Outgoing; sent: Sent[] } {
  const sent: Sent[] = [];
  const stream = new Outgoing(new Sealer(self, 's'), bytes, slots, (datagram, length) => {
    assert.ok(length <= bytes, `${length} bytes`);
    const whole = Buffer.from(datagram.subarray(0, length));
    const header = readHeader(whole);
    assert.ok(header);
    const contents = opener.open(header, whole);
    assert.ok(contents);
    sent.push({ sequence: header.counter, contents });
  });
  return { stream, sent };
}
const tell = (stream: Outgoing, port: number, now: Instant = start): void => {
  const bytes = entryOf(port);
  stream.add(recordKind.created, 2, bytes, 0, bytes.length, now);
};

test('records gather up to the size of a datagram, whole and in order', () => {
  const { stream, sent } = outgoing(600, 16);
  for (let port = 0; port < 50; port++) tell(stream, port);
  stream.mark(recordKind.bulkEnd, 1, told, start);
  stream.flush(start);
  stream.flush(start);
  assert.equal(stream.records, 51);
  assert.deepEqual(
    sent.map(({ sequence }) => sequence),
    sent.map((_, i) => i + 1),
  );
  let records = 0;
  for (const { contents } of sent)
    for (let at = 0; at < contents.length; records++) {
      at = endOfRecord(contents, at, contents.length);
      assert.ok(at > 0);
    }
  assert.equal(records, 51);
  const perDatagram = sent[0]?.contents.length ?? 0;
  assert.ok(perDatagram + headerBytes + tagBytes > 400, 'not one by one');
});

test('a message without a tuple is not told', () => {
  const { stream, sent } = outgoing(600, 4);
  stream.add(recordKind.created, 2, Buffer.alloc(40), 0, 40, start);
  stream.flush(start);
  assert.deepEqual([stream.records, stream.sent, sent.length], [0, 0, 0]);
});

test('what is still kept is sent again, byte for byte; what is not is not', () => {
  const { stream, sent } = outgoing(600, 8);
  for (let port = 0; port < 20; port++) {
    tell(stream, port, instant(port * 10));
    stream.flush(instant(port * 10));
  }
  const first = sent.splice(0);
  assert.equal(stream.repeat(1, 12), 0);
  assert.equal(stream.repeat(1, 14), 2);
  assert.equal(stream.repeat(19, 900), 2);
  assert.deepEqual(
    sent,
    [12, 13, 18, 19].map((i) => first[i]),
  );
  assert.equal(stream.sentAt(12), undefined);
  assert.equal(stream.sentAt(13), 120);
  assert.equal(stream.sentAt(20), 190);
  for (const never of [0, -1, 21]) assert.equal(stream.sentAt(never), undefined);
});

const skipped = -1;
/** A follower that notes what it is given, and where something was left out. */
function incoming(last = 0): { follower: Incoming; got: number[] } {
  const got: number[] = [];
  const skip = (): void => void got.push(skipped);
  const follower = new Incoming(last, (contents) => void got.push(contents.readUInt32LE(0)), skip);
  return { follower, got };
}
function body(sequence: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(sequence);
  return bytes;
}
const take = (follower: Incoming, sequence: number, now: number): void => {
  if (!follower.isKnown(sequence)) follower.take(sequence, body(sequence), instant(now));
};

test('in whatever order and however often datagrams come, each is delivered once and in order', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9 }), fc.array(fc.integer({ min: 1, max: 30 })), (last, order) => {
      const { follower, got } = incoming(last);
      for (const one of order) take(follower, last + one, 5);
      const arrived = new Set(order);
      let whole = 0;
      while (arrived.has(whole + 1)) whole += 1;
      assert.deepEqual(
        got,
        Array.from({ length: whole }, (_, i) => last + 1 + i),
      );
      assert.equal(follower.received, last + whole);
      for (let one = 1; one <= 30; one++)
        assert.equal(follower.isKnown(last + one), arrived.has(one), `${one}`);
      assert.equal(follower.deadline() === undefined, arrived.size === whole);
    }),
  );
});

test('a gap is asked for after 1 ms, then every 10 ms, as the ranges that are missing', () => {
  const { follower, got } = incoming();
  for (const sequence of [1, 4, 5, 9]) take(follower, sequence, 100);
  follower.announce(12, instant(200));
  assert.equal(follower.deadline(), 1_100);
  assert.deepEqual(follower.due(instant(1_099)).ranges, []);
  const missing = [
    [2, 3],
    [6, 8],
    [10, 12],
  ];
  assert.deepEqual(follower.due(instant(1_100)).ranges, missing);
  assert.deepEqual(follower.due(instant(11_099)).ranges, []);
  assert.deepEqual(follower.due(instant(11_100)).ranges, missing);
  for (const sequence of [2, 3, 6, 7, 8, 10, 11, 12]) take(follower, sequence, 12_000);
  assert.equal(follower.deadline(), undefined);
  assert.equal(got.length, 12);
});

test('the loss of the last datagram shows by what the peer announces', () => {
  const { follower } = incoming(3);
  follower.announce(3, instant(0));
  assert.equal(follower.deadline(), undefined);
  follower.announce(4, instant(0));
  assert.deepEqual(follower.due(instant(1_000)).ranges, [[4, 4]]);
});

test('all gaps are given up at once after 500 ms without progress; it is told where they were', () => {
  const { follower, got } = incoming();
  for (const sequence of [1, 4, 5, 8]) take(follower, sequence, 0);
  follower.announce(9, instant(0));
  assert.equal(follower.due(instant(499_999)).lost, 0);
  const { lost, ranges } = follower.due(instant(510_000));
  assert.deepEqual([lost, ranges], [4, []]);
  assert.deepEqual(got, [1, skipped, 4, 5, skipped, 8]);
  assert.equal(follower.isKnown(2), true, 'what was given up and comes later is not delivered any more');
  assert.notEqual(follower.deadline(), undefined, 'of the last nothing has come yet');
  assert.equal(follower.due(instant(900_000)).lost, 0);
  assert.equal(follower.due(instant(1_020_000)).lost, 1);
  assert.deepEqual(got, [1, skipped, 4, 5, skipped, 8, skipped]);
  assert.equal(follower.received, 9);
  assert.equal(follower.deadline(), undefined);
});

test('progress prolongs the patience', () => {
  const { follower } = incoming();
  for (const sequence of [2, 4, 6]) take(follower, sequence, 0);
  take(follower, 1, 400_000);
  assert.equal(follower.due(instant(600_000)).lost, 0);
  assert.equal(follower.due(instant(900_001)).lost, 2);
});

test('no request is longer than a datagram, and no more datagrams wait than there is memory for', () => {
  const { follower, got } = incoming();
  for (let sequence = 2; sequence < 10_000; sequence += 2) take(follower, sequence, 0);
  assert.equal(follower.due(instant(1_000)).ranges.length, mostRanges);
  assert.equal(follower.isKnown(4_096), true);
  assert.equal(follower.isKnown(4_098), false);
  assert.equal(got.length, 0);
});

test('told over a link that loses, repeats and reorders, everything arrives once it is asked for', () => {
  for (let seed = 0; seed < 200; seed++) {
    const chance = prng(seed);
    const { stream, sent } = outgoing(400, 4_096);
    const { follower, got } = incoming();
    let now = 0;
    for (let port = 0; port < 100; port++) {
      tell(stream, port);
      stream.flush(start);
    }
    for (let round = 0; round < 2_000 && follower.received < 100; round++) {
      now += 10_000;
      const way = sent.splice(0).filter(() => !chance.chance(0.4));
      for (const { sequence } of way.sort(() => chance.next() - 0.5)) take(follower, sequence, now);
      follower.announce(stream.sent, instant(now));
      const due = follower.due(instant(now + 1_000));
      assert.equal(due.lost, 0, `seed ${seed}`);
      for (const [first, last] of due.ranges) stream.repeat(first, last);
    }
    assert.deepEqual(got.length, 100, `seed ${seed}`);
  }
});
