/** What a session is told at its start, what it calls, and what it says of itself. */
import type { Micros } from '#base/time.ts';
import type { PeerConfig, PeerPhase } from './peer.ts';
import type { Incarnation } from './wire.ts';

export interface SessionConfig {
  readonly self: Incarnation;
  readonly peers: readonly PeerConfig[];
  /** The first seals; all of them open. */
  readonly secrets: readonly string[];
  /** Bytes that a datagram may have without being cut into fragments. */
  readonly datagramBytes: number;
  /** Datagrams kept for peers that missed some. */
  readonly kept: number;
}

export interface SessionOutlets {
  /** Sends a datagram to all peers. The buffer is reused after the call. */
  send(datagram: Buffer, length: number): void;
  /** An entry or expectation of a peer, `bytes[at..end)` being the record. `bytes` stays as it is. */
  apply(peer: number, round: number, bytes: Buffer, at: number, end: number): void;
  /** A peer's whole table has come: what it did not name in this round is gone there. */
  bulkDone(peer: number, round: number): void;
  /** A peer wants, or another reason calls for, a bulk: the whole table shall be read. */
  beginBulk(): void;
}

export interface PeerReport {
  readonly name: string;
  readonly node: number;
  readonly phase: PeerPhase | 'silent' | 'left';
  readonly active: boolean;
  /** Entries in its kernel. */
  readonly states: number;
  /** How long our news took to it, or the age of the oldest that it has not, whichever is known. */
  readonly lag: Micros;
  readonly isBehind: boolean;
  /** For how long the phase has been what it is without progress. */
  readonly forUs: Micros;
}

export type Refusal = 'malformed' | 'stranger' | 'forged' | 'replayed' | 'early' | 'damaged';

export interface SessionCounters {
  readonly refused: Record<Refusal, number>;
  datagrams: number;
  records: number;
  /** Datagrams that came twice: some link repeats, or a repair was not needed. */
  repeated: number;
  /** Datagrams sent again for a peer. */
  resent: number;
  /** Datagrams given up. */
  lost: number;
  bulksSent: number;
  /** News and entries of bulks told, and the datagrams that they took. */
  told: number;
  sent: number;
  bulksReceived: number;
}

export const noCounts = (): Omit<SessionCounters, 'bulksSent' | 'told' | 'sent'> => ({
  refused: { malformed: 0, stranger: 0, forged: 0, replayed: 0, early: 0, damaged: 0 },
  datagrams: 0,
  records: 0,
  repeated: 0,
  resent: 0,
  lost: 0,
  bulksReceived: 0,
});
