/**
 * Makes web requests, each on a connection of its own, to its addresses in turn, and writes a `WebAnswer` per line.
 * Arguments: how many (0: until it is killed), ms from one to the next (0: when the last is answered), addresses.
 */
import { get } from 'node:http';
import { monotonicMs } from './probe-wire.ts';
import type { WebAnswer } from './web.ts';

/** A connection whose first packets are lost in a failover asks again after 1, 3 and 7 s (RFC 6298). */
const answerLimitMs = 6_000;

function request(address: string): Promise<WebAnswer> {
  const at = monotonicMs();
  return new Promise((resolve) => {
    const end = (rest: Partial<WebAnswer>) => resolve({ at, tookMs: monotonicMs() - at, ...rest });
    const asked = get({ host: address, agent: false, timeout: answerLimitMs }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      response.on('error', (error) => end({ error: error.message }));
      response.on('end', () => {
        const [by, seenAs] = body.trim().split(' ');
        end(by === undefined || seenAs === undefined ? { error: 'a strange answer' } : { by, seenAs });
      });
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${answerLimitMs} ms`)));
    asked.on('error', (error) => end({ error: error.message }));
  });
}

async function run(count: number, everyMs: number, addresses: readonly string[]): Promise<void> {
  const open: Promise<void>[] = [];
  for (let sent = 0; count === 0 || sent < count; sent += 1) {
    const answer = request(addresses[sent % addresses.length] ?? '').then((one) => {
      process.stdout.write(`${JSON.stringify(one)}\n`);
    });
    if (everyMs === 0) await answer;
    else await new Promise((resolve) => setTimeout(resolve, everyMs));
    if (count > 0) open.push(answer);
  }
  await Promise.all(open);
}

if (import.meta.main) {
  const [, , count, everyMs, ...addresses] = process.argv;
  await run(Number(count), Number(everyMs), addresses);
}
