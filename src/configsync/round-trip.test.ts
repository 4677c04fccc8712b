/** Documents drawn from the whole schema go out to two pfSenses and come back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import type { ClusterDocument } from '#config/document.ts';
import { loadDocument } from '#config/load.ts';
import { filesOf } from '#config/pfsense/as-text.ts';
import type { PfConfig } from '#config/pfsense/model.ts';
import { readConfig } from '#config/pfsense/read.ts';
import { importCluster } from '#config/pfsense/to-cluster.ts';
import { icmpTypes, protocols } from '#config/rules-document.ts';
import { comeBack, takeSections } from './come-back.ts';
import { configFile } from './config-file.ts';
import { dialectOf } from './dialect.ts';
import { pfsenseTree } from './export.ts';
import { restore } from './restore.ts';
import { outgoing } from './send.ts';
import { settled, treeOfValue } from './tree.ts';

const seed = 20_261_121;
const secrets = { one: 'Pont-1', two: 'Pont "2" & <3>' };

type Arb<T> = fc.Arbitrary<T>;
/** Each field there or not. */
const some = <T extends Record<string, unknown>>(
  fields: { [K in keyof T]: Arb<T[K]> },
  required: (keyof T)[] = [],
): Arb<Partial<T>> =>
  fc.record(fields as Record<string, Arb<unknown>>, { requiredKeys: required as never[] }) as Arb<Partial<T>>;

const description = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .map((text) => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '').trim());
const four = fc
  .tuple(fc.constantFrom(10, 172, 198), fc.nat(255), fc.nat(255), fc.integer({ min: 1, max: 254 }))
  .map((bytes) => bytes.join('.'));
const six = fc
  .tuple(fc.nat(0xffff), fc.integer({ min: 1, max: 0xffff }))
  .map(([a, b]) => `2001:db8:${a.toString(16)}::${b.toString(16)}`.replace('db8:0::', 'db8::'));
const address = fc.oneof(four, six);
const network = fc.oneof(
  fc.tuple(four, fc.integer({ min: 0, max: 32 })).map(([one, bits]) => `${one}/${bits}`),
  fc.tuple(six, fc.integer({ min: 0, max: 128 })).map(([one, bits]) => `${one}/${bits}`),
);
const port = fc.oneof(
  fc.nat(65_535),
  fc
    .tuple(fc.integer({ min: 1, max: 30_000 }), fc.integer({ min: 1, max: 30_000 }))
    .map(([low, more]) => `${low}-${low + more}`),
);
const list = <T>(item: Arb<T>): Arb<T | T[]> =>
  fc.oneof(item, fc.array(item, { minLength: 1, maxLength: 3 }));
const flag = fc.boolean();
const pick = fc.constantFrom;

const ifnames = ['wan', 'lan', 'sync', 'opt2', 'dmz'];
const ifname = pick(...ifnames);
const hostAliases = ['HOSTS', 'NETS', 'TABLE'];
const place = fc.oneof(
  pick('any', 'self', ...ifnames.flatMap((name) => [`${name} net`, `${name} address`]), ...hostAliases),
  address,
  network,
);
const endpoint = fc.tuple(pick('', '', '', 'not '), place).map(([not, text]) => `${not}${text}`);
const ports = list(fc.oneof(port, pick('PORTS', 'MOREPORTS')));
const remarks = { disabled: flag, description };

const matching = {
  family: pick('ipv4', 'ipv6', 'both'),
  protocol: fc.oneof(pick(...protocols), fc.nat(255)),
  icmpType: list(pick(...icmpTypes)),
  source: list(endpoint),
  sourcePorts: ports,
  destination: list(fc.oneof(endpoint, pick('wan vip', 'not lan vip'))),
  ports,
  log: flag,
  ...remarks,
  gateway: pick('WANGW', 'WANGW6', 'OUT', '198.51.100.77'),
  schedule: pick('OFFICE', 'HOLIDAYS'),
  state: pick('keep', 'none'),
  limits: some({
    states: fc.integer({ min: 1, max: 999_999 }),
    statesPerSource: fc.integer({ min: 1, max: 999_999 }),
    newPerSource: fc.record({ count: fc.integer({ min: 1, max: 999_999 }), seconds: pick(1, 60, 3600) }),
  }),
};
const action = pick('pass', 'block', 'reject');
const rule = some({ action, interface: ifname, direction: pick('in'), ...matching }, ['action', 'interface']);
const floatingRule = some(
  {
    action,
    interfaces: fc.oneof(pick('any'), fc.uniqueArray(ifname, { minLength: 1 })),
    direction: pick('in', 'out', 'any'),
    quick: flag,
    ...matching,
  },
  ['action'],
);

