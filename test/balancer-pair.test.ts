/** The load balancer of two real nodes: `bascule balance` at the one, what it orders at the other, and what both find. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ask } from '#api/client.ts';
import type { MemberStatus } from '#api/contract/balancer.ts';
import { inNamespace } from '#infra/apply.ts';
import { Segment, unable, until } from './interop/segment.ts';
import { Pair } from './pair.ts';

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));
const first = Segment.unique('bba-a');
const second = Segment.unique('bba-b');
const [firstAddress, secondAddress] = ['10.77.0.2', '10.77.0.3'];
const member = '10.77.0.11:80';
const patience = 20_000;

const documentText = `
cluster: balanced
nodes: { ${first}: { priority: 1 }, ${second}: { priority: 2 } }
interfaces:
  lan: { device: eth0, addresses: { ${first}: [${firstAddress}/24], ${second}: [${secondAddress}/24] } }
virtualIps:
  - { interface: lan, vhid: 20, addresses: [10.77.0.1/24], password: Pont-levis-1789 }
rules:
  - { action: pass, interface: lan, protocol: tcp, source: lan net, ports: 443, description: nodes and people }
loadBalancer:
  monitors: { quick: { type: tcp, interval: 200, timeout: 100 } }
  pools:
    web: { port: 80, monitor: none, members: [{ address: 10.77.0.11 }, { address: 10.77.0.12 }] }
    dead: { port: 80, monitor: quick, members: [{ address: 10.77.0.13 }] }
  virtualServers:
    www: { addresses: [10.77.0.1], port: 80, pool: web }
    lost: { addresses: [10.77.0.1], port: 81, pool: dead }
`;

describe('the load balancer of a pair', { skip: unable(['ip', 'nft']), timeout: 120_000 }, () => {
  let segment: Segment;
  let pair: Pair;

  const socketOf = (node: string): string => join(segment.folder, `${node}.sock`);
  /** What `bascule balance` prints and ends with. */
  const balance = (node: string, ...words: readonly string[]) =>
    spawnSync(process.execPath, [main, 'balance', ...words, '--socket', socketOf(node)], {
      encoding: 'utf8',
    });
  const rowAt = async (node: string, pool: string): Promise<MemberStatus | undefined> => {
    const reply = await ask(socketOf(node), { command: 'balancer' }, 2_000);
    return reply.ok ? reply.value.balancer?.pools.find((one) => one.pool === pool)?.members[0] : undefined;
  };
  const orderAt = async (node: string): Promise<string | undefined> => (await rowAt(node, 'web'))?.order;
  const findingsAt = async (node: string): Promise<string[]> => {
    const reply = await ask(socketOf(node), { command: 'status' }, 2_000);
    const findings = reply.ok ? (reply.value.status?.findings ?? []) : [];
    return findings.map(({ code, subject, cause }) => `${code} ${subject}: ${cause}`);
  };

  before(async () => {
    segment = new Segment({ [first]: `${firstAddress}/24`, [second]: `${secondAddress}/24` });
    pair = await Pair.on(segment, [first, second], documentText);
    pair.start();
    await until('both nodes balance', patience, async () =>
      (await Promise.all([first, second].map((node) => rowAt(node, 'dead')))).every(
        (row) => row?.health === 'offline',
      ),
    );
  });
  after(async () => {
    await pair?.stop();
    segment?.remove();
  });

  it('the status names who serves, and ends with 1 when somebody is served by nobody', () => {
    const { status, stdout, stderr } = balance(first);
    assert.equal(status, 1, stderr);
    assert.match(stdout, /^www +10\.77\.0\.1:80\/tcp +web$/m);
    assert.match(stdout, /^lost +10\.77\.0\.1:81\/tcp +NOBODY, clients are refused$/m);
    assert.match(stdout, /^Pool web: load balance; members are not checked$/m);
    assert.match(stdout, /^10\.77\.0\.13:80 +offline .*\(\d+ of \d+ failed\)/m);
    const json = JSON.parse(balance(first, 'status', '--json').stdout) as { pools: { pool: string }[] };
    assert.deepEqual(
      json.pools.map(({ pool }) => pool),
      ['web', 'dead'],
    );
  });

  it('a pool without anybody is a finding, with what becomes of its clients', async () => {
    for (const node of [first, second])
      assert.deepEqual(
        (await findingsAt(node)).filter((text) => text.startsWith('pool-down')),
        ['pool-down dead: none of its 1 members serves; clients of lost are refused'],
      );
  });

  it('an order at one node is in force at the other', async () => {
    const { status, stdout, stderr } = balance(first, 'drain', '10.77.0.11');
    assert.equal(stderr, '');
    assert.equal(stdout, `web ${member}: drained, keeps its connections\n`);
    assert.equal(status, 0);
    await until('the other node has it', patience, async () => (await orderAt(second)) === 'drained');
    assert.equal((await rowAt(second, 'web'))?.serving, false);
  });

  it('a node that was away learns that an order was taken back', async () => {
    assert.ok(await pair.node(second).stop());
    assert.equal(balance(first, 'enable', member).stdout, `web ${member}: enabled\n`);
    pair.node(second).start();
    await until('it is told', patience, async () => {
      const row = await rowAt(second, 'web');
      return row !== undefined && row.order === undefined;
    });
    assert.equal(await orderAt(first), undefined);
  });

  it('an order for nobody is refused with a word on who there is', () => {
    const { status, stderr } = balance(second, 'drain', '10.77.0.99', '--pool', 'dead');
    assert.equal(status, 2);
    assert.equal(stderr, 'there is no member "10.77.0.99"; there are 10.77.0.13:80\n');
  });

  it('a table that somebody took away is there again', async () => {
    const nft = (...words: string[]) => {
      const [command = '', ...args] = inNamespace(first, ['nft', ...words]);
      return spawnSync(command, args);
    };
    assert.equal(nft('delete', 'table', 'inet', 'bascule_balancer').status, 0);
    await until(
      'it is written anew',
      patience,
      () => nft('list', 'table', 'inet', 'bascule_balancer').status === 0,
    );
  });
});
