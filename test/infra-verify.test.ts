/** Every fault that is planted under two hypervisors is named by `verify`, and a healthy ground has none. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ip } from '#infra/apply.ts';
import type { FaultCode } from '#infra/verify/catalogue.ts';
import { faultsOf, judge } from '#infra/verify/judge.ts';
import { type Observation, observe } from '#infra/verify/observe.ts';
import { type HypervisorName, ovsGround, Rig, wantedAt } from './infra-rig.ts';
import { unable, until } from './interop/segment.ts';

const tools = [
  'ip',
  'ping',
  'ethtool',
  'ovs-vsctl',
  'ovs-vswitchd',
  'ovsdb-server',
  'ovsdb-tool',
  'ovs-ofctl',
];
const ground = ovsGround();
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

describe('verify at a hypervisor', { skip: unable(tools) }, () => {
  let rig: Rig;
  before(async () => {
    rig = new Rig();
    await rig.startSwitches();
    rig.apply(ground);
    await healthy();
  });
  after(() => rig.remove());

  const look = (hv: HypervisorName): Promise<Observation> =>
    observe({ shell: rig.shell(hv), wait }, wantedAt(ground, hv));
  const codes = async (hv: HypervisorName): Promise<FaultCode[]> =>
    faultsOf(judge(wantedAt(ground, hv), await look(hv))).map(({ code }) => code);
  const healthy = () =>
    until('both ends of the tunnel are up', 15_000, () =>
      (['hv1', 'hv2'] as const).every((hv) => vsctl(hv, 'get interface vxlan-lan bfd_status:state') === 'up'),
    );
  const vsctl = (hv: HypervisorName, words: string): string => {
    const said = rig.shell(hv).run(['ovs-vsctl', ...words.split(' ')]);
    return said.ok ? said.value.trim() : '';
  };
  const tool = (hv: HypervisorName, words: string): void => {
    const said = rig.shell(hv).run(words.split(' '));
    assert.ok(said.ok, said.ok ? '' : said.error);
  };
  const link = (hv: HypervisorName, line: string): void => assert.ok(ip(Rig.namespace(hv), [line]).ok, line);
  const bfdIsDown = () =>
    until('BFD sees it', 5_000, () => vsctl('hv1', 'get interface vxlan-lan bfd_status:state') !== 'up');

  test('a healthy ground has no faults, and every point of the list was looked at', async () => {
    for (const hv of ['hv1', 'hv2'] as const) {
      const checks = judge(wantedAt(ground, hv), await look(hv));
      assert.deepEqual(faultsOf(checks), []);
      assert.deepEqual(
        checks.map(({ title }) => title),
        [
          'bridges and ports',
          'exists',
          'error column',
          'link state',
          'settings',
          'way',
          'full-sized packet',
          'MTU',
          'UDP 4789',
          'BFD',
          'counters',
        ],
      );
      // BFD itself is traffic: ten packets a second either way.
      assert.match(checks.at(-1)?.evidence ?? '', /^[1-9]\d* packets out, [1-9]\d* in$/);
    }
  });

  const faults: readonly {
    readonly name: string;
    readonly break: () => void;
    readonly says: readonly FaultCode[];
    readonly bfd?: boolean;
  }[] = [
    {
      name: 'the key is another at the far end',
      break: () => vsctl('hv2', 'set interface vxlan-lan options:key=2001'),
      says: ['tunnel-key-mismatch'],
    },
    {
      name: 'the key is another here',
      break: () => vsctl('hv1', 'set interface vxlan-lan options:key=2001'),
      says: ['tunnel-settings-differ'],
      bfd: false,
    },
    {
      name: 'the far end has no tunnel',
      break: () => vsctl('hv2', 'del-port vmbr1 vxlan-lan'),
      says: ['port-refused'],
    },
    {
      name: 'there is no tunnel here',
      break: () => vsctl('hv1', 'del-port vmbr1 vxlan-lan'),
      says: ['tunnel-missing'],
      bfd: false,
    },
    {
      name: 'the far end is no address',
      break: () => vsctl('hv1', 'set interface vxlan-lan options:remote_ip=nowhere'),
      says: ['tunnel-error', 'tunnel-settings-differ'],
      bfd: false,
    },
    {
      name: 'UDP 4789 is dropped on the way',
      break: () => tool('hv2', 'ovs-ofctl add-flow br-phy priority=9,udp,tp_dst=4789,actions=drop'),
      says: ['udp-filtered'],
    },
    {
      name: 'the cable is out',
      break: () => link('hv2', 'link set uplink down'),
      says: ['underlay-no-carrier'],
    },
    {
      name: 'the far end lost its address',
      break: () => link('hv2', 'addr del 10.99.0.2/24 dev br-phy'),
      says: ['underlay-unreachable'],
    },
    {
      name: 'we lost our address',
      break: () => link('hv1', 'addr del 10.99.0.1/24 dev br-phy'),
      says: ['ground-differs', 'underlay-no-route'],
    },
    {
      name: 'the way carries less than is said',
      break: () => link('hv1', 'link set uplink mtu 1400'),
      says: ['underlay-mtu-small'],
      bfd: false,
    },
    {
      name: 'a guest was moved to another VLAN',
      break: () => vsctl('hv1', 'set port tap1 tag=11'),
      says: ['ground-differs'],
      bfd: false,
    },
    {
      name: 'a bridge with the MTU of the way itself',
      break: () => {
        vsctl('hv1', 'set interface vmbr1 mtu_request=1500');
        link('hv1', 'link set tap1 mtu 1500');
      },
      says: ['ground-differs', 'tunnel-mtu-large'],
      bfd: false,
    },
  ];

  for (const { name, break: plant, says, bfd = true } of faults) {
    test(`${name}: ${says.join(', ')}`, async () => {
      plant();
      if (bfd) await bfdIsDown();
      try {
        assert.deepEqual(await codes('hv1'), says);
      } finally {
        tool('hv2', 'ovs-ofctl del-flows br-phy udp');
        for (const hv of ['hv1', 'hv2'] as const) {
          link(hv, 'link set uplink up');
          link(hv, 'link set uplink mtu 1500');
        }
        rig.apply(ground);
        await healthy();
      }
    });
  }

  test('the switch has stopped while its database runs: ovs-silent', async () => {
    const daemon = rig.daemons.get('hv1') ?? assert.fail();
    process.kill(daemon.pid, 'SIGTERM');
    await until('it has gone', 5_000, () => !daemon.shell.run(['ovs-appctl', 'version']).ok);
    assert.deepEqual(await codes('hv1'), ['ovs-silent']);
  });
});
