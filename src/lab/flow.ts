/** What probes say about a flow: pure arithmetic on send and reply times. */

/** One probe: when it left, and when its reply came, if one came. */
export interface Probe {
  readonly sentAt: number;
  readonly repliedAt: number | undefined;
}

export interface FlowFigures {
  readonly sent: number;
  /** Probes without a reply within a second. */
  readonly lost: number;
  /** Longest time without any reply, in ms, and when it began. */
  readonly longestGapMs: number;
  readonly longestGapAt: number;
}

/** A flow that is probed and shown, but not judged. */
export interface LeftOut {
  readonly name: string;
  readonly target: string;
  readonly reason: string;
}

/** A reply later than this counts as none. */
export const replyLimitMs = 1_000;

/** The figures of the probes sent from `from` to `until`; replies from before and after help to find gaps. */
export function figures(probes: readonly Probe[], from: number, until: number): FlowFigures {
  let sent = 0;
  let lost = 0;
  const replies: number[] = [];
  for (const { sentAt, repliedAt } of probes) {
    const isAnswered = repliedAt !== undefined && repliedAt - sentAt <= replyLimitMs;
    if (isAnswered) replies.push(repliedAt);
    if (sentAt < from || sentAt > until) continue;
    sent += 1;
    if (!isAnswered) lost += 1;
  }
  const { gapMs, at } = longestGap(
    replies.sort((a, b) => a - b),
    from,
    until,
  );
  return { sent, lost, longestGapMs: gapMs, longestGapAt: at };
}

/**
 * The longest gap of ordered reply times in a window. A gap whose middle lies inside counts in full, for an outage
 * begins with the last reply before its cause; of any other, and of silence at the end, only the part inside.
 */
function longestGap(replies: readonly number[], from: number, until: number): { gapMs: number; at: number } {
  let gapMs = 0;
  let at = from;
  const consider = (start: number, end: number) => {
    if (end <= from || start >= until) return;
    const middle = (start + end) / 2;
    const isInside = middle >= from && middle <= until;
    const length = isInside ? end - start : Math.min(end, until) - Math.max(start, from);
    if (length <= gapMs) return;
    gapMs = length;
    at = start;
  };
  let previous = from;
  for (const reply of replies) {
    consider(previous, reply);
    previous = reply;
  }
  consider(previous, Math.max(previous, until));
  return { gapMs, at };
}

/**
 * How many pings a person would have lost who sends one every `spacingMs`: of all such series that the probes from
 * `from` to `until` contain, the one with the most losses.
 */
export function lostPings(probes: readonly Probe[], from: number, until: number, spacingMs: number): number {
  // Two probes of the same millisecond are one ping, so turns are counted and not probes.
  const turns = new Map<number, Set<number>>();
  for (const { sentAt, repliedAt } of probes) {
    if (sentAt < from || sentAt > until) continue;
    if (repliedAt !== undefined && repliedAt - sentAt <= replyLimitMs) continue;
    const phase = Math.floor((sentAt - from) % spacingMs);
    const lost = turns.get(phase) ?? new Set();
    turns.set(phase, lost.add(Math.floor((sentAt - from) / spacingMs)));
  }
  return Math.max(0, ...[...turns.values()].map((lost) => lost.size));
}
