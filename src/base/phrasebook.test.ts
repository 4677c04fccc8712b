import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phrasebook } from './phrasebook.ts';

const inFrench = phrasebook([
  ['it cannot be reached', 'il est injoignable'],
  ['{node} is {count} revisions behind: {why}', '{node} a {count} révisions de retard : {why}'],
  ['{node} is late', '{node} est en retard'],
  ['there is no user "{name}"', 'il n’y a pas d’utilisateur « {name} »'],
]);

test('a reason within a text is told in French, too', () => {
  assert.equal(
    inFrench('PF2 is 3 revisions behind: it cannot be reached'),
    'PF2 a 3 révisions de retard\u00a0: il est injoignable',
  );
});

test('what no phrase fits stays as it is, within a phrase as well', () => {
  assert.equal(inFrench('ENOENT: no such file'), 'ENOENT: no such file');
  assert.equal(inFrench('PF2 is 3 revisions behind: ENOENT'), 'PF2 a 3 révisions de retard\u00a0: ENOENT');
  assert.equal(inFrench(''), '');
  assert.equal(inFrench(' is late'), ' is late', 'a name is not empty');
});

test('values are not taken for names of values, nor for marks of French', () => {
  assert.equal(inFrench('there is no user "{name} ;"'), 'il n’y a pas d’utilisateur «\u00a0{name} ;\u00a0»');
});

test('each line of several is looked up', () => {
  assert.equal(inFrench('it cannot be reached\nPF1 is late'), 'il est injoignable\nPF1 est en retard');
});

test('a hostile text takes no time', () => {
  const text = `${'a is '.repeat(200_000)}revisions behind`;
  assert.equal(inFrench(text), text);
});
