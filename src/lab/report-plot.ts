/** The plot of one drill or test: who was master when, and which probes were answered. Pure. */
import type { Language } from './acceptance/plan.ts';
import { replyLimitMs } from './flow.ts';
import { escapeXml } from './report.ts';
import { masterFigures, type RoleChange, type Status } from './roles.ts';
import type { Moment, Timeline } from './timeline.ts';
import { said } from './words/french.ts';
import { words } from './words/report.ts';

const plotWidth = 1_000;
/** Of one character of a label, on average. */
const letterWidth = 6.6;
const rowHeight = 26;
const top = 44;

const labelOf = ({ vip, node }: { vip: string; node: string }): string => `${node} ${vip}`;

/** Bars for the roles of each node, marks for probes, lines for what was done. */
export function plot(timeline: Timeline, language: Language): string {
  const length = timeline.endedAt - timeline.startedAt;
  const vips = [...new Set(timeline.roles.map((change) => change.vip))].sort();
  const roleRows = vips.flatMap((vip) => timeline.nodes.map((node) => ({ vip, node })));
  const labels = [...roleRows.map(labelOf), ...timeline.flows.map((flow) => said(flow.name, language))];
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
    return `<text class="label" x="0" y="${y(row) + 16}">${escapeXml(said(flow.name, language))}</text>${probeMarks(flow.probes, timeline, x, y(row))}`;
  });
  const moments = timeline.moments
    .filter((moment) => moment.phase !== 'before')
    .map((moment, place) => {
      const isRight = x(moment.at) > plotWidth * 0.7;
      return `<line class="moment" x1="${n(x(moment.at))}" x2="${n(x(moment.at))}" y1="${place % 2 === 0 ? 18 : 32}" y2="${height - 26}"/><text class="moment" x="${n(x(moment.at))}" y="${place % 2 === 0 ? 14 : 28}"${isRight ? ' text-anchor="end"' : ''}>${escapeXml(labelIn(moment, language))}</text>`;
    });
  const settled = masterFigures(timeline.roles, timeline.startedAt, timeline.endedAt);
  const title = words.timeline[language];
  const isSettled = settled.oneMasterAfterMs !== undefined;
  return `<figure class="plot"><svg viewBox="0 0 ${plotWidth} ${height}" role="img" aria-label="${title}, ${Math.round(length)} ms${isSettled ? '' : words.noMaster[language]}">${roles.join('')}${flows.join('')}${moments.join('')}${axis(length, x, timeline, height)}</svg>
<figcaption><i class="MASTER"></i> ${words.master[language]} <i class="BACKUP"></i> ${words.backup[language]} <i class="INIT"></i> ${words.init[language]} <i class="DOWN"></i> ${words.down[language]} <i class="reply"></i> ${words.replies[language]} <i class="lost"></i> ${words.lost[language]}</figcaption></figure>`;
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

/** A line of a plot has at most so many columns; probes that share one are drawn once. */
const mostColumns = 800;
/** A column holds two probes at least: one with none would look like a gap. */
const columnMs = 2;

function probeMarks(
  probes: Timeline['flows'][number]['probes'],
  timeline: Timeline,
  x: (at: number) => number,
  y: number,
): string {
  const length = timeline.endedAt - timeline.startedAt;
  const probeColumns = Math.max(1, Math.min(mostColumns, Math.floor(length / columnMs)));
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

/** Enough digits for a drawing. */
export const n = (value: number): string => String(Math.round(value * 10) / 10);

/** Moments of a document's tests bring their words in every language. */
function labelIn(moment: Moment, language: Language): string {
  return moment.words?.[language] ?? said(moment.label, language);
}
