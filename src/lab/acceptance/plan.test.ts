import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadScenario } from '#lab/scenario.ts';
import { loadAcceptance } from './plan.ts';

for (const name of ['d0', 'd1', 'd2', 'd3', 'd4']) {
  test(`${name} lists tests whose hosts and nodes are there`, () => {
    const loaded = loadScenario(name);
    assert.ok(loaded.ok, JSON.stringify(loaded));
    const { document, acceptance } = loaded.value;
    assert.ok(acceptance !== undefined);
    const guests = acceptance.guests.map((guest) => guest.name);
    const nodes = Object.keys(document.nodes);
    const hosts = new Set(['client', 'internet', ...guests, ...nodes]);
    const vhids = new Set(document.virtualIps.map(({ vhid }) => String(vhid)));
    for (const { name: ofTest, steps } of acceptance.tests)
      for (const step of steps) {
        if ('from' in step) assert.ok(hosts.has(step.from), `${ofTest}: ${step.from}`);
        if ('node' in step && step.node !== undefined) assert.ok(nodes.includes(step.node), ofTest);
        if (step.step === 'masters')
          for (const [vhid, node] of Object.entries(step.of))
            assert.ok(vhids.has(vhid) && nodes.includes(node), `${ofTest}: ${vhid} ${node}`);
      }
  });
}

test('a step that does not exist is refused with its place', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bascule-plan-'));
  try {
    const text = { en: 'a', fr: 'b' };
    const tests = [{ name: 'x', title: text, expected: text, steps: [{ step: 'earthquake' }] }];
    writeFileSync(join(folder, 'x.tests.yaml'), JSON.stringify({ title: text, context: text, tests }));
    const loaded = loadAcceptance(join(folder, 'x.yaml'));
    assert.ok(!loaded.ok);
    assert.match(loaded.error, /x\.tests\.yaml[\s\S]*tests\[0\]\.steps\[0\]/);
    assert.deepEqual(loadAcceptance(join(folder, 'y.yaml')), { ok: true, value: undefined });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
