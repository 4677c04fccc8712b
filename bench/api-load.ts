/**
 * Load on the API of the node in this namespace, for `bench failover --api-load`: `RATE TOKEN-FILE`. Requests go out by
 * the clock, whether or not those before them were answered; one stream of live events is open beside them. Prints a
 * line of JSON a second.
 */
import { readFileSync } from 'node:fs';
import type { ClientRequest } from 'node:http';
import { Agent, request } from 'node:https';
import { setPriority } from 'node:os';
import { basePath } from '#api/contract/rest.ts';

/** A second of it; read with `loadLine`. */
export interface LoadSecond {
  readonly answered: number;
  /** Refused by a node that is not there, or not answered in time. */
  readonly failed: number;
  readonly ms: readonly number[];
}

/** What scripts and monitoring ask most. */
const paths = [
  ...['/status', '/cluster', '/metrics', '/interfaces', '/status', '/document', '/states?limit=100', '/logs'],
  ...['/cluster', '/findings'],
];
/** No more at a time, as a proxy before the node would have it. */
const mostUnderWay = 200;
const patienceMs = 2_000;
const turnMs = 5;
/** The machine that asks is another one in life; here it must not take the processor from what is measured. */
const politeness = 19;

const [rate = '200', tokenFile = ''] = process.argv.slice(2);
const headers = { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` };
const agent = new Agent({ keepAlive: true, maxSockets: 50, rejectUnauthorized: false });
const host = '127.0.0.1';
setPriority(politeness);

let answered = 0;
let failed = 0;
let times: number[] = [];
let underWay = 0;
let sent = 0;
const startedAt = performance.now();
setInterval(send, turnMs);
setInterval(tell, 1_000);
watch();

function send(): void {
  const due = Math.floor(((performance.now() - startedAt) / 1_000) * Number(rate));
  for (; sent < due; sent += 1) {
    if (underWay < mostUnderWay) ask(paths[sent % paths.length] ?? '/status');
    else failed += 1;
  }
}

function ask(path: string): void {
  underWay += 1;
  const at = performance.now();
  let hasEnded = false;
  const ended = (isAnswered: boolean): void => {
    if (hasEnded) return;
    hasEnded = true;
    underWay -= 1;
    if (isAnswered) {
      answered += 1;
      times.push(performance.now() - at);
    } else failed += 1;
  };
  const asked = request({ host, agent, path: basePath + path, headers, timeout: patienceMs }, (reply) => {
    reply.resume();
    reply.on('close', () => ended(reply.complete && reply.statusCode === 200));
  });
  asked.on('timeout', () => asked.destroy());
  asked.on('error', () => ended(false));
  asked.end();
}

function tell(): void {
  console.log(JSON.stringify({ answered, failed, ms: times } satisfies LoadSecond));
  answered = 0;
  failed = 0;
  times = [];
}

/** Opened again when the node comes back. */
function watch(): ClientRequest {
  const again = (): unknown => setTimeout(watch, 1_000);
  const stream = request({
    host,
    agent: false,
    rejectUnauthorized: false,
    path: `${basePath}/events`,
    headers,
  });
  stream.on('response', (reply) => {
    reply.resume();
    reply.on('close', again);
  });
  stream.on('error', again);
  return stream.end();
}
