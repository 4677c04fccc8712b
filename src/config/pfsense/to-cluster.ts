/** One or two configurations of a pfSense as a cluster document, and what of them was left out. */
import { stringify } from 'yaml';
import { type Cidr, contains, parseAddress, parseCidr } from '../network.ts';
import type { PfConfig, PfInterface, PfVip } from './model.ts';
import type { Note, Tell } from './notes.ts';
import { importAliases, importOutbound, importRules } from './to-rules.ts';
import type { XmlElement } from './xml.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Imported {
  /** The text of cluster.yaml. */
  readonly document: string;
  /** The text of cluster.secrets.yaml. */
  readonly secrets: string;
  /** The same as a map. */
  readonly passwords: Readonly<Record<string, string>>;
  /** By node and line. */
  readonly notes: readonly Note[];
}

export function importCluster(configs: readonly [PfConfig, ...PfConfig[]]): Imported {
  const notes: Note[] = [];
  const tell: Tell = (code, element, what, node = 0) => notes.push({ code, node, line: element.line, what });
  const [primary] = configs;
  const nodes = nodeNames(configs);
  const interfaces = importInterfaces(configs, nodes, tell);
  const gateways = importGateways(primary, interfaces, tell);
  for (const [key, face] of interfaces) {
    const name = primary.interfaces.find((one) => one.key === key)?.gateway ?? '';
    if (gateways.has(name)) interfaces.set(key, { ...face, gateway: name });
  }
  const secrets = new Map<string, string>();
  const virtualIps = importVips(configs, nodes, interfaces, secrets, tell);
  const aliases = importAliases(primary, tell);
  const known = {
    interfaces: new Set(interfaces.keys()),
    aliases,
    vips: new Set(virtualIps.flatMap((vip) => vip.addresses).map((text) => text.split('/')[0] ?? '')),
  };
  const rules = importRules(primary, known, tell);
  const nat = importOutbound(primary, known, tell);
  const dhcp = importDhcp(primary, known.interfaces, tell);
  tellRest(configs, tell);
  const document = {
    cluster: clusterName(primary),
    failover: 'standard',
    nodes: Object.fromEntries(nodes.map((name, i) => [name, { priority: i + 1 }])),
    interfaces: Object.fromEntries(interfaces),
    ...(gateways.size > 0 ? { gateways: Object.fromEntries(gateways) } : {}),
    virtualIps,
    ...importHa(configs, nodes, known.interfaces),
    ...(dhcp.length > 0 ? { dhcp } : {}),
    ...(aliases.size > 0 ? { aliases: Object.fromEntries(aliases) } : {}),
    rules,
    nat,
  };
  return {
    document: header + stringify(document, { lineWidth: 110 }),
    secrets: stringify(Object.fromEntries(secrets)),
    passwords: Object.fromEntries(secrets),
    notes: notes.sort((a, b) => a.node - b.node || a.line - b.line),
  };
}

const header = `# Made by \`bascule import\`; \`bascule check\` judges it.
# The timers are those of the configuration. Once all nodes run Bascule, "failover: fast" without advbase and
# advskew takes over within 0.3 s.
`;

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
        const face = all[i];
        const texts = face === undefined ? [] : addressesOf(face);
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

function importGateways(
  { gateways }: PfConfig,
  interfaces: ReadonlyMap<string, Json>,
  tell: Tell,
): Map<string, Json> {
  const found = new Map<string, Json>();
  for (const { name, interface: home, address, description, disabled, element } of gateways) {
    const fits =
      /^[A-Za-z_][A-Za-z0-9_]{0,30}$/.test(name) && parseAddress(address).ok && interfaces.has(home);
    if (!fits || disabled) tell('gateway', element, name);
    else
      found.set(name, {
        interface: home,
        address,
        ...(description === '' ? {} : { description: description.slice(0, 200) }),
      });
  }
  return found;
}

interface ImportedVip {
  readonly interface: string;
  readonly addresses: readonly string[];
}

function importVips(
  configs: readonly [PfConfig, ...PfConfig[]],
  nodes: readonly string[],
  interfaces: ReadonlyMap<string, Json>,
  secrets: Map<string, string>,
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
    const twins = others.map((config) => config.vips.find((one) => one.mode === 'carp' && isSame(one, vip)));
    const skews = [vip, ...twins].flatMap((one, i) =>
      one === undefined ? [] : [[nodes[i] ?? '', Math.min(254, one.advskew)]],
    );
    const name = `carp_${vip.interface}_${vhid}`;
    secrets.set(name, vip.password);
    return [
      {
        interface: vip.interface,
        vhid,
        addresses: [...new Set([own, ...more])],
        advbase: Math.max(1, Math.min(254, vip.advbase)),
        advskew: Object.fromEntries(skews),
        password: { secret: name },
        ...(vip.description === '' ? {} : { description: vip.description.slice(0, 200) }),
      },
    ];
  });
  for (const vip of primary.vips) if (!taken.has(vip)) tell('vip', vip.element, vip.address);
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
): Json {
  const [primary] = configs;
  if (primary === undefined || !interfaces.has(primary.sync.interface)) return {};
  const peers = configs.flatMap(({ sync }, i) =>
    parseAddress(sync.peer).ok ? [[nodes[i] ?? '', sync.peer]] : [],
  );
  const ids = configs.map(({ sync }) => sync.hostId.padStart(8, '0'));
  const areIds =
    ids.every((id) => /^[0-9a-f]{8}$/.test(id) && !/^0+$/.test(id)) && new Set(ids).size === ids.length;
  return {
    ha: {
      sync: {
        interface: primary.sync.interface,
        ...(peers.length === nodes.length ? { peers: Object.fromEntries(peers) } : {}),
        ...(primary.sync.states ? {} : { states: false }),
      },
      ...(areIds ? { hostId: Object.fromEntries(nodes.map((node, i) => [node, ids[i]])) } : {}),
    },
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
  const [{ element, others, nat, users, sync }] = configs;
  const isFull = ({ children, text }: XmlElement) => children.length > 0 || text !== '';
  for (const one of [...others, ...element.children.filter(({ name }) => leftOut.includes(name))])
    if (isFull(one)) tell('section', one, one.name);
  for (const one of nat.forwards) tell('forward', one.element, one.description || one.target);
  for (const one of nat.oneToOne) tell('section', one, 'nat/onetoone');
  for (const one of users) tell('user', one.element, one.name);
  if (sync.target !== '') tell('transfer', sync.element, sync.target);
}
