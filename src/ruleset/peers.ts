/** From where the other nodes come with their HTTPS. */
import type { Ipv4, Ipv6 } from '#base/address.ts';
import type { ClusterDocument } from '#config/document.ts';
import { addressesOf, enabledAt } from '#config/model.ts';
import { parseAddress } from '#config/network.ts';
import { peersOf } from '#config/peers.ts';

interface ManagementPeer {
  readonly ifname: string;
  readonly address: Ipv4 | Ipv6;
}

/** Each peer that shares a network with the node: its address, and the interface where it is reached. */
export function managementPeers(document: ClusterDocument, node: string): ManagementPeer[] {
  return peersOf(document, node).flatMap((peer) => {
    const address = peer.address === undefined ? undefined : parseAddress(peer.address);
    if (address?.ok !== true) return [];
    const home = Object.entries(document.interfaces).find(
      ([ifname, face]) =>
        enabledAt(document, ifname, node) &&
        addressesOf(face, peer.node).some((own) => own.address === address.value),
    );
    return home === undefined ? [] : [{ ifname: home[0], address: address.value }];
  });
}
