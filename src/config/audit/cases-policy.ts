/** Planted faults: NAT, rules, gateways and services. */

import type { Case } from './cases.ts';
import { edit, on } from './cases-network.ts';

const outboundSource = '<source><network>192.168.1.0/24</network></source>';
const outboundTarget = '<target>172.17.1.40</target>';
const dhcp = '<dnsserver>192.168.1.1</dnsserver>\n</lan>';

export const policyCases: readonly Case[] = [
  {
    code: 'nat-automatic',
    edits: [edit('both', '<mode>hybrid<', '<mode>automatic<')],
    at: on(1, '<mode>automatic<'),
  },
  {
    code: 'nat-not-vip',
    edits: [
      edit(
        'both',
        '</outbound>',
        '<rule>\n<interface>wan</interface>\n<source><network>192.168.30.0/24</network></source>\n<destination><any></any></destination>\n<target></target>\n</rule>\n</outbound>',
      ),
    ],
    at: on(1, '<target></target>'),
  },
  {
    code: 'nat-no-rule',
    edits: [edit('both', outboundTarget, `<disabled></disabled>\n${outboundTarget}`)],
    at: on(1, '<mode>hybrid<'),
  },
  {
    code: 'nat-self',
    edits: [edit('both', outboundSource, '<source><any></any></source>')],
    at: on(1, outboundTarget),
  },
  {
    code: 'nat-mode-differs',
    edits: [edit(2, '<mode>hybrid<', '<mode>advanced<')],
    at: on(1, '<mode>hybrid<'),
  },
  {
    code: 'nat-differs',
    edits: [edit(2, '<local-port>443<', '<local-port>444<')],
    at: on(1, '<rule>\n<interface>wan</interface>\n<protocol>tcp<'),
  },
  {
    code: 'forward-not-vip',
    edits: [
      edit('both', '<destination><address>172.17.1.40</address>', '<destination><network>wanip</network>'),
    ],
    at: on(1, '<destination><network>wanip'),
  },
  {
    code: 'rules-differ',
    edits: [
      edit(
        2,
        '<network>lan</network></source>\n<destination><any></any></destination>',
        '<any></any></source>\n<destination><any></any></destination>',
      ),
    ],
    at: on(1, '<rule>\n<type>pass</type>\n<interface>lan<'),
  },
  {
    code: 'rules-order-differs',
    edits: [
      edit(1, '</filter>', '<rule>\n<type>block</type>\n<interface>lan</interface>\n</rule>\n</filter>'),
      edit(2, '<filter>', '<filter>\n<rule>\n<type>block</type>\n<interface>lan</interface>\n</rule>'),
    ],
    at: on(1, '<rule>\n<type>pass</type>\n<interface>lan<'),
  },
  {
    code: 'rule-without-pfsync',
    edits: [edit('both', '<descr><![CDATA[LAN to any', '<nopfsync></nopfsync>\n<descr><![CDATA[LAN to any')],
    at: on(1, '<nopfsync>'),
  },
  {
    code: 'rules-nosync',
    edits: [
      edit(
        'both',
        '</filter>',
        '<rule> <!-- kept -->\n<type>pass</type>\n<interface>lan</interface>\n<nosync></nosync>\n</rule>\n</filter>',
      ),
    ],
    at: on(1, '<!-- kept'),
  },
  { code: 'aliases-differ', edits: [edit(2, '<address>80 443<', '<address>80<')], at: on(1, '<alias>') },
  {
    code: 'routes-differ',
    edits: [edit(2, '<network>10.9.0.0/16<', '<network>10.8.0.0/16<')],
    at: on(2, '<route>'),
  },
  {
    code: 'gateways-differ',
    edits: [edit(2, '<gateway>172.17.0.1<', '<gateway>172.17.0.2<')],
    at: on(1, '<gateway_item>'),
  },
  {
    code: 'gateway-outside',
    edits: [edit('both', '<gateway>172.17.0.1<', '<gateway>172.18.0.1<')],
    at: on(2, '<gateway>172.18.0.1<'),
  },
  {
    code: 'gateway-unmonitored',
    edits: [edit(1, '<name>WANGW<', '<monitor_disable></monitor_disable>\n<name>WANGW<')],
    at: on(1, '<monitor_disable>'),
  },
  {
    code: 'gateway-is-node',
    edits: [edit('both', '<gateway>172.17.0.1<', '<gateway>172.17.1.42<')],
    at: on(2, '<gateway>172.17.1.42<'),
  },
  {
    code: 'dhcp-gateway-not-vip',
    edits: [edit(1, '<gateway>192.168.1.1<', '<gateway>192.168.1.2<')],
    at: on(1, '<gateway>192.168.1.2<'),
  },
  {
    code: 'dhcp-gateway-not-vip',
    what: 'left out, the address of the node is handed out',
    edits: [edit(2, '<gateway>192.168.1.1<', '<gateway><')],
    at: on(2, '<gateway></'),
  },
  {
    code: 'dhcp-dns-not-vip',
    edits: [edit(1, '<dnsserver>192.168.1.1<', '<dnsserver>192.168.1.3<')],
    at: on(1, '<dnsserver>192.168.1.3<'),
  },
  {
    code: 'dhcp-failover-missing',
    edits: [edit(1, '<failover_peerip>192.168.1.3<', '<failover_peerip><')],
    at: on(1, '<failover_peerip>'),
  },
  {
    code: 'dhcp-failover-wrong',
    edits: [edit(2, '<failover_peerip>192.168.1.2<', '<failover_peerip>192.168.1.9<')],
    at: on(2, '<failover_peerip>'),
  },
  {
    code: 'dhcp-one-sided',
    edits: [edit(2, '<lan>\n<enable></enable>\n<range>', '<lan>\n<range>')],
    at: on(1, '<lan>\n<enable></enable>\n<range>'),
  },
  {
    code: 'dhcp-range-differs',
    edits: [edit(2, '<to>192.168.1.199<', '<to>192.168.1.150<')],
    at: on(1, '<range>'),
  },
  {
    code: 'dhcp-range-holds',
    edits: [edit('both', '<from>192.168.1.100<', '<from>192.168.1.3<')],
    at: on(2, '<range>'),
  },
  {
    code: 'dns-not-on-vip',
    edits: [edit('both', '<active_interface>all<', '<active_interface>lan<')],
    at: on(2, '<active_interface>'),
  },
  {
    code: 'dns-one-sided',
    edits: [edit(2, '<unbound>\n<enable></enable>', '<unbound>')],
    at: on(1, '<unbound>'),
  },
  {
    code: 'dns-servers-missing',
    edits: [edit(2, '<dnsserver>9.9.9.9</dnsserver>\n', '')],
    at: on(2, '<system>'),
  },
  {
    code: 'ntp-missing',
    edits: [edit(2, '<timeservers>0.pool.ntp.org 1.pool.ntp.org<', '<timeservers><')],
    at: on(2, '<timeservers>'),
  },
  { code: 'ntp-differs', edits: [edit(2, '>0.pool.ntp.org 1', '>1')], at: on(1, '<timeservers>') },
  {
    code: 'ntp-not-on-vip',
    edits: [edit(1, '<ntpd>\n<interface><', '<ntpd>\n<interface>lan<')],
    at: on(1, '<interface>lan</interface>\n</ntpd>'),
  },
  {
    code: 'vpn-not-on-vip',
    edits: [edit('both', '<openvpn-server>\n<interface>_vipa1<', '<openvpn-server>\n<interface>wan<')],
    at: on(2, '<interface>wan</interface>\n<description>'),
  },
  {
    code: 'vpn-not-on-vip',
    what: 'IPsec',
    edits: [edit('both', '<phase1>\n<interface>_vipa1<', '<phase1>\n<interface>wan<')],
    at: on(1, '<interface>wan</interface>\n<descr><![CDATA[Head'),
  },
  {
    code: 'dhcp-dns-not-vip',
    what: 'left out, a node with a DNS service hands out itself',
    edits: [edit(1, dhcp, '</lan>')],
    at: on(1, '<lan>\n<enable></enable>\n<range>'),
  },
];
