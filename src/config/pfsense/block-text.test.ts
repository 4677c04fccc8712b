import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { blockText } from './block-text.ts';

const lineWidth = 110;
const same = (value: Readonly<Record<string, unknown>>): void =>
  assert.equal(blockText(value, lineWidth), stringify(value, { lineWidth, aliasDuplicateObjects: false }));

test('what an import is made of is written as by the library', () => {
  same({
    cluster: 'office',
    mixed: false,
    nodes: { fw1: { priority: 1 }, fw2: {} },
    empty: [],
    left: undefined,
    rules: [
      { action: 'pass', source: '192.168.1.0/24', ports: [80, '8000-8010', 'web'], description: 'the web' },
      { destination: ['any', 'not lan net'], description: "it's: quoted # really", log: true },
      {},
      { nested: [{ deep: [{ deeper: 1 }] }], list: [[1, 2], []] },
    ],
    nat: { outbound: { mode: 'hybrid', rules: [] } },
  });
});

test('words that mean something else to YAML keep their quotes, long and odd ones their shape', () => {
  const words = [
    ...[
      'true',
      'False',
      'NULL',
      'null',
      '~',
      '',
      ' ',
      'yes',
      'no',
      '0012',
      '12e45678',
      '1.5',
      '.5',
      '0x1f',
      '-',
      '- a',
      '?',
    ],
    ...[
      'a: b',
      'a #b',
      'a#b',
      '#a',
      'a:',
      ':a',
      '[a]',
      '{a}',
      '&a',
      '*a',
      '!a',
      '|',
      '>',
      '%a',
      '@a',
      '`a',
      '"',
      "'",
      '1.2.3.4',
    ],
    ...[
      '10.0.0.0/8',
      '::1',
      'fe80::1%eth0',
      'a\nb',
      'a\n\nb\n',
      'trailing ',
      'tab\tin',
      'é',
      '日本',
      'a'.repeat(70),
    ],
    ...['lan net', 'not lan net', '(a)', 'a (b)', 'a - b', 'a.b', 'a,b', '<<', '=', '\u0000', '\u2028'],
  ];
  for (const word of words) {
    same({ key: word });
    same({ list: [word, { [word]: word, other: word }] });
  }
});

test('a text that is folded means the same', () => {
  const long = { list: [{ first: 'long '.repeat(40), 'a key': { inside: 'words '.repeat(99) } }] };
  assert.deepEqual(parse(blockText(long, lineWidth)), long);
});

test('whatever the data, it is written as by the library', () => {
  const leaf = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.lorem({ maxCount: 25 }),
    fc.boolean(),
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.constant(null),
    fc.constantFrom('any', 'lan net', '10.1.2.3', '10.1.2.0/24', 'null', 'web servers (all)'),
  );
  const key = fc.oneof(
    fc.constantFrom('action', 'source', 'description', 'ports'),
    fc.string({ maxLength: 8 }),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  const map = fc.dictionary(key, tree, { minKeys: 1, maxKeys: 5 });
  fc.assert(
    fc.property(map, (value) => same(value as Record<string, unknown>)),
    { numRuns: 600, seed: 20_261_121 },
  );
});
