import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { labTokenHash } from './lab-token.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

test('the token of a lab is kept as its hash; one that could be guessed is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bascule-token-'));
  try {
    const file = join(folder, 'token');
    writeFileSync(file, 'the-token-of-the-lab-0123\n');
    const hash = createHash('sha256').update('the-token-of-the-lab-0123').digest('hex');
    assert.deepEqual(labTokenHash(file), { ok: true, value: hash });
    writeFileSync(file, 'short\n');
    assert.equal(labTokenHash(file).ok, false);
    assert.deepEqual(labTokenHash(undefined), { ok: true, value: undefined });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a file that is not there is refused in words, before anything begins', () => {
  const words = ['node', 'run', '--node', 'PF1', '--lab-session', '/nowhere/token'];
  const { status, stderr } = spawnSync(process.execPath, [main, ...words], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /^--lab-session: \/nowhere\/token cannot be read \(ENOENT\)/m);
  assert.doesNotMatch(stderr, /\bat .*:\d+:\d+/);
});
