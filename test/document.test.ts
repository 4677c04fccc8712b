/**
 * The document's life on two real nodes: a change is in both kernels or in none, whatever happens to a node in the
 * middle of it, and a node that was away catches up.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ask } from '#api/client.ts';
import type { ControlRequest, DocumentStatus } from '#api/contract/control.ts';
import { toggled } from '#config/toggle.ts';
import { inNamespace } from '#infra/apply.ts';
import { Segment, unable, until } from './interop/segment.ts';
import { Pair } from './pair.ts';

const first = Segment.unique('bdo-a');
const second = Segment.unique('bdo-b');
const [firstAddress, secondAddress] = ['10.79.0.2', '10.79.0.3'];
const rule = (port: number): string =>
  `  - { action: pass, interface: lan, protocol: tcp, ports: ${port}, description: "port ${port}" }\n`;

/** The pair's document with a rule for each port. */
const documentOf = (...ports: readonly number[]): string => `
cluster: document
nodes: { ${first}: { priority: 1 }, ${second}: { priority: 2 } }
interfaces:
  lan: { device: eth0, addresses: { ${first}: [${firstAddress}/24], ${second}: [${secondAddress}/24] } }
virtualIps:
  - { interface: lan, vhid: 20, addresses: [10.79.0.1/24], password: Pont-levis-1789 }
rules:
  - { action: pass, interface: lan, protocol: tcp, source: lan net, ports: 443, description: nodes and people }
${ports.map(rule).join('')}`;

