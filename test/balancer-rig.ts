/**
 * The network of the balancer's tests: a client, a firewall and four servers in namespaces, with real connections.
 * The servers share a namespace, each with addresses and a process of its own.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { BalancerStatus } from '#api/contract/balancer.ts';
import type { ClusterDocument } from '#config/document.ts';
import { loadDocument } from '#config/load.ts';
import { createBalancerKernel } from '#linux/balancer-kernel.ts';
import { monotonicNow } from '#linux/clock.ts';
import { createMonitors } from '#linux/monitors/monitors.ts';
import { createNft } from '#linux/nft.ts';
import { run } from '#linux/test-namespaces.ts';
import { type BalancerHandle, startBalancer } from '#node/balancer.ts';
import { openOrderStore } from '#node/balancer-store.ts';
import { balancerPassLines } from '#ruleset/balancer.ts';
import type { Outcome, Wish } from './balancer-ends.ts';

const ends = fileURLToPath(new URL('./balancer-ends.ts', import.meta.url));
export const members = ['10.0.0.11', '10.0.0.12', '10.0.0.13', '10.0.0.14'] as const;
export const vip = '192.0.2.1';
export const vip6 = '2001:db8::1';
export const clients = [
  '192.0.2.9',
  '192.0.2.101',
  '192.0.2.102',
  '192.0.2.103',
  '192.0.2.104',
  '192.0.2.105',
];
export const patience = 10_000;

export const documentText = (change: (text: string) => string = (text) => text): string =>
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
    deaf6: { monitor: none, members: [{ address: "fd00::11", port: 8080 }, { address: "fd00::11", port: 9 }] }
    closed6: { monitor: none, members: [{ address: "fd00::11", port: 9 }] }
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
    deaf6: { addresses: ["${vip6}"], port: 83, pool: deaf6 }
    dumb6: { addresses: ["${vip6}"], port: 83, protocol: udp, pool: deaf6 }
    range: { addresses: [${vip}], port: 8000-8010, pool: web }
    closed6: { addresses: ["${vip6}"], port: 84, pool: closed6 }
`);

export function documentOf(text: string): ClusterDocument {
  const loaded = loadDocument(text);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.value.document;
}

/** Builds the network before the tests of a file, and ends its processes behind them. */
export function useRig() {
  const servers = new Map<string, ChildProcess>();
  const folder = mkdtempSync(join(tmpdir(), 'bascule-balancer-'));
  const complaints: string[] = [];
  const findings = new Map<string, string>();
  let running: BalancerHandle | undefined;
  let client: ChildProcess;
  let answers: AsyncIterator<string>;

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
    handle = rig.node,
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
    rig.node = await start(document);
  });

  after(async () => {
    await rig.node.stop();
    client.kill('SIGKILL');
    for (const child of servers.values()) child.kill('SIGKILL');
    assert.deepEqual(complaints, []);
  });

  const rig = {
    /** The balancer that runs. */
    get node(): BalancerHandle {
      if (running === undefined) throw new Error('bug: no balancer runs yet');
      return running;
    },
    set node(handle: BalancerHandle) {
      running = handle;
    },
    complaints,
    findings,
    folder,
    all,
    start,
    startServer,
    stopServer,
    get,
    serversOf,
    until,
    online,
    offline,
  };
  return rig;
}
