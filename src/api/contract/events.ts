/** Live events (text/event-stream at /api/v1/events): the event's name is `kind`, its data the whole object as JSON. */
import { z } from 'zod';
import { revisionHead } from '#commit/head.ts';
import { nodeStatus } from './control.ts';
import { doctorProgress } from './doctor.ts';
import { counters, logLine } from './node-questions.ts';

const node = z.string();

export const liveEvent = z.discriminatedUnion('kind', [
  /** The whole status of a node: at the beginning, when something in it has changed, and once a second. */
  z.object({ kind: z.literal('status'), node, status: nodeStatus }),
  /** A node that could be asked cannot be any more. */
  z.object({ kind: z.literal('away'), node, why: z.string() }),
  /** A virtual IP changes its role: at once. */
  z.object({
    kind: z.literal('role'),
    node,
    /** ms since 1970. */
    time: z.int(),
    title: z.string(),
    interface: z.string(),
    vhid: z.int(),
    from: z.string(),
    to: z.string(),
  }),
  /** Once a second for every node. */
  z.object({ kind: z.literal('counters'), node, counters }),
  /** Lines of the log of the node one is on; for those who may read logs. */
  z.object({ kind: z.literal('log'), node, line: logLine }),
  /** Another document is in force, or the trial of one has ended. */
  z.object({ kind: z.literal('document'), head: revisionHead, confirmWithinMs: z.number().optional() }),
  /** How far an examination is that was asked of the node one is on; without nodes it has ended. For those who may diagnose. */
  z.object({ kind: z.literal('doctor'), node, nodes: doctorProgress.optional() }),
  /** The login has ended; no more events follow. */
  z.object({ kind: z.literal('logout') }),
]);
export type LiveEvent = z.infer<typeof liveEvent>;
