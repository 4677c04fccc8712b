/**
 * Connections bear the rule that let them in (base/connection-mark.ts): so that connections and bytes can be told by
 * rule, and what a schedule let in ends with it. Only the first packet of a connection is marked.
 */
import { markOfRule, ruleNumber, wayMask } from '#base/connection-mark.ts';
import type { ClusterDocument } from '#config/document.ts';
import type { AnyRule } from './rules.ts';
import type { Setting } from './setting.ts';

/**
 * Rules of larger documents are marked only where something hangs on it: an element of a verdict map cannot mark, and
 * with so many rules those load twice as fast as lines.
 */
export const mostMarked = 2_000;

export const isMarked = ({ rules, floatingRules }: ClusterDocument): boolean =>
  rules.length + floatingRules.length <= mostMarked;

/** The statement that marks what a rule lets in; "" when it is not marked. */
export function markText({ document, hasWays }: Setting, id: string, rule?: AnyRule): string {
  if (!isMarked(document) && rule?.schedule === undefined) return '';
  const mark = `0x${markOfRule(ruleNumber(id)).toString(16)}`;
  return hasWays ? `ct mark set ct mark & 0x${wayMask.toString(16)} | ${mark}` : `ct mark set ${mark}`;
}
