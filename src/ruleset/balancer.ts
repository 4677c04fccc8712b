/**
 * The load balancer in the kernel: a table of its own, so that the firewall's rules and the members' comings and goings
 * do not replace each other. A virtual server picks a place of its pool's table, in turn or by a hash of the client's
 * address, and translates the destination; the source stays. Only the first packet of a connection comes here.
 */
import type { Family, Ipv4, Ipv6 } from '#base/address.ts';
import { familyOf } from '#base/address.ts';
import {
  type Balancer,
  balancerOf,
  interfaceOfVip,
  type Pool,
  poolsInUse,
  type VirtualServer,
} from '#config/balancer.ts';
import type { ClusterDocument } from '#config/document.ts';
import { networksOf } from '#config/model.ts';
import { cidr, contains, networkText } from '#config/network.ts';

const name = 'inet bascule_balancer';
const families = ['ipv4', 'ipv6'] as const;
const word = { ipv4: 'ip', ipv6: 'ip6' } as const;
/** Any number, the same on all nodes: a client keeps its member across a failover. */
const seed = '0x62617363';

/** Where a place leads. */
export interface Destination {
  readonly address: Ipv4 | Ipv6;
  readonly port: number;
}
/** Places in order; empty when nobody serves. */
export type Places = Readonly<Record<Family, readonly Destination[]>>;

/** Takes the balancer's table away, whether it is there or not. */
export const balancerRemoval = `table ${name} {}\ndelete table ${name}\n`;

/** The program that replaces the whole table. `places` tells where those of a pool lead. */
export function balancerProgram(document: ClusterDocument, places: (pool: string) => Places): string {
  const balancer = balancerOf(document);
  if (balancer.servers.length === 0) return balancerRemoval;
  return [
    `${balancerRemoval}table ${name} {`,
    ...counters(balancer),
    ...poolsInUse(balancer).flatMap((pool) =>
      families.map((family) => poolMap(pool, family, places(pool.name)[family])),
    ),
    ...families.flatMap((family) => services(balancer, family)),
    block('chain balance', [
      'type nat hook prerouting priority dstnat - 5; policy accept;',
      ...families.map((family) => `${word[family]} daddr . meta l4proto . th dport vmap @services_${family}`),
    ]),
    ...families.flatMap((family) =>
      balancer.servers.flatMap((server) => serveChain(balancer, server, family)),
    ),
    block('chain refuse', [
      // Whatever comes as far as here was translated by nobody.
      'type filter hook input priority filter - 5; policy accept;',
      ...families.flatMap((family) => {
        const match = `ct state new ${word[family]} daddr . meta l4proto . th dport @listening_${family}`;
        const why = 'comment "no member is online"';
        return [
          `meta l4proto tcp ${match} counter reject with tcp reset ${why}`,
          `meta l4proto udp ${match} counter reject with icmpx port-unreachable ${why}`,
        ];
      }),
    ]),
    block('chain count', [
      'type filter hook postrouting priority srcnat - 10; policy accept;',
      ...families.map(
        (family) =>
          `ct state new ct status dnat counter name ${word[family]} daddr . th dport map @members_${family}`,
      ),
    ]),
    block('chain reflect', [
      'type nat hook postrouting priority srcnat - 5; policy accept;',
      ...balancer.servers.flatMap((server) => reflections(document, balancer, server)),
    ]),
    '}',
    '',
  ].join('\n');
}

/** The program that changes places from one state to another in one transaction; empty when there is no difference. */
export function placesProgram(pool: string, from: Places, to: Places): string {
  return families.map((family) => placesOfFamily(pool, family, from[family], to[family])).join('');
}

function placesOfFamily(
  pool: string,
  family: Family,
  from: readonly Destination[],
  to: readonly Destination[],
): string {
  const map = `${name} pool_${pool}_${family}`;
  const gone: number[] = [];
  const come: string[] = [];
  for (let place = 0; place < Math.max(from.length, to.length); place++) {
    const [old, next] = [from[place], to[place]];
    const same = old?.address === next?.address && old?.port === next?.port;
    if (same) continue;
    if (old !== undefined) gone.push(place);
    if (next !== undefined) come.push(element(place, next));
  }
  return [
    ...(gone.length === 0 ? [] : [`delete element ${map} { ${gone.join(', ')} }\n`]),
    ...(come.length === 0 ? [] : [`add element ${map} { ${come.join(', ')} }\n`]),
  ].join('');
}

/**
 * Lines that let what comes in for virtual servers on an interface pass to their members. They belong behind the rules
 * of that interface, so that whoever is blocked there stays blocked.
 */
export function balancerPassLines(document: ClusterDocument, ifname: string): string[] {
  return balancerOf(document).servers.flatMap((server) =>
    server.addresses
      .filter((address) => server.pass && interfaceOfVip(document, address) === ifname)
      .map((address) => `${meant(server, address)} counter accept comment "virtual server ${server.name}"`),
  );
}

