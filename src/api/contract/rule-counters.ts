/** What the kernel has counted for the rules of the document. */
import { z } from 'zod';

export const ruleCounter = z.object({
  /** Steps from the top of the document: ["rules", 3]. */
  path: z.array(z.union([z.string(), z.number()])),
  /** "rule 3: Mail" */
  title: z.string(),
  /** The word that picks the rule's connections in a filter of states: "rule=3fa94c". */
  filter: z.string().optional(),
  /** Connections there are now; left out of what lets no connections in, and when they are not counted by rule. */
  states: z.number().optional(),
  /**
   * Of whole connections, in both directions, also of those that have ended, as far as this node carried them. Without
   * `states`: of the packets that the rule was asked about and that matched it.
   */
  packets: z.number(),
  bytes: z.number(),
  /** Packets that matched since the rule was loaded: the first of a connection, and those before its first answer. */
  matched: z.number(),
});
export type RuleCounter = z.infer<typeof ruleCounter>;
