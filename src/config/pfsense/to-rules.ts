/** Aliases, rules and outbound NAT of a pfSense as parts of a cluster document. */

import { entryOf } from '../model.ts';
import { parseAddress, parseCidr } from '../network.ts';
import { protocols } from '../rules-document.ts';
import type { PfAlias, PfConfig, PfEndpoint, PfOutbound, PfRule } from './model.ts';
import type { Tell } from './notes.ts';
import { textAt } from './xml.ts';

type Json = Readonly<Record<string, unknown>>;

/** What rules may refer to. */
export interface Known {
  readonly interfaces: ReadonlySet<string>;
  readonly aliases: ReadonlyMap<string, Json>;
  /** Addresses of virtual IPs that were taken over. */
  readonly vips: ReadonlySet<string>;
}

const aliasName = /^[A-Za-z_][A-Za-z0-9_]{0,30}$/;
/** Deeper nesting is a circle. */
const deepest = 8;

export function importAliases({ aliases }: PfConfig, tell: Tell): Map<string, Json> {
  const byName = new Map(aliases.map((alias) => [alias.name, alias]));
  const found = new Map<string, Json>();
  for (const alias of aliases) {
    const entries = entriesOf(alias, byName, 0);
    const isAllowed = aliasName.test(alias.name) && entries !== undefined;
    if (!isAllowed) tell('alias', alias.element, alias.name);
    else found.set(alias.name, aliasOf(alias, entries));
  }
  return found;
}

function aliasOf(alias: PfAlias, entries: readonly string[]): Json {
  const description = alias.description === '' ? {} : { description: alias.description.slice(0, 200) };
  if (alias.type === 'port')
    return { type: 'ports', entries: entries.map((one) => portOf(one) ?? one), ...description };
  const isHosts = entries.every((one) => parseAddress(one).ok);
  return { type: isHosts ? 'hosts' : 'networks', entries, ...description };
}

/** The entries with nested aliases opened, or undefined when one of them cannot be taken over. */
function entriesOf(
  alias: PfAlias,
  byName: ReadonlyMap<string, PfAlias>,
  depth: number,
): readonly string[] | undefined {
  if (!['host', 'network', 'port', 'hosts', 'networks', 'ports'].includes(alias.type) || depth > deepest)
    return undefined;
  const entries: string[] = [];
  for (const entry of alias.entries) {
    const nested = byName.get(entry);
    const opened = nested === undefined ? [entry] : entriesOf(nested, byName, depth + 1);
    if (opened === undefined || entries.length > 10_000) return undefined;
    entries.push(...opened);
  }
  const fits = alias.type.startsWith('port')
    ? (one: string) => portOf(one) !== undefined
    : (one: string) => parseCidr(one, 'bare').ok;
  return entries.every(fits) ? entries : undefined;
}

/** `443`, or `8000-8010`, which pfSense writes with a colon as well. */
function portOf(text: string): number | string | undefined {
  if (/^\d{1,5}$/.test(text)) return Number(text) <= 65_535 ? Number(text) : undefined;
  const [, low, high] = /^(\d{1,5})[:-](\d{1,5})$/.exec(text) ?? [];
  if (low === undefined || high === undefined) return undefined;
  return Number(low) <= Number(high) && Number(high) <= 65_535 ? `${low}-${high}` : undefined;
}

/** Conditions that would be lost: without them a rule matches more than it did. */
const conditions = [
  'sched',
  'os',
  'tagged',
  'nottagged',
  'dscp',
  'vlanprio',
  'tcpflags1',
  'max-src-nodes',
  'max-src-conn',
];
const families: Readonly<Record<string, string>> = { inet: 'ipv4', inet6: 'ipv6', inet46: 'both' };
const icmpNames: Readonly<Record<string, string>> = {
  echoreq: 'echo-request',
  echorep: 'echo-reply',
  unreach: 'destination-unreachable',
  timex: 'time-exceeded',
  paramprob: 'parameter-problem',
};

export function importRules(config: PfConfig, known: Known, tell: Tell): Json[] {
  return config.rules.flatMap((rule) => importRule(rule, known, tell));
}

