/**
 * The load balancer as its parts need it: names resolved, defaults filled in. Health is checked by `balance`, the
 * kernel's program is written by `ruleset`; both go by these words.
 */
import { type Family, familyOf, type Ipv4, type Ipv6 } from '#base/address.ts';
import { type PortRange, plainPorts } from './aliases.ts';
import type { BalancerDocument, MonitorDocument, PoolDocument } from './balancer-document.ts';
import type { ClusterDocument } from './document.ts';
import { entryOf, vipAddresses } from './model.ts';
import { cidr, sameAddress } from './network.ts';

/** How one server is asked whether it lives; times in milliseconds. */
export type Monitor = MonitorDocument & { readonly name: string; readonly retryInterval: number };

export interface Member {
  /** "192.0.2.1:80" or "[2001:db8::1]:80": its name within the pool. */
  readonly id: string;
  readonly address: Ipv4 | Ipv6;
  readonly family: Family;
  readonly port: number;
  readonly weight: number;
  readonly enabled: boolean;
  readonly description: string;
}

export interface Pool {
  readonly name: string;
  readonly mode: PoolDocument['mode'];
  readonly sticky: boolean;
  readonly members: readonly Member[];
  /** Undefined when its members count as online unasked. */
  readonly monitor: Monitor | undefined;
  /** Places of its table in the kernel, per family. */
  readonly slots: number;
  readonly description: string;
}

export interface VirtualServer {
  readonly name: string;
  readonly addresses: readonly (Ipv4 | Ipv6)[];
  /** `80` or `8000-8010` */
  readonly port: number | string;
  readonly ports: PortRange;
  readonly protocol: 'tcp' | 'udp';
  /** Names of pools in the order in which they serve: the first that has a member online. */
  readonly pools: readonly string[];
  /** Who serves when none of them has. */
  readonly lastResort: { readonly address: Ipv4 | Ipv6; readonly port: number } | undefined;
  readonly pass: boolean;
  readonly description: string;
}

export interface Balancer {
  readonly workers: number;
  readonly pools: readonly Pool[];
  readonly servers: readonly VirtualServer[];
}

/** The balancer of a document; without findings of severity error every name leads somewhere. */
export function balancerOf(document: ClusterDocument): Balancer {
  const { workers, pools, virtualServers } = document.loadBalancer;
  return {
    workers,
    pools: Object.entries(pools).map(([name, pool]) => poolOf(document.loadBalancer, name, pool)),
    servers: Object.entries(virtualServers)
      .filter(([, server]) => !server.disabled)
      .map(([name, server]) => ({
        name,
        addresses: server.addresses.map(plain),
        port: server.port,
        ports: portsOf(server.port),
        protocol: server.protocol,
        pools: chainOf(document.loadBalancer, [
          server.pool,
          ...(typeof server.fallback === 'string' ? [server.fallback] : []),
        ]),
        lastResort:
          typeof server.fallback === 'object'
            ? {
                address: plain(server.fallback.address),
                port: server.fallback.port ?? portsOf(server.port)[0],
              }
            : undefined,
        pass: server.rule === 'pass',
        description: server.description,
      })),
  };
}

export function portsOf(port: number | string): PortRange {
  const [range] = plainPorts(port);
  if (range === undefined) throw new Error(`bug: "${port}" is no port`);
  return range;
}

/** The pools that virtual servers lead to, in the order of the document. */
export const poolsInUse = ({ pools, servers }: Balancer): readonly Pool[] =>
  pools.filter(({ name }) => servers.some((server) => server.pools.includes(name)));

/** Pools and their fall-backs, each once: a circle ends where it began. */
function chainOf({ pools }: BalancerDocument, wanted: readonly string[]): string[] {
  const chain: string[] = [];
  for (let name of wanted) {
    for (;;) {
      const pool = entryOf(pools, name);
      if (pool === undefined || chain.includes(name)) break;
      chain.push(name);
      if (pool.fallback === undefined) break;
      name = pool.fallback;
    }
  }
  return chain;
}

function poolOf(balancer: BalancerDocument, name: string, pool: PoolDocument): Pool {
  const members = pool.members.flatMap((member): Member[] => {
    const port = member.port ?? pool.port;
    if (port === undefined) return [];
    const address = plain(member.address);
    const { weight, enabled, description } = member;
    return [
      { id: memberId(address, port), address, family: familyOf(address), port, weight, enabled, description },
    ];
  });
  return {
    name,
    mode: pool.mode,
    sticky: pool.sticky,
    members,
    monitor: monitorOf(balancer, pool.monitor),
    slots: pool.mode === 'failover' ? 1 : slotsFor(members),
    description: pool.description,
  };
}

/** "192.0.2.1:80" or "[2001:db8::1]:80". */
export const memberId = (address: Ipv4 | Ipv6, port: number): string =>
  familyOf(address) === 'ipv6' ? `[${address}]:${port}` : `${address}:${port}`;

/** Whether a pool may name this monitor. */
export const hasMonitor = ({ monitors }: BalancerDocument, name: string): boolean =>
  entryOf(monitors, name) !== undefined || Object.hasOwn(standard, name) || name === 'none';

const usual = { interval: 10_000, timeout: 1_000, fall: 3, rise: 1 } as const;
const standard: Readonly<Record<string, MonitorDocument>> = {
  icmp: { type: 'icmp', ...usual },
  tcp: { type: 'tcp', ...usual },
  http: { type: 'http', ...usual, path: '/', status: [200] },
  https: { type: 'https', ...usual, path: '/', status: [200], verifyCertificate: false },
};
/** After a check that contradicts the state nobody wants to wait for ten seconds. */
const soon = 1_000;

function monitorOf({ monitors }: BalancerDocument, name: string): Monitor | undefined {
  const monitor = entryOf(monitors, name) ?? entryOf(standard, name);
  if (monitor === undefined) return undefined;
  return { ...monitor, name, retryInterval: monitor.retryInterval ?? Math.min(monitor.interval, soon) };
}

/** Sizes with many divisors, so that few members share the places evenly. */
const sizes = [240, 1_260, 5_040, 20_160];
/** Places for the smallest share: what is left over after division stays small beside it. */
const placesPerShare = 4;

/** Depends on the document alone: at every node, and whatever member is online, a pool has as many places. */
function slotsFor(members: readonly Member[]): number {
  const least = Math.min(...members.map(({ weight }) => weight));
  const shares = members.reduce((sum, { weight }) => sum + weight, 0) / least;
  return sizes.find((size) => size >= shares * placesPerShare) ?? (sizes.at(-1) as number);
}

/** The interface whose virtual IP an address is; undefined when no virtual IP has it. */
export function interfaceOfVip(document: ClusterDocument, address: Ipv4 | Ipv6): string | undefined {
  const wanted = cidr(address);
  return document.virtualIps.find((vip) => vipAddresses(vip).some((own) => sameAddress(own, wanted)))
    ?.interface;
}

const plain = (address: string): Ipv4 | Ipv6 => cidr(address).address;
