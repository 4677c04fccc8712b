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
import {
  isNothing,
  questionsOf,
  type Transition,
  transition,
  transitionProgram,
} from '#ruleset/transition.ts';
import { rulesOf } from '../src/node/following-rules.ts';
import { documentText, unmarked } from './firewall/documents.ts';

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
  /** As text without counters; sets, chains and elements come in the order of their making, which means nothing. */
  const listed = (): string =>
    run('nft --stateless list table inet bascule')
      .split('\n\n')
      .map((block) => block.replace(/^table.*\n/, '').replace(/\n}\n$/, ''))
      .map((block) =>
        block.replace(/elements = \{ ([^}]*) \}/, (_, list: string) => list.split(/,\s*/).sort().join('\n')),
      )
      .sort()
      .join('\n\n');

  async function follow(before: ClusterDocument, after: ClusterDocument): Promise<Transition> {
    const change = transition(compile(before, 'A').ruleset, compile(after, 'A').ruleset);
    assert.ok(change !== undefined);
    const questions = questionsOf(change);
    const [chains, maps] = [nft.lines(questions.chains), nft.elements(questions.maps)];
    assert.ok(chains.ok && maps.ok);
    const program = transitionProgram(change, { chains: chains.value, maps: maps.value });
    assert.deepEqual(await nft.apply(program), { ok: true, value: undefined });
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

  /** Packets counted by the lines and elements of each rule, by the first words of their comments. */
  function counts(): Map<string, number[]> {
    const found = new Map<string, number[]>();
    for (const [, packets, word = ''] of run('nft list table inet bascule').matchAll(
      /counter packets (\d+) bytes \d+.*comment "(\w+ [0-9a-f]{8}(?:-\d+)?)/g,
    ))
      found.set(word, [...(found.get(word) ?? []), Number(packets)]);
    return found;
  }

  test('long lists: rules come and go, and what a rule has counted goes where it goes', async () => {
    const random = prng(12);
    const drawn = documentOf(documentText(random, 150, 'narrow'));
    const others = documentOf(documentText(random, 40, 'narrow')).rules;
    let rules = drawn.rules;
    let before = unmarked(drawn);
    load(
      compile(before, 'A').program.replace(
        /counter(?= (accept|drop|comment))/g,
        'counter packets 7 bytes 700',
      ),
    );
    let moved = 0;
    for (let i = 0; i < 14; i += 1) {
      const place = random.below(rules.length);
      // A few rules more, a few less, and once so few that the elements become lines, and back.
      rules =
        i === 9
          ? drawn.rules.slice(0, 12)
          : i === 10
            ? drawn.rules
            : rules.toSpliced(place, i % 3, ...others.slice(3 * i, 3 * i + (i % 4)));
      const after = unmarked({ ...drawn, rules });
      const had = counts();
      const change = await follow(before, after);
      const followed = listed();
      const has = counts();
      moved += change.carried.size;
      // Of what a rule has counted in many places, those are lost that come to an end without another.
      for (const [word, places] of had)
        if (places.length === 1 && has.has(word))
          assert.deepEqual(sum(has.get(word)), sum(places), `change ${i}: ${word}`);
      load(compile(after, 'A').program);
      assert.equal(followed, listed(), `change ${i}`);
      load(
        compile(after, 'A').program.replace(
          /counter(?= (accept|drop|comment))/g,
          'counter packets 7 bytes 700',
        ),
      );
      before = after;
    }
    assert.ok(moved > 20, `${moved} rules have moved`);
  });
  const sum = (list: readonly number[] = []): number => list.reduce((total, one) => total + one, 0);

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
      carried: new Map(),
    });
  });

  test('an alias of 100,000 entries changes by its elements alone, also when the list is fetched anew', async () => {
    const document = documentOf(`cluster: long
nodes: { A: {} }
interfaces: { lan: { role: lan, addresses: { A: [10.1.0.2/24] } } }
aliases: { listed: { type: urltable, url: "https://lists.example/all" } }
rules: [{ action: block, interface: lan, source: listed }]
`);
    // Every second address: none touches another, so that none are made one.
    const entries = Array.from(
      { length: 100_000 },
      (_, i) => `${20 + (i >> 15)}.${(i >> 7) & 255}.${(i & 127) * 2}.1`,
    );
    const loaded = compile(document, 'A', { tables: { listed: [...entries] } });
    const applied: string[] = [];
    const rules = rulesOf(
      {
        ...nft,
        apply: (program) => {
          applied.push(program);
          return nft.apply(program);
        },
      },
      'A',
      () => ({ tables: { listed: [...entries] } }),
      loaded,
    );
    const counted = (): number =>
      execFileSync('nft', ['list', 'set', 'inet', 'bascule', 'alias_listed_ipv4'], { maxBuffer: 1 << 26 })
        .toString()
        .match(/\d+\.\d+\.\d+\.\d+/g)?.length ?? 0;
    load(loaded.program);
    assert.equal(counted(), entries.length);
    assert.deepEqual(await rules.refresh(document), { ok: true, value: false }, 'nothing new');
    entries[7] = '198.51.100.7';
    assert.deepEqual(await rules.refresh(document), { ok: true, value: true });
    assert.deepEqual(applied, [
      'delete element inet bascule alias_listed_ipv4 { 20.0.14.1 }\nadd element inet bascule alias_listed_ipv4 { 198.51.100.7 }\n',
    ]);
    assert.equal(counted(), entries.length);
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
