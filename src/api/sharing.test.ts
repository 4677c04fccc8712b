import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fail, ok, type Result } from '#base/result.ts';
import type { PeerAddress } from './contract/inside.ts';
import type { Kept } from './contract/pfsense-words.ts';
import type { ApiAsks, SharedReply } from './contract/processes.ts';
import { Sharing, type SharingPeer } from './sharing.ts';

/** A node whose privileged process is a few fields. */
class Node {
  readonly name: string;
  readonly trusted = new Map<string, string>();
  kept: Kept | undefined;
  changes = 0;
  readonly asked: ApiAsks['kind'][] = [];
  readonly sharing: Sharing;
  readonly #all: readonly string[];

  constructor(name: string, all: readonly string[], trusts: readonly string[]) {
    this.name = name;
    this.#all = all;
    for (const node of trusts) this.trusted.set(node, `certificate of ${node}`);
    this.sharing = new Sharing({
      peers: () => this.#peers(),
      ask: async (what, schema) => ok(schema.parse(this.#core(what))),
      keptChanged: () => {
        this.changes += 1;
      },
    });
  }

  get door(): SharingPeer {
    return { node: this.name, shared: async (after) => ok(await this.sharing.answer(after)) };
  }

  #peers(): PeerAddress[] {
    return this.#all
      .filter((node) => node !== this.name)
      .map((node) => ({ node, certificate: this.trusted.get(node), joined: 1 }));
  }

  #core(what: ApiAsks): unknown {
    this.asked.push(what.kind);
    const { at = 0 } = this.kept ?? {};
    if (what.kind === 'kept') return at > (what.after ?? -1) ? { kept: this.kept, at } : { at };
    if (what.kind === 'trust') this.trusted.set(what.node, what.certificate);
    if (what.kind === 'keep') this.kept = what.kept;
    return { ok: true };
  }
}

const all = ['fw1', 'fw2', 'fw3'];

test('a node that joined one is known to all, and knows them', async () => {
  const [one, two, three] = [
    new Node('fw1', all, ['fw2', 'fw3']),
    new Node('fw2', all, ['fw1']),
    new Node('fw3', all, ['fw1']),
  ];
  for (const node of [two, three]) await node.sharing.with(one.door);
  for (const node of [one, two, three])
    assert.deepEqual(
      [...node.trusted.keys()].sort(),
      all.filter((name) => name !== node.name),
    );
  assert.equal(two.trusted.get('fw3'), 'certificate of fw3');
  two.asked.length = 0;
  await two.sharing.with(one.door);
  assert.deepEqual(two.asked, ['kept'], 'nothing new, nothing to do');
});

test('nodes that no document names are not met', async () => {
  const stranger = new Node('fw1', ['fw1', 'fw2', 'eve'], ['fw2', 'eve']);
  const node = new Node('fw2', all, ['fw1']);
  await node.sharing.with(stranger.door);
  assert.deepEqual([...node.trusted.keys()], ['fw1']);
});

test('what came from a pfSense last is kept by all, and sent once', async () => {
  const [one, two] = [new Node('fw1', all, ['fw2']), new Node('fw2', all, ['fw1'])];
  one.kept = { text: 'old', left: [], at: 5 };
  two.kept = { text: 'new', left: ['accounts'], at: 9 };
  for (const [node, other] of [
    [one, two],
    [two, one],
    [one, two],
  ] as const)
    await node.sharing.with(other.door);
  assert.deepEqual([one.kept, one.changes], [two.kept, 1]);
  assert.deepEqual([two.kept.text, two.changes], ['new', 0]);
});

test('a node that hangs is asked once', async () => {
  const node = new Node('fw1', all, ['fw2']);
  const waiting = Promise.withResolvers<Result<SharedReply>>();
  let asked = 0;
  const peer: SharingPeer = {
    node: 'fw2',
    shared: () => {
      asked += 1;
      return waiting.promise;
    },
  };
  const first = node.sharing.with(peer);
  await node.sharing.with(peer);
  waiting.resolve(fail('no answer'));
  await first;
  assert.equal(asked, 1);
});
