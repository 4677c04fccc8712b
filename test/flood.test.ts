/**
 * Forged adverts at a rate that no cable of the lab should see, on a segment with two real nodes: nothing may move.
 * Run with the argument `forge`, this file is the forger.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import koffi from 'koffi';
import type { NodeStatus } from '#api/contract/control.ts';
import type { Ipv4, Vhid } from '#base/address.ts';
import { checksum } from '#base/checksum.ts';
import { HmacContext, hashedPrefix, keyFromPassword } from '#carp/auth.ts';
import { boundCounter } from '#carp/strict.ts';
import { AdvertFrame } from '#carp/wire.ts';
import { applySteps, inNamespace } from '#infra/apply.ts';
import type { Host } from '#infra/network.ts';
import { planNamespaces, withoutIpv6 } from '#infra/plan.ts';
import { basculeCommand, NodeHandle } from '#lab/node-handle.ts';
import { AF_PACKET, addressOf, fixedBuffer, libc, mustOpen, SOCK_RAW } from '#linux/libc.ts';
import { unable, until } from './interop/segment.ts';

const vhid = 20 as Vhid;
const vip = '10.78.0.1' as Ipv4;
const sourceA = '10.78.0.2' as Ipv4;
const sourceB = '10.78.0.3' as Ipv4;
const stranger = '10.78.0.66' as Ipv4;
const password = 'Pont-levis-1789';
/** What node a may say of itself, and said long ago. */
const replayedSkew = 20;

/** Both can be set by hand, for measuring: `fast` or `fastest`, and frames a second. */
const failover = process.env.BASCULE_FLOOD_FAILOVER ?? 'fast';
const wantedRate = Number(process.env.BASCULE_FLOOD_RATE ?? 100_000);
const floodMs = 4_000;
/** Frames a second below which this test would prove nothing. */
const leastRate = 20_000;
/** What a frame may cost a node, microseconds: 2 to 6 when they are gathered, 17 when each wakes the guard up. */
const frameLimit = 10;

/** What each node must count; node a takes frames with its own address for a loop. */
const alike = ['hmac', 'unknown-sender', 'vhid', 'version', 'vrrp', 'length'];
const reasonsAt = [
  [...alike, 'own-source'],
  [...alike, 'own-source', 'ttl', 'checksum', 'replay', 'priority'],
];
const findings = ['advert-hmac-mismatch', 'vrrp-on-segment', 'vhid-collision'];

/** Offsets in a frame over IPv4. */
const ip = { header: 14, ttl: 22, checksum: 24, payload: 34 };
const slotBytes = 128;
/** A multiple of the kinds of forgery; more at a time would keep the nodes from the processor for milliseconds. */
const batch = 98;

interface Forged {
  readonly sent: number;
  readonly seconds: number;
}

if (process.argv[2] === 'forge') console.log(JSON.stringify(forge()));
else declareTest();

