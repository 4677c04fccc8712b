/**
 * Elections with Debian's ucarp on the real kernel, in both roles. ucarp reads through libpcap, which hands packets
 * over up to a second late; the limits leave room for that and not for a missed farewell, which would cost three.
 */
import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { NodeStatus } from '#api/contract/control.ts';
import { basculeCommand, NodeHandle } from '#lab/node-handle.ts';
import { launch, type Running } from '#lab/processes.ts';
import { Segment, unable, until } from './segment.ts';

const ours = Segment.unique('bascule');
const theirs = Segment.unique('ucarp');
const client = Segment.unique('client');
const vip = '10.77.0.1';
const vhid = 7;
const password = 'Pont-bascule-77';

/** More than the 3 x 1 s + 100/256 s that a backup with skew 100 waits, and ucarp's second of delay. */
const patienceMs = 5_000;

/** One node of ours; the other side is in no document. */
const documentOf = (advskew: number) => `
cluster: interop
failover: standard
mixed: true
nodes: { ${ours}: {} }
interfaces:
  lan: { device: eth0, addresses: { ${ours}: [10.77.0.2/24] } }
virtualIps:
  - interface: lan
    vhid: ${vhid}
    addresses: [${vip}/24]
    advbase: 1
    advskew: { ${ours}: ${advskew} }
    password: ${password}
rules:
  - { action: pass, interface: lan, protocol: icmp }
`;

/** Debian's daemon, and what it says. */
class Ucarp {
  readonly lines: string[] = [];
  readonly running: Running;

  constructor(folder: string, advskew: number) {
    const script = (name: string, verb: string) => {
      const path = join(folder, name);
      writeFileSync(path, `#!/bin/sh\nexec ip addr ${verb} ${vip}/24 dev eth0\n`);
      chmodSync(path, 0o755);
      return path;
    };
    this.running = launch({
      namespace: theirs,
      argv: [
        'ucarp',
        ...['-i', 'eth0', '-s', '10.77.0.3', '-v', `${vhid}`, '-p', password, '-a', vip],
        ...['-b', '1', '-k', `${advskew}`, '-P', '-z', '-n'],
        ...['-u', script('up.sh', 'add'), '-d', script('down.sh', 'del')],
      ],
      logFile: join(folder, 'ucarp.log'),
      onLine: (line) => this.lines.push(line),
    });
  }

  /** The state it entered last. */
  get state(): string | undefined {
    return this.lines.map((line) => /Switching to state: (\w+)/.exec(line)?.[1]).findLast((state) => state);
  }

  get complaints(): string[] {
    return this.lines.filter((line) => /\b(bad|invalid|error)\b/i.test(line));
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.running.signal(signal);
    await this.running.ended;
  }
}

describe('an election with ucarp', { skip: unable(['ip', 'nft', 'ping', 'ucarp']) }, () => {
  let segment: Segment;
  let node: NodeHandle | undefined;
  let ucarp: Ucarp | undefined;

  beforeEach(() => {
    segment = new Segment({ [ours]: '10.77.0.2/24', [theirs]: '10.77.0.3/24', [client]: '10.77.0.100/24' });
  });
  afterEach(async () => {
    node?.kill();
    await ucarp?.end('SIGKILL');
    node = undefined;
    ucarp = undefined;
    segment.remove();
  });

  const start = (advskew: number): NodeHandle => {
    const file = join(segment.folder, 'cluster.yaml');
    writeFileSync(file, documentOf(advskew));
    const started = new NodeHandle(ours, segment.folder, basculeCommand(file, segment.folder));
    node = started;
    started.start();
    return started;
  };
  const startUcarp = (advskew: number): Ucarp => {
    ucarp = new Ucarp(segment.folder, advskew);
    return ucarp;
  };
  const role = async (of: NodeHandle) => (await of.status())?.vips[0]?.status;
  const refused = (status: NodeStatus | undefined) =>
    Object.entries(status?.counters ?? {}).filter(([reason, count]) => reason !== 'accepted' && count > 0);
  const answers = () => segment.pings(client, vip);

  test('ucarp is master and dies: Bascule waits, then takes over', async () => {
    const peer = startUcarp(0);
    await until('ucarp becomes master', 6_000, () => peer.state === 'MASTER');
    const own = start(100);
    await until('five adverts are accepted', 12_000, async () => {
      const status = await own.status();
      return (status?.counters.accepted ?? 0) >= 5;
    });
    const status = await own.status();
    assert.equal(status?.vips[0]?.status, 'BACKUP');
    assert.equal(status?.vips[0]?.heardFrom, '10.77.0.3');
    assert.deepEqual(refused(status), [], 'every advert of ucarp was accepted');
    assert.ok(!own.changes.some((change) => change.status === 'MASTER'), 'it has not been master meanwhile');

    await peer.end('SIGKILL');
    await until('Bascule becomes master', 5_000, async () => (await role(own)) === 'MASTER');
  });

  test('Bascule is master, leaves, and comes back: ucarp follows each time', async () => {
    const own = start(0);
    await until('Bascule becomes master', 10_000, async () => (await role(own)) === 'MASTER');
    const peer = startUcarp(100);
    await until('ucarp becomes backup', 5_000, () => peer.state === 'BACKUP');
    await until('the virtual IP answers from Bascule', 5_000, answers);
    const quiet = performance.now() + patienceMs;
    await until('ucarp could have lost patience', patienceMs + 1_000, () => performance.now() > quiet);
    assert.equal(peer.state, 'BACKUP', 'ucarp accepts our adverts');

    assert.ok(await own.stop(), 'Bascule leaves by itself at SIGTERM');
    await until('ucarp hears the farewell', 2_500, () => peer.state === 'MASTER');
    await until('the virtual IP answers from ucarp', 5_000, answers);

    const again = start(0);
    await until('Bascule takes over again', 10_000, async () => (await role(again)) === 'MASTER');
    await until('ucarp yields', 5_000, () => peer.state === 'BACKUP');
    await until('the virtual IP answers from Bascule again', 5_000, answers);
    assert.deepEqual(refused(await again.status()), [], 'every advert of ucarp was accepted');
    assert.deepEqual(peer.complaints, [], 'ucarp found nothing wrong with ours');
  });
});
