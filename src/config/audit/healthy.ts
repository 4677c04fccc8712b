/** A pair of pfSense nodes with nothing wrong, for tests: each case plants one fault in it. */

/** A certificate of nothing; its end is `certificateEnd`, in seconds since 1970. */
const pem =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJiakNDQVJPZ0F3SUJBZ0lVVXpXVmdSUmFNNjJ2QVFmd0JnWm00bWlyd3lBd0NnWUlLb1pJemowRUF3SXcKRERFS01BZ0dBMVVFQXd3QmREQWVGdzB5TmpFeE1qRXhNalUyTWpkYUZ3MHpOakV4TVRneE1qVTJNamRhTUF3eApDakFJQmdOVkJBTU1BWFF3V1RBVEJnY3Foa2pPUFFJQkJnZ3Foa2pPUFFNQkJ3TkNBQVM4OHh0c3JUdjVyZ0l1Cmh5VmF0K0cwbTN5WEVOakhlclBnNy8xbkFwR3RiSXdOZ2hySmlpcDhVNS84dzdjWU1pZ2JUTExNcHVhbWw3emgKWHhrZ2lhTXhvMU13VVRBZEJnTlZIUTRFRmdRVTZHMFdzWVVNZmp0UytqcFdyWXVJcWIwSUhzTXdId1lEVlIwagpCQmd3Rm9BVTZHMFdzWVVNZmp0UytqcFdyWXVJcWIwSUhzTXdEd1lEVlIwVEFRSC9CQVV3QXdFQi96QUtCZ2dxCmhrak9QUVFEQWdOSkFEQkdBaUVBMi9Ta2tEakZjNEFuZGQxTmZ1cU5oSmh4TnduSVd4Ui9FNk5XVzMrR1Rwb0MKSVFDenNVRmNaR21KVFBQOXRFWE9vR1BlM09RdTNvUXhFRmVHQXNSdG8xMjAyZz09Ci0tLS0tRU5EIENFUlRJRklDQVRFLS0tLS0K';
export const certificateEnd = 2110625787;

