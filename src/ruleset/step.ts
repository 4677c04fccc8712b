/** A rule of the document in a list. */
import type { Cell } from './cells.ts';
import type { Match } from './match.ts';

export interface Step {
  readonly match: Match;
  /** The lines that act, each without the match. */
  readonly tails: readonly string[];
  /** The same for a verdict map; undefined when none can hold it. */
  readonly cell?: Cell | undefined;
}
