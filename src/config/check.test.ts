import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balancerCatalogue } from './catalogue-balancer.ts';
import { infrastructureCatalogue } from './catalogue-infrastructure.ts';
import { sectionsCatalogue } from './catalogue-sections.ts';
import { usersCatalogue } from './catalogue-users.ts';
import { type DocumentCode, documentCodes } from './findings.ts';
import { loadDocument } from './load.ts';

/** A document without findings that has a bit of everything. */
const sound = `cluster: sample
failover: standard
nodes:
  PF1: { priority: 1 }
  PF2: { priority: 2 }
interfaces:
  wan:
    device: eth0
    addresses: { PF1: [192.0.2.41/24, 2001:db8::41/64], PF2: [192.0.2.42/24, 2001:db8::42/64] }
    gateway: 192.0.2.1
  lan:
    device: eth1
    addresses: { PF1: [192.168.1.2/24], PF2: [192.168.1.3/24] }
    role: lan
  sync:
    device: eth2
    addresses: { PF1: [10.0.0.1/29], PF2: [10.0.0.2/29] }
gateways:
  OTHERGW: { interface: wan, address: 192.0.2.9 }
virtualIps:
  - interface: wan
    vhid: 10
    addresses: [192.0.2.40/24, 2001:db8::40/64]
    advbase: 1
    advskew: { PF1: 0, PF2: 100 }
    password: first-long-password
  - interface: lan
    vhid: 20
    addresses: [192.168.1.1/24]
    advskew: { PF1: 0, PF2: 100 }
    password: other-long-password
    mac: virtual
ha:
  sync:
    interface: sync
    peers: { PF1: 10.0.0.2, PF2: 10.0.0.1 }
    keys: [Herse-et-chemin-de-ronde]
    config: { from: PF1, peer: 10.0.0.2, password: third-long-password, verifyCertificate: true }
  hostId: { PF1: 0000abcd, PF2: 0000dcba }
management: { password: fourth-long-password }
dhcp:
  - { interface: lan, range: { from: 192.168.1.100, to: 192.168.1.200 }, gateway: 192.168.1.1, dns: [192.168.1.1] }
aliases:
  servers: { type: hosts, entries: [192.168.1.10] }
  web: { type: ports, entries: [80] }
rules:
  - { action: pass, interface: lan, source: lan net, description: first }
  - { action: pass, interface: wan, protocol: tcp, destination: servers, ports: web, description: second }
  - { action: pass, interface: sync, protocol: pfsync, description: third }
  - { action: pass, interface: sync, protocol: tcp, ports: 443, description: fourth }
nat:
  outbound:
    mode: hybrid
    rules:
      - { interface: wan, source: lan net, translateTo: 192.0.2.40 }
`;

interface Case {
  readonly code: DocumentCode;
  /** Texts of the sound document and what stands there instead. */
  readonly change: readonly (readonly [from: string, to: string])[];
  /** The finding points at the first character of this text. */
  readonly at: string;
  /** Which occurrence of it, 1 first. */
  readonly nth?: number;
  /** Other codes that the change deserves as well. */
  readonly also?: readonly DocumentCode[];
}

const lanVip = 'addresses: [192.168.1.1/24]';
const wanVip = 'addresses: [192.0.2.40/24, 2001:db8::40/64]';
const lanAddresses = 'addresses: { PF1: [192.168.1.2/24], PF2: [192.168.1.3/24] }';
const wanAddresses =
  'addresses: { PF1: [192.0.2.41/24, 2001:db8::41/64], PF2: [192.0.2.42/24, 2001:db8::42/64] }';
const syncAddresses = 'addresses: { PF1: [10.0.0.1/29], PF2: [10.0.0.2/29] }';
const secondSkews = 'advskew: { PF1: 0, PF2: 100 }\n    password: other';
const firstRule = 'source: lan net, description: first';
const natRule = 'source: lan net, translateTo: 192.0.2.40';

