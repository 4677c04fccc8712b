/**
 * The lab around a cluster document: each interface a switch, each node a host, a client on the first inner network
 * (its gateway is the virtual IP) and an internet host behind the gateway of the WAN.
 */
import ipaddr from 'ipaddr.js';
import { familyOf, type Ipv4, type Ipv6 } from '#base/address.ts';
import type { ClusterDocument } from '#config/document.ts';
import { deviceOf, enabledAt, gatewayAddress, nodesInOrder, syncInterface } from '#config/model.ts';
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
  /** The interface that carries the nodes' own traffic. */
  readonly sync: string | undefined;
  readonly flows: readonly { readonly from: string; readonly plans: readonly FlowPlan[] }[];
}

/** Works the lab's network and its flows out of a document. */
export function topologyOf(document: ClusterDocument): Topology {
  const nodes = nodesInOrder(document);
  const withVip = new Set(document.virtualIps.map((vip) => vip.interface));
  const names = Object.keys(document.interfaces);
  const wan = names.find((name) => gatewayOf(document, name) !== undefined);
  const lan = names.find((name) => name !== wan && withVip.has(name));
  const probing = [clientOf(document, lan), internetOf(document, wan)].filter((host) => host !== undefined);
  return {
    network: {
      switchName,
      segments: names.map((name) => ({ name })),
      hosts: [...nodes.map((node) => nodeHost(document, node)), ...probing],
    },
    nodes,
    wan,
    lan,
    sync: syncInterface(document),
    flows: flowsOf(document, lan, wan),
  };
}

function nodeHost(document: ClusterDocument, node: string): Host {
  const ports = Object.entries(document.interfaces)
    .filter(([name]) => enabledAt(document, name, node))
    .map(
      ([name, { addresses }]): Port => ({
        device: deviceOf(document, name, node),
        segment: name,
        addresses: addresses[node] ?? [],
      }),
    );
  const routes = Object.keys(document.interfaces).flatMap((name) => {
    const via = gatewayOf(document, name);
    return via === undefined ? [] : [{ to: 'default', via }];
  });
  return {
    name: node,
    ports,
    loopback: [],
    routes: routes.slice(0, 1),
    sysctls: ipv6Settings(ports.flatMap((port) => port.addresses)),
  };
}

function clientOf(document: ClusterDocument, lan: string | undefined): Host | undefined {
  if (lan === undefined) return undefined;
  const vips = vipsOn(document, lan);
  const addresses = vips.map((vip) => freeAddress(vip));
  return probingHost(clientName, lan, addresses, [], vips.map(defaultVia));
}

function internetOf(document: ClusterDocument, wan: string | undefined): Host | undefined {
  const gateway = wan === undefined ? undefined : gatewayOf(document, wan);
  if (wan === undefined || gateway === undefined) return undefined;
  const own = Object.values(document.interfaces[wan]?.addresses ?? {})
    .flat()
    .find((address) => familyOfPrefixed(address) === familyOf(gateway as Ipv4 | Ipv6));
  const bits = own?.split('/')[1] ?? '24';
  const isV6 = gateway.includes(':');
  return probingHost(
    internetName,
    wan,
    [`${gateway}/${bits}`],
    [isV6 ? `${distantIpv6}/128` : `${distantIpv4}/32`],
    [],
  );
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
  const lanVip = lan === undefined ? undefined : vipsOn(document, lan)[0];
  const wanVip = wan === undefined ? undefined : vipsOn(document, wan)[0];
  const gateway = wan === undefined ? undefined : gatewayOf(document, wan);
  const fromClient: FlowPlan[] = [];
  if (lanVip !== undefined) fromClient.push({ name: 'client to LAN VIP', target: bare(lanVip) });
  if (lanVip !== undefined && gateway !== undefined && !gateway.includes(':')) {
    fromClient.push({ name: 'client to internet', target: distantIpv4 });
  }
  const fromInternet: FlowPlan[] =
    wanVip === undefined || gateway === undefined
      ? []
      : [{ name: 'internet to WAN VIP', target: bare(wanVip) }];
  return [
    { from: clientName, plans: fromClient },
    { from: internetName, plans: fromInternet },
  ].filter(({ plans }) => plans.length > 0);
}

/** One address per family of an interface's virtual IPs. */
function vipsOn(document: ClusterDocument, ifname: string): string[] {
  const all = document.virtualIps.filter((vip) => vip.interface === ifname).flatMap((vip) => vip.addresses);
  const firsts = (['ipv4', 'ipv6'] as const).map((family) =>
    all.find((address) => familyOfPrefixed(address) === family),
  );
  // The mask of the interface counts: a virtual IP may be written as /32.
  return firsts
    .filter((address) => address !== undefined)
    .map((address) => `${bare(address)}/${bitsOn(document, ifname, address)}`);
}

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

const gatewayOf = (document: ClusterDocument, ifname: string): string | undefined =>
  gatewayAddress(document, document.interfaces[ifname]?.gateway);

const bare = (address: string): string => address.split('/')[0] ?? address;
const defaultVia = (vip: string): Route => ({ to: 'default', via: bare(vip) });
const familyOfPrefixed = (address: string) => familyOf(bare(address) as Ipv4 | Ipv6);

const ipv6Settings = (addresses: readonly string[]): Readonly<Record<string, string>> =>
  addresses.some((address) => address.includes(':'))
    ? { 'net.ipv6.conf.default.accept_dad': '0', 'net.ipv6.conf.default.accept_ra': '0' }
    : withoutIpv6;
