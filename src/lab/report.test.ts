import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DrillRun, Report } from './report.ts';
import { isKept, jsonReport, junitReport, textReport } from './report.ts';
import { htmlReport } from './report-html.ts';

const run = (isGood: boolean): DrillRun => ({
  judgement: {
    name: 'host-death',
    title: 'The first node dies & stays <dead>',
    isKept: isGood,
    verdicts: [
      {
        promise: 'No flow is silent for more than 600 ms',
        isKept: isGood,
        measured: '900 ms (a "flow")',
        value: 900,
        limit: 600,
      },
    ],
    figures: {},
    problems: [],
  },
  timeline: {
    timers: { masterDownMs: 234, firstIntervalMs: 78, secondIntervalMs: 94 },
    nodes: ['pf1', 'pf2'],
    startedAt: 5_000,
    endedAt: 6_000,
    sessions: { fault: [{ name: 'TCP streams', total: 200, alive: 200, firstFault: undefined }] },
    moments: [{ at: 5_300, label: 'pf1 dies', phase: 'fault' }],
    flows: [
      {
        name: 'client',
        probes: [
          { sentAt: 5_100, repliedAt: 5_101 },
          { sentAt: 5_400, repliedAt: undefined },
        ],
      },
    ],
    roles: [{ at: 5_000, node: 'pf1', vip: 'LAN@20', status: 'MASTER' }],
    problems: [],
  },
});
const report = (...runs: DrillRun[]): Report => ({
  scenario: 'd1',
  profile: 'fast',
  finishedAt: '2026-11-21T00:00:00.000Z',
  isRealtime: true,
  leftOut: [],
  tests: [],
  runs,
});

test('one broken promise breaks the report, and the text says which', () => {
  const broken = report(run(true), run(false));
  assert.equal(isKept(broken), false);
  assert.match(textReport(broken), /BROKEN No flow is silent for more than 600 ms: 900 ms/);
  assert.match(textReport(broken), /1 of 2 drills kept every promise/);
});

test('JUnit counts failures and escapes what XML forbids', () => {
  const xml = junitReport(report(run(false)));
  assert.match(xml, /tests="2" failures="1" time="1.000"/);
  assert.match(xml, /<failure message="900 ms \(a &quot;flow&quot;\)"\/>/);
});

test("JSON has times from the drill's start", () => {
  const parsed = JSON.parse(jsonReport(report(run(true)))) as {
    isKept: boolean;
    drills: { moments: { at: number }[] }[];
  };
  assert.equal(parsed.isKept, true);
  assert.equal(parsed.drills[0]?.moments[0]?.at, 300);
});

test('a flow that was not judged is in every report, with the reason', () => {
  const leftOut = [{ name: 'internet to WAN VIP', target: '10.0.0.1', reason: 'no <rule> lets it pass' }];
  const partial = { ...report(run(true)), leftOut };
  assert.match(
    textReport(partial),
    /^Not judged: internet to WAN VIP \(10\.0\.0\.1\): no <rule> lets it pass\.$/m,
  );
  assert.deepEqual((JSON.parse(jsonReport(partial)) as { leftOut: object[] }).leftOut, leftOut);
  assert.match(
    junitReport(partial),
    /name="internet to WAN VIP \(10\.0\.0\.1\)"><skipped message="no &lt;rule&gt; lets it pass"\/>/,
  );
  assert.ok(htmlReport(partial).includes('Not judged: internet to WAN VIP (10.0.0.1): no &lt;rule&gt;'));
});

test('the page is self-contained, escapes its texts, and draws roles and probes', () => {
  const html = htmlReport(report(run(true)));
  assert.ok(!/https?:/.test(html));
  assert.ok(html.includes('stays &lt;dead&gt;'));
  assert.match(html, /<rect class="MASTER"/);
  assert.match(html, /class="lost" d="M/);
});
