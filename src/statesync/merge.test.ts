import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Merger } from './merge.ts';
import { attribute, recordHead, recordKind } from './record.ts';

/** A record of an entry that is told apart by a byte, with a mark, and with a master if wanted. */
function write(
  out: Buffer,
  at: number,
  kind: number,
  entry: number,
  mark: number,
  hasMaster = false,
): number {
  let to = at + recordHead;
  const add = (type: number, value: number): void => {
    out.writeUInt16LE(8, to);
    out.writeUInt16LE(type, to + 2);
    out.writeUInt32BE(value, to + 4);
    to += 8;
  };
  add(attribute.tupleOrig, entry);
  if (kind !== recordKind.destroyed) add(attribute.mark, mark);
  if (hasMaster) add(attribute.tupleMaster, 9);
  out[at] = kind;
  out[at + 1] = 2;
  out.writeUInt16LE(to - at - recordHead, at + 2);
  return to;
}

/** "created 1=7": kind, entry and mark of what a merger leaves of some records. */
function left(
  ...records: readonly [kind: number, entry: number, mark: number, hasMaster?: boolean][]
): string[] {
  const names = Object.fromEntries(Object.entries(recordKind).map(([name, kind]) => [kind, name]));
  const bytes = Buffer.alloc(4_096);
  const merger = new Merger();
  let length = 0;
  for (const record of records) length = merger.merge(bytes, length, write(bytes, length, ...record));
  const found: string[] = [];
  for (let at = 0; at < length; at += recordHead + bytes.readUInt16LE(at + 2)) {
    const mark = bytes[at] === recordKind.destroyed ? '' : `=${bytes.readUInt32BE(at + recordHead + 12)}`;
    found.push(`${names[bytes[at] ?? 0]} ${bytes.readUInt32BE(at + recordHead + 4)}${mark}`);
  }
  return found;
}

const { created, updated, destroyed, listed } = recordKind;

test('of several news of one entry the last is left, and it is still new to the peer', () => {
  assert.deepEqual(left([created, 1, 5], [created, 2, 1], [updated, 1, 6], [updated, 1, 7]), [
    'created 2=1',
    'created 1=7',
  ]);
  assert.deepEqual(left([updated, 1, 5], [updated, 3, 1], [updated, 1, 6]), ['updated 3=1', 'updated 1=6']);
});

test('an end takes its news along, and stays before what begins anew', () => {
  assert.deepEqual(left([created, 1, 5], [updated, 2, 2], [destroyed, 1, 0]), ['updated 2=2', 'destroyed 1']);
  assert.deepEqual(left([destroyed, 1, 0], [created, 1, 3], [updated, 1, 4]), ['destroyed 1', 'created 1=4']);
});

test('a bulk is left whole, and so is the record that names a master', () => {
  assert.deepEqual(left([listed, 1, 5], [updated, 1, 6]), ['listed 1=5', 'updated 1=6']);
  assert.deepEqual(left([created, 1, 5, true], [updated, 1, 6]), ['created 1=5', 'updated 1=6']);
});
