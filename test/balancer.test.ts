/**
 * The load balancer in the kernel: a client, a firewall and four servers in namespaces, with real connections.
 * The servers share a namespace, each with addresses and a process of its own.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { BalancerStatus } from '#api/contract/balancer.ts';
import type { ClusterDocument } from '#config/document.ts';
import { loadDocument } from '#config/load.ts';
import { createBalancerKernel } from '#linux/balancer-kernel.ts';
import { monotonicNow } from '#linux/clock.ts';
import { createMonitors } from '#linux/monitors/monitors.ts';
import { createNft } from '#linux/nft.ts';
import { inPrivateNamespaces, run } from '#linux/test-namespaces.ts';
import { type BalancerHandle, startBalancer } from '#node/balancer.ts';
import { openOrderStore } from '#node/balancer-store.ts';
import { balancerPassLines } from '#ruleset/balancer.ts';
import type { Outcome, Wish } from './balancer-ends.ts';

const ends = fileURLToPath(new URL('./balancer-ends.ts', import.meta.url));
const members = ['10.0.0.11', '10.0.0.12', '10.0.0.13', '10.0.0.14'] as const;
const vip = '192.0.2.1';
const vip6 = '2001:db8::1';
const clients = ['192.0.2.9', '192.0.2.101', '192.0.2.102', '192.0.2.103', '192.0.2.104', '192.0.2.105'];
const patience = 10_000;

const documentText = (change: (text: string) => string = (text) => text): string =>
  change(`cluster: balanced
nodes: { A: {}, B: {} }
interfaces:
  wan: { addresses: { A: [192.0.2.2/24, 2001:db8::2/64], B: [192.0.2.3/24, 2001:db8::3/64] } }
  lan: { addresses: { A: [10.0.0.2/24, fd00::2/64], B: [10.0.0.3/24, fd00::3/64] } }
virtualIps:
  - { interface: wan, vhid: 1, addresses: [192.0.2.1/24, 2001:db8::1/64], password: a-good-password }
loadBalancer:
  monitors:
    greeting: { type: send, expect: "*10.0.0*", interval: 200, retryInterval: 100, timeout: 500 }
    ping: { type: icmp, interval: 200, retryInterval: 100, timeout: 500 }
  pools:
    web:
      port: 8080
      monitor: greeting
      members: [{ address: 10.0.0.11 }, { address: 10.0.0.12 }, { address: 10.0.0.13 }]
    sticky:
      port: 8080
      monitor: greeting
      sticky: true
      members: [{ address: 10.0.0.11 }, { address: 10.0.0.12 }, { address: 10.0.0.13 }]
    ordered:
      mode: failover
      port: 8080
      monitor: greeting
      members: [{ address: 10.0.0.11 }, { address: 10.0.0.12 }]
    sorry: { port: 8080, monitor: none, members: [{ address: 10.0.0.14 }] }
    deaf: { monitor: none, members: [{ address: 10.0.0.14, port: 8080 }, { address: 10.0.0.14, port: 9 }] }
    closed: { monitor: none, members: [{ address: 10.0.0.14, port: 9 }, { address: 10.0.0.14, port: 7 }] }
    spare:
      mode: failover
      monitor: none
      members: [{ address: 10.0.0.14, port: 9 }, { address: 10.0.0.14, port: 8080 }]
    six: { port: 8080, monitor: ping, members: [{ address: "fd00::11" }, { address: "fd00::12" }] }
  virtualServers:
    www: { addresses: [${vip}], port: 80, pool: web }
    www6: { addresses: ["${vip6}"], port: 80, pool: six }
    bound: { addresses: [${vip}], port: 81, pool: sticky, fallback: sorry }
    order: { addresses: [${vip}], port: 82, pool: ordered, fallback: { address: 10.0.0.14, port: 8080 } }
    names: { addresses: [${vip}], port: 53, protocol: udp, pool: web }
    deaf: { addresses: [${vip}], port: 83, pool: deaf }
    dumb: { addresses: [${vip}], port: 83, protocol: udp, pool: deaf }
    closed: { addresses: [${vip}], port: 84, pool: closed }
    spare: { addresses: [${vip}], port: 85, pool: spare }
`);

function documentOf(text: string): ClusterDocument {
  const loaded = loadDocument(text);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.value.document;
}

inPrivateNamespaces(import.meta.filename, () => {
  const servers = new Map<string, ChildProcess>();
  const folder = mkdtempSync(join(tmpdir(), 'bascule-balancer-'));
  const complaints: string[] = [];
  const findings = new Map<string, string>();
  let client: ChildProcess;
  let answers: AsyncIterator<string>;
  let balancer: BalancerHandle;

  const start = (document: ClusterDocument, state = folder): Promise<BalancerHandle> =>
    startBalancer({
      document,
      nft: createNft(),
      kernel: createBalancerKernel(),
      monitors: createMonitors(),
      store: openOrderStore(state),
      clock: monotonicNow,
      wallClock: Date.now,
      log: (level, message) => {
        if (level === 'error' || level === 'warn') complaints.push(message);
      },
      findings: {
        raise: (code, subject, cause) => findings.set(`${code} ${subject ?? ''}`.trim(), cause),
        clear: (code, subject) => findings.delete(`${code} ${subject ?? ''}`.trim()),
      },
    });

  async function startServer(address: string): Promise<void> {
    const child = spawn(
      'ip',
      ['netns', 'exec', 'srv', process.execPath, '--no-warnings', ends, 'server', address, '8080'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    servers.set(address, child);
    const ended = once(child, 'exit').then(() => assert.fail(`the server at ${address} has ended`));
    if (child.stdout !== null) await Promise.race([once(child.stdout, 'data'), ended]);
    ended.catch(() => undefined);
  }

  async function stopServer(address: string): Promise<void> {
    const child = servers.get(address);
    servers.delete(address);
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  /** What the client got. */
  async function get(wish: Partial<Wish> = {}): Promise<Outcome> {
    client.stdin?.write(`${JSON.stringify({ kind: 'tcp', to: vip, port: 80, ...wish })}\n`);
    const next = await answers.next();
    return JSON.parse(next.value as string) as Outcome;
  }

  const serversOf = ({ said }: Outcome): string =>
    [...new Set(said.map((text) => text.split(' ')[0]))].sort().join(' ');

  /** Waits until a member of a pool is as wanted in what the node says of itself. */
  async function until(
    pool: string,
    member: string,
    wanted: (row: BalancerStatus['pools'][number]['members'][number]) => boolean,
    handle = balancer,
  ): Promise<void> {
    const limit = Date.now() + patience;
    for (;;) {
      const status = await handle.status();
      const row = status.pools.find((one) => one.pool === pool)?.members.find((one) => one.member === member);
      if (row !== undefined && wanted(row) && status.behind === undefined) return;
      assert.ok(Date.now() < limit, `${pool} ${member}: ${JSON.stringify(row)}`);
    }
  }
  const all = '10.0.0.11 10.0.0.12 10.0.0.13';
  const online = (address: string): Promise<void> =>
    until('web', `${address}:8080`, ({ health, serving }) => health === 'online' && serving);
  const offline = (address: string): Promise<void> =>
    until('web', `${address}:8080`, ({ health }) => health === 'offline');

  before(async () => {
    for (const line of [
      'mount -t tmpfs none /run',
      'ip link set lo up',
      'ip netns add cl',
      'ip netns add srv',
      'ip link add wan type veth peer name eth0 netns cl',
      'ip link add lan type veth peer name eth0 netns srv',
      'ip link set wan up',
      'ip link set lan up',
      'ip addr add 192.0.2.1/24 dev wan',
      'ip addr add 2001:db8::1/64 dev wan nodad',
      'ip addr add 10.0.0.2/24 dev lan',
      'ip addr add 10.0.0.1/24 dev lan',
      'ip addr add fd00::1/64 dev lan nodad',
      'ip -n cl link set eth0 up',
      'ip -n cl addr add 2001:db8::9/64 dev eth0 nodad',
      ...clients.map((address) => `ip -n cl addr add ${address}/24 dev eth0`),
      'ip -n srv link set lo up',
      'ip -n srv link set eth0 up',
      ...members.map((address) => `ip -n srv addr add ${address}/24 dev eth0`),
      'ip -n srv addr add fd00::11/64 dev eth0 nodad',
      'ip -n srv addr add fd00::12/64 dev eth0 nodad',
      'ip -n srv route add default via 10.0.0.1',
      'ip -n srv route add default via fd00::1',
      'sysctl -qw net.ipv4.ip_forward=1',
      'sysctl -qw net.ipv6.conf.all.forwarding=1',
    ])
      run(line);
    const document = documentOf(documentText());
    // A firewall that lets nothing else in: the members are reached by way of the virtual servers alone.
    const filter = `table inet guard {
      chain forward {
        type filter hook forward priority filter; policy drop;
        ct state established,related accept
        ${balancerPassLines(document, 'wan').join('\n')}
        iifname lan ct status dnat accept
        meta l4proto ipv6-icmp accept
      }
    }`;
    const loaded = await createNft().apply(filter);
    assert.ok(loaded.ok, JSON.stringify(loaded));
    await Promise.all([...members, 'fd00::11', 'fd00::12'].map(startServer));
    client = spawn('ip', ['netns', 'exec', 'cl', process.execPath, '--no-warnings', ends, 'client'], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (client.stdout === null) throw new Error('bug: the client has no output');
    answers = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
    balancer = await start(document);
  });

  after(async () => {
    await balancer.stop();
    client.kill('SIGKILL');
    for (const child of servers.values()) child.kill('SIGKILL');
    assert.deepEqual(complaints, []);
  });

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
    await balancer.stop();
    balancer = await start(documentOf(documentText()), mkdtempSync(join(tmpdir(), 'bascule-balancer-')));
    assert.deepEqual(await picture(), first);
  });

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
    // None of these members is checked.
    assert.equal(serversOf(await get({ port: 83, count: 6 })), '10.0.0.14');
    assert.equal(serversOf(await get({ port: 85, count: 4 })), '10.0.0.14');
    const datagrams = (await get({ kind: 'udp', port: 83, count: 8 })).said;
    assert.ok(datagrams.filter((text) => text.startsWith('error')).length <= 1, datagrams.join());
    const { said, slowestMs } = await get({ port: 84, count: 8 });
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
    const told = balancer.command({ order: 'drain', member: '10.0.0.11', pool: 'web' });
    assert.deepEqual(told, { ok: true, value: ['web 10.0.0.11:8080'] });
    await until('web', '10.0.0.11:8080', ({ order, serving }) => order === 'drained' && !serving);
    assert.equal(serversOf(await get({ count: 10 })), '10.0.0.12 10.0.0.13');
    assert.equal((await get({ kind: 'use' })).said[0], 'alive alive alive alive alive alive');
    assert.equal(serversOf(await get({ port: 82 })), '10.0.0.11', 'other pools go on');
    await balancer.stop('keep');
    balancer = await start(documentOf(documentText()), folder);
    balancer.command({ order: 'drain', member: '10.0.0.11', pool: 'web' });
    await balancer.stop('keep');
    balancer = await start(documentOf(documentText()), folder);
    assert.equal(serversOf(await get({ count: 10 })), '10.0.0.12 10.0.0.13');
    assert.equal((await get({ kind: 'use' })).said[0], 'alive alive alive alive alive alive');
  });

  test('a disabled member loses its connections; enabled again it serves', async () => {
    const told = balancer.command({ order: 'disable', member: '10.0.0.11:8080' });
    assert.ok(told.ok && told.value.length === 3, JSON.stringify(told));
    await until('web', '10.0.0.11:8080', ({ order, states }) => order === 'disabled' && states === 0);
    const fates = (await get({ kind: 'use' })).said.join(' ').split(' ').sort().join(' ');
    assert.equal(fates, 'alive alive alive alive ended ended');
    await get({ kind: 'drop' });
    assert.ok(balancer.command({ order: 'enable', member: '10.0.0.11' }).ok);
    await online('10.0.0.11');
    assert.equal(serversOf(await get({ count: 9 })), '10.0.0.11 10.0.0.12 10.0.0.13');
  });

  test('an order for nobody is refused with a word on who there is', () => {
    const told = balancer.command({ order: 'drain', member: '10.9.9.9', pool: 'ordered' });
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
    const asked = await Promise.all(Array.from({ length: 5 }, () => balancer.status()));
    for (const { pools } of asked) assert.ok(pools[0]?.members.every(({ states }) => states !== undefined));
  });

  test('all down: the fall-back pool where there is one, else a refusal at once', async () => {
    await Promise.all(members.slice(0, 3).map(stopServer));
    await Promise.all(members.slice(0, 3).map(offline));
    assert.equal(serversOf(await get({ port: 81, count: 4 })), '10.0.0.14');
    const refused = await get({ count: 4 });
    assert.deepEqual([...new Set(refused.said)], ['error: ECONNREFUSED']);
    assert.ok(refused.slowestMs < 500, `${refused.slowestMs} ms`);
    const udp = await get({ kind: 'udp', port: 53 });
    assert.deepEqual(udp.said, ['error: ECONNREFUSED']);
    assert.equal(
      findings.get('pool-down web'),
      'none of its 3 members serves; clients of www are refused, clients of names are refused',
    );
    assert.match(findings.get('pool-down sticky') ?? '', /clients of bound are served by sorry$/);
    const { servers: rows } = await balancer.status();
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
    assert.ok((await balancer.tryOut(documentOf(changed))).ok);
    assert.ok((await balancer.follow(documentOf(changed))).ok);
    await online('10.0.0.14');
    const { said } = await get({ count: 20 });
    assert.equal(said.filter((text) => text.startsWith('10.0.0.11 ')).length, 12);
    assert.equal((await get({ kind: 'use' })).said[0], 'alive alive alive');
    await get({ kind: 'drop' });
  });

  test('whom a new document takes out of all pools loses its connections, once the kernel has it', async () => {
    const text = documentText();
    assert.ok((await balancer.follow(documentOf(text))).ok);
    await online('10.0.0.13');
    await get({ kind: 'hold', count: 6 });
    const without = text.replaceAll(', { address: 10.0.0.13 }', '');
    assert.ok((await balancer.follow(documentOf(without))).ok);
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
    await balancer.status();
    assert.deepEqual(await balancer.inspect(), []);
    for (const change of [
      'delete table inet bascule_balancer',
      'flush chain inet bascule_balancer refuse',
      'delete element inet bascule_balancer pool_web_ipv4 { 7 }',
      'delete element inet bascule_balancer listening_ipv4 { 192.0.2.1 . tcp . 81 }',
    ]) {
      run(`nft ${change}`);
      assert.notDeepEqual(await balancer.inspect(), [], change);
      const limit = Date.now() + patience;
      while ((await balancer.inspect()).length > 0) assert.ok(Date.now() < limit, change);
      assert.equal(serversOf(await get({ count: 8 })), '10.0.0.11 10.0.0.12');
    }
    const told = new Set(complaints.splice(0));
    assert.deepEqual([...told], ['balancer: somebody changed the table; it was written anew']);
  });

  test('what a person wants to know stands in the status', async () => {
    const connections = ({ pools }: BalancerStatus): number =>
      (pools[0]?.members ?? []).reduce((sum, row) => sum + row.connections, 0);
    const before = connections(await balancer.status());
    await get({ count: 8 });
    await stopServer('10.0.0.12');
    await offline('10.0.0.12');
    const status = await balancer.status();
    const [first, second] = status.pools[0]?.members ?? [];
    assert.equal(status.pools[0]?.monitor, 'greeting: send every 0.2 s');
    assert.equal(connections(status) - before, 8);
    assert.ok(first?.lastCheck?.ok === true && first.checks > 3, JSON.stringify(first));
    assert.equal(second?.health, 'offline');
    assert.match(second?.why ?? '', /^3 checks in a row failed: connection refused$/);
    assert.ok((second?.forMs ?? 0) > 0 && second?.serving === false);
  });
});
