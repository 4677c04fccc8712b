/**
 * What becomes of a packet, and by which rule: the document read from top to bottom, as a person would. Nothing of the
 * compiler is used here, so that tests can hold the kernel against it.
 */
import type { Family, Ipv4, Ipv6 } from '#base/address.ts';
import type { ClusterDocument } from '#config/document.ts';
import type { Path } from '#config/findings.ts';
import {
  addressesOf,
  antiLockoutInterface,
  enabledAt,
  entryOf,
  networksOf,
  outsideInterfaces,
  syncInterface,
  titleOf,
} from '#config/model.ts';
import {
  addressOfNumber,
  bogonRanges,
  type Cidr,
  cidr,
  contains,
  numberOf,
  privateRanges,
  sameAddress,
} from '#config/network.ts';
import { managementPort, peersOf } from '#config/peers.ts';
import { isDue } from '#config/schedule.ts';
import { type Balanced, balancedBy } from './balancer-explain.ts';
import { fits, fitsEnd, type Packet, selfAddresses, type View, vipsOn } from './packet.ts';
import type { AnyRule } from './rules.ts';
import type { Facts } from './setting.ts';

/** Something in the document, or a rule that is always there. */
export interface Reason {
  /** `rule 3: Mail`, or `default deny`. */
  readonly title: string;
  /** Where it stands; undefined for what no document says. */
  readonly path?: Path;
}

export interface Explanation {
  readonly action: 'pass' | 'block' | 'reject';
  readonly by: Reason;
  /** For the node itself. */
  readonly isLocal: boolean;
  /** Where it leaves, when it is forwarded. */
  readonly out?: string;
  /** The packet once its destination was translated. */
  readonly inside: Packet;
  readonly destinationNat?: Reason;
  /** How a virtual server chooses the member; `inside` goes to the first that it may be. */
  readonly choice?: string;
  readonly sourceNat?: Reason & { readonly to: string };
  readonly gateway?: string;
}

/** Explains a packet that comes in on `ifname`. The document must have no findings of severity error. */
export function explain(
  document: ClusterDocument,
  node: string,
  ifname: string,
  packet: Packet,
  facts: Facts = {},
): Explanation {
  const view: View = { document, node, ...(facts.tables === undefined ? {} : { tables: facts.tables }) };
  const forwarded = translateDestination(view, ifname, packet);
  const { inside } = forwarded;
  const isLocal = selfAddresses(document, node).some((own) => sameAddress(own, cidr(inside.destination)));
  const out = isLocal ? undefined : wayOut(document, inside.destination);
  const common = {
    isLocal,
    inside,
    ...(out === undefined ? {} : { out }),
    ...(forwarded.by === undefined ? {} : { destinationNat: forwarded.by }),
    ...(forwarded.balanced === undefined ? {} : { choice: forwarded.balanced.choice }),
  };
  const first = judgeIn(view, ifname, packet, forwarded, isLocal, facts);
  const second =
    first.action === 'pass' && out !== undefined ? judgeOut(view, out, inside, facts) : undefined;
  const { action, by } = second ?? first;
  const rule = first.rule;
  const sourceNat =
    action === 'pass' && out !== undefined ? translateSource(view, out, packet, forwarded) : undefined;
  return {
    ...common,
    action,
    by,
    ...(sourceNat === undefined ? {} : { sourceNat }),
    ...(action === 'pass' && rule?.gateway !== undefined ? { gateway: rule.gateway } : {}),
  };
}

interface Judgement {
  readonly action: Explanation['action'];
  readonly by: Reason;
  readonly rule?: AnyRule;
}

function judgeIn(
  view: View,
  ifname: string,
  packet: Packet,
  { inside, by, balanced }: Translated,
  isLocal: boolean,
  facts: Facts,
): Judgement {
  const { document } = view;
  const face = entryOf(document.interfaces, ifname);
  const source = cidr(packet.source);
  const blocked = (title: string): Judgement => ({ action: 'block', by: { title } });
  for (const [other, { antispoof }] of Object.entries(document.interfaces))
    if (other !== ifname && antispoof && enabledAt(document, other, view.node))
      if (networksOf(document, other).some((network) => contains(network, source)))
        return blocked(`antispoof: ${packet.source} belongs to ${titleOf(document, other)}`);
  const isPeer = peersOf(document, view.node).some(({ node, address }) =>
    addressesOf(face, node).some((own) => own.address === address && sameAddress(own, source)),
  );
  if (isLocal && isPeer && inside.protocol === 6 && inside.port === managementPort)
    return { action: 'pass', by: { title: 'HTTPS between the nodes' } };
  const isPage = inside.protocol === 6 && [22, 80, 443].includes(inside.port ?? 0);
  if (isLocal && isPage && antiLockoutInterface(document) === ifname)
    return { action: 'pass', by: { title: 'anti-lockout' } };
  const isIn = (ranges: readonly string[]): boolean => ranges.some((range) => contains(cidr(range), source));
  if (face?.blockPrivate === true && isIn(privateRanges)) return blocked('block private networks');
  const bogons = face?.blockBogons ?? false;
  const isListed = typeof bogons === 'string' && fitsEnd(view, bogons, packet.source);
  if (bogons !== false && (isIn(bogonRanges) || isListed)) return blocked('block bogon networks');
  const forwards = by === undefined ? [] : forwardRules(view, ifname, inside);
  if (by !== undefined && balanced?.passesOn === ifname) forwards.push({ kind: 'associated', by });
  const early = forwards.find(({ kind }) => kind === 'pass');
  if (early !== undefined) return { action: 'pass', by: early.by };
  const decided = decide(view, ifname, 'in', inside, facts);
  if (decided !== undefined) return judgementOf(decided);
  const late = forwards.find(({ kind }) => kind === 'associated');
  return late === undefined ? blocked('default deny') : { action: 'pass', by: late.by };
}

