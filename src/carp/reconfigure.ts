/** VHIDs come, go and change while a node runs. Those that a new document leaves as they are notice nothing. */
import { after, type Instant } from '#base/time.ts';
import type { Host } from './host.ts';
import type { CarpEffect, CarpEvent, GroupConfig, VhidConfig } from './types.ts';
import type { Vhid } from './vhid.ts';

export function retire(
  host: Host,
  { keys, patience }: Extract<CarpEvent, { kind: 'retire' }>,
  now: Instant,
): CarpEffect[] {
  const effects: CarpEffect[] = [];
  for (const vhid of host.vhids.values()) {
    if (!keys.includes(vhid.config.key)) continue;
    vhid.retired = true;
    if (vhid.holds) vhid.partBy = after(now, patience);
    if (vhid.role !== 'INIT') effects.push(...host.become(vhid, 'INIT', 'given up here', now));
  }
  return effects;
}

/** The peers lose a VHID in the same moment, so nobody is to take it over and nothing is said of it. */
export function reconfigure(host: Host, config: GroupConfig, now: Instant): CarpEffect[] {
  const effects: CarpEffect[] = [];
  const before = host.vhids;
  host.config = config;
  host.vhids = new Map(
    config.vhids.map((vhid) => [vhid.key, before.get(vhid.key) ?? host.added(vhid, config, now)]),
  );
  for (const [key, vhid] of before) if (!host.vhids.has(key)) effects.push(...remove(host, vhid, now));
  for (const vhid of config.vhids) effects.push(...follow(host, vhid, config, now));
  const ifnames = new Set([...before.values(), ...host.vhids.values()].map((vhid) => vhid.config.ifname));
  for (const ifname of ifnames)
    effects.push(...host.demote(`link ${ifname}`, host.linkDemotion(ifname), now));
  return effects;
}

function remove(host: Host, vhid: Vhid, now: Instant): CarpEffect[] {
  const parted = vhid.role === 'INIT' ? [] : host.become(vhid, 'INIT', 'removed from the document', now);
  return [...parted, ...vhid.drop(), ...host.demote(`send errors ${vhid.config.key}`, 0, now)];
}

/** One that stays changes in place. Addresses that a master has got are made known at once. */
function follow(host: Host, config: VhidConfig, group: GroupConfig, now: Instant): CarpEffect[] {
  const vhid = host.vhids.get(config.key);
  if (vhid === undefined) throw new Error(`bug: ${config.key} is not in its own group`);
  const gained = vhid.gains(config);
  vhid.reconfigure(config, group, now);
  const announced = gained && vhid.role === 'MASTER' ? [vhid.announce(now)] : [];
  return [...announced, ...host.initialize(vhid, now)];
}
