import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stories } from '#lab/drills/stories.ts';
import { faultNames, faults } from '#lab/faults.ts';
import { judge } from '#lab/judge.ts';
import { french, said } from './french.ts';

const timeline = {
  timers: { masterDownMs: 234, firstIntervalMs: 78, secondIntervalMs: 94 },
  nodes: ['pf1', 'pf2'],
  startedAt: 0,
  endedAt: 10,
  sessions: {},
  moments: [
    { at: 1, label: 'pf1 dies', phase: 'fault' },
    { at: 5, label: 'pf1 boots again', phase: 'undo' },
  ],
  flows: [],
  roles: [],
  problems: [],
} as const;

test('every sentence that a drill can say has its French', () => {
  const sentences = [
    ...faultNames.flatMap((name) => [
      faults[name].label('pf1'),
      faults[name].mended('pf1'),
      faults[name].state,
    ]),
    ...stories.flatMap((story) => [
      story.title,
      ...judge(story, timeline).verdicts.flatMap(({ promise, measured }) => [promise, measured]),
    ]),
  ];
  // Times and names are the same in both.
  const plain = sentences.filter(
    (sentence) => !/^([\d.]+ ms|maintenance)$/.test(sentence) && french(sentence) === sentence,
  );
  assert.deepEqual(plain, []);
});

test('French stands in a French report alone', () => {
  assert.equal(said('PF1 dies', 'en'), 'PF1 dies');
  assert.equal(said('PF1 dies', 'fr'), 'PF1 meurt');
  assert.equal(french('195 ms (client to LAN VIP)'), '195 ms (client vers VIP LAN)');
  assert.equal(
    french('No flow loses more than 5 probes on the way back'),
    'Aucun flux ne perd plus de 5 sondes au retour',
  );
});