function judgeOut(view: View, out: string, packet: Packet, facts: Facts): Judgement | undefined {
  const decided = decide(view, out, 'out', packet, facts);
  return decided === undefined ? undefined : judgementOf(decided);
}

interface Decided {
  readonly rule: AnyRule;
  readonly by: Reason;
}

const judgementOf = ({ rule, by }: Decided): Judgement => ({ action: rule.action, by, rule });

/** pf's order: the first quick rule that fits; when there is none, the last of the others. */
function decide(
  view: View,
  ifname: string,
  direction: 'in' | 'out',
  packet: Packet,
  facts: Facts,
): Decided | undefined {
  let last: Decided | undefined;
  const counts = (rule: AnyRule): boolean =>
    !rule.disabled && isInTime(view.document, rule, facts) && fits(view, rule, packet);
  for (const [i, rule] of view.document.floatingRules.entries()) {
    const isHere = rule.interfaces === 'any' || rule.interfaces.includes(ifname);
    const isOurs = isHere && (rule.direction === 'any' || rule.direction === direction);
    if (!isOurs || !counts(rule)) continue;
    const found = { rule, by: reason('floating rule', rule.description, i, ['floatingRules', i]) };
    if (rule.quick) return found;
    last = found;
  }
  if (direction === 'in')
    for (const [i, rule] of view.document.rules.entries())
      if (rule.interface === ifname && counts(rule))
        return { rule, by: reason('rule', rule.description, i, ['rules', i]) };
  return last;
}

function isInTime(document: ClusterDocument, rule: AnyRule, { now }: Facts): boolean {
  if (rule.schedule === undefined) return true;
  const schedule = entryOf(document.schedules, rule.schedule);
  return schedule === undefined || now === undefined ? rule.action !== 'pass' : isDue(schedule, now);
}

const reason = (kind: string, description: string, i: number, path: Path): Reason => ({
  title: description === '' ? `${kind} ${i + 1}` : `${kind} ${i + 1}: ${description}`,
  path,
});

/** The packet with its destination translated, and by what. */
interface Translated {
  readonly inside: Packet;
  readonly by?: Reason;
  readonly balanced?: Balanced;
}

function translateDestination(view: View, ifname: string, packet: Packet): Translated {
  const { document, node } = view;
  const balanced = balancedBy(document, packet);
  if (balanced !== undefined) {
    const path = ['loadBalancer', 'virtualServers', balanced.server];
    return { inside: balanced.inside, by: { title: `virtual server ${balanced.server}`, path }, balanced };
  }
  const { npt, portForwards, oneToOne } = document.nat;
  const to = cidr(packet.destination);
  const at = (name: string): boolean => enabledAt(document, name, node);
  for (const [i, rule] of npt.entries())
    if (!rule.disabled && rule.interface === ifname && contains(cidr(rule.external), to))
      return {
        inside: { ...packet, destination: moved(to, cidr(rule.external), cidr(rule.internal)) },
        by: reason('NPt', rule.description, i, ['nat', 'npt', i]),
      };
  const outside = outsideInterfaces(document);
  for (const [i, rule] of portForwards.entries()) {
    const isInner = !outside.includes(ifname) && ifname !== syncInterface(document);
    const isHere = rule.interface === ifname || (rule.reflection && isInner);
    const target = cidr(rule.target);
    if (rule.disabled || !at(rule.interface) || !isHere || target.family !== packet.family) continue;
    if (!fits(view, rule, packet)) continue;
    const inside = { ...packet, destination: target.address };
    const low = Number(/^\d+/.exec(String(rule.ports))?.[0]);
    return {
      inside:
        rule.targetPort === undefined || packet.port === undefined
          ? inside
          : { ...inside, port: rule.targetPort + (packet.port - (Number.isNaN(low) ? packet.port : low)) },
      by: reason('port forward', rule.description, i, ['nat', 'portForwards', i]),
    };
  }
  for (const [i, rule] of oneToOne.entries()) {
    const isHere = rule.interface === ifname || rule.reflection;
    if (rule.disabled || !at(rule.interface) || !isHere || !contains(cidr(rule.external), to)) continue;
    if (!fitsEnd(view, rule.destination, packet.source)) continue;
    return {
      inside: { ...packet, destination: moved(to, cidr(rule.external), cidr(rule.internal)) },
      by: reason('1:1 NAT', rule.description, i, ['nat', 'oneToOne', i]),
    };
  }
  return { inside: packet };
}

