import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { usersCatalogue } from './catalogue-users.ts';
import { loadDocument } from './load.ts';
import { areaOf, type Grants, mayDo } from './privileges.ts';
import { grantsOf, holds, within } from './users.ts';
import type { User } from './users-document.ts';

const hash =
  '$argon2id$v=19$m=19456,t=2,p=1$c2l4dGVlbiBieXRlcyAh$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g';
const sound = `cluster: sample
nodes: { A: {} }
interfaces: { lan: { addresses: { A: [10.0.0.2/24] } } }
groups:
  operators: { privileges: { rules: write, status: read } }
users:
  admin: { password: "${hash}", groups: [admins] }
  anna: { groups: [operators], tokens: { prometheus: { hash: "${'0'.repeat(64)}" } } }
`;

const codesOf = (text: string): string[] => {
  const loaded = loadDocument(text);
  return (loaded.ok ? loaded.value.findings : loaded.error)
    .filter(({ code }) => code !== 'single-node')
    .map(({ code, path }) => `${code} ${path.join('.')}`);
};

const cases: Readonly<Record<keyof typeof usersCatalogue, readonly [from: string, to: string, at: string]>> =
  {
    'group-unknown': ['groups: [operators]', 'groups: [cooks]', 'users.anna.groups.0'],
    'group-built-in': ['operators: {', 'admins: {}\n  operators: {', 'groups.admins'],
    'users-without-admin': ['groups: [admins] }', 'groups: [admins], disabled: true }', 'users'],
  };

test('the sample has no findings', () => {
  assert.deepEqual(codesOf(sound), []);
});

for (const [code, [from, to, at]] of Object.entries(cases))
  test(`${code} is found at its place`, () => {
    assert.ok(sound.includes(from));
    assert.deepEqual(codesOf(sound.replace(from, to)), [`${code} ${at}`]);
  });

for (const [what, bad] of [
  ['a password in clear', 'correct horse battery'],
  ['a hash that takes a gigabyte to check', hash.replace('m=19456', 'm=1048576')],
  ['a hash that takes minutes to check', hash.replace('t=2', 't=900')],
  ['another kind of hash', hash.replace('argon2id', 'argon2i')],
] as const)
  test(`${what} is refused`, () => {
    assert.deepEqual(codesOf(sound.replace(hash, bad)), ['schema users.admin.password']);
  });

const user = (more: Partial<User>): User => ({
  description: '',
  disabled: false,
  readOnly: false,
  groups: [],
  privileges: {},
  tokens: {},
  ...more,
});
const groups = { operators: { description: '', privileges: { rules: 'write', status: 'read' } } } as const;

test('groups and privileges add up, the greater of two counts', () => {
  const anna = user({ groups: ['operators'], privileges: { rules: 'read', status: 'write' } });
  assert.deepEqual(grantsOf(anna, groups), { rules: 'write', status: 'write' });
  assert.deepEqual(grantsOf(user({ groups: ['admins'] }), groups), { all: 'write' });
});

test('who is read-only may write nothing, who is disabled may nothing', () => {
  assert.deepEqual(grantsOf(user({ readOnly: true, groups: ['admins'] }), groups), { all: 'read' });
  assert.deepEqual(grantsOf(user({ disabled: true, groups: ['admins'] }), groups), {});
});

test('a group whose name is one of every object gives nothing', () => {
  assert.deepEqual(grantsOf(user({ groups: ['constructor', '__proto__'] }), groups), {});
});

test('grants within others are never more than either', () => {
  const samples: readonly Grants[] = [
    {},
    { all: 'read' },
    { all: 'write' },
    { rules: 'write' },
    { rules: 'read', status: 'write' },
    { all: 'read', nat: 'write' },
  ];
  for (const wanted of samples)
    for (const limit of samples) {
      const left = within(wanted, limit);
      assert.ok(holds(limit, left) && holds(wanted, left), JSON.stringify({ wanted, limit, left }));
      for (const area of ['rules', 'nat', 'status', 'logs'] as const)
        for (const level of ['read', 'write'] as const)
          assert.equal(
            mayDo(left, area, level),
            mayDo(wanted, area, level) && mayDo(limit, area, level),
            JSON.stringify({ wanted, limit, area, level }),
          );
    }
});

test('a section that no area names belongs to the system', () => {
  assert.equal(areaOf('floatingRules'), 'rules');
  assert.equal(areaOf('groups'), 'users');
  assert.equal(areaOf('somethingNew'), 'system');
  assert.equal(areaOf('constructor'), 'system');
});
