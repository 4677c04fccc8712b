/**
 * The mark of a connection, 32 bits that the nodes synchronise. The low byte is the way that it takes (`routing.ts`),
 * the others name the rule that let it in: so that connections and bytes can be told by rule, and what a schedule let
 * in ends with it. Only the first packet of a connection is marked.
 */
import type { ClusterDocument } from '#config/document.ts';
import type { AnyRule } from './rules.ts';
import type { Setting } from './setting.ts';

export const wayMask = 0xff;
/**
 * Rules of larger documents are marked only where something hangs on it: a mark is two of a rule's twelve expressions,
 * and by their number the kernel's time to load is bound.
 */
const mostMarked = 2_000;

/**
 * From the name of a rule, so that it stays while other rules come and go. Two of 300 rules have the same with a
 * chance of 1 to 370; they are then counted together.
 */
export const markOf = (id: string): number => (Number.parseInt(id.slice(0, 6), 16) || 1) * (wayMask + 1);

/** The mark without the way. */
export const ruleMark = (mark: number): number => (mark & ~wayMask) >>> 0;

export const isMarked = ({ rules, floatingRules }: ClusterDocument): boolean =>
  rules.length + floatingRules.length <= mostMarked;

/** The statement that marks what a rule lets in; "" when it is not marked. */
export function markText({ document, hasWays }: Setting, id: string, rule?: AnyRule): string {
  if (!isMarked(document) && rule?.schedule === undefined) return '';
  const mark = `0x${markOf(id).toString(16)}`;
  return hasWays ? `ct mark set ct mark & 0x${wayMask.toString(16)} | ${mark}` : `ct mark set ${mark}`;
}
