/** What a primary sends: which sections, in pfSense's order, and what it changes on the way. */
import type { Dialect } from './dialect.ts';
import {
  at,
  isArray,
  isBranch,
  isMap,
  isNothing,
  mapOf,
  type Tree,
  type TreeMap,
  textOf,
  valueOfTree,
  withAt,
} from './tree.ts';
import type { Struct, Value } from './value.ts';

export interface SendOptions {
  /** Also what is empty here, so that nothing stale stays there; pfSense itself leaves it out. */
  readonly complete: boolean;
}

/** A check box, what it sends, and whether only if the section is there. */
type Row = readonly [box: string, section: string, present?: 'present'];

function rows(dialect: Dialect): Row[] {
  return [
    ['synchronizerules', 'filter'],
    ['synchronizenat', 'nat'],
    ['synchronizealiases', 'aliases'],
    ['synchronizedhcpd', 'dhcpd', 'present'],
    ...when(dialect.kea, ['synchronizedhcpd', 'kea', 'present']),
    ...when(dialect.kea, ['synchronizekea6', 'dhcpdv6', 'present']),
    ...when(dialect.kea, ['synchronizekea6', 'kea6', 'present']),
    ...when(dialect.relays, ['synchronizedhcrelay', 'dhcrelay', 'present']),
    ...when(dialect.relays, ['synchronizedhcrelay6', 'dhcrelay6', 'present']),
    ['synchronizewol', 'wol'],
    ['synchronizetrafficshaper', 'shaper'],
    ['synchronizetrafficshaperlimiter', 'dnshaper'],
    ['synchronizestaticroutes', 'staticroutes'],
    ['synchronizestaticroutes', 'gateways'],
    ['synchronizevirtualip', 'virtualip'],
    ...when(dialect.loadBalancer, ['synchronizelb', 'load_balancer']),
    ['synchronizeipsec', 'ipsec'],
    ['synchronizeopenvpn', 'openvpn'],
    ['synchronizecerts', 'cert'],
    ['synchronizecerts', 'ca'],
    ['synchronizecerts', 'crl'],
    ['synchronizeusers', 'user'],
    ['synchronizeusers', 'group'],
    ['synchronizeauthservers', 'authserver'],
    ['synchronizednsforwarder', 'dnsmasq', 'present'],
    ['synchronizednsforwarder', 'unbound', 'present'],
    ['synchronizeschedules', 'schedules'],
    dialect.ownPortal
      ? ['synchronizecaptiveportal', 'captiveportal']
      : ['synchronizecaptiveportal', 'captiveportal', 'present'],
    ['synchronizecaptiveportal', 'voucher', 'present'],
  ];
}

const when = (is: boolean, row: Row): Row[] => (is ? [row] : []);

/** The second box that sends a section too. */
const alsoBy: Readonly<Record<string, string>> = {
  cert: 'synchronizeopenvpn',
  ca: 'synchronizeopenvpn',
  crl: 'synchronizeopenvpn',
  schedules: 'synchronizerules',
};

export function sectionsOf(config: TreeMap, dialect: Dialect): string[] {
  const isOn = (box: string | undefined): boolean =>
    box !== undefined && !isNothing(at(config, `hasync/${box}`));
  const isBeside = (section: string): boolean =>
    isBranch(config.get(section === 'kea' ? 'dhcpd' : 'dhcpdv6'));
  const isThere = (section: string): boolean =>
    isBranch(config.get(section)) && (!section.startsWith('kea') || isBeside(section));
  return rows(dialect)
    .filter(([box, section]) => isOn(box) || isOn(alsoBy[section]))
    .filter(([, section, present]) => present === undefined || isThere(section))
    .map(([, section]) => section);
}

/** The struct that restore_config_section is called with. */
export function outgoing(config: TreeMap, dialect: Dialect, options: SendOptions): Struct {
  const copy = withoutLocal(config, dialect);
  const out = new Map<string, Value>();
  const system = new Map<string, Value>();
  for (const section of sectionsOf(config, dialect)) {
    if (section === 'virtualip') out.set(section, vipsOf(config));
    else if (['user', 'group', 'authserver'].includes(section)) {
      out.set('system', system);
      system.set(section, valueOfTree(at(copy, `system/${section}`) ?? []));
      const next = { user: 'nextuid', group: 'nextgid' }[section];
      const number = next === undefined ? undefined : at(copy, `system/${next}`);
      if (next !== undefined && number !== undefined) system.set(next, valueOfTree(number));
    } else out.set(section, sectionOf(copy, section, options));
  }
  const admin = at(copy, 'hasync/adminsync');
  if (admin !== undefined && dialect.ownPortal)
    out.set('hasync', new Map([['adminsync', valueOfTree(admin)]]));
  return out;
}

