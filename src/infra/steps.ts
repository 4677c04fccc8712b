/** What is to be done at a hypervisor, as data. */

/** One change: why, and the command of the transaction or batch that it becomes. */
export type GroundStep = {
  readonly words: string;
  /** The tunnel that it is about, if it is. */
  readonly tunnel?: string;
} & (
  | { readonly tool: 'ovs'; readonly command: readonly string[] }
  | { readonly tool: 'ip'; readonly line: string }
  /** A word to the running switch, after everything else. */
  | {
      readonly tool: 'appctl';
      readonly command: readonly string[];
      /** Not before the switch has noticed, told by what another command of it says. */
      readonly after: { readonly command: readonly string[]; readonly says: string };
    }
);

export interface GroundPlan {
  readonly steps: readonly GroundStep[];
  /** What is left alone, or waits for something. */
  readonly notes: readonly string[];
  /** What must be put right by hand first; with any of them nothing is carried out. */
  readonly problems: readonly string[];
}

/** A step as somebody would type it. */
export function commandOf(step: GroundStep): string {
  if (step.tool === 'ip') return `ip ${step.line}`;
  return `${step.tool === 'ovs' ? 'ovs-vsctl' : 'ovs-appctl'} ${step.command.join(' ')}`;
}
