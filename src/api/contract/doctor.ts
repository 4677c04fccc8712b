/** The doctor's words on the wire: all nodes measure themselves and their segments, the one that was asked judges. */
import { z } from 'zod';

export const doctorLanguage = z.enum(['en', 'fr']);
export type DoctorLanguage = z.infer<typeof doctorLanguage>;

export const doctorFinding = z.object({
  /** docs/doctor.md lists them. */
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  /** An interface, "lan@20", a node, a setting. */
  subject: z.string(),
  /** What was measured. */
  evidence: z.string(),
  /** Empty where the evidence says it all. */
  cause: z.string(),
  remedy: z.string(),
});
export type DoctorFinding = z.infer<typeof doctorFinding>;

/** How far each node is. */
export const doctorProgress = z.record(z.string(), z.enum(['measuring', 'answered', 'away']));
export type DoctorProgress = z.infer<typeof doctorProgress>;

export const doctorReport = z.object({
  /** The node that asks the others and judges. */
  node: z.string(),
  /** An examination is under way. */
  running: z.object({ sinceMs: z.number(), nodes: doctorProgress }).optional(),
  /** The last one since the node was started. */
  last: z
    .object({
      /** When it ended, ms since 1970, and how long it took. */
      time: z.int(),
      tookMs: z.number(),
      /** Those that were examined, and why another was not. */
      nodes: z.array(z.object({ node: z.string(), away: z.string().optional() })),
      /** The worst first; none when the cluster is well. */
      findings: z.array(doctorFinding),
    })
    .optional(),
});
export type DoctorReport = z.infer<typeof doctorReport>;
