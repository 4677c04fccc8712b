import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Ipv4, type Mac, parseIpv4 } from '#base/address.ts';
import { ok } from '#base/result.ts';
import { nextRevision } from '#commit/revision.ts';
import type { VipProvisioner } from '#ports/kernel.ts';
import { openDocument, textReader } from './opening.ts';
import { worldOf, worldOfPeers } from './plan.ts';
import { openRevisionStore } from './revision-store.ts';

const textWith = (password: string, rules = ''): string => `cluster: opening
nodes: { fw1: { priority: 1 }, fw2: { priority: 2${rules} } }
interfaces: { lan: { device: eth0, addresses: { fw1: [10.0.0.2/24], fw2: [10.0.0.3/24] } } }
virtualIps:
  - { interface: lan, vhid: 7, addresses: [10.0.0.1/24], password: ${password} }
`;
const [old, fresh] = [textWith('Pont-levis-1789'), textWith('Herse-et-barbacane')];

describe('the document that a starting node takes', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'bascule-opening-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const read = textReader(() => ({}), 'fw2');
  const origin = { author: 'anna', reason: '', node: 'fw1' };
  /** A store with both revisions, the second made at a time, ms since 1970. */
  const storeOf = (name: string, madeAt: number) => {
    const store = openRevisionStore(join(folder, name));
    const first = nextRevision(undefined, old, { ...origin, time: 1 });
    for (const revision of [first, nextRevision(first, fresh, { ...origin, time: madeAt })])
      assert.ok(store.append(revision).ok);
    return store;
  };
  const passwords = (store: ReturnType<typeof storeOf>, now: number) => {
    const opened = openDocument(undefined, store, read, now);
    assert.ok(opened.ok);
    const { document, former } = opened.value;
    return [document, former].map((one) => one?.virtualIps[0]?.password);
  };

  test('comes with the one before, as long as peers may speak as that one says', () => {
    const now = Date.now();
    const store = storeOf('recent', now);
    assert.deepEqual(passwords(store, now + 1_000), ['Herse-et-barbacane', 'Pont-levis-1789']);
    assert.deepEqual(passwords(store, now + 10_000), ['Herse-et-barbacane', undefined]);
  });

  test('that a node has just been given by joining is an old one to its peers', () => {
    const now = Date.now();
    assert.deepEqual(passwords(storeOf('joined', now - 86_400_000), now + 1_000), [
      'Herse-et-barbacane',
      undefined,
    ]);
  });

  test('a section that is the own one of each node is opened as that of this node', () => {
    const opened = read(
      textWith(
        'Pont-levis-1789',
        ', own: { aliases: { here: { type: hosts, entries: [10.0.0.9] } } }',
      ).replace('priority: 1 }', 'priority: 1, own: { aliases: {} } }'),
    );
    assert.deepEqual(opened.ok && Object.keys(opened.value.aliases), ['here']);
  });

  test('the guard begins with what peers go by, and with nothing else of it', () => {
    const describeLink: VipProvisioner['describe'] = () =>
      ok({ index: 1, mac: '' as Mac, ipv4: ['10.0.0.3' as Ipv4], ipv6: [] });
    const [before, now] = [old, fresh].map((text) => {
      const document = read(text);
      assert.ok(document.ok);
      return document.value;
    });
    assert.ok(before !== undefined && now !== undefined && parseIpv4('10.0.0.3').ok);
    const start = { firstSequence: 5, seed: 6 };
    const worlds = [now, before].map((document) => {
      const world = worldOf(document, 'fw2', describeLink, start);
      assert.ok(world.ok);
      return world.value;
    });
    const [world, former] = worlds;
    assert.ok(world !== undefined && former !== undefined);
    assert.equal(worldOfPeers(world, undefined, 'fw2'), world);
    assert.deepEqual(worldOfPeers(world, before, 'fw2'), former);
    assert.notDeepEqual(world, former);
  });
});
