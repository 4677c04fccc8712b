import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fail, ok, type Result } from '#base/result.ts';
import { loadDocument } from '#config/load.ts';
import { namedRules } from '#ruleset/identity.ts';
import { followTime } from './by-time.ts';

const loaded = loadDocument(`cluster: c
nodes: { A: {} }
interfaces: { lan: { addresses: { A: [10.0.0.1/8] } } }
schedules:
  work: { times: [{ days: [mon, tue], from: "08:00", to: "12:00" }] }
  lunch: { times: [{ from: "12:00", to: "13:00" }] }
rules:
  - { action: pass, interface: lan, schedule: work, description: at work }
  - { action: block, interface: lan, schedule: work, protocol: udp }
  - { action: pass, interface: lan, schedule: lunch, description: at lunch }
  - { action: pass, interface: lan, protocol: tcp }
floatingRules:
  - { action: pass, schedule: work, protocol: icmp }
`);
assert.ok(loaded.ok);
const { document } = loaded.value;
const [work, , lunch] = namedRules(document.rules, 'rule', ['rules']).map(({ id }) => id);
const [floating] = namedRules(document.floatingRules, 'rule', ['rules']).map(({ id }) => id);

/** Monday, 23 November 2026. */
function start(refreshed: () => Result<boolean> = () => ok(true)) {
  const done: string[] = [];
  const now = { year: 2026, month: 11, day: 23, hour: 9, minute: 0 };
  const refresh = followTime({
    document: () => document,
    facts: () => ({ now }),
    wallClock: () => 0,
    lists: { refresh: async () => false },
    rules: {
      refresh: async () => {
        done.push('rules');
        return refreshed();
      },
    },
    settle: async () => void done.push('settled'),
    endConnectionsOf: async (rules) => void done.push(`over: ${rules.join()}`),
    log: (level, message) => void done.push(`${level}: ${message}`),
  });
  const at = async (hour: number, minute: number): Promise<string[]> => {
    Object.assign(now, { hour, minute });
    done.length = 0;
    await refresh();
    return [...done];
  };
  return at;
}

test('when a schedule is over, what its rules let in ends, after the rules have gone', async () => {
  const at = start();
  assert.deepEqual(await at(9, 0), ['rules', 'settled']);
  assert.deepEqual(await at(9, 0), [], 'a minute is looked at once');
  assert.deepEqual(await at(11, 59), ['rules', 'settled']);
  assert.deepEqual(await at(12, 0), ['rules', 'settled', `over: ${work},${floating}`]);
  assert.deepEqual(await at(12, 1), ['rules', 'settled'], 'once');
  assert.deepEqual(await at(13, 0), ['rules', 'settled', `over: ${lunch}`]);
});

test('while the rules are still in the kernel nothing is ended', async () => {
  let answer: Result<boolean> = ok(true);
  const at = start(() => answer);
  await at(11, 0);
  answer = fail('nft: busy');
  assert.deepEqual(await at(12, 0), ['rules', 'error: schedules and URL tables: nft: busy']);
  answer = ok(true);
  // Tried again at once, not only in the next minute.
  assert.deepEqual(await at(12, 0), ['rules', 'settled', `over: ${work},${floating}`]);
});