const outbound = some(
  {
    interface: ifname,
    protocol: pick(...protocols),
    source: list(endpoint),
    sourcePorts: ports,
    destination: list(endpoint),
    ports,
    translateTo: pick('interface', 'none', '198.51.100.1', '10.200.0.1'),
    staticPort: flag,
    ...remarks,
  },
  ['interface'],
);
const portForward = some(
  {
    interface: ifname,
    protocol: pick('tcp', 'udp', 'tcp/udp'),
    source: list(endpoint),
    sourcePorts: ports,
    destination: list(endpoint),
    ports,
    target: address,
    targetPort: fc.integer({ min: 1, max: 65_535 }),
    rule: pick('associated', 'pass', 'none'),
    reflection: flag,
    ...remarks,
  },
  ['interface', 'ports', 'target'],
);
const bits = fc.integer({ min: 8, max: 32 });
const sides = fc.oneof(
  fc.tuple(four, four),
  fc.tuple(six, six),
  fc.tuple(four, four, bits).map(([one, other, length]) => [`${one}/${length}`, `${other}/${length}`]),
);
const oneToOne = fc
  .tuple(
    sides,
    some({ interface: ifname, destination: list(endpoint), reflection: flag, ...remarks }, ['interface']),
  )
  .map(([[external, internal], rest]) => ({ external, internal, ...rest }));
const withBits = network;
const npt = some({ interface: ifname, internal: withBits, external: withBits, ...remarks }, [
  'interface',
  'internal',
  'external',
]);

const times = pick(
  { from: '08:00', to: '17:30', days: ['mon', 'fri'] },
  { dates: ['12-24', '02-29'] },
  { from: '22:15' },
  {},
  { dates: ['2027-01-01'], to: '12:00' },
);
const schedule = some({ times: fc.array(times, { minLength: 1, maxLength: 3 }), description }, ['times']);

const perNode = <T>(value: Arb<T>) => some({ FW1: value, FW2: value });
const orPerNode = <T>(value: Arb<T>) => fc.oneof(value, perNode(value));
const face = (n: number) =>
  some({
    description: description.map((text) => text || 'x'),
    device: orPerNode(fc.stringMatching(/^[a-z]{2,4}[0-9]{1,2}(\.[1-9]\d{0,2})?$/)),
    addresses: perNode(
      fc.array(
        fc.integer({ min: 2, max: 250 }).map((host) => `10.${n}.0.${host}/24`),
        { maxLength: 3 },
      ),
    ),
    gateway: pick('WANGW', 'WANGW6', `10.${n}.0.254`),
    blockPrivate: flag,
    blockBogons: flag,
    antispoof: flag,
    enabled: orPerNode(flag),
    role: pick('wan', 'lan', 'dmz', 'management', 'sync', 'other'),
  });

const virtualIp = some(
  {
    interface: ifname,
    vhid: fc.integer({ min: 2, max: 255 }),
    addresses: fc.array(network, { minLength: 1, maxLength: 3 }),
    advbase: fc.integer({ min: 1, max: 254 }),
    advskew: perNode(fc.nat(254)),
    password: fc.oneof(
      fc.stringMatching(/^[A-Za-z0-9._-]{1,19}$/),
      pick({ secret: 'one' }, { secret: 'two' }),
    ),
    description,
    mac: pick('virtual', 'interface'),
  },
  ['interface', 'vhid', 'addresses', 'password'],
);

