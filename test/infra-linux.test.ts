/** Two hypervisors with bridges and a VXLAN tunnel of the kernel. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Infrastructure, infrastructureDocument } from '#config/infrastructure-document.ts';
import { ip } from '#infra/apply.ts';
import { faultsOf, judge } from '#infra/verify/judge.ts';
import { observe } from '#infra/verify/observe.ts';
import { type HypervisorName, hypervisors, Rig, wantedAt } from './infra-rig.ts';
import { unable, until } from './interop/segment.ts';

const ground = (key = 2_000): Infrastructure =>
  infrastructureDocument.parse({
    hypervisors: { hv1: { address: '10.99.0.1' }, hv2: { address: '10.99.0.2' } },
    bridges: {
      vmbr0: {
        kind: 'linux',
        ports: { hv1: ['uplink'], hv2: ['uplink'] },
        addresses: { hv1: ['10.99.0.1/24'], hv2: ['10.99.0.2/24'] },
      },
      vmbr1: { kind: 'linux', mtu: 1_450 },
    },
    tunnels: { 'vxlan-lan': { bridge: 'vmbr1', between: ['hv1', 'hv2'], key } },
    machines: Object.fromEntries(
      (['hv1', 'hv2'] as const).map((hypervisor) => [
        `on-${hypervisor}`,
        { hypervisor, os: 'linux', nics: [{ bridge: 'vmbr1', device: 'tap1', mtu: 1_446 }] },
      ]),
    ),
  });

describe('the ground of two hypervisors with Linux bridges', {
  skip: unable(['ip', 'ping', 'ethtool']),
}, () => {
  let rig: Rig;
  before(() => {
    rig = new Rig();
  });
  after(() => rig.remove());

  const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const codes = async (hv: HypervisorName) => {
    const wanted = wantedAt(ground(), hv);
    return faultsOf(judge(wanted, await observe({ shell: rig.shell(hv), wait }, wanted))).map(
      ({ code }) => code,
    );
  };
  const change = (hv: HypervisorName, line: string) => assert.ok(ip(Rig.namespace(hv), [line]).ok, line);
  const areJoined = () => rig.pings('guest1', '172.16.0.2');

  test('bridges and tunnel are made, guests reach each other, and then there is nothing to do', async () => {
    rig.apply(ground());
    await until('guest 1 reaches guest 2', 10_000, areJoined);
    assert.ok(rig.pings('guest1', '172.16.0.2', '-M', 'do', '-s', '1418'));
    for (const hv of hypervisors) {
      assert.deepEqual(rig.plan(ground(), hv), { steps: [], notes: [], problems: [] });
      assert.deepEqual(await codes(hv), []);
    }
  });

  test('a changed key: the tunnel is made anew on both', async () => {
    const plans = rig.apply(ground(2_001));
    for (const [i, plan] of plans.entries())
      assert.deepEqual(
        plan.steps.map(({ words }) => words),
        [
          `remove the tunnel vxlan-lan, which is to 10.99.0.${2 - i}, key 2000`,
          `make the tunnel vxlan-lan to hv${2 - i} (10.99.0.${2 - i}, key 2001)`,
          'give vxlan-lan an MTU of 1450',
          'put vxlan-lan into vmbr1',
          'switch vxlan-lan on',
        ],
      );
    await until('guest 1 reaches guest 2', 10_000, areJoined);
    assert.deepEqual(await codes('hv1'), ['tunnel-settings-differ']);
    rig.apply(ground());
  });

  test('a tunnel that is off, out of its bridge, or gone', async () => {
    change('hv1', 'link set vxlan-lan down');
    assert.deepEqual(await codes('hv1'), ['tunnel-link-down']);
    change('hv1', 'link set vxlan-lan nomaster');
    assert.deepEqual(await codes('hv1'), ['tunnel-missing']);
    rig.apply(ground());
    change('hv2', 'link del vxlan-lan');
    assert.deepEqual(await codes('hv1'), ['port-refused']);
    assert.deepEqual(await codes('hv2'), ['tunnel-missing']);
    rig.apply(ground());
    await until('guest 1 reaches guest 2', 10_000, areJoined);
  });

  test('packets leave and none come back', async () => {
    change('hv2', 'link set tap1 down');
    change('hv2', 'link set tap2 down');
    const asking = rig.start('guest1', ['ping', '-i', '0.2', '172.16.0.77']);
    try {
      await until('it asks', 20_000, async () => (await codes('hv1')).includes('tunnel-one-way'));
    } finally {
      asking.kill();
      change('hv2', 'link set tap1 up');
    }
  });

  test('a card that bears an address is not put into a bridge', () => {
    const before = rig.plan(ground(), 'hv1');
    assert.deepEqual(before.problems, []);
    change('hv1', 'link set uplink nomaster');
    change('hv1', 'addr add 10.98.0.1/24 dev uplink');
    const { problems } = rig.plan(ground(), 'hv1');
    assert.match(problems.join(), /^uplink bears 10\.98\.0\.1\/24: in vmbr0 it would be unreachable/);
    assert.throws(() => rig.apply(ground()), /uplink bears/);
  });
});
