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

/** A reply later than this counts as none. */
export const replyLimitMs = 1_000;

/**
 * The figures of the probes sent from `from` to `until`. A gap counts in full when any part of it lies in there: an
 * outage starts with the last reply before a fault.
 */
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

/** The longest gap of ordered reply times that touches the window; silence at its end counts as far as it goes. */
function longestGap(replies: readonly number[], from: number, until: number): { gapMs: number; at: number } {
  let gapMs = 0;
  let at = from;
  let previous = from;
  const consider = (start: number, end: number) => {
    if (end - start > gapMs) {
      gapMs = end - start;
      at = start;
    }
  };
  for (const reply of replies) {
    if (reply >= from && previous <= until) consider(previous, Math.max(reply, from));
    previous = reply;
  }
  if (previous < until) consider(Math.max(previous, from), until);
  return { gapMs, at };
}
