/** The report of a run of drills: as text, JSON and JUnit XML. Pure. */
import type { AcceptanceRun } from './acceptance/run.ts';
import type { LeftOut } from './flow.ts';
import type { Judgement, PhaseFigures } from './judge.ts';
import type { Timeline } from './timeline.ts';

export interface DrillRun {
  readonly judgement: Judgement;
  readonly timeline: Timeline;
}

export interface Report {
  readonly scenario: string;
  readonly profile: string;
  /** ISO time of the wall clock. */
  readonly finishedAt: string;
  readonly isRealtime: boolean;
  /** The kernel of the nodes where they are virtual machines: "Linux 6.1.0-56-cloud-amd64". */
  readonly machines?: string | undefined;
  /** Flows that no promise was measured by. */
  readonly leftOut: readonly LeftOut[];
  readonly runs: readonly DrillRun[];
  /** The tests that the scenario's document lists. */
  readonly tests: readonly AcceptanceRun[];
}

export const isKept = (report: Report): boolean =>
  report.runs.every((run) => run.judgement.isKept) && report.tests.every((test) => test.isKept);

/** One line per drill, and under each broken one what was promised and what came of it. */
export function textReport(report: Report): string {
  const rows = report.runs.map(({ judgement: drill }) => [
    drill.isKept ? 'ok' : 'FAILED',
    drill.name,
    ...summaryCells(drill.figures.fault),
    sessionCell(drill.figures.fault),
    ...summaryCells(drill.figures.undo).slice(0, 2),
    sessionCell(drill.figures.undo),
  ]);
  const header = [
    ['', '', 'fault:', '', 'one', 'two', 'connections', 'return:', '', 'connections'],
    ['', 'drill', 'longest gap', 'lost', 'master', 'masters', 'kept', 'longest gap', 'lost', 'kept'],
  ];
  const broken = report.runs.flatMap(({ judgement: drill }) => (drill.isKept ? [] : brokenLines(drill)));
  const kept = report.runs.filter((run) => run.judgement.isKept).length;
  return [
    ...testLines(report.tests),
    ...(rows.length === 0 ? [] : [aligned([...header, ...rows]), ...broken, '']),
    ...report.leftOut.map((flow) => `Not judged: ${leftOutText(flow)}.`),
    ...(report.tests.length === 0
      ? []
      : [
          `${report.tests.filter((test) => test.isKept).length} of ${report.tests.length} tests of the document passed.`,
        ]),
    ...(report.machines === undefined
      ? []
      : [`The nodes were virtual machines (${report.machines}), their processors emulated by QEMU.`]),
    `${kept} of ${report.runs.length} drills kept every promise (${report.scenario}, failover ${report.profile}` +
      `${report.isRealtime ? '' : ', without real-time scheduling'}).`,
  ].join('\n');
}

/** One line per test of the document, and under each that failed what was expected and what came of it. */
function testLines(tests: readonly AcceptanceRun[]): string[] {
  if (tests.length === 0) return [];
  const lines = tests.flatMap(({ isKept: isGood, name, title, checks, timeline }) => [
    `${isGood ? 'ok    ' : 'FAILED'}  ${name}: ${title.en}`,
    ...(isGood ? [] : timeline.problems.map((problem) => `  ! ${problem}`)),
    ...checks
      .filter((check) => !check.isKept)
      .map(({ expected, measured }) => `  BROKEN ${expected.en}: ${measured.en}`),
  ]);
  return [...lines, ''];
}

/** "internet to WAN VIP (10.0.0.1): nobody answers it" */
export const leftOutText = ({ name, target, reason }: LeftOut): string => `${name} (${target}): ${reason}`;

/** What a drill could not do, and what was promised in vain. */
export const brokenPromises = ({ problems, verdicts }: Judgement): string[] => [
  ...problems.map((problem) => `! ${problem}`),
  ...verdicts
    .filter((verdict) => !verdict.isKept)
    .map(({ promise, measured }) => `BROKEN ${promise}: ${measured}`),
];

function brokenLines(drill: Judgement): string[] {
  return [
    '',
    `${drill.name}: ${drill.title}`,
    ...drill.problems.map((problem) => `  ! ${problem}`),
    ...drill.verdicts.map(
      (verdict) => `  ${verdict.isKept ? 'kept  ' : 'BROKEN'} ${verdict.promise}: ${verdict.measured}`,
    ),
  ];
}

function summaryCells(figures: PhaseFigures | undefined): string[] {
  if (figures === undefined) return ['', '', '', ''];
  const gap = Math.max(0, ...figures.flows.map((flow) => flow.longestGapMs));
  const lost = Math.max(0, ...figures.flows.map((flow) => flow.lost));
  return [
    milliseconds(gap),
    String(lost),
    figures.oneMasterAfterMs === undefined ? 'never' : milliseconds(figures.oneMasterAfterMs),
    milliseconds(figures.twoMastersMs),
  ];
}

