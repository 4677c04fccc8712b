/** Rules, aliases, routes and gateways of the two nodes against each other. */
import { cidr, contains } from '../network.ts';
import type {
  Part,
  PfAlias,
  PfConfig,
  PfEndpoint,
  PfForward,
  PfGateway,
  PfOutbound,
  PfRule,
} from '../pfsense/model.ts';
import { lineOf, textAt, type XmlElement } from '../pfsense/xml.ts';
import type { Report } from './finding.ts';
import {
  interfaceOf,
  isAddress,
  nameOf,
  networksOf,
  other,
  ownerOf,
  type Pair,
  type Side,
  sides,
} from './pair.ts';

export function checkPolicy(pair: Pair, report: Report): void {
  checkRules(pair, report);
  checkNatRules(pair, report);
  const nodes = { node: pair.names.primary, peer: pair.names.backup };
  diffByName(
    pair,
    ({ aliases }) => aliases,
    ({ name }) => name,
    aliasText,
    (name, at, also) => report('aliases-differ', at, { ...nodes, name }, also),
  );
  diffByName(
    pair,
    ({ routes }) => routes.map((element) => ({ element })),
    ({ element }) => textAt(element, 'network'),
    ({ element }) => `${textAt(element, 'gateway')}|${textAt(element, 'disabled')}`,
    (network, at, also) => report('routes-differ', at, { ...nodes, network }, also),
  );
  diffByName(
    pair,
    ({ gateways }) => gateways.filter(({ disabled }) => !disabled),
    ({ name }) => name,
    ({ interface: home, address }) => `${home}|${address}`,
    (name, at, also) => report('gateways-differ', at, { ...nodes, name }, also),
  );
  for (const side of sides)
    for (const gateway of pair[side].gateways)
      if (!gateway.disabled) checkGateway(pair, gateway, side, report);
}

const aliasText = ({ type, entries, element }: PfAlias): string =>
  [type, ...[...entries].sort(), textAt(element, 'url')].join('|');

const endpointText = ({ any, not, network, address, port }: PfEndpoint): string =>
  [any && network === '' && address === '', not, network, address, port].join('~');
const ruleText = (rule: PfRule): string =>
  [
    rule.type,
    rule.family,
    rule.protocol,
    rule.icmpTypes.join(),
    endpointText(rule.source),
    endpointText(rule.destination),
    rule.gateway,
    rule.direction,
    rule.quick,
  ].join('|');
const tabOf = (rule: PfRule): string => (rule.floating ? 'floating' : rule.interfaces.join());
const titleOf = (rule: PfRule | PfOutbound | PfForward, fallback: string): string =>
  rule.description || fallback;
/** Rules that ought to be the same: active and not kept out of synchronisation. */
const shared = (config: PfConfig): PfRule[] => config.rules.filter((rule) => !rule.disabled && !rule.nosync);

function checkRules({ names, ...pair }: Pair, report: Report): void {
  const key = (rule: PfRule) => `${tabOf(rule)}#${ruleText(rule)}`;
  const ruleName = (rule: PfRule) => titleOf(rule, `${rule.type} ${rule.protocol}`);
  let same = true;
  for (const side of sides) {
    const missing = missingIn(shared(pair[side]), shared(pair[other(side)]), key);
    const [first] = missing;
    if (first !== undefined) {
      same = false;
      const values = {
        node: names[side],
        peer: names[other(side)],
        count: missing.length,
        first: ruleName(first),
      };
      report('rules-differ', { side, line: first.element.line }, values);
    }
    const kept = pair[side].rules.filter(({ nosync, disabled }) => nosync && !disabled);
    const [firstKept] = kept;
    if (firstKept !== undefined && side === 'primary') {
      const values = {
        node: names[side],
        peer: names[other(side)],
        count: kept.length,
        first: ruleName(firstKept),
      };
      report('rules-nosync', { side, line: firstKept.element.line }, values);
    }
    for (const rule of pair[side].rules) {
      if (!rule.nopfsync || rule.disabled || side === 'backup') continue;
      const values = { node: names[side], rule: ruleName(rule) };
      report('rule-without-pfsync', { side, line: lineOf(rule.element, 'nopfsync') }, values);
    }
  }
  if (!same) return;
  for (const tab of new Set(shared(pair.primary).map(tabOf))) {
    const [ours, theirs] = [shared(pair.primary), shared(pair.backup)].map((rules) =>
      rules.filter((rule) => tabOf(rule) === tab),
    );
    const at =
      ours?.findIndex((rule, i) => theirs?.[i] === undefined || ruleText(theirs[i]) !== ruleText(rule)) ?? -1;
    const [one, two] = [ours?.[at], theirs?.[at]];
    if (one === undefined) continue;
    report(
      'rules-order-differs',
      { side: 'primary', line: one.element.line },
      { interface: nameOf(pair.primary, tab), first: ruleName(one) },
      two && { side: 'backup', line: two.element.line },
    );
  }
}

