/** From the cluster document to what state synchronisation wants. */
import { createHash } from 'node:crypto';
import type { Ipv4, Ipv6 } from '#base/address.ts';
import type { ClusterDocument } from './document.ts';
import { addressesOf, type allAddressesOf, deviceOf, enabledAt, entryOf, nodesInOrder } from './model.ts';

export interface StatesConfig {
  /** This node's host id, 32 bits. */
  readonly node: number;
  readonly peers: readonly { readonly node: number; readonly name: string }[];
  /** The first seals, all of them open. */
  readonly secrets: readonly string[];
  /** Kernel name of the sync interface, and this node's IPv4 address there. */
  readonly device: string;
  readonly own: Ipv4;
  /** Where to send; multicast when empty. */
  readonly targets: readonly Ipv4[];
  /** The node's own addresses on all interfaces, virtual ones not among them. */
  readonly local: readonly (Ipv4 | Ipv6)[];
}

/** Undefined when the document wants no state synchronisation, or gives this node no IPv4 address on its link. */
export function statesConfigOf(document: ClusterDocument, node: string): StatesConfig | undefined {
  const { sync } = document.ha;
  if (sync === undefined || !sync.states || !enabledAt(document, sync.interface, node)) return undefined;
  const own = addressesOf(entryOf(document.interfaces, sync.interface), node).find(isFour);
  const others = nodesInOrder(document).filter((other) => other !== node);
  if (own === undefined || others.length === 0) return undefined;
  const target = sync.peers === undefined ? undefined : entryOf(sync.peers, node);
  return {
    node: hostIdOf(document, node),
    peers: others.map((name) => ({ node: hostIdOf(document, name), name })),
    secrets: secretsOf(document),
    device: deviceOf(document, sync.interface, node),
    own: own.address as Ipv4,
    targets: target === undefined ? [] : [target as Ipv4],
    local: Object.values(document.interfaces).flatMap((face) =>
      addressesOf(face, node).map(({ address }) => address),
    ),
  };
}

const isFour = ({ family }: ReturnType<typeof allAddressesOf>[number]): boolean => family === 'ipv4';

/** As the document says, or else a number that follows from the names. */
export function hostIdOf(document: ClusterDocument, node: string): number {
  const written = document.ha.hostId === undefined ? undefined : entryOf(document.ha.hostId, node);
  if (written !== undefined) return Number.parseInt(written, 16);
  return createHash('sha256').update(`${document.cluster}\0${node}`).digest().readUInt32BE(0) || 1;
}

/** Without keys of their own the states are sealed with the passwords of all virtual IPs together. */
function secretsOf(document: ClusterDocument): readonly string[] {
  const keys = document.ha.sync?.keys;
  if (keys !== undefined) return keys;
  return [document.virtualIps.map(({ password }) => password).join('\0')];
}
