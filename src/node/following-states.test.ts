import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ipv4, Mac } from '#base/address.ts';
import { fail, ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import { loadDocument } from '#config/load.ts';
import { statesOf } from './following-states.ts';

function documentOf(sync: string | undefined, rules = ''): ClusterDocument {
  const loaded = loadDocument(
    `
cluster: following
nodes: { a: {}, b: {} }
interfaces:
  sync: { device: eth2, addresses: { a: [10.9.0.2/24], b: [10.9.0.3/24] } }
  other: { device: eth3, addresses: { a: [10.8.0.2/24], b: [10.8.0.3/24] } }
virtualIps: []
rules: [${rules}]
${sync === undefined ? '' : `ha: { sync: { interface: ${sync}, keys: [Barbacane-1402-tour] } }`}
`,
    { env: {}, secrets: {} },
  );
  assert.ok(loaded.ok);
  return loaded.value.document;
}
const without = documentOf(undefined);
const overSync = documentOf('sync');
const overOther = documentOf('other');

/** Threads that begin as the test wants, and what was done with them. */
function world(
  first: ClusterDocument,
  begins: (document: ClusterDocument) => Result<void> = () => ok(undefined),
  former?: ClusterDocument,
) {
  const done: string[] = [];
  const states = statesOf(first, {
    node: 'a',
    former,
    start: (document) => {
      const over = document.ha.sync?.interface;
      if (over === undefined) return undefined;
      done.push(`start over ${over}`);
      return {
        begun: Promise.resolve(begins(document)),
        leave: async () => void done.push(`leave ${over}`),
        rekey: (secrets) => void done.push(`keys ${secrets.join()}`),
      };
    },
    prepare: () => {
      done.push('prepare');
      return () => done.push('put back');
    },
    describe: (name) =>
      ok({ index: 1, mac: '' as Mac, ipv4: [(name === 'eth2' ? '10.9.0.2' : '10.8.0.2') as Ipv4], ipv6: [] }),
  });
  return { states, done };
}

test('the thread starts and ends with the document, and the settings of the kernel with it', async () => {
  const { states, done } = world(without);
  assert.deepEqual(await states.follow(without, overSync), ok(undefined));
  assert.deepEqual(await states.follow(overSync, without), ok(undefined));
  assert.deepEqual(done, ['prepare', 'start over sync', 'leave sync', 'put back']);
  await states.end();
  assert.equal(done.length, 4);
});

test('it starts anew when its plan has changed, with the settings in place, and is left alone otherwise', async () => {
  const { states, done } = world(overSync);
  const rule = '{ action: pass, interface: other, protocol: icmp }';
  await states.follow(overSync, documentOf('sync', rule));
  assert.deepEqual(done, ['prepare', 'start over sync']);
  assert.deepEqual(await states.tryOut(overSync, overOther), ok(['state synchronisation starts anew']));
  await states.follow(overSync, overOther);
  assert.deepEqual(done.slice(2), ['leave sync', 'start over other']);
  await states.end();
  assert.deepEqual(done.slice(4), ['leave other', 'put back']);
});

test('other keys are handed to the thread that runs, and back when the change comes to nothing', async () => {
  const { states, done } = world(overSync);
  const other = {
    ...overSync,
    ha: { sync: { ...overSync.ha.sync, keys: ['Herse-1403', 'Barbacane-1402-tour'] } },
  };
  const rekeyed = other as ClusterDocument;
  assert.deepEqual(await states.tryOut(overSync, rekeyed), ok(['state synchronisation gets other keys']));
  await states.follow(overSync, rekeyed);
  await states.follow(rekeyed, overSync);
  assert.deepEqual(done.slice(2), ['keys Herse-1403,Barbacane-1402-tour', 'keys Barbacane-1402-tour']);
});

test('a node that starts in the middle of a change of keys understands those who are still at the old one', async () => {
  const old = { ...overSync, ha: { sync: { ...overSync.ha.sync, keys: ['Herse-1403'] } } } as ClusterDocument;
  const { done } = world(overSync, undefined, old);
  assert.deepEqual(done, ['prepare', 'start over sync', 'keys Herse-1403', 'keys Barbacane-1402-tour']);
});

test('a thread that does not begin is replaced by the last', async () => {
  const { states, done } = world(overSync, ({ ha }) =>
    ha.sync?.interface === 'other' ? fail('no link') : ok(undefined),
  );
  assert.deepEqual(
    await states.follow(overSync, overOther),
    fail('state synchronisation does not begin: no link'),
  );
  assert.deepEqual(done.slice(2), ['leave sync', 'start over other', 'start over sync']);
});

test('an interface without the address that the document gives it is found before anything is done', async () => {
  const { states, done } = world(without);
  const moved = {
    ...overSync,
    interfaces: { ...overSync.interfaces, sync: { ...overSync.interfaces.other, device: 'eth2' } },
  } as ClusterDocument;
  for (const refused of [await states.tryOut(without, moved), await states.follow(without, moved)]) {
    assert.ok(!refused.ok);
    assert.match(refused.error, /eth2 has no address 10\.8\.0\.2 here/);
  }
  assert.deepEqual(done, []);
});
