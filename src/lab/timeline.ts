/** What one run of a drill left behind: everything that judging and reporting need, as data. */
import type { DrillTimers } from './drills/timers.ts';
import type { Probe } from './flow.ts';
import type { RoleChange } from './roles.ts';
import type { SessionGroup } from './sessions-wire.ts';

/** Something that the drill did. */
export interface Moment {
  readonly at: number;
  readonly label: string;
  /** The label in every language, where it was not made by a fault. */
  readonly words?: Readonly<Record<'en' | 'fr', string>>;
  /** The part of the drill that begins here. */
  readonly phase: 'before' | 'fault' | 'undo';
}

export interface Timeline {
  readonly timers: DrillTimers;
  /** Names in order of priority. */
  readonly nodes: readonly string[];
  /** Milliseconds on the monotonic clock. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly moments: readonly Moment[];
  /** What the connections through the cluster answered at the end of a phase. */
  readonly sessions: Readonly<Partial<Record<Moment['phase'], readonly SessionGroup[]>>>;
  readonly flows: readonly { readonly name: string; readonly probes: readonly Probe[] }[];
  /** From the nodes' start on, so that the state at the drill's start can be worked out. */
  readonly roles: readonly RoleChange[];
  /** Steps that could not be done, or did not reach what they waited for. */
  readonly problems: readonly string[];
}

export interface Window {
  readonly from: number;
  readonly until: number;
}

/** The window of a phase: from its moment to the next one. Undefined when the drill never got there. */
export function windowOf(timeline: Timeline, phase: Moment['phase']): Window | undefined {
  const index = timeline.moments.findIndex((moment) => moment.phase === phase);
  const moment = timeline.moments[index];
  if (moment === undefined) return undefined;
  return { from: moment.at, until: timeline.moments[index + 1]?.at ?? timeline.endedAt };
}
