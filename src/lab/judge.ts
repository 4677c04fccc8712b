/** Timeline and promises -> verdicts. Pure. */
import { type FlowFigures, figures } from './flow.ts';
import { masterFigures, rolesAt } from './roles.ts';
import type { SessionGroup } from './sessions-wire.ts';
import { figureFor, type Phase, type PromiseMade, type Story } from './story.ts';
import { type Moment, type Timeline, type Window, windowOf } from './timeline.ts';

export interface Verdict {
  /** What was promised, as a sentence. */
  readonly promise: string;
  readonly isKept: boolean;
  /** What was measured, for people. */
  readonly measured: string;
  /** The number behind it, where there is one. */
  readonly value: number | undefined;
  readonly limit: number | undefined;
}

export interface PhaseFigures {
  readonly flows: readonly (FlowFigures & { readonly name: string })[];
  readonly oneMasterAfterMs: number | undefined;
  readonly twoMastersMs: number;
  /** Connections that still work at the phase's end; undefined where none were opened. */
  readonly sessions: { readonly alive: number; readonly total: number } | undefined;
}

export interface Judgement {
  readonly name: string;
  readonly title: string;
  readonly isKept: boolean;
  readonly verdicts: readonly Verdict[];
  readonly figures: Readonly<Partial<Record<'before' | Phase, PhaseFigures>>>;
  readonly problems: readonly string[];
}

/** Judges one run of a story. A step that could not be done breaks the drill, whatever was measured. */
export function judge(story: Story, timeline: Timeline): Judgement {
  const byPhase: Partial<Record<'before' | Phase, PhaseFigures>> = {};
  for (const phase of ['before', 'fault', 'undo'] as const) {
    const window = windowOf(timeline, phase);
    if (window !== undefined) byPhase[phase] = phaseFigures(timeline, window, phase);
  }
  const verdicts = story.promises.map((promise) => {
    const window = windowOf(timeline, promise.phase);
    const measured = byPhase[promise.phase];
    if (window === undefined || measured === undefined) {
      return { ...sentence(promise, timeline), isKept: false, measured: 'never got there', value: undefined };
    }
    return verdictOn(promise, timeline, window, measured);
  });
  return {
    name: story.name,
    title: story.title,
    isKept: timeline.problems.length === 0 && verdicts.every((verdict) => verdict.isKept),
    verdicts,
    figures: byPhase,
    problems: timeline.problems,
  };
}

function phaseFigures(timeline: Timeline, { from, until }: Window, phase: Moment['phase']): PhaseFigures {
  const masters = masterFigures(timeline.roles, from, until);
  return {
    flows: timeline.flows.map(({ name, probes }) => ({ name, ...figures(probes, from, until) })),
    oneMasterAfterMs: masters.oneMasterAfterMs,
    twoMastersMs: masters.twoMastersMs,
    sessions: sessionFigures(timeline.sessions[phase] ?? []),
  };
}

function sessionFigures(groups: readonly SessionGroup[]): PhaseFigures['sessions'] {
  if (groups.length === 0) return undefined;
  const sum = (figure: (group: SessionGroup) => number): number =>
    groups.reduce((total, group) => total + figure(group), 0);
  return { alive: sum(({ alive }) => alive), total: sum(({ total }) => total) };
}

/** "200 of 200 TCP streams, 199 of 200 idle TCP connections (stream 312: closed by the other end)" */
const sessionText = (groups: readonly SessionGroup[]): string =>
  groups
    .map(({ name, alive, total, firstFault }) => {
      const why = firstFault === undefined ? '' : ` (${firstFault})`;
      return `${alive} of ${total} ${name}${why}`;
    })
    .join(', ');

function verdictOn(
  promise: PromiseMade,
  timeline: Timeline,
  window: Window,
  measured: PhaseFigures,
): Verdict {
  const said = sentence(promise, timeline);
  const against = (value: number | undefined, text: string): Verdict => ({
    ...said,
    value,
    measured: text,
    isKept: value !== undefined && said.limit !== undefined && value <= said.limit,
  });
  switch (promise.kind) {
    case 'gap': {
      const worst = worstOf(measured, (flow) => flow.longestGapMs);
      return against(
        worst?.longestGapMs,
        worst === undefined ? 'no flow' : `${ms(worst.longestGapMs)} (${worst.name})`,
      );
    }
    case 'lost': {
      const worst = worstOf(measured, (flow) => flow.lost);
      return against(
        worst?.lost,
        worst === undefined
          ? 'no flow'
          : `${worst.lost} of ${worst.sent}${worst.lost === 0 ? '' : ` (${worst.name})`}`,
      );
    }
    case 'one-master': {
      const after = measured.oneMasterAfterMs;
      return against(after, after === undefined ? 'not until the end' : ms(after));
    }
    case 'two-masters':
      return against(measured.twoMastersMs, ms(measured.twoMastersMs));
    case 'master': {
      const others = mastersAtEnd(timeline, window, nameOf(timeline, promise.place)).filter(
        ({ masters }) => masters !== nameOf(timeline, promise.place),
      );
      return {
        ...said,
        value: undefined,
        isKept: others.length === 0,
        measured:
          others.length === 0
            ? 'so it was'
            : others.map(({ vip, masters }) => `${vip}: ${masters || 'nobody'}`).join(', '),
      };
    }
    case 'sessions': {
      const groups = timeline.sessions[promise.phase] ?? [];
      const isKept = groups.every(({ alive, total }) => alive === total);
      const measuredText = groups.length === 0 ? 'none were opened' : sessionText(groups);
      return { ...said, value: undefined, isKept, measured: measuredText };
    }
    case 'steady': {
      const { changes } = masterFigures(timeline.roles, window.from, window.until);
      return against(changes, changes === 0 ? 'none' : String(changes));
    }
  }
}

function sentence(promise: PromiseMade, timeline: Timeline): { promise: string; limit: number | undefined } {
  const when = promise.phase === 'undo' ? ' on the way back' : '';
  const limit = 'limit' in promise ? figureFor(promise.limit, timeline.timers) : undefined;
  switch (promise.kind) {
    case 'gap':
      return { promise: `No flow is silent for more than ${limit} ms${when}`, limit };
    case 'lost':
      return { promise: `No flow loses more than ${limit} probes${when}`, limit };
    case 'one-master':
      return { promise: `One master per virtual IP within ${limit} ms${when}`, limit };
    case 'two-masters':
      return { promise: `Two masters at once for at most ${limit} ms${when}`, limit };
    case 'master':
      return {
        promise: `${nameOf(timeline, promise.place)} is master of everything in the end${when}`,
        limit,
      };
    case 'sessions':
      return { promise: `Every connection goes on, every byte right${when}`, limit };
    case 'steady':
      return { promise: `No role changes${when}`, limit: 0 };
  }
}

function worstOf(measured: PhaseFigures, value: (flow: FlowFigures) => number) {
  return [...measured.flows].sort((a, b) => value(b) - value(a))[0];
}

/** The masters of every virtual IP that a node takes part in. */
function mastersAtEnd(timeline: Timeline, window: Window, node: string): { vip: string; masters: string }[] {
  const takingPart = [...rolesAt(timeline.roles, window.until)].filter(([, byNode]) => byNode.has(node));
  return takingPart.map(([vip, byNode]) => ({
    vip,
    masters: [...byNode].flatMap(([node, status]) => (status === 'MASTER' ? [node] : [])).join(' and '),
  }));
}

const nameOf = (timeline: Timeline, place: 'first' | 'second'): string =>
  timeline.nodes[place === 'first' ? 0 : 1] ?? place;

const ms = (value: number): string => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
