import assert from 'node:assert/strict';
import { test } from 'node:test';
import { infrastructureCatalogue } from './catalogue-infrastructure.ts';
import { guestMtu, spaceForMachines } from './infrastructure-document.ts';
import { loadDocument } from './load.ts';

/** Two hypervisors, a tunnel in userspace, a firewall on each; nothing is wrong with it. */
const sound = `cluster: ground
nodes: { A: , B: }
interfaces:
  wan: { addresses: { A: [192.0.2.41/24], B: [192.0.2.42/24] }, gateway: 192.0.2.1 }
  lan: { addresses: { A: [172.16.0.1/24], B: [172.16.0.2/24] } }
  sync: { addresses: { A: [10.0.0.1/29], B: [10.0.0.2/29] } }
virtualIps:
  - { interface: lan, vhid: 1, addresses: [172.16.0.10/24], password: Pont-levis-12 }
ha: { sync: { interface: sync, keys: [Herse-et-chemin-de-ronde] } }
rules: [{ action: pass, interface: sync, protocol: pfsync }]
infrastructure:
  hypervisors:
    hv1: { address: 10.99.0.1, diskGib: 128 }
    hv2: { address: 10.99.0.2, diskGib: 128 }
  bridges:
    vmbr0: { kind: linux, ports: { hv1: [eno1], hv2: [eno1] } }
    br-phy: { kind: ovs, datapath: netdev, ports: { hv1: [eno2], hv2: [eno2] }, addresses: { hv1: [10.99.0.1/24], hv2: [10.99.0.2/24] } }
    vmbr1: { kind: ovs, datapath: netdev, mtu: 1450 }
  tunnels:
    vxlan-lan: { bridge: vmbr1, between: [hv1, hv2], key: 2000 }
  machines:
    fw1:
      hypervisor: hv1
      node: A
      vmid: 101
      os: freebsd
      osType: other
      nics:
        - { interface: wan, bridge: vmbr0 }
        - { interface: lan, bridge: vmbr1, checksumOffload: false }
        - { interface: sync, bridge: vmbr1, tag: 99, mtu: 1446, checksumOffload: false }
    fw2:
      hypervisor: hv2
      node: B
      vmid: 102
      os: freebsd
      nics:
        - { interface: wan, bridge: vmbr0 } # second
        - { interface: lan, bridge: vmbr1, checksumOffload: false } # second
        - { interface: sync, bridge: vmbr1, tag: 99, mtu: 1446, checksumOffload: false } # second
`;

interface Case {
  readonly code: keyof typeof infrastructureCatalogue;
  readonly change: readonly (readonly [from: string, to: string])[];
  /** In the message. */
  readonly says: string;
  readonly also?: readonly string[];
}

const tunnel = 'vxlan-lan: { bridge: vmbr1, between: [hv1, hv2], key: 2000 }';
const secondLan = '{ interface: lan, bridge: vmbr1, checksumOffload: false } # second';
const secondSync = 'tag: 99, mtu: 1446, checksumOffload: false } # second';
const secondWan = '{ interface: wan, bridge: vmbr0 } # second';

