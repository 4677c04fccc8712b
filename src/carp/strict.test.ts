import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { boundCounter, priorityBound, sequenceOf } from './strict.ts';

const byte = fc.nat(255);
const sequence = fc.nat(2 ** 48 - 1);

test('a counter gives back its sequence, is bound to its priority alone, and fits two 32-bit words', () => {
  fc.assert(
    fc.property(sequence, byte, byte, byte, byte, (number, advbase, advskew, otherBase, otherSkew) => {
      const { hi, lo } = boundCounter(number, advbase, advskew);
      assert.equal(sequenceOf(hi, lo), number);
      assert.ok(hi >>> 0 === hi && lo >>> 0 === lo);
      const isSame = advbase === otherBase && advskew === otherSkew;
      assert.equal(priorityBound(lo, otherBase, otherSkew), isSame);
    }),
  );
});

test('the last sequence of a range and the first of the next stay in order', () => {
  for (const number of [65_535, 2 ** 32 - 1, 2 ** 47]) {
    const before = boundCounter(number, 255, 255);
    const next = boundCounter(number + 1, 0, 0);
    assert.ok(sequenceOf(before.hi, before.lo) < sequenceOf(next.hi, next.lo));
  }
});
