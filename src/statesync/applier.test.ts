import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ipv4 } from '#base/address.ts';
import {
  attributesIn,
  entryAttributes,
  established,
  ipsSourceNat,
  plainTuple,
  reversed,
  tupleAttr,
} from '#sim/states-entry.ts';
import { Applier, holdSeconds } from './applier.ts';
import { type EntryName, nameOf, Owners } from './owners.ts';
import { recordHead, recordKind, writeRecord } from './record.ts';

const ENOENT = 2;
const ENOMEM = 12;
const EBUSY = 16;
const EEXIST = 17;
const EINVAL = 22;
const ENFILE = 23;

function recordOf(port: number, kind: number = recordKind.created, isTranslated = false): Buffer {
  const original = {
    source: '10.0.0.1' as Ipv4,
    destination: '10.0.0.2' as Ipv4,
    protocol: 6,
    sourcePort: port,
    destinationPort: 80,
  };
  const status = established | (isTranslated ? ipsSourceNat : 0);
  const reply = isTranslated
    ? { ...reversed(original), destination: '192.0.2.1' as Ipv4 }
    : reversed(original);
  const bytes = entryAttributes({ original, reply, status, timeout: 9 });
  const out = Buffer.alloc(600);
  return out.subarray(0, writeRecord(kind, 2, bytes, 0, bytes.length, out, 0));
}

interface Asked {
  readonly what: 'create' | 'change' | 'check' | 'remove' | 'evict' | 'expect';
  readonly port: number;
  readonly hasHelper: boolean;
}
/** A kernel that refuses as `answer` says (0: it takes the request), and notes what it was asked. */
function bench(answer: (asked: Asked, nth: number) => number = () => 0) {
  const asked: Asked[] = [];
  let transmissions = 0;
  const owners = new Owners();
  const applier = new Applier(owners, (messages, length, failed) => {
    transmissions += 1;
    assert.ok(transmissions < 50, 'it goes on for ever');
    for (let at = 0; at < length; at += messages.readUInt32LE(at)) {
      const parts = attributesIn(messages, at + 20, at + messages.readUInt32LE(at));
      const tuple = parts.get(1) ?? parts.get(2);
      assert.ok(tuple, 'a request without a tuple means every entry');
      const type = messages.readUInt16LE(at + 4);
      const isCreation = (messages.readUInt16LE(at + 6) & 0x400) !== 0;
      const isRemoval = type === 0x102;
      const removal = parts.has(1) ? 'remove' : 'evict';
      const change = parts.has(1) ? 'change' : 'check';
      const one: Asked = {
        what: type === 0x200 ? 'expect' : isRemoval ? removal : isCreation ? 'create' : change,
        port: plainTuple(tuple).sourcePort,
        hasHelper: parts.has(5),
      };
      asked.push(one);
      const errno = answer(one, asked.length);
      if (errno !== 0) failed(messages.readUInt32LE(at + 8), errno);
    }
  });
  const apply = (record: Buffer, peer = 0, round = 1): void =>
    applier.apply(peer, round, record, 0, record.length);
  return {
    asked,
    owners,
    applier,
    apply,
    whats: () => asked.map(({ what }) => what),
    transmissions: () => transmissions,
  };
}
function nameIn(record: Buffer): EntryName {
  const name = { high: 0, low: 0 };
  assert.ok(nameOf(record, recordHead, record.length, name));
  return name;
}

test('what begins is created, what is known of the same peer is changed, what has ended is removed', () => {
  const { apply, applier, whats, owners } = bench();
  const record = recordOf(1);
  apply(record);
  apply(recordOf(1, recordKind.updated));
  apply(recordOf(1, recordKind.listed));
  apply(recordOf(1, recordKind.updated), 1);
  assert.equal(owners.ownerOf(nameIn(record)), 1);
  apply(recordOf(1, recordKind.destroyed));
  assert.equal(owners.size, 0);
  apply(recordOf(1, recordKind.listed));
  applier.flush();
  // Whether the translation is still the same is asked where an end may have been missed.
  assert.deepEqual(whats(), ['create', 'change', 'change', 'check', 'change', 'check', 'remove', 'create']);
  const { created, changed, removed, retried } = applier.counters;
  assert.deepEqual([created, changed, removed, retried], [2, 3, 1, 0]);
});

test('what has just begun takes the place of whatever stands in its way', () => {
  const { apply, applier, whats } = bench((_, nth) => (nth === 1 ? EEXIST : 0));
  apply(recordOf(1, recordKind.created, true));
  applier.flush();
  assert.deepEqual(whats(), ['create', 'remove', 'evict', 'create']);
});

test('one that is there already is changed; with another translation it is made anew', () => {
  const same = bench((_, nth) => (nth === 1 ? EEXIST : 0));
  same.apply(recordOf(1, recordKind.listed, true));
  same.applier.flush();
  assert.deepEqual(same.whats(), ['create', 'change', 'check']);
  const { created, changed, checked, retried } = same.applier.counters;
  assert.deepEqual([created, changed, checked, retried], [0, 1, 1, 1]);
  const other = bench(({ what }, nth) => {
    if (nth === 1) return EEXIST;
    return what === 'evict' || what === 'check' ? ENOENT : 0;
  });
  other.apply(recordOf(1, recordKind.listed, true));
  other.applier.flush();
  assert.deepEqual(other.whats(), ['create', 'change', 'check', 'remove', 'evict', 'create']);
  const counters = other.applier.counters;
  assert.deepEqual([counters.created, counters.removed, counters.absent], [1, 1, 1]);
});

