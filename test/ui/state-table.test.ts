/** The page's table of connections, which knows only the parts that were looked at. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { StateRow } from '#api/contract/control.ts';
import { type AskStates, pageRows, rowAt, StateTable } from '../../ui/src/data/state-table.ts';

/** A node's table: rows in the order of their hashes, as the API has them. */
const hashes = Array.from({ length: 100_000 }, (_, n) =>
  createHash('sha256').update(`connection ${n}`).digest('hex').slice(0, 16),
).sort();

const row = (hash: string): StateRow => ({
  protocol: 'tcp',
  source: { address: hash },
  destination: { address: '' },
  state: '',
  timeoutSeconds: 0,
  packets: 0,
  bytes: 0,
  mark: 0,
  zone: 0,
  creator: 'PF1',
});

/** Answers like a node, and counts the questions. */
function node(count: number) {
  const asked: (string | undefined)[] = [];
  const all = hashes.slice(0, count);
  const ask: AskStates = async (after) => {
    asked.push(after);
    const before = after === undefined ? 0 : all.filter((hash) => hash <= after).length;
    const rows = all.slice(before, before + pageRows);
    const next = before + rows.length < count ? { next: rows.at(-1) ?? '' } : {};
    return { rows: rows.map(row), matching: count, all: count, before, ...next };
  };
  return { asked, table: new StateTable(ask) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('wherever one scrolls to, the right rows come with few questions', async () => {
  const { asked, table } = node(100_000);
  table.look(0, 40);
  await settled();
  for (const place of [500, 50_000, 99_960, 1_234, 77_777, 25_000]) {
    const before = asked.length;
    table.look(place, place + 40);
    while (rowAt(table.view(), place + 39) === undefined) await settled();
    await settled();
    // One or two for the rows in view, and as many for those around them.
    assert.ok(asked.length - before <= 4, `${place}: ${asked.length - before} questions`);
    for (const one of [place, place + 39])
      assert.equal(rowAt(table.view(), one)?.source.address, hashes[one], `row ${one}`);
  }
  assert.equal(rowAt(table.view(), 60_000), undefined, 'nobody has looked there');
});

test('who scrolls down slowly never sees a gap, and nothing is asked for twice', async () => {
  const { asked, table } = node(100_000);
  for (let place = 0; place < 20_000; place += 40) {
    table.look(place, place + 40);
    if (place > 0) assert.notEqual(rowAt(table.view(), place + 39), undefined, `row ${place + 39}`);
    await settled();
  }
  assert.ok(asked.length <= 22, `${asked.length} questions for 20,800 rows`);
});

test('what is there is not asked for again, and a short table is there whole', async () => {
  const { asked, table } = node(300);
  table.look(0, 40);
  await settled();
  table.look(200, 300);
  await settled();
  assert.equal(asked.length, 1);
  assert.equal(rowAt(table.view(), 299)?.source.address, hashes[299]);
});

test('a refusal is kept until the next answer, and what was there stays', async () => {
  let isAway = false;
  const table = new StateTable(async () => {
    if (isAway) throw new Error('away');
    return { rows: hashes.slice(0, pageRows).map(row), matching: 5_000, all: 5_000, before: 0 };
  });
  table.look(0, 40);
  await settled();
  isAway = true;
  table.look(3_000, 3_040);
  await settled();
  assert.match(String(table.view().error), /away/);
  assert.equal(rowAt(table.view(), 0)?.source.address, hashes[0]);
});

test('one question is under way at a time', async () => {
  let running = 0;
  let most = 0;
  const table = new StateTable(async () => {
    running += 1;
    most = Math.max(most, running);
    await settled();
    running -= 1;
    return { rows: [], matching: 9, all: 9, before: 0 };
  });
  for (const place of [0, 3, 6]) table.look(place, place + 3);
  await settled();
  await settled();
  assert.equal(most, 1);
});
