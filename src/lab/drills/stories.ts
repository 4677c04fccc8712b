/**
 * The drills. Limits are what a user may rely on with a margin for a busy machine of two cores; they are no
 * benchmarks. Silence of a dead master is noticed after three adverts: about 3.3 s (standard), 0.25 s (fast) or
 * 15 ms (fastest).
 */
import type { Limit, PromiseMade, Story, StoryStep } from '#lab/story.ts';

/** The master has gone without a word. */
const unannounced: Limit = { standard: 4_200, fast: 600, fastest: 150 };
/** The master knows that it must go, and says so: the peer needs one advert to hear of it. */
const announced: Limit = { standard: 2_500, fast: 400, fastest: 100 };
/** Both nodes can forward while the role moves. */
const seamless: Limit = 100;
/** Adverts that cross for a moment. */
const overlap: Limit = { standard: 1_200, fast: 150, fastest: 100 };
/** A node that comes back starts, listens, and takes over from a master that is slower to speak. */
const comeback: Limit = { standard: 6_000, fast: 2_500, fastest: 2_000 };
/** Nothing may be lost; a probe or two are left to a machine that stops for a moment. */
const almostNone: Limit = 5;

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

const fails = (gap: Limit, two: Limit = overlap): readonly PromiseMade[] => [
  { kind: 'gap', phase: 'fault', limit: gap },
  { kind: 'lost', phase: 'fault', limit: gap },
  { kind: 'one-master', phase: 'fault', limit: gap },
  { kind: 'two-masters', phase: 'fault', limit: two },
  { kind: 'master', phase: 'fault', place: 'second' },
];
const handsOver = (oneMaster: Limit): readonly PromiseMade[] => [
  { kind: 'gap', phase: 'fault', limit: seamless },
  { kind: 'lost', phase: 'fault', limit: almostNone },
  { kind: 'one-master', phase: 'fault', limit: oneMaster },
  { kind: 'two-masters', phase: 'fault', limit: overlap },
  { kind: 'master', phase: 'fault', place: 'second' },
];
const comesBack: readonly PromiseMade[] = [
  { kind: 'gap', phase: 'undo', limit: seamless },
  { kind: 'lost', phase: 'undo', limit: almostNone },
  { kind: 'one-master', phase: 'undo', limit: comeback },
  { kind: 'two-masters', phase: 'undo', limit: overlap },
  { kind: 'master', phase: 'undo', place: 'first' },
];
const stays = (phase: 'fault' | 'undo'): readonly PromiseMade[] => [
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
    promises: comesBack,
  },
  {
    name: 'daemon-crash',
    title: "The first node's daemon is killed; its kernel still forwards",
    fault: 'daemon-crash',
    setup: [],
    steps: breakIt,
    promises: [
      { kind: 'gap', phase: 'fault', limit: seamless },
      { kind: 'lost', phase: 'fault', limit: almostNone },
      { kind: 'one-master', phase: 'fault', limit: unannounced },
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
    promises: [...fails(announced), ...comesBack],
  },
  {
    name: 'wan-pulled',
    title: "The first node's WAN cable is pulled, and plugged in again",
    fault: 'wan-pulled',
    setup: [],
    steps: [...breakIt, ...mendIt],
    promises: [...fails(announced), ...comesBack],
  },
  {
    name: 'interface-disabled',
    title: "The first node's LAN interface is disabled, and enabled again",
    fault: 'interface-disabled',
    setup: [],
    steps: [...breakIt, ...mendIt],
    promises: [...fails(announced), ...comesBack],
  },
  {
    name: 'graceful-stop',
    title: 'The first node is stopped, and started again',
    fault: 'graceful-stop',
    setup: [],
    steps: [...breakIt, ...mendIt],
    promises: [...handsOver(announced), ...comesBack],
  },
  {
    name: 'maintenance',
    title: 'The first node enters maintenance mode, and leaves it',
    fault: 'maintenance',
    setup: [],
    steps: [...breakIt, ...mendIt],
    promises: [...handsOver(announced), ...comesBack],
  },
  {
    name: 'carp-disabled',
    title: 'CARP is disabled on the first node, and enabled again',
    fault: 'carp-disabled',
    setup: [],
    steps: [...breakIt, ...mendIt],
    promises: [...handsOver(announced), ...comesBack],
  },
  {
    name: 'sync-cut',
    title: 'The sync link is cut, and mended',
    fault: 'sync-cut',
    setup: [],
    steps: [
      { do: 'watch', ms: 300 },
      { do: 'fault' },
      { do: 'watch', ms: 1_000 },
      { do: 'undo' },
      { do: 'watch', ms: 1_000 },
    ],
    promises: [...stays('fault'), ...stays('undo')],
  },
  {
    name: 'adverts-blocked',
    title: "The first node's adverts do not arrive; then they do again",
    fault: 'adverts-blocked',
    setup: [],
    // Both believe in themselves meanwhile, which no protocol can avoid; what counts is how it ends.
    steps: [{ do: 'watch', ms: 300 }, { do: 'fault' }, { do: 'watch', ms: 1_500 }, ...mendIt],
    promises: [
      { kind: 'one-master', phase: 'undo', limit: comeback },
      { kind: 'gap', phase: 'undo', limit: { standard: 3_000, fast: 600, fastest: 200 } },
      { kind: 'master', phase: 'undo', place: 'first' },
    ],
  },
];
