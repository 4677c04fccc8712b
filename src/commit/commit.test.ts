/** Promises of a change: on both nodes or on none, undone unless confirmed, and one past in the end. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CommitPair, type Mishap } from '#sim/commit-cluster.ts';
import { bringTogether, redoConfirmed } from './catch-up.ts';
import type { Proposal } from './coordinator.ts';
import { secretNamesIn } from './secrets.ts';

const change = (text: string, more: Partial<Proposal> = {}): Proposal => ({
  text,
  author: 'anna',
  reason: 'try',
  ...more,
});

const texts = (pair: CommitPair): (string | undefined)[] => pair.nodes.map(({ text }) => text);
const kernels = (pair: CommitPair): string[] => pair.nodes.map(({ ground }) => ground.inForce);

/** The wire is whole again, every transaction has run out, and the nodes have compared themselves. */
async function heal(pair: CommitPair): Promise<void> {
  pair.cut = false;
  pair.mishap = undefined;
  pair.now += 60_000;
  for (const { participant } of pair.nodes) await participant.tick();
  await bringTogether(pair.member(0, 0), pair.member(0, 1));
}

describe('a change', () => {
  it('is on both nodes, in history and kernel', async () => {
    const pair = new CommitPair('one');
    const done = await pair.coordinators[0].propose(change('two'));
    assert.ok(done.ok);
    assert.deepEqual(texts(pair), ['two', 'two']);
    assert.deepEqual(kernels(pair), ['two', 'two']);
    assert.equal(pair.nodes[1].participant.head?.hash, done.value.head.hash);
    assert.deepEqual(done.value.words, { PF1: ['the text becomes "two"'], PF2: ['the text becomes "two"'] });
  });

  it('with the text that is in force does nothing', async () => {
    const pair = new CommitPair('one');
    const done = await pair.coordinators[1].propose(change('one'));
    assert.ok(done.ok && done.value.unchanged);
    assert.equal(pair.nodes[0].participant.head?.number, 1);
  });

  it('that one node cannot read is on neither, and the node says so', async () => {
    const pair = new CommitPair('one');
    pair.nodes[1].ground.refuses = ['novelty'];
    const done = await pair.coordinators[0].propose(change('a novelty'));
    assert.ok(!done.ok);
    assert.match(done.error, /^PF2 \(Bascule 0\.1\.0\) does not take it: line 1/);
    assert.deepEqual(texts(pair), ['one', 'one']);
    assert.deepEqual(kernels(pair), ['one', 'one']);
    assert.ok((await pair.coordinators[1].propose(change('three'))).ok, 'nothing stays reserved');
  });

  it('that one kernel cannot follow is taken back on the other', async () => {
    const pair = new CommitPair('one');
    pair.nodes[1].ground.failsToFollow = true;
    assert.ok(!(await pair.coordinators[0].propose(change('two'))).ok);
    assert.deepEqual(kernels(pair), ['one', 'one']);
    assert.deepEqual(texts(pair), ['one', 'one']);
  });

  it('is refused when the document has changed since', async () => {
    const pair = new CommitPair('one');
    await pair.coordinators[0].propose(change('two', { author: 'bert', reason: 'ftp' }));
    const late = await pair.coordinators[1].propose(change('three', { base: 1 }));
    assert.ok(!late.ok);
    assert.match(late.error, /revision 2 is by bert at PF1 \(ftp\)/);
    assert.deepEqual(texts(pair), ['two', 'two']);
  });

  it('of two at the same time one wins, and the other is told', async () => {
    const pair = new CommitPair('one');
    const [a, b] = await Promise.all([
      pair.coordinators[0].propose(change('two')),
      pair.coordinators[1].propose(change('three')),
    ]);
    assert.equal([a, b].filter(({ ok }) => ok).length, 1);
    const loser = a.ok ? b : a;
    assert.match(loser.ok ? '' : loser.error, /another change|changed in the meantime/);
    const [first, second] = texts(pair);
    assert.equal(first, second);
    assert.equal(first, a.ok ? 'two' : 'three');
  });

  for (const what of ['request lost', 'reply lost', 'receiver restarts'] satisfies Mishap[]) {
    for (const thenCut of [false, true]) {
      it(`is on both or on none: ${what}${thenCut ? ', and the peer stays away' : ''}, at every message`, async () => {
        for (let at = 0; at < 6; at++) {
          const pair = new CommitPair('one');
          pair.mishap = { at, what, thenCut };
          const done = await pair.coordinators[0].propose(change('two'));
          assert.equal(pair.nodes[0].text, done.ok ? 'two' : 'one');
          assert.equal(pair.nodes[0].ground.inForce, done.ok ? 'two' : 'one');
          await heal(pair);
          const outcome = done.ok ? 'two' : 'one';
          assert.deepEqual(texts(pair), [outcome, outcome], `message ${at}`);
          assert.deepEqual(kernels(pair), [outcome, outcome], `message ${at}`);
          assert.ok((await pair.coordinators[1].propose(change('three'))).ok, 'and the next change works');
        }
      });
    }
  }
});

