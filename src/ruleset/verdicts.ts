/**
 * Rules that exclude each other as elements of verdict maps. A packet can match one of them at most, so their order
 * means nothing and one look decides. Rules that some packet can match both of lie in different groups, in their order,
 * so that the first match stays the first.
 */
import type { Family } from '#base/address.ts';
import { type Body, bodyOf, meet, type Shape } from './cells.ts';
import { word } from './match.ts';
import type { VerdictMap } from './program.ts';
import type { Step } from './step.ts';

/** Rules of one shape of which no packet matches two; or, without a shape, lines in their order. */
export interface Group {
  readonly shape: Shape | undefined;
  readonly steps: readonly Step[];
}

/** Comparing all pairs of longer lists takes longer than it saves. */
export const mostInGroups = 512;
/** For fewer rules a map is not worth it. */
const fewest = 4;
/** What a look into a map costs a packet, in lines. */
const lookCost = 3;

/** The rules in groups; each is in the first of its kind behind all those with a rule that it must not precede. */
export function groupsOf(steps: readonly Step[], family: Family): Group[] {
  const groups: { shape: Shape | undefined; steps: Step[]; bodies: Body[] }[] = [];
  for (const step of steps) {
    const body = step.cell ?? bodyOf(step.match, family);
    const shape = step.cell?.shape;
    let place = groups.length - 1;
    while (place >= 0 && !meetsAny(body, groups[place]?.bodies ?? [])) place -= 1;
    // Lines keep their order among themselves, elements have none.
    if (place < 0 || shape !== undefined || groups[place]?.shape !== undefined) place += 1;
    while (place < groups.length && groups[place]?.shape !== shape) place += 1;
    const group = groups[place];
    if (group === undefined) groups.push({ shape, steps: [step], bodies: [body] });
    else {
      group.steps.push(step);
      group.bodies.push(body);
    }
  }
  return groups.map(({ shape, steps }) => ({ shape: steps.length < fewest ? undefined : shape, steps }));
}

function meetsAny(body: Body, others: readonly Body[]): boolean {
  for (const other of others) if (meet(body, other)) return true;
  return false;
}

/** With how many lines a packet is compared. */
export const costOf = (groups: readonly Group[]): number =>
  groups.reduce((sum, { shape, steps }) => sum + (shape === undefined ? steps.length : lookCost), 0);

/** What a map compares besides the addresses: types, and where they stand in a packet. */
const compared = {
  any: { types: [], keys: [] },
  protocol: { types: ['inet_proto'], keys: ['meta l4proto'] },
  ports: { types: ['inet_proto', 'inet_service'], keys: ['meta l4proto', 'th dport'] },
} as const;

/** The map of a group, and the line that looks a packet up in it. */
export function mapOf(
  name: string,
  shape: Shape,
  steps: readonly Step[],
  family: Family,
): { readonly map: VerdictMap; readonly line: string } {
  const { types, keys } = compared[shape];
  const address = `${family}_addr`;
  return {
    map: {
      name,
      // Each element counts for itself.
      head: [`type ${[address, address, ...types].join(' . ')} : verdict`, 'flags interval', 'counter'],
      elements: steps.flatMap(({ cell }) => cell?.elements ?? []),
    },
    line: `${[`${word[family]} saddr`, `${word[family]} daddr`, ...keys].join(' . ')} vmap @${name}`,
  };
}
