/**
 * Policy routing: rules with a gateway. The decision falls before the packet is routed and is kept in the mark of its
 * connection, which the nodes synchronise, so that it holds after a failover, too.
 */
import { type Family, familyOf } from '#base/address.ts';
import type { ClusterDocument } from '#config/document.ts';
import { deviceOf, gatewayOf, networksOf } from '#config/model.ts';
import { parseAddress } from '#config/network.ts';
import { dispatch } from './dispatch.ts';
import { families, setOf, word } from './match.ts';
import type { Chain } from './program.ts';
import { rulesInto, type StepMaker } from './rules.ts';
import type { Setting } from './setting.ts';
import { anyOf } from './text.ts';

/** What the kernel's routing must hold: packets with the mark look the table up, whose default route is the gateway. */
export interface PolicyRoute {
  readonly mark: number;
  readonly table: number;
  readonly family: Family;
  readonly gateway: string;
  readonly device: string;
}

/** Tables, and priorities of rules, from the first to the last are ours. */
export const ownTables = { first: 5_000, last: 5_255 } as const;

/** The routes that the rules of a document need at a node, the same marks at every node. */
export function policyRoutes(document: ClusterDocument, node: string): PolicyRoute[] {
  return references(document).flatMap((reference, i) => {
    const gateway = gatewayOf(document, reference);
    const address = gateway === undefined ? undefined : parseAddress(gateway.address);
    if (gateway === undefined || address?.ok !== true) return [];
    return [
      {
        mark: i + 1,
        table: ownTables.first + i,
        family: familyOf(address.value),
        gateway: address.value,
        device: deviceOf(document, gateway.interface, node),
      },
    ];
  });
}

const references = (document: ClusterDocument): string[] =>
  [
    ...new Set(
      [...document.rules, ...document.floatingRules].flatMap(({ gateway }) =>
        gateway === undefined ? [] : [gateway],
      ),
    ),
  ].sort();

/** The chains that mark packets; none when no rule has a gateway. */
export function routingChains(setting: Setting, maker: StepMaker): Chain[] {
  const { document, interfaces } = setting;
  const marks = references(document);
  if (marks.length === 0) return [];
  const parts = interfaces.flatMap((ifname) => {
    const steps = maker.shadowOf(
      rulesInto(setting, ifname),
      ({ gateway, action }) => gateway !== undefined && action === 'pass',
      ({ gateway, action }) => {
        const mark = action === 'pass' && gateway !== undefined ? marks.indexOf(gateway) + 1 : 0;
        return mark === 0 ? 'accept' : `meta mark set ${mark} ct mark set ${mark} accept`;
      },
    );
    return steps.length === 0 ? [] : [{ ifname, chains: dispatch(`route_${ifname}`, steps) }];
  });
  const own = interfaces.flatMap((ifname) => networksOf(document, ifname));
  const direct = families.flatMap((family) => {
    const networks = setOf(own, family);
    return networks.length === 0
      ? []
      : [
          `${word[family]} daddr ${anyOf(networks)} accept comment "networks of the node are reached directly"`,
        ];
  });
  return [
    {
      name: 'route',
      // After destinations are translated (-100), before the route is looked up.
      hook: 'type filter hook prerouting priority -90; policy accept;',
      lines: [
        'ct direction reply accept',
        'ct mark != 0 meta mark set ct mark accept',
        'ct state != new accept',
        ...direct,
        ...parts.map(({ ifname }) => `iifname @if_${ifname} jump route_${ifname}`),
      ],
    },
    ...parts.flatMap(({ chains }) => chains),
  ];
}
