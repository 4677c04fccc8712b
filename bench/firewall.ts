/**
 * The firewall's rules side by side: Bascule's ruleset and the plain list of the same rules in the same kernel, in
 * turns. A bench, no test: it prints, and fails only when it could not measure.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Measured, Spent } from './firewall-main.ts';

export interface FirewallBenchOptions {
  readonly runs: number;
  /** 100 and 1,000 rules alone. */
  readonly quick: boolean;
}

/** Returns the exit code: 3 when something is missing on this machine. */
export function benchFirewall({ runs, quick }: FirewallBenchOptions): number {
  const sizes = quick ? [100, 1_000] : [100, 1_000, 10_000];
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const main = fileURLToPath(new URL('firewall-main.ts', import.meta.url));
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
  const inner = spawnSync(
    'unshare',
    [
      ...user,
      '--net',
      '--mount',
      '--',
      process.execPath,
      '--no-warnings',
      main,
      JSON.stringify([sizes, runs]),
    ],
    { encoding: 'utf8', env: { ...process.env, PATH: path }, maxBuffer: 1 << 24 },
  );
  if (inner.status !== 0) {
    console.error(`the bench needs unshare, nft and ip: ${inner.error?.message ?? inner.stderr.trim()}`);
    return 3;
  }
  console.log(firewallTable(JSON.parse(inner.stdout) as Measured[], runs));
  return 0;
}

/** Medians, ours beside the plain list's; a ratio below 1 means that ours is faster. */
export function firewallTable(measured: readonly Measured[], runs: number): string {
  const rows = measured.flatMap(({ rules, load, change, matching, none }) => [
    spentRow(`${rules} rules: compile and load`, 'clock', load.ours, load.plain),
    spentRow('  the same in processor time', 'processor', load.ours, load.plain),
    spentRow('  compiling alone, processor time', 'processor', load.compile),
    spentRow('  one rule changed, compiled and in the kernel', 'clock', change.ours, change.plain),
    spentRow('  the same in processor time', 'processor', change.ours, change.plain),
    spentRow('  compiling alone, processor time', 'processor', change.compile),
    [
      '  a packet that a rule matches',
      us(matching.ours),
      us(matching.plain),
      ratio(matching.ours, matching.plain),
    ],
    ['  a packet that no rule matches', us(none.ours), us(none.plain), ratio(none.ours, none.plain)],
  ]);
  const [first, last] = [measured[0], measured.at(-1)];
  const growth =
    first === undefined || last === undefined || first === last
      ? []
      : (['matching', 'none'] as const).map((kind) => [
          `${last.rules} rules against ${first.rules}: a packet that ${kind === 'none' ? 'no rule' : 'a rule'} matches`,
          ratio(last[kind].ours, first[kind].ours),
          ratio(last[kind].plain, first[kind].plain),
          '',
        ]);
  const table = [[`median of ${runs}`, 'Bascule', 'plain nft', 'ratio'], ...rows, ...growth];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  return table
    .map((row) =>
      row
        .map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
        .join('  '),
    )
    .join('\n');
}

const spentRow = (title: string, by: keyof Spent, ours: Spent, plain?: Spent): string[] => [
  title,
  ms(ours[by]),
  ...(plain === undefined ? ['', ''] : [ms(plain[by]), ratio(ours[by], plain[by])]),
];
const ms = (value: number): string => `${value.toFixed(1)} ms`;
const us = (value: number): string => `${value.toFixed(2)} us`;
const ratio = (ours: number, theirs: number): string => (ours / theirs).toFixed(2);
