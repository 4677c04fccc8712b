/** Who may read and change what stands under a node instead of for all: the same as for all. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Grants } from '#config/privileges.ts';
import { CommitPair } from '#sim/commit-cluster.ts';
import { DocumentDesk } from './document-desk.ts';
import type { World } from './handlers.ts';
import { accountHandlers } from './handlers-accounts.ts';
import { documentHandlers } from './handlers-document.ts';

const hash =
  '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZWhhc2hzb21laGFzaHNvbWVoYXNoc29tZWhhc2g';
const text = `cluster: apart
nodes:
  PF1: { priority: 1 }
  PF2: { priority: 2 }
interfaces:
  lan: { device: eth0, addresses: { PF1: [10.0.0.2/24], PF2: [10.0.0.3/24] } }
rules:
  - { action: pass, interface: lan, description: out }
users: { anna: { password: "${hash}", groups: [admins] } }
`;

/** The handlers of a node of a pair, asked by somebody with these grants. */
function rig(grants: Grants, from = text, node: 0 | 1 = 0) {
  const pair = new CommitPair(from);
  const self = pair.member(node, node);
  const desk = new DocumentDesk(self);
  const coordinator = pair.coordinators[node];
  const parts = {
    node: self.node,
    desk,
    coordinator,
    audit: () => undefined,
    wallClock: () => 0,
    clock: () => 0,
  };
  const world = { ...parts, isLab: false, version: '0' } as unknown as World;
  const caller = { name: 'eve', title: 'eve', grants, readOnly: false, session: undefined };
  const call = async (body: object, more: object = {}) => {
    const paper = await desk.newest();
    assert.ok(paper.ok);
    const common = { caller, address: '', header: () => undefined, ifMatch: `"${paper.value.head.hash}"` };
    return { ...common, body: { reason: '', ...body }, query: {}, params: {}, ...more } as never;
  };
  const document = documentHandlers(world);
  return { pair, call, document, accounts: accountHandlers(world), textNow: () => pair.nodes[1].text ?? '' };
}
const everything: Grants = { all: 'write' };
/** Apart as the route makes it. */
async function parted(...own: string[]): Promise<string> {
  const admin = rig(everything);
  const done = await admin.document.shareSections(await admin.call({ own, shared: [] }));
  assert.ok(done.ok, JSON.stringify(done));
  return admin.textNow();
}

describe('sections of each node', () => {
  test('are made by whoever may change the section, and by nobody else', async () => {
    const eve = rig({ rules: 'write' });
    const rules = await eve.document.shareSections(await eve.call({ own: ['rules'], shared: [] }));
    assert.ok(rules.ok && rules.value.head.number === 2, JSON.stringify(rules));
    assert.match(eve.textNow(), /PF2:[\s\S]*own:[\s\S]*description: out/);
    for (const grants of [{ rules: 'write' }, { system: 'write', users: 'write' }] as const) {
      const other = rig(grants);
      const refused = await other.document.shareSections(await other.call({ own: ['users'], shared: [] }));
      assert.ok(!refused.ok && refused.error.code === 'forbidden', JSON.stringify(refused));
    }
  });

  test('are not seen by who may see the nodes alone, and seen by who may see the section', async () => {
    const apart = await parted('rules', 'users');
    const shown = async (grants: Grants): Promise<string> => {
      const somebody = rig(grants, apart);
      const read = await somebody.document.document(await somebody.call({}));
      assert.ok(read.ok);
      return JSON.stringify(read.value.document);
    };
    assert.doesNotMatch(await shown({ system: 'read' }), /description|anna/);
    const rules = await shown({ rules: 'read' });
    assert.match(rules, /PF2.*description/);
    assert.doesNotMatch(rules, /anna|priority/);
    assert.doesNotMatch(await shown(everything), /argon2id/, 'hashes stay masked');
  });

  test('nobody makes himself an administrator of one node by way of the nodes', async () => {
    const apart = await parted('users');
    const eve = rig({ system: 'write', users: 'write' }, apart);
    const path = ['nodes', 'PF2', 'own', 'users', 'eve'];
    const refused = await eve.document.editDocument(
      await eve.call({ operations: [{ op: 'set', path, value: { groups: ['admins'] } }] }),
    );
    assert.ok(!refused.ok && refused.error.code === 'forbidden', JSON.stringify(refused));
  });

  test('differences are not lost, and the refusal says between whom', async () => {
    const admin = rig(
      everything,
      (await parted('rules')).replace(/description: out(?![\s\S]*description: out)/, 'description: in'),
    );
    const refused = await admin.document.shareSections(await admin.call({ own: [], shared: ['rules'] }));
    assert.match(JSON.stringify(refused), /PF1 and PF2 differ/);
    const taken = await admin.document.shareSections(
      await admin.call({ own: [], shared: ['rules'], take: 'PF2' }),
    );
    assert.ok(taken.ok);
    assert.match(admin.textNow(), /^ {2}.*description: in/m);
  });

  test('users are those of the node that is asked, and are changed there', async () => {
    const apart = await parted('users');
    const second = rig(everything, apart, 1);
    const put = await second.accounts.putUser(
      await second.call({}, { params: { user: 'bert' }, body: { description: 'Only here' } }),
    );
    assert.ok(put.ok, JSON.stringify(put));
    const names = async (node: 0 | 1): Promise<string[]> => {
      const asked = rig(everything, second.textNow(), node);
      const users = await asked.accounts.users(await asked.call({}));
      return users.ok ? users.value.users.map(({ name }) => name) : [];
    };
    assert.deepEqual(await names(0), ['anna']);
    assert.deepEqual(await names(1), ['anna', 'bert']);
  });

  test('a node whose users are its own has been set up', async () => {
    const apart = await parted('users');
    const node = rig({}, apart);
    const session = await node.accounts.session(await node.call({}, { caller: undefined }));
    assert.ok(session.ok && session.value.setUp === false);
  });
});
