/** Interfaces, gateways, virtual IPs, DHCP and synchronisation of a document as a pfSense writes them. */
import type { ClusterDocument, InterfaceDocument, VirtualIp } from '#config/document.ts';
import {
  addressesOf,
  deviceOf,
  enabledAt,
  entryOf,
  outsideInterfaces,
  titleOf,
  vipAddresses,
} from '#config/model.ts';
import { type Cidr, parseAddress } from '#config/network.ts';
import { nothingElse } from '#config/pfsense/whole.ts';
import { ownSectionsOf } from '#config/sections.ts';
import { branch, gatewayName, keyOf, type Scene, uniqueId } from './export-scene.ts';
import type { Tree, TreeMap } from './tree.ts';

export function interfacesOf(scene: Scene): TreeMap {
  const { document, node } = scene;
  const devices = Object.keys(document.interfaces).map((ifname) => deviceOf(document, ifname, node));
  scene.tell('devices', ['interfaces'], devices.join(', '));
  const entries = Object.entries(scene.document.interfaces).map(([ifname, face]): [string, Tree] => [
    keyOf(scene, ifname),
    interfaceOf(scene, ifname, face),
  ]);
  const place = (key: string): number => (key === 'wan' ? -2 : key === 'lan' ? -1 : Number(key.slice(3)));
  return new Map(entries.sort(([one], [other]) => place(one) - place(other)));
}

function interfaceOf(scene: Scene, ifname: string, face: InterfaceDocument): TreeMap {
  const { document, node } = scene;
  // The name, the device, whether it is on and the addresses are asked for by node below; roles are Bascule's own.
  const { description, device, enabled, addresses, role, gateway, blockPrivate, blockBogons, ...more } = face;
  const { antispoof, ...rest } = more;
  nothingElse(rest);
  if (!antispoof) scene.tell('setting', ['interfaces', ifname, 'antispoof'], 'antispoof: false');
  const [four, six] = firstAddresses(face, node);
  const reference = gateway === undefined ? undefined : gatewayName(scene, gateway);
  const isSix = gateway !== undefined && gatewayAddressOf(document, gateway).includes(':');
  return branch({
    enable: enabledAt(document, ifname, node),
    if: deviceOf(document, ifname, node),
    descr: titleOf(document, ifname),
    ipaddr: four?.address,
    subnet: four === undefined ? undefined : `${four.prefix}`,
    gateway: isSix ? undefined : reference,
    ipaddrv6: six?.address,
    subnetv6: six === undefined ? undefined : `${six.prefix}`,
    gatewayv6: isSix ? reference : undefined,
    blockpriv: blockPrivate,
    // A pfSense fetches a list of its own.
    blockbogons: blockBogons !== false,
    spoofmac: '',
  });
}

const firstAddresses = (face: InterfaceDocument, node: string): [Cidr | undefined, Cidr | undefined] => {
  const all = addressesOf(face, node);
  return [all.find(({ family }) => family === 'ipv4'), all.find(({ family }) => family === 'ipv6')];
};

const gatewayAddressOf = ({ gateways }: ClusterDocument, reference: string): string =>
  entryOf(gateways, reference)?.address ?? reference;

export function gatewaysOf(scene: Scene): TreeMap {
  const { document, gatewayNames } = scene;
  const item = (name: string, home: string, address: string, descr: string, monitor?: string): TreeMap =>
    branch({
      interface: keyOf(scene, home),
      gateway: address,
      name,
      weight: '1',
      ipprotocol: address.includes(':') ? 'inet6' : 'inet',
      descr,
      monitor: monitor === 'none' ? undefined : monitor,
      monitor_disable: monitor === 'none',
    });
  const own = Object.entries(document.gateways).map(([name, one]) => {
    const { interface: home, address, description, monitor, ...rest } = one;
    nothingElse(rest);
    return item(name, home, address, description ?? '', monitor);
  });
  const made = [...gatewayNames].flatMap(([address, name]) => {
    if (!parseAddress(address).ok) return [];
    const home = Object.entries(document.interfaces).find(([, { gateway }]) => gateway === address)?.[0];
    const [outside] = outsideInterfaces(document);
    if (home !== undefined)
      scene.tell('gateway-made', ['interfaces', home, 'gateway'], `${name} (${address})`);
    return [item(name, home ?? outside ?? 'wan', address, '')];
  });
  const references = Object.values(document.interfaces).flatMap(({ gateway }) => gateway ?? []);
  const first = (isSix: boolean): string => {
    const found = references.find((one) => gatewayAddressOf(document, one).includes(':') === isSix);
    return found === undefined ? '' : gatewayName(scene, found);
  };
  return branch({
    gateway_item: [...own, ...made],
    gateway_group: gatewayGroupsOf(document),
    defaultgw4: first(false),
    defaultgw6: first(true),
  });
}

