/**
 * The load balancer in the kernel: a table of its own, so that the firewall's rules and the members' comings and goings
 * do not replace each other. A virtual server picks a place of its pool's table, in turn or by a hash of the client's
 * address, and translates the destination; the source stays. Only the first packet of a connection comes here.
 */
import { type Family, familyOf, type Ipv4, type Ipv6 } from '#base/address.ts';
import {
  type Balancer,
  balancerOf,
  interfaceOfVip,
  memberId,
  type Pool,
  poolsInUse,
  type VirtualServer,
} from '#config/balancer.ts';
import type { ClusterDocument } from '#config/document.ts';
import { networksOf } from '#config/model.ts';
import { cidr, contains, networkText } from '#config/network.ts';
import { families, word } from './match.ts';

const name = 'inet bascule_balancer';
/** Any number, the same on all nodes: a client keeps its member across a failover. */
const seed = 0x62617363;

/** Where a place leads. */
export interface Destination {
  readonly address: Ipv4 | Ipv6;
  readonly port: number;
}
/** Places in order; empty when nobody serves. */
export type Places = Readonly<Record<Family, readonly Destination[]>>;

/** A member of which the kernel saw that it refuses counts as doubtful for so long, unless its check says sooner. */
const doubtFor = '3s';
/** A member that answers its check although it refused somebody is not doubted again for so long. */
const trustFor = '5s';
/** Clients whose connection was turned to another member once are remembered for so long. */
const turnedFor = '10s';
/** Members of one pool that a new connection tries as the pool picks them, if those before are doubted. */
const tries = 4;
/** Places that are looked at then, whoever has them, before one that is doubted is taken. */
const mostLooked = 16;

/** Takes the balancer's table away, whether it is there or not. */
export const balancerRemoval = `table ${name} {}\ndelete table ${name}\n`;

/** The program that replaces the whole table. `places` tells where those of a pool lead. */
export function balancerProgram(document: ClusterDocument, places: (pool: string) => Places): string {
  const balancer = balancerOf(document);
  if (balancer.servers.length === 0) return balancerRemoval;
  return [
    `${balancerRemoval}table ${name} {`,
    ...counters(balancer),
    ...memberNumbers(balancer),
    ...poolsInUse(balancer).flatMap((pool) =>
      families.map((family) => poolMap(balancer, pool, family, places(pool.name)[family])),
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
      ...families.flatMap(noticing),
    ]),
    ...families.map(refusedChain),
    block('chain reflect', [
      'type nat hook postrouting priority srcnat - 5; policy accept;',
      ...balancer.servers.flatMap((server) => reflections(document, balancer, server)),
    ]),
    '}',
    '',
  ].join('\n');
}

/** The program that changes places from one state to another in one transaction; empty when there is no difference. */
export function placesProgram(balancer: Balancer, pool: string, from: Places, to: Places): string {
  const numbers = numbersOf(balancer);
  return families.map((family) => placesOfFamily(numbers, pool, family, from[family], to[family])).join('');
}

/**
 * The program that ends the doubt about members; empty when there are none. `trust`: they answer their checks, so who
 * they refuse next shall not take them from the others.
 */
export function absolution(balancer: Balancer, members: readonly Destination[], trust: boolean): string {
  const all = numbersOf(balancer);
  const numbers = members
    .flatMap((member) => all.get(memberId(member.address, member.port)) ?? [])
    .join(', ');
  if (numbers === '') return '';
  // Added first, since what is not there (any more) cannot be deleted.
  const over = ['add', 'delete'].map((word) => `${word} element ${name} doubted { ${numbers} }\n`).join('');
  return trust ? `${over}add element ${name} trusted { ${numbers} }\n` : over;
}

/** Which number each place bears. */
export function placeNumbers(
  balancer: Balancer,
  places: readonly Destination[],
): ReadonlyMap<number, number> {
  const numbers = numbersOf(balancer);
  return new Map(
    places.map(({ address, port }, place) => [place, numbers.get(memberId(address, port)) ?? 0]),
  );
}

/** Which member a number in the kernel's set of the doubted means. */
export function memberOfNumber(balancer: Balancer, number: number): string | undefined {
  return [...numbersOf(balancer)].find(([, own]) => own === number)?.[0];
}

