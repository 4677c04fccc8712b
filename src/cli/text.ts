/** Text for terminals: tables and lengths of time. */
import type { Language } from '#base/language.ts';

/** Columns padded to their widest cell, with a header line. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    widths
      .map((width, column) => (cells[column] ?? '').padEnd(width))
      .join('  ')
      .trimEnd();
  return [line(header), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

/** Milliseconds as a person says them: "12 ms", "3.4 s", "5 min", "2 h", "3 d"; in French "3,4 s" and "3 j". */
export function duration(ms: number, language: Language = 'en'): string {
  const isFrench = language === 'fr';
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = (ms / 1_000).toFixed(1);
  if (ms < 60_000) return `${isFrench ? seconds.replace('.', ',') : seconds} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} ${isFrench ? 'j' : 'd'}`;
}
