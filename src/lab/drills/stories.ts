/**
 * The drills. What the protocol allows follows from the cluster's timers; to that comes a margin for a busy machine of
 * two cores, so limits are what a user may rely on, and no benchmarks.
 */

import type { FaultName } from '#lab/faults.ts';
import type { Figure, Phase, PromiseMade, Story, StoryStep } from '#lab/story.ts';
import type { Topology } from '#lab/topology.ts';

/** What a machine that both nodes, the probes and other programs share may add to anything. */
const sharedMs = 200;
/** Until a node's main thread has heard a command, or written a role into the log by which roles are judged. */
const hearMs = 300;
/** Until a node's daemon has read its document and loaded its rules: half a second where nothing else runs. */
const daemonMs = 4_000;
/** The kernel reports a link that came up within a second (net/core/link_watch.c). */
const linkUpMs = 1_000;

type OfTimers = Exclude<Figure, number>;

const busyMs: OfTimers = ({ learningMs = 0, emulation }) => sharedMs + learningMs + (emulation?.busyMs ?? 0);
const mainThreadMs: OfTimers = ({ emulation }) => hearMs + (emulation?.busyMs ?? 0);
const startMs: OfTimers = ({ emulation }) => emulation?.startMs ?? daemonMs;
const bootMs: OfTimers = ({ emulation }) => emulation?.bootMs ?? 0;
const linkMs: OfTimers = () => linkUpMs;
const sum =
  (...terms: readonly OfTimers[]): OfTimers =>
  (timers) =>
    terms.reduce((total, term) => total + term(timers), 0);

/** The master has gone without a word. */
const unannounced = sum(({ masterDownMs }) => masterDownMs, busyMs);
/** The master knows that it must go and says so at once: no timer is waited for. */
const announced = busyMs;
/** The master was told to go. */
const told = sum(mainThreadMs, () => sharedMs);
/** Both nodes can forward while the role moves. */
const seamless = busyMs;
/** Adverts that cross for a moment: whoever hears the better one yields at once. */
const overlap = sum(mainThreadMs, () => sharedMs);
/** A node that comes back takes over at the first advert of the second one that it hears. */
const comeback = (...delays: readonly OfTimers[]): OfTimers =>
  sum(...delays, ({ secondIntervalMs }) => secondIntervalMs + sharedMs);
/** Nothing may be lost; a probe or two are left to a machine that stops for a moment. */
const almostNone: Figure = ({ learningMs = 0, emulation }) => 5 + learningMs + (emulation?.busyMs ?? 0);
/** The second node yields to the first advert that arrives again. */
const believed = sum(({ firstIntervalMs }) => firstIntervalMs, busyMs);
/** Long enough for a backup to act, if it believed that it had to. */
const untilBelieved: OfTimers = ({ masterDownMs }) => masterDownMs + 1_000;

/** A time to one master, with what the log may be late. */
const oneMaster = (phase: Phase, within: OfTimers): PromiseMade => ({
  kind: 'one-master',
  phase,
  limit: sum(within, mainThreadMs),
});

const holdMs = 500;
const breakIt: readonly StoryStep[] = [
  { do: 'watch', ms: 300 },
  { do: 'fault' },
  { do: 'settle', master: 'second' },
  { do: 'watch', ms: holdMs },
];
const mendIt: readonly StoryStep[] = [
  { do: 'undo' },
  { do: 'settle', master: 'first' },
  { do: 'watch', ms: holdMs },
];

/** What state synchronisation is for. */
const keepsSessions = (phase: Phase): PromiseMade => ({ kind: 'sessions', phase });

const fails = (gap: OfTimers): readonly PromiseMade[] => [
  keepsSessions('fault'),
  { kind: 'gap', phase: 'fault', limit: gap },
  { kind: 'lost', phase: 'fault', limit: gap },
  oneMaster('fault', gap),
  { kind: 'two-masters', phase: 'fault', limit: overlap },
  { kind: 'master', phase: 'fault', place: 'second' },
];
const handsOver = (within: OfTimers): readonly PromiseMade[] => [
  keepsSessions('fault'),
  { kind: 'gap', phase: 'fault', limit: seamless },
  { kind: 'lost', phase: 'fault', limit: almostNone },
  oneMaster('fault', within),
  { kind: 'two-masters', phase: 'fault', limit: overlap },
  { kind: 'master', phase: 'fault', place: 'second' },
];
const comesBack = (...delays: readonly OfTimers[]): readonly PromiseMade[] => [
  keepsSessions('undo'),
  { kind: 'gap', phase: 'undo', limit: seamless },
  { kind: 'lost', phase: 'undo', limit: almostNone },
  oneMaster('undo', comeback(...delays)),
  { kind: 'two-masters', phase: 'undo', limit: overlap },
  { kind: 'master', phase: 'undo', place: 'first' },
];
const stays = (phase: Phase): readonly PromiseMade[] => [
  keepsSessions(phase),
  { kind: 'gap', phase, limit: seamless },
  { kind: 'lost', phase, limit: almostNone },
  { kind: 'steady', phase },
  { kind: 'master', phase, place: 'first' },
];