const cases: readonly Case[] = [
  {
    code: 'unknown-interface',
    change: [['interface: lan\n    vhid', 'interface: office\n    vhid']],
    at: 'office',
  },
  { code: 'unknown-interface', change: [[firstRule, 'source: office net']], at: 'office net' },
  { code: 'unknown-node', change: [['PF2: 0000dcba', 'PF3: 0000dcba']], at: 'PF3', nth: 1 },
  { code: 'unknown-alias', change: [['destination: servers', 'destination: printers']], at: 'printers' },
  { code: 'unknown-gateway', change: [['gateway: 192.0.2.1', 'gateway: NOGW']], at: 'NOGW' },
  { code: 'alias-type', change: [['ports: web', 'ports: servers']], at: 'servers', nth: 3 },
  { code: 'alias-type', change: [['destination: servers', 'destination: web']], at: 'web', nth: 2 },
  {
    code: 'single-node',
    change: [
      ['  PF2: { priority: 2 }\n', ''],
      [wanAddresses, 'addresses: { PF1: [192.0.2.41/24, 2001:db8::41/64] }'],
      [lanAddresses, 'addresses: { PF1: [192.168.1.2/24] }'],
      [syncAddresses, 'addresses: { PF1: [10.0.0.1/29] }'],
      ['advskew: { PF1: 0, PF2: 100 }\n    password: first', 'password: first'],
      [secondSkews, 'password: other'],
      ['    peers: { PF1: 10.0.0.2, PF2: 10.0.0.1 }\n', ''],
      [', PF2: 0000dcba', ''],
    ],
    at: 'nodes',
  },
  { code: 'node-priority-equal', change: [['priority: 2', 'priority: 1']], at: '1 }', nth: 2 },
  {
    code: 'node-address-duplicate',
    change: [['PF2: [192.168.1.3/24]', 'PF2: [192.168.1.2/24]']],
    at: '192.168.1.2/24',
    nth: 2,
  },
  {
    code: 'node-address-reserved',
    change: [['PF2: [192.168.1.3/24]', 'PF2: [192.168.1.255/24]']],
    at: '192.168.1.255',
  },
  { code: 'node-address-missing', change: [[', PF2: [192.168.1.3/24]', '']], at: '{ PF1: [192.168.1.2' },
  {
    code: 'node-networks-differ',
    change: [['PF2: [192.168.1.3/24]', 'PF2: [192.168.2.3/24]']],
    at: '192.168.2.3',
  },
  {
    code: 'interface-without-address',
    change: [[`    ${lanAddresses}\n`, '']],
    at: 'lan\n    vhid',
    also: ['dhcp-range-invalid'],
  },
  {
    code: 'interface-disabled-on-node',
    change: [['role: lan', 'role: lan\n    enabled: { PF1: false }']],
    at: '{ PF1: false }',
  },
  {
    code: 'interfaces-overlap',
    change: [
      [syncAddresses, 'addresses: { PF1: [192.168.1.4/24], PF2: [192.168.1.5/24] }'],
      ['peers: { PF1: 10.0.0.2, PF2: 10.0.0.1 }', 'peers: { PF1: 192.168.1.5, PF2: 192.168.1.4 }'],
    ],
    at: '{ PF1: [192.168.1.4',
  },
  { code: 'device-duplicate', change: [['device: eth2', 'device: eth1']], at: 'eth1', nth: 2 },
  {
    code: 'device-names-differ',
    change: [['device: eth2', 'device: { PF1: eth2, PF2: ens3 }']],
    at: '{ PF1: eth2',
  },
  {
    code: 'docker-network',
    change: [
      [syncAddresses, 'addresses: { PF1: [172.17.0.1/24], PF2: [172.17.0.2/24] }'],
      ['peers: { PF1: 10.0.0.2, PF2: 10.0.0.1 }', 'peers: { PF1: 172.17.0.2, PF2: 172.17.0.1 }'],
    ],
    at: '{ PF1: [172',
  },
  {
    code: 'gateway-outside-network',
    change: [['gateway: 192.0.2.1', 'gateway: 192.0.3.1']],
    at: '192.0.3.1',
  },
  {
    code: 'gateway-is-own',
    change: [['gateway: 192.0.2.1', 'gateway: 192.0.2.42']],
    at: '192.0.2.42',
    nth: 2,
  },
  {
    code: 'block-private-cuts-pair',
    change: [['role: lan', 'role: lan\n    blockPrivate: true']],
    at: 'true',
    nth: 1,
  },
  {
    code: 'block-bogons-cuts-pair',
    change: [['gateway: 192.0.2.1', 'gateway: 192.0.2.1\n    blockBogons: true']],
    at: 'true',
    nth: 1,
  },
  {
    code: 'vhid-duplicate',
    change: [
      ['  - interface: lan\n    vhid: 20', '  - interface: wan\n    vhid: 10'],
      [lanVip, 'addresses: [192.0.2.39/24]'],
    ],
    at: '10\n',
    nth: 2,
  },
  {
    code: 'vip-device-collision',
    change: [
      ['device: eth0', 'device: eth.00000a'],
      ['device: eth1', 'device: eth.00000b'],
      ['vhid: 20', 'vhid: 10'],
    ],
    at: '10\n',
    nth: 2,
  },
  { code: 'vip-outside-network', change: [[lanVip, 'addresses: [192.168.2.1/24]']], at: '192.168.2.1' },
  {
    code: 'vip-is-node-address',
    change: [[lanVip, 'addresses: [192.168.1.3/24]']],
    at: '192.168.1.3',
    nth: 2,
  },
  {
    code: 'vip-is-gateway',
    change: [['gateway: 192.0.2.1', 'gateway: 192.0.2.40']],
    at: '192.0.2.40',
    nth: 2,
  },
  {
    code: 'vip-duplicate',
    change: [[lanVip, 'addresses: [192.168.1.1/24, 192.168.1.1/24]']],
    at: '192.168.1.1/24',
    nth: 2,
  },
  { code: 'vip-reserved-address', change: [[lanVip, 'addresses: [192.168.1.0/24]']], at: '192.168.1.0/24' },
  { code: 'vip-reserved-address', change: [[lanVip, 'addresses: [192.168.1.255/24]']], at: '192.168.1.255' },
  { code: 'vip-mask-differs', change: [[lanVip, 'addresses: [192.168.1.1/32]']], at: '192.168.1.1/32' },
  {
    code: 'vip-family-missing',
    change: [[lanVip, 'addresses: [192.168.1.1/24, fd00::1/64]']],
    at: 'fd00::1',
  },
  {
    code: 'vip-on-disabled-interface',
    change: [['role: lan', 'role: lan\n    enabled: false']],
    at: 'lan\n    vhid',
  },
  {
    code: 'vip-octet-differs',
    change: [
      [lanVip, 'addresses: [192.168.1.40/24]'],
      [wanVip, 'addresses: [192.0.2.40/24, 2001:db8::40/64, 192.0.2.39/24]'],
      [
        '    mac: virtual',
        '  - interface: wan\n    vhid: 30\n    addresses: [192.0.2.140/25]\n    password: other-long-password',
      ],
      ['addresses: [192.0.2.140/25]', 'addresses: [192.0.2.40/24]'],
    ],
    at: '192.0.2.39',
    also: ['vip-duplicate'],
  },
  {
    code: 'vip-mac-interface-unsupported',
    change: [['mac: virtual', 'mac: interface']],
    at: 'interface\nha',
  },
  {
    code: 'vip-mac-interface-slow',
    change: [
      ['failover: standard', 'failover: fastest'],
      ['mac: virtual', 'mac: interface'],
    ],
    at: 'interface\nha',
    also: ['vip-mac-interface-unsupported', 'timers-ignored'],
  },
  { code: 'timers-ignored', change: [['failover: standard', 'failover: fast']], at: '1\n    advskew' },
  { code: 'advbase-zero-standard', change: [['advbase: 1', 'advbase: 0']], at: '0\n    advskew' },
  {
    code: 'equal-skews',
    change: [[secondSkews, 'advskew: { PF1: 7, PF2: 7 }\n    password: other']],
    at: '{ PF1: 7',
  },
  {
    code: 'skews-close',
    change: [[secondSkews, 'advskew: { PF1: 7, PF2: 8 }\n    password: other']],
    at: '{ PF1: 7',
  },
  {
    code: 'skew-order-differs',
    change: [[secondSkews, 'advskew: { PF1: 100, PF2: 0 }\n    password: other']],
    at: '{ PF1: 100',
  },
  {
    code: 'mixed-needs-standard',
    change: [['failover: standard', 'failover: fast\nmixed: true']],
    at: 'fast',
    also: ['timers-ignored'],
  },
  {
    code: 'mixed-strict',
    change: [['failover: standard', 'failover: standard\nmixed: true\nstrict: true']],
    at: 'true',
    nth: 2,
  },
  {
    code: 'pfsense-needs-standard',
    change: [
      ['failover: standard', 'failover: fast'],
      ['PF1: { priority: 1 }', 'PF1: { kind: pfsense, priority: 1 }'],
      ['PF2: { priority: 2 }', 'PF2: { kind: pfsense, priority: 2 }'],
    ],
    at: 'fast',
    also: ['timers-ignored'],
  },
  {
    code: 'pfsense-needs-mixed',
    change: [['PF1: { priority: 1 }', 'PF1: { kind: pfsense, priority: 1 }']],
    at: 'pfsense',
  },
  {
    code: 'config-certificate-unchecked',
    change: [
      ['PF1: { priority: 1 }', 'PF1: { kind: pfsense, priority: 1, pfsense: { verifyCertificate: false } }'],
      ['PF2: { priority: 2 }', 'PF2: { kind: pfsense, priority: 2 }'],
    ],
    at: 'false',
  },
  { code: 'password-empty', change: [['password: other-long-password', 'password: ""']], at: '""' },
  { code: 'password-short', change: [['password: other-long-password', 'password: 1234567']], at: '1234567' },
  {
    code: 'password-long',
    change: [['password: other-long-password', 'password: other-long-passwords']],
    at: 'other-long',
  },
  {
    code: 'password-default',
    change: [['password: fourth-long-password', 'password: pfSense']],
    at: 'pfSense',
  },
  { code: 'password-default', change: [['password: third-long-password', 'password: admin']], at: 'admin' },
  {
    code: 'sync-missing',
    change: [[sound.slice(sound.indexOf('  sync:\n    interface'), sound.indexOf('  hostId')), '']],
    at: 'ha',
  },
  {
    code: 'sync-not-dedicated',
    change: [
      ['    interface: sync', '    interface: lan'],
      ['peers: { PF1: 10.0.0.2, PF2: 10.0.0.1 }', 'peers: { PF1: 192.168.1.3, PF2: 192.168.1.2 }'],
    ],
    at: 'lan\n    peers',
  },
  {
    code: 'sync-key-short',
    change: [['[Herse-et-chemin-de-ronde]', '[Herse]']],
    at: 'Herse',
  },
  {
    code: 'sync-gateway',
    change: [[syncAddresses, `${syncAddresses}\n    gateway: 10.0.0.3`]],
    at: '10.0.0.3',
  },
  {
    code: 'sync-dhcp',
    change: [
      [
        '{ interface: lan, range: { from: 192.168.1.100, to: 192.168.1.200 }, gateway: 192.168.1.1, dns: [192.168.1.1] }',
        '{ interface: sync, range: { from: 10.0.0.3, to: 10.0.0.4 } }',
      ],
    ],
    at: 'sync, range',
  },
  {
    code: 'sync-vip',
    change: [
      ['interface: lan\n    vhid', 'interface: sync\n    vhid'],
      [lanVip, 'addresses: [10.0.0.3/29]'],
    ],
    at: 'sync\n    vhid',
    also: ['sync-not-dedicated'],
  },
  { code: 'sync-peer-self', change: [['PF2: 10.0.0.1 }', 'PF2: 10.0.0.2 }']], at: '10.0.0.2 }' },
  { code: 'sync-peer-foreign', change: [['PF2: 10.0.0.1 }', 'PF2: 192.168.1.2 }']], at: '192.168.1.2 }' },
  { code: 'sync-peer-missing', change: [[', PF2: 10.0.0.1 }', ' }']], at: '{ PF1: 10.0.0.2 }' },
  { code: 'host-id-invalid', change: [['PF2: 0000dcba', 'PF2: 12e4567']], at: '12e4567' },
  { code: 'host-id-equal', change: [['PF2: 0000dcba', 'PF2: 0000ABCD']], at: '0000ABCD' },
  { code: 'host-id-equal', change: [['PF1: 0000abcd', 'PF1: 0000DCBA']], at: '0000dcba' },
  { code: 'config-peer-self', change: [['peer: 10.0.0.2', 'peer: 10.0.0.1']], at: '10.0.0.1', nth: 3 },
  {
    code: 'config-certificate-unchecked',
    change: [['verifyCertificate: true', 'verifyCertificate: false']],
    at: 'false',
  },
  { code: 'config-rule-missing', change: [['ports: 443', 'ports: 80-442']], at: '{ from: PF1' },
  {
    code: 'carp-blocked',
    change: [
      [firstRule, 'source: lan net, protocol: carp'],
      ['action: pass, interface: lan', 'action: block, interface: lan'],
    ],
    at: 'carp',
  },
  {
    code: 'pfsync-blocked',
    change: [
      [
        'ports: 443, description: fourth }',
        'ports: 443 }\n  - { action: reject, interface: sync, protocol: 240 }',
      ],
    ],
    at: '240',
  },
  { code: 'sync-rule-missing', change: [['protocol: pfsync', 'protocol: gre']], at: 'sync\n    peers' },
  { code: 'rule-names-one-node', change: [[firstRule, 'source: 192.168.1.3']], at: '192.168.1.3', nth: 2 },
  { code: 'rule-fields-contradict', change: [[firstRule, 'ports: 80']], at: '80 }' },
  { code: 'rule-fields-contradict', change: [[firstRule, 'icmpType: echo-request']], at: 'echo-request' },
  { code: 'rule-never-matches', change: [[firstRule, 'source: "fd00::1"']], at: '"fd00::1"' },
  {
    code: 'rule-limits-unused',
    change: [[firstRule, 'state: none, limits: { states: 5 }']],
    at: '{ states',
  },
  { code: 'unknown-schedule', change: [[firstRule, 'schedule: NIGHT']], at: 'NIGHT' },
  { code: 'alias-circle', change: [['[192.168.1.10]', '[servers]']], at: 'servers] }' },
  {
    code: 'forward-not-on-vip',
    change: [
      [
        'nat:\n',
        'nat:\n  portForwards: [{ interface: wan, destination: wan address, ports: 80, target: 192.168.1.10 }]\n',
      ],
    ],
    at: 'wan address, ports',
  },
  {
    code: 'unknown-alias',
    change: [['PF2: [192.168.1.3/24] }\n', 'PF2: [192.168.1.3/24] }\n    blockBogons: any\n']],
    at: 'any\n',
  },
  {
    code: 'gateway-group-name',
    change: [['gateways:\n', 'gatewayGroups: { OTHERGW: { tiers: [[OTHERGW]] } }\ngateways:\n']],
    at: 'OTHERGW: { tiers',
  },
  {
    code: 'gateway-group-twice',
    change: [['gateways:\n', 'gatewayGroups: { G: { tiers: [[OTHERGW], [OTHERGW]] } }\ngateways:\n']],
    at: 'OTHERGW]] }',
  },
  {
    code: 'gateway-group-mixed',
    change: [
      [
        'gateways:\n',
        'gatewayGroups: { G: { tiers: [[OTHERGW], [SIXGW]] } }\ngateways:\n  SIXGW: { interface: wan, address: "2001:db8::9" }\n',
      ],
    ],
    at: 'SIXGW]] }',
  },
  {
    code: 'forward-ports-beyond',
    change: [
      [
        'nat:\n',
        'nat:\n  portForwards: [{ interface: wan, destination: wan vip, ports: 80-90, target: 192.168.1.10, targetPort: 65530 }]\n',
      ],
    ],
    at: '65530',
  },
  {
    code: 'forward-ports-merged',
    change: [
      [
        'nat:\n',
        'nat:\n  portForwards: [{ interface: wan, destination: wan vip, ports: [80, 8080], target: 192.168.1.10, targetPort: 8000 }]\n',
      ],
    ],
    at: '8000 }',
  },
  {
    code: 'nat-sizes-differ',
    change: [
      ['nat:\n', 'nat:\n  npt: [{ interface: wan, internal: "fd00::/64", external: "2001:db8:9::/48" }]\n'],
    ],
    at: '"2001:db8:9::/48"',
  },
  {
    code: 'rule-opens-outside',
    change: [['protocol: tcp, destination: servers, ports: web, ', '']],
    at: '{ action: pass, interface: wan',
  },
  {
    code: 'nat-not-on-vip',
    change: [
      [
        'mode: hybrid\n    rules:\n      - { interface: wan, source: lan net, translateTo: 192.0.2.40 }',
        'mode: automatic',
      ],
    ],
    at: 'automatic',
  },
  {
    code: 'nat-not-on-vip',
    change: [['translateTo: 192.0.2.40 }', 'translateTo: 192.0.2.40, disabled: true }']],
    at: 'hybrid',
  },
  {
    code: 'nat-translates-to-node',
    change: [[natRule, 'source: lan net, translateTo: interface']],
    at: 'interface }',
  },
  {
    code: 'nat-translates-to-node',
    change: [[natRule, 'source: lan net, translateTo: 192.0.2.42']],
    at: '192.0.2.42 }',
  },
  {
    code: 'nat-address-foreign',
    change: [[natRule, 'source: lan net, translateTo: 192.0.2.99']],
    at: '192.0.2.99',
  },
  { code: 'nat-catches-pair', change: [[natRule, 'source: any, translateTo: 192.0.2.40']], at: 'any' },
  {
    code: 'nat-catches-pair',
    change: [[natRule, 'source: [lan net, 192.0.2.0/25], translateTo: 192.0.2.40']],
    at: '192.0.2.0/25',
  },
  { code: 'nat-rules-ignored', change: [['mode: hybrid', 'mode: off']], at: 'off' },
  {
    code: 'dhcp-gateway-is-node',
    change: [['gateway: 192.168.1.1,', 'gateway: 192.168.1.2,']],
    at: '192.168.1.2,',
  },
  {
    code: 'dhcp-dns-is-node',
    change: [['dns: [192.168.1.1]', 'dns: [192.168.1.1, 192.168.1.3]']],
    at: '192.168.1.3]',
  },
  {
    code: 'dhcp-range-takes-address',
    change: [['from: 192.168.1.100', 'from: 192.168.1.3']],
    at: '{ from: 192.168.1.3',
  },
  {
    code: 'dhcp-range-takes-address',
    change: [['from: 192.168.1.100, to: 192.168.1.200', 'from: 192.168.1.1, to: 192.168.1.1']],
    at: '{ from: 192.168.1.1',
  },
  {
    code: 'dhcp-range-invalid',
    change: [['to: 192.168.1.200', 'to: 192.168.2.200']],
    at: '{ from: 192.168.1.100',
  },
];