/** The address at the same place of another network. */
const moved = (address: Cidr, from: Cidr, to: Cidr): Ipv4 | Ipv6 =>
  addressOfNumber(to.first + (numberOf(address.address) - from.first), address.family);

/** The rules that port forwards of an interface bring along, for a packet that one of them translated. */
function forwardRules(
  view: View,
  ifname: string,
  inside: Packet,
): { readonly kind: string; readonly by: Reason }[] {
  return view.document.nat.portForwards.flatMap((rule, i) => {
    const target = cidr(rule.target);
    if (rule.disabled || rule.interface !== ifname || target.family !== inside.family) return [];
    if (inside.destination !== target.address) return [];
    const low = Number(/^\d+/.exec(String(rule.ports))?.[0]);
    const shift = rule.targetPort === undefined || Number.isNaN(low) ? 0 : rule.targetPort - low;
    const before = { ...inside, ...(inside.port === undefined ? {} : { port: inside.port - shift }) };
    if (!fits(view, { ...rule, destination: 'any' }, before)) return [];
    return [{ kind: rule.rule, by: reason('port forward', rule.description, i, ['nat', 'portForwards', i]) }];
  });
}

/** The interface whose network holds the address, else the first that has a gateway. */
function wayOut(document: ClusterDocument, address: Ipv4 | Ipv6): string | undefined {
  const to = cidr(address);
  const names = Object.keys(document.interfaces);
  return (
    names.find((name) => networksOf(document, name).some((network) => contains(network, to))) ??
    outsideInterfaces(document)[0]
  );
}

/** What the source becomes on its way out; undefined when it stays. */
function translateSource(
  view: View,
  out: string,
  packet: Packet,
  { inside, by, balanced }: Translated,
): (Reason & { readonly to: string }) | undefined {
  const { document, node } = view;
  const { npt, oneToOne, outbound, portForwards } = document.nat;
  const from = cidr(packet.source);
  if (by !== undefined && balanced?.reflected !== undefined) return { ...by, to: balanced.reflected };
  for (const [list, kind, rules] of [
    ['npt', 'NPt', npt],
    ['oneToOne', '1:1 NAT', oneToOne],
  ] as const)
    for (const [i, rule] of rules.entries()) {
      if (rule.disabled || rule.interface !== out || !contains(cidr(rule.internal), from)) continue;
      const peers = list === 'oneToOne' ? oneToOne[i]?.destination : undefined;
      if (peers !== undefined && !fitsEnd(view, peers, inside.destination)) continue;
      const to = moved(from, cidr(rule.internal), cidr(rule.external));
      return { ...reason(kind, rule.description, i, ['nat', list, i]), to };
    }
  if (by !== undefined)
    for (const [i, rule] of portForwards.entries()) {
      const isBack = networksOf(document, out).some((network) => contains(network, from));
      if (rule.disabled || !rule.reflection || rule.target !== inside.destination || !isBack) continue;
      const to = [...vipsOn(document, out), ...addressesOf(entryOf(document.interfaces, out), node)].find(
        ({ family }) => family === packet.family,
      );
      if (to !== undefined)
        return { ...reason('port forward', rule.description, i, ['nat', 'portForwards', i]), to: to.address };
    }
  return outboundNat(view, out, inside, outbound);
}

function outboundNat(
  view: View,
  out: string,
  packet: Packet,
  { mode, rules }: ClusterDocument['nat']['outbound'],
): (Reason & { readonly to: string }) | undefined {
  const { document, node } = view;
  const own = (family: Family): string | undefined =>
    addressesOf(entryOf(document.interfaces, out), node).find((one) => one.family === family)?.address;
  if (mode === 'hybrid' || mode === 'manual')
    for (const [i, rule] of rules.entries()) {
      if (rule.disabled || rule.interface !== out || !fits(view, rule, packet)) continue;
      if (rule.translateTo === 'none') return undefined;
      const to = rule.translateTo === 'interface' ? own(packet.family) : rule.translateTo;
      if (to === undefined || cidr(to).family !== packet.family) continue;
      return { ...reason('outbound NAT', rule.description, i, ['nat', 'outbound', 'rules', i]), to };
    }
  if (mode !== 'automatic' && mode !== 'hybrid') return undefined;
  const outside = outsideInterfaces(document);
  const isInner = Object.keys(document.interfaces).some(
    (name) =>
      !outside.includes(name) &&
      name !== syncInterface(document) &&
      networksOf(document, name).some((network) => contains(network, cidr(packet.source))),
  );
  const to = own('ipv4');
  if (packet.family !== 'ipv4' || !outside.includes(out) || !isInner || to === undefined) return undefined;
  return { title: 'automatic outbound NAT', to };
}
