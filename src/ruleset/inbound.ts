/** Port forwards, 1:1 and IPv6 prefix translation: what happens to destinations, and to the answers' sources. */
import type { Family } from '#base/address.ts';
import {
  addressesOf,
  entryOf,
  networksOf,
  outsideInterfaces,
  syncInterface,
  vipAddresses,
} from '#config/model.ts';
import type { PortForward } from '#config/nat-document.ts';
import { bitsOf, cidr, contains, shortText } from '#config/network.ts';
import { commentOf, type Named, namedRules } from './identity.ts';
import { markText } from './marks.ts';
import { matchesOf, matchText, type Selector, setOf, word } from './match.ts';
import type { Setting } from './setting.ts';
import type { Step } from './step.ts';
import { anyOf, joined, quoted } from './text.ts';

const forwardsOf = ({ document, interfaces }: Setting): Named<PortForward>[] =>
  namedRules(document.nat.portForwards, 'port forward', ['nat', 'portForwards']).filter(({ rule }) =>
    interfaces.includes(rule.interface),
  );

/** The lines of the chain where destinations are translated. */
export function inboundLines(setting: Setting): string[] {
  const { document, interfaces } = setting;
  const { oneToOne, npt } = document.nat;
  return [
    ...namedRules(npt, 'NPt', ['nat', 'npt']).flatMap((one) => {
      const { rule } = one;
      if (!interfaces.includes(rule.interface)) return [];
      return [
        `iifname @if_${rule.interface} ip6 daddr ${shortText(cidr(rule.external))} counter dnat ip6 prefix to ${shortText(cidr(rule.internal))} comment ${quoted(commentOf('npt', one))}`,
      ];
    }),
    ...forwardsOf(setting).flatMap((one) => forwardLines(setting, one)),
    ...namedRules(oneToOne, '1:1 NAT', ['nat', 'oneToOne']).flatMap((one) => {
      const { rule } = one;
      if (!interfaces.includes(rule.interface)) return [];
      const external = cidr(rule.external);
      const from = matchesOf(setting, plain(external.family, rule.destination, 'any')).map((match) =>
        matchText(match),
      );
      const seen = rule.reflection ? '' : `iifname @if_${rule.interface}`;
      return from.map(
        (text) =>
          `${joined(seen, text.replace(/^meta nfproto ipv\d$/, ''), `${word[external.family]} daddr ${shortText(external)}`)} counter dnat ${prefixed(external.family, rule.internal)} comment ${quoted(commentOf('binat', one))}`,
      );
    }),
  ];
}

/** The lines of the chain where sources are translated that come before outbound NAT. */
export function inboundSourceLines(setting: Setting): string[] {
  const { document, interfaces } = setting;
  const { oneToOne, npt } = document.nat;
  const pairs = [
    ...namedRules(npt, 'NPt', ['nat', 'npt']).map((one) => ({ one, kind: 'npt', to: 'any' as const })),
    ...namedRules(oneToOne, '1:1 NAT', ['nat', 'oneToOne']).map((one) => ({
      one,
      kind: 'binat',
      to: one.rule.destination,
    })),
  ];
  return [
    ...pairs.flatMap(({ one, kind, to }) => {
      const { rule } = one;
      if (!interfaces.includes(rule.interface)) return [];
      const internal = cidr(rule.internal);
      return matchesOf(setting, plain(internal.family, shortText(internal), to)).map(
        (match) =>
          `oifname @if_${rule.interface} ${matchText(match)} counter snat ${prefixed(internal.family, rule.external)} comment ${quoted(commentOf(kind, one))}`,
      );
    }),
    ...forwardsOf(setting).flatMap((one) => hairpinLines(setting, one)),
  ];
}

const plain = (
  family: Family,
  source: Selector['source'],
  destination: Selector['destination'],
): Selector => ({
  family,
  protocol: 'any',
  source,
  destination,
});

/** A host for a host, or the same place in a network of the same length. */
function prefixed(family: Family, text: string): string {
  const to = cidr(text);
  const isHost = to.prefix === bitsOf(family);
  return isHost ? `${word[family]} to ${to.address}` : `${word[family]} prefix to ${shortText(to)}`;
}

