/** Firewall rules and the aliases they use. */
import type { Family } from '#base/address.ts';
import { isAliasName, membersOf, networksBehind } from './aliases.ts';
import { asList, type CheckContext, endpointPath, readEndpoint } from './context.ts';
import type { Rule } from './document.ts';
import type { Path } from './findings.ts';
import { entryOf, gatewayOf, networksOf, outsideInterfaces, syncInterface } from './model.ts';
import { bitsOf } from './network.ts';
import type { FloatingRule } from './rules-document.ts';

export function checkRules(context: CheckContext): void {
  checkAliases(context);
  context.document.rules.forEach((rule, i) => {
    const path = ['rules', i];
    checkFields(context, rule, path);
    if (rule.disabled) return;
    checkRedundancy(context, rule, path);
    checkFamilies(context, rule, path);
    checkOpen(context, rule, path);
  });
  context.document.floatingRules.forEach((rule, i) => {
    const path = ['floatingRules', i];
    checkFields(context, rule, path);
    if (rule.interfaces !== 'any')
      rule.interfaces.forEach((name, j) => {
        if (context.face(name) === undefined)
          context.report('unknown-interface', [...path, 'interfaces', j], { name });
      });
    if (!rule.disabled) checkFamilies(context, rule, path);
  });
  const { antiLockout } = context.document;
  if (typeof antiLockout === 'string' && context.face(antiLockout) === undefined)
    context.report('unknown-interface', ['antiLockout'], { name: antiLockout });
}

function checkAliases(context: CheckContext): void {
  for (const [name, alias] of Object.entries(context.document.aliases)) {
    if (alias.type === 'urltable') continue;
    alias.entries.forEach((entry, i) => {
      if (typeof entry !== 'string' || !isAliasName(entry)) return;
      const path = ['aliases', name, 'entries', i];
      const nested = entryOf(context.document.aliases, entry);
      const isPorts = alias.type === 'ports';
      if (nested === undefined) context.report('unknown-alias', path, { name: entry });
      else if ((nested.type === 'ports') !== isPorts)
        context.report('alias-type', path, {
          name: entry,
          holds: isPorts ? 'addresses' : 'ports',
          wanted: isPorts ? 'ports' : 'addresses',
        });
      else if (membersOf(context.document, entry).some(([member]) => member === name))
        context.report('alias-circle', path, { name, nested: entry });
    });
  }
}

/** Whether every word of an endpoint means something. Serves rules and outbound NAT. */
export function checkEndpoints(context: CheckContext, value: Rule['source'], base: Path): void {
  asList(value).forEach((text, i) => {
    const path = endpointPath(base, value, i);
    const { bare, ifname, address } = readEndpoint(text);
    if (ifname !== undefined) {
      if (context.face(ifname) === undefined) context.report('unknown-interface', path, { name: ifname });
      return;
    }
    if (bare === 'any' || bare === 'self' || address !== undefined) return;
    const alias = entryOf(context.document.aliases, bare);
    if (alias === undefined) context.report('unknown-alias', path, { name: bare });
    else if (alias.type === 'ports')
      context.report('alias-type', path, { name: bare, holds: 'ports', wanted: 'addresses' });
  });
}

/** Whether every name of a port is that of a port alias. Serves rules and NAT. */
export function checkPorts(context: CheckContext, value: Rule['ports'], base: Path): void {
  if (value === undefined) return;
  asList(value).forEach((port, i) => {
    if (typeof port === 'number' || /^\d/.test(port)) return;
    const path = typeof value === 'object' ? [...base, i] : base;
    const alias = entryOf(context.document.aliases, port);
    if (alias === undefined) context.report('unknown-alias', path, { name: port });
    else if (alias.type !== 'ports')
      context.report('alias-type', path, { name: port, holds: alias.type, wanted: 'ports' });
  });
}

