import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { jsonSchema } from './document.ts';
import { documentCodes, findingAt, findingsPage, remedyOf, runningCodes } from './findings.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const allCodes = [...documentCodes, ...runningCodes];
const again = 'run `node tools/write-schema.ts`';

test('every code stands once and has all its texts', () => {
  const codes = allCodes.map(([code]) => code);
  assert.equal(new Set(codes).size, codes.length);
  for (const [code, { en }] of allCodes) {
    assert.match(code, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const text of [en.cause, en.remedy])
      assert.match(text, /^[A-Z0-9{].*\.$/, `${code}: "${text}" is a sentence`);
  }
});

test('docs/findings.md lists exactly the catalogue', () => {
  const page = read('docs/findings.md');
  assert.equal(page, findingsPage(), again);
  const listed = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, code]) => code);
  assert.deepEqual(
    listed,
    allCodes.map(([code]) => code),
  );
});

test('schema/cluster.schema.json is current', () => {
  assert.deepEqual(JSON.parse(read('schema/cluster.schema.json')), jsonSchema(), again);
});

test('texts are filled in with values', () => {
  const finding = findingAt('single-node', { line: 3, column: 5 }, ['nodes'], { node: 'PF1' });
  assert.equal(finding.message, 'the cluster has one node, PF1');
  assert.equal(finding.severity, 'warning');
  assert.deepEqual([finding.line, finding.column], [3, 5]);
  // What looks like a name within a value stays as it is.
  assert.equal(
    findingAt('unknown-alias', { line: 1, column: 1 }, [], { name: '{node}' }).message,
    '"{node}" is neither an address nor an alias',
  );
});

test('a remedy exists for any code', () => {
  assert.match(remedyOf('carp-family-silent'), /snooping/);
  assert.match(remedyOf('vhid-duplicate'), /VHID/);
  assert.equal(remedyOf('toString'), 'See the log of the node.');
});
