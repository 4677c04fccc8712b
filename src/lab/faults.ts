/** What can be broken on purpose at a node, and how it is mended. */
import type { ControlRequest } from '#api/contract/control.ts';
import type { Lab } from './lab.ts';
import { makeRule, takeRuleBack } from './rule-drill.ts';

export const faultNames = [
  'host-death',
  'daemon-crash',
  'lan-pulled',
  'wan-pulled',
  'interface-disabled',
  'graceful-stop',
  'maintenance',
  'carp-disabled',
  'sync-cut',
  'adverts-blocked',
  'rule-made',
  'freeze',
] as const;
export type FaultName = (typeof faultNames)[number];

export interface Fault {
  /** What happens, for timelines: "pf1 dies". */
  readonly label: (node: string) => string;
  readonly mended: (node: string) => string;
  /** While it lasts: "host dead". */
  readonly state: string;
  readonly apply: (lab: Lab, node: string) => Promise<void> | void;
  readonly undo: (lab: Lab, node: string) => Promise<void> | void;
}

const cable = (which: 'lan' | 'wan' | 'sync'): Fault => ({
  label: (node) => `${node}: ${which.toUpperCase()} cable pulled`,
  mended: (node) => `${node}: ${which.toUpperCase()} cable plugged in`,
  state: `${which.toUpperCase()} cable pulled`,
  apply: (lab, node) => lab.cables(node, present(lab.topology[which]), 'pulled'),
  undo: (lab, node) => lab.cables(node, present(lab.topology[which]), 'plugged'),
});

export const faults: Readonly<Record<FaultName, Fault>> = {
  'host-death': {
    label: (node) => `${node} dies`,
    mended: (node) => `${node} boots again`,
    state: 'host dead',
    apply: (lab, node) => lab.powerCut(node),
    undo: (lab, node) => lab.powerOn(node),
  },
  'daemon-crash': {
    label: (node) => `${node}'s daemon is killed`,
    mended: (node) => `${node}'s daemon starts again`,
    state: 'daemon killed',
    apply: (lab, node) => lab.node(node).kill(),
    undo: (lab, node) => lab.node(node).start(),
  },
  'lan-pulled': cable('lan'),
  'wan-pulled': cable('wan'),
  'sync-cut': cable('sync'),
  'interface-disabled': {
    label: (node) => `${node}: LAN interface disabled`,
    mended: (node) => `${node}: LAN interface enabled`,
    state: 'LAN interface disabled',
    apply: async (lab, node) => {
      for (const name of present(lab.topology.lan)) await lab.setInterface(node, name, 'down');
    },
    undo: async (lab, node) => {
      for (const name of present(lab.topology.lan)) await lab.setInterface(node, name, 'up');
    },
  },
  'graceful-stop': {
    label: (node) => `${node} is stopped`,
    mended: (node) => `${node} is started again`,
    state: 'stopped',
    apply: async (lab, node) => {
      if (!(await lab.node(node).stop())) throw new Error(`${node} did not end within 5 s of SIGTERM`);
    },
    undo: (lab, node) => lab.node(node).start(),
  },
  maintenance: {
    label: (node) => `${node} enters maintenance mode`,
    mended: (node) => `${node} leaves maintenance mode`,
    state: 'maintenance',
    apply: (lab, node) => tell(lab, node, { command: 'maintenance', on: true }),
    undo: (lab, node) => tell(lab, node, { command: 'maintenance', on: false }),
  },
  'carp-disabled': {
    label: (node) => `${node}: CARP disabled`,
    mended: (node) => `${node}: CARP enabled`,
    state: 'CARP off',
    apply: (lab, node) => tell(lab, node, { command: 'carp', on: false }),
    undo: (lab, node) => tell(lab, node, { command: 'carp', on: true }),
  },
  'adverts-blocked': {
    label: (node) => `${node}'s adverts get lost`,
    mended: (node) => `${node}'s adverts arrive again`,
    state: 'adverts lost',
    apply: (lab, node) => lab.blockAdverts(node),
    undo: (lab) => lab.blockAdverts(undefined),
  },
  'rule-made': {
    label: (node) => `a rule is made at ${node}`,
    mended: () => 'the rule is taken back at the other node',
    state: 'rule made',
    apply: makeRule,
    undo: takeRuleBack,
  },
  freeze: {
    label: (node) => `${node} freezes`,
    mended: (node) => `${node} thaws`,
    state: 'frozen',
    apply: (lab, node) => lab.freeze(node, 'frozen'),
    undo: (lab, node) => lab.freeze(node, 'thawed'),
  },
};

async function tell(lab: Lab, node: string, request: ControlRequest): Promise<void> {
  await lab.node(node).command(request);
}

const present = (name: string | undefined): string[] => (name === undefined ? [] : [name]);
