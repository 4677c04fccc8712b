import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ipv4, Mac } from '#base/address.ts';
import { fail, ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import { loadDocument } from '#config/load.ts';
import type { NodeFacts } from './describe.ts';
import { vipsOf } from './following-vips.ts';

interface Variant {
  readonly vips?: readonly string[];
  readonly device?: string;
  readonly enabled?: boolean;
  readonly description?: string;
  readonly password?: string;
}
const stays = (one: Variant) =>
  `{ interface: lan, vhid: 20, addresses: [10.0.0.1/24], password: ${one.password ?? 'Pont-levis-1789'}, description: ${one.description ?? 'one'} }`;

function documentOf(one: Variant = {}): ClusterDocument {
  const loaded = loadDocument(
    `
cluster: following
nodes: { a: {}, b: {} }
interfaces:
  lan:
    device: { a: ${one.device ?? 'eth0'}, b: eth0 }
    addresses: { a: [10.0.0.2/24], b: [10.0.0.3/24] }
    enabled: { a: ${one.enabled ?? true}, b: true }
  dmz: { device: eth1, addresses: { a: [10.1.0.2/24], b: [10.1.0.3/24] } }
virtualIps:
${[stays(one), ...(one.vips ?? [])].map((vip) => `  - ${vip}`).join('\n')}
rules: []
`,
    { env: {}, secrets: {} },
  );
  assert.ok(loaded.ok, loaded.ok ? '' : JSON.stringify(loaded.error));
  return loaded.value.document;
}
const second = '{ interface: dmz, vhid: 30, addresses: [10.1.0.1/24], password: Herse-1204-douve }';

/** A node's kernel and guard, in which everything that is done is written down. */
function world(refuses: (what: string) => boolean = () => false) {
  const done: string[] = [];
  const facts: NodeFacts[] = [];
  const interfaces = new Set(['eth0', 'eth1', 'eth5']);
  const note = (what: string): Result<void> => {
    done.push(what);
    return refuses(what) ? fail(`refused: ${what}`) : ok(undefined);
  };
  const part = vipsOf({
    node: 'a',
    provisioner: {
      adapt: (devices, held) =>
        note(`adapt ${devices.map(({ name }) => `${name}${held.has(name) ? ' (held)' : ''}`).join(' ')}`),
      discard: (names) => (names.length === 0 ? ok(undefined) : note(`discard ${names.join(' ')}`)),
      describe: (name) =>
        interfaces.has(name)
          ? ok({ index: 1, mac: '02:00:00:00:00:01' as Mac, ipv4: ['10.0.0.2' as Ipv4], ipv6: [] })
          : fail(`there is no interface "${name}" here`),
    },
    guard: {
      reconfigure: async ({ vips }) => note(`guard ${vips.map(({ key }) => key).join(' ')}`),
      retire: async (keys) => note(`retire ${keys.join(' ')}`),
    },
    begin: () => ({ firstSequence: 1, seed: 1 }),
    isMaster: (key) => key === 'lan@20',
    tell: (told) => facts.push(told),
  });
  return { part, done, facts, interfaces };
}

test('a virtual IP that comes has its device before the guard knows it, one that goes after', async () => {
  const { part, done } = world();
  await part.follow(documentOf(), documentOf({ vips: [second] }));
  await part.follow(documentOf({ vips: [second] }), documentOf());
  assert.deepEqual(done, [
    'adapt eth1-v30',
    'guard lan@20 dmz@30',
    'adapt ',
    'guard lan@20',
    'discard eth1-v30',
  ]);
});

test('what only people read disturbs neither the kernel nor the guard', async () => {
  const { part, done, facts } = world();
  assert.deepEqual(await part.follow(documentOf(), documentOf({ description: 'two' })), ok(undefined));
  assert.deepEqual(done, []);
  assert.equal(facts.at(-1)?.vips[0]?.description, 'two');
});

test('a virtual IP that other nodes keep is given up before its device is touched', async () => {
  const { part, done } = world();
  await part.follow(documentOf(), documentOf({ device: 'eth5' }));
  assert.deepEqual(done, ['retire lan@20', 'adapt eth5-v20 (held)', 'guard lan@20', 'discard eth0-v20']);
  done.length = 0;
  await part.follow(documentOf(), documentOf({ enabled: false }));
  assert.deepEqual(done, ['retire lan@20', 'adapt ', 'guard ', 'discard eth0-v20']);
});

test('when the guard refuses, devices and guard are put back and the reason is told', async () => {
  const { part, done, facts } = world((what) => what === 'guard lan@20 dmz@30');
  const followed = await part.follow(documentOf(), documentOf({ vips: [second] }));
  assert.deepEqual(followed, fail('refused: guard lan@20 dmz@30'));
  assert.deepEqual(done.slice(1), ['guard lan@20 dmz@30', 'adapt ', 'guard lan@20', 'discard eth1-v30']);
  assert.deepEqual(
    facts.at(-1)?.vips.map(({ key }) => key),
    ['lan@20'],
  );
});

test('trying out says what would change, in words, and touches nothing', async () => {
  const { part, done } = world();
  const to = documentOf({ vips: [second], password: 'Machicoulis-1370' });
  assert.deepEqual(
    await part.tryOut(documentOf(), to),
    ok(['virtual IP lan@20 changes in place: password', 'virtual IP dmz@30 is added']),
  );
  assert.deepEqual(
    await part.tryOut(to, documentOf()),
    ok(['virtual IP lan@20 changes in place: password', 'virtual IP dmz@30 is removed']),
  );
  assert.deepEqual(done, []);
});

test('trying out finds an interface that is missing, and a name that is taken', async () => {
  const { part, interfaces } = world();
  const missing = await part.tryOut(documentOf(), documentOf({ device: 'eth9' }));
  assert.deepEqual(missing, fail('there is no interface "eth9" here'));
  interfaces.add('eth1-v30');
  const taken = await part.tryOut(documentOf(), documentOf({ vips: [second] }));
  assert.ok(!taken.ok);
  assert.match(taken.error, /dmz@30 needs the device "eth1-v30", but there is an interface of that name/);
});