/** A place names its member by a number from 1 on, which fits into 32 bits of a packet's description. */
const numbersOf = ({ pools }: Balancer): ReadonlyMap<string, number> =>
  new Map(
    [...new Set(pools.flatMap(({ members }) => members.map(({ id }) => id)))].map((id, i) => [id, i + 1]),
  );

function placesOfFamily(
  numbers: ReadonlyMap<string, number>,
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
    if (next !== undefined) come.push(element(numbers, place, next));
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

/** Where numbers lead, whose numbers addresses are, and of whom the packets themselves made the kernel doubt. */
function memberNumbers(balancer: Balancer): string[] {
  const numbers = [...numbersOf(balancer)];
  const members = new Map(balancer.pools.flatMap(({ members }) => members.map((one) => [one.id, one])));
  const maps = families.flatMap((family) => {
    const own = numbers.flatMap(([id, number]) => {
      const member = members.get(id);
      return member?.family === family ? [{ number, at: `${member.address} . ${member.port}` }] : [];
    });
    return [
      mapOf(
        `map destinations_${family}`,
        `typeof meta priority : ${word[family]} daddr . th dport`,
        own.map(({ number, at }) => `${number} : ${at}`),
      ),
      mapOf(
        `map numbers_${family}`,
        `type ${family}_addr . inet_service : classid`,
        own.map(({ number, at }) => `${at} : ${number}`),
      ),
      block(`set turned_${family}`, [
        `type ${family}_addr . inet_service`,
        ...passing('dynamic,timeout', turnedFor),
      ]),
    ];
  });
  return [
    ...maps,
    block('set doubted', ['typeof meta priority', ...passing('dynamic,timeout', doubtFor)]),
    block('set trusted', ['typeof meta priority', ...passing('timeout', trustFor)]),
  ];
}

const passing = (flags: string, span: string): string[] => [
  'size 65535',
  `flags ${flags}`,
  `timeout ${span}`,
];

/** `typeof` with the number generator for both ways of picking: nft 1.0.6 cannot list a map of type jhash. */
function poolMap(balancer: Balancer, pool: Pool, family: Family, places: readonly Destination[]): string {
  const numbers = numbersOf(balancer);
  return mapOf(
    `map pool_${pool.name}_${family}`,
    `typeof numgen inc mod ${pool.slots} : meta priority`,
    places.map((destination, place) => element(numbers, place, destination)),
  );
}

function element(
  numbers: ReadonlyMap<string, number>,
  place: number,
  { address, port }: Destination,
): string {
  const number = numbers.get(memberId(address, port));
  if (number === undefined) throw new Error(`bug: ${memberId(address, port)} is a member of no pool`);
  return `${place} : ${number}`;
}

function services({ servers }: Balancer, family: Family): string[] {
  const own = servers.flatMap((server) =>
    server.addresses
      .filter((address) => familyOf(address) === family)
      .map((address) => ({ server, key: `${address} . ${server.protocol} . ${server.port}` })),
  );
  const type = `type ${family}_addr . inet_proto . inet_service`;
  // A set of ranges is slower to look into, so only who has one has it.
  const flags = own.some(({ server: { ports } }) => ports[0] !== ports[1]) ? ['flags interval'] : [];
  return [
    mapOf(
      `map services_${family}`,
      [`${type} : verdict`, ...flags],
      own.map(({ server, key }) => `${key} : goto ${chainName(server, family)}`),
    ),
    mapOf(
      `set listening_${family}`,
      [type, ...flags],
      own.map(({ key }) => key),
    ),
  ];
}

const chainName = (server: VirtualServer, family: Family): string => `serve_${server.name}_${family}`;

/**
 * The pools one after the other: where a table is empty the lookup finds nothing and the next is tried. The place that
 * was picked is kept in the packet's priority, which nothing but a queue on the way out looks at and IPv4 forwarding
 * sets anew: so a member that is doubted can be passed over, and without anybody better it is taken all the same.
 */
function serveChain(balancer: Balancer, server: VirtualServer, family: Family): string[] {
  if (!server.addresses.some((address) => familyOf(address) === family)) return [];
  const protocol = `meta l4proto ${server.protocol}`;
  const translate = `dnat ${word[family]} to`;
  const toPicked = `${translate} meta priority map @destinations_${family}`;
  const lines = server.pools.flatMap((poolName) => {
    const pool = balancer.pools.find((one) => one.name === poolName);
    if (pool === undefined) return [];
    return [
      'meta priority set 0',
      ...picks(pool, family).flatMap((pick) => [
        `meta priority set ${pick} map @pool_${pool.name}_${family}`,
        `${protocol} meta priority != @doubted ${toPicked}`,
      ]),
      `meta priority != 0 add @turned_${family} { ${word[family]} saddr . th sport }`,
      `${protocol} ${toPicked}`,
    ];
  });
  const last = server.lastResort;
  if (last !== undefined && familyOf(last.address) === family) {
    const where = family === 'ipv6' ? `[${last.address}]` : last.address;
    lines.push(`${protocol} ${translate} ${where}:${last.port}`);
  }
  return [block(`chain ${chainName(server, family)}`, lines)];
}

/**
 * Ways to a place, in the order in which they are tried. A failover pool has its members in order. Of a small pool
 * every try may hit the one that is doubted; the first places belong to each of its members in turn. (nft knows no
 * lookup of a constant, only of a number that does not change.)
 */
function picks(pool: Pool, family: Family): string[] {
  const members = pool.members.filter((member) => member.family === family).length;
  const looked = Math.min(pool.mode === 'failover' ? members : members * 2, mostLooked);
  const places = Array.from({ length: looked }, (_, nth) => `numgen inc mod 1 offset ${nth}`);
  return pool.mode === 'failover' ? places : [...choices(pool, family), ...places];
}

const choices = (pool: Pool, family: Family): string[] =>
  Array.from({ length: tries }, (_, nth) => {
    if (!pool.sticky) return `numgen inc mod ${pool.slots}`;
    return `jhash ${word[family]} saddr mod ${pool.slots} seed 0x${(seed + nth).toString(16)}`;
  });

/**
 * A host without a listener answers a SYN by a reset of sequence number 0 that acknowledges it (RFC 9293, 3.10.7.1).
 * No other segment of a client brings such a one about, so who connects to a member that listens cannot have it doubted.
 */
function noticing(family: Family): string[] {
  const ip = word[family];
  const ours = `ct original ${ip} daddr . meta l4proto . ct original proto-dst @listening_${family}`;
  const reply = 'ct direction reply ct status dnat';
  const icmp = family === 'ipv4' ? 'icmp' : 'icmpv6';
  return [
    `tcp flags & (syn | rst | ack) == rst | ack tcp sequence 0 ${reply} ${ours} jump refused_${family}`,
    // A datagram that nobody takes. What was answered before is no news of a member.
    `${icmp} type destination-unreachable ${reply} ct status & seen-reply == 0 meta priority set ${ip} saddr . ct reply proto-src map @numbers_${family} meta priority != @trusted add @doubted { meta priority }`,
  ];
}

/**
 * The member is doubted. Once per connection the client shall not learn of it: a reset that acknowledges what was never
 * sent is ignored (RFC 9293, 3.10.7.3), and Linux repeats its SYN at once; others do after their timeout. The kernel has
 * forgotten the connection by then (nf_conntrack_proto_tcp.c: the only answer was a reset), so it gets another member.
 */
function refusedChain(family: Family): string {
  const ip = word[family];
  const client = `${ip} daddr . tcp dport`;
  return block(`chain refused_${family}`, [
    'meta priority set 0',
    `meta priority set ${ip} saddr . tcp sport map @numbers_${family}`,
    'meta priority 0 return',
    'meta priority @trusted return',
    'add @doubted { meta priority }',
    `${client} @turned_${family} return`,
    `add @turned_${family} { ${client} }`,
    'counter tcp ackseq set 0',
  ]);
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

const mapOf = (head: string, type: string | readonly string[], elements: readonly string[]): string =>
  block(head, [
    ...[type].flat(),
    ...(elements.length === 0 ? [] : [`elements = { ${elements.join(', ')} }`]),
  ]);
