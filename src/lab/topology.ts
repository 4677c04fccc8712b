/**
 * The lab around a cluster document: each interface a switch, each node a host, a client on the first inner network
 * (its gateway is the virtual IP) and an internet host behind the gateway of the WAN.
 */
import ipaddr from 'ipaddr.js';
import { familyOf, type Ipv4, type Ipv6 } from '#base/address.ts';
import type { ClusterDocument } from '#config/document.ts';
import { deviceOf, gatewayAddress, nodesInOrder, syncInterface } from '#config/model.ts';
import type { DesiredNetwork, Host, Port, Route } from '#infra/network.ts';
import { withoutIpv6 } from '#infra/plan.ts';
import type { FlowPlan } from './prober.ts';

export const switchName = 'switch';
export const clientName = 'client';
export const internetName = 'internet';

/** Stands for every host beyond the gateway (a documentation address, RFC 5737). */
const distantIpv4 = '203.0.113.10';
const distantIpv6 = '2001:db8:ffff::10';

export interface Topology {
  readonly network: DesiredNetwork;
  readonly nodes: readonly string[];
  /** The interface with the gateway, and the first other one with a virtual IP; keys of the document. */
  readonly wan: string | undefined;
  readonly lan: string | undefined;
  /** The interface that carries the nodes' own traffic and nothing else; undefined where they share another. */
  readonly sync: string | undefined;
  /** An IPv4 address beyond the WAN that the client reaches; undefined where there is no such way. */
  readonly distant: string | undefined;
  readonly flows: readonly { readonly from: string; readonly plans: readonly FlowPlan[] }[];
}

/** A host that stands on one of the document's networks, with the virtual IPs there as its gateways. */
export interface Guest {
  readonly name: string;
  readonly interface: string;
  /** With prefix length. */
  readonly addresses: readonly string[];
  /** Where the document has hypervisors; the first when left out. */
  readonly hypervisor?: string | undefined;
}

/** Works the lab's network and its flows out of a document. */
export function topologyOf(document: ClusterDocument, guests: readonly Guest[] = []): Topology {
  const nodes = nodesInOrder(document);
  const withVip = new Set(document.virtualIps.map((vip) => vip.interface));
  const names = Object.keys(document.interfaces);
  const wan = names.find((name) => gatewaysOf(document, name).length > 0);
  const lan = names.find((name) => name !== wan && withVip.has(name));
  const sync = syncInterface(document);
  const probing = [clientOf(document, lan), internetOf(document, wan, lan)].filter(
    (host) => host !== undefined,
  );
  return {
    network: {
      switchName,
      segments: names.map((name) => ({ name })),
      hosts: [
        ...nodes.map((node) => nodeHost(document, node)),
        ...probing,
        ...guests.map((guest) => guestHost(document, guest)),
      ],
    },
    nodes,
    wan,
    lan,
    sync: sync === undefined || withVip.has(sync) ? undefined : sync,
    distant:
      lan !== undefined &&
      wan !== undefined &&
      gatewaysOf(document, wan).some((gateway) => !gateway.includes(':'))
        ? distantIpv4
        : undefined,
    flows: flowsOf(document, lan, wan),
  };
}

function nodeHost(document: ClusterDocument, node: string): Host {
  // The card of an interface that is disabled is there all the same: it may be enabled while the lab stands.
  const ports = Object.entries(document.interfaces).map(
    ([name, { addresses }]): Port => ({
      device: deviceOf(document, name, node),
      segment: name,
      addresses: addresses[node] ?? [],
    }),
  );
  const gateways = Object.keys(document.interfaces).flatMap((name) => gatewaysOf(document, name));
  return {
    name: node,
    ports,
    loopback: [],
    routes: onePerFamily(gateways).map((via) => ({ to: 'default', via })),
    sysctls: ipv6Settings(ports.flatMap((port) => port.addresses)),
  };
}

function clientOf(document: ClusterDocument, lan: string | undefined): Host | undefined {
  if (lan === undefined) return undefined;
  const vips = vipsOn(document, lan);
  const addresses = vips.map((vip) => freeAddress(vip));
  return probingHost(clientName, lan, addresses, [], vips.map(defaultVia));
}

function internetOf(
  document: ClusterDocument,
  wan: string | undefined,
  lan: string | undefined,
): Host | undefined {
  const gateways = wan === undefined ? [] : gatewaysOf(document, wan);
  if (wan === undefined || gateways.length === 0) return undefined;
  const addresses = gateways.map((gateway) => `${gateway}/${bitsOn(document, wan, gateway)}`);
  const distant = gateways.map((gateway) =>
    familyOfPrefixed(gateway) === 'ipv6' ? `${distantIpv6}/128` : `${distantIpv4}/32`,
  );
  return probingHost(internetName, wan, addresses, distant, routesBack(document, wan, lan));
}

function guestHost(document: ClusterDocument, { name, interface: ifname, addresses }: Guest): Host {
  return probingHost(name, ifname, addresses, [], vipsOn(document, ifname).map(defaultVia));
}

