import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { jsonSchema } from './document.ts';
import { documentCodes, findingAt, findingsPage, remedyOf, runningCodes, textsIn } from './findings.ts';

const allCodes = [...documentCodes, ...runningCodes];
const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const again = 'run `node tools/write-schema.ts`';

test('every code stands once and has all its texts', () => {
  const codes = allCodes.map(([code]) => code);
  assert.equal(new Set(codes).size, codes.length);
  for (const [code, { en, fr }] of allCodes) {
    assert.match(code, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    for (const text of [en.cause, en.remedy])
      assert.match(text, /^[A-Z0-9{].*\.$/, `${code}: "${text}" is a sentence`);
    for (const text of [fr.cause, fr.remedy])
      assert.match(text, /^[A-ZÉÀ0-9{«].*\.$/, `${code}: "${text}" is a sentence`);
  }
});

test('both languages name the same values', () => {
  const names = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
  for (const [code, { en, fr }] of allCodes)
    for (const part of Object.keys(en) as (keyof typeof en)[])
      assert.deepEqual(names(fr[part]), names(en[part]), `${code}: ${part}`);
});

test('French sets its spaces, quotes and apostrophes', () => {
  for (const [code, { fr }] of allCodes)
    for (const text of Object.values(fr)) {
      assert.doesNotMatch(text, /'|"| {2}|\u00a0/, `${code}: ${text}`);
      // "mac: interface" is what the document says, and keeps its colon.
      assert.doesNotMatch(text, /[^ ][;?!»](\s|$)|«[^ ]/, `${code}: ${text}`);
      assert.doesNotMatch(text.replace(/\b[a-z]+[A-Za-z]*: ?/g, ''), /[^ ]:( |$)/, `${code}: ${text}`);
    }
});

for (const [file, language] of [
  ['docs/findings.md', 'en'],
  ['docs/findings.fr.md', 'fr'],
] as const) {
  test(`${file} lists exactly the catalogue`, () => {
    const page = read(file);
    assert.equal(page, findingsPage(language), again);
    const listed = [...page.matchAll(/^\| `([^`]+)` \|/gm)].map(([, code]) => code);
    assert.deepEqual(
      listed,
      allCodes.map(([code]) => code),
    );
  });
}

test('schema/cluster.schema.json is current', () => {
  assert.deepEqual(JSON.parse(read('schema/cluster.schema.json')), jsonSchema(), again);
});

const top = { line: 1, column: 1 };

test('texts are filled in with values', () => {
  const finding = findingAt('single-node', { line: 3, column: 5 }, ['nodes'], { node: 'PF1' });
  assert.equal(finding.message, 'the cluster has one node, PF1');
  assert.equal(textsIn(finding, 'fr').message, 'le cluster n’a qu’un nœud, PF1');
  assert.equal(finding.severity, 'warning');
  assert.deepEqual([finding.line, finding.column], [3, 5]);
  // What looks like a name within a value stays as it is.
  assert.equal(
    findingAt('unknown-alias', top, [], { name: '{node}' }).message,
    '"{node}" is neither an address nor an alias',
  );
});

test('words among the values are French in French, names are not', () => {
  const { fr } = findingAt('alias-type', top, [], { name: 'ports', holds: 'addresses', wanted: 'ports' });
  assert.equal(
    fr.message,
    'l’alias «\u00a0ports\u00a0» contient des adresses, alors qu’il faut ici des ports',
  );
  const values = { where: 'virtualIps[0].vhid', problem: 'a VHID is a whole number from 1 to 255' };
  assert.equal(
    findingAt('schema', top, [], values).fr.message,
    'virtualIps[0].vhid\u00a0: un VHID est un nombre entier de 1 à 255',
  );
});

test('a remedy exists for any code', () => {
  assert.match(remedyOf('carp-family-silent').en, /snooping/);
  assert.match(remedyOf('vhid-duplicate').fr, /^Donnez .* VHID/);
  assert.equal(remedyOf('toString').en, 'See the log of the node.');
});
