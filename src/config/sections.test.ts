import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ClusterDocument } from './document.ts';
import { loadDocument } from './load.ts';
import { plainDocument } from './operations.ts';
import { changedSections, documentAt, ownSectionsOf, pathAt, plainPart, sectionOf } from './sections.ts';
import { toggled } from './toggle.ts';

const head = `cluster: halves
nodes:
  fw1: { priority: 1 }
  fw2:
interfaces:
  lan: { device: eth0, addresses: { fw1: [10.0.0.2/24], fw2: [10.0.0.3/24] } }
  sync: { device: eth1, addresses: { fw1: [10.9.0.1/29], fw2: [10.9.0.2/29] } }
virtualIps:
  - { interface: lan, vhid: 7, addresses: [10.0.0.1/24], password: Herse-et-barbacane }
ha: { sync: { interface: sync } }
`;
const rules = `# who may what
rules:
  - { action: pass, interface: sync, protocol: pfsync, description: states }
  # the office
  - { action: pass, interface: lan, source: lan net, description: out } # for ever
`;
const plainRule = '{ action: pass, interface: sync, protocol: pfsync, description: states }';
const apart = `${head.replace(
  '  fw1: { priority: 1 }\n  fw2:\n',
  `  fw1: { priority: 1, own: { rules: [${plainRule}] } }
  fw2:
    own:
      aliases: { web: { type: hosts, entries: [10.0.0.9] } }
      rules:
        - ${plainRule}
        - { action: pass, interface: lan, destination: web, description: only here }
`,
)}`;
const whole = apart.replace('own: { rules:', 'own: { aliases: {}, rules:');

const read = (text: string): ClusterDocument => {
  const loaded = loadDocument(text);
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.error.map(({ message }) => message).join());
  return loaded.value.document;
};
const findingsOf = (text: string): string[] => {
  const loaded = loadDocument(text);
  return (loaded.ok ? loaded.value.findings : loaded.error).map(
    ({ code, line, path }) => `${line} ${code} ${path.join('.')}`,
  );
};
const at = (text: string, node: string): unknown => {
  const { nodes: _, ...rest } = documentAt(read(text), node);
  return rest;
};

describe('sections of each node', () => {
  test('are in force at their node alone, and what is shared at both', () => {
    const document = read(whole);
    const words = (node: string): string[] =>
      documentAt(document, node).rules.map(({ description }) => description);
    assert.deepEqual([words('fw1'), words('fw2')], [['states'], ['states', 'only here']]);
    assert.deepEqual(Object.keys(documentAt(document, 'fw2').aliases), ['web']);
    assert.deepEqual(documentAt(document, 'fw1').virtualIps, document.virtualIps);
    assert.deepEqual(ownSectionsOf(document), ['rules', 'aliases']);
    const once = documentAt(document, 'fw2');
    assert.deepEqual(documentAt(once, 'fw2'), once);
  });

  test('a document without any is the same at every node', () => {
    const document = read(head + rules);
    assert.equal(documentAt(document, 'fw1'), document);
  });

  test('have no findings when all is well', () => {
    assert.deepEqual(findingsOf(whole), []);
  });

  test('are judged each by itself, at its own line', () => {
    const line = whole.split('\n').findIndex((text) => text.includes('only here')) + 1;
    const wrong = whole.replace('destination: web', 'destination: nowhere');
    const found = findingsOf(wrong);
    assert.equal(found.length, 1, found.join());
    assert.match(found[0] ?? '', new RegExp(`^${line} \\S+ nodes\\.fw2\\.own\\.rules\\.1\\.destination`));
  });

  test('what is wrong for both is told once', () => {
    const found = findingsOf(whole.replace('[10.0.0.1/24]', '[10.5.0.1/24]'));
    assert.equal(found.filter((text) => text.includes('vip-outside-network')).length, 1, found.join());
  });

  test('one that a node lacks, one that stands twice, and one that cannot be are findings', () => {
    assert.match(findingsOf(apart).join(), /\d+ section-own-missing nodes\.fw1/);
    assert.match(findingsOf(whole + rules).join(), /\d+ section-twice rules/);
    assert.deepEqual(findingsOf(whole.replace('aliases: {}', 'virtualIps: []')), [
      '3 section-not-own nodes.fw1.own.virtualIps',
    ]);
    const listing = whole.replace(
      'interface: sync } }',
      'interface: sync, config: { peer: 10.9.0.2, password: {secret: x}, sections: [nat, rules] } } }',
    );
    const loaded = loadDocument(listing, { assumed: true });
    const found = loaded.ok ? loaded.value.findings.map(({ code, path }) => `${code} ${path.at(-1)}`) : [];
    assert.ok(found.includes('section-not-sent 1'), found.join());
  });

  test('paths lead to the section in force, and name the section that they belong to', () => {
    const document = read(whole);
    const path = pathAt(document, 'fw2', ['rules', 1]);
    assert.deepEqual(path, ['nodes', 'fw2', 'own', 'rules', 1]);
    assert.deepEqual(pathAt(document, 'fw2', ['nat', 'npt']), ['nat', 'npt']);
    assert.deepEqual([sectionOf(path), sectionOf(['nodes', 'fw2', 'priority'])], ['rules', 'nodes']);
  });
});

