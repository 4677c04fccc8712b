/**
 * A running pair follows new documents, while a client asks its virtual IP a thousand times a second: no answer may be
 * missing. Run with the argument `node`, this file is a node that takes documents at a socket of its own.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { NodeStatus } from '#api/contract/control.ts';
import { fail, type Result } from '#base/result.ts';
import { loadDocument } from '#config/load.ts';
import { applySteps, inNamespace } from '#infra/apply.ts';
import type { Host } from '#infra/network.ts';
import { planNamespaces, withoutIpv6 } from '#infra/plan.ts';
import { NodeHandle } from '#lab/node-handle.ts';
import { monotonicMs } from '#lab/probe-wire.ts';
import { type Prober, startProber } from '#lab/prober.ts';
import type { Follower } from '#node/following.ts';
import { runNode } from '#node/main.ts';
import { unable, until } from './interop/segment.ts';

const vip = '10.79.0.1';
const secondVip = '10.79.0.5';
const thirdVip = '10.79.0.6';
const addresses = ['10.79.0.2', '10.79.0.3', '10.79.0.66'] as const;

/** What the documents of this test differ in. */
interface Variant {
  readonly rule?: boolean;
  readonly password?: string;
  readonly vips?: readonly string[];
  /** Addresses of the VHID that stays. */
  readonly addresses?: readonly string[];
  readonly failover?: string;
  readonly sync?: boolean;
  /** The second node is the preferred one. */
  readonly swapped?: boolean;
  readonly device?: string;
  /** The second interface is disabled at the first node. */
  readonly withoutDmz?: boolean;
}

const documentOf = (a: string, b: string, one: Variant = {}): string => `
cluster: reload
failover: ${one.failover ?? 'fast'}
nodes: { ${a}: { priority: ${one.swapped === true ? 2 : 1} }, ${b}: { priority: ${one.swapped === true ? 1 : 2} } }
interfaces:
  lan: { device: ${one.device ?? 'eth0'}, addresses: { ${a}: [${addresses[0]}/24], ${b}: [${addresses[1]}/24] } }
  dmz:
    device: eth1
    addresses: { ${a}: [10.80.0.2/24], ${b}: [10.80.0.3/24] }
    enabled: { ${a}: ${one.withoutDmz !== true}, ${b}: true }
virtualIps:
  - interface: lan
    vhid: 20
    addresses: [${(one.addresses ?? [vip]).map((address) => `${address}/24`).join(', ')}]
    password: ${one.password ?? 'Pont-levis-1789'}
  - { interface: dmz, vhid: 30, addresses: [10.80.0.1/24], password: Herse-1204-douve }
${(one.vips ?? [])
  .map(
    (address, i) =>
      `  - { interface: lan, vhid: ${21 + i}, addresses: [${address}/24], password: Herse-1204 }`,
  )
  .join('\n')}
${one.sync === true ? 'ha: { sync: { interface: dmz, keys: [Barbacane-1402-tour] } }' : ''}
rules:
  - { action: pass, interface: lan, protocol: icmp }
  - { action: pass, interface: dmz, protocol: icmp }
${one.rule === true ? '  - { action: pass, interface: lan, protocol: tcp, ports: 2222 }' : ''}
`;

/** Tells a node, at its socket, to follow a document. */
function tell(path: string, text: string): Promise<Result<void>> {
  return new Promise((resolve) => {
    const connection = createConnection(path, () => connection.end(text));
    let answer = '';
    connection.on('data', (chunk) => {
      answer += String(chunk);
    });
    connection.on('error', (error) => resolve(fail(error.message)));
    connection.on('close', () =>
      resolve(answer === '' ? fail('no answer') : (JSON.parse(answer) as Result<void>)),
    );
  });
}

async function serve([node = '', folder = '']: readonly string[]): Promise<never> {
  let follower: Follower | undefined;
  const server = createServer({ allowHalfOpen: true }, (connection) => {
    let text = '';
    connection.on('data', (chunk) => {
      text += String(chunk);
    });
    connection.on('end', async () => {
      const loaded = loadDocument(text, { env: {}, secrets: {} });
      const outcome = loaded.ok
        ? await follower?.follow(loaded.value.document)
        : fail(loaded.error.map(({ message }) => message).join('; '));
      connection.end(JSON.stringify(outcome ?? fail('not ready')));
    });
  }).listen(join(folder, `${node}.follow`));
  const state = `${folder}/state-${node}`;
  const socket = `${folder}/${node}.sock`;
  const config = join(folder, 'cluster.yaml');
  const code = await runNode({ config, node, socket, state, log: 'text', version: 'test' }, (ready) => {
    follower = ready;
  });
  server.close();
  process.exit(code);
}

if (process.argv[2] === 'node') await serve(process.argv.slice(3));
else declareTest();