/** The file of node 1 or 2, one element a line, so that a line names one thing. */
export function healthyNode(n: 1 | 2): string {
  const peer = 3 - n;
  const vip = (key: string, vhid: number, address: string, bits: number, id: string) => `<vip>
<mode>carp</mode>
<interface>${key}</interface>
<vhid>${vhid}</vhid>
<advskew>${n === 1 ? 0 : 100}</advskew>
<advbase>1</advbase>
<password>Pont-levis-${vhid}</password>
<uniqid>${id}</uniqid>
<descr><![CDATA[${key} VIP]]></descr>
<type>single</type>
<subnet_bits>${bits}</subnet_bits>
<subnet>${address}</subnet>
</vip>`;
  const rule = (key: string, protocol: string, source: string, port: string, descr: string) => `<rule>
<type>pass</type>
<interface>${key}</interface>
<ipprotocol>inet</ipprotocol>
${protocol === '' ? '' : `<protocol>${protocol}</protocol>`}
<source>${source}</source>
<destination><any></any>${port === '' ? '' : `<port>${port}</port>`}</destination>
<descr><![CDATA[${descr}]]></descr>
</rule>`;
  const transfer =
    n === 1
      ? `<synchronizetoip>10.0.0.2</synchronizetoip>
<username>admin</username>
<password>sync-secret</password>
${['virtualip', 'rules', 'nat', 'aliases', 'staticroutes', 'dhcpd', 'dnsforwarder', 'ipsec', 'openvpn']
  .map((name) => `<synchronize${name}>on</synchronize${name}>`)
  .join('\n')}`
      : '<synchronizetoip></synchronizetoip>';
  return `<?xml version="1.0"?>
<pfsense>
<version>23.3</version>
<system>
<hostname>fw${n}</hostname>
<domain>example.test</domain>
<dnsserver>9.9.9.9</dnsserver>
<timeservers>0.pool.ntp.org 1.pool.ntp.org</timeservers>
<maximumstates>400000</maximumstates>
<statepolicy>floating</statepolicy>
<webgui>
<protocol>https</protocol>
<port>8443</port>
</webgui>
<group>
<name>operators</name>
<member>2000</member>
<priv>page-dashboard-all</priv>
</group>
<user>
<name>admin</name>
<uid>0</uid>
<bcrypt-hash>$2y$12$T7ZR7HC503IVYkI245Ks1e0cTOoNblC07NTauGWL/sjzWEtcfIEiu</bcrypt-hash>
</user>
<user>
<name>sync</name>
<uid>2000</uid>
<bcrypt-hash>$2y$12$u1hyh0qCjpZ//31d2LXiQ.iHt9HXdHHr.glDuDE13CFf6yZh79yW2</bcrypt-hash>
</user>
</system>
<interfaces>
<wan>
<enable></enable>
<if>em0</if>
<descr><![CDATA[WAN]]></descr>
<ipaddr>172.17.1.4${n}</ipaddr>
<subnet>16</subnet>
<gateway>WANGW</gateway>
</wan>
<lan>
<enable></enable>
<if>em1</if>
<descr><![CDATA[LAN]]></descr>
<ipaddr>192.168.1.${n + 1}</ipaddr>
<subnet>24</subnet>
</lan>
<opt1>
<enable></enable>
<if>em2</if>
<descr><![CDATA[SYNC]]></descr>
<ipaddr>10.0.0.${n}</ipaddr>
<subnet>30</subnet>
</opt1>
<opt2>
<enable></enable>
<if>lagg0.30</if>
<descr><![CDATA[DMZ]]></descr>
<ipaddr>192.168.30.${n + 1}</ipaddr>
<subnet>24</subnet>
<mtu>1500</mtu>
</opt2>
</interfaces>
<vlans>
<vlan>
<if>lagg0</if>
<tag>30</tag>
<vlanif>lagg0.30</vlanif>
</vlan>
</vlans>
<laggs>
<lagg>
<laggif>lagg0</laggif>
<members>em3,em4</members>
<proto>lacp</proto>
</lagg>
</laggs>
<gateways>
<gateway_item>
<interface>wan</interface>
<gateway>172.17.0.1</gateway>
<name>WANGW</name>
</gateway_item>
</gateways>
<staticroutes>
<route>
<network>10.9.0.0/16</network>
<gateway>WANGW</gateway>
</route>
</staticroutes>
<dhcpd>
<lan>
<enable></enable>
<range>
<from>192.168.1.100</from>
<to>192.168.1.199</to>
</range>
<failover_peerip>192.168.1.${peer + 1}</failover_peerip>
<gateway>192.168.1.1</gateway>
<dnsserver>192.168.1.1</dnsserver>
</lan>
</dhcpd>
<unbound>
<enable></enable>
<active_interface>all</active_interface>
</unbound>
<ntpd>
<interface></interface>
</ntpd>
<nat>
<outbound>
<mode>hybrid</mode>
<rule>
<interface>wan</interface>
<source><network>192.168.1.0/24</network></source>
<destination><any></any></destination>
<target>172.17.1.40</target>
<descr><![CDATA[LAN by the VIP]]></descr>
</rule>
</outbound>
<rule>
<interface>wan</interface>
<protocol>tcp</protocol>
<source><any></any></source>
<destination><address>172.17.1.40</address><port>443</port></destination>
<target>192.168.30.10</target>
<local-port>443</local-port>
<descr><![CDATA[web]]></descr>
</rule>
</nat>
<filter>
${rule('lan', '', '<network>lan</network>', '', 'LAN to any')}
${rule('opt1', 'pfsync', '<network>opt1</network>', '', 'states')}
${rule('opt1', 'tcp', '<network>opt1</network>', '8443', 'configuration')}
${rule('lan', 'tcp', '<network>lan</network>', 'WEB', 'to the web')}
</filter>
<aliases>
<alias>
<name>WEB</name>
<type>port</type>
<address>80 443</address>
</alias>
</aliases>
<virtualip>
${vip('wan', 10, '172.17.1.40', 16, 'a1')}
${vip('lan', 20, '192.168.1.1', 24, 'b2')}
${vip('opt2', 30, '192.168.30.1', 24, 'c3')}
<vip>
<mode>ipalias</mode>
<interface>_vipa1</interface>
<uniqid>d4</uniqid>
<subnet_bits>32</subnet_bits>
<subnet>172.17.1.45</subnet>
</vip>
</virtualip>
<hasync>
<pfsyncenabled>on</pfsyncenabled>
<pfsyncinterface>opt1</pfsyncinterface>
<pfsyncpeerip>10.0.0.${peer}</pfsyncpeerip>
<pfhostid>${n}</pfhostid>
${transfer}
</hasync>
<openvpn>
<openvpn-server>
<interface>_vipa1</interface>
<description><![CDATA[Road warriors]]></description>
</openvpn-server>
</openvpn>
<ipsec>
<phase1>
<interface>_vipa1</interface>
<descr><![CDATA[Head office]]></descr>
</phase1>
</ipsec>
<cert>
<refid>c1</refid>
<descr><![CDATA[GUI]]></descr>
<crt>${pem}</crt>
</cert>
<sysctl>
<item>
<tunable>net.inet.ip.random_id</tunable>
<value>1</value>
</item>
</sysctl>
<installedpackages>
<package>
<name>haproxy</name>
</package>
</installedpackages>
</pfsense>
`;
}
