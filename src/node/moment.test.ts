import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ok } from '#base/result.ts';
import { loadDocument } from '#config/load.ts';
import { waysOf } from '#ruleset/ways.ts';
import { Moment } from './moment.ts';

const loaded = loadDocument(`cluster: c
nodes: { A: {} }
interfaces:
  lan: { addresses: { A: [10.0.0.1/24] } }
  wan: { role: wan, addresses: { A: [192.0.2.2/24] } }
gateways:
  ONE: { interface: wan, address: 192.0.2.254 }
  TWO: { interface: wan, address: 192.0.2.253 }
gatewayGroups: { OUT: { tiers: [[ONE], [TWO]] } }
schedules: { work: { times: [{ from: "08:00", to: "12:00" }] } }
rules:
  - { action: pass, interface: lan, gateway: OUT, schedule: work }
`);
assert.ok(loaded.ok);
const { document } = loaded.value;

/** Lets everything happen that waits for nothing but its turn. */
const settled = async (): Promise<void> => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

test('the rules follow the clock and the gateways, and connections end after them', async (context) => {
  const begin = new Date(2026, 10, 23, 11, 59, 57).getTime();
  context.mock.timers.enable({ apis: ['setInterval', 'Date'], now: begin });
  const done: string[] = [];
  const moment: Moment = new Moment({
    file: join(tmpdir(), 'bascule-moment-test-is-never-written.json'),
    log: () => undefined,
    document: () => document,
    ask: async (address) => (address === '192.0.2.254' ? { ok: false, why: 'no echo' } : { ok: true }),
    raise: (code, subject) => void done.push(`${code} ${subject}`),
    clear: () => undefined,
  });
  assert.equal(moment.facts().gatewaysDown, undefined);
  moment.begin({
    rules: {
      refresh: async () => {
        const { now, gatewaysDown } = moment.facts();
        done.push(`rules at ${now?.hour}:${now?.minute}, down: ${[...(gatewaysDown ?? [])].join()}`);
        return ok(true);
      },
    },
    settle: async () => undefined,
    endConnections: async (word, which) => void done.push(`${word.split('=')[0]}: ${which}`),
  });
  await settled();
  assert.deepEqual(done.splice(0), ['rules at 11:59, down: ']);
  for (let second = 0; second < 12; second += 1) {
    context.mock.timers.tick(1_000);
    await settled();
  }
  assert.deepEqual(done, [
    'gateway-down ONE',
    'rules at 12:0, down: ONE',
    'way: whose gateway is down',
    'rules at 12:0, down: ONE',
    'rule: whose schedule is over',
  ]);
  assert.equal(waysOf(document).length, 2);
  moment.end();
  context.mock.timers.tick(60_000);
  await settled();
  assert.equal(done.length, 5, 'nothing is asked any more');
});