function declareTest(): void {
  const names = ['a', 'b', 'x', 'sw'].map((name) => `brl-${name}-${process.pid}`);
  const [a = '', b = '', client = '', switchName = ''] = names;
  const folder = mkdtempSync(join(tmpdir(), 'bascule-reload-'));
  const commandOf = (name: string): string[] => [
    ...[process.execPath, '--no-warnings', import.meta.filename],
    ...['node', name, folder],
  ];
  const nodes = [a, b].map((name) => new NodeHandle(name, folder, commandOf));
  let prober: Prober | undefined;
  const children: ChildProcess[] = [];

  after(async () => {
    prober?.stop();
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(nodes.map((node) => node.stop(2_000)));
    for (const name of names) spawnSync('ip', ['netns', 'del', name]);
    rmSync(folder, { recursive: true, force: true });
  });

  const statuses = async (): Promise<NodeStatus[]> =>
    (await Promise.all(nodes.map((node) => node.status()))).filter((status) => status !== undefined);
  const rolesIn = (list: readonly NodeStatus[]): string =>
    list.map(({ vips }) => vips.map(({ vhid, status }) => `${vhid} ${status}`).join(', ')).join(' | ');
  const rolesAre = (what: string) => async () => rolesIn(await statuses()) === what;
  const lines = (namespace: string, command: string): string => {
    const [program = '', ...args] = command.split(' ');
    return spawnSync('ip', ['netns', 'exec', namespace, program, ...args], { encoding: 'utf8' }).stdout;
  };
  const vipDevices = (node: string): string[] =>
    [...lines(node, 'ip -o link show type macvlan').matchAll(/^\d+: ([^@:]+)/gm)]
      .map(([, name]) => name ?? '')
      .sort();
  /** The same device, never set down. */
  const deviceOf = (node: string, name: string): string =>
    /^\d+: /.exec(lines(node, `ip -o link show ${name}`))?.[0] ?? '';
  const follow = async (one: Variant, which: readonly NodeHandle[] = nodes): Promise<void> => {
    const text = documentOf(a, b, one);
    const told = await Promise.all(which.map(({ name }) => tell(join(folder, `${name}.follow`), text)));
    for (const outcome of told) assert.ok(outcome.ok, outcome.ok ? '' : outcome.error);
  };

  /** A line of JavaScript in a namespace, which knows `net`. */
  const run = (namespace: string, line: string) => {
    const [command = '', ...args] = inNamespace(namespace, [process.execPath, '-e', line]);
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
    });
    const hears = (word: string) => until(word, 5_000, () => text.includes(word));
    /** To the other end of its connection, and back. */
    const says = (word: string) => {
      child.stdin.write(`${word}\n`);
      return hears(word);
    };
    return { hears, says };
  };

  const options = { skip: unable(['ip', 'nft']), timeout: 120_000 };
  test('new documents: what they do not concern loses nothing', options, async (t) => {
    build(switchName, [a, b, client]);
    writeFileSync(join(folder, 'cluster.yaml'), documentOf(a, b));
    for (const node of nodes) node.start();
    const settled = '20 MASTER, 30 MASTER | 20 BACKUP, 30 BACKUP';
    await until('one master and one backup', 20_000, rolesAre(settled));
    await until('ready', 20_000, async () => (await statuses()).every(({ ready }) => ready));
    const probing = startProber(client, [{ name: 'VIP', target: vip }], join(folder, 'probes.log'));
    prober = probing;
    const [flow] = probing.flows;
    assert.ok(flow !== undefined);
    await until(
      'answers',
      10_000,
      () => flow.since(0).filter((probe) => probe.repliedAt !== undefined).length > 200,
    );
    const device = deviceOf(a, 'eth0-v20');
    const begin = monotonicMs();
    const moves = () =>
      nodes.map(({ changes }) => changes.filter(({ vip: name }) => name.includes('20')).length);
    const before = moves();
    const nothingLost = async (what: string): Promise<void> => {
      await probing.settle();
      const probes = flow.since(begin);
      const lost = probes.filter((probe) => probe.repliedAt === undefined).length;
      const log = nodes.map((node) => node.lastLines.join('\n')).join('\n\n');
      assert.equal(lost, 0, `${what}: ${lost} of ${probes.length} probes were lost\n${log}`);
      assert.deepEqual(moves(), before, `${what}: VHID 20 moved\n${log}`);
      assert.equal(deviceOf(a, 'eth0-v20'), device, `${what}: another device`);
      t.diagnostic(`${what}: none of ${probes.length} probes lost so far`);
    };

    await t.test('a rule comes and goes, and a connection that it let in goes on', async () => {
      assert.ok(!lines(a, 'nft list table inet bascule').includes('2222'));
      await follow({ rule: true });
      for (const node of [a, b]) assert.ok(lines(node, 'nft list table inet bascule').includes('2222'));
      const server = run(a, `net.createServer((c) => c.pipe(c)).listen(2222, () => console.log('listens'))`);
      await server.hears('listens');
      const session = run(
        client,
        `c = net.connect(2222, '${vip}'); process.stdin.pipe(c); c.pipe(process.stdout)`,
      );
      await session.says('before');
      await follow({});
      assert.ok(!lines(a, 'nft list table inet bascule').includes('2222'));
      await session.says('after');
      await nothingLost('a rule');
    });

    await t.test('a virtual IP comes, and two, and one goes', async () => {
      await follow({ vips: [secondVip] });
      const three = '20 MASTER, 30 MASTER, 21 MASTER | 20 BACKUP, 30 BACKUP, 21 BACKUP';
      await until('an election of VHID 21', 5_000, rolesAre(three));
      await until('answers of it', 3_000, () =>
        lines(client, `ping -c 1 -W 1 ${secondVip}`).includes(' 0% '),
      );
      await follow({ vips: [secondVip, thirdVip] });
      assert.deepEqual(vipDevices(b), ['eth0-v20', 'eth0-v21', 'eth0-v22', 'eth1-v30']);
      await follow({});
      for (const node of [a, b]) assert.deepEqual(vipDevices(node), ['eth0-v20', 'eth1-v30']);
      assert.ok(!lines(client, `ping -c 1 -W 1 ${secondVip}`).includes(' 0% '), 'nobody answers there');
      await nothingLost('virtual IPs');
    });

    await t.test('a password, and an address', async () => {
      await follow({ password: 'Machicoulis-1370', addresses: [vip, secondVip] });
      await until('the new address', 3_000, () =>
        lines(client, `ping -c 1 -W 1 ${secondVip}`).includes(' 0% '),
      );
      const heard = async () => (await statuses())[1]?.vips[0]?.heardMsAgo ?? Number.POSITIVE_INFINITY;
      const changedAt = monotonicMs();
      await until('the new password is in use', 10_000, () => monotonicMs() - changedAt > 6_000);
      assert.ok((await heard()) < 500, 'the backup hears the master');
      await nothingLost('a password, and an address');
    });

    await t.test('another failover profile, one node a second after the other', async () => {
      await follow({ failover: 'fastest' }, nodes.slice(1));
      const later = monotonicMs() + 800;
      await until('a second', 2_000, () => monotonicMs() > later);
      await follow({ failover: 'fastest' }, nodes.slice(0, 1));
      const end = monotonicMs() + 6_000;
      await until('both have settled', 8_000, () => monotonicMs() > end);
      assert.equal(rolesIn(await statuses()), settled);
      // Back again: on a busy machine the fastest profile also moves without a document.
      await follow({});
      await nothingLost('another profile');
    });

    await t.test('state synchronisation begins and ends', async () => {
      await follow({ sync: true });
      await until('both are in step', 10_000, async () =>
        (await statuses()).every(({ states }) => states?.peers[0]?.state === 'in step'),
      );
      await follow({});
      assert.ok((await statuses()).every(({ states }) => states === undefined));
      await nothingLost('state synchronisation');
    });

    await t.test(
      'an interface is disabled at the master alone: the other takes its virtual IP over',
      async () => {
        await follow({ withoutDmz: true });
        await until('the other has it', 5_000, rolesAre('20 MASTER | 20 BACKUP, 30 MASTER'));
        await follow({});
        await until('and gives it back', 15_000, rolesAre(settled));
        await nothingLost('an interface');
      },
    );

    await t.test('what cannot be is refused, and nothing has changed', async () => {
      const text = documentOf(a, b, { device: 'eth7', rule: true });
      const refused = await tell(join(folder, `${a}.follow`), text);
      assert.deepEqual(refused, { ok: false, error: 'there is no interface "eth7" here' });
      assert.ok(!lines(a, 'nft list table inet bascule').includes('2222'), 'the ruleset went back');
      assert.equal(rolesIn(await statuses()), settled);
      await nothingLost('a refusal');
    });

    await t.test('other priorities: the preferred node takes over', async () => {
      await follow({ swapped: true });
      await until('the other is master', 15_000, rolesAre('20 BACKUP, 30 BACKUP | 20 MASTER, 30 MASTER'));
    });

    for (const node of nodes) assert.ok(await node.stop(5_000), 'left by itself');
    for (const node of [a, b]) assert.deepEqual(vipDevices(node), [], 'nothing is left behind');
  });
}

function build(switchName: string, names: readonly string[]): void {
  const hostOf = (name: string, i: number): Host => ({
    name,
    ports: [
      { device: 'eth0', segment: 'lan', addresses: [`${addresses[i]}/24`] },
      { device: 'eth1', segment: 'dmz', addresses: [`10.80.0.${i + 2}/24`] },
    ],
    loopback: [],
    routes: [],
    // Probes are sent from ping sockets.
    sysctls: { ...withoutIpv6, 'net.ipv4.ping_group_range': '0 0' },
  });
  const segments = [{ name: 'lan' }, { name: 'dmz' }];
  const plan = planNamespaces({ switchName, segments, hosts: names.map(hostOf) });
  assert.ok(plan.ok);
  assert.deepEqual(applySteps(plan.value), { ok: true, value: undefined });
}
