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

/** Medians per contestant, and after each rival ours divided by its. */
export function statesTable(contestants: readonly string[], lines: readonly Line[]): string {
  const rows = lines.map(({ title, format, runs, isRate }) => {
    const medians = runs.map(median);
    const cells = medians.flatMap((value, i) => {
      const cell = value === undefined ? 'failed' : format(value);
      const [ours] = medians;
      if (i === 0) return [cell];
      return [cell, ours === undefined || value === undefined ? '' : (ours / value).toFixed(2)];
    });
    return [isRate === true ? `${title} (more is better)` : title, ...cells];
  });
  const header = ['medians', ...contestants.flatMap((name, i) => (i === 0 ? [name] : [name, 'ratio']))];
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  return all
    .map((row) =>
      row
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}