/** Fields that name nothing, or mean nothing for the rule's protocol. */
function checkFields(context: CheckContext, rule: Rule | FloatingRule, path: Path): void {
  checkEndpoints(context, rule.source, [...path, 'source']);
  checkEndpoints(context, rule.destination, [...path, 'destination']);
  checkPorts(context, rule.sourcePorts, [...path, 'sourcePorts']);
  checkPorts(context, rule.ports, [...path, 'ports']);
  const { protocol } = rule;
  const hasPorts = ['tcp', 'udp', 'tcp/udp', 'sctp', 6, 17, 132].includes(protocol);
  for (const field of ['sourcePorts', 'ports'] as const)
    if (rule[field] !== undefined && !hasPorts)
      context.report('rule-fields-contradict', [...path, field], {
        field,
        wanted: 'tcp, udp, tcp/udp or sctp',
        protocol,
      });
  if (asList(rule.icmpType).join() !== 'any' && protocol !== 'icmp' && protocol !== 'icmpv6')
    context.report('rule-fields-contradict', [...path, 'icmpType'], {
      field: 'icmpType',
      wanted: 'icmp or icmpv6',
      protocol,
    });
  const isGroup =
    rule.gateway !== undefined && entryOf(context.document.gatewayGroups, rule.gateway) !== undefined;
  if (rule.gateway !== undefined && !isGroup && gatewayOf(context.document, rule.gateway) === undefined)
    context.report('unknown-gateway', [...path, 'gateway'], { name: rule.gateway });
  if (rule.schedule !== undefined && entryOf(context.document.schedules, rule.schedule) === undefined)
    context.report('unknown-schedule', [...path, 'schedule'], { name: rule.schedule });
  if (rule.limits !== undefined && (rule.action !== 'pass' || rule.state === 'none'))
    context.report('rule-limits-unused', [...path, 'limits'], { action: rule.action, state: rule.state });
}

/** Rules that would break the pair, here or on the firewall that they came from. */
function checkRedundancy(context: CheckContext, rule: Rule, path: Path): void {
  const interfaceTitle = context.title(rule.interface);
  if (rule.action !== 'pass') {
    if (rule.protocol === 'carp' || rule.protocol === 112)
      context.report('carp-blocked', [...path, 'protocol'], { interface: interfaceTitle });
    if (
      (rule.protocol === 'pfsync' || rule.protocol === 240) &&
      rule.interface === syncInterface(context.document)
    )
      context.report('pfsync-blocked', [...path, 'protocol'], { interface: interfaceTitle });
    return;
  }
  const sources = asList(rule.source);
  // With every node named nobody is left out.
  const owners = new Set(sources.map((text) => soleOwner(context, text)));
  if (owners.has(undefined) || owners.size !== 1) return;
  const [node] = owners;
  const [address] = sources;
  if (node !== undefined && address !== undefined)
    context.report('rule-names-one-node', endpointPath([...path, 'source'], rule.source, 0), {
      address,
      node,
    });
}

/** The node whose address an endpoint is, when it is a single host. */
function soleOwner(context: CheckContext, text: string): string | undefined {
  const { negated, address } = readEndpoint(text);
  if (negated || address === undefined || address.prefix !== bitsOf(address.family)) return undefined;
  return context.ownerOf(address)?.node;
}

function checkFamilies(context: CheckContext, rule: Rule | FloatingRule, path: Path): void {
  const source = familiesOf(context, rule.source);
  const destination = familiesOf(context, rule.destination);
  const wanted: Family[] = rule.family === 'both' ? ['ipv4', 'ipv6'] : [rule.family];
  const possible = wanted.filter((family) => !(rule.protocol === 'icmpv6' && family === 'ipv4'));
  if (!possible.some((family) => source.has(family) && destination.has(family)))
    context.report('rule-never-matches', [...path, 'source'], { family: rule.family });
}

/** The families that an endpoint can be of; both when that cannot be told. */
function familiesOf(context: CheckContext, value: Rule['source']): ReadonlySet<Family> {
  const both: Family[] = ['ipv4', 'ipv6'];
  return new Set(
    asList(value).flatMap((text): Family[] => {
      const { bare, negated, ifname, address } = readEndpoint(text);
      if (negated) return both;
      if (address !== undefined) return [address.family];
      if (ifname !== undefined) {
        const networks = networksOf(context.document, ifname);
        return networks.length === 0 ? both : networks.map(({ family }) => family);
      }
      const alias = entryOf(context.document.aliases, bare);
      if (alias === undefined || alias.type === 'ports') return both;
      const behind = networksBehind(context.document, bare);
      // What a URL holds is not known here; an alias without entries is no slip of the family.
      return behind.length === 0 ? both : behind.map(({ family }) => family);
    }),
  );
}

function checkOpen(context: CheckContext, rule: Rule, path: Path): void {
  const isOpen =
    rule.action === 'pass' &&
    rule.protocol === 'any' &&
    asList(rule.source).includes('any') &&
    asList(rule.destination).includes('any');
  if (isOpen && outsideInterfaces(context.document).includes(rule.interface))
    context.report('rule-opens-outside', path, { interface: context.title(rule.interface) });
}
