/** The captive portal and its vouchers: what of them is the backup's own. */
import { at, isBranch, isMap, mapOf, type Tree, type TreeMap, withAt } from './tree.ts';

interface Sides {
  readonly config: TreeMap;
  readonly rest: TreeMap;
}

/** Replaces the zones. How a zone goes back to the primary is said by the backup alone. */
export function withLocalPortal(config: TreeMap, rest: TreeMap): Sides {
  const sent = rest.get('captiveportal');
  if (!isBranch(sent)) return { config, rest };
  const zones = mapOf(sent);
  const portal = new Map(
    [...zones].map(([zone, settings]): [string, Tree] => {
      const own = (name: string): Tree | undefined => at(config, `captiveportal/${zone}/${name}`);
      let merged = mapOf(settings);
      for (const name of ['enablebackwardsync', 'backwardsyncip', 'backwardsyncuser']) {
        merged = withAt(merged, name, own(name));
      }
      // A password that came stays when there is no own one: so does pfSense.
      const password = own('backwardsyncpassword');
      return [zone, password === undefined ? merged : withAt(merged, 'backwardsyncpassword', password)];
    }),
  );
  return {
    config: withAt(withoutZones(config, zones), 'captiveportal', portal),
    rest: withAt(rest, 'captiveportal', undefined),
  };
}

/** Zones that the primary has not go, with their vouchers. */
export function withoutZones(config: TreeMap, zones: TreeMap): TreeMap {
  let out = config;
  for (const zone of mapOf(config.get('captiveportal')).keys()) {
    if (zones.has(zone)) continue;
    out = withAt(withAt(out, `captiveportal/${zone}`, undefined), `voucher/${zone}`, undefined);
  }
  return out;
}

/** Where the backup fetches vouchers from is its own matter. */
export function withLocalVouchers(sent: TreeMap, local: TreeMap): TreeMap {
  return new Map(
    [...sent].map(([zone, settings]): [string, Tree] => {
      if (!isMap(settings)) return [zone, settings];
      const names = ['vouchersyncdbip', 'vouchersyncusername', 'vouchersyncpass'];
      return [zone, names.reduce((out, name) => withAt(out, name, at(local, `${zone}/${name}`)), settings)];
    }),
  );
}
