/** The configuration of Debian's keepalived that does what a node of ours does for the same document. Pure. */
import type { ClusterDocument } from '#config/document.ts';
import { deviceOf, nodesInOrder } from '#config/model.ts';

export interface KeepalivedOptions {
  /** Seconds between adverts, VRRPv3: down to 0.01. */
  readonly advertSeconds: number;
  /** A macvlan with the virtual MAC, as ours. */
  readonly useVmac: boolean;
  /** Its content, 1 or 0, enters or leaves maintenance. */
  readonly maintenanceFile: string;
}

/** VRIDs are the document's VHIDs; all instances move together, as a CARP group with preemption does. */
export function keepalivedConfig(
  document: ClusterDocument,
  node: string,
  options: KeepalivedOptions,
): string {
  const rank = nodesInOrder(document).indexOf(node);
  const vips = document.virtualIps.filter((vip) => vip.addresses.some(isIpv4));
  const instances = vips.map((vip) => {
    const device = deviceOf(document, vip.interface, node);
    return block(`vrrp_instance ${instanceName(vip)}`, [
      `state ${rank === 0 ? 'MASTER' : 'BACKUP'}`,
      `interface ${device}`,
      ...(options.useVmac ? [`use_vmac vrrp.${vip.vhid}`] : []),
      `virtual_router_id ${vip.vhid}`,
      // As high as it goes: a backup waits (256 - priority) / 256 of an advert longer.
      `priority ${254 - 10 * rank}`,
      `advert_int ${options.advertSeconds}`,
      ...block('virtual_ipaddress', vip.addresses.filter(isIpv4)),
    ]);
  });
  return [
    ...block('global_defs', [
      'vrrp_version 3',
      // What our guard thread has as well.
      'vrrp_rt_priority 50',
    ]),
    ...block('track_file maintenance', [`file "${options.maintenanceFile}"`, 'weight -100', 'init_file 0']),
    ...block('vrrp_sync_group all', [
      ...block('group', vips.map(instanceName)),
      // Tracks of a group may carry a weight only so.
      'sync_group_tracking_weight',
      ...block('track_file', ['maintenance weight -100']),
    ]),
    ...instances.flat(),
    '',
  ].join('\n');
}

export type VrrpState = 'MASTER' | 'BACKUP' | 'FAULT';

/** The change that a line of keepalived's log tells of. */
export function readVrrpTransition(line: string): { instance: string; state: VrrpState } | undefined {
  const [, instance, state] = /\((\S+)\) Entering (MASTER|BACKUP|FAULT) STATE/.exec(line) ?? [];
  return instance === undefined ? undefined : { instance, state: state as VrrpState };
}

const instanceName = (vip: { readonly interface: string; readonly vhid: number }): string =>
  `${vip.interface}_${vip.vhid}`;

const isIpv4 = (address: string): boolean => !address.includes(':');

const block = (head: string, lines: readonly string[]): string[] => [
  `${head} {`,
  ...lines.map((line) => `    ${line}`),
  '}',
];