function sectionOf(config: TreeMap, section: string, { complete }: SendOptions): Value {
  const part = config.get(section);
  if (section === 'staticroutes') {
    return new Map([...mapOf(part), ['route', at(part, 'route') || []] as const].map(entryOf));
  }
  if (section === 'gateways' && complete) {
    const names = ['gateway_item', 'gateway_group'].map((name): [string, Tree] => [name, []]);
    const defaults = ['defaultgw4', 'defaultgw6'].map((name): [string, Tree] => [name, '']);
    return new Map([...names, ...defaults, ...mapOf(part)].map(entryOf));
  }
  if (section === 'dhcpdv6' && complete) {
    const interfaces = [...mapOf(config.get('interfaces')).keys()].map((name): [string, Tree] => [name, []]);
    return new Map([...interfaces, ...mapOf(part)].map(entryOf));
  }
  return isNothing(part) || part === undefined ? [] : valueOfTree(part);
}

const entryOf = ([name, part]: readonly [string, Tree]): [string, Value] => [name, valueOfTree(part)];

/** CARP VIPs, their children, and those of lo0; the backup is 100 slower. */
function vipsOf(config: TreeMap): Value {
  const vips = at(config, 'virtualip/vip');
  const sent = (isArray(vips) ? vips : []).filter((vip) => {
    const mode = textOf(at(vip, 'mode'));
    const on = textOf(at(vip, 'interface'));
    return (
      isMap(vip) && ((mode !== 'proxyarp' && mode !== 'ipalias') || on.includes('_vip') || on.includes('lo0'))
    );
  });
  return new Map([['vip', sent.map((vip) => slower(mapOf(vip)))]]);
}

function slower(vip: TreeMap): Value {
  return new Map(
    [...vip].map(([name, part]): [string, Value] => {
      if (part === '') return [name, part];
      if (name === 'advskew') return [name, Math.min(254, number(part) + 100)];
      if (name === 'advbase') return [name, Math.min(254, number(part))];
      return [name, valueOfTree(part)];
    }),
  );
}

/** As PHP's intval: the digits at the beginning, or 0. */
const number = (part: Tree): number => Number(/^\s*[+-]?\d{1,15}/.exec(textOf(part))?.[0] ?? 0);

const nosyncPaths = [
  'nat/outbound/rule',
  'nat/rule',
  'filter/rule',
  'aliases/alias',
  'dnsmasq/hosts',
  'ipsec/tunnel',
];

function withoutLocal(config: TreeMap, dialect: Dialect): TreeMap {
  let copy = config;
  for (const path of nosyncPaths) {
    const items = at(copy, path);
    if (!isArray(items)) continue;
    const kept = items.filter((item) => !isMap(item) || !item.has('nosync'));
    copy = withAt(copy, path, dialect.plainDescriptions ? kept.map(withPlainDescription) : kept);
  }
  for (const [name, settings] of mapOf(copy.get('dhcpd'))) {
    const own = at(config, `interfaces/${name}/ipaddr`);
    if (isNothing(at(settings, 'failover_peerip')) || own === undefined) continue;
    copy = withAt(copy, `dhcpd/${name}/failover_peerip`, own);
  }
  if (!dialect.kea) return copy;
  for (const kea of ['kea', 'kea6']) if (isMap(copy.get(kea))) copy = withKeaTurned(copy, kea);
  return copy;
}

function withPlainDescription(item: Tree): Tree {
  if (!isMap(item)) return item;
  const words = textOf(item.get('descr')).match(/[a-zA-Z0-9_-]+/g) ?? [];
  return withAt(item, 'descr', words.join(' '));
}

/** Seen from the other side: ends and roles change places, and its own name and certificates are its own matter. */
function withKeaTurned(config: TreeMap, kea: string): TreeMap {
  const old = (name: string): Tree | undefined => at(config, `${kea}/ha/${name}`);
  let copy = config;
  const set = (name: string, part: Tree | undefined): void => {
    copy = withAt(copy, `${kea}/ha/${name}`, part);
  };
  for (const what of ['ip', 'port']) {
    if (!isNothing(old(`local${what}`))) set(`remote${what}`, old(`local${what}`));
    if (!isNothing(old(`remote${what}`))) set(`local${what}`, old(`remote${what}`));
  }
  set('remotename', (textOf(old('localname')) || textOf(at(config, 'system/hostname'))).trim());
  set('role', old('role') === 'standby' ? 'primary' : 'standby');
  for (const name of ['localname', 'tls', 'mutualtls', 'scertref', 'ccertref']) set(name, undefined);
  return copy;
}
