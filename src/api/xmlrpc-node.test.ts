/** What the endpoint for pfSenses stands for at a node, without sockets and processes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fail, ok } from '#base/result.ts';
import { loadDocument } from '#config/load.ts';
import type { Kept } from './contract/pfsense-words.ts';
import { Keeping, partsOf } from './xmlrpc-node.ts';

const documentOf = (config: string) => {
  const loaded = loadDocument(`
cluster: pair
nodes: { fw1: { priority: 1 }, fw2: { priority: 2 } }
interfaces:
  lan: { device: eth0, addresses: { fw1: [10.9.0.2/24], fw2: [10.9.0.3/24] } }
ha: { sync: { interface: lan, config: { password: x${config} } } }
`);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.value.document;
};

/** A node whose privileged process keeps what it is told to, and whose changes are all refused. */
function rig(config = '') {
  const keeps: (Kept | undefined)[] = [];
  const store = {
    kept: async () => ok(keeps.at(-1)),
    keep: async (kept: Kept | undefined) => {
      keeps.push(kept);
      return ok(undefined);
    },
  };
  const keeping = new Keeping(store);
  const document = documentOf(config);
  const parts = partsOf(
    {
      ...store,
      node: 'fw1',
      version: '0.1.0',
      inForce: async () => ok({ revision: 3, hash: 'x', text: 'text', document }),
      propose: async () => fail('PF2 refuses'),
      notice: () => undefined,
      took: () => undefined,
    },
    keeping,
  );
  return { keeps, keeping, parts };
}

test('the version is that of pfSense 2.7.2, or the one that the document says, however YAML would read it', async () => {
  const versionOf = async (config?: string): Promise<string> => {
    const standing = await rig(config).parts.standing();
    return standing.ok ? standing.value.version : standing.error;
  };
  assert.equal(await versionOf(), '23.3');
  assert.equal(await versionOf(', version: 19.1'), '19.1');
  assert.equal(await versionOf(', version: 22.10'), '22.10');
  assert.ok(!loadDocument('ha: { sync: { config: { version: 15.8 } } }').ok);
});

test('what is kept of a push that is refused is undone as something new, since other nodes may have heard of it', async () => {
  const { keeps, parts, keeping } = rig();
  keeps.push({ text: '{}', left: ['accounts'], at: 7 });
  keeping.forget();
  assert.ok((await parts.standing()).ok);
  const push = {
    text: 't',
    source: '10.9.0.9',
    reason: '',
    base: 3,
    kept: new Map([['wol', '']]),
    notes: [],
  };
  assert.ok(!(await parts.apply(push)).ok);
  assert.deepEqual(keeps.at(-1), { text: '{}', left: ['accounts'] });
  assert.equal(keeps.length, 3);
});
