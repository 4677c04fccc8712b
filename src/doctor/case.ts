/** An examination as the judges read it: all nodes that answered, and what is asked of them again and again. */

import type { Examination, InterfaceEvidence, NodeEvidence, VipEvidence } from './evidence.ts';
import { beaconTimes } from './frames.ts';

/** What the clocks and the way add to a moment, ms. */
const clearly = 100;

export interface Case {
  readonly self: NodeEvidence;
  /** This node first, then the peers that answered. */
  readonly nodes: readonly NodeEvidence[];
  /** When each node began to listen, by this node's clock, ms since 1970. */
  readonly listenedFrom: ReadonlyMap<string, number>;
  /** Every other node answered. */
  readonly isWhole: boolean;
}

/** One node sends, the other should hear it; both were examined. */
export interface Direction {
  readonly sender: NodeEvidence;
  readonly receiver: NodeEvidence;
}

export function caseOf({ self, peers }: Examination): Case {
  const answered = Object.values(peers).flatMap((peer) => (peer.ok ? [peer.evidence] : []));
  const times = Object.values(peers).flatMap((peer): [string, number][] =>
    peer.ok ? [[peer.evidence.node, peer.gotMs - peer.evidence.listenedAgoMs]] : [],
  );
  return {
    self,
    nodes: [self, ...answered],
    listenedFrom: new Map([[self.node, self.wallMs - self.listenedAgoMs], ...times]),
    isWhole: answered.length === Object.keys(peers).length,
  };
}

/** All ordered pairs, those that this node receives first. */
export const directions = ({ nodes }: Case): Direction[] =>
  nodes.flatMap((receiver) =>
    nodes.filter((sender) => sender !== receiver).map((sender) => ({ sender, receiver })),
  );

/**
 * Whether the receiver listened while the sender spoke: on a busy machine the two examinations may begin too far apart,
 * and then silence proves nothing.
 */
export function overlaps({ listenedFrom }: Case, { sender, receiver }: Direction): boolean {
  const [spoke, listened] = [sender, receiver].map(({ node }) => listenedFrom.get(node));
  if (spoke === undefined || listened === undefined) return false;
  const until = listened + receiver.listenedMs;
  return beaconTimes.some((at) => spoke + at > listened + clearly && spoke + at < until - clearly);
}

/** All unordered pairs. */
export const pairs = ({ nodes }: Case): (readonly [NodeEvidence, NodeEvidence])[] =>
  nodes.flatMap((one, i) => nodes.slice(i + 1).map((other) => [one, other] as const));

export const interfaceAt = (node: NodeEvidence, name: string): InterfaceEvidence | undefined =>
  node.interfaces.find((one) => one.name === name);

/** The interface is there with a carrier. */
export const isUpAt = (node: NodeEvidence, name: string): boolean =>
  interfaceAt(node, name)?.link?.up === true;

export const vipAt = (node: NodeEvidence, key: string): VipEvidence | undefined =>
  node.vips.find((vip) => vip.key === key);

export const addressesAt = (node: NodeEvidence, name: string): readonly string[] =>
  interfaceAt(node, name)?.addresses ?? [];

/** The interfaces that carry virtual IPs at one of the nodes. */
export const carpInterfaces = (nodes: readonly NodeEvidence[]): string[] => [
  ...new Set(nodes.flatMap(({ vips }) => vips.map((vip) => vip.interface))),
];

/** The first of each name. */
export function firstOf<T>(all: readonly T[], nameOf: (one: T) => string): T[] {
  const seen = new Set<string>();
  return all.filter((one) => {
    const name = nameOf(one);
    if (seen.has(name)) return false;
    seen.add(name);
    return true;
  });
}
