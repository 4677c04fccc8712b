/** What a node says of its load balancer. Pure. */
import type { BalancerStatus, MemberStatus } from '#api/contract/balancer.ts';
import type { BalanceEngine, MemberReport } from '#balance/engine.ts';
import { familyOf } from '#base/address.ts';
import type { Instant } from '#base/time.ts';
import { type Monitor, memberId, type VirtualServer } from '#config/balancer.ts';
import { counterName } from '#ruleset/balancer.ts';
import type { ConnectionRates } from './balancer-rates.ts';

export interface BalancerMoment {
  readonly engine: BalanceEngine;
  readonly now: Instant;
  /** Connections by member; undefined when the table could not be read. */
  readonly states: ReadonlyMap<string, number> | undefined;
  readonly rates: ConnectionRates;
  readonly behind: string | undefined;
}

export function describeBalancer(moment: BalancerMoment): BalancerStatus {
  const { engine, now, behind } = moment;
  const { pools, servers, workers } = engine.balancer;
  return {
    pools: pools.map((pool) => ({
      pool: pool.name,
      description: pool.description,
      mode: pool.mode,
      sticky: pool.sticky,
      ...(pool.monitor === undefined ? {} : { monitor: monitorText(pool.monitor) }),
      members: engine.report(pool.name, now).map((report) => memberStatus(report, moment)),
    })),
    servers: servers.map((server) => ({
      server: server.name,
      description: server.description,
      addresses: [...server.addresses],
      port: server.port,
      protocol: server.protocol,
      pools: [...server.pools],
      served: server.addresses.map((address) => {
        const by = servedBy(engine, server, address);
        return by === undefined ? { address } : { address, by };
      }),
    })),
    workers: { busy: engine.busyWorkers, most: workers },
    ...(behind === undefined ? {} : { behind }),
  };
}

function servedBy(
  engine: BalanceEngine,
  server: VirtualServer,
  address: VirtualServer['addresses'][number],
): string | undefined {
  const family = familyOf(address);
  const pool = server.pools.find((name) => engine.tablesOf(name)[family].length > 0);
  if (pool !== undefined) return pool;
  const last = server.lastResort;
  return last !== undefined && familyOf(last.address) === family
    ? memberId(last.address, last.port)
    : undefined;
}

function memberStatus(report: MemberReport, { now, states, rates }: BalancerMoment): MemberStatus {
  const { member, health, order, serving, check } = report;
  const { total, rate } = rates.of(counterName(member));
  const last = check?.last;
  return {
    member: member.id,
    description: member.description,
    weight: member.weight,
    health,
    ...(order === undefined ? {} : { order }),
    serving,
    ...(check === undefined ? {} : { forMs: (now - check.since) / 1_000, why: check.why }),
    ...(last === undefined
      ? {}
      : {
          lastCheck: {
            ok: last.outcome.ok,
            ...(last.outcome.ok ? {} : { why: last.outcome.why }),
            tookMs: last.took / 1_000,
            msAgo: (now - last.at) / 1_000,
          },
        }),
    stillNeeded: check?.stillNeeded ?? 0,
    checks: check?.checks ?? 0,
    failures: check?.failures ?? 0,
    ...(states === undefined ? {} : { states: states.get(member.id) ?? 0 }),
    connections: total,
    rate,
  };
}

/** "health: http /up every 10 s" */
function monitorText(monitor: Monitor): string {
  const what = 'path' in monitor ? `${monitor.type} ${monitor.path}` : monitor.type;
  const name = monitor.name === monitor.type ? '' : `${monitor.name}: `;
  return `${name}${what} every ${monitor.interval / 1_000} s`;
}