export const stories: readonly Story[] = [
  {
    name: 'host-death',
    title: 'The first node dies with all its links',
    fault: 'host-death',
    setup: [],
    steps: breakIt,
    promises: fails(unannounced),
  },
  {
    name: 'return',
    title: 'The first node returns after its death',
    fault: 'host-death',
    setup: [{ do: 'fault' }, { do: 'settle', master: 'second' }, { do: 'watch', ms: holdMs }],
    steps: [{ do: 'watch', ms: 300 }, ...mendIt],
    promises: comesBack(linkMs, bootMs, startMs),
  },
  {
    name: 'daemon-crash',
    title: "The first node's daemon is killed; its kernel still forwards",
    fault: 'daemon-crash',
    setup: [],
    steps: breakIt,
    promises: [
      keepsSessions('fault'),
      { kind: 'gap', phase: 'fault', limit: seamless },
      { kind: 'lost', phase: 'fault', limit: almostNone },
      oneMaster('fault', unannounced),
      { kind: 'two-masters', phase: 'fault', limit: overlap },
      { kind: 'master', phase: 'fault', place: 'second' },
    ],
  },
  {
    name: 'lan-pulled',
    title: "The first node's LAN cable is pulled, and plugged in again",
    fault: 'lan-pulled',
    setup: [],
    steps: [...breakIt, ...mendIt],
    promises: [...fails(announced), ...comesBack(linkMs)],
  },
  {
    name: 'wan-pulled',
    title: "The first node's WAN cable is pulled, and plugged in again",
    fault: 'wan-pulled',
    setup: [],
    steps: [...breakIt, ...mendIt],
    promises: [...fails(announced), ...comesBack(linkMs)],
  },
  {
    name: 'interface-disabled',
    title: "The first node's LAN interface is disabled, and enabled again",
    fault: 'interface-disabled',
    setup: [],
    steps: [...breakIt, ...mendIt],
    promises: [...fails(announced), ...comesBack(linkMs)],
  },
  {
    name: 'graceful-stop',
    title: 'The first node is stopped, and started again',
    fault: 'graceful-stop',
    setup: [],
    steps: [...breakIt, ...mendIt],
    promises: [...handsOver(told), ...comesBack(startMs)],
  },
  {
    name: 'maintenance',
    title: 'The first node enters maintenance mode, and leaves it',
    fault: 'maintenance',
    setup: [],
    steps: [...breakIt, ...mendIt],
    promises: [...handsOver(told), ...comesBack(mainThreadMs)],
  },
  {
    name: 'carp-disabled',
    title: 'CARP is disabled on the first node, and enabled again',
    fault: 'carp-disabled',
    setup: [],
    steps: [...breakIt, ...mendIt],
    promises: [...handsOver(told), ...comesBack(mainThreadMs)],
  },
  {
    name: 'sync-cut',
    title: 'The sync link is cut, and mended',
    fault: 'sync-cut',
    setup: [],
    steps: [
      { do: 'watch', ms: 300 },
      { do: 'fault' },
      { do: 'watch', ms: untilBelieved },
      { do: 'undo' },
      { do: 'watch', ms: untilBelieved },
    ],
    promises: [...stays('fault'), ...stays('undo')],
  },
  {
    name: 'adverts-blocked',
    title: "The first node's adverts do not arrive; then they do again",
    fault: 'adverts-blocked',
    setup: [],
    // Both believe in themselves meanwhile, which no protocol can avoid; what counts is how it ends.
    steps: [{ do: 'watch', ms: 300 }, { do: 'fault' }, { do: 'watch', ms: untilBelieved }, ...mendIt],
    promises: [
      keepsSessions('undo'),
      oneMaster('undo', believed),
      { kind: 'gap', phase: 'undo', limit: believed },
      { kind: 'master', phase: 'undo', place: 'first' },
    ],
  },
  {
    name: 'rule-made',
    title: 'A rule made at the first node is in both kernels; taken back at the second, in neither',
    fault: 'rule-made',
    setup: [],
    steps: [
      { do: 'watch', ms: 300 },
      { do: 'fault' },
      { do: 'watch', ms: holdMs },
      { do: 'undo' },
      { do: 'watch', ms: holdMs },
    ],
    promises: [...stays('fault'), ...stays('undo')],
  },
  {
    name: 'freeze',
    title: 'The machine of the first node freezes, and thaws believing that it is still the master',
    fault: 'freeze',
    setup: [],
    steps: [...breakIt, ...mendIt],
    promises: [
      ...fails(unannounced),
      keepsSessions('undo'),
      { kind: 'gap', phase: 'undo', limit: believed },
      oneMaster('undo', believed),
      // One advert of the first ends it; the log by which it is judged may be late.
      { kind: 'two-masters', phase: 'undo', limit: sum(believed, mainThreadMs) },
      { kind: 'master', phase: 'undo', place: 'first' },
    ],
  },
];

/** Processes in namespaces cannot stand still with their kernel. */
export const isOfMachines = (fault: FaultName): boolean => fault === 'freeze';

/** Those that the lab has the cables for; what only virtual machines can do, where the nodes are such. */
export const possibleStories = ({
  topology: { wan, lan, sync },
  hasMachines,
}: {
  readonly topology: Topology;
  readonly hasMachines: boolean;
}): readonly Story[] =>
  stories.filter(
    ({ fault }) =>
      !(fault === 'wan-pulled' && wan === undefined) &&
      !((fault === 'lan-pulled' || fault === 'interface-disabled') && lan === undefined) &&
      !(fault === 'sync-cut' && sync === undefined) &&
      (hasMachines || !isOfMachines(fault)),
  );
