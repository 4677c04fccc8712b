/**
 * The node's log on standard output: one line per event, as text or JSON. Levels say who must act: error =
 * something is broken, warn = odd, info = roles and configuration, debug = decisions.
 */
export type Level = 'error' | 'warn' | 'info' | 'debug';
export type Fields = Readonly<Record<string, string | number | boolean | undefined>>;

export type Log = (level: Level, message: string, fields?: Fields) => void;

/** A log that stamps lines with the wall clock (UTC, ms) and writes them with `write`. */
export function makeLog(format: 'text' | 'json', write: (line: string) => void, wallClock: () => Date): Log {
  return (level, message, fields = {}) => {
    const time = wallClock().toISOString();
    if (format === 'json') {
      write(`${JSON.stringify({ time, level, message, ...fields })}\n`);
      return;
    }
    const rest = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(
        ([name, value]) =>
          ` ${name}=${typeof value === 'string' && /[\s"]/.test(value) ? JSON.stringify(value) : value}`,
      )
      .join('');
    write(`${time} ${level.padEnd(5)} ${message}${rest}\n`);
  };
}
