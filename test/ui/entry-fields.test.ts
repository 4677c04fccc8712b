/** How a form's words become values of the document, and back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { draftOf, entryOf, type FieldSpec } from '../../ui/src/parts/entry-fields.ts';

const fields: readonly FieldSpec[] = [
  { name: 'members', label: 'balancer.members', kind: 'members' },
  { name: 'ports', label: 'field.ports', kind: 'ports' },
  { name: 'limits.states', label: 'field.limits.states', kind: 'number' },
];

test('members are lines; what else is known of one stays with it', () => {
  const before = { members: [{ address: '192.0.2.1', port: 80, weight: 5 }, { address: '2001:db8::1' }] };
  const draft = draftOf(fields, before);
  assert.equal(draft.members, '192.0.2.1:80\n2001:db8::1');
  const typed = { ...draft, members: '[2001:db8::2]:443\n192.0.2.1:80\n2001:db8::1\n192.0.2.9:x' };
  assert.deepEqual(entryOf(fields, typed, before).members, [
    { address: '2001:db8::2', port: 443 },
    { address: '192.0.2.1', port: 80, weight: 5 },
    { address: '2001:db8::1' },
    // The schema names the port.
    { address: '192.0.2.9', port: 'x' },
  ]);
  assert.deepEqual(entryOf(fields, { ...draft, members: '' }, before).members, [], 'a pool needs a member');
});

test('one port is a number, several a list, none nothing; what the form does not know stays', () => {
  const made = (ports: string) => entryOf(fields, { ...draftOf(fields, {}), ports }, { note: 'kept' });
  assert.deepEqual(made('443'), { members: [], ports: 443, note: 'kept' });
  assert.deepEqual(made('80, 8000-8010, web').ports, [80, '8000-8010', 'web']);
  assert.equal(made(' ').ports, undefined);
  const deep = entryOf(fields, { ...draftOf(fields, {}), 'limits.states': '10' }, { limits: { other: 1 } });
  assert.deepEqual(deep.limits, { other: 1, states: 10 });
});
