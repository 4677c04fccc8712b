/** One planted fault per case, for tests. */

import { networkCases } from './cases-network.ts';
import { policyCases } from './cases-policy.ts';
import { syncCases } from './cases-sync.ts';
import type { AuditCode } from './catalogue.ts';

export interface Edit {
  readonly node: 1 | 2 | 'both';
  readonly from: string;
  readonly to: string;
}
export interface Case {
  readonly code: AuditCode;
  readonly what?: string;
  readonly edits: readonly Edit[];
  /** The finding stands at the line of this text, after the edits. */
  readonly at: { readonly node: 1 | 2; readonly mark: string };
  /** Codes that the same fault rightly brings along. */
  readonly alongside?: readonly AuditCode[];
  readonly today?: number;
}

export const cases: readonly Case[] = [...networkCases, ...syncCases, ...policyCases];
