/** Who was master when: pure arithmetic on the nodes' log lines. */

export type Status = 'INIT' | 'BACKUP' | 'MASTER' | 'DISABLED' | 'DOWN';

export interface RoleChange {
  readonly at: number;
  readonly node: string;
  /** "WAN@10" */
  readonly vip: string;
  readonly status: Status;
}

const transition = /^(\S+Z)\s+\w+\s+CARP: (\S+) \w+ -> (INIT|BACKUP|MASTER|DISABLED)\b/;

/** The change that a node's log line tells of; its time is milliseconds of the wall clock. */
export function readTransition(node: string, line: string): RoleChange | undefined {
  const [, time, vip, status] = transition.exec(line) ?? [];
  if (time === undefined || vip === undefined || status === undefined) return undefined;
  return { at: Date.parse(time), node, vip, status: status as Status };
}

export interface MasterFigures {
  /** From the window's start until every virtual IP had exactly one master for the rest of it; undefined: not at its end. */
  readonly oneMasterAfterMs: number | undefined;
  /** How long some virtual IP had more than one. */
  readonly twoMastersMs: number;
  /** Changes of any role in the window. */
  readonly changes: number;
}

/** The figures from `from` to `until`. Changes need not be in order. */
export function masterFigures(changes: readonly RoleChange[], from: number, until: number): MasterFigures {
  const vips = [...new Set(changes.map((change) => change.vip))];
  const each = vips.map((vip) =>
    ofVip(
      changes.filter((change) => change.vip === vip),
      from,
      until,
    ),
  );
  const isUnsettled = each.length === 0 || each.some((one) => one.settledAt === undefined);
  return {
    oneMasterAfterMs: isUnsettled
      ? undefined
      : Math.max(...each.map((one) => (one.settledAt ?? from) - from)),
    twoMastersMs: Math.max(0, ...each.map((one) => one.twoMs)),
    changes: changes.filter((change) => change.at > from && change.at <= until).length,
  };
}

function ofVip(
  changes: readonly RoleChange[],
  from: number,
  until: number,
): { settledAt: number | undefined; twoMs: number } {
  const roles = new Map<string, Status>();
  const masters = () => [...roles.values()].filter((status) => status === 'MASTER').length;
  let settledAt: number | undefined;
  let twoMs = 0;
  let twoSince: number | undefined;
  const look = (at: number) => {
    const count = masters();
    if (count !== 1) settledAt = undefined;
    else settledAt ??= Math.max(at, from);
    if (count > 1) twoSince ??= Math.max(at, from);
    else if (twoSince !== undefined) {
      twoMs += Math.max(0, at - twoSince);
      twoSince = undefined;
    }
  };
  const ordered = [...changes].sort((a, b) => a.at - b.at).filter((change) => change.at <= until);
  for (const change of ordered) {
    roles.set(change.node, change.status);
    look(change.at);
  }
  if (twoSince !== undefined) twoMs += until - twoSince;
  return { settledAt, twoMs };
}

/** Each node's status per virtual IP at a moment. */
export function rolesAt(
  changes: readonly RoleChange[],
  at: number,
): ReadonlyMap<string, ReadonlyMap<string, Status>> {
  const result = new Map<string, Map<string, Status>>();
  for (const change of [...changes].sort((a, b) => a.at - b.at)) {
    if (change.at > at) break;
    const byNode = result.get(change.vip) ?? new Map<string, Status>();
    byNode.set(change.node, change.status);
    result.set(change.vip, byNode);
  }
  return result;
}
