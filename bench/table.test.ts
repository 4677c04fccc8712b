import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchTable, duration, median } from './table.ts';

test('the median of an even number of runs lies between the middle two', () => {
  assert.equal(median([4, 1, 3, 2]), 2.5);
  assert.equal(median([9, 1, 2]), 2);
  assert.equal(median([]), undefined);
});

test('durations change their unit at a second', () => {
  assert.equal(duration(7.26), '7.3 ms');
  assert.equal(duration(235.4), '235 ms');
  assert.equal(duration(3_210), '3.21 s');
});

test('a ratio below 1 says that ours was shorter', () => {
  const runs = (gapMs: number, lost: number) => [{ gapMs, lost }];
  const rows = [
    { title: 'host death', samples: [runs(10, 9), runs(40, 38)] },
    { title: 'return', samples: [runs(2, 0), []] },
  ];
  const table = benchTable(['Bascule', 'keepalived'], rows, [{ title: 'memory', values: ['90 MB', '7 MB'] }]);
  assert.deepEqual(
    table.split('\n').map((line) => line.split(/ {3,}/)),
    [
      ['median gap / lost', 'Bascule', 'keepalived', 'ratio'],
      ['host death', '10.0 ms / 9', '40.0 ms / 38', '0.25'],
      ['return', '2.0 ms / 0', 'failed'],
      ['memory', '90 MB', '7 MB'],
    ],
  );
});
