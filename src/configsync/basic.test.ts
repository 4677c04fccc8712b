import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { headerOf, loginOf } from './basic.ts';

test('a login comes back as it was sent', () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(word, word, (name, password) => {
      const user = name.replaceAll(':', '.');
      assert.deepEqual(loginOf(headerOf({ user, password })), { user, password });
    }),
  );
  assert.deepEqual(loginOf(headerOf({ user: '', password: 'p@ss:w/rd+&%?é' })), {
    user: 'admin',
    password: 'p@ss:w/rd+&%?é',
  });
});

test('what is no login is none', () => {
  fc.assert(fc.property(fc.string(), (header) => loginOf(header) === undefined));
  const encoded = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  for (const text of ['', 'user', 'user:', ':password', ':']) assert.equal(loginOf(encoded(text)), undefined);
  assert.equal(loginOf(undefined), undefined);
  assert.equal(loginOf(encoded(`a:${'b'.repeat(5000)}`)), undefined);
});