function importRule(rule: PfRule, known: Known, tell: Tell): Json[] {
  const title = rule.description || `${rule.type} ${rule.protocol}`;
  if (rule.floating) {
    tell('floating', rule.element, title);
    return [];
  }
  const family = entryOf(families, rule.family);
  const protocol = protocols.find((one) => one === rule.protocol);
  const icmp = rule.icmpTypes.map((type) => (type === 'any' ? 'any' : entryOf(icmpNames, type)));
  const isBeyond =
    conditions.some((name) => textAt(rule.element, name) !== '') ||
    !['pass', 'block', 'reject'].includes(rule.type) ||
    family === undefined ||
    protocol === undefined ||
    icmp.includes(undefined) ||
    textAt(rule.element, 'statetype') === 'none';
  if (isBeyond) {
    tell('condition', rule.element, title);
    return [];
  }
  const source = endpointOf(rule.source, known);
  const destination = endpointOf(rule.destination, known);
  const [from, to] = [portsOf(rule.source, known), portsOf(rule.destination, known)];
  const [home, ...more] = rule.interfaces;
  const isPlain = home !== undefined && more.length === 0 && known.interfaces.has(home);
  if (
    !isPlain ||
    source === undefined ||
    destination === undefined ||
    from === undefined ||
    to === undefined
  ) {
    tell('endpoint', rule.element, title);
    return [];
  }
  if (rule.gateway !== '') tell('rule-gateway', rule.element, title);
  const base = {
    action: rule.type,
    interface: home,
    ...(family === 'ipv4' ? {} : { family }),
    ...(protocol === 'any' ? {} : { protocol }),
  };
  const rest = {
    ...(source === 'any' ? {} : { source }),
    ...(from === 'any' ? {} : { sourcePorts: from }),
    ...(destination === 'any' ? {} : { destination }),
    ...(to === 'any' ? {} : { ports: to }),
    ...(rule.log ? { log: true } : {}),
    ...(rule.disabled ? { disabled: true } : {}),
    ...(rule.description === '' ? {} : { description: rule.description.slice(0, 200) }),
  };
  if (protocol !== 'icmp' || icmp.length === 0 || icmp.includes('any')) return [{ ...base, ...rest }];
  return icmp.map((icmpType) => ({ ...base, icmpType, ...rest }));
}

/** As documents write it, or undefined when it cannot be taken over. */
function endpointOf({ any, not, network, address }: PfEndpoint, known: Known): string | undefined {
  const text = network || address;
  const found = text === '' ? (any ? 'any' : undefined) : placeOf(text, known);
  if (found === undefined) return undefined;
  return not ? `not ${found}` : found;
}

function placeOf(text: string, known: Known): string | undefined {
  if (text === 'any') return 'any';
  if (text === '(self)') return 'self';
  if (known.interfaces.has(text)) return `${text} net`;
  if (text.endsWith('ip') && known.interfaces.has(text.slice(0, -2))) return `${text.slice(0, -2)} address`;
  const alias = known.aliases.get(text);
  if (alias !== undefined) return alias.type === 'ports' ? undefined : text;
  return parseCidr(text, 'bare').ok ? text : undefined;
}

function portsOf({ port }: PfEndpoint, known: Known): number | string | undefined {
  if (port === '' || port === 'any') return 'any';
  return known.aliases.get(port)?.type === 'ports' ? port : portOf(port);
}

const modes: Readonly<Record<string, string>> = {
  automatic: 'automatic',
  hybrid: 'hybrid',
  advanced: 'manual',
  manual: 'manual',
  disabled: 'off',
};

export function importOutbound(config: PfConfig, known: Known, tell: Tell): Json {
  const rules = config.nat.outbound.flatMap((rule) => {
    const found = outboundOf(rule, known);
    if (found === undefined) tell('nat-rule', rule.element, rule.description || rule.interface);
    return found === undefined ? [] : [found];
  });
  return {
    outbound: {
      mode: entryOf(modes, config.nat.mode) ?? 'automatic',
      ...(rules.length > 0 ? { rules } : {}),
    },
  };
}

/** Ports, protocols and exceptions cannot be written; the node's own traffic is never translated anyway. */
function outboundOf(rule: PfOutbound, known: Known): Json | undefined {
  const text = (name: string) => textAt(rule.element, name);
  const isNarrow = ['sourceport', 'dstport', 'natport', 'protocol'].some(
    (name) => text(name) !== '' && text(name) !== 'any',
  );
  if (rule.nonat || isNarrow || rule.destination.port !== '' || !known.interfaces.has(rule.interface))
    return undefined;
  if (/^(\(self\)|127\.|::1)/.test(rule.source.network)) return undefined;
  const source = endpointOf(rule.source, known);
  const destination = endpointOf(rule.destination, known);
  const isOwn = rule.target === '' || rule.target === `${rule.interface}ip`;
  if (source === undefined || destination === undefined || !(isOwn || known.vips.has(rule.target)))
    return undefined;
  return {
    interface: rule.interface,
    ...(source === 'any' ? {} : { source }),
    ...(destination === 'any' ? {} : { destination }),
    translateTo: isOwn ? 'interface' : rule.target,
    ...(rule.disabled ? { disabled: true } : {}),
    ...(rule.description === '' ? {} : { description: rule.description.slice(0, 200) }),
  };
}
