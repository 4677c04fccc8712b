/** The figures of the state bench as a table for people. Pure. */
import { median } from './table.ts';

export interface Line {
  readonly title: string;
  readonly format: (value: number) => string;
  /** One list of runs per contestant, ours first. */
  readonly runs: readonly (readonly number[])[];
  /** More is better. */
  readonly isRate?: boolean;
}

/** Medians per contestant, and ours divided by the rival's. */
export function statesTable(contestants: readonly string[], lines: readonly Line[]): string {
  const rows = lines.map(({ title, format, runs, isRate }) => {
    const medians = runs.map(median);
    const cells = medians.map((value) => (value === undefined ? 'failed' : format(value)));
    const [ours, theirs] = medians;
    const ratio = ours === undefined || theirs === undefined ? '' : (ours / theirs).toFixed(2);
    return [title, ...cells, ratio, ratio === '' ? '' : isRate === true ? 'more is better' : ''];
  });
  const all = [['medians', ...contestants, 'ratio', ''], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, i) => (i === 0 || i === 4 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
