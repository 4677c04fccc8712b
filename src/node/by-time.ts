/**
 * What the clock changes: rules with a schedule, URL tables. When a schedule is over, so are the connections that it
 * let in (pfSense's default), on every node.
 */
import type { ClusterDocument } from '#config/document.ts';
import { entryOf } from '#config/model.ts';
import { isDue } from '#config/schedule.ts';
import { namedRules } from '#ruleset/identity.ts';
import type { Facts } from '#ruleset/setting.ts';
import type { RulesPart } from './following-rules.ts';
import type { Log } from './log.ts';
import type { UrlTables } from './url-tables.ts';

export interface TimeParts {
  readonly document: () => ClusterDocument;
  readonly facts: () => Facts;
  /** ms since 1970. */
  readonly wallClock: () => number;
  readonly lists: Pick<UrlTables, 'refresh'>;
  readonly rules: Pick<RulesPart, 'refresh'>;
  /** The kernel was changed on purpose. */
  readonly settle: () => Promise<void>;
  /** Ends what rules have let in, by their names. */
  readonly endConnectionsOf: (rules: readonly string[]) => Promise<void>;
  readonly log: Log;
}

/** To be called some times a minute; calls that come before the last has ended wait for it. */
export function followTime(parts: TimeParts): () => Promise<void> {
  let minute: string | undefined;
  let due: readonly string[] = [];
  let last = Promise.resolve();
  const refresh = async (): Promise<void> => {
    const document = parts.document();
    const isFetched = await parts.lists.refresh(document, parts.wallClock());
    const facts = parts.facts();
    const hasSchedules = Object.keys(document.schedules).length > 0;
    const now = JSON.stringify(facts.now);
    const isNewMinute = hasSchedules && minute !== now;
    if (!isFetched && !isNewMinute) return;
    const touched = await parts.rules.refresh(document);
    if (!touched.ok) return parts.log('error', `schedules and URL tables: ${touched.error}`);
    minute = now;
    if (touched.value) await parts.settle();
    const over = scheduledRules(document, facts, (isOpen) => !isOpen).filter((rule) => due.includes(rule));
    due = scheduledRules(document, facts, (isOpen) => isOpen);
    // The rules are gone by now: nobody who is turned out comes in again.
    if (over.length > 0) await parts.endConnectionsOf(over);
  };
  return () => {
    last = last.then(refresh);
    return last;
  };
}

/** The names of rules that pass by a schedule which is open, or is not. */
function scheduledRules(
  { rules, floatingRules, schedules }: ClusterDocument,
  { now }: Facts,
  isMeant: (isOpen: boolean) => boolean,
): string[] {
  const all = [
    ...namedRules(rules, 'rule', ['rules']),
    ...namedRules(floatingRules, 'floating rule', ['floatingRules']),
  ];
  return all.flatMap(({ rule: { schedule, action }, id }) => {
    const found = schedule === undefined ? undefined : entryOf(schedules, schedule);
    if (found === undefined || now === undefined || action !== 'pass') return [];
    return isMeant(isDue(found, now)) ? [id] : [];
  });
}
