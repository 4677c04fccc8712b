/** The load balancer: names that lead somewhere, members that can serve, addresses that move with the master. */
import { familyOf } from '#base/address.ts';
import type { PortRange } from './aliases.ts';
import { balancerOf, hasMonitor, interfaceOfVip, memberId, portsOf } from './balancer.ts';
import { builtInMonitors, type PoolDocument, type ServerDocument } from './balancer-document.ts';
import { type CheckContext, familyTitle } from './context.ts';
import type { Path } from './findings.ts';
import { entryOf, vipAddresses } from './model.ts';
import { cidr, sameAddress } from './network.ts';

export function checkBalancer(context: CheckContext): void {
  const { monitors, pools, virtualServers } = context.document.loadBalancer;
  for (const [name, { timeout, interval }] of Object.entries(monitors))
    if (timeout > interval)
      context.report('balancer-timeout-long', ['loadBalancer', 'monitors', name, 'timeout'], {
        monitor: name,
        timeout,
        interval,
      });
  for (const [name, pool] of Object.entries(pools))
    checkPool(context, name, pool, ['loadBalancer', 'pools', name]);
  const taken: Taken[] = [];
  for (const [name, server] of Object.entries(virtualServers))
    checkServer(context, name, server, taken, ['loadBalancer', 'virtualServers', name]);
}

function checkPool(context: CheckContext, name: string, pool: PoolDocument, path: Path): void {
  const { loadBalancer } = context.document;
  if (!hasMonitor(loadBalancer, pool.monitor))
    context.report('balancer-monitor-unknown', [...path, 'monitor'], {
      name: pool.monitor,
      known: [...Object.keys(loadBalancer.monitors), ...builtInMonitors].join(', '),
    });
  if (pool.fallback !== undefined) checkPoolName(context, pool.fallback, [...path, 'fallback']);
  checkCircle(context, name, path);
  const seen = new Set<string>();
  pool.members.forEach((member, i) => {
    const at = [...path, 'members', i];
    const port = member.port ?? pool.port;
    if (port === undefined) {
      context.report('balancer-port-missing', at, { address: member.address, pool: name });
      return;
    }
    const id = memberId(cidr(member.address).address, port);
    if (seen.has(id)) context.report('balancer-member-twice', at, { member: id, pool: name });
    seen.add(id);
    checkPlace(context, member.address, id, [...at, 'address']);
  });
}

function checkPoolName(context: CheckContext, name: string, path: Path): void {
  if (entryOf(context.document.loadBalancer.pools, name) === undefined)
    context.report('balancer-pool-unknown', path, { name });
}

/** A circle is told once, at the first of its pools in the document. */
function checkCircle(context: CheckContext, name: string, path: Path): void {
  const { pools } = context.document.loadBalancer;
  const way = [name];
  for (let next = entryOf(pools, name)?.fallback; next !== undefined; next = entryOf(pools, next)?.fallback) {
    if (next === name) {
      const order = Object.keys(pools);
      if (way.every((other) => order.indexOf(other) >= order.indexOf(name)))
        context.report('balancer-fallback-circle', [...path, 'fallback'], {
          circle: [...way, name].join(' -> '),
        });
      return;
    }
    if (way.includes(next)) return;
    way.push(next);
  }
}

function checkPlace(context: CheckContext, address: string, member: string, path: Path): void {
  const wanted = cidr(address);
  const owner = context.ownerOf(wanted);
  const vip = context.document.virtualIps.find((one) =>
    vipAddresses(one).some((own) => sameAddress(own, wanted)),
  );
  if (owner !== undefined || vip !== undefined) {
    const who =
      owner === undefined ? `the virtual IP of VHID ${vip?.vhid}` : `an address of ${owner.node} itself`;
    context.report('balancer-member-is-own', path, { member, owner: who });
    return;
  }
  const isNear = context.nodeAddresses.some(
    ({ address: own }) =>
      own.family === wanted.family && own.first <= wanted.value && wanted.value <= own.last,
  );
  if (!isNear) context.report('balancer-member-elsewhere', path, { member });
}

/** What a virtual server listens at. */
interface Taken {
  readonly name: string;
  readonly protocol: string;
  readonly address: string;
  readonly ports: PortRange;
}

function checkServer(
  context: CheckContext,
  name: string,
  server: ServerDocument,
  taken: Taken[],
  path: Path,
): void {
  checkPoolName(context, server.pool, [...path, 'pool']);
  if (typeof server.fallback === 'string') checkPoolName(context, server.fallback, [...path, 'fallback']);
  if (server.disabled) return;
  const { protocol, port } = server;
  server.addresses.forEach((text, i) => {
    const at = [...path, 'addresses', i];
    const { address } = cidr(text);
    if (interfaceOfVip(context.document, address) === undefined)
      context.report('balancer-address-not-vip', at, { address, server: name });
    const [low, high] = portsOf(port);
    const other = taken.find(
      (one) =>
        one.protocol === protocol && one.address === address && one.ports[0] <= high && low <= one.ports[1],
    );
    if (other !== undefined)
      context.report('balancer-server-twice', at, {
        other: other.name,
        server: name,
        protocol,
        port,
        address,
      });
    taken.push({ name, protocol, address, ports: [low, high] });
    checkFamily(context, name, address, at);
  });
  checkQuestion(context, name, server, path);
}

function checkFamily(
  context: CheckContext,
  name: string,
  address: Parameters<typeof familyOf>[0],
  path: Path,
): void {
  const balancer = balancerOf(context.document);
  const server = balancer.servers.find((one) => one.name === name);
  if (server === undefined || server.pools.length === 0) return;
  const family = familyOf(address);
  const members = balancer.pools.filter((pool) => server.pools.includes(pool.name)).flatMap((p) => p.members);
  const last = server.lastResort === undefined ? [] : [familyOf(server.lastResort.address)];
  if (![...members.map((member) => member.family), ...last].includes(family))
    context.report('balancer-family-unserved', path, { family: familyTitle(family), server: name });
}

/** A UDP service says nothing to TCP, unless a port is named for the question. */
function checkQuestion(context: CheckContext, name: string, server: ServerDocument, path: Path): void {
  const { pools, monitors } = context.document.loadBalancer;
  const pool = entryOf(pools, server.pool);
  if (server.protocol !== 'udp' || pool === undefined) return;
  if (!hasMonitor(context.document.loadBalancer, pool.monitor)) return;
  const monitor = entryOf(monitors, pool.monitor);
  const isDeliberate = monitor?.port !== undefined || (monitor?.type ?? pool.monitor) === 'icmp';
  if (!isDeliberate && pool.monitor !== 'none')
    context.report('balancer-udp-asked-by-tcp', [...path, 'pool'], {
      server: name,
      pool: server.pool,
      monitor: pool.monitor,
    });
}
