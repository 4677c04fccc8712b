/** Where a node keeps the revisions of the cluster's document. */
import type { Result } from '#base/result.ts';

/** A revision as it is kept; `src/commit/revision.ts` says what the fields mean. */
export interface StoredRevision {
  readonly number: number;
  readonly parent: string;
  readonly hash: string;
  readonly time: number;
  readonly author: string;
  readonly reason: string;
  readonly node: string;
  readonly text: string;
}

export interface RevisionStore {
  /** All that are whole, oldest first. */
  list(): readonly StoredRevision[];
  /** When the newest came to this machine, ms since 1970 by its clock; undefined when there is none. */
  keptAt(): number | undefined;
  /** What could not be read, and why: for a finding. */
  damage(): readonly string[];
  /** Adds one. When the call returns it survives a power cut; when it does not, nothing has changed. */
  append(revision: StoredRevision): Result<void>;
  /** Moves every revision after `number` aside, where a person finds them. */
  supersede(number: number): Result<void>;
  /** Remembers what a restart must not forget: a few small values. Atomic and durable, as `append`. */
  remember(memory: unknown): Result<void>;
  recall(): unknown;
}