const document = (failover: Arb<string>) =>
  fc.record(
    {
      cluster: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/),
      failover,
      mixed: flag,
      preempt: flag,
      strict: flag,
      nodes: some({ FW1: some({ priority: pick(3, 9) }), FW2: some({ priority: pick(5, 7) }) }, [
        'FW1',
        'FW2',
      ]),
      interfaces: fc.record(Object.fromEntries(ifnames.map((name, n) => [name, face(n)]))),
      gateways: fc.constant({
        WANGW: { interface: 'wan', address: '10.0.0.254' },
        WANGW6: { interface: 'wan', address: '2001:db8::fe', description: 'six', monitor: '2001:db8:9::1' },
        LTE: { interface: 'wan', address: '10.0.0.253', monitor: 'none' },
      }),
      gatewayGroups: fc.constant({ OUT: { tiers: [['WANGW'], ['LTE']], description: 'both' } }),
      virtualIps: fc
        .uniqueArray(virtualIp, { selector: (vip) => `${vip.interface} ${vip.vhid}`, maxLength: 4 })
        .map((more) => [
          { interface: 'wan', vhid: 1, addresses: ['198.51.100.1/24', '10.200.0.1/16'], password: 'Pont-3' },
          ...more,
        ]),
      ha: some({
        sync: some(
          {
            interface: ifname,
            peers: perNode(four),
            states: flag,
            keys: fc.array(pick({ secret: 'two' }, 'plain-key-1'), { minLength: 1, maxLength: 2 }),
            config: some({
              from: pick('FW1', 'FW2'),
              peer: four,
              user: pick('admin', 'sync'),
              password: pick({ secret: 'one' }, 'Bac-1'),
              verifyCertificate: flag,
              synchroniseAdmin: flag,
              sections: fc.oneof(pick('all'), fc.constant(['rules', 'nat', 'virtualIps'])),
            }),
          },
          ['interface'],
        ),
        hostId: fc.constant({ FW1: '0000abcd', FW2: '12e45678' }),
      }),
      management: some({ user: pick('admin', 'boss'), password: pick({ secret: 'one' }) }),
      dhcp: fc.uniqueArray(
        some(
          {
            interface: ifname,
            range: fc.constant({ from: '10.1.0.10', to: '10.1.0.99' }),
            gateway: four,
            dns: fc.array(address, { maxLength: 2 }),
          },
          ['interface', 'range'],
        ),
        { selector: (one) => one.interface, maxLength: 3 },
      ),
      helpers: fc.uniqueArray(pick('ftp', 'sip')),
      aliases: fc.record({
        HOSTS: fc.record({ type: pick('hosts'), entries: fc.array(address, { maxLength: 4 }) }),
        NETS: some(
          {
            type: pick('networks'),
            entries: fc.array(fc.oneof(address, network, pick('HOSTS')), { maxLength: 4 }),
            description,
          },
          ['type', 'entries'],
        ),
        TABLE: some(
          {
            type: pick('urltable'),
            url: pick('https://example.com/list.txt?a=1&b=2'),
            refreshHours: pick(1, 24, 48),
            description,
          },
          ['type', 'url'],
        ),
        PORTS: fc.record({ type: pick('ports'), entries: fc.array(port, { maxLength: 4 }) }),
        MOREPORTS: fc.record({
          type: pick('ports'),
          entries: fc.array(fc.oneof(port, pick('PORTS')), { maxLength: 4 }),
        }),
      }),
      schedules: fc.record({ OFFICE: schedule, HOLIDAYS: schedule }),
      floatingRules: fc.array(floatingRule, { maxLength: 3 }),
      rules: fc.array(rule, { maxLength: 6 }),
      antiLockout: fc.oneof(fc.constant(false), ifname),
      nat: some({
        outbound: some({
          mode: pick('automatic', 'hybrid', 'manual', 'off'),
          rules: fc.array(outbound, { maxLength: 3 }),
        }),
        portForwards: fc.array(portForward, { maxLength: 3 }),
        oneToOne: fc.array(oneToOne, { maxLength: 2 }),
        npt: fc.array(npt, { maxLength: 2 }),
      }),
      loadBalancer: fc.constantFrom(
        { workers: 12 },
        {
          pools: { web: { members: [{ address: '10.1.0.9' }], port: 80 } },
          virtualServers: { www: { addresses: ['198.51.100.1'], port: 80, pool: 'web' } },
        },
      ),
    },
    {
      requiredKeys: [
        'cluster',
        'failover',
        'nodes',
        'interfaces',
        'gateways',
        'gatewayGroups',
        'aliases',
        'schedules',
        'virtualIps',
      ],
    },
  );