/** An item is gateway, tier, and which address of the node it uses; here the interface's own. */
function gatewayGroupsOf({ gatewayGroups }: ClusterDocument): TreeMap[] | undefined {
  const groups = Object.entries(gatewayGroups).map(([name, { tiers, description, ...rest }]) => {
    nothingElse(rest);
    const item = tiers.flatMap((tier, i) => tier.map((gateway) => `${gateway}|${i + 1}|address`));
    return branch({ name, item, trigger: 'down', descr: description ?? '' });
  });
  return groups.length === 0 ? undefined : groups;
}

/** Highest skew that a pfSense lets a backup have; 255 would be a farewell. */
const highestSkew = 254;
/** What its synchronisation adds for a backup (xmlrpc.inc). */
const step = 100;

/** CARP for each virtual IP and aliases for its further addresses; aliases too for those of the node alone. */
export function vipsOf(scene: Scene): TreeMap {
  const carp = scene.document.virtualIps.flatMap((vip, i) => vipOf(scene, vip, i));
  const own = Object.entries(scene.document.interfaces).flatMap(([ifname, face]) => {
    const all = addressesOf(face, scene.node);
    const shown = ['ipv4', 'ipv6'].map((family) => all.findIndex((one) => one.family === family));
    return all
      .filter((_, i) => !shown.includes(i))
      .map((one, i) => aliasOf(one, keyOf(scene, ifname), uniqueId('alias', keyOf(scene, ifname), i), ''));
  });
  return new Map([['vip', [...own, ...carp]]]);
}

function vipOf(scene: Scene, vip: VirtualIp, i: number): TreeMap[] {
  const { interface: home, vhid, addresses, advbase, advskew, password, description, mac, ...rest } = vip;
  nothingElse(rest);
  const path = ['virtualIps', i];
  const key = keyOf(scene, home);
  const [first, ...more] = vipAddresses(vip);
  if (first === undefined) return [];
  const title = addresses[0] ?? '';
  if (new Set(vipAddresses(vip).map(({ family }) => family)).size > 1)
    scene.tell('vip-families', path, title);
  if (mac === 'interface') scene.tell('vip-mac', [...path, 'mac'], title);
  if (!/^[A-Za-z0-9._-]*$/.test(password)) scene.tell('vip-password', [...path, 'password'], title);
  const own = scene.document.failover === 'standard' ? entryOf(advskew ?? {}, scene.node) : undefined;
  const rank = scene.nodes.indexOf(scene.node);
  const master = entryOf(advskew ?? {}, scene.nodes[0] ?? '') ?? 0;
  const id = uniqueId('vip', key, vhid);
  return [
    branch({
      mode: 'carp',
      interface: key,
      vhid: `${vhid}`,
      advskew: `${Math.min(highestSkew, own ?? master + rank * step)}`,
      // Below 1 s is nothing that a pfSense knows.
      advbase: `${Math.max(1, advbase ?? 1)}`,
      password,
      uniqid: id,
      descr: description,
      type: 'single',
      subnet_bits: `${first.prefix}`,
      subnet: first.address,
    }),
    ...more.map((one, place) =>
      aliasOf(one, `_vip${id}`, uniqueId('alias', key, (vhid << 8) + 0x80 + place), description),
    ),
  ];
}

const aliasOf = ({ address, prefix }: Cidr, on: string, uniqid: string, descr: string): TreeMap =>
  branch({
    mode: 'ipalias',
    interface: on,
    uniqid,
    descr,
    type: 'single',
    subnet_bits: `${prefix}`,
    subnet: address,
  });

