/** Places in a text that was written, beside those that a reader of the YAML finds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { judge, loadDocument } from '../load.ts';
import { filesOf } from './as-text.ts';
import { readConfig } from './read.ts';
import { importCluster } from './to-cluster.ts';

/** What makes YAML quote, fold or break a text. */
const hard = fc.oneof(
  fc.constantFrom(
    '- x',
    'a: b',
    '# no',
    '"',
    "'",
    "it's",
    '|',
    '> x',
    '',
    'null',
    '1e3',
    'key:',
    ': ',
    '&a',
    '*b',
  ),
  fc.string({ unit: fc.constantFrom('a', ' ', ':', '-', '"', "'", '\n', '#', 'é', '\\'), maxLength: 200 }),
);

const xmlOf = (descriptions: readonly string[]): string => {
  const encoded = (text: string) =>
    text.replace(/[&<>"']/g, (sign) => `&amp;#${sign.charCodeAt(0)};`).replaceAll('\n', '&amp;#10;');
  const rules = descriptions.map(
    (text, i) =>
      `<rule><type>pass</type><interface>lan</interface><protocol>tcp</protocol><source><any/></source><destination><address>198.51.100.${i}</address><port>${i + 1}</port></destination><descr>${encoded(text)}</descr></rule>`,
  );
  return `<pfsense><version>23.3</version><system><hostname>pf1</hostname><domain>home</domain></system><interfaces><lan><if>em0</if><enable/><descr>LAN</descr><ipaddr>10.9.0.2</ipaddr><subnet>24</subnet></lan></interfaces><filter>${rules.join('')}</filter></pfsense>`;
};

test('every value is where a reader of the YAML finds it, and the findings are the same', () => {
  fc.assert(
    fc.property(fc.array(hard, { minLength: 1, maxLength: 4 }), (descriptions) => {
      const config = readConfig(xmlOf(descriptions));
      assert.ok(config.ok, JSON.stringify(config));
      const made = filesOf(importCluster([config.value]).value);
      const [known, read] = [judge(made.value, made.locate), loadDocument(made.document)];
      assert.ok(read.ok && known.ok, made.document);
      assert.deepEqual(known.value.findings, read.value.findings);
      assert.ok(known.value.findings.length > 0);
      for (const path of pathsOf(made.value))
        for (const side of ['key', 'value'] as const)
          assert.deepEqual(
            made.locate(path, side),
            read.value.locate(path, side),
            `${path.join('/')} ${side}\n${made.document}`,
          );
    }),
    { numRuns: 200 },
  );
});

function pathsOf(value: unknown, from: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== 'object' || value === null) return [from];
  const inner = Array.isArray(value) ? value.map((part, i) => [i, part] as const) : Object.entries(value);
  const below = inner.filter(([, part]) => part !== undefined);
  // Beside each there is one that is not there.
  return [from, [...from, 'none'], ...below.flatMap(([name, part]) => pathsOf(part, [...from, name]))];
}