function declareTest(): void {
  const names = ['a', 'b', 'x', 'sw'].map((name) => `bfl-${name}-${process.pid}`);
  const [a = '', b = '', forger = '', switchName = ''] = names;
  const folder = mkdtempSync(join(tmpdir(), 'bascule-flood-'));
  const nodes: NodeHandle[] = [];
  let forging: ChildProcess | undefined;

  after(async () => {
    forging?.kill('SIGKILL');
    await Promise.all(nodes.map((node) => node.stop(2_000)));
    for (const name of names) spawnSync('ip', ['netns', 'del', name]);
    rmSync(folder, { recursive: true, force: true });
  });

  const statuses = async (): Promise<NodeStatus[]> =>
    (await Promise.all(nodes.map((node) => node.status()))).filter((status) => status !== undefined);
  const rolesIn = (list: readonly NodeStatus[]): string => list.map(({ vips }) => vips[0]?.status).join(' ');
  /** Either node may come up first, and its log must have said so, too. */
  const isSettled = (list: readonly NodeStatus[]): boolean =>
    rolesIn(list) === 'MASTER BACKUP' && list.every(({ vips }) => (vips[0]?.forMs ?? 0) > 500);

  const options = { skip: unable(['ip', 'nft']), timeout: 60_000 };
  test('forged adverts by the ten thousand move nothing, are counted and reported', options, async (t) => {
    build(switchName, [a, b, forger]);
    const file = join(folder, 'cluster.yaml');
    writeFileSync(file, documentOf(a, b));
    for (const name of [a, b]) nodes.push(new NodeHandle(name, folder, basculeCommand(file, folder)));
    for (const node of nodes) node.start();
    await until('one master and one backup', 14_000, async () => isSettled(await statuses()));
    const changes = nodes.map((node) => node.changes.length);
    const before = await statuses();
    const usedBefore = before.map(({ pid }) => cpuSeconds(pid));

    const forged = await forgeIn(forger);
    const then = await statuses();
    const rate = Math.round(forged.sent / forged.seconds);
    t.diagnostic(`${forged.sent} frames sent, ${rate} a second`);
    assert.ok(rate >= leastRate, `only ${rate} frames a second were sent`);

    const log = nodes.map((node) => node.lastLines.join('\n')).join('\n');
    const moves = nodes.map((node) => node.changes.length);
    assert.deepEqual(moves, changes, `a transition:\n${log}`);
    assert.equal(rolesIn(then), 'MASTER BACKUP');
    for (const [i, status] of then.entries()) {
      const counted = countedSince(before[i], status);
      const used = cpuSeconds(status.pid) - (usedBefore[i] ?? 0);
      const each = (used / forged.sent) * 1e6;
      const share = Math.round((used / forged.seconds) * 100);
      t.diagnostic(`${status.node}: ${share} % of a core, ${each.toFixed(1)} us a frame`);
      t.diagnostic(JSON.stringify(counted));
      assert.ok(each < frameLimit, `${each} us a frame: is it woken up for each?`);
      const seen = Object.values(counted).reduce((sum, count) => sum + count, 0);
      assert.ok(seen >= 0.95 * forged.sent, `${seen} of ${forged.sent} frames were counted`);
      const missing = reasonsAt[i]?.filter((reason) => (counted[reason] ?? 0) < forged.sent / 50);
      assert.deepEqual(missing, [], 'counted by reason');
      const codes = status.findings.map(({ code }) => code);
      for (const code of findings) assert.ok(codes.includes(code), `${code} at ${status.node}`);
    }
    const heard = then[1]?.counters.accepted ?? 0;
    const interval = failover === 'fast' ? 20 / 256 : 1 / 256;
    const due = forged.seconds / interval;
    assert.ok(
      heard - (before[1]?.counters.accepted ?? 0) >= 0.9 * due,
      'no advert of the master was starved',
    );
  });

  async function forgeIn(namespace: string): Promise<Forged> {
    const argv = [process.execPath, '--no-warnings', import.meta.filename, 'forge'];
    const [command = '', ...args] = inNamespace(namespace, argv);
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    forging = child;
    let text = '';
    for await (const chunk of child.stdout) text += String(chunk);
    forging = undefined;
    return JSON.parse(text) as Forged;
  }
}

function build(switchName: string, names: readonly string[]): void {
  const hostOf = (name: string, i: number): Host => ({
    name,
    ports: [{ device: 'eth0', segment: 'segment', addresses: [`${[sourceA, sourceB, stranger][i]}/24`] }],
    loopback: [],
    routes: [],
    sysctls: withoutIpv6,
  });
  const plan = planNamespaces({ switchName, segments: [{ name: 'segment' }], hosts: names.map(hostOf) });
  assert.ok(plan.ok);
  assert.deepEqual(applySteps(plan.value), { ok: true, value: undefined });
}

const documentOf = (a: string, b: string): string => `
cluster: flood
failover: ${failover}
nodes: { ${a}: { priority: 1 }, ${b}: { priority: 2 } }
interfaces:
  lan: { device: eth0, addresses: { ${a}: [${sourceA}/24], ${b}: [${sourceB}/24] } }
virtualIps:
  - interface: lan
    vhid: ${vhid}
    addresses: [${vip}/24]
    password: ${password}
rules:
  - { action: pass, interface: lan, protocol: icmp }
`;

