import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RuntimeFindings } from './findings.ts';

test('a finding holds from when it was first raised until it is cleared, in both languages', () => {
  const findings = new RuntimeFindings();
  assert.equal(findings.raise('states-behind', 'PF2', 'PF2 is 1200 ms behind', 1_000), true);
  assert.equal(findings.raise('states-behind', 'PF2', 'PF2 is 1500 ms behind', 2_000), false);
  const [finding] = findings.list(4_000);
  assert.equal(finding?.cause, 'PF2 is 1500 ms behind');
  assert.equal(finding?.forMs, 3_000);
  assert.equal(finding?.fr?.cause, 'PF2 a 1500 ms de retard');
  assert.match(finding?.fr?.remedy ?? '', /^Examinez la charge du pair/);
  assert.equal(findings.clear('states-behind', 'PF2'), true);
  assert.equal(findings.clear('states-behind', 'PF2'), false);
  assert.deepEqual(findings.list(5_000), []);
});
