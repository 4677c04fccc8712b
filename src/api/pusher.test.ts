/** To whom revisions are sent, and when they are not: without sockets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '#base/result.ts';
import { loadDocument } from '#config/load.ts';
import { encodeAnswer, encodeFault } from '#configsync/codec.ts';
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

/** A pusher with a pfSense that is of a version, and notes which calls come. */
function versionRig(version: string) {
  const calls: string[] = [];
  const logged: string[] = [];
  const open = new Map<string, string>();
  const document = documentOf('peer: 10.9.0.9, password: x, sections: [aliases]');
  const held = new Map([['interfaces', new Map([['lan', new Map([['descr', 'LAN']])]])]]);
  let revision = 0;
  const pusher = new Pusher({
    node: 'fw1',
    inForce: async () => ok({ revision, hash: `${revision}`, text: '', document }),
    isNode: () => false,
    call: async ({ body }) => {
      const method = /pfsense\.(\w+)/.exec(body)?.[1] ?? '';
      calls.push(method);
      const value = method === 'host_firmware_version' ? new Map([['config_version', version]]) : true;
      const answer = encodeAnswer(method === 'backup_config_section' ? held : value);
      assert.ok(answer.ok);
      return ok({ status: 200, body: Buffer.from(answer.value) });
    },
    found: (code, _address, cause) => void (cause === undefined ? open.delete(code) : open.set(code, cause)),
    log: (_level, line) => logged.push(line),
  });
  const push = async (): Promise<void> => {
    revision += 1;
    const before = logged.length + open.size;
    pusher.wake();
    for (let turn = 0; turn < 1_000 && logged.length + open.size === before; turn += 1)
      await new Promise((resolve) => setImmediate(resolve));
  };
  return { calls, logged, open, pusher, push };
}

test('a pfSense of another release is written to in its own version, which is remembered', async () => {
  const { calls, logged, open, pusher, push } = versionRig('19.1');
  await push();
  assert.match(logged.join(), /revision 1 is at the pfSense 10\.9\.0\.9/);
  assert.equal(calls.filter((method) => method === 'host_firmware_version').length, 2);
  assert.equal(open.has('sync-not-sent'), false);
  await push();
  assert.equal(calls.filter((method) => method === 'host_firmware_version').length, 3, 'asked once now');
  pusher.close();
});

test('a release that nobody has looked at yet, or one before 2.4, is sent nothing', async () => {
  for (const version of ['26.1', '15.8']) {
    const { calls, open, pusher, push } = versionRig(version);
    await push();
    assert.deepEqual(calls, ['host_firmware_version']);
    assert.match(
      open.get('sync-not-sent') ?? '',
      new RegExp(`another version: ${version} there, 23\\.3 here`),
    );
    pusher.close();
  }
});
