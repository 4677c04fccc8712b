import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadDocument } from './load.ts';

const folder = new URL('../../scenarios/', import.meta.url);

/** What each scenario deserves, in the order of the file. */
const deserved: Readonly<Record<string, readonly string[]>> = {
  'd0.yaml': [],
  'd1.yaml': ['docker-network'],
  'd2.yaml': ['interface-disabled-on-node', 'vip-octet-differs', 'vip-mask-differs'],
  'd3.yaml': ['skews-close', 'skews-close'],
  'd4.yaml': [
    'sync-not-dedicated',
    'sync-peer-missing',
    'rule-names-one-node',
    'rule-names-one-node',
    'infra-address-taken',
    'infra-address-taken',
    'infra-os-type',
    'infra-mtu-too-large',
    'infra-os-type',
    'infra-mtu-too-large',
  ],
};

for (const [name, codes] of Object.entries(deserved)) {
  test(`${name} has the findings that it deserves`, () => {
    const loaded = loadDocument(readFileSync(new URL(name, folder), 'utf8'));
    assert.ok(loaded.ok, JSON.stringify(loaded));
    assert.deepEqual(
      loaded.value.findings.map(({ code }) => code),
      codes,
    );
  });
}

test('all five documents are there', () => {
  const files = readdirSync(folder);
  for (const name of Object.keys(deserved)) assert.ok(files.includes(name));
});
