/** Rules of a pfSense as parts of a cluster document. */
import { entryOf } from '../model.ts';
import { type FloatingRule, icmpTypes, protocols, type Rule } from '../rules-document.ts';
import type { PfConfig, PfRule } from './model.ts';
import type { Tell } from './notes.ts';
import { described, endpointOf, type Known, type Made, portsOf, unlessAny } from './places.ts';
import { type Every, given } from './whole.ts';
import { textAt } from './xml.ts';

/** Conditions that would be lost: without them a rule matches more than it did. */
const conditions = [
  'os',
  'tagged',
  'nottagged',
  'dscp',
  'vlanprio',
  'tcpflags1',
  'max-src-nodes',
  'max-src-conn',
];
const families: Readonly<Record<string, Rule['family']>> = { inet: 'ipv4', inet6: 'ipv6', inet46: 'both' };

type IcmpType = (typeof icmpTypes)[number];

/** pf's names (icmp_var of pfctl); undefined where it has none. "redir" is another type in IPv6. */
export const icmpNames: Readonly<Record<IcmpType, string | undefined>> = {
  any: 'any',
  'echo-request': 'echoreq',
  'echo-reply': 'echorep',
  'destination-unreachable': 'unreach',
  'time-exceeded': 'timex',
  'parameter-problem': 'paramprob',
  'source-quench': 'squench',
  redirect: 'redir',
  'router-advertisement': 'routeradv',
  'router-solicitation': 'routersol',
  'timestamp-request': 'timereq',
  'timestamp-reply': 'timerep',
  'packet-too-big': 'toobig',
  'nd-neighbor-solicit': 'neighbrsol',
  'nd-neighbor-advert': 'neighbradv',
  'nd-redirect': 'redir',
  'mld-listener-query': 'listqry',
  'mld-listener-report': 'listenrep',
  'mld-listener-done': 'listendone',
  'mld2-listener-report': undefined,
};

export interface ImportedRules {
  readonly rules: readonly Made<Rule>[];
  readonly floating: readonly Made<FloatingRule>[];
}

/** Without the rules that port forwards have of their own. */
export function importRules(
  config: PfConfig,
  known: Known,
  associated: ReadonlySet<string>,
  tell: Tell,
): ImportedRules {
  const rules: Made<Rule>[] = [];
  const floating: Made<FloatingRule>[] = [];
  config.rules.forEach((rule, from) => {
    if (associated.has(textAt(rule.element, 'associated-rule-id'))) return;
    const title = rule.description || `${rule.type} ${rule.protocol}`;
    const matching = matchingOf(rule, title, known, tell);
    const action = (['pass', 'block', 'reject'] as const).find((one) => one === rule.type);
    if (matching === undefined) return;
    if (action === undefined) tell('condition', rule.element, title);
    else if (rule.floating) {
      const interfaces = floatingInterfaces(rule, known);
      const direction = (['in', 'out', 'any'] as const).find((one) => one === rule.direction);
      if (interfaces === undefined || direction === undefined) tell('endpoint', rule.element, title);
      else
        floating.push({
          from,
          value: given<FloatingRule>({
            action,
            interfaces: unlessAny(interfaces),
            direction: direction === 'in' ? undefined : direction,
            quick: rule.quick || undefined,
            ...matching,
          }),
        });
    } else {
      const [home, ...more] = rule.interfaces;
      const isPlain = home !== undefined && more.length === 0 && known.interfaces.has(home);
      if (!isPlain) tell('endpoint', rule.element, title);
      else
        rules.push({
          from,
          value: given<Rule>({ action, interface: home, direction: undefined, ...matching }),
        });
    }
  });
  return { rules, floating };
}

function floatingInterfaces(rule: PfRule, known: Known): 'any' | string[] | undefined {
  if (rule.interfaces.length === 0 || rule.interfaces.includes('any')) return 'any';
  return rule.interfaces.every((name) => known.interfaces.has(name)) ? [...rule.interfaces] : undefined;
}

