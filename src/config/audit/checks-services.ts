/** DHCP, DNS, time and VPNs. */
import { cidr } from '../network.ts';
import type { PfConfig, PfDhcp, PfListener, PfVip } from '../pfsense/model.ts';
import { lineOf } from '../pfsense/xml.ts';
import type { Report } from './finding.ts';
import {
  carpVips,
  interfaceOf,
  isAddress,
  isOutside,
  nameOf,
  other,
  ownerOf,
  type Pair,
  type Side,
  sameText,
  sides,
  vipsOn,
} from './pair.ts';

export function checkServices(pair: Pair, report: Report): void {
  for (const side of sides) {
    for (const dhcp of pair[side].dhcp) if (dhcp.enabled) checkDhcp(pair, dhcp, side, report);
    for (const listener of pair[side].listeners) checkListener(pair, listener, side, report);
    checkVpns(pair, side, report);
  }
  checkDhcpPair(pair, report);
  checkDnsPair(pair, report);
  checkTime(pair, report);
}

/** The virtual IP that serves the clients of an interface. */
const servingVip = (config: PfConfig, key: string): PfVip | undefined =>
  vipsOn(config, key).find(({ address }) => isAddress(address) && !address.includes(':'));

function checkDhcp({ names, ...pair }: Pair, dhcp: PfDhcp, side: Side, report: Report): void {
  const config = pair[side];
  const home = interfaceOf(config, dhcp.interface);
  const vip = servingVip(config, dhcp.interface);
  if (home === undefined || vip === undefined) return;
  const at = (field: string) => ({ side, line: lineOf(dhcp.element, field) });
  const values = { interface: home.name, node: names[side], address: vip.address };
  const gateway = dhcp.gateway || home.address;
  const isNode = (address: string) => sides.some((one) => ownerOf(pair[one], address) !== undefined);
  if (dhcp.gateway !== 'none' && isNode(gateway))
    report('dhcp-gateway-not-vip', at('gateway'), { ...values, found: gateway });
  // Without servers of its own, clients get the node's address while a DNS service runs there.
  const serves = config.listeners.some(({ service }) => service !== 'ntp');
  const dns = dhcp.dns.length > 0 ? dhcp.dns : serves ? [home.address] : [];
  const wrong = dns.find(isNode);
  if (wrong !== undefined) report('dhcp-dns-not-vip', at('dnsserver'), { ...values, found: wrong });
  checkFailover(pair, dhcp, side, names, report);
  const [low, high] = [dhcp.from, dhcp.to];
  if (!isAddress(low) || !isAddress(high)) return;
  const own = [vip.address, ...sides.map((one) => interfaceOf(pair[one], dhcp.interface)?.address ?? '')];
  for (const address of own.filter(isAddress)) {
    const value = cidr(address).value;
    if (value < cidr(low).value || value > cidr(high).value) continue;
    const found = { range: `${low}-${high}`, interface: home.name, node: names[side], address };
    report('dhcp-range-holds', { side, line: lineOf(dhcp.element, 'range') }, found);
  }
}

function checkFailover(
  pair: Pick<Pair, Side>,
  dhcp: PfDhcp,
  side: Side,
  names: Pair['names'],
  report: Report,
): void {
  const there = interfaceOf(pair[other(side)], dhcp.interface);
  const expected = there?.address ?? '';
  if (pair[side].product !== 'pfsense' || !isAddress(expected)) return;
  const at = { side, line: lineOf(dhcp.element, 'failover_peerip') };
  const values = {
    interface: nameOf(pair[side], dhcp.interface),
    node: names[side],
    peer: names[other(side)],
    expected,
  };
  if (dhcp.failoverPeer === '') report('dhcp-failover-missing', at, values);
  else if (!sameText(dhcp.failoverPeer, expected))
    report('dhcp-failover-wrong', at, { ...values, found: dhcp.failoverPeer });
}

