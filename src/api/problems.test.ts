import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problem } from './contract/problem.ts';
import { problemKinds, problemOf } from './problems.ts';

test('every kind of problem is whole in both languages', () => {
  for (const [code, { title, remedy, fr }] of problemKinds) {
    for (const text of [title, fr.title]) assert.match(text, /^[A-ZÀÉ].*[^.]$/, code);
    for (const text of [remedy, fr.remedy]) assert.match(text, /^[A-ZÀÉ].*\.$/, code);
    for (const text of Object.values(fr)) assert.doesNotMatch(text, /'|[^ ][;?!»](\s|$)/, `${code}: ${text}`);
  }
});

test('what happened and what to do are told in French, too, and so are wrong fields', () => {
  const told = problemOf('bad-request', 'the body is wrong', {
    fields: [{ path: ['vhid'], message: 'a VHID is a whole number from 1 to 255' }],
  });
  assert.deepEqual(problem.parse(told), told);
  assert.deepEqual(told.fr, {
    title: 'La requête n’est pas comprise',
    detail: '«\u00a0body\u00a0» est incorrect',
    remedy: 'Corrigez les champs indiqués.',
  });
  assert.equal(told.fields?.[0]?.fr, 'un VHID est un nombre entier de 1 à 255');
});

test('a remedy of its own, and a detail in both languages, are taken as they are', () => {
  const told = problemOf(
    'bad-request',
    { en: 'line 3', fr: 'ligne 3' },
    { remedy: 'There is nothing to do.' },
  );
  assert.equal(told.detail, 'line 3');
  assert.deepEqual([told.fr?.detail, told.fr?.remedy], ['ligne 3', 'Il n’y a rien à faire.']);
});

test('what nobody has French for stays as it was said', () => {
  assert.equal(problemOf('node-away', 'PF2: ENOMEM').fr?.detail, 'PF2: ENOMEM');
});
