import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { apiPhrases, inFrench } from '#api/contract/phrases.ts';
import { changeInFrench, changePhrases } from '#api/contract/phrases-changes.ts';
import { type Phrase, phrasebook } from '#base/phrasebook.ts';
import { differenceInWords } from '#config/difference.ts';
import { documentPhrases, schemaPhrases, valuePhrases, yamlPhrases } from '#config/phrases-document.ts';
import { fileCatalogue } from '#infra/interfaces/catalogue.ts';
import { groundPhrases } from '#infra/phrases.ts';
import { faultCatalogue } from '#infra/verify/catalogue.ts';

const source = fileURLToPath(new URL('../src/', import.meta.url));
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.ts$/.test(file) && !/\.test\.ts$|\/phrases[\w-]*\.ts$/.test(file),
);
/** The code, with its quoted quotes and backslashes as they are said. */
const said = files
  .map((file) => readFileSync(join(source, file), 'utf8'))
  .join('\n')
  .replace(/\\(['"`\\])/g, '$1')
  .replace(/` \+\s*`/g, '');
const books = { apiPhrases, changePhrases, documentPhrases, valuePhrases, groundPhrases };
/** With those of libraries, which nobody says here. */
const all: readonly Phrase[] = [...Object.values(books).flat(), ...schemaPhrases, ...yamlPhrases];

test('every phrase is still said somewhere', () => {
  // "checks" is "check" and an s, and "1 check" is a number and a word.
  const isSaid = (piece: string): boolean =>
    [piece, piece.trim(), piece.replace(/s\b/, ''), piece.replace(/^1 /, '')].some((form) =>
      said.includes(form),
    );
  // What changes has a test of its own; its sentences are put together in many ways.
  const told = [...apiPhrases, ...documentPhrases, ...valuePhrases, ...groundPhrases];
  const unsaid = told.filter(([english]) =>
    english.split(/\{\w+\}/).some((piece) => piece.trim().length > 2 && !isSaid(piece)),
  );
  assert.deepEqual(unsaid, []);
});

test('a phrase stands once, with the same values in both languages', () => {
  const names = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
  for (const [book, phrases] of Object.entries(books)) {
    const known = phrases.map(([english]) => english);
    assert.deepEqual(
      known.filter((english, i) => known.indexOf(english) !== i),
      [],
      book,
    );
  }
  for (const [english, french] of Object.values(books).flat())
    assert.deepEqual(names(french), names(english), english);
});

test('French sets its spaces, quotes and apostrophes', () => {
  for (const [, french] of all) {
    assert.doesNotMatch(french, /'| {2}|\u00a0/, french);
    assert.doesNotMatch(french, /[^ ][;?!»](\s|$)|«[^ ]/, french);
  }
});

test('what is found under the cluster is whole in both languages', () => {
  const names = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();
  for (const [code, { en, fr }] of Object.entries({ ...faultCatalogue, ...fileCatalogue }))
    for (const part of ['message', 'cause', 'remedy'] as const) {
      assert.deepEqual(names(fr[part]), names(en[part]), `${code}: ${part}`);
      assert.doesNotMatch(fr[part], /'|"| {2}|\u00a0|[^ ][;?!»](\s|$)|«[^ ]/, `${code}: ${fr[part]}`);
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

test('what a running node finds, and why a peer is away, has its French', () => {
  const told = [
    ...['carp/group.ts', 'carp/refusals.ts', 'node/states-watch.ts', 'node/balancer-findings.ts'],
    ...['node/document-life.ts', 'commit/catch-up.ts', 'commit/coordinator.ts', 'commit/participant.ts'],
    ...['api/post.ts', 'api/peer-client.ts', 'balance/health.ts'],
  ];
  const literal =
    /\b(?:fail|no|raise|why|cause|add|return)\b[^\n'"`]{0,60}?(?:'((?:[^'\\\n]|\\.)* (?:[^'\\\n]|\\.)* [^'\n]*)'|`([^`\n]* [^`\n]* [^`\n]*)`)/g;
  let seen = 0;
  for (const file of told)
    for (const [, plain, template] of readFileSync(join(source, file), 'utf8').matchAll(literal)) {
      const english = (plain ?? template ?? '').replace(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, 'x1');
      // Nobody waits for a bug to be translated; a check that is due is not told.
      if (/^bug|^(end of the )?check of /.test(english)) continue;
      seen += 1;
      assert.notEqual(inFrench(english), english, `${file}: ${english}`);
    }
  assert.ok(seen > 30, `${seen} texts`);
});

test('reasons within reasons', () => {
  assert.equal(
    inFrench('PF2 does not answer: 10.0.0.2 port 8443: nobody listens there; is the node running?'),
    'PF2 ne répond pas\u00a0: 10.0.0.2 port 8443\u00a0: personne n’y écoute\u00a0; le nœud est-il en marche\u00a0?',
  );
  assert.equal(
    inFrench(
      'PF2 (Bascule 0.9) does not take it: 6:68: secret-missing: virtualIps[0].password: the secrets have no entry "lan" Set the environment variable, or add the name to the secrets file.',
    ),
    'PF2 (Bascule 0.9) ne l’accepte pas\u00a0: 6:68\u00a0: secret-missing\u00a0: virtualIps[0].password\u00a0: les secrets n’ont pas d’entrée «\u00a0lan\u00a0». Définissez la variable d’environnement, ou ajoutez ce nom au fichier des secrets.',
  );
  assert.equal(
    inFrench('lacks 2 revisions: it cannot be reached: no answer within 100 ms'),
    'il lui manque 2 révisions\u00a0: il est injoignable\u00a0: pas de réponse en 100 ms',
  );
});

test('every phrase is found again by what it says', () => {
  for (const [book, phrases] of Object.entries(books)) {
    const inFrench = phrasebook(phrases);
    for (const [english] of phrases) {
      const sample = english.replace(/\{(\w+)\}/g, 'x1');
      assert.notEqual(inFrench(sample), sample, `${book}: ${english}`);
    }
  }
});

test('what differs between two documents is told in French', () => {
  const words = differenceInWords(
    { cluster: 'one', rules: [{ action: 'pass' }], preempt: true },
    { cluster: 'two', rules: [{ action: 'pass' }, { action: 'block' }] },
  );
  assert.ok(words.length >= 3);
  for (const line of words.filter((word) => !word.includes(' -> ')))
    assert.match(changeInFrench(line), /(ajouté|supprimé|modifié)/, line);
  assert.equal(
    changeInFrench('rules: 3 lines added, 1 line removed'),
    'règles\u00a0: 3 lignes en plus, 1 ligne en moins',
  );
});