const loadedFrom = (text: string, from: Readonly<Record<string, string>>): ClusterDocument => {
  const loaded = loadDocument(text, { secrets: from });
  assert.ok(loaded.ok, `${JSON.stringify(loaded.ok ? '' : loaded.error)}\n${text}`);
  return loaded.value.document;
};
const read = (text: string): PfConfig => {
  const config = readConfig(text);
  assert.ok(config.ok, JSON.stringify(config));
  return config.value;
};
const nodes = ['FW1', 'FW2'];

test('a round trip by two pfSenses loses nothing that is in the schema', () => {
  fc.assert(
    fc.property(document(pick('standard', 'fast', 'fastest')), (drawn) => {
      const text = stringify(drawn);
      const before = loadedFrom(text, secrets);
      const files = nodes.map((node) =>
        configFile(pfsenseTree(before, node, { source: { text, secrets } }).tree),
      );
      const [one, two] = files.map(read);
      assert.ok(one !== undefined && two !== undefined);
      const back = comeBack([one, two]);
      assert.ok(back.ok, JSON.stringify(back));
      assert.equal(back.value.document, text);
      assert.deepEqual(loadedFrom(back.value.document, back.value.passwords), before);
    }),
    { seed, numRuns: 150 },
  );
});

test('what a pfSense holds, it gives back by itself: nothing changes in a second export', () => {
  fc.assert(
    fc.property(document(pick('standard')), (drawn) => {
      // A node's own traffic is never translated here, so that an import leaves such a rule out.
      const rules = drawn.nat?.outbound?.rules?.filter(({ source }) => !`${source}`.includes('self')) ?? [];
      const nat = { ...drawn.nat, outbound: { ...drawn.nat?.outbound, rules } };
      const before = loadedFrom(stringify({ ...drawn, nat }), secrets);
      const out = (of: ClusterDocument) => nodes.map((node) => pfsenseTree(of, node).tree);
      const first = out(before).map((tree) => configFile(settled(tree)));
      const [one, two] = first.map(read);
      assert.ok(one !== undefined && two !== undefined);
      const { document: text, passwords } = filesOf(importCluster([one, two], nodes).value);
      const after = loadedFrom(text, passwords);
      for (const part of ['aliases', 'schedules', 'filter', 'nat', 'virtualip', 'gateways', 'dhcpd']) {
        const sections = (of: ClusterDocument) => out(of).map((tree) => plain(tree.get(part)));
        assert.deepEqual(sections(after), sections(before), part);
      }
    }),
    { seed, numRuns: 150 },
  );
});

/** Maps as lists of pairs, so that their order counts. */
function plain(part: unknown): unknown {
  if (part instanceof Map) return [...part].map(([name, inner]) => [name, plain(inner)]);
  return Array.isArray(part) ? part.map(plain) : part;
}

test('a push between two nodes of the same document changes nothing, byte for byte', () => {
  const dialect = dialectOf('23.3');
  fc.assert(
    fc.property(document(pick('standard', 'fast')), (drawn) => {
      const text = stringify({
        ...drawn,
        ha: { sync: { interface: 'sync', config: { from: 'FW1', peer: '10.2.0.2' } } },
        nodes: { FW1: null, FW2: null },
      });
      const current = loadedFrom(text, secrets);
      const sent = treeOfValue(
        outgoing(pfsenseTree(current, 'FW1').tree, dialect, { complete: true }),
        '',
        [],
      );
      assert.ok(sent instanceof Map);
      const local = settled(pfsenseTree(current, 'FW2').tree);
      const { config } = restore(local, settled(sent), dialect, { repairs: true });
      const taken = takeSections(text, current, 'FW2', config);
      assert.ok(taken.ok, JSON.stringify(taken));
      assert.equal(taken.value.text, text);
      assert.deepEqual(taken.value.notes, []);
    }),
    { seed, numRuns: 100 },
  );
});
