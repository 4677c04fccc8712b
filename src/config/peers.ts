/** Where a node reaches the others. */
import type { ClusterDocument } from './document.ts';
import { addressesOf, enabledAt, entryOf, nodesInOrder, syncInterface } from './model.ts';

export interface PeerPlace {
  readonly node: string;
  /** Without prefix length; undefined when the two have no network in common. */
  readonly address: string | undefined;
}

/** TCP port of the nodes' HTTPS server, unless the document names another. */
export const managementPort = 443;

/** Those of them that run Bascule: they join, and take part in every change. */
export const joiningPeersOf = (document: ClusterDocument, node: string): PeerPlace[] =>
  peersOf(document, node).filter((peer) => entryOf(document.nodes, peer.node)?.kind !== 'pfsense');

/** The other nodes, each with its address on the sync interface, or else on the first interface of both. */
export function peersOf(document: ClusterDocument, node: string): PeerPlace[] {
  const sync = syncInterface(document);
  const names = [...(sync === undefined ? [] : [sync]), ...Object.keys(document.interfaces)];
  return nodesInOrder(document)
    .filter((other) => other !== node)
    .map((other) => {
      const shared = names
        .filter((name) => enabledAt(document, name, node) && enabledAt(document, name, other))
        .map((name) => entryOf(document.interfaces, name))
        .find((face) => addressesOf(face, node).length > 0 && addressesOf(face, other).length > 0);
      return { node: other, address: addressesOf(shared, other)[0]?.address };
    });
}
