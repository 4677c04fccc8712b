/** The report as one HTML page that needs nothing else: figures, promises, and a plot of each drill. Pure. */

import { replyLimitMs } from './flow.ts';
import { type DrillRun, escapeXml, isKept, leftOutText, milliseconds, type Report } from './report.ts';
import { masterFigures, type RoleChange, type Status } from './roles.ts';
import type { Timeline } from './timeline.ts';

/** The whole page. */
export function htmlReport(report: Report): string {
  const kept = report.runs.filter((run) => run.judgement.isKept).length;
  const verdict = isKept(report)
    ? 'Every promise was kept.'
    : `${report.runs.length - kept} of ${report.runs.length} drills broke a promise.`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Drills of ${escapeXml(report.scenario)}</title><style>${css}</style></head><body><main>
<h1>Drills of ${escapeXml(report.scenario)}</h1>
<p class="lead ${isKept(report) ? 'good' : 'bad'}">${verdict}</p>
<p>Failover <b>${escapeXml(report.profile)}</b>, ${report.isRealtime ? 'real-time scheduling' : 'without real-time scheduling'},
finished <time>${escapeXml(report.finishedAt)}</time>. Probes left every millisecond; one that was not answered within a second counts as lost.</p>
${report.leftOut.map((flow) => `<p class="soft">Not judged: ${escapeXml(leftOutText(flow))}.</p>`).join('\n')}
<table><thead><tr><th>Drill</th><th>Longest gap</th><th>Lost</th><th>One master after</th><th>Two masters</th><th>Return: longest gap</th><th>Lost</th></tr></thead><tbody>
${report.runs.map(summaryRow).join('\n')}
</tbody></table>
${report.runs.map(section).join('\n')}
</main></body></html>
`;
}

function summaryRow({ judgement: drill }: DrillRun, index: number): string {
  const cells = (['fault', 'undo'] as const).flatMap((phase) => {
    const figures = drill.figures[phase];
    const empty = phase === 'fault' ? ['', '', '', ''] : ['', ''];
    if (figures === undefined) return empty;
    const gap = milliseconds(Math.max(0, ...figures.flows.map((flow) => flow.longestGapMs)));
    const lost = String(Math.max(0, ...figures.flows.map((flow) => flow.lost)));
    if (phase === 'undo') return [gap, lost];
    const one = figures.oneMasterAfterMs === undefined ? 'never' : milliseconds(figures.oneMasterAfterMs);
    return [gap, lost, one, milliseconds(figures.twoMastersMs)];
  });
  return `<tr><th scope="row"><a href="#d${index}">${mark(drill.isKept)} ${escapeXml(drill.title)}</a></th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function section(run: DrillRun, index: number): string {
  const { judgement: drill, timeline } = run;
  const promises = drill.verdicts.map(
    (verdict) =>
      `<tr class="${verdict.isKept ? '' : 'broken'}"><td>${mark(verdict.isKept)}</td><td>${escapeXml(verdict.promise)}</td><td>${escapeXml(verdict.measured)}</td></tr>`,
  );
  const problems = drill.problems.map((problem) => `<p class="bad">${escapeXml(problem)}</p>`);
  return `<section id="d${index}"><h2>${mark(drill.isKept)} ${escapeXml(drill.title)}</h2>
${problems.join('')}${plot(timeline)}
<table class="promises"><tbody>${promises.join('')}</tbody></table></section>`;
}

const mark = (isGood: boolean): string =>
  isGood ? '<span class="good" title="kept">✓</span>' : '<span class="bad" title="broken">✗</span>';

const plotWidth = 1_000;
/** Of one character of a label, on average. */
const letterWidth = 6.6;
const rowHeight = 26;
const top = 34;

const labelOf = ({ vip, node }: { vip: string; node: string }): string => `${node} ${vip}`;

/** Bars for the roles of each node, marks for probes, lines for what the drill did. */
function plot(timeline: Timeline): string {
  const length = timeline.endedAt - timeline.startedAt;
  const vips = [...new Set(timeline.roles.map((change) => change.vip))].sort();
  const roleRows = vips.flatMap((vip) => timeline.nodes.map((node) => ({ vip, node })));
  const labels = [...roleRows.map(labelOf), ...timeline.flows.map((flow) => flow.name)];
  const left = Math.max(170, 8 + letterWidth * Math.max(0, ...labels.map((label) => label.length)));
  const x = (at: number): number =>
    left + (Math.min(Math.max(at - timeline.startedAt, 0), length) / length) * (plotWidth - left - 30);
  const rows = roleRows.length + timeline.flows.length;
  const height = top + rows * rowHeight + 30;
  const y = (row: number): number => top + row * rowHeight;
  const roles = roleRows.map(({ vip, node }, row) => {
    const changes = timeline.roles.filter((change) => change.vip === vip && change.node === node);
    return `<text class="label" x="0" y="${y(row) + 16}">${escapeXml(labelOf({ vip, node }))}</text>${bars(changes, timeline, x, y(row))}`;
  });
  const flows = timeline.flows.map((flow, index) => {
    const row = roleRows.length + index;
    return `<text class="label" x="0" y="${y(row) + 16}">${escapeXml(flow.name)}</text>${probeMarks(flow.probes, timeline, x, y(row))}`;
  });
  const moments = timeline.moments
    .filter((moment) => moment.phase !== 'before')
    .map((moment) => {
      const isRight = x(moment.at) > plotWidth * 0.7;
      return `<line class="moment" x1="${n(x(moment.at))}" x2="${n(x(moment.at))}" y1="20" y2="${height - 26}"/><text class="moment" x="${n(x(moment.at))}" y="14"${isRight ? ' text-anchor="end"' : ''}>${escapeXml(moment.label)}</text>`;
    });
  const settled = masterFigures(timeline.roles, timeline.startedAt, timeline.endedAt);
  const title = `Timeline of ${Math.round(length)} ms${settled.oneMasterAfterMs === undefined ? ', without one master in the end' : ''}`;
  return `<figure><svg viewBox="0 0 ${plotWidth} ${height}" role="img" aria-label="${title}">${roles.join('')}${flows.join('')}${moments.join('')}${axis(length, x, timeline, height)}</svg>
<figcaption><i class="MASTER"></i> master <i class="BACKUP"></i> backup <i class="INIT"></i> init or disabled <i class="DOWN"></i> down <i class="reply"></i> replies <i class="lost"></i> lost</figcaption></figure>`;
}

function bars(
  changes: readonly RoleChange[],
  timeline: Timeline,
  x: (at: number) => number,
  y: number,
): string {
  const ordered = [...changes].sort((a, b) => a.at - b.at);
  return ordered
    .map((change, index) => {
      const end = ordered[index + 1]?.at ?? timeline.endedAt;
      if (end <= timeline.startedAt || change.at >= timeline.endedAt) return '';
      const width = Math.max(x(end) - x(change.at), 0.6);
      return `<rect class="${barClass(change.status)}" x="${n(x(change.at))}" y="${y + 3}" width="${n(width)}" height="16"><title>${change.status}</title></rect>`;
    })
    .join('');
}

const barClass = (status: Status): string => (status === 'DISABLED' ? 'INIT' : status);

/** A line of a plot has about this many columns; probes that share one are drawn once. */
const probeColumns = 800;

function probeMarks(
  probes: Timeline['flows'][number]['probes'],
  timeline: Timeline,
  x: (at: number) => number,
  y: number,
): string {
  const length = timeline.endedAt - timeline.startedAt;
  const answered = new Array<boolean>(probeColumns).fill(false);
  const lost = new Array<boolean>(probeColumns).fill(false);
  for (const probe of probes) {
    const column = Math.floor(((probe.sentAt - timeline.startedAt) / length) * probeColumns);
    if (column < 0 || column >= probeColumns) continue;
    const isAnswered = probe.repliedAt !== undefined && probe.repliedAt - probe.sentAt <= replyLimitMs;
    (isAnswered ? answered : lost)[column] = true;
  }
  const at = (column: number) => timeline.startedAt + (column / probeColumns) * length;
  const path = (set: readonly boolean[]) =>
    runsOf(set)
      .map(([from, until]) => `M${n(x(at(from)))} ${y + 11}H${n(Math.max(x(at(until)), x(at(from)) + 1))}`)
      .join('');
  return `<path class="reply" d="${path(answered)}"/><path class="lost" d="${path(lost)}"/>`;
}

function runsOf(set: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = [];
  set.forEach((isSet, index) => {
    if (!isSet) return;
    const last = runs.at(-1);
    if (last !== undefined && last[1] === index) last[1] = index + 1;
    else runs.push([index, index + 1]);
  });
  return runs;
}

function axis(length: number, x: (at: number) => number, timeline: Timeline, height: number): string {
  const step =
    [50, 100, 200, 250, 500, 1_000, 2_000, 5_000].find((candidate) => length / candidate <= 12) ?? 10_000;
  const ticks = Array.from({ length: Math.floor(length / step) + 1 }, (_, index) => index * step);
  return ticks
    .map((tick) => {
      const at = n(x(timeline.startedAt + tick));
      return `<line class="tick" x1="${at}" x2="${at}" y1="${height - 26}" y2="${height - 21}"/><text class="tick" x="${at}" y="${height - 8}" text-anchor="middle">${tick} ms</text>`;
    })
    .join('');
}

const n = (value: number): string => String(Math.round(value * 10) / 10);

const css = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#667;--line:#d5d9de;--page:#fff;--good:#1a7f37;--bad:#c92a2a;--master:#2f9e44;--backup:#5c96d6;--init:#8e979f;--down:#5c5f66;--reply:#4c6ef5}
@media(prefers-color-scheme:dark){:root{--ink:#e6e8eb;--soft:#9aa3ad;--line:#343a42;--page:#15181c;--good:#51cf66;--bad:#ff6b6b;--master:#37b24d;--backup:#3f74b5;--init:#9aa3ad;--down:#5f666e;--reply:#748ffc}}
body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,sans-serif}
main{max-width:1040px;margin:0 auto;padding:24px 20px 60px}
h1{font-size:26px;margin:8px 0}h2{font-size:18px;margin:40px 0 8px}
.soft{color:var(--soft)}.lead{font-size:18px;margin:0 0 12px}.good{color:var(--good)}.bad{color:var(--bad)}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:5px 10px 5px 0;border-bottom:1px solid var(--line);text-align:right;font-weight:400;vertical-align:top}
thead th{color:var(--soft);font-size:13px}th:first-child{text-align:left}a{color:inherit;text-decoration:none}a:hover{text-decoration:underline}
.promises td{text-align:left}.promises td:first-child{width:20px}.promises td:last-child{text-align:right;color:var(--soft)}.promises .broken td{color:var(--bad)}
figure{margin:8px 0;overflow-x:auto}svg{min-width:720px;width:100%;height:auto;font:12px system-ui,sans-serif}
figcaption{color:var(--soft);font-size:13px}figcaption i{display:inline-block;width:14px;height:10px;border-radius:2px;margin:0 3px 0 12px}
.label{fill:var(--ink)}text.tick,text.moment{fill:var(--soft);font-size:11px}line.tick{stroke:var(--line)}
line.moment{stroke:var(--bad);stroke-dasharray:3 3}text.moment{fill:var(--bad)}
rect.MASTER{fill:var(--master)}rect.BACKUP{fill:var(--backup)}rect.INIT{fill:var(--init)}rect.DOWN{fill:var(--down)}
i.MASTER{background:var(--master)}i.BACKUP{background:var(--backup)}i.INIT{background:var(--init)}i.DOWN{background:var(--down)}i.reply{background:var(--reply)}i.lost{background:var(--bad)}
path.reply{stroke:var(--reply);stroke-width:8}path.lost{stroke:var(--bad);stroke-width:14}
`;
