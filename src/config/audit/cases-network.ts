/** Planted faults: CARP, virtual IPs and interfaces. */
import type { Case, Edit } from './cases.ts';

export const edit = (node: Edit['node'], from: string, to: string): Edit => ({ node, from, to });
export const on = (node: 1 | 2, mark: string): Case['at'] => ({ node, mark });

const lanVip = '<vhid>20</vhid>\n<advskew>100</advskew>';
const alias = (mode: string) =>
  edit(
    'both',
    '</virtualip>',
    `<vip>\n<mode>${mode}</mode>\n<interface>lan</interface>\n<subnet>192.168.1.9</subnet>\n</vip>\n</virtualip>`,
  );

export const networkCases: readonly Case[] = [
  {
    code: 'carp-none',
    edits: [
      edit('both', '<virtualip>', '<virtualip>\n</virtualip>\n<old>'),
      edit('both', '</vip>\n</virtualip>\n<hasync>', '</vip>\n</old>\n<hasync>'),
    ],
    at: on(1, '<virtualip>'),
  },
  { code: 'vhid-differs', edits: [edit(2, '<vhid>10<', '<vhid>11<')], at: on(1, '<vhid>10<') },
  {
    code: 'vhid-duplicate',
    edits: [
      edit(
        'both',
        '</virtualip>',
        '<vip>\n<mode>carp</mode>\n<interface>lan</interface>\n<vhid>20</vhid> <!-- new -->\n<advskew>SKEW</advskew>\n<password>Pont-levis-20</password>\n<uniqid>e5</uniqid>\n<subnet_bits>24</subnet_bits>\n<subnet>192.168.1.9</subnet>\n</vip>\n</virtualip>',
      ),
      edit(1, 'SKEW', '0'),
      edit(2, 'SKEW', '100'),
    ],
    at: on(1, '<!-- new'),
  },
  { code: 'vhid-invalid', edits: [edit('both', '<vhid>10<', '<vhid>300<')], at: on(2, '<vhid>300<') },
  {
    code: 'vip-password-differs',
    edits: [edit(2, 'Pont-levis-20', 'Pont-levis-21')],
    at: on(1, 'Pont-levis-20'),
  },
  {
    code: 'vip-password-empty',
    edits: [edit('both', '<password>Pont-levis-20<', '<password><')],
    at: on(2, '<password></'),
  },
  { code: 'vip-password-weak', edits: [edit('both', 'Pont-levis-20', 'pfsense')], at: on(1, '>pfsense<') },
  { code: 'advbase-differs', edits: [edit(2, '<advbase>1<', '<advbase>2<')], at: on(1, '<advbase>1<') },
  { code: 'advbase-slow', edits: [edit('both', '<advbase>1<', '<advbase>5<')], at: on(1, '<advbase>5<') },
  {
    code: 'skew-equal',
    edits: [edit(2, lanVip, '<vhid>20</vhid>\n<advskew>0</advskew>')],
    at: on(2, '<advskew>0<'),
  },
  {
    code: 'skew-reversed',
    edits: [edit(1, '<advskew>0<', '<advskew>50<'), edit(2, '<advskew>100<', '<advskew>10<')],
    at: on(2, '<advskew>10<'),
  },
  { code: 'skew-not-synced', edits: [edit(2, '<advskew>100<', '<advskew>90<')], at: on(2, '<advskew>90<') },
  {
    code: 'skew-high-primary',
    edits: [edit(1, '<advskew>0<', '<advskew>120<'), edit(2, '<advskew>100<', '<advskew>220<')],
    at: on(1, '<advskew>120<'),
  },
  {
    code: 'carp-maintenance',
    edits: [
      edit(1, '<hasync>', '<virtualip_carp_maintenancemode></virtualip_carp_maintenancemode>\n<hasync>'),
    ],
    at: on(1, '<virtualip_carp'),
  },
  {
    code: 'carp-tunable',
    edits: [
      edit(
        2,
        '</sysctl>',
        '<item>\n<tunable>net.inet.carp.demotion</tunable>\n<value>240</value>\n</item>\n</sysctl>',
      ),
    ],
    at: on(2, '<value>240<'),
  },
  {
    code: 'preempt-off',
    edits: [edit(2, '<pfhostid>', '<disablepreempt>on</disablepreempt>\n<pfhostid>')],
    at: on(2, '<disablepreempt>'),
  },
  {
    code: 'vip-missing',
    edits: [edit(2, '<mode>carp</mode>\n<interface>opt2<', '<mode>other</mode>\n<interface>opt2<')],
    at: on(1, '<vip>\n<mode>carp</mode>\n<interface>opt2<'),
  },
  {
    code: 'vip-address-differs',
    edits: [edit(2, '<subnet>192.168.30.1<', '<subnet>192.168.30.9<')],
    at: on(1, '<subnet>192.168.30.1<'),
  },
  {
    code: 'vip-interface-differs',
    edits: [edit(2, '<interface>opt2</interface>\n<vhid>', '<interface>lan</interface>\n<vhid>')],
    at: on(1, '<interface>opt2</interface>\n<vhid>'),
    alongside: ['vip-outside'],
  },
  {
    code: 'vip-mask-differs',
    edits: [
      edit(
        2,
        '<subnet_bits>24</subnet_bits>\n<subnet>192.168.30.1<',
        '<subnet_bits>25</subnet_bits>\n<subnet>192.168.30.1<',
      ),
    ],
    at: on(1, '<subnet_bits>24</subnet_bits>\n<subnet>192.168.30.1<'),
    alongside: ['vip-mask-interface'],
  },
  {
    code: 'vip-mask-interface',
    edits: [
      edit(
        'both',
        '<subnet_bits>24</subnet_bits>\n<subnet>192.168.30.1<',
        '<subnet_bits>32</subnet_bits>\n<subnet>192.168.30.1<',
      ),
    ],
    at: on(2, '<subnet_bits>32</subnet_bits>\n<subnet>192.168.30.1<'),
  },
  {
    code: 'vip-outside',
    edits: [edit('both', '<subnet>192.168.30.1<', '<subnet>192.168.31.1<')],
    at: on(1, '<subnet>192.168.31.1<'),
  },
  {
    code: 'vip-is-node',
    edits: [edit('both', '<subnet>192.168.30.1<', '<subnet>192.168.30.2<')],
    at: on(1, '<subnet>192.168.30.2<'),
  },
  {
    code: 'vip-reserved',
    edits: [edit('both', '<subnet>192.168.30.1<', '<subnet>192.168.30.255<')],
    at: on(2, '<subnet>192.168.30.255<'),
  },
  {
    code: 'vip-interface-missing',
    edits: [edit('both', '<interface>opt2</interface>\n<vhid>', '<interface>opt9</interface>\n<vhid>')],
    at: on(2, '<interface>opt9<'),
    alongside: ['network-without-vip'],
  },
  {
    code: 'vip-no-address',
    edits: [edit(2, '<ipaddr>192.168.30.3<', '<ipaddr><')],
    at: on(2, '<interface>opt2</interface>\n<vhid>'),
  },
  {
    code: 'vip-unicast-differs',
    edits: [edit(1, '<uniqid>b2<', '<peer>192.168.1.77</peer>\n<uniqid>b2<')],
    at: on(1, '<peer>'),
  },
  { code: 'alias-not-on-carp', edits: [alias('ipalias')], at: on(1, '<interface>lan</interface>\n<subnet>') },
  { code: 'proxy-arp', edits: [alias('proxyarp')], at: on(1, '<interface>lan</interface>\n<subnet>') },
  {
    code: 'alias-parent-missing',
    edits: [edit(2, '<interface>_vipa1</interface>\n<uniqid>', '<interface>_vipzz</interface>\n<uniqid>')],
    at: on(2, '<interface>_vipzz<'),
  },
  {
    code: 'network-without-vip',
    edits: [
      edit(
        'both',
        '</interfaces>',
        '<opt3>\n<enable></enable>\n<if>em7</if>\n<descr>LAB</descr>\n<ipaddr>NODE</ipaddr>\n<subnet>24</subnet>\n</opt3>\n</interfaces>',
      ),
      edit(1, 'NODE', '10.7.0.2'),
      edit(2, 'NODE', '10.7.0.3'),
    ],
    at: on(1, '<opt3>'),
  },
  {
    code: 'vip-no-ipv6',
    edits: [
      edit(
        1,
        '<subnet>16</subnet>\n<gateway>',
        '<subnet>16</subnet>\n<ipaddrv6>2001:db8::2</ipaddrv6>\n<subnetv6>64</subnetv6>\n<gateway>',
      ),
      edit(
        2,
        '<subnet>16</subnet>\n<gateway>',
        '<subnet>16</subnet>\n<ipaddrv6>2001:db8::3</ipaddrv6>\n<subnetv6>64</subnetv6>\n<gateway>',
      ),
    ],
    at: on(1, '<ipaddrv6>'),
  },
  {
    code: 'interface-missing',
    edits: [
      edit(
        1,
        '</interfaces>',
        '<opt3>\n<enable></enable>\n<if>em7</if>\n<descr>LAB</descr>\n</opt3>\n</interfaces>',
      ),
    ],
    at: on(1, '<opt3>'),
  },
  {
    code: 'interface-order-differs',
    edits: [edit(2, '[LAN]', '[WAS]'), edit(2, '[DMZ]', '[LAN]'), edit(2, '[WAS]', '[DMZ]')],
    at: on(1, '[LAN]'),
  },
  { code: 'interface-name-differs', edits: [edit(2, '[DMZ]', '[GUESTS]')], at: on(1, '[DMZ]') },
  {
    code: 'interface-disabled',
    edits: [edit(2, '<opt2>\n<enable></enable>', '<opt2>')],
    at: on(2, '<opt2>'),
    alongside: ['vip-interface-missing'],
  },
  {
    code: 'network-differs',
    edits: [edit(2, '<ipaddr>192.168.30.3<', '<ipaddr>192.168.33.3<')],
    at: on(1, '<ipaddr>192.168.30.2<'),
    alongside: ['vip-outside'],
  },
  {
    code: 'node-address-equal',
    edits: [edit(2, '<ipaddr>192.168.30.3<', '<ipaddr>192.168.30.2<')],
    at: on(1, '<ipaddr>192.168.30.2<'),
  },
  {
    code: 'wan-dynamic',
    edits: [edit(1, '<ipaddr>172.17.1.41<', '<ipaddr>dhcp<')],
    at: on(1, '<ipaddr>dhcp<'),
    alongside: ['vip-no-address'],
  },
  {
    code: 'wan-block-private',
    edits: [edit(1, '<gateway>WANGW</gateway>\n</wan>', '<blockpriv></blockpriv>\n</wan>')],
    at: on(1, '<blockpriv>'),
  },
  {
    code: 'wan-block-bogons',
    edits: [
      edit(1, '<opt1>\n<enable></enable>', '<opt1>\n<enable></enable>\n<blockbogons></blockbogons>'),
      edit(1, '<ipaddr>10.0.0.1<', '<ipaddr>100.64.0.1<'),
      edit(2, '<ipaddr>10.0.0.2<', '<ipaddr>100.64.0.2<'),
      edit(1, '<pfsyncpeerip>10.0.0.2', '<pfsyncpeerip>100.64.0.2'),
      edit(1, '<synchronizetoip>10.0.0.2', '<synchronizetoip>100.64.0.2'),
      edit(2, '<pfsyncpeerip>10.0.0.1', '<pfsyncpeerip>100.64.0.1'),
    ],
    at: on(1, '<blockbogons>'),
  },
  {
    code: 'states-bound',
    edits: [
      edit('both', '<statepolicy>floating<', '<statepolicy>if-bound<'),
      edit(2, '<if>em1<', '<if>igb1<'),
    ],
    at: on(1, '<if>em1<'),
  },
  {
    code: 'states-bound',
    what: 'by default since config 24',
    edits: [
      edit('both', '<statepolicy>floating<', '<statepolicy><'),
      edit('both', '<version>23.3<', '<version>24.0<'),
      edit(2, '<if>em1<', '<if>igb1<'),
    ],
    at: on(1, '<if>em1<'),
  },
  {
    code: 'state-policy-differs',
    edits: [edit(1, '<statepolicy>floating<', '<statepolicy>if-bound<')],
    at: on(1, '<statepolicy>'),
  },
  { code: 'device-differs', edits: [edit(2, '<if>em1<', '<if>igb1<')], at: on(1, '<if>em1<') },
  { code: 'vlan-differs', edits: [edit(2, '<tag>30<', '<tag>31<')], at: on(1, '<tag>30<') },
  { code: 'vlan-parent-differs', edits: [edit(2, '<if>lagg0<', '<if>em9<')], at: on(1, '<if>lagg0<') },
  { code: 'lagg-differs', edits: [edit(2, '<proto>lacp<', '<proto>failover<')], at: on(1, '<lagg>') },
  { code: 'mtu-differs', edits: [edit(2, '<mtu>1500<', '<mtu>9000<')], at: on(1, '<mtu>1500<') },
];
