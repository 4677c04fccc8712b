/** The newest lines of the log, for the page; whoever listens hears every line as it is written. */
import type { LogLine } from '#api/contract/node-questions.ts';
import type { Fields, Level, Log } from './log.ts';

const mostLines = 5_000;
const levels: readonly Level[] = ['error', 'warn', 'info', 'debug'];

export interface LogWish {
  readonly after: number;
  readonly limit: number;
  readonly level: Level;
  readonly text: string;
}

export class LogMemory {
  readonly #lines: LogLine[] = [];
  /** ms since 1970. */
  readonly #clock: () => number;
  #next = 1;
  #listener: (line: LogLine) => void = () => undefined;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** One listener, the newest. */
  listen(listener: (line: LogLine) => void): void {
    this.#listener = listener;
  }

  /** A log that is remembered, and written as before. */
  remembering(log: Log): Log {
    return (level, message, fields) => {
      log(level, message, fields);
      this.#keep(level, message, fields);
    };
  }

  /** The newest that fit, oldest first. */
  lines({ after, limit, level, text }: LogWish): LogLine[] {
    const wanted = text.toLowerCase();
    const least = levels.indexOf(level);
    return this.#lines
      .filter((line) => line.sequence > after && levels.indexOf(line.level) <= least)
      .filter(
        (line) => wanted === '' || JSON.stringify([line.message, line.fields]).toLowerCase().includes(wanted),
      )
      .slice(-limit);
  }

  #keep(level: Level, message: string, fields: Fields | undefined): void {
    const known = Object.entries(fields ?? {}).filter(
      (field): field is [string, string | number | boolean] => field[1] !== undefined,
    );
    const line: LogLine = {
      sequence: this.#next++,
      time: this.#clock(),
      level,
      message,
      ...(known.length === 0 ? {} : { fields: Object.fromEntries(known) }),
    };
    this.#lines.push(line);
    if (this.#lines.length > 1.2 * mostLines) this.#lines.splice(0, this.#lines.length - mostLines);
    this.#listener(line);
  }
}
