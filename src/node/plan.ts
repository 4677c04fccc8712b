/** What a node's threads and its status want to know, from the document and the kernel's interfaces. */
import type { Ipv4, Ipv6 } from '#base/address.ts';
import { fail, ok, type Result } from '#base/result.ts';
import type { ClusterDocument } from '#config/document.ts';
import { deviceOf, enabledAt, titleOf } from '#config/model.ts';
import { groupConfigOf, type Start, vipDevicesOf } from '#config/wiring.ts';
import type { VipProvisioner } from '#ports/kernel.ts';
import type { NodeFacts } from './describe.ts';
import type { GuardVip, GuardWorld } from './guard-protocol.ts';

/** What the guard goes by. Fails when an interface that carries virtual IPs is not there. */
export function worldOf(
  document: ClusterDocument,
  node: string,
  describe: VipProvisioner['describe'],
  start: Start,
): Result<GuardWorld> {
  const vips: GuardVip[] = [];
  const known = new Map<string, readonly (Ipv4 | Ipv6)[]>();
  for (const { key, device } of vipDevicesOf(document, node)) {
    const parent = describe(device.parent);
    if (!parent.ok) return fail(parent.error);
    const { ipv4, ipv6 } = parent.value;
    // Adverts over IPv6 come from the link-local address, as FreeBSD's `carp_best_ifa` picks it.
    const source6 = ipv6.find((address) => address.startsWith('fe80')) ?? ipv6[0];
    vips.push({ key, device, source4: ipv4[0], source6 });
    known.set(key, [...ipv4, ...ipv6]);
  }
  const group = groupConfigOf(document, node, start);
  // The addresses that the kernel knows, link-local ones among them, are ours whatever the document says.
  const vhids = group.vhids.map((vhid) => ({
    ...vhid,
    ownSources: [...new Set([...vhid.ownSources, ...(known.get(vhid.key) ?? [])])],
  }));
  return ok({ group: { ...group, vhids }, vips, devices: devicesOf(document, node) });
}

/**
 * The same world in the words of a document that peers may still go by. A guard that begins with it and then follows
 * its own is understood, and understands, like one that has been running when the document came.
 */
export function worldOfPeers(
  world: GuardWorld,
  former: ClusterDocument | undefined,
  node: string,
): GuardWorld {
  if (former === undefined) return world;
  const start = { firstSequence: world.group.firstSequence, seed: world.group.seed };
  const before = new Map(groupConfigOf(former, node, start).vhids.map((vhid) => [vhid.key, vhid]));
  const vhids = world.group.vhids.map((vhid) => {
    const { key20, ipv4, ipv6 } = before.get(vhid.key) ?? vhid;
    return { ...vhid, key20, ipv4, ipv6 };
  });
  return { ...world, group: { ...world.group, vhids } };
}

/** What the status says of the document. */
export function factsOf(document: ClusterDocument, node: string): NodeFacts {
  return {
    cluster: document.cluster,
    node,
    failover: document.failover,
    vips: document.virtualIps
      .filter((vip) => enabledAt(document, vip.interface, node))
      .map((vip) => ({
        key: `${vip.interface}@${vip.vhid}`,
        title: `${titleOf(document, vip.interface)}@${vip.vhid}`,
        interface: vip.interface,
        vhid: vip.vhid,
        addresses: vip.addresses,
        description: vip.description ?? '',
      })),
    devices: devicesOf(document, node),
  };
}

/** Kernel names of the interfaces that are in use here, by the document's name. */
const devicesOf = (document: ClusterDocument, node: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.keys(document.interfaces)
      .filter((name) => enabledAt(document, name, node))
      .map((name) => [name, deviceOf(document, name, node)]),
  );