/** IPv6 is not translated on its way out: who answers must know that the LAN is behind the WAN's virtual IP. */
function routesBack(document: ClusterDocument, wan: string, lan: string | undefined): Route[] {
  const isV6 = (address: string) => familyOfPrefixed(address) === 'ipv6';
  const via = vipsOn(document, wan).find(isV6);
  const inside = lan === undefined ? undefined : vipsOn(document, lan).find(isV6);
  if (via === undefined || inside === undefined) return [];
  const network = ipaddr.IPv6.networkAddressFromCIDR(inside).toString();
  return [{ to: `${network}/${inside.split('/')[1]}`, via: bare(via) }];
}

/** A host that probes: its kernel answers a thousand echoes a second, and lets us open ping sockets. */
function probingHost(
  name: string,
  segment: string,
  addresses: readonly string[],
  loopback: readonly string[],
  routes: readonly Route[],
): Host {
  return {
    name,
    ports: [{ device: 'eth0', segment, addresses }],
    loopback,
    routes,
    sysctls: {
      ...ipv6Settings([...addresses, ...loopback]),
      // One group suffices, and it is the only one that an ordinary user's namespace knows.
      'net.ipv4.ping_group_range': '0 0',
      'net.ipv4.icmp_ratelimit': '0',
    },
  };
}

function flowsOf(
  document: ClusterDocument,
  lan: string | undefined,
  wan: string | undefined,
): Topology['flows'] {
  const lanVips = lan === undefined ? [] : vipsOn(document, lan);
  const wanVips = wan === undefined ? [] : vipsOn(document, wan);
  const gateways = wan === undefined ? [] : gatewaysOf(document, wan);
  const fromClient: FlowPlan[] = [];
  const fromInternet: FlowPlan[] = [];
  for (const family of ['ipv4', 'ipv6'] as const) {
    const isOurs = (address: string) => familyOfPrefixed(address) === family;
    const suffix = family === 'ipv6' ? ' (IPv6)' : '';
    const lanVip = lanVips.find(isOurs);
    const wanVip = wanVips.find(isOurs);
    const gateway = gateways.find(isOurs);
    if (lanVip !== undefined) fromClient.push({ name: `client to LAN VIP${suffix}`, target: bare(lanVip) });
    if (lanVip !== undefined && gateway !== undefined) {
      const target = family === 'ipv6' ? distantIpv6 : distantIpv4;
      fromClient.push({ name: `client to internet${suffix}`, target });
    }
    if (wanVip !== undefined && gateway !== undefined)
      fromInternet.push({ name: `internet to WAN VIP${suffix}`, target: bare(wanVip) });
  }
  return [
    { from: clientName, plans: fromClient },
    { from: internetName, plans: fromInternet },
  ].filter(({ plans }) => plans.length > 0);
}

/** One address per family of an interface's virtual IPs. */
function vipsOn(document: ClusterDocument, ifname: string): string[] {
  const all = document.virtualIps.filter((vip) => vip.interface === ifname).flatMap((vip) => vip.addresses);
  // The mask of the interface counts: a virtual IP may be written as /32.
  return onePerFamily(all).map((address) => `${bare(address)}/${bitsOn(document, ifname, address)}`);
}

/** The first IPv4 and the first IPv6 address of a list. */
const onePerFamily = (addresses: readonly string[]): string[] =>
  (['ipv4', 'ipv6'] as const)
    .map((family) => addresses.find((address) => familyOfPrefixed(address) === family))
    .filter((address) => address !== undefined);

/** The prefix length of the node's own addresses on an interface, for another address there. */
function bitsOn(document: ClusterDocument, ifname: string, vip: string): string {
  const own = Object.values(document.interfaces[ifname]?.addresses ?? {})
    .flat()
    .find((address) => familyOfPrefixed(address) === familyOfPrefixed(vip));
  return (own ?? vip).split('/')[1] ?? '24';
}

/** The hundredth address of the network behind a virtual IP, or the last but one of a small one. */
function freeAddress(vip: string): string {
  const [address, bits] = ipaddr.parseCIDR(vip);
  const bytes = address.toByteArray();
  const hostBits = bytes.length * 8 - bits;
  const last = bytes.length - 1;
  const network = (bytes[last] ?? 0) & (hostBits >= 8 ? 0 : 0xff << hostBits);
  bytes[last] = network + (hostBits >= 8 ? 100 : 2 ** hostBits - 2);
  return `${ipaddr.fromByteArray(bytes).toString()}/${bits}`;
}

/** The gateways of an interface, one per family: its own one first, then those of `gateways:` that name it. */
function gatewaysOf(document: ClusterDocument, ifname: string): string[] {
  const own = gatewayAddress(document, document.interfaces[ifname]?.gateway);
  if (own === undefined) return [];
  const others = Object.values(document.gateways).filter((gateway) => gateway.interface === ifname);
  return onePerFamily([own, ...others.map(({ address }) => address)]);
}

const bare = (address: string): string => address.split('/')[0] ?? address;
const defaultVia = (vip: string): Route => ({ to: 'default', via: bare(vip) });
const familyOfPrefixed = (address: string) => familyOf(bare(address) as Ipv4 | Ipv6);

const ipv6Settings = (addresses: readonly string[]): Readonly<Record<string, string>> =>
  addresses.some((address) => address.includes(':'))
    ? { 'net.ipv6.conf.default.accept_dad': '0', 'net.ipv6.conf.default.accept_ra': '0' }
    : withoutIpv6;
