import assert from 'node:assert/strict';
import { test } from 'node:test';
import { infrastructureDocument } from '#config/infrastructure-document.ts';
import { planGround } from './ground.ts';
import { wantedOn } from './hypervisor.ts';
import { parseLinks } from './links.ts';
import { noOvs, type OvsState, parseOvs } from './ovs/state.ts';
import { commandOf } from './steps.ts';

/** As `ovs-vsctl --format=json` prints three tables; values are atoms, sets and maps. */
const printed = [
  '{"data":[["vmbr1","netdev",["set",[["uuid","a"],["uuid","b"]]]]],"headings":["name","datapath_type","ports"]}',
  '{"data":[[["uuid","a"],"vxlan-lan",["set",[]],["set",[]]],[["uuid","b"],"tap1",110,["set",[120,130]]]],"headings":["_uuid","name","tag","trunks"]}',
  '{"data":[["vxlan-lan","vxlan",["map",[["key","2000"],["remote_ip","10.99.0.2"]]],["map",[["enable","true"]]],["map",[]],"up",["set",[]],["set",[]],["set",[]]]],"headings":["name","type","options","bfd","bfd_status","link_state","error","mtu","mtu_request"]}',
].join('\n');

const infrastructure = infrastructureDocument.parse({
  hypervisors: { hv1: { address: '10.99.0.1' }, hv2: { address: '2001:db8::2' } },
  bridges: { vmbr1: { kind: 'ovs', datapath: 'netdev' }, vmbr2: { kind: 'linux', ports: { hv1: ['eno2'] } } },
  tunnels: {
    'vxlan-lan': { bridge: 'vmbr1', between: ['hv1', 'hv2'], key: 2000, port: 8472, bfd: false },
  },
});

function planned(state: OvsState, links = '[]') {
  const wanted = wantedOn(infrastructure, 'hv1');
  const parsed = parseLinks(links);
  assert.ok(wanted.ok && parsed.ok);
  return planGround(wanted.value, { ovs: state, links: parsed.value });
}

test('tables of Open vSwitch are read, sets and maps among them', () => {
  const state = parseOvs(printed);
  assert.ok(state.ok);
  assert.deepEqual(state.value.bridges, [
    { name: 'vmbr1', datapath: 'netdev', ports: ['vxlan-lan', 'tap1'] },
  ]);
  assert.deepEqual(state.value.ports[1], { name: 'tap1', tag: 110, trunks: [120, 130] });
  assert.deepEqual(state.value.interfaces[0], {
    name: 'vxlan-lan',
    type: 'vxlan',
    options: { key: '2000', remote_ip: '10.99.0.2' },
    bfd: { enable: 'true' },
    bfdStatus: {},
    linkState: 'up',
    error: undefined,
    mtu: undefined,
    mtuRequest: undefined,
  });
  assert.deepEqual(parseOvs(''), { ok: true, value: noOvs });
  assert.ok(!parseOvs('ovs-vsctl: nonsense').ok);
  assert.ok(!parseLinks('nonsense').ok);
});

test('each difference is one command, and an address with colons is quoted', () => {
  const state = parseOvs(printed);
  assert.ok(state.ok);
  const { steps } = planned(state.value);
  assert.deepEqual(
    steps.filter(({ tool }) => tool === 'ovs').map((step) => [step.words, commandOf(step)]),
    [
      [
        'set the far end of vxlan-lan to 2001:db8::2 (it is 10.99.0.2)',
        'ovs-vsctl set interface vxlan-lan options:remote_ip="2001:db8::2"',
      ],
      ['set the port of vxlan-lan to 8472', 'ovs-vsctl set interface vxlan-lan options:dst_port=8472'],
      ['stop probing vxlan-lan with BFD', 'ovs-vsctl set interface vxlan-lan bfd:enable=false'],
    ],
  );
});

test('a missing network card is in the way; a bridge of the other kind, too', () => {
  const links = JSON.stringify([
    { ifname: 'vmbr1', mtu: 1500, flags: ['UP'], linkinfo: { info_kind: 'bridge' }, addr_info: [] },
    {},
  ]);
  assert.deepEqual(planned(noOvs, links).problems, [
    'vmbr1 is a Linux bridge, but the document wants it in Open vSwitch: remove it first',
    'vmbr2 wants the network card eno2, which this machine does not have',
  ]);
});

test('with SDN, the bridges that have a tunnel are left to Proxmox', () => {
  const wanted = wantedOn({ ...infrastructure, sdn: { zone: 'lab' } }, 'hv1');
  assert.ok(wanted.ok);
  assert.deepEqual(
    wanted.value.bridges.map(({ name }) => name),
    ['vmbr2'],
  );
});
