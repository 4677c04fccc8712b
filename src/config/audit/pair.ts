/** Two configurations side by side, and the questions that checks ask about them. */

import { type Cidr, parseCidr, sameAddress, sameNetwork } from '../network.ts';
import type { PfConfig, PfInterface, PfVip } from '../pfsense/model.ts';

export type Side = 'primary' | 'backup';
export const sides: readonly Side[] = ['primary', 'backup'];

/** A VIP on both nodes, or on one. */
export interface VipPair {
  readonly primary: PfVip | undefined;
  readonly backup: PfVip | undefined;
}

export interface Pair {
  readonly primary: PfConfig;
  readonly backup: PfConfig;
  /** What texts call the nodes. */
  readonly names: Readonly<Record<Side, string>>;
  /** CARP VIPs that belong together. */
  readonly vips: readonly VipPair[];
  /** Interfaces that both nodes have, by key. */
  readonly interfaces: readonly { readonly primary: PfInterface; readonly backup: PfInterface }[];
}

export function pairOf(primary: PfConfig, backup: PfConfig): Pair {
  return {
    primary,
    backup,
    names: namesOf(primary.hostname, backup.hostname),
    vips: pairVips(carpVips(primary), carpVips(backup)),
    interfaces: primary.interfaces.flatMap((one) => {
      const other = interfaceOf(backup, one.key);
      return other === undefined ? [] : [{ primary: one, backup: other }];
    }),
  };
}

function namesOf(primary: string, backup: string): Pair['names'] {
  if (primary !== '' && backup !== '' && primary !== backup) return { primary, backup };
  return { primary: `${primary || 'fw'} (1)`, backup: `${backup || 'fw'} (2)` };
}

export const other = (side: Side): Side => (side === 'primary' ? 'backup' : 'primary');
export const carpVips = (config: PfConfig): readonly PfVip[] =>
  config.vips.filter(({ mode }) => mode === 'carp');
export const interfaceOf = (config: PfConfig, key: string): PfInterface | undefined =>
  config.interfaces.find((one) => one.key === key);
/** The name for people of an interface, or the key of one that is not there. */
export const nameOf = (config: PfConfig, key: string): string => interfaceOf(config, key)?.name ?? key;

/** Same interface and address first, then the address, then the VHID of the same interface. */
function pairVips(ours: readonly PfVip[], theirs: readonly PfVip[]): VipPair[] {
  const left = new Set(theirs);
  const partner = new Map<PfVip, PfVip>();
  const match = (key: (vip: PfVip) => string) => {
    const byKey = new Map([...left].reverse().map((vip) => [key(vip), vip]));
    for (const vip of ours) {
      const found = partner.has(vip) ? undefined : byKey.get(key(vip));
      if (found === undefined || !left.delete(found)) continue;
      partner.set(vip, found);
    }
  };
  match((vip) => `${vip.interface} ${canonical(vip.address)}`);
  match((vip) => canonical(vip.address));
  match((vip) => `${vip.interface} ${vip.vhid ?? vip.id}`);
  return [
    ...ours.map((primary) => ({ primary, backup: partner.get(primary) })),
    ...[...left].map((backup) => ({ primary: undefined, backup })),
  ];
}

function canonical(address: string): string {
  const parsed = parseCidr(address, 'bare');
  return parsed.ok ? parsed.value.address : address;
}

/** Addresses compared as addresses, whatever their notation. */
export function sameText(a: string, b: string): boolean {
  if (a === b) return true;
  // IPv4 has one notation only; comparing much text must stay cheap.
  if (!a.includes(':') || !b.includes(':')) return false;
  const [one, two] = [parseCidr(a, 'bare'), parseCidr(b, 'bare')];
  return one.ok && two.ok && sameAddress(one.value, two.value);
}

/** The addresses that a node has on an interface. */
export function networksOf(one: PfInterface): Cidr[] {
  return [cidrOfParts(one.address, one.prefix), cidrOfParts(one.address6, one.prefix6)].filter(
    (net) => net !== undefined,
  );
}

/** An address and its prefix length as config.xml keeps them, unless they are none. */
export function cidrOfParts(address: string, prefix: number | undefined): Cidr | undefined {
  const parsed = parseCidr(`${address}/${prefix ?? (address.includes(':') ? 128 : 32)}`);
  return parsed.ok ? parsed.value : undefined;
}

export const isAddress = (text: string): boolean => parseCidr(text, 'bare').ok && !text.includes('/');

/** The interface of a node that has an address, virtual ones aside. */
export const ownerOf = (config: PfConfig, address: string): PfInterface | undefined =>
  config.interfaces.find((one) => sameText(one.address, address) || sameText(one.address6, address));

/** Those that lead outside: a gateway, or an address from somebody else. */
export const isOutside = (one: PfInterface): boolean =>
  one.key === 'wan' || one.gateway !== '' || one.gateway6 !== '' || isDynamic(one.address);
export const isDynamic = (address: string): boolean => address !== '' && !isAddress(address);

/** Interface of states: that of pfsync. */
export const syncInterface = (config: PfConfig): PfInterface | undefined =>
  interfaceOf(config, config.sync.interface);

/** The CARP VIPs of an interface, aliases on them included. */
export function vipsOn(config: PfConfig, key: string): readonly PfVip[] {
  const own = carpVips(config).filter((vip) => vip.interface === key);
  const ids = new Set(own.map(({ id }) => `_vip${id}`));
  return [...own, ...config.vips.filter((vip) => vip.mode === 'ipalias' && ids.has(vip.interface))];
}

/** Both nodes live in this network there. */
export function shareNetwork(a: PfInterface, b: PfInterface): boolean {
  return networksOf(a).some((one) => networksOf(b).some((two) => sameNetwork(one, two)));
}

/** The port of the web interface, which is also that of XMLRPC. */
export const webPort = (config: PfConfig): string =>
  config.webgui.port || (config.webgui.protocol === 'http' ? '80' : '443');

/** Config versions of pfSense are decimal numbers; OPNsense's are not comparable with them. */
export const hasStatePolicy = (config: PfConfig): boolean =>
  config.product === 'pfsense' && Number.parseFloat(config.version) >= 24;
