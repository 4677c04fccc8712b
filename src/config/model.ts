/** Questions about a document that more than one place asks. */
import type { ClusterDocument, InterfaceDocument, VirtualIp } from './document.ts';
import { type Cidr, cidr, contains, distinctNetworks, parseAddress } from './network.ts';

/** An entry of a map in the document; names such as "constructor" find nothing. */
export const entryOf = <T>(map: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(map, key) ? map[key] : undefined;

/** Node names, the preferred master first: by priority (1 first), where it is left out by place in the document. */
export function nodesInOrder(document: ClusterDocument): string[] {
  return Object.entries(document.nodes)
    .map(([node, { priority }], place) => ({ node, rank: priority ?? place + 1 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ node }) => node);
}

/** Kernel name of an interface at a node. */
export function deviceOf(document: ClusterDocument, ifname: string, node: string): string {
  const device = entryOf(document.interfaces, ifname)?.device;
  if (device === undefined) return ifname;
  return typeof device === 'string' ? device : (entryOf(device, node) ?? ifname);
}

/** Whether an interface is in use at a node. */
export function enabledAt(document: ClusterDocument, ifname: string, node: string): boolean {
  const enabled = entryOf(document.interfaces, ifname)?.enabled ?? false;
  return typeof enabled === 'boolean' ? enabled : (entryOf(enabled, node) ?? true);
}

/** The name of an interface for people. */
export const titleOf = (document: ClusterDocument, ifname: string): string =>
  entryOf(document.interfaces, ifname)?.description ?? ifname.toUpperCase();

/** The addresses that a node has on an interface, virtual ones not counted. */
export const addressesOf = (face: InterfaceDocument | undefined, node: string): Cidr[] =>
  (face === undefined ? [] : (entryOf(face.addresses, node) ?? [])).map(cidr);

/** The addresses of all nodes on an interface. */
export const allAddressesOf = (face: InterfaceDocument | undefined): Cidr[] =>
  face === undefined ? [] : Object.values(face.addresses).flat().map(cidr);

/** The networks of an interface, each once. */
export const networksOf = (document: ClusterDocument, ifname: string): Cidr[] =>
  distinctNetworks(allAddressesOf(entryOf(document.interfaces, ifname)));

export const vipAddresses = (vip: VirtualIp): Cidr[] => vip.addresses.map(cidr);

/** The gateway of an interface as an address; undefined when there is none or its name is unknown. */
export function gatewayAddress(document: ClusterDocument, reference: string | undefined): string | undefined {
  if (reference === undefined) return undefined;
  const parsed = parseAddress(reference);
  return parsed.ok ? parsed.value : entryOf(document.gateways, reference)?.address;
}

/** A gateway by name or address, with the interface that it is reached by; undefined when there is none. */
export function gatewayOf(
  document: ClusterDocument,
  reference: string,
): { readonly address: string; readonly interface: string } | undefined {
  const named = entryOf(document.gateways, reference);
  if (named !== undefined) return named;
  const parsed = parseAddress(reference);
  if (!parsed.ok) return undefined;
  const address = cidr(parsed.value);
  const home = Object.keys(document.interfaces).find((ifname) =>
    networksOf(document, ifname).some((network) => contains(network, address)),
  );
  return home === undefined ? undefined : { address: parsed.value, interface: home };
}

/** The gateways that a rule may mean, tier by tier: those of a group, or the one that it names. */
export function gatewayTiers(document: ClusterDocument, reference: string): readonly (readonly string[])[] {
  return entryOf(document.gatewayGroups, reference)?.tiers ?? [[reference]];
}

/** Where SSH and the page are reached whatever the rules say. */
export function antiLockoutInterface(document: ClusterDocument): string | undefined {
  if (document.antiLockout !== undefined) return document.antiLockout || undefined;
  const faces = Object.entries(document.interfaces);
  const home =
    faces.find(([, { role }]) => role === 'management') ?? faces.find(([, { role }]) => role === 'lan');
  return home?.[0];
}

/** Interfaces that lead out: those with a gateway or the role `wan`. */
export const outsideInterfaces = (document: ClusterDocument): string[] =>
  Object.entries(document.interfaces)
    .filter(([, face]) => face.role === 'wan' || (face.role === undefined && face.gateway !== undefined))
    .map(([ifname]) => ifname);

/** The interface that the nodes keep in step over. */
export const syncInterface = (document: ClusterDocument): string | undefined => document.ha.sync?.interface;

/** The name of the device that carries a VHID: at most 14 bytes of the 15 that the kernel allows. */
export const vipDeviceName = (device: string, vhid: number): string => `${device.slice(0, 9)}-v${vhid}`;