/** With reflection also for what comes from inside and asks for the outer address. */
function forwardLines(setting: Setting, one: Named<PortForward>): string[] {
  const { rule } = one;
  const { family } = cidr(rule.target);
  const outside = outsideInterfaces(setting.document);
  const inner = setting.interfaces.filter(
    (name) => name !== rule.interface && !outside.includes(name) && name !== syncInterface(setting.document),
  );
  const selector = { ...rule, family };
  return [rule.interface, ...(rule.reflection ? inner : [])].flatMap((ifname) =>
    matchesOf(setting, selector).map(
      (match) =>
        `iifname @if_${ifname} ${matchText(match)} counter dnat ${word[family]} to ${targetText(rule, family)} comment ${quoted(commentOf('forward', one))}`,
    ),
  );
}

function targetText(rule: PortForward, family: Family): string {
  if (rule.targetPort === undefined) return rule.target;
  const host = family === 'ipv6' ? `[${rule.target}]` : rule.target;
  const shifted = shiftedPorts(rule);
  if (shifted.length === 1) return `${host}:${rule.targetPort}`;
  const map = shifted.map(([from, to]) => `${from} : ${to}`).join(', ');
  return `${rule.target} : th dport map { ${map} }`;
}

/** Each port of a range goes to the one at the same distance from `targetPort`. */
function shiftedPorts(rule: PortForward): (readonly [from: number, to: number])[] {
  const [, low = '', high = low] = /^(\d+)(?:-(\d+))?$/.exec(String(rule.ports)) ?? [];
  const first = Number(low);
  const count = low === '' ? 1 : Number(high) - first + 1;
  return Array.from({ length: count }, (_, i) => [first + i, (rule.targetPort ?? first) + i] as const);
}

/** Who asks from the target's own network must get the answer by way of the node, or it would not know the sender. */
function hairpinLines(setting: Setting, one: Named<PortForward>): string[] {
  const { rule } = one;
  if (!rule.reflection) return [];
  const { document, node, interfaces } = setting;
  const target = cidr(rule.target);
  return interfaces.flatMap((ifname) => {
    const networks = networksOf(document, ifname);
    if (!networks.some((network) => contains(network, target))) return [];
    const virtual = document.virtualIps.filter((vip) => vip.interface === ifname).flatMap(vipAddresses);
    const own = [...virtual, ...addressesOf(entryOf(document.interfaces, ifname), node)];
    const to = own.find(({ family }) => family === target.family)?.address;
    const sources = setOf(networks, target.family);
    if (to === undefined || sources.length === 0) return [];
    const ip = word[target.family];
    return [
      `oifname @if_${ifname} ${ip} saddr ${anyOf(sources)} ${ip} daddr ${rule.target} ct status dnat counter snat ${ip} to ${to} comment ${quoted(commentOf('forward', one))}`,
    ];
  });
}

/** The filter rules that port forwards bring along, for one interface. */
export function forwardSteps(setting: Setting, ifname: string, kind: PortForward['rule']): Step[] {
  return forwardsOf(setting)
    .filter(({ rule }) => rule.interface === ifname && rule.rule === kind)
    .flatMap((one) => {
      const accept = `counter accept comment ${quoted(commentOf('forward', one))}`;
      const tails = [joined('ct status dnat', markText(setting, one.id), accept)];
      return matchesOf(setting, afterForward(one.rule)).map((match): Step => ({ match, tails }));
    });
}

/** What a forwarded packet looks like once its destination is the target. */
export function afterForward(rule: PortForward): Selector {
  const { family } = cidr(rule.target);
  const shifted = shiftedPorts(rule);
  const [from, to] = [shifted[0]?.[1] ?? 0, shifted.at(-1)?.[1] ?? 0];
  const ports = rule.targetPort === undefined ? rule.ports : `${from}-${to}`;
  return { ...rule, family, destination: rule.target, ports };
}
