/** Routes of the cluster's document and its revisions. Changes reach every node or none. */
import { z } from 'zod';
import { revisionHead } from '#commit/head.ts';
import { ownSectionNames } from '#config/own-document.ts';
import { editOperations } from './edit.ts';
import { documentFinding } from './problem.ts';

const text = z.string().max(20_000_000);
const section = z.enum(ownSectionNames);
const reason = z.string().max(500).default('');
/** Undone after so many seconds unless confirmed. */
const confirmSeconds = z.int().min(1).max(86_400).optional();
const number = z.object({ number: z.coerce.number().int().min(1) });

/** What one node says of a change; one that is away, or refuses, says why. */
const nodeWords = z.record(
  z.string(),
  z.object({ words: z.array(z.string()).optional(), error: z.string().optional() }),
);
const changed = z.object({
  head: revisionHead,
  /** Nothing differed: there is no new revision. */
  unchanged: z.boolean(),
  /** What changed at each node, and which node could not be reached: it gets the revision when it is back. */
  nodes: nodeWords,
  confirmWithinMs: z.number().optional(),
  /** Warnings about the document as it is now. */
  findings: z.array(documentFinding),
});

const documentNow = z.object({
  head: revisionHead,
  /** As it stands in the document, without defaults, secrets masked; the sections that one may read. */
  document: z.record(z.string(), z.unknown()),
  /** The file as it is, with comments and secrets; for those who may read every section. */
  text: z.string().optional(),
  /** Undone after so many ms unless confirmed. */
  confirmWithinMs: z.number().optional(),
  findings: z.array(documentFinding),
  /** Sections that one may change. */
  writable: z.array(z.string()),
});
export type DocumentNow = z.infer<typeof documentNow>;

export const documentRoutes = {
  document: {
    method: 'GET',
    path: '/document',
    summary: "The cluster's document",
    description: 'The ETag is the hash of the revision: send it back as If-Match with a change.',
    access: 'sections',
    reply: documentNow,
  },
  putDocument: {
    method: 'PUT',
    path: '/document',
    summary: 'Replace the whole document',
    access: 'sections',
    ifMatch: true,
    body: z.strictObject({ text, reason, confirmSeconds }),
    bodyExample: { text: 'cluster: office\n', reason: 'open port 443', confirmSeconds: 60 },
    reply: changed,
  },
  editDocument: {
    method: 'POST',
    path: '/document/edit',
    summary: 'Change parts of the document',
    description: 'Operations by path; comments and order of the file stay. All are done, or none.',
    access: 'sections',
    ifMatch: true,
    body: z.strictObject({ operations: editOperations, reason, confirmSeconds }),
    bodyExample: {
      operations: [
        {
          op: 'insert',
          path: ['rules'],
          at: 0,
          value: { action: 'pass', interface: 'wan', protocol: 'tcp', ports: 443 },
        },
        { op: 'move', path: ['rules'], from: 4, to: 1 },
        { op: 'set', path: ['aliases', 'web', 'description'], value: 'Web servers' },
      ],
      reason: 'open port 443',
    },
    reply: changed,
  },
  planDocument: {
    method: 'POST',
    path: '/document/plan',
    summary: 'What a change would do on each node; changes nothing',
    access: 'sections',
    body: z.union([z.strictObject({ text }), z.strictObject({ operations: editOperations })]),
    bodyExample: { operations: [{ op: 'remove', path: ['rules', 3] }] },
    reply: z.object({
      /** What would differ in the document, one line each. */
      changes: z.array(z.string()),
      nodes: nodeWords,
      findings: z.array(documentFinding),
      /** Sections that differ and that one may not change. */
      forbidden: z.array(z.string()),
    }),
  },
  shareSections: {
    method: 'POST',
    path: '/document/sections',
    summary: 'Choose which sections the nodes share',
    description:
      'A section in `own` is given to each node as it stands; one in `shared` is the same for all again. Where nodes differ, `take` names the node whose section counts.',
    access: 'sections',
    ifMatch: true,
    body: z.strictObject({
      own: z.array(section).default([]),
      shared: z.array(section).default([]),
      take: z.string().max(63).optional(),
      reason,
      confirmSeconds,
    }),
    bodyExample: { own: ['rules', 'aliases'] },
    reply: changed,
  },
  confirmDocument: {
    method: 'POST',
    path: '/document/confirm',
    summary: 'Keep a change that would be undone unless confirmed',
    access: 'sections',
    reply: z.object({ head: revisionHead, away: z.record(z.string(), z.string()) }),
  },
  history: {
    method: 'GET',
    path: '/document/history',
    summary: 'Revisions, newest first',
    access: 'sections',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(1_000).default(100) }),
    reply: z.array(revisionHead),
  },
  revision: {
    method: 'GET',
    path: '/document/revisions/:number',
    summary: 'One revision whole',
    access: 'sections',
    params: number,
    reply: z.object({
      head: revisionHead,
      document: z.record(z.string(), z.unknown()),
      text: z.string().optional(),
    }),
  },
  diff: {
    method: 'GET',
    path: '/document/diff',
    summary: 'What two revisions differ in',
    description:
      'Without `to`, the revision in force. Lines about sections that one may not read are left out.',
    access: 'sections',
    query: z.strictObject({
      from: z.coerce.number().int().min(1),
      to: z.coerce.number().int().min(1).optional(),
    }),
    reply: z.object({
      from: revisionHead,
      to: revisionHead,
      /** In words, one line each: "rules 3 (Allow web) removed". */
      changes: z.array(z.string()),
      /** The texts line by line; for those who may read every section. */
      lines: z.array(z.object({ kind: z.enum(['same', 'removed', 'added']), text: z.string() })).optional(),
    }),
  },
  rollback: {
    method: 'POST',
    path: '/document/rollback',
    summary: 'Make an old revision the newest again',
    access: 'sections',
    ifMatch: true,
    body: z.strictObject({ number: z.int().min(1), reason, confirmSeconds }),
    bodyExample: { number: 12, reason: 'the new rule shut us out' },
    reply: changed,
  },
  compare: {
    method: 'GET',
    path: '/document/compare',
    summary: 'Documents and kernels of all nodes side by side',
    access: { area: 'status', level: 'read' },
    reply: z.record(
      z.string(),
      z.object({
        away: z.string().optional(),
        version: z.string().optional(),
        head: revisionHead.optional(),
        /** How its kernel differs from its document, one line each. */
        drift: z.array(z.string()).optional(),
      }),
    ),
  },
} as const;
