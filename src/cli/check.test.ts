import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { check } from './check.ts';

const sound = `cluster: small
nodes: { A: , B: }
interfaces:
  lan: { addresses: { A: [10.0.0.2/24], B: [10.0.0.3/24] } }
  sync: { addresses: { A: [10.0.1.1/30], B: [10.0.1.2/30] } }
virtualIps: [{ interface: lan, vhid: 1, addresses: [10.0.0.1/24], password: { secret: lan } }]
ha: { sync: { interface: sync } }
rules: [{ action: pass, interface: sync, protocol: pfsync }]
`;

/** Runs the command on a text, with the secret beside it unless told otherwise. */
async function run(context: TestContext, text: string, options = {}, secrets = 'lan: a-good-password\n') {
  const folder = mkdtempSync(join(tmpdir(), 'check-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'cluster.yaml');
  writeFileSync(file, text);
  writeFileSync(join(folder, 'cluster.secrets.yaml'), secrets);
  const log = context.mock.method(console, 'log', () => undefined);
  const code = await check(file, options);
  const output = log.mock.calls.map((call) => String(call.arguments[0])).join('\n');
  log.mock.restore();
  return { code, output: output.replaceAll(file, 'FILE') };
}

test('a sound document: 0', async (context) => {
  assert.deepEqual(await run(context, sound), { code: 0, output: 'No findings.' });
});

test('warnings alone: 0; errors: 1, with place, cause and remedy', async (context) => {
  assert.equal((await run(context, sound.replace('protocol: pfsync', 'protocol: udp'))).code, 0);
  const { code, output } = await run(context, sound.replace('10.0.0.1/24', '10.0.0.2/24'));
  assert.equal(code, 1);
  assert.match(
    output,
    /^FILE:6:53: error vip-is-node-address: virtual IP 10\.0\.0\.2 is also the address of A on LAN\n/,
  );
  assert.match(output, /\n {4}Remedy: Use a free address for the virtual IP\.\n\n1 error$/);
});

test('bad YAML, a bad value, a missing secret, a missing file: 2', async (context) => {
  assert.equal((await run(context, 'nodes: [')).code, 2);
  assert.equal((await run(context, sound.replace('vhid: 1', 'vhid: 0'))).code, 2);
  const { code, output } = await run(context, sound, {}, '');
  assert.equal(code, 2);
  assert.match(output, /secret-missing/);
  const error = context.mock.method(console, 'error', () => undefined);
  assert.equal(await check('/nowhere/cluster.yaml', {}), 2);
  assert.match(String(error.mock.calls[0]?.arguments[0]), /^cannot read \/nowhere\/cluster\.yaml: /);
});

test('as JSON', async (context) => {
  const { output } = await run(context, sound.replace('protocol: pfsync', 'protocol: udp'), { json: true });
  const told = JSON.parse(output) as { findings: { code: string }[]; counts: Record<string, number> };
  assert.deepEqual(
    told.findings.map(({ code }) => code),
    ['sync-rule-missing'],
  );
  assert.deepEqual(told.counts, { error: 0, warning: 1, info: 0 });
});

test('in French, with the words of the schema; an unknown language is refused', async (context) => {
  const twice = sound.replace('10.0.0.1/24', '10.0.0.2/24');
  const { output } = await run(context, twice, { lang: 'fr' });
  assert.match(
    output,
    /^FILE:6:53: erreur vip-is-node-address\u00a0: l’IP virtuelle 10\.0\.0\.2 est aussi l’adresse de A sur LAN\n/,
  );
  assert.match(output, /\n {4}Remède\u00a0: Choisissez une adresse libre.*\n\n1 erreur$/);
  const wrong = await run(context, sound.replace('vhid: 1', 'vhid: 0'), { lang: 'fr' });
  assert.match(wrong.output, /virtualIps\[0\]\.vhid\u00a0: un VHID est un nombre entier de 1 à 255\n/);
  const error = context.mock.method(console, 'error', () => undefined);
  assert.equal((await run(context, sound, { lang: 'de' })).code, 2);
  assert.match(String(error.mock.calls[0]?.arguments[0]), /no language "de"/);
});
