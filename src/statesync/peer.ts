/** What a session knows of one other node. */
import { between, type Instant, type Micros } from '#base/time.ts';
import type { PeerReport } from './contract.ts';
import type { Incoming } from './incoming.ts';
import type { Outgoing } from './outgoing.ts';
import type { Echo } from './wire.ts';

/**
 * `unknown`: no session of it has proved to be fresh. `asking`: it was asked for its whole table. `filling`: the table
 * is coming. `inStep`: everything it knew is here, and its news arrive in order.
 */
export type PeerPhase = 'unknown' | 'asking' | 'filling' | 'inStep';

export interface PeerConfig {
  /** Host id, 32 bits. */
  readonly node: number;
  readonly name: string;
}

export class Peer {
  readonly node: number;
  readonly name: string;
  readonly index: number;
  phase: PeerPhase = 'unknown';
  /** When the phase began, or last made progress. */
  phaseAt: Instant;
  askedAt: Instant | undefined;
  /** The session last heard, and its counter; it may be an old one that somebody repeats. */
  candidate: { readonly session: bigint; readonly heard: number } | undefined;
  /** The session that is followed: its hello named our own session, which only the living can know. */
  session: bigint | undefined;
  incoming: Incoming | undefined;
  /** Counter of the last hello or request; what is not above it is a repetition. */
  lastControl = 0;
  heardAt: Instant | undefined;
  active = false;
  /** Whether it was there and master of something when it was last looked at. */
  wasCarrying = false;
  leaving = false;
  /** When its stream last went on. */
  deliveredAt = 0 as Instant;
  /** Entries in its kernel. */
  states = 0;
  /** Up to which sequence it has our stream, and whether it has all before. */
  received = 0;
  hasAll = false;
  lag = 0 as Micros;
  /** Number of the bulk that is coming in. */
  bulkId = 0;
  /** Counts its bulks, so that entries not named in the last one can be told. */
  round = 0;
  /** How often the phase was entered. */
  changes = 0;
  /** Our own counter when this session was followed. A former session ended before, so it cannot have heard of it. */
  followedAt = 0;

  constructor(index: number, config: PeerConfig, now: Instant) {
    this.index = index;
    this.node = config.node;
    this.name = config.name;
    this.phaseAt = now;
  }

  enter(phase: PeerPhase, now: Instant): void {
    this.changes += 1;
    this.phase = phase;
    this.phaseAt = now;
  }

  /** The peer says what it has of our stream. */
  hearEcho(echo: Echo, stream: Outgoing, now: Instant): void {
    const isNews = echo.received > this.received;
    this.received = Math.max(this.received, echo.received);
    this.hasAll = echo.inStep;
    const isBehind = this.received < stream.sent;
    const oldest = stream.sentAt(isBehind ? this.received + 1 : this.received);
    if (oldest === undefined || !(isNews || isBehind)) return;
    this.lag = Math.max(0, between(oldest, now) - (isBehind ? 0 : echo.held)) as Micros;
  }

  report(isSilent: boolean, now: Instant): PeerReport {
    const isGone = this.session !== undefined && isSilent;
    return {
      name: this.name,
      node: this.node,
      phase: this.leaving ? 'left' : isGone ? 'silent' : this.phase,
      active: this.active,
      states: this.states,
      lag: this.lag,
      isBehind: this.session !== undefined && !this.hasAll,
      forUs: between(this.phaseAt, now),
    };
  }

  /** A part of its stream is lost: a bulk that it is part of is not whole, and another one is due. */
  miss(now: Instant): void {
    this.bulkId = 0;
    this.enter('asking', now);
    this.askedAt = undefined;
  }

  /** Follows a fresh session from `incoming` on; `own` is our own counter. */
  follow(session: bigint, control: number, own: number, incoming: Incoming, now: Instant): void {
    this.followedAt = own;
    this.session = session;
    this.candidate = undefined;
    this.lastControl = control;
    this.incoming = incoming;
    this.received = 0;
    this.hasAll = false;
    // Bulks of a session count from 1: the end of one must not be taken for that of its predecessor's.
    this.bulkId = 0;
    this.enter('asking', now);
    this.askedAt = undefined;
  }
}
