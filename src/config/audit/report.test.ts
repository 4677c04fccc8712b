import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languages } from '#base/language.ts';
import { readConfig } from '../pfsense/read.ts';
import { audit } from './audit.ts';
import { type AuditEntry, auditCatalogue, auditCodes } from './catalogue.ts';
import { textsOf } from './finding.ts';
import { healthyNode } from './healthy.ts';
import { type AuditReport, asJson, asText, wrap } from './report.ts';
import { asHtml } from './report-html.ts';
import { asSarif } from './report-sarif.ts';
import { faultText } from './words.ts';

function reportOf(language: 'fr' | 'en', primary: string, backup: string): AuditReport {
  const [one, two] = [readConfig(primary), readConfig(backup)];
  assert.ok(one.ok && two.ok);
  return {
    language,
    files: { primary: 'a b.xml', backup: 'b.xml' },
    hosts: { primary: 'fw1', backup: 'fw2' },
    swapped: false,
    findings: audit(one.value, two.value, 1_800_000_000),
  };
}

const plain = (_style: string, text: string) => text;
const names = (text: string) => new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));

for (const code of auditCodes) {
  test(`${code} is whole in both languages`, () => {
    assert.match(code, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    const entry: AuditEntry = auditCatalogue[code];
    for (const language of languages) {
      for (const text of Object.values(entry[language])) {
        assert.match(text, /^\S.*\.$/s, text);
        assert.doesNotMatch(text, / {2}|'/, `straight apostrophe or double space: ${text}`);
      }
    }
    // Both tell of the same values, in whichever of their texts.
    const all = (language: 'fr' | 'en') => [...names(Object.values(entry[language]).join(' '))].sort();
    assert.deepEqual(all('fr'), all('en'));
    for (const text of Object.values(entry.fr))
      assert.doesNotMatch(text, /[^ ][:;?!»](?= )|«[^ ]/, `French sets a space there: ${text}`);
  });
}

const faulty = healthyNode(2).replace('<vhid>10<', '<vhid>11<').replace('[LAN]', '[<b>&LAN]');

test('text: groups, places of both files, and a summary', () => {
  const text = asText(reportOf('en', healthyNode(1), faulty), plain, 80);
  assert.match(text, /^Audit of the pair\n {2}primary: fw1 \(a b\.xml\)/);
  assert.match(text, /\n {4}a b\.xml:\d+, see also b\.xml:\d+ {2}\[vhid-differs, failover\]\n/);
  assert.match(text, /\n1 error, 1 warning$/);
  assert.ok(text.split('\n').every((line) => line.length <= 84));
});

test('text in French keeps marks on their line', () => {
  const text = asText(reportOf('fr', healthyNode(1), faulty), plain, 60);
  assert.match(text, /\n {4}Effet\u00a0: /);
  assert.doesNotMatch(text, /(^|\n)\s*[:;?!»]/);
});

test('nothing found is said', () => {
  assert.match(
    asText(reportOf('fr', healthyNode(1), healthyNode(2)), plain, 80),
    /Rien à signaler dans ces deux fichiers\.$/,
  );
});

test('JSON holds every finding with its texts and places', () => {
  const json = JSON.parse(asJson(reportOf('fr', healthyNode(1), faulty)));
  assert.deepEqual(json.counts, { error: 1, warning: 1, info: 0 });
  assert.equal(json.findings[0].code, 'vhid-differs');
  assert.equal(json.findings[0].also.file, 'b.xml');
  assert.match(json.findings[0].cause, /VHID 10 sur fw1/);
});

test('SARIF names rules, levels and places', () => {
  const sarif = JSON.parse(asSarif(reportOf('en', healthyNode(1), faulty), '1.2.3'));
  const [run] = sarif.runs;
  assert.equal(run.tool.driver.rules[run.results[0].ruleIndex].id, 'vhid-differs');
  assert.equal(run.results[0].level, 'error');
  assert.equal(run.results[0].locations[0].physicalLocation.artifactLocation.uri, 'a%20b.xml');
});

test('HTML escapes what files say', () => {
  const html = asHtml(reportOf('fr', healthyNode(1), faulty));
  assert.match(html, /<html lang="fr">/);
  assert.doesNotMatch(html, /<b>&LAN/);
  assert.match(html, /&lt;b&gt;&amp;LAN/);
});

test('values are not taken for names of values', () => {
  const report = reportOf('en', healthyNode(1).replace('[LAN]', '[{node}]'), healthyNode(2));
  const finding = report.findings[0];
  assert.ok(finding !== undefined);
  assert.match(textsOf(finding, 'en').cause, /called \{node\} on fw1/);
});

test('long words are left whole', () => {
  assert.equal(wrap('aa bbbbbbbbbbbb cc', 8, '  '), '  aa\n  bbbbbbbbbbbb\n  cc');
});

test('what is wrong with a file is said in both languages', () => {
  const fault = { problem: 'foreign', line: 1, detail: 'html' } as const;
  assert.match(faultText(fault, 'fr'), /racine est <html>$/);
  assert.match(faultText({ problem: 'malformed', line: 1, detail: 'bad tag.' }, 'en'), /\(bad tag\)$/);
});