test('a sound document has no findings', () => {
  assert.deepEqual(codesOf(sound), []);
});

for (const { code, change, at, nth = 1, also = [] } of cases) {
  test(`${code}: ${change
    .map(([, to]) => to.trim())
    .join('; ')
    .slice(0, 60)}`, () => {
    const text = change.reduce((whole, [from, to]) => {
      assert.ok(whole.includes(from), `"${from}" is in the document`);
      return whole.replace(from, to);
    }, sound);
    const loaded = loadDocument(text);
    assert.ok(loaded.ok, JSON.stringify(loaded));
    const { findings } = loaded.value;
    const found = findings.filter((finding) => finding.code === code);
    assert.ok(found.length > 0, `${code} is among ${findings.map((finding) => finding.code).join(', ')}`);
    const place = placeOf(text, at, nth);
    assert.ok(
      found.some(({ line, column }) => line === place.line && column === place.column),
      `${code} at ${found.map(({ line, column }) => `${line}:${column}`).join(', ')}, not ${place.line}:${place.column}`,
    );
    for (const { message, cause, remedy } of found)
      assert.doesNotMatch(message + cause + remedy, /[{}]|undefined/);
    const expected = new Set([code, ...also]);
    assert.deepEqual(new Set(findings.map((finding) => finding.code)), expected);
  });
}

test('every code of a document has a case', () => {
  const elsewhere = [
    'yaml',
    'schema',
    'secret-missing',
    ...Object.keys(balancerCatalogue),
    ...Object.keys(infrastructureCatalogue),
    ...Object.keys(sectionsCatalogue),
    ...Object.keys(usersCatalogue),
  ];
  const tested = new Set<string>([...cases.map(({ code }) => code), ...elsewhere]);
  assert.deepEqual(
    documentCodes.map(([code]) => code).filter((code) => !tested.has(code)),
    [],
  );
});

function codesOf(text: string): string[] {
  const loaded = loadDocument(text);
  return (loaded.ok ? loaded.value.findings : loaded.error).map(({ code, message }) => `${code}: ${message}`);
}

function placeOf(text: string, part: string, nth: number): { line: number; column: number } {
  let offset = -1;
  for (let i = 0; i < nth; i++) offset = text.indexOf(part, offset + 1);
  assert.ok(offset >= 0, `"${part}" occurs ${nth} times`);
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}
