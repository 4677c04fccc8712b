import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadScenario } from '#lab/scenario.ts';
import { keepalivedConfig, readVrrpTransition } from './keepalived.ts';

const scenario = loadScenario('d1');
assert.ok(scenario.ok);
const { document } = scenario.value;
const options = { advertSeconds: 0.01, useVmac: true, maintenanceFile: '/run/lab/maintenance' };

test('each node gets its own devices and rank', () => {
  const [first, second] = ['PF1', 'PF2'].map((node) => keepalivedConfig(document, node, options));
  assert.match(first ?? '', /state MASTER[\s\S]*virtual_router_id 10\n {4}priority 254\n/);
  assert.match(second ?? '', /state BACKUP[\s\S]*priority 244\n/);
  assert.match(first ?? '', /use_vmac vrrp\.20\n/);
  assert.doesNotMatch(keepalivedConfig(document, 'PF1', { ...options, useVmac: false }), /vmac/);
});

const isMissing = spawnSync('keepalived', ['--version']).error !== undefined;
test('keepalived itself finds the configuration right', { skip: isMissing && 'no keepalived here' }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'bascule-bench-'));
  const file = join(folder, 'keepalived.conf');
  writeFileSync(
    file,
    keepalivedConfig(document, 'PF1', { ...options, maintenanceFile: join(folder, 'm') })
      // Its check looks for the devices on this machine.
      .replaceAll(/interface \w+/g, 'interface lo'),
  );
  const { stdout, stderr } = spawnSync('keepalived', ['--config-test', '-f', file], { encoding: 'utf8' });
  rmSync(folder, { recursive: true });
  assert.doesNotMatch(stdout + stderr, /unknown keyword|invalid|error/i);
});

test('transitions are read from its log', () => {
  assert.deepEqual(readVrrpTransition('Sat Nov 21 00:00:00 2026: (wan_10) Entering MASTER STATE'), {
    instance: 'wan_10',
    state: 'MASTER',
  });
  assert.equal(readVrrpTransition('(wan_10) Receive advertisement timeout'), undefined);
});
