/** What the live view shows, as lines of text. Pure: a picture of a moment in, lines out. */
import type { NodeStatus } from '#api/contract/control.ts';
import type { SessionGroup } from '#lab/sessions-wire.ts';

export interface NodePicture {
  readonly name: string;
  readonly isChosen: boolean;
  readonly isRunning: boolean;
  readonly status: NodeStatus | undefined;
  /** Faults that are in force at this node, in words. */
  readonly faults: readonly string[];
}

export interface FlowPicture {
  readonly name: string;
  readonly target: string;
  /** No rule lets it pass: its silence says nothing. */
  readonly isLeftOut: boolean;
  readonly isAnswered: boolean;
  readonly sent: number;
  readonly lost: number;
  readonly longestGapMs: number;
  /** One entry per second of the last minute, oldest first: probes lost in it; undefined: none were sent. */
  readonly lostPerSecond: readonly (number | undefined)[];
}

export interface Picture {
  readonly title: string;
  readonly failover: string;
  readonly nodes: readonly NodePicture[];
  readonly flows: readonly FlowPicture[];
  /** What the connections through the cluster answered last; empty before the first answer. */
  readonly connections: readonly SessionGroup[];
  readonly log: readonly string[];
  readonly message: string;
  readonly columns: number;
  readonly rows: number;
}

const esc = '\u001b[';
const paint = (code: number, text: string): string => `${esc}${code}m${text}${esc}0m`;
const bold = (text: string): string => paint(1, text);
const dim = (text: string): string => paint(2, text);
const green = (text: string): string => paint(32, text);
const red = (text: string): string => paint(31, text);
const yellow = (text: string): string => paint(33, text);
const cyan = (text: string): string => paint(36, text);

/** From this width on two nodes stand side by side. */
const sideBySide = 150;
const gutter = '  ';

/** The whole screen, at most `rows` lines of at most `columns` visible characters. */
export function render(picture: Picture): string[] {
  const { columns, rows } = picture;
  const isWide = columns >= sideBySide;
  const width = isWide ? Math.floor((columns - gutter.length) / 2) : columns;
  const blocks = picture.nodes.map((node) => nodeLines(node, width));
  const nodes = isWide ? pairs(blocks, width) : blocks.flatMap((block) => [...block, '']);
  const head = [
    `${bold(`Bascule lab: ${picture.title}`)}  ${dim(`failover ${picture.failover}; a probe every millisecond`)}`,
    '',
    ...nodes,
    ...flowLines(picture.flows, columns),
    '',
    ...connectionLines(picture.connections),
  ];
  const foot = ['', picture.message === '' ? '' : yellow(picture.message), ...keyLines(columns)];
  const space = Math.max(0, rows - head.length - foot.length);
  const log = space === 0 ? [] : picture.log.slice(-space).map((line) => logLine(line));
  const filler = Array.from({ length: Math.max(0, space - log.length) }, () => '');
  return [...head, ...log, ...filler, ...foot].slice(0, rows).map((line) => fit(line, columns));
}

function nodeLines(node: NodePicture, width: number): string[] {
  const name = node.isChosen ? cyan(bold(`▶ ${node.name}`)) : bold(`  ${node.name}`);
  const { status } = node;
  const state = [
    node.isRunning ? (status?.ready === true ? green('running') : yellow('starting')) : red('not running'),
    ...node.faults.map(red),
  ].join(', ');
  const header = ['Interface and VHID', 'Virtual IP address', 'Description', 'Status'];
  const rows = (status?.vips ?? []).map((vip) => [
    vip.title,
    vip.addresses.join(' '),
    vip.description,
    vip.status,
  ]);
  const widths = columnWidths([header, ...rows], width - 2);
  const line = (cells: readonly string[], color: (text: string, column: number) => string) =>
    `  ${cells.map((cell, column) => color(clip(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0), column)).join(gutter)}`;
  const table = rows.map((row) => line(row, (text, column) => (column === 3 ? statusColor(text) : text)));
  return [
    `${name}  ${state}`,
    line(header, (text) => dim(text)),
    ...(rows.length === 0 ? [dim('  (no answer)')] : table),
    `  ${linksText(status)}${gutter}${demotionText(status)}`,
    `  ${statesText(status)}`,
  ];
}

/** "States: 423, PF2 in step (0.4 ms)" */
function statesText(status: NodeStatus | undefined): string {
  if (status?.states === undefined) return '';
  const peers = status.states.peers.map(({ node, state, lagMs }) =>
    state === 'in step' ? `${node} ${green('in step')} (${lagMs.toFixed(1)} ms)` : `${node} ${yellow(state)}`,
  );
  return `States: ${[status.states.entries, ...peers].join(', ')}`;
}

/** "Connections through the cluster: 200 of 200 TCP streams, ..." */
function connectionLines(groups: readonly SessionGroup[]): string[] {
  if (groups.length === 0) return [];
  const each = groups.map(({ name, alive, total }) => {
    const text = `${alive} of ${total} ${name}`;
    return alive === total ? text : red(text);
  });
  const isWhole = groups.every(({ alive, total }) => alive === total);
  return [`${isWhole ? green('●') : red('●')} Connections that go on: ${each.join(', ')}`, ''];
}

