import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { healthyNode } from '#config/audit/healthy.ts';
import { xmlLimits } from '#config/pfsense/xml.ts';
import { audit } from './audit.ts';
import { importFiles } from './import.ts';
import { languageOf } from './language.ts';

const folder = mkdtempSync(join(tmpdir(), 'bascule-audit-'));
after(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const one = file('1.xml', healthyNode(1));
const two = file('2.xml', healthyNode(2));
const faulty = file('3.xml', healthyNode(2).replace('<vhid>10<', '<vhid>11<'));

/** What an action prints, and its exit code. */
function run(action: () => number): { readonly code: number; readonly out: string; readonly errors: string } {
  const [log, error] = [console.log, console.error];
  const [out, errors]: [string[], string[]] = [[], []];
  console.log = (text: string) => out.push(text);
  console.error = (text: string) => errors.push(text);
  try {
    return { code: action(), out: out.join('\n'), errors: errors.join('\n') };
  } finally {
    [console.log, console.error] = [log, error];
  }
}

test('exit codes: 0 healthy, 1 findings, 2 bad input', () => {
  assert.equal(run(() => audit(one, two, { lang: 'en' }, '0')).code, 0);
  assert.equal(run(() => audit(one, faulty, { lang: 'en' }, '0')).code, 1);
  assert.equal(run(() => audit(one, two, { lang: 'de' }, '0')).code, 2);
  const gone = run(() => audit(one, join(folder, 'gone.xml'), { lang: 'fr' }, '0'));
  assert.equal(gone.code, 2);
  assert.match(gone.errors, /^lecture impossible/);
});

test('a bad file is named with its line', () => {
  const bad = file('bad.xml', '<pfsense>\n<!DOCTYPE a>\n');
  const { code, errors } = run(() => audit(bad, two, { lang: 'fr' }, '0'));
  assert.equal(code, 2);
  assert.match(errors, /bad\.xml:2: /);
  assert.match(
    run(() => audit(file('html.xml', '<html/>'), two, { lang: 'en' }, '0')).errors,
    /root element is <html>/,
  );
});

test('a file that is too large is refused before it is read', () => {
  const large = file('large.xml', '<pfsense>');
  truncateSync(large, xmlLimits.bytes + 1);
  const start = performance.now();
  const { code, errors } = run(() => audit(large, two, { lang: 'en' }, '0'));
  assert.equal(code, 2);
  assert.match(errors, /larger than 100 MB/);
  assert.ok(performance.now() - start < 100);
});

test('a page is written beside the text', () => {
  const page = join(folder, 'page.html');
  assert.equal(run(() => audit(one, faulty, { lang: 'fr', html: page }, '0')).code, 1);
  assert.match(readFileSync(page, 'utf8'), /vhid-differs/);
});

test('an import is written once, its secrets for nobody else', () => {
  const output = join(folder, 'cluster.yaml');
  const secrets = join(folder, 'cluster.secrets.yaml');
  const first = run(() => importFiles(one, two, { output, lang: 'fr' }));
  assert.equal(first.code, 0, first.out);
  assert.match(first.out, /1\.xml:\d+: .*\n/);
  assert.equal(statSync(secrets).mode & 0o777, 0o600);
  assert.equal(run(() => importFiles(one, two, { output, lang: 'en' })).code, 2);
  writeFileSync(secrets, 'old: old\n', { mode: 0o644 });
  assert.equal(run(() => importFiles(one, two, { output, lang: 'en', force: true })).code, 0);
  assert.equal(statSync(secrets).mode & 0o777, 0o600);
  assert.doesNotMatch(readFileSync(secrets, 'utf8'), /old/);
});

test('the language is that asked for', () => {
  assert.equal(languageOf('fr'), 'fr');
  assert.equal(languageOf('xx'), undefined);
});

test('the two README files show what the audit of the sample pair prints', () => {
  const root = new URL('../../', import.meta.url);
  const [primary, backup] = ['primary', 'backup'].map((name) => `scenarios/pfsense-pair/${name}.xml`);
  for (const [page, lang] of [
    ['README.md', 'en'],
    ['README.fr.md', 'fr'],
  ] as const) {
    const command = `./bascule audit ${primary} ${backup} --lang ${lang}`;
    const [, shown = ''] = readFileSync(new URL(page, root), 'utf8').split(`$ ${command}\n`);
    const lines = (shown.split('\n```')[0] ?? '').split('\n').filter((line) => line.trim() !== '...');
    const before = process.cwd();
    process.chdir(fileURLToPath(root));
    const printed = new Set(run(() => audit(primary ?? '', backup ?? '', { lang }, '0')).out.split('\n'));
    process.chdir(before);
    assert.ok(lines.length > 10, page);
    assert.deepEqual(
      lines.filter((line) => !printed.has(line)),
      [],
      page,
    );
  }
});
