/** Members that die, refuse or are taken out, in the kernel: what becomes of new and of old connections. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inPrivateNamespaces, run } from '#linux/test-namespaces.ts';
import type { Outcome } from './balancer-ends.ts';
import { documentOf, documentText, patience, useRig, vip6 } from './balancer-rig.ts';

inPrivateNamespaces(import.meta.filename, () => {
  const rig = useRig();
  const { folder, all, start, startServer, stopServer, get, serversOf, until, online, offline } = rig;

  test('no request fails when a member is killed, long before its third failed check', async () => {
    assert.equal(serversOf(await get({ count: 3 })), '10.0.0.11 10.0.0.12 10.0.0.13');
    await stopServer('10.0.0.12');
    const { said, slowestMs } = await get({ count: 30 });
    assert.equal(serversOf({ said, slowestMs }), '10.0.0.11 10.0.0.13');
    assert.ok(slowestMs < 900, `not a timeout of TCP's: ${slowestMs} ms`);
    await startServer('10.0.0.12');
    await online('10.0.0.12');
  });

  test('whoever refuses is passed over by the kernel itself, and taken when there is nobody better', async () => {
    // None of these members is checked. Every other choice of so small a pool is the one that refuses.
    assert.equal(serversOf(await get({ port: 83, count: 60 })), '10.0.0.14');
    assert.equal(serversOf(await get({ port: 85, count: 4 })), '10.0.0.14');
    const datagrams = (await get({ kind: 'udp', port: 83, count: 8 })).said;
    assert.ok(datagrams.filter((text) => text.startsWith('error')).length <= 1, datagrams.join());
    const { said, slowestMs } = await get({ port: 84, count: 8 });
    assert.deepEqual([...new Set(said)], ['error: ECONNREFUSED']);
    assert.ok(slowestMs < 900, `${slowestMs} ms`);
  });

  test('refusals over IPv6 are passed over, too, or told when there is nobody better', async () => {
    assert.equal(serversOf(await get({ to: vip6, port: 83, count: 20 })), 'fd00::11');
    const datagrams = (await get({ kind: 'udp', to: vip6, port: 83, count: 8 })).said;
    assert.ok(datagrams.filter((text) => text.startsWith('error')).length <= 1, datagrams.join());
    assert.ok(datagrams.includes('fd00::11 2001:db8::9'), datagrams.join());
    const { said, slowestMs } = await get({ to: vip6, port: 84, count: 4 });
    assert.deepEqual([...new Set(said)], ['error: ECONNREFUSED']);
    assert.ok(slowestMs < 900, `${slowestMs} ms`);
  });

  test('a client that a member alone refuses takes it from nobody else', async () => {
    const reject =
      'ip saddr 192.0.2.105 ip daddr 10.0.0.11 tcp dport 8080 tcp flags syn reject with tcp reset';
    run(
      `ip netns exec srv nft add table inet own { chain in { type filter hook input priority 0; ${reject}; }; }`,
    );
    const refused = (): Promise<Outcome> => get({ from: '192.0.2.105', count: 6 });
    assert.ok((await refused()).said.every((text) => !text.startsWith('10.0.0.11 ')));
    await online('10.0.0.11');
    await until('web', '10.0.0.11:8080', ({ serving }) => serving);
    for (const limit = Date.now() + patience; serversOf(await get({ count: 9 })) !== all; )
      assert.ok(Date.now() < limit, 'the member is doubted for ever');
    // It is trusted now: what it refuses the one does not keep it from the others.
    for (let i = 0; i < 5; i++) {
      await refused();
      assert.equal(serversOf(await get({ count: 3 })), all);
    }
    run('ip netns exec srv nft delete table inet own');
  });

  test('a dead member gets nothing new after its third failed check, and comes back by itself', async () => {
    await stopServer('10.0.0.12');
    await offline('10.0.0.12');
    const without = await get({ count: 30 });
    assert.equal(serversOf(without), '10.0.0.11 10.0.0.13');
    assert.equal(serversOf(await get({ kind: 'udp', port: 53, count: 10 })), '10.0.0.11 10.0.0.13');
    await startServer('10.0.0.12');
    await online('10.0.0.12');
    assert.equal(serversOf(await get({ count: 9 })), '10.0.0.11 10.0.0.12 10.0.0.13');
  });

  test('connections to a member that vanished without a word end at once, others go on', async () => {
    await get({ kind: 'hold', count: 6 });
    await until('web', '10.0.0.13:8080', ({ states }) => (states ?? 0) >= 2);
    run('ip -n srv addr del 10.0.0.13/24 dev eth0');
    await offline('10.0.0.13');
    const { said, slowestMs } = await get({ kind: 'use' });
    const fates = said.join(' ').split(' ').sort().join(' ');
    assert.equal(fates, 'alive alive alive alive ended ended');
    assert.ok(slowestMs < 2_000, `${slowestMs} ms`);
    run('ip -n srv addr add 10.0.0.13/24 dev eth0');
    await get({ kind: 'drop' });
    await online('10.0.0.13');
  });

  test('a drained member keeps its connections and gets no new ones, also after a restart', async () => {
    await get({ kind: 'hold', count: 6 });
    const told = rig.node.command({ order: 'drain', member: '10.0.0.11', pool: 'web' });
    assert.deepEqual(told, { ok: true, value: ['web 10.0.0.11:8080'] });
    await until('web', '10.0.0.11:8080', ({ order, serving }) => order === 'drained' && !serving);
    assert.equal(serversOf(await get({ count: 10 })), '10.0.0.12 10.0.0.13');
    assert.equal((await get({ kind: 'use' })).said[0], 'alive alive alive alive alive alive');
    assert.equal(serversOf(await get({ port: 82 })), '10.0.0.11', 'other pools go on');
    await rig.node.stop('keep');
    rig.node = await start(documentOf(documentText()), folder);
    rig.node.command({ order: 'drain', member: '10.0.0.11', pool: 'web' });
    await rig.node.stop('keep');
    rig.node = await start(documentOf(documentText()), folder);
    assert.equal(serversOf(await get({ count: 10 })), '10.0.0.12 10.0.0.13');
    assert.equal((await get({ kind: 'use' })).said[0], 'alive alive alive alive alive alive');
  });

  test('a disabled member loses its connections; enabled again it serves', async () => {
    const told = rig.node.command({ order: 'disable', member: '10.0.0.11:8080' });
    assert.ok(told.ok && told.value.length === 3, JSON.stringify(told));
    await until('web', '10.0.0.11:8080', ({ order, states }) => order === 'disabled' && states === 0);
    const fates = (await get({ kind: 'use' })).said.join(' ').split(' ').sort().join(' ');
    assert.equal(fates, 'alive alive alive alive ended ended');
    await get({ kind: 'drop' });
    assert.ok(rig.node.command({ order: 'enable', member: '10.0.0.11' }).ok);
    await online('10.0.0.11');
    assert.equal(serversOf(await get({ count: 9 })), '10.0.0.11 10.0.0.12 10.0.0.13');
  });
});
