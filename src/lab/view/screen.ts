/** What the live view shows, as lines of text. Pure: a picture of a moment in, lines out. */
import type { NodeStatus } from '#api/contract/control.ts';
import type { Language } from '#lab/acceptance/plan.ts';
import type { SessionGroup } from '#lab/sessions-wire.ts';
import { said } from '#lab/words/french.ts';
import { words } from './words.ts';

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
  readonly language: Language;
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
  const { columns, rows, language } = picture;
  const isWide = columns >= sideBySide;
  const width = isWide ? Math.floor((columns - gutter.length) / 2) : columns;
  const blocks = picture.nodes.map((node) => nodeLines(node, width, language));
  const nodes = isWide ? pairs(blocks, width) : blocks.flatMap((block) => [...block, '']);
  const head = [
    `${bold(`${words.lab[language]}: ${picture.title}`)}  ${dim(`failover ${picture.failover}; ${words.probeRate[language]}`)}`,
    '',
    ...nodes,
    ...flowLines(picture.flows, columns, language),
    '',
    ...connectionLines(picture.connections, language),
  ];
  const foot = [
    '',
    picture.message === '' ? '' : yellow(said(picture.message, language)),
    ...keyLines(columns, language),
  ];
  const space = Math.max(0, rows - head.length - foot.length);
  const log = space === 0 ? [] : picture.log.slice(-space).map((line) => logLine(line));
  const filler = Array.from({ length: Math.max(0, space - log.length) }, () => '');
  return [...head, ...log, ...filler, ...foot].slice(0, rows).map((line) => fit(line, columns));
}

function nodeLines(node: NodePicture, width: number, language: Language): string[] {
  const name = node.isChosen ? cyan(bold(`▶ ${node.name}`)) : bold(`  ${node.name}`);
  const { status } = node;
  const state = [
    node.isRunning
      ? status?.ready === true
        ? green(words.running[language])
        : yellow(words.starting[language])
      : red(words.notRunning[language]),
    ...node.faults.map((fault) => red(said(fault, language))),
  ].join(', ');
  const { face, address, description, status: inStatus } = words;
  const header = [face, address, description, inStatus].map((word) => word[language]);
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
    ...(rows.length === 0 ? [dim(`  ${words.noAnswer[language]}`)] : table),
    `  ${linksText(status, language)}${gutter}${demotionText(status, language)}`,
    `  ${statesText(status, language)}`,
  ];
}

/** "States: 423, PF2 in step (0.4 ms)" */
function statesText(status: NodeStatus | undefined, language: Language): string {
  if (status?.states === undefined) return '';
  const peers = status.states.peers.map(({ node, state, lagMs }) =>
    state === 'in step'
      ? `${node} ${green(words.inStep[language])} (${lagMs.toFixed(1)} ms)`
      : `${node} ${yellow(state)}`,
  );
  return `${words.states[language]} ${[status.states.entries, ...peers].join(', ')}`;
}

/** "Connections through the cluster: 200 of 200 TCP streams, ..." */
function connectionLines(groups: readonly SessionGroup[], language: Language): string[] {
  if (groups.length === 0) return [];
  const each = groups.map(({ name, alive, total }) => {
    const text = said(`${alive} of ${total} ${name}`, language);
    return alive === total ? text : red(text);
  });
  const isWhole = groups.every(({ alive, total }) => alive === total);
  return [`${isWhole ? green('●') : red('●')} ${words.connections[language]} ${each.join(', ')}`, ''];
}

function linksText(status: NodeStatus | undefined, language: Language): string {
  if (status === undefined) return '';
  return `${words.links[language]} ${status.links.map((link) => (link.up ? `${link.interface} ${green(words.up[language])}` : `${link.interface} ${red(words.down[language])}`)).join(', ')}`;
}

function demotionText(status: NodeStatus | undefined, language: Language): string {
  if (status === undefined || status.demotion === 0) return '';
  const reasons = Object.entries(status.demotionReasons).map(([reason, amount]) => `${reason} ${amount}`);
  return yellow(`${words.demotion[language]} ${status.demotion} (${reasons.join(', ')})`);
}

const statusColor = (text: string): string =>
  text.startsWith('MASTER') ? green(bold(text)) : text.startsWith('BACKUP') ? cyan(text) : yellow(text);

function flowLines(flows: readonly FlowPicture[], columns: number, language: Language): string[] {
  const nameOf = (flow: FlowPicture) => said(flowName(flow), language);
  const longest = Math.max(37, ...flows.map((flow) => nameOf(flow).length));
  const nameWidth = Math.min(longest, Math.max(20, columns - 35)) + 1;
  const header = `  ${words.probe[language].padEnd(nameWidth)}${words.lost[language].padStart(8)}${words.of[language].padStart(10)}${words.gap[language].padStart(13)}`;
  const hasHistory = columns >= header.length + 66;
  return [
    dim(`${header}${hasHistory ? `  ${words.minute[language]}` : ''}`),
    ...flows.map((flow) => {
      const name = clip(nameOf(flow), nameWidth - 1).padEnd(nameWidth);
      if (flow.isLeftOut) return dim(`○ ${name}  ${words.noRule[language]}`);
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

const keys: readonly (readonly [string, keyof typeof words])[] = [
  ['1/2', 'choose'],
  ['l', 'lanCable'],
  ['w', 'wanCable'],
  ['k', 'kill'],
  ['s', 'stop'],
  ['m', 'maintenance'],
  ['c', 'carp'],
  ['r', 'restore'],
  ['q', 'quit'],
];

function keyLines(columns: number, language: Language): string[] {
  const lines: string[] = [''];
  for (const [key, meaning] of keys) {
    const item = `${paint(7, ` ${key} `)} ${words[meaning][language]}  `;
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
