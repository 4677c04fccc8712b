/** What the lab's client says of its connections when it is asked, one JSON object per line. */

export interface SessionGroup {
  /** "TCP streams". */
  readonly name: string;
  readonly total: number;
  /** Those that still work: answered since the question, every byte right. */
  readonly alive: number;
  /** What went wrong with the first that does not. */
  readonly firstFault: string | undefined;
}

export interface SessionCheck {
  readonly groups: readonly SessionGroup[];
  /** Bytes of all streams that were compared since their beginning. */
  readonly bytesCompared: number;
}

export const ports = { echo: 7_007, udp: 7_008, pushed: 7_009, ftp: 21 };
/** How many of each kind a client opens. */
export interface SessionCounts {
  readonly streams: number;
  readonly idle: number;
  readonly pushed: number;
  readonly udp: number;
  readonly ftp: number;
}

export const usualCounts: SessionCounts = { streams: 200, idle: 100, pushed: 100, udp: 20, ftp: 1 };

/** The byte of a stream at a place: told apart by both, so that a lost, doubled or foreign byte shows. */
export const byteAt = (stream: number, place: number): number =>
  (place * 31 + stream * 17 + (place >>> 8) * 7) & 0xff;
