/** Plans for pfSenses that are nodes, held to what a pfSense makes of what it is sent (`restore`). */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { loadDocument } from '#config/load.ts';
import { dialectOf } from './dialect.ts';
import { pfsenseTree } from './export.ts';
import { nodePlan } from './node-plan.ts';
import { restore } from './restore.ts';
import {
  at,
  isMap,
  listOf,
  mapOf,
  settled,
  type Tree,
  type TreeMap,
  textOf,
  treeOfValue,
  withAt,
} from './tree.ts';

const version = '23.3';
const load = (change: (text: string) => string = (text) => text) => {
  const loaded = loadDocument(
    change(`
cluster: pair
failover: standard
nodes:
  one: { kind: pfsense, pfsense: { password: Herse-1347 } }
  two: { kind: pfsense, pfsense: { password: Herse-1347 } }
interfaces:
  wan: { device: vtnet0, role: wan, gateway: 203.0.113.1, addresses: { one: [203.0.113.11/24], two: [203.0.113.12/24] } }
  lan: { device: vtnet1, addresses: { one: [10.0.0.11/24], two: [10.0.0.12/24] } }
  opt1: { description: SYNC, device: vtnet2, role: sync, addresses: { one: [10.9.0.1/24], two: [10.9.0.2/24] } }
ha:
  sync:
    interface: opt1
    peers: { one: 10.9.0.2, two: 10.9.0.1 }
    config: { password: Douve-1204, sections: [rules, nat, virtualIps] }
aliases: { servers: { type: hosts, entries: [10.0.0.40, 10.0.0.41] } }
virtualIps:
  - { interface: wan, vhid: 1, addresses: [203.0.113.10/24], password: Viaduc-aux-arches }
  - { interface: lan, vhid: 2, addresses: [10.0.0.1/24, 10.0.0.3/24], password: Viaduc-aux-arches }
rules:
  - { action: pass, interface: lan, source: lan net, description: out }
  - { action: pass, interface: wan, protocol: tcp, destination: servers, ports: 443, description: in }
nat:
  outbound:
    mode: manual
    rules: [{ interface: wan, source: 10.0.0.0/24, translateTo: 203.0.113.10, description: by the VIP }]
`),
  );
  assert.ok(loaded.ok, JSON.stringify(loaded.ok ? '' : loaded.error));
  return loaded.value.document;
};
const document = load();

/** A pfSense as it comes: its interfaces, and rules that the wizard made. */
function fresh(node: string): TreeMap {
  const { tree } = pfsenseTree(document, node, { version });
  const wizard = new Map<string, Tree>([
    ['type', 'pass'],
    ['interface', 'lan'],
    ['descr', 'Default allow LAN to any rule'],
    ['tracker', '0100000101'],
  ]);
  return settled(
    new Map<string, Tree>([
      ['interfaces', tree.get('interfaces') ?? ''],
      ['filter', new Map<string, Tree>([['rule', [wizard]]])],
      ['nat', new Map([['outbound', new Map([['mode', 'automatic']])]])],
    ]),
  );
}

/** What it holds after it was sent a plan. */
function after(node: string, held: TreeMap): TreeMap {
  const { sections } = nodePlan(document, node, version, held);
  const sent = treeOfValue(sections, '', []);
  return restore(held, isMap(sent) ? sent : new Map(), dialectOf(version), { repairs: false }).config;
}
const changes = (node: string, held: TreeMap): string[] =>
  nodePlan(document, node, version, held).changes.map(
    ({ kind, section, what }) => `${kind} ${section} ${what}`,
  );

