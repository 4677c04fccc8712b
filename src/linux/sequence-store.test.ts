import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { reserveSequences } from './sequence-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'bascule-sequence-'));
after(() => rmSync(folder, { recursive: true }));
const wall = 1_780_000_000;

test('ranges never overlap, whatever the clock does', () => {
  const path = join(folder, 'made', 'on', 'the', 'way', 'node.sequence');
  const first = reserveSequences(path, wall, 1_000);
  assert.equal(first, wall * 1_024);
  const second = reserveSequences(path, wall, 1_000);
  assert.equal(second, first + 1_000);
  const clockSetBack = reserveSequences(path, wall - 86_400, 1_000);
  assert.equal(clockSetBack, second + 1_000);
  const aYearLater = reserveSequences(path, wall + 31_536_000, 1_000);
  assert.equal(aYearLater, (wall + 31_536_000) * 1_024);
});

test('the range is on the disk before it is used, and nothing else is left there', () => {
  const path = join(folder, 'node.sequence');
  const first = reserveSequences(path, wall, 5);
  assert.equal(readFileSync(path, 'utf8'), `${first + 5}\n`);
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.endsWith('.new')),
    [],
  );
});

test('a lost or damaged file leads to higher numbers by the clock', () => {
  const path = join(folder, 'damaged.sequence');
  const before = reserveSequences(path, wall);
  for (const damage of ['', 'nonsense', '-5', '1.5', 'Infinity', '9007199254740991', `${2 ** 48}`]) {
    writeFileSync(path, damage);
    const first = reserveSequences(path, wall + 20_000);
    assert.equal(first, (wall + 20_000) * 1_024, `"${damage}"`);
    assert.ok(first > before + 2 ** 24);
  }
});
