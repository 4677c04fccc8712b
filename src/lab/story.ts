/** The words in which drills are told: steps to take, and promises that must hold. */
import type { DrillTimers } from './drills/timers.ts';
import type { FaultName } from './faults.ts';

/** By priority: the first node is the one that a drill breaks. */
export type Place = 'first' | 'second';

export type StoryStep =
  | { readonly do: 'fault' }
  | { readonly do: 'undo' }
  /** Waits until one node is master of everything; the drill goes on after `limitMs` all the same. */
  | { readonly do: 'settle'; readonly master: Place }
  | { readonly do: 'watch'; readonly ms: Figure };

/** A number, or how it follows from the cluster's timers. */
export type Figure = number | ((timers: DrillTimers) => number);
export type Phase = 'fault' | 'undo';

export type PromiseMade =
  /** No flow is silent for longer. */
  | { readonly kind: 'gap'; readonly phase: Phase; readonly limit: Figure }
  /** No flow loses more probes. */
  | { readonly kind: 'lost'; readonly phase: Phase; readonly limit: Figure }
  /** Every virtual IP has exactly one master after that time, and keeps it. */
  | { readonly kind: 'one-master'; readonly phase: Phase; readonly limit: Figure }
  /** No virtual IP has two masters for longer. */
  | { readonly kind: 'two-masters'; readonly phase: Phase; readonly limit: Figure }
  /** At the phase's end this node is master of everything: no split roles. */
  | { readonly kind: 'master'; readonly phase: Phase; readonly place: Place }
  /** Every connection through the cluster still works at the phase's end, every byte of it right. */
  | { readonly kind: 'sessions'; readonly phase: Phase }
  /** No role changes. */
  | { readonly kind: 'steady'; readonly phase: Phase };

export interface Story {
  readonly name: string;
  readonly title: string;
  readonly fault: FaultName;
  /** Done before the drill begins, and not measured. */
  readonly setup: readonly StoryStep[];
  readonly steps: readonly StoryStep[];
  readonly promises: readonly PromiseMade[];
}

export const figureFor = (figure: Figure, timers: DrillTimers): number =>
  typeof figure === 'number' ? figure : Math.ceil(figure(timers));