/** Matches connections that were translated for a server. */
function meant(server: VirtualServer, address: Ipv4 | Ipv6): string {
  const original = `ct original ${word[familyOf(address)]} daddr ${address}`;
  return `meta l4proto ${server.protocol} ct status dnat ${original} ct original proto-dst ${server.port}`;
}

/** The name of the counter of new connections to a member. */
export const counterName = ({ address, port }: Destination): string =>
  `to_${address.replace(/[.:]/g, '_')}_${familyOf(address)}_${port}`;

function counters(balancer: Balancer): string[] {
  const members = new Map(
    balancer.pools.flatMap((pool) => pool.members).map((member) => [member.id, member]),
  );
  const of = (family: Family) => [...members.values()].filter((member) => member.family === family);
  return [
    ...[...members.values()].map((member) => block(`counter ${counterName(member)}`, ['packets 0 bytes 0'])),
    ...families.map((family) =>
      mapOf(
        `map members_${family}`,
        `type ${family}_addr . inet_service : counter`,
        of(family).map((member) => `${member.address} . ${member.port} : "${counterName(member)}"`),
      ),
    ),
  ];
}

/** `typeof` with the number generator for both ways of picking: nft 1.0.6 cannot list a map of type jhash. */
function poolMap(pool: Pool, family: Family, places: readonly Destination[]): string {
  const type = `typeof numgen inc mod ${pool.slots} : ${word[family]} daddr . th dport`;
  return mapOf(
    `map pool_${pool.name}_${family}`,
    type,
    places.map((destination, place) => element(place, destination)),
  );
}

const element = (place: number, { address, port }: Destination): string => `${place} : ${address} . ${port}`;

function services({ servers }: Balancer, family: Family): string[] {
  const own = servers.flatMap((server) =>
    server.addresses
      .filter((address) => familyOf(address) === family)
      .map((address) => ({ server, key: `${address} . ${server.protocol} . ${server.port}` })),
  );
  const type = `type ${family}_addr . inet_proto . inet_service`;
  return [
    mapOf(
      `map services_${family}`,
      `${type} : verdict`,
      own.map(({ server, key }) => `${key} : goto ${chainName(server, family)}`),
    ),
    mapOf(
      `set listening_${family}`,
      type,
      own.map(({ key }) => key),
    ),
  ];
}

const chainName = (server: VirtualServer, family: Family): string => `serve_${server.name}_${family}`;

/** One line per pool: when its table is empty the lookup finds nothing and the next line is tried. */
function serveChain(balancer: Balancer, server: VirtualServer, family: Family): string[] {
  if (!server.addresses.some((address) => familyOf(address) === family)) return [];
  const translate = `meta l4proto ${server.protocol} dnat ${word[family]} to`;
  const lines = server.pools.flatMap((poolName) => {
    const pool = balancer.pools.find((one) => one.name === poolName);
    if (pool === undefined) return [];
    const pick = pool.sticky
      ? `jhash ${word[family]} saddr mod ${pool.slots} seed ${seed}`
      : `numgen inc mod ${pool.slots}`;
    return [`${translate} ${pick} map @pool_${pool.name}_${family}`];
  });
  const last = server.lastResort;
  if (last !== undefined && familyOf(last.address) === family) {
    const where = family === 'ipv6' ? `[${last.address}]` : last.address;
    lines.push(`${translate} ${where}:${last.port}`);
  }
  return [block(`chain ${chainName(server, family)}`, lines)];
}

/**
 * A client in the network of the members would get the answer from the member itself, under an address that it never
 * asked: towards the member it therefore comes from the server's address.
 */
function reflections(document: ClusterDocument, balancer: Balancer, server: VirtualServer): string[] {
  const members = balancer.pools
    .filter((pool) => server.pools.includes(pool.name))
    .flatMap((pool) => pool.members);
  const destinations = [...members, ...(server.lastResort === undefined ? [] : [server.lastResort])];
  const networks = Object.keys(document.interfaces)
    .flatMap((ifname) => networksOf(document, ifname))
    .filter((network) => destinations.some(({ address }) => contains(network, cidr(address))));
  return server.addresses.flatMap((address) => {
    const ip = word[familyOf(address)];
    return networks
      .filter(({ family }) => family === familyOf(address))
      .map(networkText)
      .map(
        (net) => `${meant(server, address)} ${ip} saddr ${net} ${ip} daddr ${net} snat ${ip} to ${address}`,
      );
  });
}

const block = (head: string, lines: readonly string[]): string =>
  `\t${head} {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}`;

const mapOf = (head: string, type: string, elements: readonly string[]): string =>
  block(head, [type, ...(elements.length === 0 ? [] : [`elements = { ${elements.join(', ')} }`])]);
