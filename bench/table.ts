/** Figures of a bench as a table for people. Pure. */

/** What one run of one fault cost. */
export interface Sample {
  /** Longest time without a reply on any flow. */
  readonly gapMs: number;
  readonly lost: number;
}

export interface Row {
  readonly title: string;
  /** One list of runs per contestant, ours first. */
  readonly samples: readonly (readonly Sample[])[];
}

/** Facts that are no gaps: memory, start-up. One value per contestant, formatted. */
export interface Fact {
  readonly title: string;
  readonly values: readonly string[];
}

export function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle];
  if (high === undefined) return undefined;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? high) + high) / 2;
}

/**
 * Medians of gap and loss per contestant, and after each rival ours divided by its: below 1 we are faster.
 */
export function benchTable(
  contestants: readonly string[],
  rows: readonly Row[],
  facts: readonly Fact[],
): string {
  const header = [
    'median gap / lost',
    ...contestants.flatMap((name, i) => (i === 0 ? [name] : [name, 'ratio'])),
  ];
  const lines = rows.map(({ title, samples }) => {
    const gaps = samples.map((runs) => median(runs.map((run) => run.gapMs)));
    const cells = samples.map((runs, i) => cell(gaps[i], median(runs.map((run) => run.lost))));
    return [title, ...cells.flatMap((text, i) => (i === 0 ? [text] : [text, ratio(gaps[0], gaps[i])]))];
  });
  const factLines = facts.map(({ title, values }) => [
    title,
    ...values.flatMap((value, i) => (i === 0 ? [value] : [value, ''])),
  ]);
  return aligned([header, ...lines, ...factLines]);
}

export const duration = (ms: number): string => {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(2)} s`;
  return `${ms.toFixed(ms < 100 ? 1 : 0)} ms`;
};

const cell = (gap: number | undefined, lost: number | undefined): string =>
  gap === undefined || lost === undefined ? 'failed' : `${duration(gap)} / ${Math.round(lost)}`;

const ratio = (ours: number | undefined, theirs: number | undefined): string =>
  ours === undefined || theirs === undefined || theirs === 0 ? '' : (ours / theirs).toFixed(2);

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows
    .map((row) =>
      row
        .map((text, column) =>
          column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0),
        )
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
