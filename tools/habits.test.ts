import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsIn } from './habits.ts';

/** The faults of one planted file, among files that are fine. */
function planted(path: string, text: string): string {
  const fine = [
    { path: 'src/cli/main.ts', text: `import '${path.replace('src/', '#')}';\nimport '#base/a.ts';\n` },
    { path: 'src/base/a.ts', text: 'export const a = 1;\n' },
  ];
  return faultsIn([...fine.filter((file) => file.path !== path), { path, text }])
    .filter((fault) => fault.includes(path) && !fault.startsWith('src/cli/main.ts'))
    .join('\n');
}

const plants: readonly (readonly [string, string, string, RegExp])[] = [
  ['a forbidden import', 'src/carp/x.ts', "import { a } from '#linux/a.ts';\n", /carp may not import linux/],
  [
    'a value where only types may pass',
    'src/config/x.ts',
    "import { b } from '#carp/b.ts';\n",
    /config may not import carp/,
  ],
  [
    'linux beside the composition roots',
    'src/node/x.ts',
    "import { a } from '#linux/a.ts';\n",
    /node may not import linux/,
  ],
  ['an unknown room', 'src/attic/x.ts', 'export {};\n', /not on the map/],
  ['a way across rooms', 'src/node/x.ts', "import { a } from '../base/a.ts';\n", /across rooms/],
  ['a clock in a pure room', 'src/carp/x.ts', 'export const now = () => Date.now();\n', /uses Date.now/],
  ['chance in a pure room', 'src/ruleset/x.ts', 'export const x = Math.random();\n', /Math.random/],
  ['a socket in a pure room', 'src/config/x.ts', "import { connect } from 'node:net';\n", /imports node:net/],
  ['a long file', 'src/base/x.ts', 'export {};\n'.repeat(500), /limit/],
  ['a TODO without an owner', 'src/base/x.ts', '// TODO later\n', /TODO/],
  ['a TODO behind code', 'src/base/x.ts', 'export const x = 1; // FIXME\n', /TODO/],
  ['the process in a pure room', 'src/carp/x.ts', 'export const x = process.env;\n', /uses process/],
  ['a clock inside a template', 'src/carp/x.ts', 'export const x = `$' + '{Date.now()}`;\n', /uses Date.now/],
  [
    'hashing outside its room',
    'src/carp/x.ts',
    "import { createHash } from 'node:crypto';\n",
    /imports node:crypto/,
  ],
  ['a library in the wrong room', 'src/cli/x.ts', "import koffi from 'koffi';\n", /the library koffi/],
  [
    'a way into the daemon beside its door',
    'src/cli/x.ts',
    "import { a } from '#node/runtime.ts';\n",
    /no door of node/,
  ],
  ['a machine path', 'docs/x.md', 'see /home/someone/file\n', /names a place/],
  ['a registry host', 'package-lock.json', '"resolved": "https://x"\n', /names a place/],
  ['any', 'src/base/x.ts', 'export const x: string | any = 1;\n', /: any/],
  ['a bare non-null assertion', 'src/base/x.ts', 'export const y = x!.z;\n', /non-null/],
  ['a cycle', 'src/base/a.ts', "import { a } from './a.ts';\n", /cycle/],
];

for (const [what, path, text, expected] of plants) {
  test(`tidy finds ${what}`, () => assert.match(planted(path, text), expected));
}

test('tidy finds a file that nothing imports', () => {
  assert.deepEqual(faultsIn([{ path: 'src/base/lonely.ts', text: 'export {};\n' }]), [
    'src/base/lonely.ts: nothing imports it',
  ]);
});

test('tidy has nothing against types across the wall, comments and strings', () => {
  assert.equal(planted('src/config/x.ts', "import type { B } from '#carp/b.ts';\n"), '');
  assert.equal(
    planted('src/carp/x.ts', "// Date.now() would be wrong here\nexport const s = 'Math.random()';\n"),
    '',
  );
});