/** DHCP of one family: dhcpd, or dhcpdv6. */
export function dhcpOf(scene: Scene, family: 'ipv4' | 'ipv6'): TreeMap | undefined {
  const found = new Map<string, Tree>();
  scene.document.dhcp.forEach((one, i) => {
    const { interface: home, range, gateway, dns, ...rest } = one;
    nothingElse(rest);
    if (range.from.includes(':') !== (family === 'ipv6')) return;
    scene.tell('dhcp-server', ['dhcp', i], titleOf(scene.document, home));
    found.set(
      keyOf(scene, home),
      branch({
        enable: true,
        range: branch({ ...range }),
        gateway,
        dnsserver: dns.length > 0 ? dns : undefined,
      }),
    );
  });
  return found.size > 0 ? found : undefined;
}

type Sections = NonNullable<NonNullable<ClusterDocument['ha']['sync']>['config']>['sections'];
type Section = Exclude<Sections, 'all'>[number];

/** Names of pfSense's boxes without "synchronize". */
const boxes: Readonly<Record<Section, readonly string[]>> = {
  users: ['users'],
  authentication: ['authservers'],
  certificates: ['certs'],
  rules: ['rules'],
  schedules: ['schedules'],
  aliases: ['aliases'],
  nat: ['nat'],
  ipsec: ['ipsec'],
  openvpn: ['openvpn'],
  dhcp: ['dhcpd', 'kea6'],
  dhcpRelay: ['dhcrelay'],
  dhcpv6Relay: ['dhcrelay6'],
  wakeOnLan: ['wol'],
  routes: ['staticroutes'],
  virtualIps: ['virtualip'],
  trafficShaper: ['trafficshaper'],
  limiters: ['trafficshaperlimiter'],
  dns: ['dnsforwarder'],
  captivePortal: ['captiveportal'],
};

export function hasyncOf(scene: Scene): TreeMap {
  const { sync, hostId, ...rest } = scene.document.ha;
  nothingElse(rest);
  const id = entryOf(hostId ?? {}, scene.node);
  if (sync === undefined) return branch({ pfhostid: id });
  const { interface: home, peers, states, keys, config, ...more } = sync;
  nothingElse(more);
  if (keys !== undefined) scene.tell('setting', ['ha', 'sync', 'keys'], 'ha.sync.keys');
  return branch({
    pfsyncenabled: states ? 'on' : undefined,
    pfsyncinterface: keyOf(scene, home),
    pfsyncpeerip: entryOf(peers ?? {}, scene.node) ?? '',
    pfhostid: id,
    ...(config === undefined ? {} : transferOf(scene, home, config)),
  });
}

/** Of the node that sends; on a backup these fields are empty, or each would send to the other. */
function transferOf(
  scene: Scene,
  home: string,
  config: NonNullable<NonNullable<ClusterDocument['ha']['sync']>['config']>,
): Record<string, Tree | undefined> {
  const { from, peer, user, password, verifyCertificate, fingerprint, version: _, ...choice } = config;
  const { synchroniseAdmin, sections, ...rest } = choice;
  nothingElse(rest);
  if (scene.node !== (from ?? scene.nodes[0])) return {};
  const path = ['ha', 'sync', 'config'];
  const other = scene.nodes.find((node) => node !== scene.node) ?? '';
  const target = peer ?? addressesOf(entryOf(scene.document.interfaces, home), other)[0]?.address;
  if (target === undefined) scene.tell('sync-peer', path, other);
  if (password === undefined) scene.tell('sync-password', path, target ?? other);
  if (verifyCertificate || fingerprint !== undefined)
    scene.tell('setting', path, 'ha.sync.config.verifyCertificate');
  // What the nodes do not share is no other's either.
  const own: readonly string[] = ownSectionsOf(scene.document);
  const listed = sections === 'all' ? (Object.keys(boxes) as Section[]) : sections;
  const chosen = listed.filter((section) => !own.includes(section)).map((section) => boxes[section]);
  return {
    synchronizetoip: target ?? '',
    username: user,
    password: password ?? '',
    adminsync: synchroniseAdmin ? 'on' : undefined,
    ...Object.fromEntries(chosen.flat().map((box) => [`synchronize${box}`, 'on'])),
  };
}
