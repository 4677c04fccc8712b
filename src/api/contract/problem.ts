/** Errors as problem details (RFC 9457), with what to do about them. */
import { z } from 'zod';

export const problemCode = z.enum([
  'bad-request',
  'not-logged-in',
  'wrong-login',
  'locked-out',
  'forbidden',
  'cross-site',
  'not-found',
  'method-not-allowed',
  'conflict',
  'if-match-missing',
  'too-large',
  'unsupported-media-type',
  'document-refused',
  'set-up-first',
  'already-set-up',
  'too-many-requests',
  'node-away',
  'busy',
  'internal',
]);
export type ProblemCode = z.infer<typeof problemCode>;

/** A finding about the document, with the place of the value: a form shows it at its field. */
export const documentFinding = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  cause: z.string(),
  remedy: z.string(),
  /** The same in French. */
  fr: z.object({ message: z.string(), cause: z.string(), remedy: z.string() }),
  /** Steps from the top of the document: ["rules", 3, "ports"]. */
  path: z.array(z.union([z.string(), z.number()])),
  line: z.number(),
  column: z.number(),
});
export type DocumentFinding = z.infer<typeof documentFinding>;

export const problem = z.object({
  /** "/docs/problems#conflict" */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: problemCode,
  /** What happened, with values. */
  detail: z.string(),
  /** What to do. */
  remedy: z.string(),
  /** Title, detail and remedy in French. */
  fr: z.object({ title: z.string(), detail: z.string(), remedy: z.string() }),
  /** Fields of the request that are wrong. */
  fields: z
    .array(
      z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string(), fr: z.string() }),
    )
    .optional(),
  findings: z.array(documentFinding).optional(),
  /** With conflict: the revision in force, of which the request did not know. */
  head: z
    .object({
      number: z.int(),
      hash: z.string(),
      author: z.string(),
      node: z.string(),
      reason: z.string(),
      time: z.int(),
    })
    .optional(),
  retryAfterSeconds: z.number().optional(),
});
export type Problem = z.infer<typeof problem>;
export const problemMedia = 'application/problem+json';
