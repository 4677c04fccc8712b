import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createNft } from './nft.ts';
import { inPrivateNamespaces, run } from './test-namespaces.ts';

inPrivateNamespaces(import.meta.filename, () => {
  const nft = createNft();

  test('a checked program changes nothing, an applied one does', async () => {
    const program = 'add table inet bascule-test\nadd chain inet bascule-test forward\n';
    assert.deepEqual(await nft.check(program), { ok: true, value: undefined });
    assert.equal(run('nft list ruleset'), '');
    assert.deepEqual(await nft.apply(program), { ok: true, value: undefined });
    assert.match(run('nft list ruleset'), /bascule-test/);
  });

  test('what nft refuses is told with its line, and nothing of the program is applied', async () => {
    const refused = await nft.apply('add table ip half\nadd rule ip half nowhere accept\n');
    assert.ok(!refused.ok);
    assert.match(refused.error, /:2:\d+-\d+: Error/);
    assert.doesNotMatch(run('nft list ruleset'), /half/);
  });

  test('what rules and elements have counted, as nft prints it', async () => {
    const counter = (packets: number): string => `counter packets ${packets} bytes ${packets * 100}`;
    const program = `table inet bascule {
      map verdicts {
        type ipv4_addr . inet_service : verdict
        flags interval
        counter
        elements = { 10.0.0.0/8 . 80 ${counter(7)} comment "rule 1: é" : accept, 0.0.0.0/0 . 22-23 ${counter(8)} : drop }
      }
      chain first {
        ip daddr 10.0.0.1 ${counter(3)} accept comment "rule 2: a"
        meta nfproto ipv6 accept
        ip saddr . th dport vmap @verdicts
      }
      chain other { ${counter(5)} drop; }
    }\n`;
    assert.ok((await nft.apply(program)).ok);
    const told = nft.lines(['first', 'nowhere', 'other']);
    assert.ok(told.ok);
    assert.deepEqual(
      told.value.get('first')?.map(({ packets, bytes, comment }) => [packets, bytes, comment]),
      [
        [3, 300, 'rule 2: a'],
        [0, 0, ''],
        [0, 0, ''],
      ],
    );
    const shown = run('nft -a list chain inet bascule first').matchAll(/# handle (\d+)$/gm);
    // The first handle is that of the chain.
    assert.deepEqual(
      told.value.get('first')?.map(({ handle }) => handle),
      [...shown].map(([, handle]) => Number(handle)).slice(-3),
    );
    assert.equal(told.value.get('other')?.[0]?.packets, 5);
    assert.deepEqual(told.value.get('nowhere'), []);
    const elements = nft.elements(['verdicts', 'nowhere']);
    assert.ok(elements.ok);
    assert.deepEqual(
      elements.value.get('verdicts')?.toSorted((a, b) => a.packets - b.packets),
      [
        { packets: 7, bytes: 700, comment: 'rule 1: é' },
        { packets: 8, bytes: 800, comment: '' },
      ],
    );
    assert.deepEqual(elements.value.get('nowhere'), []);
    run('nft delete table inet bascule');
    assert.deepEqual(nft.lines(['first']), { ok: true, value: new Map([['first', []]]) });
  });

  test('nft is found where an ordinary PATH does not look', async () => {
    const before = process.env.PATH;
    process.env.PATH = '/usr/bin:/bin';
    assert.ok((await nft.check('')).ok);
    process.env.PATH = before;
  });
});
