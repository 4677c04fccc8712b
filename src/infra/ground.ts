/** One hypervisor's bridges and tunnels: read what is, plan the difference, carry it out. */
import { fail, ok, type Result } from '#base/result.ts';
import type { WantedHypervisor } from './hypervisor.ts';
import { type Link, readLinks } from './links.ts';
import { planLinks } from './links-plan.ts';
import { planOvs } from './ovs/plan.ts';
import { noOvs, type OvsState, readOvs } from './ovs/state.ts';
import type { Shell } from './shell.ts';
import type { GroundPlan } from './steps.ts';

export interface GroundState {
  readonly ovs: OvsState;
  readonly links: readonly Link[];
}

/** What there is. Open vSwitch is asked only where the document wants it. */
export function readGround(shell: Shell, wanted: WantedHypervisor): Result<GroundState> {
  const links = readLinks(shell);
  if (!links.ok) return links;
  const needsOvs = wanted.bridges.some(({ kind }) => kind === 'ovs');
  const ovs = needsOvs ? readOvs(shell) : ok(noOvs);
  if (!ovs.ok)
    return fail(`Open vSwitch does not answer (${ovs.error}). Install openvswitch-switch, or start it`);
  return ok({ ovs: ovs.value, links: links.value });
}

/** The difference between what is wanted and what there is; empty steps mean that all is as wanted. */
export function planGround(wanted: WantedHypervisor, { ovs, links }: GroundState): GroundPlan {
  const devices = new Set(links.map(({ name }) => name));
  const plans = [planOvs(wanted.bridges, ovs, devices), planLinks(wanted.bridges, links)];
  return {
    steps: plans.flatMap(({ steps }) => steps),
    notes: plans.flatMap(({ notes }) => notes),
    problems: plans.flatMap(({ problems }) => problems),
  };
}

/** Carries a plan out: one transaction of Open vSwitch, then one batch of `ip`. Refuses one with problems. */
export function applyGround(shell: Shell, { steps, problems }: GroundPlan): Result<void> {
  if (problems.length > 0) return fail(problems.join('\n'));
  const transaction = steps.flatMap((step) => (step.tool === 'ovs' ? ['--', ...step.command] : []));
  if (transaction.length > 0) {
    const done = shell.run(['ovs-vsctl', '--timeout=20', ...transaction]);
    if (!done.ok) return done;
  }
  const lines = steps.flatMap((step) => (step.tool === 'ip' ? [step.line] : []));
  if (lines.length > 0) {
    const done = shell.run(['ip', '-batch', '-'], `${lines.join('\n')}\n`);
    if (!done.ok) return done;
  }
  for (const step of steps) {
    if (step.tool !== 'appctl') continue;
    if (!noticed(shell, step.after.command, step.after.says))
      return fail(`Open vSwitch has not noticed within ${noticeLimitMs / 1_000} s: ${step.words}`);
    const done = shell.run(['ovs-appctl', ...step.command]);
    if (!done.ok) return done;
  }
  return ok(undefined);
}

/** The switch hears of addresses by netlink, within milliseconds. */
const noticeLimitMs = 5_000;

function noticed(shell: Shell, command: readonly string[], says: string): boolean {
  for (const limit = performance.now() + noticeLimitMs; performance.now() < limit; ) {
    const said = shell.run(['ovs-appctl', ...command]);
    if (said.ok && said.value.includes(says)) return true;
  }
  return false;
}
