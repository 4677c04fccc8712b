/** The load balancer in the kernel, with real connections. */
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BalancerStatus } from '#api/contract/balancer.ts';
import { inPrivateNamespaces, run } from '#linux/test-namespaces.ts';
import { clients, documentOf, documentText, members, patience, useRig, vip6 } from './balancer-rig.ts';

inPrivateNamespaces(import.meta.filename, () => {
  const rig = useRig();
  const { complaints, findings, start, startServer, stopServer, get, serversOf, online, offline } = rig;

  test('in turn, to every member, from the address of the client', async () => {
    const { said } = await get({ count: 12 });
    const counts = members
      .slice(0, 3)
      .map((one) => said.filter((text) => text === `${one} 192.0.2.9`).length);
    assert.deepEqual(counts, [4, 4, 4]);
  });

  test('UDP, and IPv6', async () => {
    const udp = await get({ kind: 'udp', port: 53, count: 9 });
    assert.equal(serversOf(udp), '10.0.0.11 10.0.0.12 10.0.0.13');
    assert.ok(
      udp.said.every((text) => text.endsWith(' 192.0.2.9')),
      udp.said.join(),
    );
    const six = await get({ to: vip6, count: 4 });
    assert.equal(serversOf(six), 'fd00::11 fd00::12');
    assert.ok(
      six.said.every((text) => text.endsWith(' 2001:db8::9')),
      six.said.join(),
    );
  });

  test('a range of ports: each leads to the port of the member, and those beside it to nobody', async () => {
    for (const port of [8000, 8005, 8010])
      assert.equal(serversOf(await get({ port, count: 3 })), '10.0.0.11 10.0.0.12 10.0.0.13');
    assert.deepEqual((await get({ port: 8011 })).said, ['error: ECONNREFUSED']);
  });

  test('a client stays with its member, also at another node and after a restart', async () => {
    const picture = async (): Promise<string[]> => {
      const picked: string[] = [];
      for (const from of clients) {
        const outcome = await get({ port: 81, from, count: 3 });
        assert.equal(new Set(outcome.said).size, 1, outcome.said.join());
        picked.push(serversOf(outcome));
      }
      return picked;
    };
    const first = await picture();
    assert.ok(new Set(first).size > 1, first.join());
    await rig.node.stop();
    rig.node = await start(documentOf(documentText()), mkdtempSync(join(tmpdir(), 'bascule-balancer-')));
    assert.deepEqual(await picture(), first);
  });

  test('an order for nobody is refused with a word on who there is', () => {
    const told = rig.node.command({ order: 'drain', member: '10.9.9.9', pool: 'ordered' });
    assert.deepEqual(told, {
      ok: false,
      error: 'there is no member "10.9.9.9"; there are 10.0.0.11:8080, 10.0.0.12:8080',
    });
  });

  test('failover mode: the first, then the second, then the fall-back address, and back', async () => {
    assert.equal(serversOf(await get({ port: 82, count: 4 })), '10.0.0.11');
    await stopServer('10.0.0.11');
    await offline('10.0.0.11');
    assert.equal(serversOf(await get({ port: 82, count: 4 })), '10.0.0.12');
    await stopServer('10.0.0.12');
    await offline('10.0.0.12');
    assert.equal(serversOf(await get({ port: 82, count: 4 })), '10.0.0.14');
    await Promise.all(['10.0.0.11', '10.0.0.12'].map(startServer));
    await Promise.all(['10.0.0.11', '10.0.0.12'].map(online));
    assert.equal(serversOf(await get({ port: 82, count: 4 })), '10.0.0.11');
  });

  test('who asks at the same time does not disturb the other', async () => {
    const asked = await Promise.all(Array.from({ length: 5 }, () => rig.node.status()));
    for (const { pools } of asked) assert.ok(pools[0]?.members.every(({ states }) => states !== undefined));
  });

  test('all down: the fall-back pool where there is one, else a refusal at once', async () => {
    await Promise.all(members.slice(0, 3).map(stopServer));
    await Promise.all(members.slice(0, 3).map(offline));
    assert.equal(serversOf(await get({ port: 81, count: 4 })), '10.0.0.14');
    const refused = await get({ count: 4 });
    assert.deepEqual([...new Set(refused.said)], ['error: ECONNREFUSED']);
    assert.ok(refused.slowestMs < 500, `${refused.slowestMs} ms`);
    assert.deepEqual((await get({ port: 8005 })).said, ['error: ECONNREFUSED']);
    const udp = await get({ kind: 'udp', port: 53 });
    assert.deepEqual(udp.said, ['error: ECONNREFUSED']);
    assert.equal(
      findings.get('pool-down web'),
      'none of its 3 members serves; clients of www are refused, clients of names are refused, clients of range are refused',
    );
    assert.match(findings.get('pool-down sticky') ?? '', /clients of bound are served by sorry$/);
    const { servers: rows } = await rig.node.status();
    assert.deepEqual(
      rows.map(({ server, served }) => [server, served[0]?.by]),
      [
        ['www', undefined],
        ['www6', 'six'],
        ['bound', 'sorry'],
        ['order', '10.0.0.14:8080'],
        ['names', undefined],
        ['deaf', 'deaf'],
        ['dumb', 'deaf'],
        ['closed', 'closed'],
        ['spare', 'spare'],
        ['deaf6', 'deaf6'],
        ['dumb6', 'deaf6'],
        ['range', undefined],
        ['closed6', 'closed6'],
      ],
    );
    await Promise.all(members.slice(0, 3).map(startServer));
    await Promise.all(members.slice(0, 3).map(online));
    assert.equal(findings.has('pool-down web'), false);
  });

  test('a new document changes what it changes: who stays is still known, connections go on', async () => {
    await get({ kind: 'hold', count: 3 });
    const changed = documentText((text) =>
      text.replace(
        '[{ address: 10.0.0.11 }, { address: 10.0.0.12 }, { address: 10.0.0.13 }]',
        '[{ address: 10.0.0.11, weight: 3 }, { address: 10.0.0.12 }, { address: 10.0.0.14 }]',
      ),
    );
    assert.ok((await rig.node.tryOut(documentOf(changed))).ok);
    assert.ok((await rig.node.follow(documentOf(changed))).ok);
    await online('10.0.0.14');
    const { said } = await get({ count: 20 });
    assert.equal(said.filter((text) => text.startsWith('10.0.0.11 ')).length, 12);
    assert.equal((await get({ kind: 'use' })).said[0], 'alive alive alive');
    await get({ kind: 'drop' });
  });

  test('whom a new document takes out of all pools loses its connections, once the kernel has it', async () => {
    const text = documentText();
    assert.ok((await rig.node.follow(documentOf(text))).ok);
    await online('10.0.0.13');
    await get({ kind: 'hold', count: 6 });
    const without = text.replaceAll(', { address: 10.0.0.13 }', '');
    assert.ok((await rig.node.follow(documentOf(without))).ok);
    const limit = Date.now() + patience;
    const fates = async (): Promise<string> => {
      const { said } = await get({ kind: 'use' });
      return said.join(' ').split(' ').sort().join(' ');
    };
    while ((await fates()) !== 'alive alive alive alive ended ended') assert.ok(Date.now() < limit);
    await get({ kind: 'drop' });
    assert.equal(serversOf(await get({ count: 6 })), '10.0.0.11 10.0.0.12');
  });

  test('somebody changed the table: it is written anew by itself', async () => {
    await rig.node.status();
    assert.deepEqual(await rig.node.inspect(), []);
    for (const change of [
      'delete table inet bascule_balancer',
      'flush chain inet bascule_balancer refuse',
      'delete element inet bascule_balancer pool_web_ipv4 { 7 }',
      'delete element inet bascule_balancer listening_ipv4 { 192.0.2.1 . tcp . 81 }',
    ]) {
      run(`nft ${change}`);
      assert.notDeepEqual(await rig.node.inspect(), [], change);
      const limit = Date.now() + patience;
      while ((await rig.node.inspect()).length > 0) assert.ok(Date.now() < limit, change);
      assert.equal(serversOf(await get({ count: 8 })), '10.0.0.11 10.0.0.12');
    }
    const told = new Set(complaints.splice(0));
    assert.deepEqual([...told], ['balancer: somebody changed the table; it was written anew']);
  });

  test('what a person wants to know stands in the status', async () => {
    const connections = ({ pools }: BalancerStatus): number =>
      (pools[0]?.members ?? []).reduce((sum, row) => sum + row.connections, 0);
    const before = connections(await rig.node.status());
    await get({ count: 8 });
    await stopServer('10.0.0.12');
    await offline('10.0.0.12');
    const status = await rig.node.status();
    const [first, second] = status.pools[0]?.members ?? [];
    assert.equal(status.pools[0]?.monitor, 'greeting: send every 0.2 s');
    assert.equal(connections(status) - before, 8);
    assert.ok(first?.lastCheck?.ok === true && first.checks > 3, JSON.stringify(first));
    assert.equal(second?.health, 'offline');
    assert.match(second?.why ?? '', /^3 checks in a row failed: connection refused$/);
    assert.ok((second?.forMs ?? 0) > 0 && second?.serving === false);
  });
});
