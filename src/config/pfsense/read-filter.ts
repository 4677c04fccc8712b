/** Rules, NAT and aliases of a config.xml. */
import type { PfAlias, PfEndpoint, PfForward, PfOutbound, PfRule } from './model.ts';
import { at, textAt, type XmlElement } from './xml.ts';

type Flag = (element: XmlElement, name: string) => boolean;

const csv = (text: string): string[] =>
  text
    .split(/[,\s]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** `<any/>`, `<network>`, `<address>`; OPNsense's newer rules write `source_net` and `source_port` instead. */
export function endpoint(rule: XmlElement, side: 'source' | 'destination'): PfEndpoint {
  const element = at(rule, side);
  const network = textAt(element, 'network') || textAt(rule, `${side}_net`);
  return {
    any:
      at(element, 'any') !== undefined ||
      network === 'any' ||
      (network === '' && textAt(element, 'address') === ''),
    not: at(element, 'not') !== undefined || textAt(rule, `${side}_not`) === '1',
    network: network === 'any' ? '' : network,
    address: textAt(element, 'address'),
    port: textAt(element, 'port') || textAt(rule, `${side}_port`),
  };
}

export function readRule(element: XmlElement, flag: Flag): PfRule {
  const floating = textAt(element, 'floating') === 'yes';
  return {
    element,
    type: textAt(element, 'type') || textAt(element, 'action') || 'pass',
    interfaces: csv(textAt(element, 'interface')),
    floating,
    quick: !floating || textAt(element, 'quick') === 'yes' || textAt(element, 'quick') === '1',
    direction: textAt(element, 'direction') || (floating ? 'any' : 'in'),
    family: textAt(element, 'ipprotocol') || 'inet',
    protocol: (textAt(element, 'protocol') || 'any').toLowerCase(),
    icmpTypes: csv(textAt(element, 'icmptype')),
    source: endpoint(element, 'source'),
    destination: endpoint(element, 'destination'),
    gateway: textAt(element, 'gateway'),
    log: flag(element, 'log'),
    disabled: flag(element, 'disabled') || textAt(element, 'enabled') === '0',
    nosync: flag(element, 'nosync'),
    nopfsync: flag(element, 'nopfsync'),
    description: textAt(element, 'descr') || textAt(element, 'description'),
  };
}

export function readOutbound(element: XmlElement, flag: Flag): PfOutbound {
  return {
    element,
    interface: textAt(element, 'interface'),
    source: endpoint(element, 'source'),
    destination: endpoint(element, 'destination'),
    target: textAt(element, 'target') || textAt(element, 'targetip'),
    nonat: flag(element, 'nonat'),
    disabled: flag(element, 'disabled'),
    description: textAt(element, 'descr'),
  };
}

export function readForward(element: XmlElement, flag: Flag): PfForward {
  return {
    element,
    interface: textAt(element, 'interface'),
    protocol: (textAt(element, 'protocol') || 'tcp').toLowerCase(),
    source: endpoint(element, 'source'),
    destination: endpoint(element, 'destination'),
    target: textAt(element, 'target'),
    localPort: textAt(element, 'local-port'),
    associated: textAt(element, 'associated-rule-id'),
    reflection: textAt(element, 'natreflection'),
    exempt: flag(element, 'nordr'),
    disabled: flag(element, 'disabled'),
    nosync: flag(element, 'nosync'),
    description: textAt(element, 'descr'),
  };
}

export function readAliases(elements: readonly XmlElement[]): PfAlias[] {
  return elements.map((element) => ({
    element,
    name: textAt(element, 'name'),
    type: textAt(element, 'type'),
    entries: csv(textAt(element, 'address') || textAt(element, 'content')),
    description: textAt(element, 'descr') || textAt(element, 'description'),
  }));
}
