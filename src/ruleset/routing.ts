/**
 * Policy routing: rules with a gateway, and answers that leave where the question came in. The decision falls before a
 * connection's first packet is routed and is kept in its mark, which the nodes synchronise, so that it holds after a
 * failover, too.
 */
import type { Family } from '#base/address.ts';
import type { ClusterDocument } from '#config/document.ts';
import { deviceOf, networksOf } from '#config/model.ts';
import { dispatch } from './dispatch.ts';
import { families, setOf, word } from './match.ts';
import type { Chain } from './program.ts';
import { rulesInto, type StepMaker } from './rules.ts';
import type { Setting } from './setting.ts';
import { anyOf, joined, quoted } from './text.ts';
import { monitoredWays, replyWaysOf, type Way, waysOf, waysTo } from './ways.ts';

/** What the kernel's routing must hold: packets with the mark look the table up, whose default route is the gateway. */
export interface PolicyRoute {
  readonly mark: number;
  readonly table: number;
  readonly family: Family;
  readonly gateway: string;
  readonly device: string;
  /** An address beyond the gateway that is asked whether it leads out: reached by it alone. */
  readonly monitor?: string;
}

/** Tables, and priorities of rules, from the first to the last are ours. */
export const ownTables = { first: 5_000, last: 5_255 } as const;

/** The routes that a document needs at a node, the same marks at every node. */
export function policyRoutes(document: ClusterDocument, node: string): PolicyRoute[] {
  const monitored = monitoredWays(document);
  return waysOf(document).map(({ number, family, gateway, interface: ifname }) => {
    const monitor = monitored.find((one) => one.number === number)?.monitor;
    return {
      mark: number,
      table: ownTables.first + number,
      family,
      gateway,
      device: deviceOf(document, ifname, node),
      ...(monitor === undefined || monitor === gateway ? {} : { monitor }),
    };
  });
}

/** In a connection's mark, beside the number of its way: only the answers take it. */
const replyBit = 0x80;
const way = `ct mark & 0x${(replyBit - 1).toString(16)}`;
const isReplyWay = `ct mark & 0x${replyBit.toString(16)} != 0`;

/** The chains that mark packets; none when there is one way out and no rule has a gateway. */
export function routingChains(setting: Setting, maker: StepMaker): Chain[] {
  const { document, interfaces } = setting;
  const ways = waysOf(document);
  if (ways.length === 0) return [];
  const parts = interfaces.flatMap((ifname) => {
    const steps = maker.shadowOf(
      rulesInto(setting, ifname),
      ({ gateway, action }) => gateway !== undefined && action === 'pass',
      ({ gateway, action }) =>
        action === 'pass' && gateway !== undefined
          ? joined(takeText(waysTo(document, ways, gateway, setting.facts.gatewaysDown)), 'accept')
          : 'accept',
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
  const answers = `ct direction reply ${isReplyWay} meta mark set ${way}`;
  const replies = replyLines(setting, ways);
  return [
    {
      name: 'route',
      // After destinations are translated (-100), before the route is looked up.
      hook: 'type filter hook prerouting priority -90; policy accept;',
      lines: [
        `${answers} accept`,
        'ct direction reply accept',
        `${isReplyWay} accept`,
        `${way} != 0 meta mark set ${way} accept`,
        'ct state != new accept',
        ...replies,
        ...direct,
        ...parts.map(({ ifname }) => `iifname @if_${ifname} jump route_${ifname}`),
      ],
    },
    ...(replies.length === 0
      ? []
      : [
          {
            name: 'answer',
            // What the node itself answers is routed a second time when its mark has changed.
            hook: 'type route hook output priority mangle; policy accept;',
            lines: [answers],
          },
        ]),
    ...parts.flatMap(({ chains }) => chains),
  ];
}

/** A connection takes the way, or one of several in turn; without one it goes as all others do. */
function takeText(ways: readonly Way[]): string {
  const [first, ...others] = ways;
  if (first === undefined) return '';
  if (others.length === 0) return `meta mark set ${first.number} ct mark set ${first.number}`;
  const map = ways.map(({ number }, i) => `${i} : ${number}`).join(', ');
  return `ct mark set numgen inc mod ${ways.length} map { ${map} } meta mark set ct mark`;
}

/** A client in a network of the node gets its answer directly. A rule with a gateway takes the other way instead. */
function replyLines({ document, interfaces }: Setting, ways: readonly Way[]): string[] {
  const own = interfaces.flatMap((ifname) => networksOf(document, ifname));
  return replyWaysOf(document).flatMap(({ interface: ifname, family, reference }) => {
    const found = ways.find((one) => one.reference === reference);
    if (found === undefined || !interfaces.includes(ifname)) return [];
    const networks = setOf(own, family);
    const from =
      networks.length === 0 ? `meta nfproto ${family}` : `${word[family]} saddr != ${anyOf(networks)}`;
    return [
      `iifname @if_${ifname} ${from} ct mark set ${replyBit + found.number} comment ${quoted(`answers leave by ${reference}`)}`,
    ];
  });
}
