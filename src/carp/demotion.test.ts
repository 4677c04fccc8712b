import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Demotion } from './demotion.ts';

test('reasons add up, each counts once, and nothing is left when all are gone', () => {
  const demotion = new Demotion();
  assert.ok(demotion.set('link lan', 240));
  assert.ok(!demotion.set('link lan', 240));
  assert.ok(demotion.set('not ready', 240));
  assert.equal(demotion.total, 480);
  assert.deepEqual(demotion.reasons, { 'link lan': 240, 'not ready': 240 });
  assert.ok(demotion.set('link lan', 0));
  assert.ok(!demotion.set('link lan', 0));
  assert.ok(demotion.reset((reason) => reason.startsWith('link ')));
  assert.ok(!demotion.reset(() => false));
  assert.equal(demotion.total, 0);
});
