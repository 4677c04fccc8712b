/** Outbound NAT, port forwards, 1:1 and prefix translation of a pfSense as parts of a cluster document. */
import { familyOf } from '#base/address.ts';
import type { ClusterDocument } from '../document.ts';
import { entryOf } from '../model.ts';
import type { Npt, OneToOne, OutboundRule, PortForward } from '../nat-document.ts';
import { cidrOf, cidrText, parseAddress, parseCidr } from '../network.ts';
import type { PfConfig, PfForward, PfOutbound } from './model.ts';
import type { Tell } from './notes.ts';
import { described, endpointOf, type Known, type Made, portsOf, unlessAny } from './places.ts';
import { endpoint } from './read-filter.ts';
import { protocolOf } from './to-rules.ts';
import { given } from './whole.ts';
import { at, textAt, type XmlElement } from './xml.ts';

type Mode = ClusterDocument['nat']['outbound']['mode'];

const modes: Readonly<Record<string, Mode>> = {
  automatic: 'automatic',
  hybrid: 'hybrid',
  advanced: 'manual',
  manual: 'manual',
  disabled: 'off',
};

export interface ImportedNat {
  readonly mode: Mode;
  readonly outbound: readonly Made<OutboundRule>[];
  readonly forwards: readonly Made<PortForward>[];
  readonly oneToOne: readonly Made<OneToOne>[];
  readonly npt: readonly Made<Npt>[];
  /** Ids of filter rules that belong to a port forward. */
  readonly associated: ReadonlySet<string>;
}

export function importNat(config: PfConfig, known: Known, tell: Tell): ImportedNat {
  const { nat } = config;
  const outbound = made(nat.outbound, (rule) => {
    const value = outboundOf(rule, known);
    if (value === undefined) tell('nat-rule', rule.element, rule.description || rule.interface);
    return value;
  });
  const forwards = made(nat.forwards, (one) => {
    const value = forwardOf(one, known);
    if (value === undefined) tell('forward', one.element, one.description || one.target);
    return value;
  });
  const oneToOne = made(nat.oneToOne, (element) => {
    const value = oneToOneOf(element, known);
    if (value === undefined) tell('section', element, 'nat/onetoone');
    return value;
  });
  const npt = made(nat.npt, (element) => {
    const value = nptOf(element, known);
    if (value === undefined) tell('section', element, 'nat/npt');
    return value;
  });
  const associated = forwards.flatMap(({ from }) => nat.forwards[from]?.associated ?? []);
  return {
    mode: entryOf(modes, nat.mode) ?? 'automatic',
    outbound,
    forwards,
    oneToOne,
    npt,
    associated: new Set(associated.filter((id) => id !== '' && id !== 'pass')),
  };
}

const made = <S, T>(items: readonly S[], make: (item: S) => Partial<T> | undefined): Made<T>[] =>
  items.flatMap((item, from) => {
    const value = make(item);
    return value === undefined ? [] : [{ value, from }];
  });

/** The node's own traffic is never translated anyway. */
function outboundOf(rule: PfOutbound, known: Known): Partial<OutboundRule> | undefined {
  const text = (name: string) => textAt(rule.element, name);
  if (text('natport') !== '' || !known.interfaces.has(rule.interface)) return undefined;
  if (/^(\(self\)|127\.|::1)/.test(rule.source.network)) return undefined;
  const source = endpointOf(rule.source, known);
  const destination = endpointOf(rule.destination, known);
  const protocol = protocolOf((text('protocol') || 'any').toLowerCase());
  const from = portsOf(text('sourceport') || rule.source.port, known);
  const to = portsOf(text('dstport') || rule.destination.port, known);
  const isOwn = rule.target === '' || rule.target === `${rule.interface}ip`;
  const isKnown = source !== undefined && destination !== undefined && protocol !== undefined;
  if (!isKnown || from === undefined || to === undefined) return undefined;
  if (!rule.nonat && !isOwn && !known.vips.has(rule.target)) return undefined;
  return given<OutboundRule>({
    interface: rule.interface,
    protocol: unlessAny(protocol),
    source: unlessAny(source),
    sourcePorts: unlessAny(from),
    destination: unlessAny(destination),
    ports: unlessAny(to),
    translateTo: rule.nonat ? 'none' : isOwn ? 'interface' : rule.target,
    staticPort: at(rule.element, 'staticnatport') === undefined ? undefined : true,
    disabled: rule.disabled || undefined,
    description: described(rule.description),
  });
}

