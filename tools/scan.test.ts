import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOnly, importsOf } from './scan.ts';

const cases: readonly (readonly [string, string, string])[] = [
  ['a line comment', 'a(); // b()\nc();', 'a();       \nc();'],
  ['a block comment', 'a /* b\n c */ d', 'a     \n      d'],
  ['strings with escapes', `x('it\\'s //', "/*");`, `x('        ', "  ");`],
  [
    'a template with code in it',
    'x(`a $' + '{b + `c $' + '{d} e`} f` + g);',
    'x(`  {b + `  {d}  `}  ` + g);',
  ],
  ['an object in a template', '`$' + '{f({ a: 1 })} z`;', '`{f({ a: 1 })}  `;'],
  ['a division', 'a / b; c / d', 'a / b; c / d'],
  ['a regular expression with quotes', `m(/['"]/);`, 'm(/    /);'],
  ['a regular expression with a slash in a class', `/['/"]+/.test(a); 'b'`, `/      /.test(a); ' '`],
  ['a regular expression after return', `return /'/.test(a)`, `return / /.test(a)`],
];

for (const [what, text, expected] of cases) {
  test(`the scanner reads ${what}`, () => {
    const seen = codeOnly(text);
    assert.equal(seen.length, text.length);
    assert.equal(seen.replaceAll(' ', ''), expected.replaceAll(' ', ''));
  });
}

test('imports over several lines, of types alone, dynamic and spawned ones are found; quoted ones are not', () => {
  const text = [
    'import {',
    '  a,',
    "} from '#base/a.ts';",
    "import { type B, type C } from './b.ts';",
    "export type { D } from './d.ts';",
    "const e = await import('./e.ts');",
    "new Worker(new URL('./f.ts', import.meta.url));",
    "// import('./g.ts')",
    "const text = `\nimport './h.ts';\n`;",
  ].join('\n');
  assert.deepEqual(
    importsOf(text).map(({ specifier, typeOnly, spawned, line }) => [line, specifier, typeOnly, spawned]),
    [
      [1, '#base/a.ts', false, false],
      [4, './b.ts', true, false],
      [5, './d.ts', true, false],
      [6, './e.ts', false, false],
      [7, './f.ts', false, true],
    ],
  );
});
