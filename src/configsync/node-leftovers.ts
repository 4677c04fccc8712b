/** What the calls of a pfSense cannot bring to it, so that somebody has to do it on its page. Pure. */
import type { ClusterDocument } from '#config/document.ts';
import { at, listOf, mapOf, type TreeMap, textOf } from './tree.ts';

export type ByHandCode = 'address' | 'alias' | 'gateway' | 'disabled' | 'section';

export interface ByHand {
  readonly code: ByHandCode;
  /** The interface, gateway or part of the document. */
  readonly what: string;
  /** What the document says, and what is there. */
  readonly wanted?: string;
  readonly found?: string;
}

export function byHandOf(document: ClusterDocument, own: TreeMap, held: TreeMap): ByHand[] {
  return [
    ...interfacesLeft(own, held),
    ...aliasesLeft(own, held),
    ...gatewaysLeft(own, held),
    ...partsOf(document),
  ];
}

/** Interfaces would be written and not set up: restore_config_section configures none. */
function interfacesLeft(own: TreeMap, held: TreeMap): ByHand[] {
  return [...mapOf(own.get('interfaces'))].flatMap(([key, face]): ByHand[] => {
    const other = at(held, `interfaces/${key}`);
    if (other === undefined) return [];
    const families = [
      ['ipaddr', 'subnet'],
      ['ipaddrv6', 'subnetv6'],
    ] as const;
    const addresses = families.flatMap(([address, prefix]): ByHand[] => {
      const text = (tree: typeof other): string =>
        [address, prefix]
          .map((name) => textOf(at(tree, name)))
          .filter(Boolean)
          .join('/');
      const [wanted, found] = [text(face), text(other)];
      return wanted === '' || wanted === found
        ? []
        : [{ code: 'address', what: key, wanted, found: found || '-' }];
    });
    const isOn = (tree: typeof other): boolean => at(tree, 'enable') !== undefined;
    const state: ByHand[] = isOn(face) === isOn(other) ? [] : [{ code: 'disabled', what: key }];
    return [...addresses, ...state];
  });
}

/** Further addresses of a node alone: what it has of these it keeps, and takes none. */
function aliasesLeft(own: TreeMap, held: TreeMap): ByHand[] {
  const plain = (tree: TreeMap): string[] =>
    listOf(at(tree, 'virtualip/vip'))
      .filter((vip) => textOf(at(vip, 'mode')) === 'ipalias')
      .filter((vip) => !textOf(at(vip, 'interface')).startsWith('_vip'))
      .map((vip) => `${textOf(at(vip, 'interface'))} ${textOf(at(vip, 'subnet'))}`);
  const there = plain(held);
  return plain(own)
    .filter((alias) => !there.includes(alias))
    .map((what) => ({ code: 'alias', what }));
}

/** Gateways that rules name. */
function gatewaysLeft(own: TreeMap, held: TreeMap): ByHand[] {
  const names = (path: string): string[] => listOf(at(held, path)).map((item) => textOf(at(item, 'name')));
  const there = [...names('gateways/gateway_item'), ...names('gateways/gateway_group')];
  const named = listOf(at(own, 'filter/rule')).map((rule) => textOf(at(rule, 'gateway')));
  return [...new Set(named)]
    .filter((name) => name !== '' && !there.includes(name))
    .map((what) => ({ code: 'gateway', what }));
}

/** Parts of the document that are not sent. */
function partsOf({ dhcp, users, loadBalancer }: ClusterDocument): ByHand[] {
  const parts = [
    ['dhcp', dhcp.length],
    ['users', Object.keys(users).length],
    ['loadBalancer', Object.keys(loadBalancer.virtualServers).length],
  ] as const;
  return parts.filter(([, count]) => count > 0).map(([what]) => ({ code: 'section', what }));
}
