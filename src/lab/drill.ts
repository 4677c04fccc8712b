/** Plays a story in the lab and brings its timeline home. */
import { type DrillTimers, drillTimersOf } from './drills/timers.ts';
import { faults } from './faults.ts';
import type { Lab } from './lab.ts';
import { monotonicMs } from './probe-wire.ts';
import type { SessionGroup } from './sessions-wire.ts';
import { figureFor, type Story, type StoryStep } from './story.ts';
import type { Moment, Timeline } from './timeline.ts';

/** The longest wait for roles to settle, in any profile. */
const settleLimitMs = 20_000;

/** Plays a story; afterwards the lab is as before, with the first node as master. */
export async function play(lab: Lab, story: Story): Promise<Timeline> {
  const player = new Player(lab, story);
  for (const flow of lab.flows) flow.forget(monotonicMs() - 2_000);
  const steady = await lab.settled(player.first, settleLimitMs + lab.bootLimitMs);
  if (!steady.ok) player.problems.push(`before the drill: ${steady.error}`);
  for (const step of story.setup) await player.take(step, false);
  const startedAt = monotonicMs();
  player.moments.push({ at: startedAt, label: 'begin', phase: 'before' });
  for (const step of story.steps) await player.take(step, true);
  const endedAt = monotonicMs();
  await player.askSessions();
  await lab.settleProbes();
  const timeline: Timeline = {
    timers: player.timers,
    nodes: lab.topology.nodes,
    startedAt,
    endedAt,
    moments: player.moments,
    flows: lab.judgedFlows.map((flow) => ({ name: flow.name, probes: flow.since(startedAt - 100) })),
    sessions: player.sessions,
    roles: lab.nodes.flatMap((node) => node.changes),
    problems: player.problems,
  };
  if (player.isBroken) await player.take({ do: 'undo' }, false);
  return timeline;
}

class Player {
  readonly first: string;
  readonly second: string;
  readonly timers: DrillTimers;
  readonly problems: string[] = [];
  readonly moments: Moment[] = [];
  readonly sessions: Partial<Record<Moment['phase'], readonly SessionGroup[]>> = {};
  isBroken = false;
  readonly #lab: Lab;
  readonly #story: Story;

  constructor(lab: Lab, story: Story) {
    this.#lab = lab;
    this.#story = story;
    const [first = '', second = ''] = lab.topology.nodes;
    this.first = first;
    this.second = second;
    const { learningMs, emulation } = lab;
    this.timers = { ...drillTimersOf(lab.document), learningMs, ...(emulation && { emulation }) };
  }

  async take(step: StoryStep, isMeasured: boolean): Promise<void> {
    const fault = faults[this.#story.fault];
    switch (step.do) {
      case 'fault':
        if (isMeasured)
          this.moments.push({ at: monotonicMs(), label: fault.label(this.first), phase: 'fault' });
        this.isBroken = true;
        await this.#try(() => fault.apply(this.#lab, this.first));
        return;
      case 'undo':
        if (isMeasured) await this.askSessions();
        if (isMeasured)
          this.moments.push({ at: monotonicMs(), label: fault.mended(this.first), phase: 'undo' });
        this.isBroken = false;
        await this.#try(() => fault.undo(this.#lab, this.first));
        return;
      case 'settle': {
        const name = step.master === 'first' ? this.first : this.second;
        const settled = await this.#lab.settled(name, settleLimitMs + this.#lab.bootLimitMs);
        if (!settled.ok) this.problems.push(`${name} did not become the only master: ${settled.error}`);
        return;
      }
      case 'watch':
        await new Promise((resolve) => setTimeout(resolve, figureFor(step.ms, this.timers)));
    }
  }

  /** Notes, as the end of the present phase, which connections still work. */
  async askSessions(): Promise<void> {
    const phase = this.moments.at(-1)?.phase;
    if (phase !== undefined) this.sessions[phase] = await this.#lab.checkSessions();
  }

  async #try(action: () => Promise<void> | void): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.problems.push((error as Error).message);
    }
  }
}
