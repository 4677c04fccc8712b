/** Runs the tests of a document in its lab, one after the other. */
import { drillTimersOf } from '#lab/drills/timers.ts';
import type { Lab } from '#lab/lab.ts';
import { monotonicMs } from '#lab/probe-wire.ts';
import type { Timeline } from '#lab/timeline.ts';
import { type ActionName, actions } from './actions.ts';
import { type CheckName, checks } from './checks.ts';
import type { AcceptancePlan, AcceptanceStep, AcceptanceTest, Text } from './plan.ts';
import { type Checked, Scene } from './scene.ts';

export interface AcceptanceRun {
  readonly name: string;
  readonly title: Text;
  readonly expected: Text;
  readonly checks: readonly Checked[];
  readonly isKept: boolean;
  readonly timeline: Timeline;
}

const settleLimitMs = 20_000;

/** A test that fails does not keep the next one from running. */
export async function runAcceptance(
  lab: Lab,
  plan: AcceptancePlan,
  say: (line: string) => void,
): Promise<readonly AcceptanceRun[]> {
  const runs: AcceptanceRun[] = [];
  for (const test of plan.tests) {
    const run = await runTest(lab, plan, test);
    runs.push(run);
    say(`[${runs.length}/${plan.tests.length}] ${run.isKept ? 'ok    ' : 'FAILED'} ${test.title.en}`);
    for (const { expected, measured, isKept } of run.checks)
      say(`          ${isKept ? 'kept  ' : 'BROKEN'} ${expected.en}: ${measured.en}`);
    for (const problem of run.timeline.problems) say(`        ! ${problem}`);
  }
  return runs;
}

async function runTest(lab: Lab, plan: AcceptancePlan, test: AcceptanceTest): Promise<AcceptanceRun> {
  for (const flow of lab.flows) flow.forget(monotonicMs() - 2_000);
  const scene = new Scene(lab, plan.web);
  const done: Checked[] = [];
  const problems: string[] = [];
  for (const step of test.steps) {
    try {
      if (isAction(step)) await act(scene, step);
      else done.push(await look(scene, step));
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  const endedAt = monotonicMs();
  await lab.settleProbes();
  const timeline = timelineOf(scene, endedAt, problems);
  try {
    await scene.restore();
  } catch (error) {
    problems.push(`after the test: ${(error as Error).message}`);
  }
  const settled = await lab.settled(scene.first, settleLimitMs + lab.bootLimitMs);
  if (!settled.ok) problems.push(`after the test: ${settled.error}`);
  // A revision that the test made may have had virtual IPs, or interfaces, that the document has not.
  for (const node of lab.nodes) await node.forgetLeft();
  const isKept = problems.length === 0 && done.every((one) => one.isKept);
  const { name, title, expected } = test;
  return { name, title, expected, checks: done, isKept, timeline };
}

function timelineOf(scene: Scene, endedAt: number, problems: readonly string[]): Timeline {
  const { lab, startedAt, moments } = scene;
  return {
    timers: drillTimersOf(lab.document),
    nodes: lab.topology.nodes,
    startedAt,
    endedAt,
    moments,
    flows: lab.judgedFlows.map((flow) => ({ name: flow.name, probes: flow.since(startedAt - 100) })),
    sessions: {},
    roles: lab.nodes.flatMap((node) => node.changes),
    problems,
  };
}

const isAction = (step: AcceptanceStep): step is Extract<AcceptanceStep, { step: ActionName }> =>
  Object.hasOwn(actions, step.step);

/** The table has one entry per kind of step, each for its own kind: the compiler cannot tell which is looked up. */
async function act(scene: Scene, step: Extract<AcceptanceStep, { step: ActionName }>): Promise<void> {
  const action = actions[step.step] as (scene: Scene, step: AcceptanceStep) => Promise<void> | void;
  await action(scene, step);
}

function look(scene: Scene, step: Extract<AcceptanceStep, { step: CheckName }>): Promise<Checked> {
  const check = checks[step.step] as (scene: Scene, step: AcceptanceStep) => Promise<Checked>;
  return check(scene, step);
}
