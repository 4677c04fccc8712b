/** What was counted, by the rules of the document: the kernel's lines, and the connections that bear a rule's number. */
import type { RuleCounter } from '#api/contract/rule-counters.ts';
import { ruleNumber, ruleWord } from '#base/connection-mark.ts';
import type { ClusterDocument } from '#config/document.ts';
import { allNamed, type Named } from '#ruleset/identity.ts';
import { isMarked } from '#ruleset/marks.ts';
import type { RuleCarried } from './states-protocol.ts';

type Lines = ReadonlyMap<string, { readonly packets: number; readonly bytes: number }>;

/** `lines` by the first two words of their comments; without `carried` connections are not counted by rule. */
export function ruleCounters(
  document: ClusterDocument,
  lines: Lines,
  carried: readonly RuleCarried[] | undefined,
): RuleCounter[] {
  const byNumber = new Map(carried?.map((one) => [one.rule, one]));
  return [...allNamed(document)].flatMap(([key, named]) => {
    const line = lines.get(key);
    const { id, path, rule, title } = named;
    if (line === undefined) return [];
    const counter = {
      path: [...path],
      title,
      packets: line.packets,
      bytes: line.bytes,
      matched: line.packets,
    };
    const isScheduled = (rule as { readonly schedule?: string }).schedule !== undefined;
    if (carried === undefined || !letsIn(key, named) || !(isMarked(document) || isScheduled))
      return [counter];
    const sum = byNumber.get(ruleNumber(id)) ?? { connections: 0, packets: 0, bytes: 0 };
    const { connections: states, packets, bytes } = sum;
    return [{ ...counter, filter: ruleWord([id]), states, packets, bytes }];
  });
}

/** Whether connections can bear the number of such an entry: rules that pass with state, port forwards with a rule. */
function letsIn(key: string, { rule }: Named<unknown>): boolean {
  const { action, state, rule: own } = rule as Readonly<Record<string, unknown>>;
  return key.startsWith('forward ') ? own !== 'none' : action === 'pass' && state === 'keep';
}