function checkDhcpPair({ names, ...pair }: Pair, report: Report): void {
  const active = (config: PfConfig) => config.dhcp.filter(({ enabled }) => enabled);
  for (const side of sides) {
    for (const dhcp of active(pair[side])) {
      const twin = active(pair[other(side)]).find((one) => one.interface === dhcp.interface);
      const nodes = {
        interface: nameOf(pair[side], dhcp.interface),
        node: names[side],
        peer: names[other(side)],
      };
      if (twin === undefined) report('dhcp-one-sided', { side, line: dhcp.element.line }, nodes);
      else if (side === 'primary' && (twin.from !== dhcp.from || twin.to !== dhcp.to)) {
        const range = (one: PfDhcp) => `${one.from}-${one.to}`;
        report(
          'dhcp-range-differs',
          { side, line: lineOf(dhcp.element, 'range') },
          { ...nodes, ours: range(dhcp), theirs: range(twin) },
          { side: 'backup', line: lineOf(twin.element, 'range') },
        );
      }
    }
  }
}

/** Interfaces without the VIP that stands for them. */
function checkListener({ names, ...pair }: Pair, listener: PfListener, side: Side, report: Report): void {
  const config = pair[side];
  if (listener.interfaces.length === 0) return;
  const chosen = new Set(listener.interfaces);
  const hidden = carpVips(config).find((vip) => {
    const home = interfaceOf(config, vip.interface);
    const isInside = home !== undefined && !isOutside(home);
    return isInside && chosen.has(home.key) && !chosen.has(`_vip${vip.id}`);
  });
  if (hidden === undefined || config.product === 'opnsense') return;
  const field = listener.service === 'resolver' ? 'active_interface' : 'interface';
  const at = { side, line: lineOf(listener.element, field) };
  const interfaces = listener.interfaces.map((key) => nameOf(config, key)).join(', ');
  const values = { node: names[side], interfaces, address: hidden.address };
  if (listener.service === 'ntp') report('ntp-not-on-vip', at, values);
  else report('dns-not-on-vip', at, { ...values, service: serviceName[listener.service] });
}

const serviceName = { resolver: 'DNS Resolver', forwarder: 'DNS Forwarder' } as const;

function checkDnsPair({ names, ...pair }: Pair, report: Report): void {
  for (const side of sides) {
    for (const { service, element } of pair[side].listeners) {
      const there = pair[other(side)];
      if (service === 'ntp' || there.listeners.some((one) => one.service === service)) continue;
      const values = { service: serviceName[service], node: names[side], peer: names[other(side)] };
      report('dns-one-sided', { side, line: element.line }, values);
    }
    if (pair[side].dnsServers.length === 0 && pair[other(side)].dnsServers.length > 0)
      report(
        'dns-servers-missing',
        { side, line: lineOf(pair[side].element, 'system') },
        { node: names[side], peer: names[other(side)] },
      );
  }
}

function checkTime({ names, ...pair }: Pair, report: Report): void {
  const line = (side: Side) => ({ side, line: lineOf(pair[side].element, 'system', 'timeservers') });
  for (const side of sides)
    if (pair[side].timeServers.length === 0) report('ntp-missing', line(side), { node: names[side] });
  const [ours, theirs] = [pair.primary, pair.backup].map(({ timeServers }) =>
    [...timeServers].sort().join(', '),
  );
  if (ours === undefined || theirs === undefined || ours === '' || theirs === '' || ours === theirs) return;
  report(
    'ntp-differs',
    line('primary'),
    { ours, theirs, node: names.primary, peer: names.backup },
    line('backup'),
  );
}

const vpnKinds = { 'openvpn-server': 'OpenVPN', 'openvpn-client': 'OpenVPN', ipsec: 'IPsec' } as const;

function checkVpns({ names, ...pair }: Pair, side: Side, report: Report): void {
  const config = pair[side];
  for (const vpn of config.vpns) {
    const vip = servingVip(config, vpn.interface);
    if (vip === undefined) continue;
    report(
      'vpn-not-on-vip',
      { side, line: lineOf(vpn.element, 'interface') },
      {
        vpn: vpn.description || vpnKinds[vpn.kind],
        kind: vpnKinds[vpn.kind],
        node: names[side],
        interface: nameOf(config, vpn.interface),
        address: vip.address,
      },
    );
  }
}
