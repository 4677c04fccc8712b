/** The captive portal and its vouchers: what of them is the backup's own. */
import type { Dialect } from './dialect.ts';
import {
  at,
  isArray,
  isBranch,
  isMap,
  listOf,
  mapOf,
  type Tree,
  type TreeMap,
  textOf,
  withAt,
} from './tree.ts';

interface Sides {
  readonly config: TreeMap;
  readonly rest: TreeMap;
}

/** Zones that the primary has not go; how a zone goes back to the primary is said by the backup alone. */
export function withLocalPortal(config: TreeMap, rest: TreeMap, dialect: Dialect): Sides {
  const sent = rest.get('captiveportal');
  if (dialect.ownPortal && !isBranch(sent)) return { config, rest };
  const zones = mapOf(sent);
  const gone = [...mapOf(config.get('captiveportal')).keys()].filter((zone) => !zones.has(zone));
  let out = config;
  for (const zone of gone) {
    out = withAt(withAt(out, `captiveportal/${zone}`, undefined), `voucher/${zone}`, undefined);
  }
  if (!dialect.ownPortal) return { config: out, rest };
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
  return { config: withAt(out, 'captiveportal', portal), rest: withAt(rest, 'captiveportal', undefined) };
}

/** For the overlay: rolls are merged one by one afterwards, and where the backup fetches vouchers is its own matter. */
export function withoutRolls(sent: TreeMap, local: TreeMap): TreeMap {
  return new Map(
    [...sent].map(([zone, settings]): [string, Tree] => {
      if (!isMap(settings)) return [zone, settings];
      let out = withAt(settings, 'roll', undefined);
      for (const name of ['vouchersyncdbip', 'vouchersyncusername', 'vouchersyncpass']) {
        out = withAt(out, name, at(local, `${zone}/${name}`));
      }
      // The overlay replaces a zone whole, so its rolls are carried over to be merged.
      return [zone, withAt(out, 'roll', at(local, `${zone}/roll`))];
    }),
  );
}

/** Rolls by number: new ones are added, others replaced when they were synchronised since, the rest goes. */
export function withVouchers(config: TreeMap, sent: TreeMap): TreeMap {
  let out = config;
  for (const [zone, settings] of sent) {
    const path = `voucher/${zone}/roll`;
    const rolls = at(settings, 'roll');
    if (!isArray(rolls)) {
      out = withAt(out, path, undefined);
      continue;
    }
    const own = new Map(listOf(at(out, path)).map((roll) => [textOf(at(roll, 'number')), roll]));
    const merged = rolls.map((roll) => {
      const old = own.get(textOf(at(roll, 'number')));
      const synced = at(roll, 'lastsync');
      if (old === undefined) return roll;
      return synced !== undefined && synced !== (at(old, 'lastsync') ?? '0') ? roll : old;
    });
    out = withAt(out, path, merged);
  }
  return out;
}