/** Those of the first list that the second lacks, as often as they stand there. */
function missingIn<T>(ours: readonly T[], theirs: readonly T[], key: (one: T) => string): T[] {
  const left = new Map<string, number>();
  for (const one of theirs) left.set(key(one), (left.get(key(one)) ?? 0) + 1);
  return ours.filter((one) => {
    const count = left.get(key(one)) ?? 0;
    left.set(key(one), count - 1);
    return count <= 0;
  });
}

function checkNatRules({ names, ...pair }: Pair, report: Report): void {
  const forward = (one: PfForward) =>
    [
      'forward',
      one.interface,
      endpointText(one.destination),
      one.target,
      textAt(one.element, 'local-port'),
    ].join('|');
  const outbound = (one: PfOutbound) =>
    [
      'outbound',
      one.interface,
      endpointText(one.source),
      endpointText(one.destination),
      one.target,
      one.nonat,
    ].join('|');
  const oneToOne = (element: XmlElement) =>
    [
      '1:1',
      textAt(element, 'interface'),
      textAt(element, 'external'),
      textAt(element, 'source', 'address'),
    ].join('|');
  for (const side of sides) {
    const entries = (config: PfConfig) => [
      ...config.nat.forwards
        .filter(({ disabled, nosync }) => !disabled && !nosync)
        .map((one) => ({ line: one.element.line, text: forward(one), title: titleOf(one, one.target) })),
      ...config.nat.outbound
        .filter(({ disabled }) => !disabled)
        .map((one) => ({ line: one.element.line, text: outbound(one), title: titleOf(one, one.interface) })),
      ...config.nat.oneToOne.map((element) => ({
        line: element.line,
        text: oneToOne(element),
        title: textAt(element, 'descr') || textAt(element, 'external'),
      })),
    ];
    const missing = missingIn(entries(pair[side]), entries(pair[other(side)]), ({ text }) => text);
    const [first] = missing;
    if (first === undefined) continue;
    const values = { node: names[side], peer: names[other(side)], count: missing.length, first: first.title };
    report('nat-differs', { side, line: first.line }, values);
  }
}

type Place = { readonly side: Side; readonly line: number };

/** Tells of what one node lacks, and of what both have with other contents. */
function diffByName<T extends Part>(
  pair: Pair,
  list: (config: PfConfig) => readonly T[],
  name: (one: T) => string,
  text: (one: T) => string,
  tell: (name: string, at: Place, also?: Place) => void,
): void {
  const theirs = new Map(list(pair.backup).map((one) => [name(one), one]));
  for (const one of list(pair.primary)) {
    const twin = theirs.get(name(one));
    theirs.delete(name(one));
    if (twin !== undefined && text(twin) === text(one)) continue;
    const also = twin && ({ side: 'backup', line: twin.element.line } as const);
    tell(name(one), { side: 'primary', line: one.element.line }, also);
  }
  for (const [key, one] of theirs) tell(key, { side: 'backup', line: one.element.line });
}

function checkGateway({ names, ...pair }: Pair, gateway: PfGateway, side: Side, report: Report): void {
  const { name, address, element } = gateway;
  const node = names[side];
  if (!gateway.monitored)
    report('gateway-unmonitored', { side, line: lineOf(element, 'monitor_disable') }, { name, node });
  if (!isAddress(address)) return;
  const at = { side, line: lineOf(element, 'gateway') };
  if (sides.some((one) => ownerOf(pair[one], address) !== undefined)) {
    report('gateway-is-node', at, { name, node, address });
    return;
  }
  const home = interfaceOf(pair[side], gateway.interface);
  const networks = home === undefined ? [] : networksOf(home);
  const target = cidr(address);
  const mayBeFar = textAt(element, 'nonlocalgateway') !== '' || /^fe80/i.test(address);
  if (home === undefined || networks.length === 0 || mayBeFar) return;
  if (!networks.some((net) => contains(net, target)))
    report('gateway-outside', at, { name, node, address, interface: home.name });
}