/** What all threads of a process have used, in seconds (proc_pid_stat(5): ticks of 10 ms). */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function countedSince(before: NodeStatus | undefined, now: NodeStatus): Record<string, number> {
  return Object.fromEntries(
    Object.entries(now.counters).map(([name, count]) => [name, count - (before?.counters[name] ?? 0)]),
  );
}

/** One frame for each way to be wrong; `hmac` and the addresses are what a forger without the password has. */
function forgeries(): readonly Uint8Array[] {
  const prefix = hashedPrefix(vhid, [vip], []);
  const wrong = new HmacContext(keyFromPassword('guessed'), prefix);
  const right = new HmacContext(keyFromPassword(password), prefix);
  const frameOf = (source: Ipv4, hmac: HmacContext, advskew = 0): Uint8Array => {
    const { hi, lo } = boundCounter(1, 0, advskew);
    const fields = { advbase: 0, advskew, counterHi: hi, counterLo: lo };
    return Uint8Array.from(new AdvertFrame(vhid, source, hmac).fill(fields));
  };
  const patched = (at: number, byte: number): Uint8Array => {
    const frame = frameOf(sourceA, wrong);
    const view = new DataView(frame.buffer);
    frame[at] = byte;
    // The lab's bridge drops what has a wrong IP checksum.
    view.setUint16(ip.checksum, 0);
    view.setUint16(ip.checksum, checksum(view, ip.header, 20));
    return frame;
  };
  return [
    frameOf(sourceA, wrong),
    frameOf(sourceA, wrong),
    frameOf(sourceB, wrong),
    frameOf(stranger, wrong),
    frameOf(stranger, wrong),
    frameOf(stranger, right),
    frameOf(sourceA, right, replayedSkew),
    frameOf(sourceA, right),
    patched(ip.ttl, 254),
    patched(ip.payload, 0x31),
    patched(ip.payload, 0x11),
    patched(ip.payload + 1, vhid + 1),
    patched(ip.payload + 3, 6),
    patched(ip.payload + 6, 0xff),
  ];
}

/** Sends in batches and sleeps in between, so that forging costs no more than it must. */
function forge(): Forged {
  const sendmmsg = koffi
    .load('libc.so.6')
    .func('int sendmmsg(int fd, void *messages, uint count, int flags)');
  const fd = mustOpen(libc.socket(AF_PACKET, SOCK_RAW, 0) as number, 'packet socket');
  const address = Buffer.alloc(20);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeInt32LE(libc.ifNameToIndex('eth0') as number, 4);
  mustOpen(libc.bind(fd, address, 20) as number, 'bind');
  const frames = forgeries();
  const memory = fixedBuffer(frames.length * slotBytes);
  const vectors = fixedBuffer(batch * 16);
  const messages = fixedBuffer(batch * 64);
  for (const [i, frame] of frames.entries()) memory.set(frame, i * slotBytes);
  for (let i = 0; i < batch; i++) {
    const which = i % frames.length;
    // struct iovec { base, length }; struct mmsghdr { msghdr { name, namelen, iov, iovlen, ... }, len }
    vectors.writeBigUInt64LE(addressOf(memory) + BigInt(which * slotBytes), i * 16);
    vectors.writeBigUInt64LE(BigInt(frames[which]?.length ?? 0), i * 16 + 8);
    messages.writeBigUInt64LE(addressOf(vectors) + BigInt(i * 16), i * 64 + 16);
    messages.writeBigUInt64LE(1n, i * 64 + 24);
  }
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  const start = performance.now();
  for (let sent = 0; ; ) {
    const elapsed = performance.now() - start;
    if (elapsed > floodMs) return { sent, seconds: elapsed / 1_000 };
    const due = Math.min(batch, Math.floor((elapsed * wantedRate) / 1_000) - sent);
    // Whole rounds alone, so that every kind is sent equally often.
    const count = due - (due % frames.length);
    if (count > 0) sent += Math.max(0, sendmmsg(fd, messages, count, 0) as number);
    if (due < batch) Atomics.wait(sleeper, 0, 0, 0.2);
  }
}
