/** `bascule balance`: the load balancer of a running node. */
import { ask } from '#api/client.ts';
import type { BalancerStatus, MemberOrder, MemberStatus } from '#api/contract/balancer.ts';
import { duration, table } from './text.ts';

/** 0 when every virtual server is served, 1 when one is not, 2 when the node did not answer. */
export async function balanceStatus(options: { socket: string; json?: boolean }): Promise<number> {
  const reply = await ask(options.socket, { command: 'balancer' });
  if (!reply.ok || reply.value.balancer === undefined) {
    console.error(reply.ok ? 'the node sent nothing of a load balancer' : reply.error);
    return 2;
  }
  const status = reply.value.balancer;
  console.log(options.json === true ? JSON.stringify(status, undefined, 2) : balancerText(status));
  return status.servers.every(({ served }) => served.every(({ by }) => by !== undefined)) ? 0 : 1;
}

export async function balanceOrder(
  order: MemberOrder,
  member: string,
  options: { socket: string; pool?: string },
): Promise<number> {
  const reply = await ask(options.socket, {
    command: 'balancerOrder',
    order,
    member,
    ...(options.pool === undefined ? {} : { pool: options.pool }),
  });
  if (!reply.ok) {
    console.error(reply.error);
    return 2;
  }
  for (const one of reply.value.ordered ?? []) console.log(`${one}: ${done[order]}`);
  return 0;
}

const done = {
  drain: 'drained, keeps its connections',
  disable: 'disabled, its connections end',
  enable: 'enabled',
} as const;

export function balancerText(status: BalancerStatus): string {
  if (status.pools.length === 0) return 'the document has no pools (loadBalancer.pools)';
  const servers = table(
    ['Virtual server', 'Address', 'Served by'],
    status.servers.flatMap(({ server, port, protocol, served }) =>
      served.map(({ address, by }) => [
        server,
        `${address.includes(':') ? `[${address}]` : address}:${port}/${protocol}`,
        by ?? 'NOBODY, clients are refused',
      ]),
    ),
  );
  const pools = status.pools.map(({ pool, mode, sticky, monitor, members }) => {
    const way = mode === 'failover' ? 'failover' : `load balance${sticky ? ', sticky' : ''}`;
    const title = `Pool ${pool}: ${way}; ${monitor ?? 'members are not checked'}`;
    const rows = members.map((row) => [
      row.member,
      stateOf(row),
      row.forMs === undefined ? '' : duration(row.forMs),
      String(row.states ?? '?'),
      `${row.rate.toFixed(1)}/s`,
      checkOf(row),
      row.why ?? '',
    ]);
    return `${title}\n${table(['Member', 'State', 'For', 'States', 'New', 'Last check', 'Why'], rows)}`;
  });
  const behind = status.behind === undefined ? [] : [`The kernel does not have this: ${status.behind}`];
  return [servers, ...pools, ...behind].join('\n\n');
}

function stateOf({ health, order, serving, stillNeeded }: MemberStatus): string {
  if (order !== undefined) return health === 'offline' ? `${order}, offline` : order;
  if (health === 'held')
    return `held back${serving ? ', serves alone' : `, ${stillNeeded} good checks to go`}`;
  return health === 'online' && !serving ? 'online, waits' : health;
}

function checkOf({ lastCheck, checks, failures }: MemberStatus): string {
  if (lastCheck === undefined) return '';
  const outcome = lastCheck.ok ? `fine in ${lastCheck.tookMs.toFixed(1)} ms` : (lastCheck.why ?? 'failed');
  return `${outcome} (${failures} of ${checks} failed)`;
}