function forwardOf(one: PfForward, known: Known): Partial<PortForward> | undefined {
  const protocol = (['tcp', 'udp', 'tcp/udp'] as const).find((name) => name === one.protocol);
  const source = endpointOf(one.source, known);
  const destination = endpointOf(one.destination, known);
  const from = portsOf(one.source.port, known);
  const to = portsOf(one.destination.port, known);
  const isKnown = source !== undefined && destination !== undefined && protocol !== undefined;
  if (!isKnown || from === undefined || to === undefined || to === 'any' || one.exempt) return undefined;
  if (!known.interfaces.has(one.interface) || !parseAddress(one.target).ok) return undefined;
  // A range goes to as many ports from the local one on.
  const first = typeof to === 'number' ? `${to}` : (/^\d+/.exec(to)?.[0] ?? to);
  const isSame = one.localPort === '' || one.localPort === first;
  const local = /^\d{1,5}$/.test(one.localPort) ? Number(one.localPort) : 0;
  if (!isSame && (local < 1 || local > 65_535)) return undefined;
  return given<PortForward>({
    interface: one.interface,
    protocol: protocol === 'tcp' ? undefined : protocol,
    source: unlessAny(source),
    sourcePorts: unlessAny(from),
    destination: unlessAny(destination),
    ports: to,
    target: one.target,
    targetPort: isSame ? undefined : local,
    rule: one.associated === '' ? 'none' : one.associated === 'pass' ? 'pass' : undefined,
    reflection: ['enable', 'purenat'].includes(one.reflection) || undefined,
    disabled: one.disabled || undefined,
    description: described(one.description),
  });
}

function oneToOneOf(element: XmlElement, known: Known): Partial<OneToOne> | undefined {
  const home = textAt(element, 'interface');
  const internal = parseCidr(textAt(element, 'source', 'address'), 'bare');
  const external = parseAddress(textAt(element, 'external').split('/')[0] ?? '');
  const destination = endpointOf(endpoint(element, 'destination'), known);
  const isExempt = at(element, 'nobinat') !== undefined || at(element, 'source', 'not') !== undefined;
  if (!internal.ok || !external.ok || isExempt || destination === undefined || !known.interfaces.has(home))
    return undefined;
  const { prefix, family } = internal.value;
  if (familyOf(external.value) !== family) return undefined;
  const inside = textAt(element, 'source', 'address');
  return given<OneToOne>({
    interface: home,
    external: inside.includes('/') ? cidrText(cidrOf(external.value, prefix)) : external.value,
    internal: inside,
    destination: unlessAny(destination),
    reflection: ['enable', 'purenat'].includes(textAt(element, 'natreflection')) || undefined,
    disabled: at(element, 'disabled') === undefined ? undefined : true,
    description: described(textAt(element, 'descr')),
  });
}

function nptOf(element: XmlElement, known: Known): Partial<Npt> | undefined {
  const home = textAt(element, 'interface');
  const internal = textAt(element, 'source', 'address');
  const external = textAt(element, 'destination', 'address');
  if (!parseCidr(internal).ok || !parseCidr(external).ok || !known.interfaces.has(home)) return undefined;
  return given<Npt>({
    interface: home,
    internal,
    external,
    disabled: at(element, 'disabled') === undefined ? undefined : true,
    description: described(textAt(element, 'descr')),
  });
}
