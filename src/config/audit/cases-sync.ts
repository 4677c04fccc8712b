/** Planted faults: synchronisation of states and of the configuration, and what it needs. */

import type { Case } from './cases.ts';
import { edit, on } from './cases-network.ts';
import { certificateEnd } from './healthy.ts';

const target = '<synchronizetoip>10.0.0.2<';
const aim = (address: string) => [edit(1, target, `<synchronizetoip>${address}<`)];
const factory = '$2b$10$13u6qwCOwODv34GyCMgdWub6oQF3RX0rG7c3d3X4JvzuEmAXLYDd2';
const fresh = '$2y$12$T7ZR7HC503IVYkI245Ks1e0cTOoNblC07NTauGWL/sjzWEtcfIEiu';

export const syncCases: readonly Case[] = [
  {
    code: 'pfsync-off',
    edits: [edit(2, '<pfsyncenabled>on<', '<pfsyncenabled><')],
    at: on(2, '<pfsyncenabled>'),
  },
  {
    code: 'pfsync-none',
    edits: [edit('both', '<pfsyncenabled>on<', '<pfsyncenabled><')],
    at: on(1, '<pfsyncenabled>'),
  },
  {
    code: 'pfsync-interface-differs',
    edits: [edit(2, '<pfsyncinterface>opt1<', '<pfsyncinterface>opt2<')],
    at: on(1, '<pfsyncinterface>'),
    alongside: ['pfsync-peer-wrong', 'rule-pfsync-missing'],
  },
  {
    code: 'pfsync-interface-missing',
    edits: [edit('both', '<pfsyncinterface>opt1<', '<pfsyncinterface>opt8<')],
    at: on(2, '<pfsyncinterface>'),
    alongside: ['network-without-vip'],
  },
  {
    code: 'pfsync-interface-shared',
    edits: [
      edit('both', '<pfsyncinterface>opt1<', '<pfsyncinterface>lan<'),
      edit(1, '<pfsyncpeerip>10.0.0.2', '<pfsyncpeerip>192.168.1.3'),
      edit(2, '<pfsyncpeerip>10.0.0.1', '<pfsyncpeerip>192.168.1.2'),
    ],
    at: on(1, '<pfsyncinterface>'),
    alongside: ['network-without-vip'],
  },
  {
    code: 'pfsync-peer-own',
    edits: [edit(1, '<pfsyncpeerip>10.0.0.2<', '<pfsyncpeerip>10.0.0.1<')],
    at: on(1, '<pfsyncpeerip>'),
  },
  {
    code: 'pfsync-peer-wrong',
    edits: [edit(2, '<pfsyncpeerip>10.0.0.1<', '<pfsyncpeerip>10.0.0.3<')],
    at: on(2, '<pfsyncpeerip>'),
  },
  {
    code: 'pfsync-peer-one-sided',
    edits: [edit(2, '<pfsyncpeerip>10.0.0.1<', '<pfsyncpeerip><')],
    at: on(2, '<pfsyncpeerip>'),
  },
  { code: 'hostid-equal', edits: [edit(2, '<pfhostid>2<', '<pfhostid>01<')], at: on(2, '<pfhostid>') },
  { code: 'hostid-invalid', edits: [edit(2, '<pfhostid>2<', '<pfhostid>node2<')], at: on(2, '<pfhostid>') },
  {
    code: 'sync-gateway',
    edits: [edit(1, '<subnet>30</subnet>', '<subnet>30</subnet>\n<gateway>SYNCGW</gateway>')],
    at: on(1, '<gateway>SYNCGW'),
  },
  {
    code: 'rule-pfsync-missing',
    edits: [edit('both', '<protocol>pfsync<', '<protocol>icmp<')],
    at: on(2, '<filter>'),
  },
  {
    code: 'rule-pfsync-missing',
    what: 'a block before the pass',
    edits: [
      edit(
        'both',
        '<filter>',
        '<filter>\n<rule>\n<type>block</type>\n<interface>opt1</interface>\n<source><any></any></source>\n<destination><any></any></destination>\n</rule>',
      ),
    ],
    at: on(1, '<filter>'),
    alongside: ['rule-xmlrpc-missing'],
  },
  {
    code: 'rule-xmlrpc-missing',
    edits: [edit('both', '<port>8443</port></destination>', '<port>22</port></destination>')],
    at: on(2, '<filter>'),
  },
  {
    code: 'rule-xmlrpc-missing',
    what: 'on LAN, where pfSense passes it unless told otherwise',
    edits: [
      ...aim('192.168.1.3'),
      edit(2, '<port>8443</port>\n', '<port>8443</port>\n<noantilockout></noantilockout>\n'),
      edit('both', '<source><network>lan</network></source>', '<source><any></any></source>'),
      edit('both', '<interface>lan</interface>\n<ipprotocol>', '<interface>opt2</interface>\n<ipprotocol>'),
    ],
    at: on(2, '<filter>'),
  },
  {
    code: 'rule-carp-blocked',
    edits: [
      edit(
        'both',
        '</filter>',
        '<rule> <!-- carp -->\n<type>block</type>\n<interface>lan</interface>\n<protocol>carp</protocol>\n</rule>\n</filter>',
      ),
    ],
    at: on(2, '<!-- carp'),
  },
  { code: 'xmlrpc-off', edits: aim(''), at: on(1, '<synchronizetoip>') },
  {
    code: 'xmlrpc-loop',
    edits: [edit(2, '<synchronizetoip><', '<synchronizetoip>10.0.0.1<')],
    at: on(2, '<synchronizetoip>'),
  },
  {
    code: 'xmlrpc-from-backup',
    edits: [
      ...aim(''),
      edit(2, '<synchronizetoip><', '<synchronizetoip>10.0.0.1<'),
      edit(2, '<pfhostid>', '<password>sync-secret</password>\n<pfhostid>'),
    ],
    at: on(2, '<synchronizetoip>'),
    alongside: ['sections-missing'],
  },
  { code: 'xmlrpc-target-own', edits: aim('10.0.0.1'), at: on(1, '<synchronizetoip>') },
  { code: 'xmlrpc-target-wrong', edits: aim('10.0.0.3'), at: on(1, '<synchronizetoip>') },
  { code: 'xmlrpc-target-vip', edits: aim('192.168.1.1'), at: on(1, '<synchronizetoip>') },
  { code: 'xmlrpc-target-name', edits: aim('https://10.0.0.2'), at: on(1, '<synchronizetoip>') },
  {
    code: 'xmlrpc-password-missing',
    edits: [edit(1, '<password>sync-secret<', '<password><')],
    at: on(1, '<password></'),
  },
  {
    code: 'xmlrpc-user-missing',
    edits: [edit(1, '<username>admin<', '<username>nobody<')],
    at: on(1, '<username>'),
  },
  {
    code: 'xmlrpc-user-missing',
    what: 'a disabled account',
    edits: [
      edit(1, '<username>admin<', '<username>sync<'),
      edit(2, '<uid>2000</uid>', '<uid>2000</uid>\n<disabled></disabled>'),
    ],
    at: on(1, '<username>'),
  },
  {
    code: 'xmlrpc-user-privilege',
    edits: [edit(1, '<username>admin<', '<username>sync<')],
    at: on(2, '<user>\n<name>sync<'),
  },
  {
    code: 'sections-missing',
    edits: [edit(1, '<synchronizenat>on<', '<synchronizenat><')],
    at: on(1, '<hasync>'),
  },
  {
    code: 'webgui-protocol-differs',
    edits: [edit(2, '<protocol>https<', '<protocol>http<')],
    at: on(1, '<protocol>https<'),
    alongside: ['webgui-http'],
  },
  {
    code: 'webgui-port-differs',
    edits: [edit(2, '<port>8443</port>\n', '<port>9443</port>\n')],
    at: on(1, '<port>8443</port>\n'),
  },
  {
    code: 'webgui-http',
    edits: [edit('both', '<protocol>https<', '<protocol>http<')],
    at: on(2, '<protocol>http<'),
  },
  {
    code: 'product-differs',
    edits: [edit(2, '<pfsense>', '<opnsense>'), edit(2, '</pfsense>', '</opnsense>')],
    at: on(1, '<?xml'),
    // OPNsense writes 1 where pfSense leaves an element empty.
    alongside: [
      'dhcp-one-sided',
      'dns-one-sided',
      'interface-disabled',
      'pfsync-interface-missing',
      'vip-interface-missing',
    ],
  },
  { code: 'version-differs', edits: [edit(2, '<version>23.3<', '<version>22.9<')], at: on(1, '<version>') },
  { code: 'hostname-equal', edits: [edit(2, '<hostname>fw2<', '<hostname>fw1<')], at: on(2, '<hostname>') },
  { code: 'password-default', edits: [edit(2, fresh, factory)], at: on(2, '<user>\n<name>admin<') },
  {
    code: 'password-default',
    what: 'as MD5, from old versions',
    edits: [
      edit(1, `<bcrypt-hash>${fresh}</bcrypt-hash>`, '<md5-hash>3a4b4c4dde494d2cec3e0ea68e437e17</md5-hash>'),
    ],
    at: on(1, '<user>\n<name>admin<'),
  },
  { code: 'certificate-expired', edits: [], at: on(2, '<crt>'), today: certificateEnd + 1 },
  { code: 'certificate-expires', edits: [], at: on(1, '<crt>'), today: certificateEnd - 86_400 },
  {
    code: 'packages-differ',
    edits: [edit(2, '<name>haproxy<', '<name><')],
    at: on(1, '<installedpackages>'),
  },
  { code: 'tunables-differ', edits: [edit(2, '<value>1<', '<value>0<')], at: on(1, '<value>1<') },
  {
    code: 'maximum-states-differ',
    edits: [edit(2, '<maximumstates>400000<', '<maximumstates>100<')],
    at: on(1, '<maximumstates>'),
  },
];
