import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { infrastructureDocument } from '#config/infrastructure-document.ts';
import { type WantedHypervisor, wantedOn } from '../hypervisor.ts';
import { parseInterfaces, partLines } from './file.ts';
import { mergeInterfaces } from './merge.ts';
import { replaceFile } from './write.ts';

function wanted(kind: 'ovs' | 'linux'): WantedHypervisor {
  const infrastructure = infrastructureDocument.parse({
    hypervisors: { hv1: { address: '192.168.1.201' }, hv2: { address: '192.168.1.202' } },
    bridges: { vmbr1: { kind, mtu: 1450 } },
    tunnels: { 'vxlan-lan': { bridge: 'vmbr1', between: ['hv1', 'hv2'], key: 2000 } },
  });
  const found = wantedOn(infrastructure, 'hv1');
  assert.ok(found.ok);
  return found.value;
}

/** As D4 has it: the tunnel in a hook of the bridge, and in its list of ports. */
const guide = `auto lo
iface lo inet loopback

iface eno1 inet manual

# towards the office
auto vmbr0
iface vmbr0 inet static
\taddress 192.168.1.201/24
\tgateway 192.168.1.1
\tbridge-ports eno1

allow-ovs vmbr1
iface vmbr1 inet manual
\tovs_type OVSBridge
\tovs_ports vxlan-lan
\tpost-up ovs-vsctl --may-exist add-port vmbr1 vxlan-lan -- set interface vxlan-lan type=vxlan \\
\t  options:remote_ip=192.168.1.202 options:key=2000
\tpost-up echo mine > /run/mine

source /etc/network/interfaces.d/*
`;

test('the one form: a stanza of its own for the tunnel, not listed by the bridge', () => {
  const { text, changes } = mergeInterfaces('', wanted('ovs'));
  assert.equal(
    text,
    `auto vmbr1
iface vmbr1 inet manual
\tovs_type OVSBridge
\tovs_mtu 1450

auto vxlan-lan
iface vxlan-lan inet manual
\tovs_type OVSTunnel
\tovs_bridge vmbr1
\tovs_tunnel_type vxlan
\tovs_tunnel_options options:remote_ip=192.168.1.202 options:key=2000
\tovs_extra set interface vxlan-lan bfd:enable=true bfd:min_tx=100 bfd:min_rx=100
`,
  );
  assert.deepEqual(changes, ['add a stanza for vmbr1', 'add a stanza for vxlan-lan']);
});

test("the guide's own stanza is found, and becomes the one form; lines of others stay", () => {
  const { text, findings } = mergeInterfaces(guide, wanted('ovs'));
  assert.deepEqual(
    findings.map(({ line, code }) => [line, code]),
    [
      [17, 'tunnel-by-hook'],
      [16, 'tunnel-listed'],
    ],
  );
  assert.doesNotMatch(text, /ovs_ports|post-up ovs-vsctl/);
  assert.match(text, /^\tpost-up echo mine > \/run\/mine$/m);
  const before = guide.slice(0, guide.indexOf('iface vmbr1'));
  assert.equal(text.slice(0, before.length), before, 'up to our stanza nothing has changed');
  assert.match(text, /^source \/etc\/network\/interfaces\.d\/\*$/m);
});

test('a second time nothing changes, and nothing is left to find', () => {
  for (const kind of ['ovs', 'linux'] as const)
    for (const start of ['', guide]) {
      const first = mergeInterfaces(start, wanted(kind));
      const second = mergeInterfaces(first.text, wanted(kind));
      assert.deepEqual([second.changes, second.findings, second.text], [[], [], first.text]);
    }
});

test('what Proxmox writes back in its own order is left as it is', () => {
  const { text } = mergeInterfaces('', wanted('ovs'));
  const rewritten = text
    .replace('\tovs_type OVSTunnel\n\tovs_bridge vmbr1\n', '\tovs_bridge vmbr1\n\tovs_type OVSTunnel\n')
    .replace('ovs_mtu', 'ovs-mtu');
  assert.deepEqual(mergeInterfaces(rewritten, wanted('ovs')), { text: rewritten, changes: [], findings: [] });
});

test('a changed far end is written; an address of the bridge that the document does not name stays', () => {
  const { text } = mergeInterfaces('', wanted('ovs'));
  const other = text
    .replace('192.168.1.202', '192.168.1.203')
    .replace(
      'inet manual\n\tovs_type OVSBridge',
      'inet static\n\taddress 172.16.0.5/24\n\tovs_type OVSBridge',
    );
  const merged = mergeInterfaces(other, wanted('ovs'));
  assert.deepEqual(merged.changes, ['rewrite the stanza of vxlan-lan']);
  assert.match(merged.text, /remote_ip=192\.168\.1\.202/);
  assert.match(merged.text, /address 172\.16\.0\.5\/24/);
});

test('a tunnel that nothing starts is found', () => {
  const { text } = mergeInterfaces('', wanted('ovs'));
  const { findings, changes } = mergeInterfaces(text.replace('auto vxlan-lan\n', ''), wanted('ovs'));
  assert.deepEqual(
    findings.map(({ code, line }) => [code, line]),
    [['tunnel-unstarted', 6]],
  );
  assert.deepEqual(changes, ['start vxlan-lan at boot']);
});

test('a Linux bridge has its tunnel among its ports', () => {
  const { text } = mergeInterfaces('', wanted('linux'));
  assert.match(
    text,
    /iface vxlan-lan inet manual\n\tvxlan-id 2000\n\tvxlan-local-tunnelip 192\.168\.1\.201\n/,
  );
  assert.match(text, /iface vmbr1 inet manual\n\tbridge-ports vxlan-lan\n\tbridge-stp off\n/);
});

test('reading and writing a file changes no byte of it', () => {
  for (const text of [guide, '', '\n\n', guide.replaceAll('\t', '    '), `${guide}# the end`])
    assert.equal(parseInterfaces(text).flatMap(partLines).join('\n'), text);
});

test('a file is replaced at once, its mode and a link to it stay, and the old is kept', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'interfaces-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const [file, link] = [join(folder, 'interfaces'), join(folder, 'link')];
  writeFileSync(file, 'old\n');
  chmodSync(file, 0o640);
  symlinkSync(file, link);
  assert.deepEqual(replaceFile(link, 'new\n', 'then'), { ok: true, value: `${file}.bascule-then` });
  assert.equal(readFileSync(file, 'utf8'), 'new\n');
  assert.equal(statSync(file).mode & 0o777, 0o640);
  assert.equal(readFileSync(`${file}.bascule-then`, 'utf8'), 'old\n');
  const again = replaceFile(link, 'newer\n', 'then');
  assert.ok(!again.ok, 'a backup is never overwritten');
  assert.equal(readFileSync(file, 'utf8'), 'new\n');
});