describe('the plan for a pfSense', () => {
  test('a fresh one gets everything, and then there is nothing to do', () => {
    for (const node of ['one', 'two']) {
      const held = fresh(node);
      const first = changes(node, held);
      for (const expected of [
        'added virtualip wan@1 203.0.113.10/24',
        'added virtualip lan@2 10.0.0.1/24',
        'added hasync pfsyncpeerip',
        'added aliases servers',
        'added filter in',
        'removed filter Default allow LAN to any rule',
        'changed nat outbound/mode: automatic -> advanced',
        'added nat by the VIP',
      ])
        assert.ok(first.includes(expected), `${expected} in ${first.join('\n')}`);
      assert.deepEqual(changes(node, after(node, held)), []);
    }
  });

  test('each node has its own priority, and only the first sends its configuration on', () => {
    const [one, two] = ['one', 'two'].map((node) => after(node, fresh(node)));
    const skews = [one, two].map((tree) =>
      listOf(at(tree, 'virtualip/vip')).flatMap((vip) => textOf(at(vip, 'advskew')) || []),
    );
    assert.deepEqual(skews, [
      ['0', '0'],
      ['100', '100'],
    ]);
    const targets = [one, two].map((tree) => textOf(at(tree, 'hasync/synchronizetoip')));
    assert.deepEqual(targets, ['10.9.0.2', '']);
  });

  test('a backup that sends back is stopped from it; what the document does not say stays', () => {
    const held = [
      ['hasync/synchronizetoip', '10.9.0.1'],
      ['hasync/synchronizeusers', 'on'],
      ['hasync/new_field', 'kept'],
      ['filter/separator', new Map([['lan', new Map([['sep0', new Map([['text', 'Servers']])]])]])],
    ].reduce<TreeMap>(
      (tree, [path, part]) => withAt(tree, `${path}`, part as Tree),
      after('two', fresh('two')),
    );
    assert.deepEqual(changes('two', held), [
      'removed hasync synchronizetoip',
      'removed hasync synchronizeusers',
    ]);
    const then = after('two', held);
    assert.deepEqual(changes('two', then), []);
    assert.equal(textOf(at(then, 'hasync/synchronizetoip')), '');
    assert.equal(textOf(at(then, 'hasync/synchronizeusers')), '');
    assert.equal(textOf(at(then, 'hasync/new_field')), 'kept');
    assert.ok(isMap(at(then, 'filter/separator/lan')));
  });

  test('a virtual IP that is there keeps its ID, to which other parts refer, and its own fields', () => {
    const made = after('one', fresh('one'));
    const vips = listOf(at(made, 'virtualip/vip')).map((vip) => {
      if (textOf(at(vip, 'vhid')) === '2')
        return new Map([...mapOf(vip), ['uniqid', '65d0a'], ['mode_mac', 'x']]);
      return textOf(at(vip, 'mode')) === 'ipalias'
        ? new Map([...mapOf(vip), ['interface', '_vip65d0a']])
        : vip;
    });
    const held = withAt(made, 'virtualip/vip', vips);
    assert.deepEqual(changes('one', held), []);
    const other = load((text) => text.replace('10.0.0.3/24', '10.0.0.4/24'));
    const { sections } = nodePlan(other, 'one', version, held);
    const text = JSON.stringify(
      [...sections].map(([, part]) => part),
      (_, part) => (part instanceof Map ? Object.fromEntries(part) : part),
    );
    assert.match(text, /"uniqid":"65d0a"/);
    assert.match(text, /"mode_mac":"x"/);
    assert.match(
      text,
      /"interface":"_vip65d0a","uniqid":"[^"]+","descr":"","type":"single","subnet_bits":"24","subnet":"10.0.0.4"/,
    );
  });

  test('an address of the node alone stays, and is not sent', () => {
    const alias = new Map(
      Object.entries({ mode: 'ipalias', interface: 'lan', subnet: '10.0.0.77', subnet_bits: '24' }),
    );
    const made = after('one', fresh('one'));
    const held = withAt(made, 'virtualip/vip', [alias, ...listOf(at(made, 'virtualip/vip'))]);
    assert.deepEqual(changes('one', held), []);
  });

  test('one that the document gives the node, and that is not there, is told', () => {
    const other = load((text) => text.replace('one: [10.0.0.11/24]', 'one: [10.0.0.11/24, 10.0.0.77/24]'));
    const { byHand, sections } = nodePlan(other, 'one', version, fresh('one'));
    assert.deepEqual(byHand, [{ code: 'alias', what: 'lan 10.0.0.77' }]);
    const sent = treeOfValue(sections.get('virtualip') ?? '', '', []);
    assert.deepEqual(
      listOf(at(sent, 'vip')).map((vip) => textOf(at(vip, 'subnet'))),
      ['203.0.113.10', '10.0.0.1', '10.0.0.3'],
    );
  });

  test('numbers and dates that pfSense writes into rules are no difference; order is', () => {
    const made = after('one', fresh('one'));
    const rules = listOf(at(made, 'filter/rule')).map(
      (rule) =>
        new Map<string, Tree>([
          ...mapOf(rule),
          ['tracker', '7'],
          ['created', new Map([['time', '1']])],
          ['max', ''],
        ]),
    );
    assert.deepEqual(changes('one', withAt(made, 'filter/rule', rules)), []);
    assert.deepEqual(changes('one', withAt(made, 'filter/rule', rules.toReversed())), ['order filter 2']);
    const logging = rules.with(0, new Map([...(rules[0] ?? []), ['log', '']]));
    assert.deepEqual(changes('one', withAt(made, 'filter/rule', logging)), ['changed filter out']);
  });

  test('what calls cannot bring is told, and strangers’ networks are refused', () => {
    const held = fresh('one');
    const moved = withAt(
      withAt(held, 'interfaces/lan/ipaddr', '10.0.0.99'),
      'interfaces/wan/enable',
      undefined,
    );
    const plan = nodePlan(document, 'one', version, moved);
    assert.deepEqual(plan.misfits, []);
    assert.deepEqual(plan.byHand, [
      { code: 'disabled', what: 'wan' },
      { code: 'address', what: 'lan', wanted: '10.0.0.11/24', found: '10.0.0.99/24' },
    ]);
    const other = withAt(moved, 'interfaces/lan/descr', 'GUESTS');
    assert.deepEqual(nodePlan(document, 'one', version, other).misfits, ['lan is LAN here and GUESTS there']);
    const named = withAt(held, 'interfaces/lan/descr', 'OFFICE');
    assert.deepEqual(nodePlan(document, 'one', version, named).misfits, []);
  });
});
