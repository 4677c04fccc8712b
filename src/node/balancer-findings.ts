/** What a person should know of pools and members at a running node. Pure. */
import type { BalanceEngine } from '#balance/engine.ts';
import { familyOf } from '#base/address.ts';
import type { Instant } from '#base/time.ts';
import { poolsInUse } from '#config/balancer.ts';

export interface BalancerFinding {
  readonly code: 'pool-down' | 'member-flapping';
  readonly subject: string;
  readonly cause: string;
}

export function findingsOf(engine: BalanceEngine, now: Instant): BalancerFinding[] {
  const { balancer } = engine;
  return poolsInUse(balancer).flatMap(({ name }): BalancerFinding[] => {
    const members = engine.report(name, now);
    const flapping = members.flatMap(({ member, health, check }): BalancerFinding[] =>
      health === 'held'
        ? [{ code: 'member-flapping', subject: `${name} ${member.id}`, cause: check?.why ?? '' }]
        : [],
    );
    const isDown = !members.some(({ serving, health }) => serving || health === 'unknown');
    if (!isDown) return flapping;
    const cause = `none of its ${members.length} members serves; ${servedInstead(engine, name)}`;
    return [...flapping, { code: 'pool-down', subject: name, cause }];
  });
}

/** What becomes of clients of the servers that begin with this pool, or come to it. */
function servedInstead(engine: BalanceEngine, pool: string): string {
  return engine.balancer.servers
    .filter(({ pools }) => pools.includes(pool))
    .map(({ name, pools, addresses, lastResort }) => {
      const families = [...new Set(addresses.map(familyOf))];
      const other = pools.find((one) => families.some((family) => engine.tablesOf(one)[family].length > 0));
      if (other !== undefined) return `clients of ${name} are served by ${other}`;
      return lastResort === undefined
        ? `clients of ${name} are refused`
        : `clients of ${name} are served by ${lastResort.address} port ${lastResort.port}`;
    })
    .join(', ');
}