describe('the document of a pair', { skip: unable(['ip', 'nft']), timeout: 120_000 }, () => {
  let segment: Segment;
  let pair: Pair;

  const socketOf = (node: string): string => join(segment.folder, `${node}.sock`);
  const asked = (node: string, what: ControlRequest): Promise<Reply> => ask(socketOf(node), what, 60_000);
  type Reply = Awaited<ReturnType<typeof ask>>;
  const apply = (node: string, text: string, more: object = {}): Promise<Reply> =>
    asked(node, { command: 'apply', text, author: 'anna', reason: 'test', ...more });
  const documentAt = async (node: string): Promise<DocumentStatus | undefined> => {
    const reply = await ask(socketOf(node), { command: 'status' }, 2_000);
    return reply.ok ? reply.value.status?.document : undefined;
  };
  /** The ports that the kernel of a node lets pass, by its ruleset. */
  const portsAt = (node: string): number[] => {
    const [command = '', ...args] = inNamespace(node, ['nft', 'list', 'table', 'inet', 'bascule']);
    const { stdout } = spawnSync(command, args, { encoding: 'utf8' });
    return [...stdout.matchAll(/comment "rule \w+: port (\d+)"/g)].map(([, port]) => Number(port)).sort();
  };
  const both = <T>(what: (node: string) => T): T[] => [first, second].map(what);
  const inStep = (): Promise<void> =>
    until('both nodes at the same revision', 20_000, async () => {
      const [a, b] = await Promise.all([documentAt(first), documentAt(second)]);
      const knows = (status: DocumentStatus | undefined, peer: string): boolean =>
        status?.peers[peer]?.kind === 'in step';
      return a?.hash === b?.hash && knows(a, second) && knows(b, first);
    });

  before(async () => {
    segment = new Segment({ [first]: `${firstAddress}/24`, [second]: `${secondAddress}/24` });
    pair = await Pair.on(segment, [first, second], documentOf());
    pair.start();
    await inStep();
  });
  after(async () => {
    await pair?.stop();
    segment?.remove();
  });

  it("a rule made on the first node is in the second one's kernel, and goes again", async () => {
    const done = await apply(first, documentOf(8001));
    assert.ok(done.ok, done.ok ? '' : done.error);
    assert.deepEqual(Object.keys(done.value.applied?.words ?? {}).sort(), [first, second]);
    assert.deepEqual(both(portsAt), [[8001], [8001]]);
    assert.ok((await apply(second, documentOf())).ok);
    assert.deepEqual(both(portsAt), [[], []]);
    const history = await asked(second, { command: 'history', limit: 2 });
    assert.deepEqual(history.ok && history.value.history?.map(({ node, author }) => [node, author]), [
      [first, 'anna'],
      [second, 'anna'],
    ]);
  });

  it('a document that is wrong changes nothing, and the error names the place', async () => {
    const refused = await apply(first, documentOf(8002).replace('vhid: 20', 'vhid: 300'));
    assert.ok(!refused.ok);
    assert.match(
      refused.error,
      /\d+:\d+: schema: virtualIps\[0\]\.vhid: a VHID is a whole number from 1 to 255/,
    );
    assert.deepEqual(both(portsAt), [[], []]);
  });

  it('a change on top of an old revision is refused, and who was faster is named', async () => {
    const seen = (await documentAt(first))?.number ?? 0;
    assert.ok((await apply(second, documentOf(8003))).ok);
    const late = await apply(first, documentOf(8004), { base: seen });
    assert.ok(!late.ok);
    assert.match(late.error, new RegExp(`revision ${seen + 1} is by anna at ${second} \\(test\\)`));
    assert.deepEqual(both(portsAt), [[8003], [8003]]);
  });

  it('what is not confirmed is undone on both', async () => {
    assert.ok((await apply(first, documentOf(8005), { confirmMs: 1_000 })).ok);
    assert.deepEqual(both(portsAt), [[8005], [8005]]);
    await until('both nodes are back', 10_000, async () => both(portsAt).flat().join() === '8003,8003');
    await until('both histories say why', 10_000, async () =>
      (await Promise.all(both(documentAt))).every((status) => status?.reason.includes('was not confirmed')),
    );
    await inStep();
  });

  it('what is confirmed at the other node stays', async () => {
    assert.ok((await apply(first, documentOf(8006), { confirmMs: 2_000 })).ok);
    assert.ok((await asked(second, { command: 'confirm' })).ok);
    const waiting = await Promise.all(both(documentAt));
    assert.deepEqual(
      waiting.map((status) => status?.confirmWithinMs),
      [undefined, undefined],
    );
  });

  it('an old revision comes back as a new one', async () => {
    const old = await asked(first, { command: 'history', limit: 100 });
    const number =
      (old.ok ? old.value.history : undefined)?.find(({ parent }) => /^0+$/.test(parent))?.number ?? 0;
    const done = await asked(second, { command: 'rollback', number, author: 'bert', reason: '' });
    assert.ok(done.ok, done.ok ? '' : done.error);
    assert.equal(done.value.applied?.head.reason, `back to revision ${number}`);
    assert.deepEqual(both(portsAt), [[], []]);
  });

  it("a section that is each node's own is in one kernel and not in the other, and shared again", async () => {
    const base = (await documentAt(first))?.number;
    const apart = toggled(documentOf(8010), { own: ['rules'], shared: [] });
    assert.ok(apart.ok && (await apply(first, apart.value, { base })).ok);
    assert.deepEqual(both(portsAt), [[8010], [8010]]);
    // The last rule of this port is the second node's.
    const at = apart.value.lastIndexOf('ports: 8010');
    const own = apart.value.slice(0, at) + apart.value.slice(at).replaceAll('8010', '8011');
    const planned = await asked(first, { command: 'plan', text: own });
    const words = (planned.ok ? planned.value.planned : undefined) ?? {};
    assert.deepEqual(words[first], { ok: true, value: [] });
    assert.match(JSON.stringify(words[second]), /rules 2 \(port 8011\)/);
    assert.ok((await apply(first, own)).ok);
    assert.deepEqual(both(portsAt), [[8010], [8011]]);
    assert.deepEqual((await documentAt(second))?.ownSections, [{ section: 'rules', same: false }]);
    const again = toggled(own, { own: [], shared: ['rules'], take: second });
    assert.ok(again.ok && (await apply(second, again.value)).ok);
    assert.deepEqual(both(portsAt), [[8011], [8011]]);
    assert.equal((await documentAt(first))?.ownSections, undefined);
    assert.ok((await apply(first, documentOf())).ok);
  });

  it('a rule that somebody adds by hand is found by comparing', async () => {
    const [command = '', ...args] = inNamespace(second, [
      'nft',
      'add',
      'rule',
      'inet',
      'bascule',
      'input',
      'tcp',
      'dport',
      '99',
      'accept',
    ]);
    assert.equal(spawnSync(command, args).status, 0);
    const reply = await asked(first, { command: 'compare' });
    assert.ok(reply.ok);
    assert.deepEqual(reply.value.compared?.[first]?.drift, []);
    assert.match(reply.value.compared?.[second]?.drift?.join() ?? '', /chain input: tcp dport 99 accept/);
  });

  it('a node that was away gets what it missed, and the other says how much that is', async () => {
    pair.node(second).kill();
    for (const port of [8007, 8008]) {
      const done = await apply(first, documentOf(port));
      assert.deepEqual(done.ok && Object.keys(done.value.applied?.away ?? {}), [second]);
    }
    await until('the killed daemon has ended', 5_000, async () => !pair.node(second).isRunning);
    await until('the first node misses the second', 10_000, async () => {
      const stand = (await documentAt(first))?.peers[second];
      return stand?.kind === 'away' && stand.revisions === 2;
    });
    pair.node(second).start();
    await inStep();
    assert.deepEqual(both(portsAt), [[8008], [8008]]);
  });

  it('a node that dies in the middle of a change leaves both with the same document', async () => {
    for (const pauseMs of [0, 20, 40, 60, 90, 130]) {
      const port = 8100 + pauseMs;
      const applying = apply(first, documentOf(port));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      pair.node(second).kill();
      const done = await applying;
      await until('the killed daemon has ended', 5_000, async () => !pair.node(second).isRunning);
      pair.node(second).start();
      await inStep();
      const [a, b] = both(portsAt);
      assert.deepEqual(a, b, `killed after ${pauseMs} ms`);
      assert.equal(a?.includes(port), done.ok, `killed after ${pauseMs} ms: ${done.ok ? '' : done.error}`);
    }
  });

  it('strangers get nothing: no proof, a wrong proof, a body that is none, a page that is not there', async () => {
    const question = JSON.stringify({ kind: 'revisions', after: 0 });
    const answers = [
      await posted(first, '/peer', question),
      await posted(first, '/peer', question, { 'bascule-node': second, 'bascule-proof': 'AAAA' }),
      await posted(first, '/peer', '{', { 'bascule-node': second, 'bascule-proof': '' }),
      await posted(first, '/join', '{"node":"x"}'),
      await posted(first, '/join', JSON.stringify({ node: second, certificate: 'x', proof: 'x' })),
      await posted(first, '/nowhere', '{}'),
    ];
    assert.deepEqual(answers, [401, 401, 401, 400, 403, 404]);
    const stands = await Promise.all(both(documentAt));
    assert.equal(stands[0]?.hash, stands[1]?.hash);
  });
});

/** The HTTP status of a request that a stranger sends from within the node's own namespace. */
async function posted(
  node: string,
  path: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<number> {
  const script = `
    import { request } from 'node:https';
    const [path, body, headers] = JSON.parse(process.argv[1]);
    const asked = request({ host: '127.0.0.1', port: 443, method: 'POST', path, rejectUnauthorized: false,
      headers: { 'content-type': 'application/json', ...headers } }, (answer) => { console.log(answer.statusCode); answer.resume(); asked.destroy(); });
    asked.end(body);`;
  const what = JSON.stringify([path, body, headers]);
  const [command = '', ...args] = inNamespace(node, [
    process.execPath,
    '--input-type=module',
    '-e',
    script,
    what,
  ]);
  return Number(spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 }).stdout);
}