type Matching = Omit<Rule, 'action' | 'interface' | 'direction'>;

/** All conditions, or undefined, and a note, where one of them cannot be written. */
function matchingOf(rule: PfRule, title: string, known: Known, tell: Tell): Every<Matching> | undefined {
  const text = (name: string) => textAt(rule.element, name);
  const family = entryOf(families, rule.family);
  const protocol = protocolOf(rule.protocol);
  const icmpType = icmpTypesOf(rule);
  const limits = limitsOf(text);
  const isBeyond =
    conditions.some((name) => text(name) !== '') ||
    family === undefined ||
    protocol === undefined ||
    icmpType === undefined ||
    limits === 'beyond' ||
    (text('sched') !== '' && !known.schedules.has(text('sched')));
  if (isBeyond) {
    tell('condition', rule.element, title);
    return undefined;
  }
  const source = endpointOf(rule.source, known);
  const destination = endpointOf(rule.destination, known);
  const [from, to] = [portsOf(rule.source.port, known), portsOf(rule.destination.port, known)];
  if (source === undefined || destination === undefined || from === undefined || to === undefined) {
    tell('endpoint', rule.element, title);
    return undefined;
  }
  const hasGateway = known.gateways.has(rule.gateway);
  if (rule.gateway !== '' && !hasGateway) tell('rule-gateway', rule.element, title);
  return {
    family: family === 'ipv4' ? undefined : family,
    protocol: unlessAny(protocol),
    icmpType: protocol === 'icmp' ? unlessAny(icmpType) : undefined,
    source: unlessAny(source),
    sourcePorts: unlessAny(from),
    destination: unlessAny(destination),
    ports: unlessAny(to),
    log: rule.log || undefined,
    disabled: rule.disabled || undefined,
    description: described(rule.description),
    gateway: hasGateway ? rule.gateway : undefined,
    schedule: text('sched') || undefined,
    state: text('statetype') === 'none' ? 'none' : undefined,
    limits,
  };
}

/** By name, or by number, which a page of pfSense does not offer and pf understands. */
export function protocolOf(text: string): Rule['protocol'] | undefined {
  if (/^\d{1,3}$/.test(text)) return Number(text) <= 255 ? Number(text) : undefined;
  return protocols.find((one) => one === text);
}

function icmpTypesOf(rule: PfRule): Rule['icmpType'] | undefined {
  if (rule.icmpTypes.length === 0 || rule.icmpTypes.includes('any')) return 'any';
  const isSix = rule.family === 'inet6';
  const found = rule.icmpTypes.map((name) =>
    icmpTypes.find((type) => icmpNames[type] === name && type !== (isSix ? 'redirect' : 'nd-redirect')),
  );
  const known = found.filter((type) => type !== undefined);
  const [first] = known;
  if (known.length < found.length || first === undefined) return undefined;
  return known.length === 1 ? first : known;
}

/** Undefined where there is none. */
function limitsOf(text: (name: string) => string): Rule['limits'] | 'beyond' {
  const names = ['max', 'max-src-states', 'max-src-conn-rate', 'max-src-conn-rates'];
  const texts = names.map(text);
  if (texts.every((one) => one === '')) return undefined;
  if (!texts.every((one) => /^([1-9]\d{0,5})?$/.test(one))) return 'beyond';
  const [states, statesPerSource, count, seconds] = texts.map((one) =>
    one === '' ? undefined : Number(one),
  );
  const span = ([1, 60, 3600] as const).find((one) => one === seconds);
  if ((count === undefined) !== (seconds === undefined) || (seconds !== undefined && span === undefined))
    return 'beyond';
  return given<NonNullable<Rule['limits']>>({
    states,
    statesPerSource,
    newPerSource: count === undefined || span === undefined ? undefined : { count, seconds: span },
  });
}
