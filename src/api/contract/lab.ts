/**
 * What the lab's own page asks of the lab, below /lab: GET events (text/event-stream of pictures), POST actions,
 * GET report?lang=fr. Only the process that runs the lab answers; a node knows nothing of it.
 */
import { z } from 'zod';

/** A text in both languages of the page. */
const said = z.object({ en: z.string(), fr: z.string() });

const flow = z.object({
  name: said,
  target: z.string(),
  /** Nobody answers it even without a fault, for the rules do not let it pass. */
  isLeftOut: z.boolean(),
  isAnswered: z.boolean(),
  sent: z.int(),
  lost: z.int(),
  longestGapMs: z.number(),
  /** Probes lost in each of the last seconds, oldest first; null where nothing was sent. */
  lostPerSecond: z.array(z.int().nullable()),
});

/** A drill that was chosen, and how far it is. */
const drillStory = z.object({
  name: z.string(),
  title: said,
  stand: z.enum(['waiting', 'running', 'kept', 'broken']),
  /** For how long it has been running, or had been. */
  forMs: z.number().optional(),
  /** Of any flow; when it has been judged. */
  longestGapMs: z.number().optional(),
  /** What it did not keep. */
  broken: z.array(said),
});
export type DrillStory = z.infer<typeof drillStory>;

export const labPicture = z.object({
  scenario: z.string(),
  failover: z.string(),
  nodes: z.array(z.object({ name: z.string(), isRunning: z.boolean(), faults: z.array(z.string()) })),
  cables: z.array(z.object({ node: z.string(), interface: z.string(), isPulled: z.boolean() })),
  flows: z.array(flow),
  /** Connections through the cluster, by kind. */
  connections: z.array(z.object({ name: said, alive: z.int(), total: z.int() })),
  /** What was done last, or why it was refused. */
  message: said,
  drills: z.array(z.object({ name: z.string(), title: said })),
  drill: z.object({
    isRunning: z.boolean(),
    /** In the order in which they are played; none before the first. */
    stories: z.array(drillStory),
    /** Why drills were given up. */
    failure: said.optional(),
    hasReport: z.boolean(),
  }),
});
export type LabPicture = z.infer<typeof labPicture>;
/** Why an action was refused. */
export const labRefusal = said;

/** What is done to a node by a button; done again, it is undone. */
export const nodeAction = z.enum(['graceful-stop', 'host-death', 'maintenance', 'carp-disabled']);

export const labAction = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('node'), node: z.string().max(63), action: nodeAction }),
  /** Pulls a cable, or plugs it in again. */
  z.strictObject({ do: z.literal('cable'), node: z.string().max(63), interface: z.string().max(32) }),
  /** Mends everything, and counts loss and gaps anew. */
  z.strictObject({ do: z.literal('restore') }),
  /** Breaks things on purpose, one after the other, and judges; all drills without a name. */
  z.strictObject({ do: z.literal('drill'), name: z.string().max(40).optional() }),
]);
export type LabAction = z.infer<typeof labAction>;
