/** From the text of a config.xml, of pfSense or OPNsense, to the model. Nothing is judged here. */
import { fail, ok, type Result } from '#base/result.ts';
import { type Dialect, dialectOf } from '../opnsense/dialect.ts';
import type { PfConfig, PfInterface, PfSync, PfUser, PfVip } from './model.ts';
import { readAliases, readForward, readOutbound, readRule } from './read-filter.ts';
import { readDhcp, readGateway, readListeners, readVpns } from './read-services.ts';
import { all, at, readXml, textAt, wholeAt, type XmlElement, type XmlFault } from './xml.ts';

export type ReadFault =
  | XmlFault
  | { readonly problem: 'foreign'; readonly line: number; readonly detail: string };

/** Reads a file; fails with the line on what is no config.xml. */
export function readConfig(text: string): Result<PfConfig, ReadFault> {
  const xml = readXml(text);
  if (!xml.ok) return xml;
  return readRoot(xml.value);
}

/** The same of elements that came another way. */
export function readRoot(root: XmlElement): Result<PfConfig, ReadFault> {
  if (root.name !== 'pfsense' && root.name !== 'opnsense')
    return fail({ problem: 'foreign', line: root.line, detail: root.name });
  return ok(configOf(root, dialectOf(root)));
}

function configOf(root: XmlElement, dialect: Dialect): PfConfig {
  const system = at(root, 'system') ?? root;
  const webgui = at(system, 'webgui') ?? system;
  const nat = at(root, 'nat') ?? root;
  return {
    element: root,
    product: dialect.product,
    version: dialect.version,
    hostname: textAt(system, 'hostname'),
    domain: textAt(system, 'domain'),
    timeServers: words(textAt(system, 'timeservers')),
    dnsServers: texts(all(system, 'dnsserver')),
    webgui: {
      element: webgui,
      protocol: textAt(webgui, 'protocol') || 'https',
      port: textAt(webgui, 'port'),
    },
    users: all(system, 'user').map((element) => readUser(element, dialect)),
    groups: all(system, 'group').map((element) => ({
      name: textAt(element, 'name'),
      members: texts(all(element, 'member')).flatMap((text) => text.split(',')),
      privileges: texts(all(element, 'priv')).flatMap((text) => text.split(',')),
    })),
    interfaces: (at(root, 'interfaces')?.children ?? [])
      .filter(({ children }) => children.length > 0)
      .map((element) => readInterface(element, dialect))
      .filter(({ device }) => dialect.product === 'pfsense' || isPort(device)),
    vlans: all(root, 'vlans', 'vlan').map((element) => ({
      element,
      device: textAt(element, 'vlanif') || `${textAt(element, 'if')}.${textAt(element, 'tag')}`,
      parent: textAt(element, 'if'),
      tag: textAt(element, 'tag'),
    })),
    laggs: all(root, 'laggs', 'lagg').map((element) => ({
      element,
      device: textAt(element, 'laggif'),
      protocol: textAt(element, 'proto'),
      members: textAt(element, 'members').split(',').filter(Boolean).sort(),
    })),
    vips: all(root, 'virtualip', 'vip').map((element) => readVip(element, dialect)),
    maintenance: at(root, 'virtualip_carp_maintenancemode'),
    sync: readSync(at(root, 'hasync') ?? root, dialect),
    rules: dialect.rules.map((element) => readRule(element, dialect.flag)),
    nat: {
      element: nat,
      mode: textAt(nat, 'outbound', 'mode') || 'automatic',
      outbound: all(nat, 'outbound', 'rule').map((element) => readOutbound(element, dialect.flag)),
      forwards: all(nat, 'rule').map((element) => readForward(element, dialect.flag)),
      oneToOne: all(nat, 'onetoone'),
      npt: all(nat, 'npt'),
    },
    schedules: all(root, 'schedules', 'schedule'),
    aliases: readAliases(dialect.aliases),
    gateways: dialect.gateways.map((element) => readGateway(element, dialect.flag)),
    gatewayGroups: all(root, 'gateways', 'gateway_group'),
    defaultGateways: ['defaultgw4', 'defaultgw6'].map((name) => textAt(root, 'gateways', name)),
    routes: all(root, 'staticroutes', 'route'),
    dhcp: readDhcp(root, dialect.flag),
    listeners: readListeners(root, dialect),
    vpns: readVpns(root, dialect.flag),
    certificates: all(root, 'cert').map((element) => ({
      element,
      name: textAt(element, 'descr'),
      id: textAt(element, 'refid'),
      data: textAt(element, 'crt'),
    })),
    tunables: all(root, 'sysctl', 'item').map((element) => ({
      element,
      name: textAt(element, 'tunable'),
      value: textAt(element, 'value'),
    })),
    statePolicy: textAt(system, 'statepolicy'),
    maximumStates: textAt(system, 'maximumstates'),
    packages: all(root, 'installedpackages', 'package').map((element) => textAt(element, 'name')),
    others: root.children.filter(({ name }) => !known.has(name)),
  };
}

