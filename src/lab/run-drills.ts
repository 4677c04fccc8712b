/** Plays stories one after the other in one lab, judges them and says how it goes. */
import type { AcceptancePlan } from './acceptance/plan.ts';
import { runAcceptance } from './acceptance/run.ts';
import { play } from './drill.ts';
import { type Judgement, judge } from './judge.ts';
import type { Lab } from './lab.ts';
import { brokenPromises, type DrillRun, type Report } from './report.ts';
import type { Story } from './story.ts';

export interface DrillPlan {
  readonly scenario: string;
  readonly stories: readonly Story[];
  readonly repeat: number;
  /** The tests of the scenario's document; they come first. */
  readonly acceptance?: AcceptancePlan | undefined;
  readonly say: (line: string) => void;
  /** Hears when a story begins, and how it went when it has ended. */
  readonly follow?: (story: Story, judgement: Judgement | undefined) => void;
}

/** Runs them all; a drill that fails does not keep the next one from running. */
export async function runDrills(lab: Lab, plan: DrillPlan): Promise<Report> {
  const tests = plan.acceptance === undefined ? [] : await runAcceptance(lab, plan.acceptance, plan.say);
  const runs: DrillRun[] = [];
  const total = plan.stories.length * plan.repeat;
  for (const story of plan.stories) {
    for (let round = 1; round <= plan.repeat; round += 1) {
      plan.follow?.(story, undefined);
      const timeline = await play(lab, story);
      const judgement = judge(story, timeline);
      runs.push({ judgement, timeline });
      plan.follow?.(story, judgement);
      plan.say(
        `[${runs.length}/${total}] ${judgement.isKept ? 'ok    ' : 'FAILED'} ${story.title} (longest gap ${longestGap(judgement).toFixed(1)} ms)`,
      );
      if (!judgement.isKept) for (const line of brokenPromises(judgement)) plan.say(`        ${line}`);
    }
  }
  const statuses = await Promise.all(lab.nodes.map((node) => node.status()));
  return {
    scenario: plan.scenario,
    profile: lab.document.failover,
    finishedAt: new Date().toISOString(),
    isRealtime: statuses.every((status) => status?.realtime ?? false),
    machines: lab.machineKernel,
    leftOut: lab.leftOut,
    tests,
    runs,
  };
}

/** Of any flow while the fault was in force, ms. */
export const longestGap = ({ figures }: Judgement): number =>
  Math.max(0, ...((figures.fault ?? figures.undo)?.flows.map((flow) => flow.longestGapMs) ?? []));
