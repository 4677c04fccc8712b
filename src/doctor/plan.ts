/** What a node has to look at, from its document. Pure. */
import type { Ipv4 } from '#base/address.ts';
import { checkAllPasswords } from '#config/check-passwords.ts';
import { CheckContext } from '#config/context.ts';
import type { ClusterDocument } from '#config/document.ts';
import type { Path } from '#config/findings.ts';
import {
  addressesOf,
  deviceOf,
  enabledAt,
  entryOf,
  gatewayAddress,
  nodesInOrder,
  syncInterface,
  titleOf,
} from '#config/model.ts';
import { vipDevicesOf } from '#config/wiring.ts';
import type { NodeEvidence } from './evidence.ts';

export interface InterfacePlan {
  readonly name: string;
  readonly title: string;
  readonly device: string;
  /** This node's addresses, without prefix length. */
  readonly addresses: readonly string[];
  readonly peers: readonly { readonly node: string; readonly addresses: readonly string[] }[];
  readonly gateway: string | undefined;
}

/** The interfaces that are in use at the node. */
export function interfacePlans(document: ClusterDocument, node: string): InterfacePlan[] {
  return Object.entries(document.interfaces)
    .filter(([name]) => enabledAt(document, name, node))
    .map(([name, face]) => ({
      name,
      title: titleOf(document, name),
      device: deviceOf(document, name, node),
      addresses: addressesOf(face, node).map(({ address }) => address),
      peers: nodesInOrder(document)
        .filter((other) => other !== node && enabledAt(document, name, other))
        .map((other) => ({
          node: other,
          addresses: addressesOf(entryOf(document.interfaces, name), other).map(({ address }) => address),
        })),
      gateway: gatewayAddress(document, face.gateway),
    }));
}

/** Kernel settings as linux/vips.ts and linux/state-settings.ts make them: path under /proc/sys, value. */
export function wantedSettings(document: ClusterDocument, node: string): Record<string, string> {
  const devices = vipDevicesOf(document, node).map(({ device }) => device);
  const wanted: Record<string, string> = { 'net/ipv4/ip_forward': '1' };
  if (devices.some(({ ipv6 }) => ipv6.length > 0)) wanted['net/ipv6/conf/all/forwarding'] = '1';
  if (devices.length > 0) wanted['net/ipv4/conf/all/rp_filter'] = '0';
  for (const { name, parent } of devices) {
    wanted[`net/ipv4/conf/${parent}/rp_filter`] = '0';
    wanted[`net/ipv4/conf/${parent}/arp_ignore`] = '1';
    wanted[`net/ipv4/conf/${parent}/arp_announce`] = '2';
    wanted[`net/ipv4/conf/${name}/rp_filter`] = '0';
    wanted[`net/ipv4/conf/${name}/arp_ignore`] = '1';
    wanted[`net/ipv4/conf/${name}/accept_local`] = '1';
  }
  if (syncInterface(document) !== undefined) wanted['net/netfilter/nf_conntrack_tcp_be_liberal'] = '1';
  return wanted;
}

const weaknesses = {
  'password-default': 'known',
  'password-short': 'short',
  'password-empty': 'empty',
} as const;

/** Passwords that protect nothing, by where they stand in the document. */
export function weakPasswords(document: ClusterDocument): NonNullable<NodeEvidence['passwords']> {
  const context = new CheckContext(document, () => ({ line: 1, column: 1 }));
  checkAllPasswords(context);
  return context.findings.flatMap(({ code, path }) =>
    code === 'password-default' || code === 'password-short' || code === 'password-empty'
      ? [{ where: placeOf(document, path), how: weaknesses[code] }]
      : [],
  );
}

function placeOf({ virtualIps }: ClusterDocument, path: Path): string {
  const vip = path[0] === 'virtualIps' ? virtualIps[Number(path[1])] : undefined;
  return vip === undefined ? path.slice(0, -1).join('.') : `${vip.interface}@${vip.vhid}`;
}

/** Long enough to hear a master of the slowest pace that the document allows, ms. */
export const listenMs = (document: ClusterDocument): number =>
  document.failover === 'standard' ? 1_600 : 1_200;

export const isIpv4 = (address: string): address is Ipv4 => !address.includes(':');
