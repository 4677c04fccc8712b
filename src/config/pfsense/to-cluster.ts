/** One or two configurations of a pfSense as a cluster document, and what of them was left out. */
import type { ClusterDocument } from '../document.ts';
import { type Cidr, contains, parseAddress, parseCidr } from '../network.ts';
import type { PfConfig, PfInterface, PfVip } from './model.ts';
import type { Note, Tell } from './notes.ts';
import type { Made } from './places.ts';
import { importAliases, importSchedules } from './to-aliases.ts';
import { importGatewayGroups, importGateways } from './to-gateways.ts';
import { importNat } from './to-nat.ts';
import { importRules } from './to-rules.ts';
import type { Every } from './whole.ts';
import type { XmlElement } from './xml.ts';

type Json = Readonly<Record<string, unknown>>;

/** A document as an import makes it: every part of the schema, undefined where a pfSense has none, passwords in it. */
export type ImportedDocument = Every<Readonly<Record<keyof ClusterDocument, unknown>>> & {
  readonly virtualIps: readonly ImportedVip[];
  readonly nat: Every<Readonly<Record<keyof ClusterDocument['nat'], unknown>>>;
};

/** Lists of a document whose order means something. */
export const orderedLists = [
  'floatingRules',
  'rules',
  'nat/outbound/rules',
  'nat/portForwards',
  'nat/oneToOne',
  'nat/npt',
] as const;
export type OrderedList = (typeof orderedLists)[number];

export interface ImportedVip {
  readonly interface: string;
  readonly vhid: number;
  readonly addresses: readonly string[];
  readonly password: string;
}

export interface Imported {
  readonly value: ImportedDocument;
  /** Of each part of an ordered list: which of the file's elements of its kind it was made of. */
  readonly origins: Readonly<Record<OrderedList, readonly number[]>>;
  /** By node and line. */
  readonly notes: readonly Note[];
}

/** One document of the files of the nodes, the primary's first; their host names are the nodes' unless others are given. */
export function importCluster(
  configs: readonly [PfConfig, ...PfConfig[]],
  given?: readonly string[],
): Imported {
  const notes: Note[] = [];
  const tell: Tell = (code, element, what, node = 0) => notes.push({ code, node, line: element.line, what });
  const [primary] = configs;
  const nodes = given ?? nodeNames(configs);
  const interfaces = importInterfaces(configs, nodes, tell);
  const gateways = importGateways(primary, interfaces, tell);
  const gatewayGroups = importGatewayGroups(primary, gateways, tell);
  for (const [key, face] of interfaces) {
    const home = primary.interfaces.find((one) => one.key === key);
    const gateway = [home?.gateway ?? '', home?.gateway6 ?? ''].find((name) => gateways.has(name));
    if (gateway !== undefined) interfaces.set(key, { ...face, gateway });
  }
  const virtualIps = importVips(configs, nodes, interfaces, tell);
  const aliases = importAliases(primary, tell);
  const schedules = importSchedules(primary, tell);
  const known = {
    interfaces: new Set(interfaces.keys()),
    gateways: new Set([...gateways.keys(), ...gatewayGroups.keys()]),
    aliases,
    schedules: new Set(schedules.keys()),
    vips: new Set(virtualIps.flatMap((vip) => vip.addresses).map((text) => text.split('/')[0] ?? '')),
  };
  const nat = importNat(primary, known, tell);
  const { rules, floating } = importRules(primary, known, nat.associated, tell);
  const dhcp = importDhcp(primary, known.interfaces, tell);
  tellRest(configs, tell);
  const value: ImportedDocument = {
    cluster: clusterName(primary),
    failover: 'standard',
    mixed: undefined,
    preempt: undefined,
    strict: undefined,
    nodes: Object.fromEntries(nodes.map((name, i) => [name, { priority: i + 1 }])),
    interfaces: Object.fromEntries(interfaces),
    gateways: gateways.size > 0 ? Object.fromEntries(gateways) : undefined,
    gatewayGroups: gatewayGroups.size > 0 ? Object.fromEntries(gatewayGroups) : undefined,
    virtualIps,
    ha: importHa(configs, nodes, known.interfaces),
    management: undefined,
    // A pfSense has hashes of its own, which say nothing here.
    users: undefined,
    groups: undefined,
    dhcp: dhcp.length > 0 ? dhcp : undefined,
    helpers: undefined,
    aliases: aliases.size > 0 ? Object.fromEntries(aliases) : undefined,
    schedules: schedules.size > 0 ? Object.fromEntries(schedules) : undefined,
    floatingRules: valuesOf(floating),
    rules: valuesOf(rules),
    antiLockout: undefined,
    nat: {
      outbound: { mode: nat.mode, rules: valuesOf(nat.outbound) },
      portForwards: valuesOf(nat.forwards),
      oneToOne: valuesOf(nat.oneToOne),
      npt: valuesOf(nat.npt),
    },
    infrastructure: undefined,
    loadBalancer: undefined,
  };
  return {
    value,
    origins: {
      floatingRules: placesIn(floating),
      rules: placesIn(rules),
      'nat/outbound/rules': placesIn(nat.outbound),
      'nat/portForwards': placesIn(nat.forwards),
      'nat/oneToOne': placesIn(nat.oneToOne),
      'nat/npt': placesIn(nat.npt),
    },
    notes: notes.sort((a, b) => a.node - b.node || a.line - b.line),
  };
}

