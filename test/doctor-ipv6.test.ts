/** What the doctor asks and hears over IPv6, between two hosts that have nothing else. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import type { Segment, SegmentReport } from '#doctor/probe/segment.ts';
import { inNamespace, ip } from '#infra/apply.ts';
import { unable, until } from './interop/segment.ts';

const [one, two] = [`bd6-a-${process.pid}`, `bd6-b-${process.pid}`];
const macs = { [one]: '02:00:00:00:00:0a', [two]: '02:00:00:00:00:0b' };
const linkLocals = { [one]: 'fe80::a', [two]: 'fe80::b' };
const listenMs = 1_200;

describe('the doctor over IPv6', { skip: unable(['ip']) }, () => {
  before(async () => {
    const done = ip(undefined, [
      `netns add ${one}`,
      `netns add ${two}`,
      `link add eth0 netns ${one} type veth peer name eth0 netns ${two}`,
    ]);
    assert.ok(done.ok);
    for (const [name, own] of [
      [one, 'fd00::1'],
      [two, 'fd00::2'],
    ] as const)
      assert.ok(
        ip(name, [
          `link set eth0 address ${macs[name]} addrgenmode none`,
          `addr add ${linkLocals[name]}/64 dev eth0 nodad`,
          `addr add ${own}/64 dev eth0 nodad`,
          'link set eth0 up',
        ]).ok,
      );
    // The second one has what belongs to the first, too, and the virtual IP.
    assert.ok(ip(two, ['addr add fd00::1/128 dev eth0 nodad', 'addr add fd00::fe/64 dev eth0 nodad']).ok);
    const isUp = (name: string): boolean =>
      spawnSync('ip', ['-n', name, 'link', 'show', 'eth0'], { encoding: 'utf8' }).stdout.includes('LOWER_UP');
    await until('the cable is plugged', 5_000, () => isUp(one) && isUp(two));
  });
  after(() => {
    for (const name of [one, two]) spawnSync('ip', ['netns', 'del', name]);
  });

  it('hears beacons, and who has an address', async () => {
    const questions = [
      { address: 'fd00::1', purpose: 'own' },
      { address: 'fd00::fe', purpose: 'vip', of: 'lan@1', direct: macs[two] },
      { address: 'fd00::2', purpose: 'peer', of: two },
      { address: 'fd00::99', purpose: 'gateway' },
    ];
    const [first, second] = await Promise.all([examine(one, questions), examine(two, [])]);
    assert.deepEqual(
      first.arp.map(({ address, answers, direct }) => [address, answers, direct]),
      [
        ['fd00::1', [macs[two]], undefined],
        ['fd00::fe', [macs[two]], true],
        ['fd00::2', [macs[two]], undefined],
        ['fd00::99', [], undefined],
      ],
    );
    for (const [heard, from] of [
      [first.heard, two],
      [second.heard, one],
    ] as const)
      for (const kind of ['beacon all', 'beacon carp'])
        assert.ok(
          heard.some(
            (frame) => frame.kind === kind && frame.node === from && frame.source === linkLocals[from],
          ),
          `${kind} of ${from} in ${JSON.stringify(heard)}`,
        );
  });
});

/** Examines a host's segment in its namespace; the group of CARP is joined there, as a node does. */
async function examine(name: string, questions: readonly object[]): Promise<SegmentReport> {
  const segment = {
    ...{ interface: 'lan', device: 'eth0', mac: macs[name], source6: linkLocals[name], questions },
  } as unknown as Segment;
  const script = `
    import { createSocket } from 'node:dgram';
    import { examineSegments } from '#doctor/probe/segment.ts';
    const group = createSocket('udp6').bind(0, () => group.addMembership('ff02::12', '::%eth0'));
    const report = await examineSegments('${name}', [${JSON.stringify(segment)}], ${listenMs});
    group.close();
    console.log(JSON.stringify(report));`;
  const [command = '', ...args] = inNamespace(name, [
    process.execPath,
    '--no-warnings',
    '--input-type=module-typescript',
    '-e',
    script,
  ]);
  const child: ChildProcess = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: import.meta.dirname,
  });
  assert.ok(child.stdout);
  return JSON.parse(await text(child.stdout));
}
