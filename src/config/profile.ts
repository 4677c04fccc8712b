/** From `failover:` to numbers: how often a master speaks, and who comes first. */
import type { ClusterDocument, VirtualIp } from './document.ts';
import { entryOf, nodesInOrder } from './model.ts';

/** The priority of one node for one virtual IP; the lower one is master. */
export interface Timers {
  readonly node: string;
  /** Place of the virtual IP in the document. */
  readonly vip: number;
  /** Seconds. */
  readonly advbase: number;
  /** 1/256 s. */
  readonly advskew: number;
}

/** First skew and the step from node to node, 1/256 s: the master speaks every 78 ms, or every 3.9 ms. */
const quick = { fast: { first: 20, step: 4 }, fastest: { first: 1, step: 1 } } as const;
/** What pfSense's configuration sync adds to the skew of a backup (xmlrpc.php `interfaces_vips`). */
const standardStep = 100;
/** The highest configured skew; 255 is the farewell of OpenBSD. */
const highestSkew = 254;

/** Timers of every node for every virtual IP, by virtual IP and then by the nodes' order. */
export function workOutTimers(document: ClusterDocument): Timers[] {
  const nodes = nodesInOrder(document);
  return document.virtualIps.flatMap((vip, place) =>
    nodes.map((node, rank) => ({ node, vip: place, ...priorityOf(document, vip, node, rank) })),
  );
}

/** The priority of `node`, which is the `rank`th of the cluster (0 first), for a virtual IP. */
function priorityOf(document: ClusterDocument, vip: VirtualIp, node: string, rank: number) {
  if (document.failover === 'standard') {
    const advskew = entryOf(vip.advskew ?? {}, node) ?? Math.min(highestSkew, rank * standardStep);
    return { advbase: Math.max(1, vip.advbase ?? 1), advskew };
  }
  const { first, step } = quick[document.failover];
  return { advbase: 0, advskew: Math.min(highestSkew, first + rank * step) };
}
