import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { languages } from '#base/language.ts';
import { audit } from '../audit/audit.ts';
import { textsOf } from '../audit/finding.ts';
import { healthyNode } from '../audit/healthy.ts';
import { loadDocument } from '../load.ts';
import { filesOf } from './as-text.ts';
import { readConfig } from './read.ts';
import { importCluster } from './to-cluster.ts';

/** Values that belong somewhere else, or nowhere. */
const junk = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    '256',
    '99999999999',
    '1e3',
    'dhcp',
    'any',
    '::1',
    'fe80::1',
    '10.0.0.1/33',
    '__proto__',
  ),
  fc.constantFrom(
    'constructor',
    '192.168.1.1',
    '10.0.0.0/8',
    'opt1',
    '_vipa1',
    '(self)',
    'wanip',
    'é "\\ :#',
    '$HOME',
  ),
  fc.string({ maxLength: 12 }).map((text) => text.replace(/[<>&]/g, '')),
  fc.constant('x'.repeat(300)),
);
const change = fc.record({
  line: fc.nat(),
  kind: fc.constantFrom('value', 'value', 'value', 'drop', 'double'),
  value: junk,
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** Works on lines that hold one whole element, so that the file stays well-formed. */
function spoil(text: string, changes: readonly Change[]): string {
  const lines = text.split('\n');
  const leaves = lines.flatMap((line, i) => (/^<([\w-]+)>.*<\/\1>$/.test(line) ? [i] : []));
  for (const { line, kind, value } of changes) {
    const at = leaves[line % leaves.length] ?? 0;
    const old = lines[at] ?? '';
    if (kind === 'drop') lines[at] = '';
    else if (kind === 'double') lines[at] = `${old}${old}`;
    else lines[at] = old.replace(/>.*<\//, () => `>${value}</`);
  }
  return lines.join('\n');
}

test('any spoilt pair is audited and imported, and never takes either down', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 12 }), fc.array(change, { maxLength: 12 }), (first, second) => {
      const [one, two] = [
        readConfig(spoil(healthyNode(1), first)),
        readConfig(spoil(healthyNode(2), second)),
      ];
      if (!one.ok || !two.ok) return;
      for (const finding of audit(one.value, two.value, 1_800_000_000)) {
        assert.ok(finding.line >= 1);
        for (const language of languages)
          for (const text of Object.values(textsOf(finding, language)))
            assert.doesNotMatch(text, /undefined|\[object/);
      }
      const { document, passwords } = filesOf(importCluster([one.value, two.value]).value);
      const loaded = loadDocument(document, { secrets: passwords });
      assert.ok(loaded.ok, JSON.stringify(loaded));
    }),
    { numRuns: 400 },
  );
});
