import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { launchUnprivileged } from './api-launch.ts';

const isRoot = process.getuid?.() === 0;
/** Says what it may, and whether it can read what is root's alone. */
const program = `
import { readFileSync } from 'node:fs';
const status = readFileSync('/proc/self/status', 'utf8');
const figure = (name) => new RegExp('^' + name + ':(.*)', 'm').exec(status)?.[1].trim().split('\\\\t')[0];
let secret = 'unreadable';
try { secret = readFileSync(process.env.BASCULE_TEST_SECRET, 'utf8'); } catch {}
const names = ['Uid', 'Gid', 'CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs', 'Groups'];
process.send({ ...Object.fromEntries(names.map((name) => [name, figure(name)])), secret });
`;
/** CAP_NET_BIND_SERVICE, alone. */
const bindOnly = '0000000000000400';

for (const [where, mode] of [
  ['where everybody may read', 0o755],
  ['in a folder that only root may enter', 0o700],
] as const)
  test(`a program of root ${where} runs without root's rights`, {
    skip: !isRoot,
    timeout: 20_000,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'bascule-launch-'));
    const root = join(folder, 'checkout');
    mkdirSync(join(root, 'src'), { recursive: true });
    writeFileSync(join(root, 'src/main.mjs'), program);
    const secret = join(root, 'secret');
    writeFileSync(secret, 'of root', { mode: 0o600 });
    chmodSync(folder, mode);
    process.env.BASCULE_TEST_SECRET = secret;
    const child = launchUnprivileged({ root, file: 'src/main.mjs' });
    try {
      const { promise, resolve, reject } = Promise.withResolvers<Record<string, unknown>>();
      child.once('message', (message) => resolve(message as Record<string, unknown>));
      child.once('exit', (code) => reject(new Error(`it ended with ${code}`)));
      const { Uid, Gid, secret: read, NoNewPrivs, Groups, ...caps } = await promise;
      assert.notEqual(Uid, '0');
      assert.notEqual(Gid, '0');
      assert.equal(Groups, '');
      assert.equal(read, 'unreadable');
      assert.equal(NoNewPrivs, '1');
      for (const [name, bits] of Object.entries(caps)) assert.equal(bits, bindOnly, name);
    } finally {
      delete process.env.BASCULE_TEST_SECRET;
      child.kill();
      rmSync(folder, { recursive: true });
    }
  });