const cases: readonly Case[] = [
  {
    code: 'infra-unknown-hypervisor',
    change: [[tunnel, tunnel.replace('hv2', 'hv3')]],
    says: '"hv3"',
    also: ['infra-segment-split'],
  },
  {
    code: 'infra-unknown-hypervisor',
    change: [['hypervisor: hv2', 'hypervisor: pve2']],
    says: '"pve2"',
    also: ['infra-segment-split'],
  },
  {
    code: 'infra-unknown-bridge',
    change: [[secondLan, secondLan.replace('vmbr1', 'vmbr2')]],
    says: '"vmbr2" on hv2',
    also: ['infra-bridge-differs'],
  },
  {
    code: 'infra-unknown-bridge',
    change: [['datapath: netdev, mtu: 1450', 'datapath: netdev, mtu: 1450, on: [hv1]']],
    says: '"vmbr1" on hv2',
  },
  {
    code: 'infra-hypervisor-address-duplicate',
    change: [['hv2: { address: 10.99.0.2', 'hv2: { address: 10.99.0.1']],
    says: 'of hv2 and of hv1',
    also: ['infra-underlay-outside-datapath'],
  },
  {
    code: 'infra-address-taken',
    change: [
      ['A: [10.0.0.1/29]', 'A: [10.99.0.1/29]'],
      ['B: [10.0.0.2/29]', 'B: [10.99.0.3/29]'],
    ],
    says: "A's on SYNC",
  },
  {
    code: 'infra-address-taken',
    change: [['[172.16.0.10/24]', '[172.16.0.10/24, 10.99.0.2/24]']],
    says: 'a virtual IP of LAN',
    also: ['vip-outside-network'],
  },
  {
    code: 'infra-tunnel-self',
    change: [[tunnel, tunnel.replace('hv2', 'hv1')]],
    says: 'hv1 and itself',
    also: ['infra-segment-split'],
  },
  {
    code: 'infra-remote-wrong',
    change: [[tunnel, tunnel.replace(' }', ', remotes: { hv1: 10.99.0.1 } }')]],
    says: "its own address, not hv2's 10.99.0.2",
  },
  {
    code: 'infra-remote-wrong',
    change: [[tunnel, tunnel.replace(' }', ', remotes: { hv2: 192.0.2.41 } }')]],
    says: "192.0.2.41, which is A's, not hv1's",
  },
  {
    code: 'infra-tunnel-twin',
    change: [[tunnel, `${tunnel}\n    other: { bridge: vmbr1, between: [hv2, hv1], key: 2000 }`]],
    says: 'other and vxlan-lan have the key 2000',
  },
  {
    code: 'infra-tunnel-loop',
    change: [[tunnel, `${tunnel}\n    other: { bridge: vmbr1, between: [hv2, hv1], key: 2001 }`]],
    says: 'other closes a loop on vmbr1',
  },
  {
    code: 'infra-mtu-too-large',
    change: [['netdev, mtu: 1450', 'netdev, mtu: 1500']],
    says: 'the bridge vmbr1 may send 1500 bytes, but only 1450 fit',
  },
  {
    code: 'infra-mtu-too-large',
    change: [[secondSync, secondSync.replace('1446', '1450')]],
    says: 'fw2 may send 1450 bytes, but only 1446 fit',
  },
  {
    code: 'infra-mtu-too-large',
    change: [['netdev, mtu: 1450', 'netdev']],
    says: 'fw1 may send 1500 bytes, but only 1450 fit',
  },
  {
    code: 'infra-checksum-offload',
    change: [[secondLan, secondLan.replace(', checksumOffload: false', '')]],
    says: 'fw2 may leave checksums',
  },
  {
    code: 'infra-underlay-outside-datapath',
    change: [
      ['addresses: { hv1: [10.99.0.1/24], hv2: [10.99.0.2/24] }', 'addresses: { hv1: [10.99.0.1/24] }'],
    ],
    says: "hv2's 10.99.0.2",
  },
  {
    code: 'infra-hypervisor-shared',
    change: [['hypervisor: hv2', 'hypervisor: hv1']],
    says: 'B and A both run on hv1',
    also: ['infra-hypervisor-shared'],
  },
  {
    code: 'infra-bridge-differs',
    change: [[secondWan, secondWan.replace('vmbr0', 'br-phy')]],
    says: 'WAN is vmbr0 for A but br-phy for B',
  },
  {
    code: 'infra-segment-split',
    change: [['ports: { hv1: [eno1], hv2: [eno1] }', 'ports: { hv1: [eno1] }']],
    says: 'nothing joins vmbr0 of hv1 and of hv2, which carry WAN',
  },
  {
    code: 'infra-tag-differs',
    change: [[secondSync, secondSync.replace('99', '98')]],
    says: 'SYNC has tag 99 for A but tag 98 for B',
  },
  {
    code: 'infra-tag-differs',
    change: [[secondSync, secondSync.replace('tag: 99, ', '')]],
    says: 'but no tag for B',
  },
  {
    code: 'infra-nic-firewall',
    change: [[secondWan, secondWan.replace(' }', ', firewall: true }')]],
    says: 'for WAN of fw2',
  },
  {
    code: 'infra-nic-missing',
    change: [[`        - ${secondWan}\n`, '']],
    says: 'fw2 has no network card for WAN of B',
  },
  {
    code: 'infra-nic-model-differs',
    change: [[secondWan, secondWan.replace(' }', ', model: e1000 }')]],
    says: 'WAN is a virtio for A but a e1000 for B',
  },
  {
    code: 'infra-os-type',
    change: [['osType: other', 'osType: l26']],
    says: 'fw1 runs FreeBSD, but its guest type is l26',
  },
  {
    code: 'infra-disk-too-small',
    change: [['hv1: { address: 10.99.0.1, diskGib: 128', 'hv1: { address: 10.99.0.1, diskGib: 32']],
    says: '32 GiB, but 32 GiB leave 8',
  },
  {
    code: 'infra-vmid-duplicate',
    change: [['vmid: 102', 'vmid: 101']],
    says: 'fw2 and fw1 have the VM ID 101',
  },
  { code: 'infra-not-at-boot', change: [['osType: other', 'startAtBoot: false']], says: 'fw1, which is A' },
];