describe('a secret beside the document', () => {
  const text = 'password: {secret: carp}';
  const held = (pair: CommitPair): Readonly<Record<string, string>>[] =>
    pair.nodes.map(({ ground }) => ground.held);

  it('goes to the node that lacks it, with the change and not before', async () => {
    const pair = new CommitPair('one');
    pair.nodes[0].ground.held = { carp: 'value', other: 'not named' };
    const plan = await pair.coordinators[0].plan(text);
    assert.ok(plan.PF2?.ok, 'the plan knows that it will come');
    assert.deepEqual(held(pair)[1], {});
    assert.ok((await pair.coordinators[0].propose(change(text))).ok);
    assert.deepEqual(texts(pair), [text, text]);
    assert.deepEqual(held(pair)[1], { carp: 'value' });
  });

  it('is not kept by a node of a change that came to nothing', async () => {
    const pair = new CommitPair('one');
    pair.nodes[0].ground.held = { carp: 'mistyped' };
    pair.nodes[0].ground.failsToFollow = true;
    assert.ok(!(await pair.coordinators[0].propose(change(text))).ok);
    assert.deepEqual(held(pair)[1], {});
  });

  it('that nobody has is refused by name, and so is one with two values', async () => {
    const pair = new CommitPair('one');
    const lacking = await pair.coordinators[0].propose(change(text));
    assert.match(
      lacking.ok ? '' : lacking.error,
      /PF2 .* does not take it: the secrets have no entry "carp"/,
    );
    pair.nodes[0].ground.held = { carp: 'ours' };
    pair.nodes[1].ground.held = { carp: 'theirs' };
    const other = await pair.coordinators[0].propose(change(text));
    assert.match(other.ok ? '' : other.error, /PF2 .* the secret "carp" has another value here/);
    assert.deepEqual(texts(pair), ['one', 'one']);
  });

  it('comes with what a node catches up on', async () => {
    const pair = new CommitPair('one');
    pair.nodes[0].ground.held = { carp: 'value' };
    pair.cut = true;
    assert.ok((await pair.coordinators[0].propose(change(text))).ok);
    pair.cut = false;
    assert.equal((await bringTogether(pair.member(0, 0), pair.member(0, 1))).kind, 'in step');
    assert.deepEqual([texts(pair)[1], held(pair)[1]], [text, { carp: 'value' }]);
  });

  it('is found wherever a document names it', () => {
    const forms = 'a: {secret: one}\nb: { "secret" : \'two\' }\nc:\n  secret: three # four\nsecrets: five';
    assert.deepEqual(secretNamesIn(forms), ['one', 'two', 'three']);
  });
});

