/**
 * Asks a server for a page over a new connection, again and again, and tells when that last failed. Arguments: address,
 * port. Standard output: one JSON per line on SIGUSR2, with what has happened since the line before.
 */
import { connect } from 'node:net';

const everyMs = 5;
/** What has not come by then counts as failed, though the connection is left to itself. */
const patienceMs = 1_000;

export interface Tally {
  readonly asked: number;
  readonly failed: number;
  /** Monotonic ms: when the first and the last request began that failed. */
  readonly firstFailedAt: number | undefined;
  readonly lastFailedAt: number | undefined;
}

const [, , host = '', port = ''] = process.argv;
let tally = fresh();

setInterval(ask, everyMs);
process.on('SIGUSR2', () => {
  process.stdout.write(`${JSON.stringify(tally)}\n`);
  tally = fresh();
});

function fresh(): { -readonly [K in keyof Tally]: Tally[K] } {
  return { asked: 0, failed: 0, firstFailedAt: undefined, lastFailedAt: undefined };
}

function ask(): void {
  const began = Number(process.hrtime.bigint()) / 1e6;
  tally.asked += 1;
  const socket = connect({ host, port: Number(port), noDelay: true });
  let isOver = false;
  const end = (isGood: boolean): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    socket.destroy();
    if (isGood) return;
    tally.failed += 1;
    tally.firstFailedAt ??= began;
    tally.lastFailedAt = Math.max(tally.lastFailedAt ?? 0, began);
  };
  const timer = setTimeout(() => end(false), patienceMs);
  socket.on('error', () => end(false));
  socket.once('connect', () => socket.write('GET / HTTP/1.0\r\n\r\n'));
  socket.once('data', (bytes) => end(bytes.includes('200 OK')));
  socket.once('close', () => end(false));
}
