/** Gateways, DHCP, what listens, and VPNs of a config.xml. */
import type { Dialect } from '../opnsense/dialect.ts';
import type { PfDhcp, PfGateway, PfListener, PfVpn } from './model.ts';
import { all, at, textAt, type XmlElement } from './xml.ts';

type Flag = (element: XmlElement, name: string) => boolean;

export function readGateway(element: XmlElement, flag: Flag): PfGateway {
  const address = textAt(element, 'gateway');
  return {
    element,
    name: textAt(element, 'name'),
    interface: textAt(element, 'interface'),
    address,
    family: textAt(element, 'ipprotocol') === 'inet6' || address.includes(':') ? 'inet6' : 'inet',
    monitored: !flag(element, 'monitor_disable'),
    monitor: textAt(element, 'monitor'),
    disabled: flag(element, 'disabled'),
    description: textAt(element, 'descr'),
  };
}

export function readDhcp(root: XmlElement, flag: Flag): PfDhcp[] {
  return ['dhcpd', 'dhcpdv6']
    .flatMap((name) => at(root, name)?.children ?? [])
    .filter(({ children }) => children.length > 0)
    .map((element) => ({
      element,
      interface: element.name,
      enabled: flag(element, 'enable'),
      from: textAt(element, 'range', 'from'),
      to: textAt(element, 'range', 'to'),
      gateway: textAt(element, 'gateway'),
      dns: all(element, 'dnsserver')
        .map(({ text }) => text)
        .filter((text) => text !== ''),
      failoverPeer: textAt(element, 'failover_peerip'),
    }));
}

export function readListeners(root: XmlElement, dialect: Dialect): PfListener[] {
  const forwarder = at(root, 'dnsmasq');
  const ntp = at(root, 'ntpd');
  const resolver = dialect.resolver;
  return [
    ...(resolver !== undefined &&
    dialect.flag(resolver, dialect.product === 'opnsense' ? 'enabled' : 'enable')
      ? [listener('resolver', resolver, 'active_interface')]
      : []),
    ...(forwarder !== undefined && dialect.flag(forwarder, 'enable')
      ? [listener('forwarder', forwarder, 'interface')]
      : []),
    ...(ntp !== undefined ? [listener('ntp', ntp, 'interface')] : []),
  ];
}

const listener = (service: PfListener['service'], element: XmlElement, name: string): PfListener => ({
  element,
  service,
  interfaces: textAt(element, name)
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== 'all'),
});

export function readVpns(root: XmlElement, flag: Flag): PfVpn[] {
  const openvpn = (['openvpn-server', 'openvpn-client'] as const).flatMap((kind) =>
    all(root, 'openvpn', kind)
      .filter((element) => !flag(element, 'disable'))
      .map((element) => ({
        element,
        kind,
        interface: textAt(element, 'interface'),
        description: textAt(element, 'description'),
      })),
  );
  const ipsec = all(root, 'ipsec', 'phase1')
    .filter((element) => !flag(element, 'disabled'))
    .map((element) => ({
      element,
      kind: 'ipsec' as const,
      interface: textAt(element, 'interface'),
      description: textAt(element, 'descr'),
    }));
  return [...openvpn, ...ipsec];
}