const valuesOf = <T>(made: readonly Made<T>[]): readonly Partial<T>[] => made.map(({ value }) => value);
const placesIn = (made: readonly Made<unknown>[]): readonly number[] => made.map(({ from }) => from);

function clusterName({ domain, hostname }: PfConfig): string {
  const name = (domain || hostname).replace(/[^A-Za-z0-9_-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return name.slice(0, 32) || 'cluster';
}

/** Host names as node names, told apart where they are the same. */
function nodeNames(configs: readonly PfConfig[]): string[] {
  const names = configs.map(({ hostname }) => {
    const name = hostname.replace(/[^A-Za-z0-9-]+/g, '-').replace(/^[^A-Za-z]+/, '');
    return name.slice(0, 60) || 'fw';
  });
  return new Set(names).size === names.length ? names : names.map((name, i) => `${name}-${i + 1}`);
}

const cidrText = (address: string, prefix: number | undefined): string[] => {
  const parsed = parseCidr(`${address}/${prefix ?? ''}`);
  return parsed.ok ? [`${address}/${prefix}`] : [];
};
const addressesOf = (one: PfInterface): string[] => [
  ...cidrText(one.address, one.prefix),
  ...cidrText(one.address6, one.prefix6),
];

/** An alias on an interface itself is an address of that node, which no synchronisation carries over. */
const isOwnAlias = ({ mode, interface: home, address, prefix }: PfVip): boolean =>
  mode === 'ipalias' && !/_vip|lo0/.test(home) && cidrText(address, prefix).length > 0;

const allAddressesOf = ({ vips }: PfConfig, one: PfInterface): string[] => [
  ...addressesOf(one),
  ...vips
    .filter((vip) => isOwnAlias(vip) && vip.interface === one.key)
    .flatMap(({ address, prefix }) => cidrText(address, prefix)),
];

/** The value of all nodes, or a map of nodes where they differ. */
function orPerNode<T>(
  nodes: readonly string[],
  values: readonly T[],
): T | Readonly<Record<string, T>> | undefined {
  const [first] = values;
  if (values.every((value) => value === first)) return first;
  return Object.fromEntries(nodes.flatMap((node, i) => (values[i] === undefined ? [] : [[node, values[i]]])));
}

const deviceName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/;

function importInterfaces(
  configs: readonly [PfConfig, ...PfConfig[]],
  nodes: readonly string[],
  tell: Tell,
): Map<string, Json> {
  const [primary] = configs;
  const found = new Map<string, Json>();
  for (const one of primary.interfaces) {
    if (!/^[a-z][a-z0-9_]{0,31}$/.test(one.key)) {
      tell('interface', one.element, one.key);
      continue;
    }
    const all = configs.map((config) => config.interfaces.find(({ key }) => key === one.key));
    if (all.includes(undefined)) tell('interface-missing', one.element, one.name);
    all.forEach((face, i) => {
      if (face !== undefined && face.address !== '' && cidrText(face.address, face.prefix).length === 0)
        tell('address-dynamic', face.element, `${face.name} (${face.address})`, i === 0 ? 0 : 1);
    });
    if (one.mtu !== '' && one.mtu !== '1500') tell('mtu', one.element, one.name);
    const devices = all.map((face) =>
      face !== undefined && deviceName.test(face.device) ? face.device : undefined,
    );
    const enabled = orPerNode(
      nodes,
      all.map((face) => face?.enabled ?? false),
    );
    const device = orPerNode(nodes, devices);
    const addresses = Object.fromEntries(
      nodes.flatMap((node, i) => {
        const [face, config] = [all[i], configs[i]];
        const texts = face === undefined || config === undefined ? [] : allAddressesOf(config, face);
        return texts.length > 0 ? [[node, texts]] : [];
      }),
    );
    const role = roleOf(primary, one);
    found.set(one.key, {
      description: one.name.slice(0, 200),
      ...(device === undefined ? {} : { device }),
      addresses,
      ...(one.blockPrivate ? { blockPrivate: true } : {}),
      ...(one.blockBogons ? { blockBogons: true } : {}),
      ...(enabled === true ? {} : { enabled }),
      ...(role === undefined ? {} : { role }),
    });
  }
  const [first] = primary.interfaces;
  if (first !== undefined)
    tell('devices', first.element, primary.interfaces.map(({ device }) => device).join(', '));
  return found;
}

function roleOf({ sync }: PfConfig, { key, gateway }: PfInterface): string | undefined {
  if (key === 'wan' || gateway !== '') return 'wan';
  if (key === 'lan') return 'lan';
  return sync.interface === key ? 'sync' : undefined;
}

function importVips(
  configs: readonly [PfConfig, ...PfConfig[]],
  nodes: readonly string[],
  interfaces: ReadonlyMap<string, Json>,
  tell: Tell,
): ImportedVip[] {
  const [primary, ...others] = configs;
  const carp = primary.vips.filter(({ mode }) => mode === 'carp');
  const taken = new Set<PfVip>();
  const isSame = (a: PfVip, b: PfVip) =>
    a.interface === b.interface && (a.address === b.address || a.vhid === b.vhid);
  const found = carp.flatMap((vip) => {
    const { vhid } = vip;
    const own = addressOf(primary, vip, vip.interface, tell);
    const fits = vhid !== undefined && vhid >= 1 && vhid <= 255 && interfaces.has(vip.interface);
    if (!fits || own === undefined) return [];
    const aliases = primary.vips.filter(
      ({ mode, interface: on }) => mode === 'ipalias' && on === `_vip${vip.id}`,
    );
    const more = aliases.flatMap((alias) => {
      const address = addressOf(primary, alias, vip.interface, tell);
      if (address !== undefined) taken.add(alias);
      return address === undefined ? [] : [address];
    });
    taken.add(vip);
    const twins = others.map(({ vips }) => {
      const all = vips.filter((one) => one.mode === 'carp' && isSame(one, vip));
      return all.find((one) => one.vhid === vhid) ?? all[0];
    });
    const skews = [vip, ...twins].flatMap((one, i) =>
      one === undefined ? [] : [[nodes[i] ?? '', Math.min(254, one.advskew)]],
    );
    return [
      {
        interface: vip.interface,
        vhid,
        addresses: [...new Set([own, ...more])],
        advbase: Math.max(1, Math.min(254, vip.advbase)),
        advskew: Object.fromEntries(skews),
        password: vip.password,
        ...(vip.description === '' ? {} : { description: vip.description.slice(0, 200) }),
      },
    ];
  });
  for (const vip of primary.vips)
    if (!taken.has(vip) && !isOwnAlias(vip)) tell('vip', vip.element, vip.address);
  others.forEach((config) => {
    for (const vip of config.vips)
      if (vip.mode === 'carp' && !carp.some((one) => isSame(one, vip)))
        tell('vip-backup', vip.element, vip.address, 1);
  });
  return found;
}

/** The address with the prefix length of the interface's network, which is what a virtual IP needs. */
function addressOf(config: PfConfig, vip: PfVip, key: string, tell: Tell): string | undefined {
  const own = parseCidr(`${vip.address}/${vip.prefix ?? (vip.address.includes(':') ? 128 : 32)}`);
  if (!own.ok) return undefined;
  const home = config.interfaces.find((one) => one.key === key);
  const networks = (home === undefined ? [] : addressesOf(home))
    .map((text) => parseCidr(text))
    .filter((one) => one.ok);
  const network = networks.map(({ value }): Cidr => value).find((net) => contains(net, own.value));
  if (network === undefined || network.prefix === own.value.prefix)
    return `${vip.address}/${own.value.prefix}`;
  tell('vip-mask', vip.element, vip.address);
  return `${vip.address}/${network.prefix}`;
}

function importHa(
  configs: readonly PfConfig[],
  nodes: readonly string[],
  interfaces: ReadonlySet<string>,
): Json | undefined {
  const [primary] = configs;
  if (primary === undefined || !interfaces.has(primary.sync.interface)) return undefined;
  const peers = configs.flatMap(({ sync }, i) =>
    parseAddress(sync.peer).ok ? [[nodes[i] ?? '', sync.peer]] : [],
  );
  const ids = configs.map(({ sync }) => sync.hostId.padStart(8, '0'));
  const areIds =
    ids.every((id) => /^[0-9a-f]{8}$/.test(id) && !/^0+$/.test(id)) && new Set(ids).size === ids.length;
  return {
    sync: {
      interface: primary.sync.interface,
      ...(peers.length > 0 ? { peers: Object.fromEntries(peers) } : {}),
      ...(primary.sync.states ? {} : { states: false }),
    },
    ...(areIds ? { hostId: Object.fromEntries(nodes.map((node, i) => [node, ids[i]])) } : {}),
  };
}

function importDhcp(config: PfConfig, interfaces: ReadonlySet<string>, tell: Tell): Json[] {
  const isAddress = (text: string) => parseAddress(text).ok;
  return config.dhcp.flatMap((one) => {
    if (!one.enabled) return [];
    if (!isAddress(one.from) || !isAddress(one.to) || !interfaces.has(one.interface)) {
      tell('dhcp-left', one.element, one.interface);
      return [];
    }
    tell('dhcp', one.element, one.interface);
    const dns = one.dns.filter(isAddress);
    return [
      {
        interface: one.interface,
        range: { from: one.from, to: one.to },
        ...(isAddress(one.gateway) ? { gateway: one.gateway } : {}),
        ...(dns.length > 0 ? { dns } : {}),
      },
    ];
  });
}

/** Sections of which nothing is taken over, and single entries that stand for one. */
const leftOut = [
  'staticroutes',
  'unbound',
  'dnsmasq',
  'ntpd',
  'openvpn',
  'ipsec',
  'cert',
  'sysctl',
  'installedpackages',
  'vlans',
  'laggs',
];

function tellRest(configs: readonly [PfConfig, ...PfConfig[]], tell: Tell): void {
  const [{ element, others, users, sync }] = configs;
  const isFull = ({ children, text }: XmlElement) => children.length > 0 || text !== '';
  for (const one of [...others, ...element.children.filter(({ name }) => leftOut.includes(name))])
    if (isFull(one)) tell('section', one, one.name);
  for (const one of users) tell('user', one.element, one.name);
  if (sync.target !== '') tell('transfer', sync.element, sync.target);
}