// biome-ignore format: one list
const known = new Set([
  'version', 'lastchange', 'revision', 'system', 'interfaces', 'vlans', 'laggs', 'virtualip', 'hasync', 'filter', 'nat',
  'aliases', 'gateways', 'staticroutes', 'schedules', 'dhcpd', 'dhcpdv6', 'bascule', 'unbound', 'dnsmasq', 'ntpd', 'openvpn', 'ipsec', 'cert', 'sysctl',
  'installedpackages', 'virtualip_carp_maintenancemode', 'opnsense', 'theme', 'trigger_initial_wizard',
]);

/** OPNsense lists groups and loopbacks among its interfaces. */
const isPort = (device: string): boolean =>
  device !== '' && !/^(lo0|enc0|openvpn|wireguard|ipsec)$/.test(device);

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);
const texts = (elements: readonly XmlElement[]): string[] =>
  elements.map(({ text }) => text).filter((text) => text !== '');

function readInterface(element: XmlElement, { flag }: Dialect): PfInterface {
  return {
    element,
    key: element.name,
    name: textAt(element, 'descr') || element.name.toUpperCase(),
    device: textAt(element, 'if'),
    enabled: flag(element, 'enable'),
    address: textAt(element, 'ipaddr'),
    prefix: wholeAt(element, 'subnet'),
    address6: textAt(element, 'ipaddrv6'),
    prefix6: wholeAt(element, 'subnetv6'),
    gateway: textAt(element, 'gateway'),
    gateway6: textAt(element, 'gatewayv6'),
    blockPrivate: flag(element, 'blockpriv'),
    blockBogons: flag(element, 'blockbogons'),
    mtu: textAt(element, 'mtu'),
  };
}

function readVip(element: XmlElement, { flag }: Dialect): PfVip {
  return {
    element,
    mode: textAt(element, 'mode'),
    interface: textAt(element, 'interface'),
    address: textAt(element, 'subnet'),
    prefix: wholeAt(element, 'subnet_bits'),
    vhid: wholeAt(element, 'vhid'),
    advbase: wholeAt(element, 'advbase') ?? 1,
    advskew: wholeAt(element, 'advskew') ?? 0,
    password: textAt(element, 'password'),
    id: textAt(element, 'uniqid'),
    description: textAt(element, 'descr'),
    peer: textAt(element, 'peer'),
    nosync: flag(element, 'nosync'),
  };
}

function readSync(element: XmlElement, dialect: Dialect): PfSync {
  const own = element.name === 'hasync' ? element : undefined;
  return {
    element,
    states: dialect.syncsStates(own),
    interface: textAt(own, 'pfsyncinterface'),
    peer: textAt(own, 'pfsyncpeerip'),
    hostId: textAt(own, 'pfhostid').toLowerCase(),
    target: textAt(own, 'synchronizetoip'),
    user: textAt(own, 'username') || (dialect.product === 'opnsense' ? 'root' : 'admin'),
    password: textAt(own, 'password'),
    adminSync: dialect.flag(own ?? element, 'adminsync'),
    sections: new Set(dialect.sections(own)),
    preempt: own === undefined || !dialect.flag(own, 'disablepreempt'),
  };
}

function readUser(element: XmlElement, { flag }: Dialect): PfUser {
  return {
    element,
    name: textAt(element, 'name'),
    uid: textAt(element, 'uid'),
    disabled: flag(element, 'disabled'),
    hashes: ['bcrypt-hash', 'sha512-hash', 'password', 'md5-hash']
      .map((kind) => textAt(element, kind))
      .filter((hash) => hash !== ''),
    privileges: texts(all(element, 'priv')).flatMap((text) => text.split(',')),
  };
}
