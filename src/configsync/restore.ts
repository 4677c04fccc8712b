/** What a backup makes of received sections: pfSense's restore_config_section, in its order. */
import { accountsAfter } from './accounts.ts';
import type { Dialect } from './dialect.ts';
import { withLocalPortal, withLocalVouchers, withoutZones } from './portal.ts';
import {
  at,
  isArray,
  isBranch,
  isMap,
  isNothing,
  listOf,
  mapOf,
  settled,
  type Tree,
  type TreeMap,
  textOf,
  withAt,
} from './tree.ts';

export interface RestoreOptions {
  /**
   * Without pfSense's defects: gateways, groups and defaults, and DHCPv6 settings, that the primary has no more go here
   * too, and so does every account. The outcome is then not what pfSense would have written.
   */
  readonly repairs: boolean;
}

export interface Restored {
  readonly config: TreeMap;
  /** What came, in the order of pfSense's log line. */
  readonly sections: readonly string[];
}

/** Pure; both must be settled trees of the same version. */
export function restore(
  local: TreeMap,
  received: TreeMap,
  dialect: Dialect,
  options: RestoreOptions,
): Restored {
  const whole = [...dialect.whole].sort().filter((name) => received.has(name));
  let config: TreeMap = local;
  let rest: TreeMap = received;
  for (const name of whole) {
    config = withAt(config, name, received.get(name));
    rest = withAt(rest, name, undefined);
  }
  const system = rest.get('system');
  const hasAccounts = !isNothing(at(system, 'user')) && !isNothing(at(system, 'group'));
  if (hasAccounts) rest = withAt(withAt(rest, 'system/user', undefined), 'system/group', undefined);
  if (dialect.ownPortal) ({ config, rest } = withLocalPortal(config, rest));
  const vouchers = mapOf(rest.get('voucher'));
  if (vouchers.size > 0)
    rest = withAt(rest, 'voucher', withLocalVouchers(vouchers, mapOf(local.get('voucher'))));

  config = overlaid(config, rest);
  if (!dialect.ownPortal) config = withoutZones(config, mapOf(received.get('captiveportal')));
  if (options.repairs) config = withoutAbsent(config, rest);
  if (dialect.kea) for (const kea of ['kea', 'kea6']) config = withLocalKea(config, local, kea);
  if (rest.has('virtualip')) config = withLocalVips(config, local);
  if (hasAccounts) {
    const takesAdmin = dialect.ownPortal && at(rest, 'hasync/adminsync') === 'on';
    const accounts = { users: listOf(at(system, 'user')), groups: listOf(at(system, 'group')) };
    config = accountsAfter(config, accounts, { takesAdmin, repairs: options.repairs });
  }
  return {
    config: settled(config),
    sections: [...[...received.keys()].filter((name) => !dialect.whole.has(name)), ...whole],
  };
}

/** Two levels deep: what came takes the place of what was here, and what did not come stays. */
function overlaid(config: TreeMap, received: TreeMap): TreeMap {
  const out = new Map<string, Tree>();
  // pfSense loses empty branches of the first level on the way.
  for (const [name, part] of config) if (!isBranch(part) || !isNothing(part)) out.set(name, part);
  for (const [name, part] of received) {
    if (!isBranch(part)) out.set(name, part);
    else if (isArray(part)) {
      if (part.length > 0) out.set(name, replacedByIndex(out.get(name), part));
    } else if (part.size > 0) out.set(name, new Map([...mapOf(out.get(name)), ...part]));
  }
  return out;
}

/** Lists at the first level: PHP's keys are the positions. */
function replacedByIndex(old: Tree | undefined, list: readonly Tree[]): Tree {
  return isArray(old) ? [...list, ...old.slice(list.length)] : list;
}

/** Own aliases and proxies of plain interfaces stay, the last one first, before what the primary has. */
function withLocalVips(config: TreeMap, local: TreeMap): TreeMap {
  const own = listOf(at(local, 'virtualip/vip')).filter((vip) => {
    const mode = textOf(at(vip, 'mode'));
    const on = textOf(at(vip, 'interface'));
    if (mode === 'carp') return false;
    if (mode === 'ipalias') return !on.startsWith('_vip') && !on.includes('lo0');
    return (mode === 'proxyarp' && !on.startsWith('_vip')) || on.includes('lo0');
  });
  if (own.length === 0) return config;
  return withAt(config, 'virtualip/vip', [...own.reverse(), ...listOf(at(config, 'virtualip/vip'))]);
}

/** The certificates and the name of the own end are never the primary's. */
function withLocalKea(config: TreeMap, local: TreeMap, kea: string): TreeMap {
  const was = (name: string): Tree | undefined => at(local, `${kea}/ha/${name}`);
  const given = (name: string): Tree | undefined => (isNothing(was(name)) ? undefined : was(name));
  const hasTls = was('tls') !== undefined;
  const isMutual = hasTls && was('mutualtls') !== undefined;
  const own: [string, Tree | undefined][] = [
    ['tls', hasTls ? '' : undefined],
    ['scertref', hasTls ? given('scertref') : undefined],
    ['localname', given('localname')],
  ];
  // With one side's certificate alone, what came of the other's stays: so does pfSense.
  if (isMutual) own.push(['mutualtls', ''], ['ccertref', given('ccertref')]);
  else if (!hasTls) own.push(['mutualtls', undefined], ['ccertref', undefined]);
  return own.reduce((out, [name, part]) => withAt(out, `${kea}/ha/${name}`, part), config);
}

const forgettable: Readonly<Record<string, (name: string) => boolean>> = {
  gateways: (name) => ['gateway_item', 'gateway_group', 'defaultgw4', 'defaultgw6'].includes(name),
  dhcpdv6: () => true,
};

function withoutAbsent(config: TreeMap, received: TreeMap): TreeMap {
  let out = config;
  for (const [section, isForgotten] of Object.entries(forgettable)) {
    const sent = received.get(section);
    if (sent === undefined) continue;
    for (const name of mapOf(out.get(section)).keys()) {
      if (isForgotten(name) && !mapOf(sent).has(name)) out = withAt(out, `${section}/${name}`, undefined);
    }
  }
  return out;
}

/** pfsense.merge_config_section: only what is there already takes new values. */
export function mergeConfig(local: TreeMap, received: TreeMap): TreeMap {
  return settled(mapOf(overlaidDeep(local, received)));
}

function overlaidDeep(old: Tree, next: Tree): Tree {
  if (isMap(old) && isMap(next)) {
    return new Map(
      [...old].map(([name, part]) => [name, next.has(name) ? chosen(part, next.get(name)) : part]),
    );
  }
  if (isArray(old) && isArray(next)) {
    return old.map((part, i) => (i < next.length ? chosen(part, next[i]) : part));
  }
  return old;
}

const chosen = (part: Tree, next: Tree | undefined): Tree =>
  next === undefined ? part : isBranch(part) && isBranch(next) ? overlaidDeep(part, next) : next;

/** pfsense.merge_installedpackages_section: each package's part as a whole. */
export function mergePackages(local: TreeMap, received: TreeMap): TreeMap {
  const packages = new Map([...mapOf(local.get('installedpackages')), ...received]);
  return settled(withAt(local, 'installedpackages', packages));
}
