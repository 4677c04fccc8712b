/** What the states thread and the main thread say to each other. */
import type { Ipv4, Ipv6 } from '#base/address.ts';
import type { Result } from '#base/result.ts';
import type { ApplierCounters } from '#statesync/applier.ts';
import type { PeerReport, SessionCounters } from '#statesync/contract.ts';
import type { StateRow } from '#statesync/describe.ts';
import type { PeerConfig } from '#statesync/peer.ts';
import type { Carried } from '#statesync/tally.ts';

export interface StatesPlan {
  /** This node's name. */
  readonly name: string;
  /** Host id, and the number of this start. */
  readonly self: { readonly node: number; readonly session: bigint };
  readonly peers: readonly PeerConfig[];
  readonly secrets: readonly string[];
  /** The sync interface's kernel name, this node's address there, the peers' (multicast when empty). */
  readonly device: string;
  readonly own: Ipv4;
  readonly targets: readonly Ipv4[];
  /** Bytes that a datagram may have. */
  readonly datagramBytes: number;
  /** This node's own addresses: connections with them end with the node, and are told to nobody. */
  readonly local: readonly (Ipv4 | Ipv6)[];
  readonly wakeFd: number;
}

export type ToStates =
  | { readonly kind: 'active'; readonly active: boolean }
  | { readonly kind: 'leave' }
  /** The first seals, all of them open. */
  | { readonly kind: 'secrets'; readonly secrets: readonly string[] }
  | StatesQuestion;

/** Rows of the table that fit the words of a filter; `kill` removes them everywhere. */
export interface StatesQuestion {
  readonly kind: 'query';
  readonly id: number;
  readonly words: readonly string[];
  readonly limit: number;
  readonly kill: boolean;
  /** The `next` of the page before; from the beginning without it. */
  readonly after?: string | undefined;
  /** Whether it shall be told what the connections have carried, by rule. */
  readonly byRule?: boolean;
}

export interface StatesAnswer {
  readonly rows: readonly (StateRow & { readonly creator: string })[];
  /** How many the filter picked, shown or not, and how many there are. */
  readonly matching: number;
  readonly all: number;
  /** How many that the filter picked come before the rows. */
  readonly before: number;
  /** Where the next page begins; undefined when these rows are the last. */
  readonly next?: string | undefined;
  /** `connections` are there now; packets and bytes are also those of connections that have ended. */
  readonly byRule?: readonly RuleCarried[];
}

export interface RuleCarried extends Carried {
  readonly rule: number;
}

export interface StatesReport {
  readonly active: boolean;
  readonly entries: number;
  readonly mostEntries: number;
  readonly peers: readonly PeerReport[];
  readonly session: SessionCounters;
  readonly applier: ApplierCounters;
  /** Times that the kernel had to throw news away. */
  readonly overruns: number;
  readonly sendErrors: number;
  readonly sameHostId: boolean;
  readonly eventRoomBytes: number;
}

export type FromStates =
  | { readonly kind: 'report'; readonly report: StatesReport }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: Result<StatesAnswer> }
  | { readonly kind: 'left' };
