import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from './judge.ts';
import type { Story } from './story.ts';
import type { Timeline } from './timeline.ts';

const story: Story = {
  name: 'death',
  title: 'The first node dies',
  fault: 'host-death',
  setup: [],
  steps: [],
  promises: [
    { kind: 'gap', phase: 'fault', limit: ({ masterDownMs }) => masterDownMs + 10 },
    { kind: 'lost', phase: 'fault', limit: 100 },
    { kind: 'one-master', phase: 'fault', limit: 100 },
    { kind: 'two-masters', phase: 'fault', limit: 0 },
    { kind: 'master', phase: 'fault', place: 'second' },
  ],
};
const timeline = (over: Partial<Timeline> = {}): Timeline => ({
  timers: { masterDownMs: 90, firstIntervalMs: 30, secondIntervalMs: 30 },
  nodes: ['pf1', 'pf2'],
  startedAt: 0,
  endedAt: 1_000,
  sessions: {},
  moments: [
    { at: 0, label: 'begin', phase: 'before' },
    { at: 300, label: 'pf1 dies', phase: 'fault' },
  ],
  flows: [
    {
      name: 'client to LAN VIP',
      probes: Array.from({ length: 1_000 }, (_, at) => ({
        sentAt: at,
        repliedAt: at >= 300 && at < 350 ? undefined : at + 0.2,
      })),
    },
  ],
  roles: [
    { at: 0, node: 'pf1', vip: 'LAN@20', status: 'MASTER' },
    { at: 0, node: 'pf2', vip: 'LAN@20', status: 'BACKUP' },
    { at: 300, node: 'pf1', vip: 'LAN@20', status: 'DOWN' },
    { at: 345, node: 'pf2', vip: 'LAN@20', status: 'MASTER' },
  ],
  problems: [],
  ...over,
});

test('promises that hold are kept, with what was measured', () => {
  const judgement = judge(story, timeline());
  assert.equal(judgement.isKept, true);
  assert.deepEqual(
    judgement.verdicts.map((verdict) => `${verdict.promise}: ${verdict.measured}`),
    [
      'No flow is silent for more than 100 ms: 51 ms (client to LAN VIP)',
      'No flow loses more than 100 probes: 50 of 700 (client to LAN VIP)',
      'One master per virtual IP within 100 ms: 45 ms',
      'Two masters at once for at most 0 ms: 0.0 ms',
      'pf2 is master of everything in the end: so it was',
    ],
  );
});

test('a limit follows from the timers', () => {
  const judgement = judge(
    story,
    timeline({ timers: { masterDownMs: 12, firstIntervalMs: 4, secondIntervalMs: 8 } }),
  );
  assert.deepEqual(
    judgement.verdicts.map((verdict) => verdict.isKept),
    [false, true, true, true, true],
  );
  assert.equal(judgement.isKept, false);
});

test('nobody as master at the end breaks the promise and names the virtual IP', () => {
  const judgement = judge(story, timeline({ roles: timeline().roles.slice(0, 3) }));
  assert.equal(judgement.verdicts.at(-1)?.measured, 'LAN@20: nobody');
  assert.equal(judgement.verdicts[2]?.measured, 'not until the end');
});

test('a drill that never got to its fault, or had a problem, has failed', () => {
  assert.equal(judge(story, timeline({ moments: [] })).isKept, false);
  assert.equal(judge(story, timeline({ problems: ['pf1 does not answer'] })).isKept, false);
});
