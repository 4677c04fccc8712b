/** Running figures of the flows, for a view that may stay open for days: old probes are counted and forgotten. */
import { replyLimitMs } from '#lab/flow.ts';
import type { FlowLog } from '#lab/prober.ts';
import type { FlowPicture } from './screen.ts';

const secondsShown = 60;
/** A flow without a reply for so long is shown as silent. */
const silentMs = 50;

interface Running {
  readonly log: FlowLog;
  sent: number;
  lost: number;
  longestGapMs: number;
  lastReplyAt: number;
  /** Whole seconds of the monotonic clock -> probes lost. */
  readonly seconds: Map<number, number>;
}

export class RunningFigures {
  readonly #flows: Running[];
  /** Probes sent before have been counted. */
  #countedUntil: number;
  #now: number;

  constructor(logs: readonly FlowLog[], now: number) {
    this.#countedUntil = now;
    this.#now = now;
    this.#flows = logs.map((log) => ({
      log,
      sent: 0,
      lost: 0,
      longestGapMs: 0,
      lastReplyAt: now,
      seconds: new Map(),
    }));
  }

  /** Counts what is decided by now: probes that are answered, or older than the time a reply may take. */
  update(now: number): void {
    this.#now = now;
    for (const flow of this.#flows) {
      const probes = flow.log.since(this.#countedUntil);
      for (const probe of probes) {
        if (probe.repliedAt === undefined || probe.repliedAt <= flow.lastReplyAt) continue;
        flow.longestGapMs = Math.max(flow.longestGapMs, probe.repliedAt - flow.lastReplyAt);
        flow.lastReplyAt = probe.repliedAt;
      }
      for (const probe of probes) {
        if (probe.sentAt > now - replyLimitMs) break;
        flow.sent += 1;
        const isLost = probe.repliedAt === undefined || probe.repliedAt - probe.sentAt > replyLimitMs;
        if (isLost) flow.lost += 1;
        const second = Math.floor(probe.sentAt / 1_000);
        flow.seconds.set(second, (flow.seconds.get(second) ?? 0) + (isLost ? 1 : 0));
      }
      for (const second of flow.seconds.keys()) {
        if (second < now / 1_000 - secondsShown - 2) flow.seconds.delete(second);
      }
      flow.log.forget(now - 3 * replyLimitMs);
    }
    this.#countedUntil = Math.max(this.#countedUntil, now - replyLimitMs);
  }

  /** Starts counting anew. */
  restart(now: number): void {
    this.#countedUntil = now;
    for (const flow of this.#flows) {
      flow.sent = 0;
      flow.lost = 0;
      flow.longestGapMs = 0;
      flow.lastReplyAt = now;
    }
  }

  /** `leftOut`: names of flows that nobody is expected to answer. */
  pictures(leftOut: ReadonlySet<string>): FlowPicture[] {
    const newest = Math.floor(this.#now / 1_000) - 2;
    return this.#flows.map((flow) => ({
      name: flow.log.name,
      target: flow.log.target,
      isLeftOut: leftOut.has(flow.log.name),
      isAnswered: this.#now - flow.lastReplyAt < silentMs + 50,
      sent: flow.sent,
      lost: flow.lost,
      longestGapMs: Math.max(flow.longestGapMs, this.#now - flow.lastReplyAt - 50),
      lostPerSecond: Array.from({ length: secondsShown }, (_, index) =>
        flow.seconds.get(newest - secondsShown + 1 + index),
      ),
    }));
  }
}
