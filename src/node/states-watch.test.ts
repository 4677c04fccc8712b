import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Micros, micros } from '#base/time.ts';
import type { PeerReport } from '#statesync/contract.ts';
import type { StatesReport } from './states-protocol.ts';
import { StatesWatch } from './states-watch.ts';

const peer = (over: Partial<PeerReport> = {}): PeerReport => ({
  name: 'PF2',
  node: 0x5e0f1a02,
  phase: 'inStep',
  active: false,
  states: 3,
  lag: micros(300),
  isBehind: false,
  forUs: 0 as Micros,
  ...over,
});

const report = (over: Partial<StatesReport> = {}): StatesReport => ({
  active: true,
  entries: 3,
  mostEntries: 100,
  peers: [peer()],
  session: {
    refused: { malformed: 0, stranger: 0, forged: 0, replayed: 0, early: 0, damaged: 0 },
    datagrams: 0,
    records: 0,
    repeated: 0,
    resent: 0,
    lost: 0,
    bulksReceived: 0,
    bulksSent: 0,
    told: 0,
    sent: 0,
  },
  applier: {
    created: 0,
    changed: 0,
    checked: 0,
    removed: 0,
    retried: 0,
    absent: 0,
    full: 0,
    failed: {},
  },
  overruns: 0,
  sendErrors: 0,
  sameHostId: false,
  eventRoomBytes: 1,
  ...over,
});

/** The findings' codes when a node that started at 0 ms heard a report at 10,000 ms and is asked at `at`. */
function codes(over: Partial<StatesReport>, at = 10_000): string[] {
  const watch = new StatesWatch(0);
  watch.hear(report(), 9_000);
  watch.hear(report(over), 10_000);
  return watch.findings(at).map(({ code }) => code);
}

test('in step there is nothing to find, and the status says so', () => {
  const watch = new StatesWatch(0);
  assert.equal(watch.isInStep, false);
  watch.hear(report(), 1);
  assert.ok(watch.isInStep && !watch.isAlone && !watch.isFilling);
  assert.deepEqual(watch.findings(10_000), []);
  const [one] = watch.status()?.peers ?? [];
  assert.deepEqual([one?.state, one?.hostId, one?.lagMs], ['in step', '5e0f1a02', 0.3]);
});

test('a node is alone when nobody answers or all have left, and filling when a table is on its way', () => {
  const watch = new StatesWatch(0);
  for (const phase of ['unknown', 'silent', 'left'] as const) {
    watch.hear(report({ peers: [peer({ phase })] }), 1);
    assert.ok(watch.isAlone && !watch.isInStep, phase);
  }
  for (const phase of ['asking', 'filling'] as const) {
    watch.hear(report({ peers: [peer(), peer({ phase })] }), 1);
    assert.ok(watch.isFilling && !watch.isAlone && !watch.isInStep, phase);
  }
});

test('each trouble has its finding', () => {
  const long = micros(6_000_000);
  assert.deepEqual(codes({ peers: [peer({ phase: 'silent' })] }), ['states-peer-silent']);
  assert.deepEqual(codes({ peers: [peer({ phase: 'left' })] }), []);
  assert.deepEqual(codes({ peers: [peer({ phase: 'filling', forUs: long })] }), ['states-bulk-failed']);
  assert.deepEqual(codes({ peers: [peer({ phase: 'filling' })] }), []);
  assert.deepEqual(codes({ peers: [peer({ lag: micros(1_500_000) })] }), ['states-behind']);
  assert.deepEqual(codes({ sameHostId: true }), ['states-host-id-equal']);
  assert.deepEqual(codes({ entries: 100 }), ['states-table-full']);
  assert.deepEqual(codes({ overruns: 1 }), ['states-overrun']);
  const { session, applier } = report();
  const refused = { ...session.refused, forged: 7 };
  assert.deepEqual(codes({ session: { ...session, refused } }), ['states-forged']);
  assert.deepEqual(codes({ applier: { ...applier, full: 2 } }), ['states-table-full']);
});

test('what happened is a finding for ten seconds; a silent peer is none in the first three', () => {
  assert.deepEqual(codes({ overruns: 1 }, 19_999), ['states-overrun']);
  assert.deepEqual(codes({ overruns: 1 }, 20_000), []);
  const watch = new StatesWatch(0);
  watch.hear(report({ peers: [peer({ phase: 'unknown' })] }), 100);
  assert.deepEqual(watch.findings(2_999), []);
  assert.deepEqual(
    watch.findings(3_000).map(({ code }) => code),
    ['states-peer-silent'],
  );
});