test('one that is not there, but whose reply another has, takes its place', () => {
  const { apply, applier, whats } = bench(({ what }, nth) => {
    if (nth === 1) return EEXIST;
    return what === 'change' ? ENOENT : 0;
  });
  apply(recordOf(1, recordKind.listed, true));
  applier.flush();
  assert.deepEqual(whats(), ['create', 'change', 'check', 'evict', 'create']);
});

test('a change of one that is not there becomes a creation; any other refusal a change without the status', () => {
  for (const [errno, then] of [
    [ENOENT, 'create'],
    [EBUSY, 'change'],
  ] as const) {
    const { apply, applier, whats } = bench((_, nth) => (nth === 1 ? errno : 0));
    apply(recordOf(1, recordKind.updated));
    applier.flush();
    assert.equal(whats().at(-1), then);
    assert.deepEqual(applier.counters.failed, {});
  }
});

test('what a kernel may lack is left out at the second try, and there is no third', () => {
  const { apply, applier, asked } = bench(() => EINVAL);
  apply(recordOf(1));
  applier.flush();
  assert.equal(asked.length, 2);
  assert.deepEqual(applier.counters.failed, { [EINVAL]: 1 });
  assert.equal(applier.counters.created, 0);
});

test('a full table is counted as such, and not tried again', () => {
  for (const errno of [ENOMEM, ENFILE]) {
    const { apply, applier, asked } = bench(() => errno);
    apply(recordOf(1));
    apply(recordOf(2));
    applier.flush();
    assert.equal(asked.length, 2);
    assert.equal(applier.counters.full, 2);
  }
});

test('the end of one that is not there is no failure', () => {
  const { apply, applier } = bench(() => ENOENT);
  apply(recordOf(1, recordKind.destroyed));
  applier.flush();
  assert.deepEqual([applier.counters.absent, applier.counters.removed], [1, 0]);
  assert.deepEqual(applier.counters.failed, {});
});

test('a refused request that a later one has overtaken is not tried again', () => {
  const { apply, applier, whats } = bench(({ what }) => (what === 'create' ? EEXIST : 0));
  apply(recordOf(1, recordKind.listed));
  apply(recordOf(2, recordKind.listed));
  apply(recordOf(1, recordKind.destroyed));
  applier.flush();
  assert.deepEqual(whats(), ['create', 'create', 'remove', 'change', 'check'], 'only of the second');
});

test('whatever the kernel answers, a batch comes to its end', () => {
  for (const errno of [1, ENOENT, ENOMEM, EBUSY, EEXIST, EINVAL, ENFILE, 95])
    for (const kind of [1, 2, 3, 4])
      for (const isTranslated of [true, false]) {
        const { apply, applier } = bench(() => errno);
        for (let port = 0; port < 3; port++) apply(recordOf(port, kind, isTranslated));
        applier.flush();
        const { created, changed, removed } = applier.counters;
        assert.deepEqual([created, changed, removed], [0, 0, 0]);
      }
});

test('more than a batch holds goes out in several', () => {
  const { apply, applier, asked, transmissions } = bench();
  for (let port = 0; port < 3_000; port++) apply(recordOf(port));
  applier.flush();
  assert.deepEqual(
    asked.map(({ port }) => port),
    Array.from({ length: 3_000 }, (_, port) => port),
  );
  assert.ok(transmissions() > 5);
  assert.equal(applier.counters.created, 3_000);
});

test('an adopted entry is nobody’s, and gets a short timeout if it was held', () => {
  const { apply, applier, whats, owners } = bench();
  const record = recordOf(1);
  apply(record);
  const held = Buffer.from(record);
  const timeoutAt = held.indexOf(Buffer.from([8, 0, 7, 0])) + 4;
  held.writeUInt32BE(holdSeconds - 5, timeoutAt);
  applier.adopt(held, 0, held.length);
  assert.equal(owners.size, 0);
  const long = Buffer.from(record);
  long.writeUInt32BE(400_000, timeoutAt);
  apply(record);
  applier.adopt(long, 0, long.length);
  assert.equal(owners.size, 0);
  applier.flush();
  assert.deepEqual(whats(), ['create', 'change', 'create']);
});

test('a sweep removes an entry and forgets its owner', () => {
  const { apply, applier, whats, owners } = bench();
  const record = recordOf(1);
  apply(record);
  applier.remove(record, 0, record.length);
  applier.flush();
  assert.deepEqual(whats(), ['create', 'remove']);
  assert.equal(owners.size, 0);
});

test('an expectation is asked for once; one that is there, or gone, already is no failure', () => {
  const original = {
    source: '10.0.0.1' as Ipv4,
    destination: '10.0.0.2' as Ipv4,
    protocol: 6,
    sourcePort: 0,
    destinationPort: 80,
  };
  const parts = Buffer.concat([1, 2, 3].map((type) => tupleAttr(type, original)));
  const record = Buffer.alloc(600);
  const end = writeRecord(recordKind.expected, 2, parts, 0, parts.length, record, 0);
  const { applier, whats } = bench(() => EEXIST);
  applier.apply(0, 1, record, 0, end);
  applier.apply(0, 1, record, 0, end);
  applier.flush();
  assert.deepEqual(whats(), ['expect', 'expect']);
  assert.deepEqual(applier.counters.failed, {});
});
