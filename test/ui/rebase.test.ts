/** Changes that are put on top of what somebody else has changed meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EditOperation } from '#api/contract/edit.ts';
import { applyOperations, type Json } from '../../ui/src/data/operations.ts';
import { rebase } from '../../ui/src/data/rebase.ts';

const documentOf = (...rules: string[]): Json => ({ rules: rules.map((description) => ({ description })) });
const path = ['rules'];

/** The rules after mine are put on top of theirs, and how many of mine were lost. */
function together(base: Json, theirs: Json, mine: readonly EditOperation[]): [string, number] {
  const { kept, lost } = rebase(
    base,
    theirs,
    mine.map((operation) => ({ operation })),
  );
  const made = applyOperations(
    theirs,
    kept.map(({ operation }) => operation),
  ) as { rules: { description: string }[] };
  return [made.rules.map(({ description }) => description).join(' '), lost.length];
}

const base = documentOf('a', 'b', 'c', 'd');
const set = (place: number, description: string): EditOperation => ({
  op: 'set',
  path: ['rules', place],
  value: { description },
});

test('an entry is found though another was put before it', () => {
  const theirs = documentOf('new', 'a', 'b', 'c', 'd');
  assert.deepEqual(together(base, theirs, [set(1, 'B')]), ['new a B c d', 0]);
  assert.deepEqual(together(base, theirs, [{ op: 'remove', path: ['rules', 2] }]), ['new a b d', 0]);
  const off: EditOperation = { op: 'set', path: ['rules', 3, 'description'], value: 'D' };
  assert.deepEqual(together(base, theirs, [off]), ['new a b c D', 0]);
});

test('changes of mine see each other', () => {
  const theirs = documentOf('d', 'a', 'b', 'c');
  const mine: EditOperation[] = [
    { op: 'insert', path, at: 1, value: { description: 'mine' } },
    set(1, 'MINE'),
    { op: 'remove', path: ['rules', 0] },
  ];
  assert.deepEqual(together(base, theirs, mine), ['d MINE b c', 0]);
});

test('what is gone is lost, and told; what somebody changed is overwritten', () => {
  assert.deepEqual(together(base, documentOf('a', 'c', 'd'), [set(1, 'B')]), ['a c d', 1]);
  assert.deepEqual(together(base, documentOf('a', 'theirs', 'c', 'd'), [set(1, 'B')]), ['a B c d', 0]);
  assert.deepEqual(together(base, documentOf('theirs', 'b', 'c', 'd'), [set(0, 'A')]), ['A b c d', 0]);
});

test('a new entry goes where it stood among its neighbours', () => {
  const insert = (at?: number): EditOperation => ({
    op: 'insert',
    path,
    ...(at === undefined ? {} : { at }),
    value: { description: 'mine' },
  });
  assert.deepEqual(together(base, documentOf('x', 'y', 'a', 'b', 'c', 'd'), [insert(2)]), [
    'x y a b mine c d',
    0,
  ]);
  assert.deepEqual(together(base, documentOf('a', 'b', 'd'), [insert(2)]), ['a b mine d', 0]);
  assert.deepEqual(together(base, documentOf('x', 'a', 'b', 'c', 'd'), [insert()]), ['x a b c d mine', 0]);
});

test('a move ends beside the same entry', () => {
  const move = (from: number, to: number): EditOperation => ({ op: 'move', path, from, to });
  const theirs = documentOf('x', 'a', 'b', 'c', 'd');
  assert.deepEqual(together(base, theirs, [move(0, 2)]), ['x b c a d', 0]);
  assert.deepEqual(together(base, theirs, [move(3, 1)]), ['x a d b c', 0]);
  assert.deepEqual(together(base, documentOf('d', 'c', 'b', 'a'), [move(0, 2)]), ['d c a b', 0]);
});

test('lists that say the same twice keep their order', () => {
  const twins = documentOf('a', 'a', 'b');
  assert.deepEqual(together(twins, documentOf('x', 'a', 'a', 'b'), [set(1, 'second')]), ['x a second b', 0]);
});
