/** From the cluster document to what the engines want: each gets its own small configuration. */
import { type Ipv4, type Ipv6, parseVhid, type Vhid, virtualMac } from '#base/address.ts';
import { millis } from '#base/time.ts';
import type { GroupConfig, PeerOnSegment, VhidConfig, VhidKey } from '#carp/types.ts';
import type { VipDevice } from '#ports/kernel.ts';
import type { ClusterDocument, VirtualIp } from './document.ts';
import {
  addressesOf,
  deviceOf,
  enabledAt,
  entryOf,
  nodesInOrder,
  vipAddresses,
  vipDeviceName,
} from './model.ts';
import { workOutTimers } from './profile.ts';

/** HMAC keys are 19 bytes and a zero (FreeBSD ifconfig `setcarp_callback`: strlcpy). */
const keyLength = 20;
/** After start or a link that came up, a node listens at least so long before it believes itself alone. */
const listen = millis(250);

export interface Start {
  /** First sequence number of strict mode. */
  readonly firstSequence: number;
  /** Seed of random counters in a mixed group, 32 bits. */
  readonly seed: number;
}

/**
 * The CARP group of a node, without the virtual IPs of interfaces that are disabled there. The document must have
 * no findings of severity error. Throws for a node that the document does not name.
 */
export function groupConfigOf(document: ClusterDocument, node: string, start: Start): GroupConfig {
  mustKnow(document, node);
  return {
    node,
    timing: document.failover === 'standard' ? 'freebsd' : 'quick',
    preempt: document.preempt,
    strict: isStrict(document),
    group: true,
    vhids: vipsAt(document, node).map(({ vip, place }) => vhidConfigOf(document, vip, place, node)),
    firstSequence: start.firstSequence,
    seed: start.seed,
    listen,
  };
}

/** The devices that carry the virtual IPs of a node, in the order of `groupConfigOf`. Throws for an unknown node. */
export function vipDevicesOf(
  document: ClusterDocument,
  node: string,
): readonly { readonly key: VhidKey; readonly device: VipDevice }[] {
  mustKnow(document, node);
  return vipsAt(document, node).map(({ vip }) => {
    const parent = deviceOf(document, vip.interface, node);
    const device = {
      name: vipDeviceName(parent, vip.vhid),
      parent,
      mac: virtualMac(vhidOf(vip)),
      ipv4: ofFamily<Ipv4>(vip, 'ipv4'),
      ipv6: ofFamily<Ipv6>(vip, 'ipv6'),
    };
    return { key: keyOf(vip), device };
  });
}

/** Whether replayed adverts are refused: asked for, or the default for clusters that need not speak FreeBSD's CARP. */
export const isStrict = (document: ClusterDocument): boolean =>
  document.strict ?? !(document.failover === 'standard' || document.mixed);

/** Names a virtual IP: "wan@10". */
export const keyOf = (vip: VirtualIp): VhidKey => `${vip.interface}@${vip.vhid}` as VhidKey;

const vipsAt = (document: ClusterDocument, node: string): { vip: VirtualIp; place: number }[] =>
  document.virtualIps
    .map((vip, place) => ({ vip, place }))
    .filter(({ vip }) => enabledAt(document, vip.interface, node));

function vhidConfigOf(document: ClusterDocument, vip: VirtualIp, place: number, node: string): VhidConfig {
  const timers = workOutTimers(document).filter((entry) => entry.vip === place);
  const own = timers.find((entry) => entry.node === node);
  if (own === undefined) throw new Error(`bug: no timers for ${node}`);
  const face = entryOf(document.interfaces, vip.interface);
  const sourcesOf = (name: string): (Ipv4 | Ipv6)[] => addressesOf(face, name).map(({ address }) => address);
  const peers = timers
    .filter((entry) => entry.node !== node && enabledAt(document, vip.interface, entry.node))
    .map(
      (entry): PeerOnSegment => ({
        node: entry.node,
        sources: sourcesOf(entry.node),
        advskew: entry.advskew,
      }),
    );
  return {
    key: keyOf(vip),
    ifname: vip.interface,
    vhid: vhidOf(vip),
    advbase: own.advbase,
    advskew: own.advskew,
    key20: keyFromPassword(vip.password),
    ipv4: ofFamily<Ipv4>(vip, 'ipv4'),
    ipv6: ofFamily<Ipv6>(vip, 'ipv6'),
    ownSources: sourcesOf(node),
    // In a mixed group the others' priorities are not in the document, so nobody is judged by it.
    peers: document.mixed ? [] : peers,
  };
}

function ofFamily<T extends Ipv4 | Ipv6>(vip: VirtualIp, family: 'ipv4' | 'ipv6'): T[] {
  return vipAddresses(vip)
    .filter((address) => address.family === family)
    .map(({ address }) => address as T);
}

function vhidOf(vip: VirtualIp): Vhid {
  const vhid = parseVhid(vip.vhid);
  if (!vhid.ok) throw new Error(`bug: ${vhid.error}`);
  return vhid.value;
}

/** As the CARP room's function of the same name (a test keeps them equal): its code is not ours to import. */
function keyFromPassword(password: string): Uint8Array {
  const key = new Uint8Array(keyLength);
  key.set(new TextEncoder().encode(password).subarray(0, keyLength - 1));
  return key;
}

function mustKnow(document: ClusterDocument, node: string): void {
  if (!nodesInOrder(document).includes(node)) throw new Error(`bug: the document has no node "${node}"`);
}
