import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { makeIdentity } from '#api/identity.ts';
import { type IdentityStore, openIdentity } from './identity-store.ts';

describe('whom a node trusts', () => {
  let folder: string;
  let certificates: readonly string[];
  const certificate = (at: number): string => certificates[at] ?? '';
  const storeOf = (name: string): IdentityStore => openIdentity(join(folder, name), name);

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'bascule-identity-'));
    const made = await Promise.all(['fw3', 'fw3', 'fw3'].map((name) => makeIdentity(name, 1_000)));
    certificates = made.map((identity) => identity.certificate);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('a node that joined elsewhere is known from hearsay, also after a restart', () => {
    const store = storeOf('hears');
    assert.deepEqual(store.hear('fw3', certificate(0), 5_000), { ok: true, value: true });
    assert.deepEqual(store.hear('fw3', certificate(0), 9_000), { ok: true, value: false }, 'no news');
    assert.equal(storeOf('hears').certificateOf('fw3'), certificate(0));
    assert.equal(storeOf('hears').joinedAt('fw3'), 5_000);
  });

  test('of two certificates the one that joined later counts, whoever says so', () => {
    const store = storeOf('later');
    assert.ok(store.trust('fw3', certificate(0), 5_000).ok);
    assert.deepEqual(store.hear('fw3', certificate(1), 5_000), { ok: true, value: false });
    assert.deepEqual(store.hear('fw3', certificate(1), 5_001), { ok: true, value: true });
    assert.equal(store.certificateOf('fw3'), certificate(1));
  });

  test('who joins here, joins later than before, whatever the clock says', () => {
    const store = storeOf('clock');
    assert.ok(store.hear('fw3', certificate(0), 9_000_000).ok);
    assert.ok(store.trust('fw3', certificate(1), 7).ok);
    assert.equal(store.joinedAt('fw3'), 9_000_001);
    assert.deepEqual(store.hear('fw3', certificate(0), 9_000_000), { ok: true, value: false });
  });

  test('what is no certificate is not taken, and one without a time is the oldest', () => {
    const store = storeOf('odd');
    assert.ok(!store.hear('fw3', 'none', 1).ok);
    assert.equal(store.certificateOf('fw3'), undefined);
    writeFileSync(join(folder, 'odd', 'identity', 'peers', 'fw3.pem'), certificate(2));
    assert.deepEqual([store.certificateOf('fw3'), store.joinedAt('fw3')], [certificate(2), 0]);
    assert.deepEqual(store.hear('fw3', certificate(0), 1), { ok: true, value: true });
  });
});
