/** To whom revisions are sent, and when they are not: without sockets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '#base/result.ts';
import { loadDocument } from '#config/load.ts';
import { encodeFault } from '#configsync/codec.ts';
import { faults } from '#configsync/methods.ts';
import { Pusher } from './pusher.ts';

const documentOf = (config: string, more = '') => {
  const loaded = loadDocument(`
cluster: pair
failover: standard
${more}
nodes: { fw1: { priority: 1 }, fw2: { priority: 2 } }
interfaces:
  lan: { device: eth0, addresses: { fw1: [10.9.0.2/24], fw2: [10.9.0.3/24] } }
ha: { sync: { interface: lan, config: { ${config} } } }
`);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.value.document;
};

/** A pusher at `node` with a pfSense that refuses every login. */
function rig(node: string) {
  const hosts: string[] = [];
  const open = new Map<string, string>();
  let now = { revision: 0, document: documentOf('peer: 10.9.0.9, password: x') };
  const pusher = new Pusher({
    node,
    inForce: async () => ok({ ...now, hash: `${now.revision}`, text: '' }),
    isNode: (address) => address === '10.9.0.7',
    call: async ({ host }) => {
      hosts.push(host);
      return ok({ status: 200, body: Buffer.from(encodeFault({ code: faults.authentication, text: 'no' })) });
    },
    found: (code, address, cause) => {
      if (cause === undefined) open.delete(`${code} ${address}`);
      else open.set(`${code} ${address}`, cause);
    },
    log: () => undefined,
  });
  const follow = async (config: string, more?: string): Promise<void> => {
    now = { revision: now.revision + 1, document: documentOf(config, more) };
    pusher.wake();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { hosts, open, pusher, follow };
}

test('a login that was refused is not tried again until it has changed', async () => {
  const { hosts, open, pusher, follow } = rig('fw1');
  for (let i = 0; i < 3; i += 1) await follow('peer: 10.9.0.9, password: x');
  assert.deepEqual(hosts, ['10.9.0.9']);
  assert.match(open.get('sync-not-sent 10.9.0.9') ?? '', /it refuses the login/);
  assert.deepEqual(Object.keys(pusher.stands), ['pfSense 10.9.0.9']);
  await follow('peer: 10.9.0.9, password: y');
  assert.deepEqual(hosts, ['10.9.0.9', '10.9.0.9']);
  pusher.close();
});

test('nodes of Bascule, and another node than the one that sends, are left alone', async () => {
  const { hosts, follow, pusher } = rig('fw1');
  await follow('peer: 10.9.0.3, password: x');
  await follow('peer: 10.9.0.7, password: x');
  await follow('peer: 10.9.0.9, from: fw2, password: x');
  await follow('password: x');
  assert.deepEqual(hosts, []);
  await follow('peer: 10.9.0.3, password: x', 'mixed: true');
  assert.deepEqual(hosts, ['10.9.0.3']);
  pusher.close();
});

test('a pfSense that is no target any more leaves no finding behind', async () => {
  const { open, follow, pusher } = rig('fw1');
  await follow('peer: 10.9.0.9, password: x');
  assert.equal(open.size, 1);
  await follow('password: x');
  assert.equal(open.size, 0);
  assert.deepEqual(pusher.stands, {});
  pusher.close();
});