describe('a node that was away', () => {
  it('gets what it missed, and nothing else happens', async () => {
    const pair = new CommitPair('one');
    pair.cut = true;
    for (const text of ['two', 'three']) {
      const done = await pair.coordinators[0].propose(change(text));
      assert.ok(done.ok && 'PF2' in done.value.away);
    }
    assert.deepEqual(texts(pair), ['three', 'one']);
    pair.cut = false;
    const stand = await bringTogether(pair.member(0, 0), pair.member(0, 1));
    assert.equal(stand.kind, 'in step');
    assert.deepEqual(pair.nodes[1].store.kept.slice(1), pair.nodes[0].store.kept.slice(1));
    assert.deepEqual(kernels(pair), ['three', 'three']);
  });

  it('with a program too old for the document keeps its own and says so', async () => {
    const pair = new CommitPair('one');
    pair.cut = true;
    await pair.coordinators[0].propose(change('a novelty'));
    pair.cut = false;
    pair.nodes[1].ground.refuses = ['novelty'];
    const stand = await bringTogether(pair.member(0, 0), pair.member(0, 1));
    assert.deepEqual([stand.kind, stand.kind === 'behind' && stand.revisions], ['behind', 1]);
    assert.match(
      stand.kind === 'behind' ? (stand.why ?? '') : '',
      /PF2 \(Bascule 0\.1\.0\) does not take it/,
    );
    assert.deepEqual(kernels(pair), ['a novelty', 'one']);
  });

  it('and was changed meanwhile loses to the longer past; its revisions are kept aside and told of', async () => {
    const pair = new CommitPair('one');
    pair.cut = true;
    await pair.coordinators[0].propose(change('two'));
    await pair.coordinators[0].propose(change('three'));
    await pair.coordinators[1].propose(change('mine', { author: 'bert' }));
    await heal(pair);
    assert.deepEqual(texts(pair), ['three', 'three']);
    assert.deepEqual(kernels(pair), ['three', 'three']);
    assert.deepEqual(
      pair.nodes[1].store.aside.map(({ text }) => text),
      ['mine'],
    );
    const told = pair.nodes[1].news.find(({ kind }) => kind === 'superseded');
    assert.ok(told?.kind === 'superseded' && told.what.author === 'bert');
  });

  it('takes no revision that was changed on the way', async () => {
    const pair = new CommitPair('one');
    pair.cut = true;
    await pair.coordinators[0].propose(change('two'));
    pair.cut = false;
    const [first, second] = pair.nodes[0].store.kept;
    assert.ok(first !== undefined && second !== undefined);
    const { text: _, ...common } = first;
    const forged = { ...second, text: 'other' };
    const reply = await pair.nodes[1].participant.answer({ kind: 'catchUp', common, revisions: [forged] });
    assert.ok(!reply.ok && /damaged/.test(reply.error));
    assert.deepEqual(kernels(pair), ['two', 'one']);
  });
});

describe('a change that must be confirmed', () => {
  const trial = change('two', { confirmMs: 10_000 });

  it('is undone on both when nobody confirms, by the same revision, though they cannot talk', async () => {
    const pair = new CommitPair('one');
    assert.ok((await pair.coordinators[0].propose(trial)).ok);
    pair.cut = true;
    pair.now += 10_001;
    for (const { participant } of pair.nodes) await participant.tick();
    assert.deepEqual(texts(pair), ['one', 'one']);
    assert.deepEqual(kernels(pair), ['one', 'one']);
    const [a, b] = pair.nodes.map(({ participant }) => participant.head);
    assert.deepEqual(a, b);
    assert.equal(a?.number, 3);
  });

  it('stays when it is confirmed', async () => {
    const pair = new CommitPair('one');
    await pair.coordinators[0].propose(trial);
    assert.ok((await pair.coordinators[1].confirm()).ok);
    pair.now += 10_001;
    for (const { participant } of pair.nodes) await participant.tick();
    assert.deepEqual(texts(pair), ['two', 'two']);
  });

  it('is undone after a restart too', async () => {
    const pair = new CommitPair('one');
    await pair.coordinators[0].propose(trial);
    for (const node of pair.nodes) node.restart();
    assert.deepEqual(kernels(pair), ['two', 'two']);
    pair.now += 10_001;
    for (const { participant } of pair.nodes) await participant.tick();
    assert.deepEqual(kernels(pair), ['one', 'one']);
  });

  it('and is confirmed at one node alone comes back at the other', async () => {
    const pair = new CommitPair('one');
    await pair.coordinators[0].propose(trial);
    pair.cut = true;
    assert.ok((await pair.coordinators[0].confirm()).ok);
    pair.now += 10_001;
    for (const { participant } of pair.nodes) await participant.tick();
    assert.deepEqual(texts(pair), ['two', 'one']);
    pair.cut = false;
    await bringTogether(pair.member(0, 0), pair.member(0, 1));
    assert.ok((await redoConfirmed(pair.member(0, 0), pair.coordinators[0])).ok);
    assert.deepEqual(texts(pair), ['two', 'two']);
    assert.deepEqual(kernels(pair), ['two', 'two']);
  });
});