describe('who may see or change a section', () => {
  const plainOf = (text: string): Readonly<Record<string, unknown>> => {
    const plain = plainDocument(text);
    assert.ok(plain.ok);
    return plain.value;
  };

  test('may so wherever it stands, and nobody else', () => {
    const plain = plainOf(whole);
    const ofRules = plainPart(plain, (section) => section === 'rules');
    assert.deepEqual(Object.keys(ofRules), ['nodes']);
    assert.ok(!JSON.stringify(ofRules).includes('web: '), 'aliases are not theirs');
    assert.ok(!JSON.stringify(ofRules).includes('priority'));
    const ofNodes = plainPart(plain, (section) => section === 'nodes');
    assert.deepEqual(ofNodes, { nodes: { fw1: { priority: 1 }, fw2: {} } });
  });

  test('a change under a node is one of its section, not of the nodes', () => {
    const [before, after] = [whole, whole.replace('only here', 'changed')].map(plainOf);
    assert.ok(before !== undefined && after !== undefined);
    assert.deepEqual(changedSections(before, after), ['rules']);
    const user = plainOf(whole.replace('aliases: {}', 'aliases: {}, users: { eve: {} }'));
    assert.deepEqual(changedSections(before, user), ['users']);
    assert.deepEqual(changedSections(before, plainOf(whole.replace('priority: 1', 'priority: 9'))), [
      'nodes',
    ]);
  });
});

describe('toggling sections', () => {
  const done = (...[text, change]: Parameters<typeof toggled>): string => {
    const made = toggled(text, change);
    assert.ok(made.ok, made.ok ? '' : made.error);
    return made.value;
  };

  test('each node gets what all had, comments included, and nothing is in force otherwise', () => {
    const text = done(head + rules, { own: ['rules', 'nat'], shared: [] });
    assert.equal(text.match(/# the office/g)?.length, 2);
    assert.ok(text.includes('# for ever'));
    assert.deepEqual(findingsOf(text), findingsOf(head + rules));
    assert.deepEqual(at(text, 'fw1'), at(head + rules, 'fw1'));
    assert.deepEqual(ownSectionsOf(read(text)), ['rules', 'nat']);
  });

  test('there and back is the same document', () => {
    const text = done(done(head + rules, { own: ['rules'], shared: [] }), { own: [], shared: ['rules'] });
    assert.deepEqual(read(text), read(head + rules));
    assert.ok(text.includes('# the office'));
  });

  test('sections that differ are not lost unless somebody says whose counts', () => {
    const refused = toggled(whole, { own: [], shared: ['rules', 'aliases'] });
    assert.ok(!refused.ok);
    assert.match(refused.error, /rules: fw1 and fw2 differ; .*--take NODE\n\s+rules 2 \(only here\) added/);
    assert.match(refused.error, /aliases: fw1 and fw2 differ/);
    const taken = read(done(whole, { own: [], shared: ['rules', 'aliases'], take: 'fw2' }));
    assert.deepEqual(
      [taken.rules.length, Object.keys(taken.aliases), ownSectionsOf(taken)],
      [2, ['web'], []],
    );
  });

  test('what is as wished already is not touched', () => {
    assert.equal(done(whole, { own: ['rules'], shared: ['nat'] }), whole);
  });

  test('anchors that tie a section to others are refused, not torn', () => {
    const text = `${head}aliases: { web: &web { type: hosts, entries: [10.0.0.9] }, copy: *web }
schedules: {}
`;
    const made = toggled(text, { own: ['aliases'], shared: [] });
    if (made.ok) assert.deepEqual(at(made.value, 'fw2'), at(text, 'fw2'));
    assert.match(
      JSON.stringify(toggled(text, { own: ['rules'], shared: ['rules'] })),
      /cannot be shared and/,
    );
    assert.match(JSON.stringify(toggled(text, { own: [], shared: [], take: 'fw9' })), /no node/);
  });
});