function linksText(status: NodeStatus | undefined): string {
  if (status === undefined) return '';
  return `Links: ${status.links.map((link) => (link.up ? `${link.interface} ${green('up')}` : `${link.interface} ${red('DOWN')}`)).join(', ')}`;
}

function demotionText(status: NodeStatus | undefined): string {
  if (status === undefined || status.demotion === 0) return '';
  const reasons = Object.entries(status.demotionReasons).map(([reason, amount]) => `${reason} ${amount}`);
  return yellow(`Demotion ${status.demotion} (${reasons.join(', ')})`);
}

const statusColor = (text: string): string =>
  text.startsWith('MASTER') ? green(bold(text)) : text.startsWith('BACKUP') ? cyan(text) : yellow(text);

function flowLines(flows: readonly FlowPicture[], columns: number): string[] {
  const longest = Math.max(37, ...flows.map((flow) => flowName(flow).length));
  const nameWidth = Math.min(longest, Math.max(20, columns - 35)) + 1;
  const header = `  ${'Probe'.padEnd(nameWidth)}${'lost'.padStart(8)}${'of'.padStart(10)}${'longest gap'.padStart(13)}`;
  const hasHistory = columns >= header.length + 66;
  return [
    dim(`${header}${hasHistory ? '  last 60 s' : ''}`),
    ...flows.map((flow) => {
      const name = clip(flowName(flow), nameWidth - 1).padEnd(nameWidth);
      if (flow.isLeftOut) return dim(`○ ${name}  no rule lets it pass`);
      const mark = flow.isAnswered ? green('●') : red('●');
      const lost = String(flow.lost).padStart(8);
      const gap = `${flow.longestGapMs < 100 ? flow.longestGapMs.toFixed(1) : Math.round(flow.longestGapMs)} ms`;
      const figures = `${flow.lost > 0 ? red(lost) : lost}${String(flow.sent).padStart(10)}${gap.padStart(13)}`;
      return `${mark} ${name}${figures}${hasHistory ? `  ${history(flow.lostPerSecond)}` : ''}`;
    }),
  ];
}

const flowName = ({ name, target }: FlowPicture): string => `${name} (${target})`;

const history = (seconds: readonly (number | undefined)[]): string =>
  seconds
    .map((lost) => (lost === undefined ? ' ' : lost === 0 ? green('▁') : red(lost < 100 ? '▃' : '█')))
    .join('');

function logLine(line: string): string {
  if (/ -> MASTER/.test(line)) return green(line);
  return /\b(warn|error)\b/.test(line) ? yellow(line) : dim(line);
}

const keys: readonly (readonly [string, string])[] = [
  ['1/2', 'choose node'],
  ['l', 'LAN cable'],
  ['w', 'WAN cable'],
  ['k', 'kill host'],
  ['s', 'stop/start'],
  ['m', 'maintenance'],
  ['c', 'CARP off/on'],
  ['r', 'restore all'],
  ['q', 'quit'],
];

function keyLines(columns: number): string[] {
  const lines: string[] = [''];
  for (const [key, meaning] of keys) {
    const item = `${paint(7, ` ${key} `)} ${meaning}  `;
    const last = lines.length - 1;
    if (visibleLength((lines[last] ?? '') + item) > columns) lines.push(item);
    else lines[last] = (lines[last] ?? '') + item;
  }
  return lines;
}

/** Columns as wide as their widest cell; where that is too much, the description gives way. */
function columnWidths(rows: readonly (readonly string[])[], width: number): number[] {
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const excess = widths.reduce((sum, one) => sum + one, 0) + 3 * gutter.length - width;
  if (excess > 0) widths[2] = Math.max(0, (widths[2] ?? 0) - excess);
  return widths;
}

function pairs(blocks: readonly (readonly string[])[], width: number): string[] {
  const lines: string[] = [];
  for (let index = 0; index < blocks.length; index += 2) {
    const [left = [], right = []] = [blocks[index], blocks[index + 1]];
    for (let row = 0; row < Math.max(left.length, right.length); row += 1) {
      const text = fit(left[row] ?? '', width);
      lines.push(
        `${text}${' '.repeat(Math.max(0, width - visibleLength(text)))}${gutter}${right[row] ?? ''}`,
      );
    }
    lines.push('');
  }
  return lines;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
const colour = /\u001b\[\d+m/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above, kept by split
const colours = /(\u001b\[\d+m)/;
const visibleLength = (text: string): number => text.replace(colour, '').length;
const clip = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}${width > 0 ? '…' : ''}`;

/** Cuts a coloured line to a visible width. */
function fit(text: string, width: number): string {
  if (visibleLength(text) <= width) return text;
  let seen = 0;
  let result = '';
  for (const part of text.split(colours)) {
    if (part.startsWith(esc)) result += part;
    else {
      result += part.slice(0, Math.max(0, width - seen));
      seen += part.length;
    }
  }
  return result;
}
