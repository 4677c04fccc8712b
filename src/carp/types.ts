/**
 * The words of the CARP room. Events go in, effects come out; both are plain data, so that the journal of a
 * running node is a test case.
 */
import type { Family, Ipv4, Ipv6, Vhid } from '#base/address.ts';
import type { Instant, Micros } from '#base/time.ts';

/** FreeBSD's three states (ip_carp.c: INIT, BACKUP, MASTER); DISABLED is how pfSense shows INIT while CARP is off. */
export type Role = 'INIT' | 'BACKUP' | 'MASTER';

/** Names one virtual host: `IFNAME@VHID`, where IFNAME is the document's name of the interface ("wan@10"). */
export type VhidKey = string & { readonly __id: 'vhid-key' };
export const vhidKey = (ifname: string, vhid: number): VhidKey => `${ifname}@${vhid}` as VhidKey;

/**
 * How timers are worked out.
 * - `freebsd`: advbase at least 1; master-down 3 * advbase + own advskew / 256 s; what a real pfSense does.
 * - `quick`: for clusters of Bascule nodes alone (advbase may be 0). Adverts every advbase + own configured
 *   advskew / 256 s, also while demoted; a backup waits three intervals of the master it hears, and a slot for each
 *   node before it in the line. See docs/decisions/0005-timing.md.
 */
export type Timing = 'freebsd' | 'quick';

/** One virtual host as this node runs it. */
export interface VhidConfig {
  readonly key: VhidKey;
  /** The document's interface name. */
  readonly ifname: string;
  readonly vhid: Vhid;
  /** Seconds, 0..255 (0 only with `quick`). */
  readonly advbase: number;
  /** 1/256 s, 0..254. */
  readonly advskew: number;
  /** HMAC key, 20 bytes, zero padded (see auth.ts `keyFromPassword`). */
  readonly key20: Uint8Array;
  readonly ipv4: readonly Ipv4[];
  readonly ipv6: readonly Ipv6[];
  /** Source addresses of our own adverts; one coming back is a loop. */
  readonly ownSources: readonly (Ipv4 | Ipv6)[];
  /** The other Bascule nodes on this segment, from the document. Empty in a mixed group. */
  readonly peers: readonly PeerOnSegment[];
}

export interface PeerOnSegment {
  readonly node: string;
  readonly sources: readonly (Ipv4 | Ipv6)[];
  /** Its configured advskew for this VHID. */
  readonly advskew: number;
}

export interface GroupConfig {
  readonly node: string;
  readonly timing: Timing;
  /** Take over from a slower master (pfSense: always on). */
  readonly preempt: boolean;
  /** All nodes are Bascule's: counters must rise and the priority is bound to the HMAC (strict.ts). */
  readonly strict: boolean;
  /** All VHIDs move together when a peer demotes itself, also those that it can no longer reach. */
  readonly group: boolean;
  readonly vhids: readonly VhidConfig[];
  /** First 48-bit sequence number of strict mode; the shell guarantees that it never used a higher one. */
  readonly firstSequence: number;
  /** Seed of the random counters of a mixed group (FreeBSD: random until a valid packet was heard). */
  readonly seed: number;
  /** Adverts are first listened for this long after start or link up, at least (quick timing). */
  readonly listen: Micros;
}

/** Why demoted. FreeBSD keeps a bare sum; we keep who added what, so that a stuck one can be explained. */
export type DemotionReason = string;

export type CarpEvent =
  /** A valid advert (receive.ts judged it). `counterHi`/`counterLo`: unsigned 32-bit halves. */
  | {
      readonly kind: 'advert';
      readonly key: VhidKey;
      readonly family: Family;
      readonly source: Ipv4 | Ipv6;
      readonly advbase: number;
      readonly advskew: number;
      readonly counterHi: number;
      readonly counterLo: number;
    }
  /** Carrier and administrative state of an interface together. */
  | { readonly kind: 'link'; readonly ifname: string; readonly up: boolean }
  | { readonly kind: 'tick' }
  | { readonly kind: 'demote'; readonly reason: DemotionReason; readonly amount: number }
  | { readonly kind: 'undemote'; readonly reason: DemotionReason }
  /** pfSense's "Reset CARP demotion status": forget every reason but those that still hold (links). */
  | { readonly kind: 'resetDemotion' }
  /** Temporarily disable (false) or enable CARP. */
  | { readonly kind: 'allow'; readonly on: boolean }
  /** Persistent maintenance mode: advskew 254, 240 on the wire. */
  | { readonly kind: 'maintenance'; readonly on: boolean }
  /** The advert of a family could not (or again could) be sent. */
  | { readonly kind: 'sent'; readonly key: VhidKey; readonly ok: boolean }
  /** A new document: VHIDs come, go, and change in place; who stays keeps its role (change.ts). */
  | { readonly kind: 'reconfigure'; readonly config: GroupConfig }
  /**
   * This node alone gives VHIDs up: it takes no part any more, but keeps the addresses until a peer has taken over or
   * `patience` has passed. No farewell, for that would move the whole group.
   */
  | { readonly kind: 'retire'; readonly keys: readonly VhidKey[]; readonly patience: Micros }
  /** Leave: farewell 255/255, keep the addresses until a peer has taken over or `patience` has passed. */
  | { readonly kind: 'leave'; readonly patience: Micros };

export type CarpEffect =
  | {
      readonly kind: 'sendAdvert';
      readonly key: VhidKey;
      readonly family: Family;
      readonly advbase: number;
      /** As it stands on the wire: 0..240, or 255 in the farewell. */
      readonly advskew: number;
      readonly counterHi: number;
      readonly counterLo: number;
    }
  /** Hold the addresses (link of the virtual MAC up). Comes before the first advert of a new master. */
  | { readonly kind: 'takeAddresses'; readonly key: VhidKey }
  | { readonly kind: 'dropAddresses'; readonly key: VhidKey }
  /** Gratuitous ARP and unsolicited NA for every address of the VHID. */
  | { readonly kind: 'announce'; readonly key: VhidKey }
  | {
      readonly kind: 'roleChanged';
      readonly key: VhidKey;
      readonly from: Role;
      readonly to: Role;
      readonly reason: string;
    }
  | {
      readonly kind: 'demotionChanged';
      readonly total: number;
      readonly reasons: Readonly<Record<string, number>>;
    }
  /** Something a person should know; `code` stands in docs/findings.md. */
  | {
      readonly kind: 'finding';
      readonly code: string;
      /** A VHID's key or an interface's name. */
      readonly subject: string;
      readonly cause: string;
      readonly cleared?: boolean;
    }
  /** After `leave`: nothing is held any more, the process may end. */
  | { readonly kind: 'left' };

export interface Deadline {
  readonly at: Instant;
  readonly why: string;
}

/** What a person or a test may look at; never used for decisions. */
export interface VhidStatus {
  readonly key: VhidKey;
  readonly role: Role;
  /** The addresses are on this node: as master, and for a while after it was one. */
  readonly holds: boolean;
  /** Advskew that goes on the wire now. */
  readonly effectiveSkew: number;
  readonly lastAdvertFrom?: string;
  readonly lastAdvertAt?: Instant;
  readonly since: Instant;
}

export interface GroupStatus {
  readonly allowed: boolean;
  readonly maintenance: boolean;
  readonly leaving: boolean;
  readonly demotion: number;
  readonly demotionReasons: Readonly<Record<string, number>>;
  readonly vhids: readonly VhidStatus[];
}
