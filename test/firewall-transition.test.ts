/** From one document to another in the kernel, by the difference alone: the same ruleset as when loaded whole. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { prng } from '#base/prng.ts';
import type { ClusterDocument } from '#config/document.ts';
import { loadDocument } from '#config/load.ts';
import { createNft } from '#linux/nft.ts';
import { inPrivateNamespaces, run } from '#linux/test-namespaces.ts';
import { compile } from '#ruleset/compile.ts';
import { isNothing, type Transition, transition, transitionProgram } from '#ruleset/transition.ts';
import { documentText } from './firewall/documents.ts';

inPrivateNamespaces(import.meta.filename, () => {
  const nft = createNft();
  const load = (program: string): void => {
    execFileSync('nft', ['-f', '-'], { input: program, stdio: ['pipe', 'ignore', 'inherit'] });
  };
  const documentOf = (text: string): ClusterDocument => {
    const loaded = loadDocument(text);
    assert.ok(loaded.ok, JSON.stringify(loaded));
    return loaded.value.document;
  };
  /** As text without counters; sets and chains come in the order of their making, which means nothing. */
  const listed = (): string =>
    run('nft --stateless list table inet bascule')
      .split('\n\n')
      .map((block) => block.replace(/^table.*\n/, '').replace(/\n}\n$/, ''))
      .sort()
      .join('\n\n');

  async function follow(before: ClusterDocument, after: ClusterDocument): Promise<Transition> {
    const change = transition(compile(before, 'A').ruleset, compile(after, 'A').ruleset);
    assert.ok(change !== undefined);
    const lines = await nft.lines(change.edits.map(({ chain }) => chain));
    assert.ok(lines.ok);
    assert.deepEqual(await nft.apply(transitionProgram(change, lines.value)), { ok: true, value: undefined });
    return change;
  }

  test('drawn documents, one after the other', async () => {
    const random = prng(7);
    let before = documentOf(documentText(random, 60));
    load(compile(before, 'A').program);
    for (let i = 0; i < 12; i += 1) {
      const text = documentText(random, i % 2 === 0 ? 60 : 8);
      const after = documentOf(text);
      const change = transition(compile(before, 'A').ruleset, compile(after, 'A').ruleset);
      if (change === undefined) load(compile(after, 'A').program);
      else await follow(before, after);
      const followed = listed();
      load(compile(after, 'A').program);
      assert.equal(followed, listed());
      before = after;
    }
  });

  const text = documentText(prng(11), 100);
  const changed = (from: RegExp, to: string): string => {
    const other = text.replace(from, to);
    assert.notEqual(other, text);
    return other;
  };

  test('no difference is nothing to do', () => {
    const change = transition(compile(documentOf(text), 'A').ruleset, compile(documentOf(text), 'A').ruleset);
    assert.ok(change !== undefined && isNothing(change));
  });

  test('a longer alias is an element and nothing else', async () => {
    const before = documentOf(text);
    load(compile(before, 'A').program);
    const change = await follow(
      before,
      documentOf(changed(/many: \{ type: networks, entries: \[/, '$&198.51.100.7, ')),
    );
    assert.deepEqual(change, {
      before: ['add element inet bascule alias_many_ipv4 { 198.51.100.7 }'],
      edits: [],
      after: [],
    });
  });

  test('the counters of the rules that stay go on', async () => {
    const short = documentText(prng(3), 8);
    const before = documentOf(short);
    const program = compile(before, 'A').program;
    load(program.replaceAll('counter accept', 'counter packets 7 bytes 700 accept'));
    const counted = (): number =>
      run('nft list table inet bascule').split('counter packets 7 bytes 700').length - 1;
    const had = counted();
    assert.ok(had > 3);
    await follow(
      before,
      documentOf(
        short.replace(
          'rules:\n  - ',
          'rules:\n  - { action: block, interface: lan, protocol: udp, ports: 9 }\n  - ',
        ),
      ),
    );
    assert.equal(counted(), had);
    assert.match(run('nft list table inet bascule'), /dport 9 counter packets 0/);
  });

  test('a chain that somebody else has changed is put right', async () => {
    const before = documentOf(text);
    load(compile(before, 'A').program);
    const after = documentOf(
      changed(/rules:\n {2}- /, '$&{ action: block, interface: lan, protocol: udp, ports: 9 }\n  - '),
    );
    const { edits } = await follow(before, after);
    assert.ok(edits.length > 0);
    load(compile(before, 'A').program);
    for (const { chain } of edits) run(`nft add rule inet bascule ${chain} counter`);
    await follow(before, after);
    const put = listed();
    load(compile(after, 'A').program);
    assert.equal(put, listed());
  });
});
