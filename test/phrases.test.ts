import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { apiPhrases, inFrench } from '#api/contract/phrases.ts';
import type { Phrase } from '#base/phrasebook.ts';
import { documentPhrases, valuePhrases } from '#config/phrases-document.ts';

const source = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.ts$/.test(file) && !/\.test\.ts$|\/phrases[\w-]*\.ts$/.test(file),
);
/** The code, with its quoted quotes and backslashes as they are said. */
const said = files
  .map((file) => readFileSync(join(source, file), 'utf8'))
  .join('\n')
  .replace(/\\(['"`\\])/g, '$1');
const all: readonly Phrase[] = [...apiPhrases, ...documentPhrases, ...valuePhrases];

test('every phrase is still said somewhere', () => {
  // "checks" is "check" and an s, and "1 check" is a number and a word.
  const isSaid = (piece: string): boolean =>
    [piece, piece.replace(/s\b/, ''), piece.replace(/^1 /, '')].some((form) => said.includes(form));
  const unsaid = all.filter(([english]) =>
    english.split(/\{\w+\}/).some((piece) => piece.trim().length > 2 && !isSaid(piece)),
  );
  assert.deepEqual(unsaid, []);
});

test('a phrase stands once, with the same values in both languages', () => {
  const names = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
  assert.equal(new Set(apiPhrases.map(([english]) => english)).size, apiPhrases.length);
  // What a spoken example is about may be left out: "la même chose" for "{seen2}".
  for (const [english, french] of all) assert.deepEqual(names(french), names(english), english);
});

test('French sets its spaces, quotes and apostrophes', () => {
  for (const [, french] of all) {
    assert.doesNotMatch(french, /'| {2}|\u00a0/, french);
    assert.doesNotMatch(french, /[^ ][;?!»](\s|$)|«[^ ]/, french);
  }
});

test('every refusal of the API has its French', () => {
  const api = files.filter((file) => /^api\/[\w-]+\.ts$/.test(file));
  const literal = /\b(?:refused?|problemOf)\(\s*'[\w-]+',\s*(?:'((?:[^'\\]|\\.)*)'|`([^`]*)`)/g;
  let seen = 0;
  for (const file of api)
    for (const [, plain, template] of readFileSync(join(source, file), 'utf8').matchAll(literal)) {
      const english = plain ?? (template ?? '').replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, 'X');
      if (/^(X[ :]*)+$|^not X$/.test(english)) continue;
      seen += 1;
      assert.notEqual(inFrench(english), english, `${file}: ${english}`);
    }
  assert.ok(seen > 30, `${seen} refusals`);
});

test('reasons within reasons', () => {
  assert.equal(
    inFrench('PF2 does not answer: 10.0.0.2 port 8443: nobody listens there; is the node running?'),
    'PF2 ne répond pas\u00a0: 10.0.0.2 port 8443\u00a0: personne n’y écoute\u00a0; le nœud est-il en marche\u00a0?',
  );
  assert.equal(
    inFrench('lacks 2 revisions: it cannot be reached: no answer within 100 ms'),
    'il lui manque 2 révisions\u00a0: il est injoignable\u00a0: pas de réponse en 100 ms',
  );
});
