import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../pfsense/read.ts';
import { audit, isSwapped } from './audit.ts';
import { type Case, cases } from './cases.ts';
import { auditCodes } from './catalogue.ts';
import { certificateEnd, healthyNode } from './healthy.ts';

const usual = certificateEnd - 3_000 * 86_400;
const configOf = (text: string) => {
  const read = readConfig(text);
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
};

/** The two files with the fault planted. Every text to be replaced must be there. */
function planted({ edits }: Case): readonly [string, string] {
  const files: [string, string] = [healthyNode(1), healthyNode(2)];
  for (const { node, from, to } of edits)
    for (const i of node === 'both' ? [0, 1] : [node - 1]) {
      const text = files[i] ?? '';
      assert.ok(text.includes(from), `node ${i + 1} has no ${from}`);
      files[i] = text.replace(from, () => to);
    }
  return files;
}

const lineWith = (text: string, mark: string): number => {
  const at = text.indexOf(mark);
  assert.ok(at >= 0, `no ${mark}`);
  return text.slice(0, at).split('\n').length + (mark.startsWith('\n') ? 1 : 0);
};

test('a healthy pair has no findings', () => {
  assert.deepEqual(audit(configOf(healthyNode(1)), configOf(healthyNode(2)), usual), []);
});

for (const one of cases) {
  test(`${one.code}: ${one.what ?? 'told at its line'}`, () => {
    const files = planted(one);
    const findings = audit(configOf(files[0]), configOf(files[1]), one.today ?? usual);
    const found = findings.filter(({ code }) => code === one.code);
    const side = one.at.node === 1 ? 'primary' : 'backup';
    const line = lineWith(files[one.at.node - 1] ?? '', one.at.mark);
    assert.ok(
      found.some((finding) => finding.side === side && finding.line === line),
      `${one.code} at ${side}:${line}, but ${JSON.stringify(findings.map((f) => `${f.code}@${f.side}:${f.line}`))}`,
    );
    // One fault is one fault, and not the cause of a dozen.
    const others = new Set(findings.map(({ code }) => code).filter((code) => code !== one.code));
    assert.deepEqual([...others].sort(), [...(one.alongside ?? [])].sort());
  });
}

test('every code has a case', () => {
  const tested = new Set<string>(cases.map(({ code }) => code));
  assert.deepEqual(
    auditCodes.filter((code) => !tested.has(code)),
    [],
  );
});

test('files given the other way round are noticed', () => {
  const [one, two] = [configOf(healthyNode(1)), configOf(healthyNode(2))];
  assert.equal(isSwapped(one, two), false);
  assert.equal(isSwapped(two, one), true);
});

test('errors come first, and what breaks a failover first of them', () => {
  const files = [healthyNode(1).replace('<version>23.3', '<version>22.9'), healthyNode(2)] as const;
  const backup = files[1].replace('<vhid>10<', '<vhid>11<').replace('<pfhostid>2<', '<pfhostid>0<');
  const codes = audit(configOf(files[0]), configOf(backup), usual).map(({ code }) => code);
  assert.deepEqual(codes, ['vhid-differs', 'version-differs', 'hostid-invalid']);
});

test('synchronisation over LAN needs no rule for TCP there', () => {
  const primary = healthyNode(1).replace('<synchronizetoip>10.0.0.2', '<synchronizetoip>192.168.1.3');
  const move = (text: string) =>
    text.replace('<interface>lan</interface>\n<ipprotocol>', '<interface>opt2</interface>\n<ipprotocol>');
  assert.deepEqual(audit(configOf(move(primary)), configOf(move(healthyNode(2))), usual), []);
});
