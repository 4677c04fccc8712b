/** What a virtual server makes of a packet, by the document alone: who is online it cannot know. */
import { familyOf, type Ipv4, type Ipv6 } from '#base/address.ts';
import { balancerOf, interfaceOfVip, memberId } from '#config/balancer.ts';
import type { ClusterDocument } from '#config/document.ts';
import { networksOf } from '#config/model.ts';
import { cidr, contains } from '#config/network.ts';
import type { Packet } from './packet.ts';

export interface Balanced {
  readonly server: string;
  /** How the member is chosen: `in turn from pool web: 10.0.0.11:80, 10.0.0.12:80 (whoever is online)`. */
  readonly choice: string;
  /** The packet on its way to the first of them. */
  readonly inside: Packet;
  /** Where the rule stands that came with the server. */
  readonly passesOn: string | undefined;
  /** What the source becomes, when client and member are in one network. */
  readonly reflected: Ipv4 | Ipv6 | undefined;
}

/** Undefined when no virtual server is meant, or nobody could ever serve the packet's family. */
export function balancedBy(document: ClusterDocument, packet: Packet): Balanced | undefined {
  const { servers, pools } = balancerOf(document);
  const protocol = packet.protocol === 6 ? 'tcp' : packet.protocol === 17 ? 'udp' : undefined;
  const server = servers.find(
    (one) =>
      one.protocol === protocol &&
      packet.port !== undefined &&
      one.ports[0] <= packet.port &&
      packet.port <= one.ports[1] &&
      one.addresses.includes(packet.destination),
  );
  if (server === undefined) return undefined;
  const ways = server.pools.flatMap((name) => {
    const pool = pools.find((one) => one.name === name);
    const members = pool?.members.filter(({ family, enabled }) => enabled && family === packet.family) ?? [];
    if (pool === undefined || members.length === 0) return [];
    const order =
      pool.mode === 'failover' ? 'in this order' : pool.sticky ? "by the client's address" : 'in turn';
    const list = members.map(({ id }) => id).join(', ');
    return [{ members, words: `${order} from pool ${name}: ${list} (whoever is online)` }];
  });
  const last = server.lastResort;
  const isLastOfUse = last !== undefined && familyOf(last.address) === packet.family;
  const first = ways[0]?.members[0] ?? (isLastOfUse ? last : undefined);
  if (first === undefined) return undefined;
  const words = [
    ...ways.map((way) => way.words),
    ...(isLastOfUse ? [memberId(last.address, last.port)] : ['a refusal']),
  ];
  const isNear = Object.keys(document.interfaces)
    .flatMap((name) => networksOf(document, name))
    .some((network) => [packet.source, first.address].every((address) => contains(network, cidr(address))));
  return {
    server: server.name,
    choice: words.join('; else '),
    inside: { ...packet, destination: first.address, port: first.port },
    passesOn: server.pass ? interfaceOfVip(document, packet.destination) : undefined,
    reflected: isNear ? packet.destination : undefined,
  };
}
