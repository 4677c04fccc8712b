import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { millis, seconds } from '#base/time.ts';
import { libc } from './libc.ts';
import { PollSet } from './poll-set.ts';
import { createWaker } from './redundancy-kernel.ts';

const wakers = [createWaker(), createWaker()];
const [first, second] = wakers;
after(() => {
  for (const { fd } of wakers) libc.close(fd);
});

test('a wait ends by what is ready, and tells which it is', () => {
  const set = new PollSet(3);
  set.set(0, first?.fd);
  set.set(2, second?.fd);
  assert.equal(set.wait(3, millis(0)), false);
  second?.wake();
  // Longer than the test may take: nothing but the descriptor can end it.
  assert.equal(set.wait(3, seconds(3_600)), true);
  assert.deepEqual(
    [0, 1, 2].map((place) => set.isReady(place)),
    [false, false, true],
  );
  assert.equal(set.wait(2, millis(1)), false, 'what stands behind the first two is not waited for');
  set.set(2, undefined);
  assert.equal(set.wait(3, millis(1)), false, 'what was taken out is not waited for');
});
