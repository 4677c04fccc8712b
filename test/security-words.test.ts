/** docs/security.md names a test for each point: it must be there. That it passes is what `npm test` says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const page = read('docs/security.md');
/** The short names at the top of the page. */
const files = new Map(
  [...page.slice(0, page.indexOf('##')).matchAll(/\*(\w+)\*\s+(?:is\s+)?`([^`]+\.test\.ts)`/g)].map(
    ([, name = '', path = '']) => [name, path],
  ),
);

/** "sec: *one*, *another*; doc: *a third*" as pairs of file and words. */
function named(): [file: string, words: string][] {
  return [...page.matchAll(/\b(\w+):((?:\s+\*[^*|]+\*,?)+)/g)].flatMap(([, name = '', list = '']) => {
    const file = files.get(name);
    return file === undefined
      ? []
      : [...list.matchAll(/\*([^*]+)\*/g)].map(([, words = '']): [string, string] => [file, words]);
  });
}

test('every test that docs/security.md names is there', () => {
  assert.equal(files.size, 6);
  const pairs = named();
  assert.ok(pairs.length > 25, String(pairs.length));
  const missing: string[] = [];
  for (const [file, words] of pairs) {
    const titles = [...read(file).matchAll(/\b(?:it|test|describe)\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g)].map(
      ([, , title = '']) => title.replaceAll('\\', ''),
    );
    // "…" stands for what is left out, or for what a title is filled in with.
    const parts = words.split('…').map((part) => part.trim().replaceAll(/\s+/g, ' '));
    const places = parts.length === 1 ? titles : [...titles, read(file)];
    const isThere = places.some((title) => {
      let from = 0;
      return parts.every((part) => {
        const at = title.indexOf(part, from);
        from = at + part.length;
        return at >= 0;
      });
    });
    if (!isThere) missing.push(`${file} has no test "${words}"`);
  }
  assert.deepEqual(missing, []);
});
