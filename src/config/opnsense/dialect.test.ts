import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audit } from '../audit/audit.ts';
import { readConfig } from '../pfsense/read.ts';

const node = (n: 1 | 2) => `<?xml version="1.0"?>
<opnsense>
<system>
<hostname>fw${n}</hostname>
<domain>example.test</domain>
<timeservers>0.opnsense.pool.ntp.org</timeservers>
<webgui><protocol>https</protocol></webgui>
<user><name>root</name><uid>0</uid><password>$2y$11$abcdefghijklmnopqrstuu</password></user>
</system>
<interfaces>
<lan><enable>1</enable><if>vtnet0</if><descr>LAN</descr><ipaddr>192.168.1.${n + 1}</ipaddr><subnet>24</subnet></lan>
<opt1><enable>1</enable><if>vtnet1</if><descr>SYNC</descr><ipaddr>10.0.0.${n}</ipaddr><subnet>30</subnet></opt1>
<lo0><internal_dynamic>1</internal_dynamic><if>lo0</if><descr>Loopback</descr><enable>1</enable></lo0>
</interfaces>
<virtualip version="1.0.1">
<vip uuid="1">
<interface>lan</interface>
<mode>carp</mode>
<subnet>192.168.1.1</subnet>
<subnet_bits>24</subnet_bits>
<vhid>1</vhid>
<advbase>1</advbase>
<advskew>${n === 1 ? 0 : 100}</advskew>
<password>Pont-levis-1789</password>
<peer>192.168.1.${4 - n}</peer>
</vip>
</virtualip>
<hasync version="1.0.1">
<disablepreempt>0</disablepreempt>
<pfsyncinterface>opt1</pfsyncinterface>
<pfsyncpeerip>10.0.0.${3 - n}</pfsyncpeerip>
<synchronizetoip>${n === 1 ? 'https://10.0.0.2:443/' : ''}</synchronizetoip>
<username>root</username>
<password>${n === 1 ? 'sync-secret' : ''}</password>
<syncitems>${n === 1 ? 'virtualip,rules,aliases,nat,dnsresolver' : ''}</syncitems>
</hasync>
<filter>
<rule><type>pass</type><interface>opt1</interface><ipprotocol>inet</ipprotocol><source><any>1</any></source><destination><any>1</any></destination></rule>
</filter>
<OPNsense>
<Firewall><Alias><aliases><alias uuid="2"><name>WEB</name><type>port</type><content>80
443</content></alias></aliases></Alias></Firewall>
<unboundplus><general><enabled>1</enabled></general></unboundplus>
</OPNsense>
</opnsense>
`;

const codes = (primary: string, backup: string) => {
  const [one, two] = [readConfig(primary), readConfig(backup)];
  assert.ok(one.ok && two.ok);
  return audit(one.value, two.value, 1_800_000_000).map(({ code }) => code);
};

test('a healthy OPNsense pair has no findings', () => assert.deepEqual(codes(node(1), node(2)), []));

const faults: readonly (readonly [string, string, string])[] = [
  ['vhid-differs', '<vhid>1<', '<vhid>2<'],
  ['vip-unicast-differs', '<peer>192.168.1.2<', '<peer>192.168.1.9<'],
  ['preempt-off', '<disablepreempt>0<', '<disablepreempt>1<'],
  ['pfsync-off', '<pfsyncinterface>opt1<', '<pfsyncinterface><'],
  ['aliases-differ', '80\n443', '80'],
  ['dns-one-sided', '<enabled>1</enabled>', '<enabled>0</enabled>'],
  [
    'password-default',
    '$2y$11$abcdefghijklmnopqrstuu',
    '$2y$10$YRVoF4SgskIsrXOvOQjGieB9XqHPRra9R7d80B3BZdbY/j21TwBfS',
  ],
  ['rule-pfsync-missing', '<type>pass<', '<type>block<'],
];
for (const [code, from, to] of faults) {
  test(`OPNsense: ${code}`, () => {
    assert.ok(node(2).includes(from));
    assert.ok(
      codes(
        node(1),
        node(2).replace(from, () => to),
      ).includes(code as never),
    );
  });
}

test('OPNsense: a target that is a URL is followed', () => {
  const wrong = node(1).replace('https://10.0.0.2:443/', 'https://10.0.0.9:443/');
  assert.ok(codes(wrong, node(2)).includes('xmlrpc-target-wrong'));
});
