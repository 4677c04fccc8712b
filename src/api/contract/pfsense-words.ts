/** What the two processes of a node say to each other about pfSenses: what came from one, and how one stands to it. */
import { z } from 'zod';
import { revisionHead } from '#commit/head.ts';
import type { ClusterDocument } from '#config/document.ts';

/** What a pfSense sent and no document holds, written down, characters. */
export const mostKept = 16_000_000;

/** A pfSense's configuration after its last push, as the process that serves pfSenses writes it. */
export const kept = z.strictObject({
  text: z.string().max(mostKept),
  /** What of it the document does not hold, one line each. */
  left: z.array(z.string().max(300)).max(100),
  /** When it came, ms since 1970: the newest counts at all nodes. Core says so where it is left out. */
  at: z.int().min(0).optional(),
});
export type Kept = z.infer<typeof kept>;

/** What `api` may report of pfSenses; their texts stand in the catalogue. */
const pfsenseFinding = z.enum([
  'sync-password-wrong',
  'sync-login-refused',
  'sync-source-blocked',
  'sync-privilege-missing',
  'sync-loop',
  'sync-version-only',
  'sync-execution-refused',
  'sync-malformed',
  'sync-refused',
  'sync-not-sent',
  'sync-differs',
]);
export type PfsenseFinding = z.infer<typeof pfsenseFinding>;

/** Parts of what `api` asks. */
export const pfsenseAsks = [
  /** The document in force, with its passwords; refused unless it has ha.sync.config. */
  z.strictObject({ kind: z.literal('standing') }),
  /** Left out of the answer when nothing newer than `after` is there. */
  z.strictObject({ kind: z.literal('kept'), after: z.int().min(0).optional() }),
  /** To be kept from now on; undefined forgets what was kept. */
  z.strictObject({ kind: z.literal('keep'), kept: kept.optional() }),
] as const;
export type PfsenseAsks = z.infer<(typeof pfsenseAsks)[number]>;

/** A part of what `api` tells: a finding with its cause, or, without one, that it is over. */
export const pfsenseTells = z.strictObject({
  kind: z.literal('pfsense'),
  code: pfsenseFinding,
  /** The pfSense's address. */
  subject: z.string().max(100),
  cause: z.string().max(2_000).optional(),
});
export type PfsenseTells = z.infer<typeof pfsenseTells>;

const failure = z.strictObject({ ok: z.literal(false), error: z.string() });

export const standing = z.discriminatedUnion('ok', [
  z.strictObject({
    ok: z.literal(true),
    value: z.strictObject({
      head: revisionHead,
      text: z.string(),
      /** Judged by core, which has the secrets. */
      document: z.custom<ClusterDocument>((value) => typeof value === 'object' && value !== null),
    }),
  }),
  failure,
]);

export const keptReply = z.strictObject({ kept: kept.optional(), at: z.int().min(0) });