const findingsOf = (text: string) => {
  const loaded = loadDocument(text);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.value.findings;
};

test('a sound ground has no findings', () => {
  assert.deepEqual(findingsOf(sound), []);
});

for (const { code, change, says, also = [] } of cases) {
  test(`${code}: ${says}`, () => {
    const text = change.reduce((whole, [from, to]) => {
      assert.ok(whole.includes(from), `"${from}" is in the document`);
      return whole.replace(from, to);
    }, sound);
    const findings = findingsOf(text);
    const found = findings.filter((finding) => finding.code === code);
    assert.ok(
      found.some(({ message }) => message.includes(says)),
      findings.map(({ message }) => message).join('\n'),
    );
    for (const { line, message, cause, remedy } of found) {
      assert.doesNotMatch(message + cause + remedy, /[{}]|undefined/);
      assert.ok(line >= text.slice(0, text.indexOf('infrastructure:')).split('\n').length);
    }
    assert.deepEqual(new Set(findings.map((finding) => finding.code)), new Set([code, ...also]));
  });
}

test('every code about the ground has a case', () => {
  const tested = new Set<string>(cases.map(({ code }) => code));
  assert.deepEqual(
    Object.keys(infrastructureCatalogue).filter((code) => !tested.has(code)),
    [],
  );
});

test('names that belong to the cluster are looked up there', () => {
  const text = sound.replace('node: B', 'node: C').replace(secondLan, secondLan.replace('lan,', 'dmz,'));
  assert.deepEqual(
    findingsOf(text).map(({ code, message }) => [code, message]),
    [
      ['unknown-node', 'there is no node "C"'],
      ['unknown-interface', 'there is no interface "dmz"'],
    ],
  );
});

test('a token does not stand in the document', () => {
  const withToken = (token: string) =>
    sound.replace(
      'hv1: { address: 10.99.0.1,',
      `hv1: { address: 10.99.0.1, proxmox: { fingerprint: "${'AA:'.repeat(31)}AA", token: ${token} },`,
    );
  assert.deepEqual(findingsOf(withToken('{ secret: pve }')), []);
  const refused = loadDocument(withToken('root@pam!lab=0123'));
  assert.ok(!refused.ok);
  assert.match(refused.error[0]?.message ?? '', /a token is \{secret: NAME\} or \{env: NAME\}/);
});

test('what fits into a tunnel: 50 bytes less, 70 over IPv6, 4 more for a tag', () => {
  assert.equal(guestMtu(1_500, '10.99.0.2', false), 1_450);
  assert.equal(guestMtu(1_500, '10.99.0.2', true), 1_446);
  assert.equal(guestMtu(9_000, '2001:db8::2', false), 8_930);
});

test('the installer leaves a third of a small disk, most of a large one', () => {
  assert.deepEqual([32, 100, 500].map(spaceForMachines), [8, 54, 380]);
});
