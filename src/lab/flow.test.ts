import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figures, lostPings, type Probe } from './flow.ts';
import { fullSequence, readRecords, recordBytes, writeRecord } from './probe-wire.ts';

const probes = (count: number, silent: (at: number) => boolean): Probe[] =>
  Array.from({ length: count }, (_, at) => ({ sentAt: at, repliedAt: silent(at) ? undefined : at + 0.1 }));

test('an outage is counted from the last reply before it to the first after it', () => {
  const result = figures(
    probes(1_000, (at) => at >= 300 && at < 340),
    310,
    900,
  );
  assert.equal(result.lost, 30);
  assert.equal(Math.round(result.longestGapMs), 41);
  assert.equal(result.longestGapAt, 299.1);
});

test('an outage outside the window does not count, one that goes on to its end does', () => {
  const early = figures(
    probes(1_000, (at) => at >= 100 && at < 140),
    200,
    900,
  );
  assert.equal(early.lost, 0);
  assert.ok(early.longestGapMs < 1.2);
  const late = figures(
    probes(1_000, (at) => at >= 500),
    200,
    900,
  );
  assert.equal(late.lost, 401);
  assert.equal(Math.round(late.longestGapMs), 401);
});

test('a reply after more than a second is a lost probe', () => {
  const result = figures(
    [
      { sentAt: 0, repliedAt: 1_200 },
      { sentAt: 1, repliedAt: 2 },
    ],
    0,
    10,
  );
  assert.equal(result.lost, 1);
});

test('sixteen bits of a sequence number are enough to find the probe they belong to', () => {
  assert.equal(fullSequence(5, 70_000), 65_541);
  assert.equal(fullSequence(65_535, 65_540), 65_535);
  assert.equal(fullSequence(9, 3), -65_527);
});

test('records come out of a chunked stream as they went in', () => {
  const buffer = Buffer.alloc(recordBytes + 7);
  writeRecord(buffer, 0, { kind: 'reply', flow: 1, sequence: 70_000, at: 12.5 });
  const { records, rest } = readRecords(buffer);
  assert.deepEqual(records, [{ kind: 'reply', flow: 1, sequence: 70_000, at: 12.5 }]);
  assert.equal(rest.length, 7);
});

test('of all series of pings the worst counts, and two probes of one millisecond are one ping', () => {
  const every = (from: number, until: number, isLost: (at: number) => boolean) =>
    Array.from({ length: until - from }, (_, index) => ({
      sentAt: from + index,
      repliedAt: isLost(from + index) ? undefined : from + index + 0.1,
    }));
  const outage = every(0, 5_000, (at) => at >= 1_000 && at < 2_300);
  assert.equal(lostPings(outage, 0, 5_000, 1_000), 2);
  assert.equal(lostPings(outage, 0, 5_000, 500), 3);
  assert.equal(lostPings(outage, 2_300, 5_000, 1_000), 0);
  const twice = [1_000.1, 1_000.7].map((sentAt) => ({ sentAt, repliedAt: undefined }));
  assert.equal(lostPings(twice, 0, 5_000, 1_000), 1);
});
