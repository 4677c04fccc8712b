/** What a node says of itself, from what the guard reports and what the document says. Pure. */
import type { NodeStatus, RuntimeFinding } from '#api/contract/control.ts';
import type { GuardReport } from './guard-protocol.ts';

/** What the document says. */
export interface NodeFacts {
  readonly cluster: string;
  readonly node: string;
  readonly failover: NodeStatus['failover'];
  /** The rows of the status table, in the document's order. */
  readonly vips: readonly {
    readonly key: string;
    /** "WAN@10" */
    readonly title: string;
    readonly interface: string;
    readonly vhid: number;
    readonly addresses: readonly string[];
    readonly description: string;
  }[];
  /** Kernel names by the document's interface name. */
  readonly devices: Readonly<Record<string, string>>;
}

export interface NodeMoment {
  readonly pid: number;
  readonly uptimeMs: number;
  readonly ready: boolean;
  readonly realtime: boolean;
  readonly residentBytes: number;
  readonly findings: readonly RuntimeFinding[];
}

export function describeNode(facts: NodeFacts, moment: NodeMoment, report: GuardReport): NodeStatus {
  const machines = new Map(report.group.vhids.map((status) => [status.key as string, status]));
  return {
    cluster: facts.cluster,
    node: facts.node,
    failover: facts.failover,
    carp: report.group.allowed ? 'enabled' : 'disabled',
    maintenance: report.group.maintenance,
    demotion: report.group.demotion,
    demotionReasons: { ...report.group.demotionReasons },
    ...moment,
    findings: [...moment.findings],
    vips: facts.vips.flatMap(({ key, ...row }) => {
      const machine = machines.get(key);
      // While a new document comes in, the guard may not know it yet.
      if (machine === undefined) return [];
      return {
        ...row,
        addresses: [...row.addresses],
        status: report.group.allowed ? machine.role : 'DISABLED',
        forMs: (report.at - machine.since) / 1_000,
        advskew: machine.effectiveSkew,
        ...(machine.lastAdvertFrom === undefined || machine.lastAdvertAt === undefined
          ? {}
          : { heardFrom: machine.lastAdvertFrom, heardMsAgo: (report.at - machine.lastAdvertAt) / 1_000 }),
      };
    }),
    links: Object.entries(facts.devices).map(([name, device]) => ({
      interface: name,
      device,
      up: report.links[name] === true,
    })),
    counters: { ...report.counters },
  };
}