const sessionCell = (figures: PhaseFigures | undefined): string =>
  figures?.sessions === undefined ? '' : `${figures.sessions.alive} of ${figures.sessions.total}`;

export const milliseconds = (value: number): string =>
  `${value > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

function aligned(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, index) =>
    Math.max(...rows.map((row) => (row[index] ?? '').length)),
  );
  return rows
    .map((row) =>
      widths
        .map((width, index) =>
          index < 2 ? (row[index] ?? '').padEnd(width) : (row[index] ?? '').padStart(width),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Everything but the single probes. Times are milliseconds from the drill's start. */
export function jsonReport(report: Report): string {
  const { runs, tests, ...head } = report;
  const drills = runs.map(({ judgement, timeline }) => ({
    ...judgement,
    durationMs: timeline.endedAt - timeline.startedAt,
    connections: timeline.sessions,
    moments: timeline.moments.map((moment) => ({ ...moment, at: moment.at - timeline.startedAt })),
    roles: timeline.roles
      .map((change) => ({ ...change, at: change.at - timeline.startedAt }))
      .filter((change) => change.at <= timeline.endedAt - timeline.startedAt),
  }));
  return `${JSON.stringify({ ...head, isKept: isKept(report), tests: tests.map(testOf), drills }, undefined, 2)}\n`;
}

function testOf({ name, title, expected, checks, isKept: isGood, timeline }: AcceptanceRun): object {
  const durationMs = timeline.endedAt - timeline.startedAt;
  return { name, title, expected, isKept: isGood, durationMs, checks, problems: timeline.problems };
}

/** JUnit XML: a suite per drill, a case per promise; a flow that was not judged is a skipped case. */
export function junitReport(report: Report): string {
  const suites = report.runs.map(({ judgement: drill, timeline }) => {
    const seconds = ((timeline.endedAt - timeline.startedAt) / 1_000).toFixed(3);
    const cases = drill.verdicts.map((verdict) => {
      const name = `<testcase classname="${escapeXml(drill.name)}" name="${escapeXml(verdict.promise)}"`;
      return verdict.isKept
        ? `    ${name}/>`
        : `    ${name}><failure message="${escapeXml(verdict.measured)}"/></testcase>`;
    });
    const steps = `    <testcase classname="${escapeXml(drill.name)}" name="every step was done"`;
    cases.push(
      drill.problems.length === 0
        ? `${steps}/>`
        : `${steps}><failure message="${escapeXml(drill.problems.join('; '))}"/></testcase>`,
    );
    const failures =
      drill.verdicts.filter((verdict) => !verdict.isKept).length + Math.min(1, drill.problems.length);
    return [
      `  <testsuite name="${escapeXml(drill.name)}" tests="${cases.length}" failures="${failures}" time="${seconds}">`,
      ...cases,
      '  </testsuite>',
    ].join('\n');
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="lab drill ${escapeXml(report.scenario)}">`,
    ...report.tests.map(testSuite),
    ...suites,
    ...skippedFlows(report.leftOut),
    '</testsuites>',
    '',
  ].join('\n');
}

/** A test of the document: a case per check. */
function testSuite({ name, checks, timeline }: AcceptanceRun): string {
  const { problems } = timeline;
  const outcomes = [
    ...checks.map(({ expected, measured, isKept: isGood }) => ({
      what: expected.en,
      failure: isGood ? undefined : measured.en,
    })),
    { what: 'every step was done', failure: problems.length === 0 ? undefined : problems.join('; ') },
  ];
  const cases = outcomes.map(({ what, failure }) => {
    const open = `    <testcase classname="${escapeXml(name)}" name="${escapeXml(what)}"`;
    return failure === undefined
      ? `${open}/>`
      : `${open}><failure message="${escapeXml(failure)}"/></testcase>`;
  });
  const failures = outcomes.filter(({ failure }) => failure !== undefined).length;
  const seconds = ((timeline.endedAt - timeline.startedAt) / 1_000).toFixed(3);
  return [
    `  <testsuite name="${escapeXml(name)}" tests="${cases.length}" failures="${failures}" time="${seconds}">`,
    ...cases,
    '  </testsuite>',
  ].join('\n');
}

/** A suite of skipped cases, for flows that were not judged. */
function skippedFlows(leftOut: readonly LeftOut[]): string[] {
  if (leftOut.length === 0) return [];
  return [
    `  <testsuite name="flows" tests="${leftOut.length}" failures="0" skipped="${leftOut.length}" time="0">`,
    ...leftOut.map(
      ({ name, target, reason }) =>
        `    <testcase classname="flows" name="${escapeXml(`${name} (${target})`)}"><skipped message="${escapeXml(reason)}"/></testcase>`,
    ),
    '  </testsuite>',
  ];
}

/** Text that may stand between tags or quotes of XML and HTML. */
export const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
