import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadScenario } from './scenario.ts';

test('another profile takes the place of the document’s, and nothing else changes', () => {
  const [own, other] = [loadScenario('d1'), loadScenario('d1', 'standard')];
  assert.ok(own.ok && other.ok);
  assert.equal(own.value.document.failover, 'fast');
  assert.deepEqual(other.value.document, { ...own.value.document, failover: 'standard' });
  assert.match(other.value.text, /^failover: standard$/m);
});
