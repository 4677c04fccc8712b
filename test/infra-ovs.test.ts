/** Two hypervisors with their own Open vSwitch (userspace datapath), joined by a real VXLAN tunnel. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hypervisors, ovsGround, Rig } from './infra-rig.ts';
import { unable, until } from './interop/segment.ts';

const tools = ['ip', 'ping', 'ethtool', 'ovs-vsctl', 'ovs-vswitchd', 'ovsdb-server', 'ovsdb-tool'];

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url));

describe('the ground of two hypervisors', { skip: unable(tools) }, () => {
  let rig: Rig;
  before(async () => {
    rig = new Rig();
    await rig.startSwitches();
  });
  after(() => rig.remove());

  test('bridges, tunnel, BFD and VLANs are made; guests reach each other across', async () => {
    const [first] = rig.apply(ovsGround());
    assert.deepEqual(
      first?.steps.map(({ words }) => words),
      [
        'make the bridge br-phy (datapath netdev)',
        'put uplink into br-phy',
        'make the bridge vmbr1 (datapath netdev)',
        'give vmbr1 an MTU of 1450',
        'make the tunnel vxlan-lan in vmbr1 to hv2 (10.99.0.2, key 2000)',
        'probe vxlan-lan with BFD',
        'put tap1 into vmbr1',
        'put tap1 into VLAN 10',
        'give br-phy the address 10.99.0.1/24',
        'switch br-phy on',
        'let the switch forget what it learnt without 10.99.0.1',
      ],
    );
    await until('guest 1 reaches guest 2', 10_000, () => rig.pings('guest1', '172.16.0.2'));
    assert.ok(!rig.pings('guest1', '172.16.0.3'), 'another VLAN stays apart');
    assert.ok(
      rig.pings('guest1', '172.16.0.2', '-M', 'do', '-s', '1418'),
      'a full packet of 1446 bytes passes',
    );
  });

  test('a second time there is nothing to do', () => {
    for (const hv of hypervisors) assert.deepEqual(rig.plan(ovsGround(), hv).steps, []);
  });

  test('what was changed by hand is put right, and nothing else is touched', async () => {
    const { shell } = rig.daemons.get('hv2') ?? assert.fail();
    const change = (...words: string[]) => assert.ok(shell.run(['ovs-vsctl', ...words]).ok);
    change('set', 'interface', 'vxlan-lan', 'options:key=2001');
    change('set', 'port', 'tap1', 'tag=11');
    change('set', 'interface', 'vxlan-lan', 'bfd:enable=false');
    await until('the guests lose each other', 10_000, () => !rig.pings('guest1', '172.16.0.2'));
    const [one, two] = rig.apply(ovsGround());
    assert.deepEqual(one?.steps, []);
    assert.deepEqual(
      two?.steps.map(({ words }) => words),
      ['set the key of vxlan-lan to 2000 (it is 2001)', 'probe vxlan-lan with BFD', 'put tap1 into VLAN 10'],
    );
    await until('guest 1 reaches guest 2 again', 10_000, () => rig.pings('guest1', '172.16.0.2'));
  });

  test('another key in the document is carried out on both', async () => {
    const plans = rig.apply(ovsGround({ key: 2_002 }));
    for (const plan of plans)
      assert.deepEqual(
        plan.steps.map(({ words }) => words),
        ['set the key of vxlan-lan to 2002 (it is 2000)'],
      );
    await until('guest 1 reaches guest 2', 10_000, () => rig.pings('guest1', '172.16.0.2'));
    rig.apply(ovsGround());
  });

  test('a tunnel that the document does not know is told and left alone', () => {
    const { shell } = rig.daemons.get('hv1') ?? assert.fail();
    const words = 'add-port vmbr1 other -- set interface other type=vxlan options:remote_ip=10.99.0.9';
    assert.ok(shell.run(['ovs-vsctl', ...words.split(' ')]).ok);
    const plan = rig.plan(ovsGround(), 'hv1');
    assert.deepEqual(plan.steps, []);
    assert.match(plan.notes.join(), /vmbr1 has the tunnel other, which is not in the document/);
    assert.ok(shell.run(['ovs-vsctl', 'del-port', 'vmbr1', 'other']).ok);
  });

  test('the command applies, has nothing to do a second time, and verifies', async () => {
    const file = join(rig.folder, 'cluster.yaml');
    const faces = { lan: { addresses: { A: ['172.16.0.11/24'], B: ['172.16.0.12/24'] } } };
    const cluster = { cluster: 'ground', nodes: { A: {}, B: {} }, interfaces: faces };
    // Every JSON document is a YAML document.
    writeFileSync(file, JSON.stringify({ ...cluster, infrastructure: ovsGround() }));
    const bascule = (hv: 'hv1' | 'hv2', ...words: string[]) =>
      rig.run(hv, [
        ...['env', `OVS_RUNDIR=${join(rig.folder, hv)}`, process.execPath, '--no-warnings', main, 'infra'],
        ...[...words, file, '--on', hv],
      ]);
    const { shell } = rig.daemons.get('hv1') ?? assert.fail();
    assert.ok(shell.run(['ovs-vsctl', 'del-port', 'vmbr1', 'vxlan-lan']).ok);
    const plan = bascule('hv1', 'plan');
    assert.equal(plan.status, 1);
    assert.match(
      plan.stdout,
      /^- make the tunnel vxlan-lan in vmbr1 to hv2 .*\n {4}ovs-vsctl add-port vmbr1 vxlan-lan -- /,
    );
    const applied = bascule('hv1', 'apply');
    assert.equal(applied.status, 0, applied.stdout);
    assert.match(applied.stdout, /Done, and looked at again: it is as the document says\.$/m);
    assert.equal(bascule('hv1', 'plan').stdout, 'All is as the document says.\n');
    await until('verify finds nothing', 20_000, () => bascule('hv1', 'verify').status === 0);
    assert.match(bascule('hv1', 'verify').stdout, /^ok +vxlan-lan +BFD +up, far end up$/m);
  });
});
