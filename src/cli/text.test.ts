import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration, table } from './text.ts';

test('a table pads its columns and leaves no blanks at the end of a line', () => {
  assert.equal(
    table(
      ['VHID', 'Status'],
      [
        ['WAN@10', 'MASTER'],
        ['L@1', ''],
      ],
    ),
    ['VHID    Status', '------  ------', 'WAN@10  MASTER', 'L@1'].join('\n'),
  );
});

test('lengths of time carry the unit that fits', () => {
  const shown = [12.4, 3_400, 300_000, 7_200_000, 259_200_000].map((ms) => duration(ms));
  assert.deepEqual(shown, ['12 ms', '3.4 s', '5 min', '2 h', '3 d']);
});
