/** Cluster documents with rules of every kind, and packets that come near them, drawn from a seed. */
import type { Ipv4, Ipv6 } from '#base/address.ts';
import type { Prng } from '#base/prng.ts';
import type { ClusterDocument } from '#config/document.ts';
import { mostMarked } from '#ruleset/marks.ts';
import type { Packet } from '#ruleset/packet.ts';
import { protocolsIn } from '#ruleset/protocols.ts';

export const interfaces = ['lan', 'dmz', 'wan'] as const;

const words4 = [
  'any',
  'lan net',
  'dmz net',
  'not lan net',
  'self',
  'wan vip',
  'lan address',
  '10.1.0.0/24',
  '10.1.0.64/26',
  '10.1.0.7',
  '10.2.0.0/16',
  '10.2.0.5',
  '203.0.113.0/24',
  '203.0.113.9',
  'hosts',
  'nested',
  'many',
  'not many',
  '[10.1.0.0/24, not 10.1.0.7]',
  '[hosts, many, 198.18.0.0/15]',
] as const;
const words6 = [
  'any',
  'lan net',
  'dmz net',
  'not dmz net',
  'self',
  'fd00:1::/112',
  'fd00:2::5',
  '2001:db8::/32',
] as const;
const portWords = ['22', '80', '443', '8000-8010', 'web', '[53, 5060-5070]', '1-1024'] as const;

/** The document as a part of one with so many rules that connections do not bear them: then elements can decide. */
export const unmarked = (document: ClusterDocument): ClusterDocument => ({
  ...document,
  rules: [
    ...document.rules,
    ...document.rules.slice(0, 1).flatMap((rule) => Array(mostMarked).fill({ ...rule, disabled: true })),
  ],
});

/**
 * A document with so many rules; the rest of it has something of everything. Narrow rules are those that long lists
 * consist of: a host and a port for most.
 */
export function documentText(
  random: Prng,
  rules: number,
  kind: 'of everything' | 'narrow' = 'of everything',
): string {
  return `cluster: drawn
nodes: { A: {}, B: {} }
interfaces:
  lan: { role: lan, addresses: { A: [10.1.0.2/24, "fd00:1::2/64"], B: [10.1.0.3/24, "fd00:1::3/64"] } }
  dmz: { role: dmz, addresses: { A: [10.2.0.2/24, "fd00:2::2/64"], B: [10.2.0.3/24, "fd00:2::3/64"] } }
  wan:
    role: wan
    gateway: 192.0.2.254
    addresses: { A: [192.0.2.2/24, "2001:db8:1::2/64"], B: [192.0.2.3/24, "2001:db8:1::3/64"] }
    blockPrivate: ${random.chance(0.5)}
virtualIps:
  - { interface: wan, vhid: 1, addresses: [192.0.2.1/24], password: a-good-password }
  - { interface: lan, vhid: 2, addresses: [10.1.0.1/24], password: a-good-password }
aliases:
  hosts: { type: hosts, entries: [10.1.0.7, 10.1.0.9, 203.0.113.9] }
  nested: { type: networks, entries: [hosts, 10.2.0.0/28] }
  many: { type: networks, entries: [${Array.from({ length: 60 }, (_, i) => `10.${1 + (i % 2)}.0.${i * 4}`).join(', ')}] }
  web: { type: ports, entries: [80, 443, more] }
  more: { type: ports, entries: [8080-8081] }
schedules:
  work: { times: [{ days: [mon, tue, wed, thu, fri], from: "08:00", to: "18:00" }] }
  night: { times: [{ from: "22:00" }] }
antiLockout: ${random.pick(['lan', 'dmz', 'false'])}
floatingRules:
${list(random, kind === 'narrow' ? 1 : 4, () => floating(random))}
rules:
${list(random, rules, () => (kind === 'narrow' && random.chance(0.98) ? narrow(random) : plain(random)))}
nat:
  outbound:
    mode: ${random.pick(['automatic', 'hybrid', 'manual', 'off'])}
    rules:
      - { interface: wan, source: lan net, protocol: tcp, ports: 443, translateTo: none, description: left alone }
      - { interface: wan, source: ${random.pick(['lan net', 'dmz net'])}, translateTo: 192.0.2.1, description: by the VIP }
  portForwards:
    - { interface: wan, destination: wan vip, ports: 80, target: 10.2.0.5, targetPort: 8080, rule: associated, description: site }
    - { interface: wan, protocol: udp, destination: wan vip, ports: 5060-5070, target: 10.2.0.6, rule: pass, description: phone }
    - { interface: wan, destination: 192.0.2.1, ports: 2222, target: 10.1.0.9, targetPort: 22, rule: none, reflection: true, description: shell }
  oneToOne:
    - { interface: wan, external: 192.0.2.64/28, internal: 10.2.0.16/28, description: block }
`;
}

const list = (random: Prng, most: number, make: () => string): string =>
  Array.from(
    { length: most === 0 ? 0 : Math.max(1, most - random.below(3)) },
    () => `  - { ${make()} }\n`,
  ).join('');

function plain(random: Prng): string {
  return `action: ${action(random)}, interface: ${random.pick(interfaces)}, ${conditions(random)}`;
}

/** Where the packets go, and neighbours of it. */
const narrowHosts = [
  '10.1.0.7',
  '10.1.0.70',
  '10.2.0.5',
  '10.2.0.6',
  '10.2.0.18',
  '203.0.113.9',
  '198.18.0.1',
] as const;
const narrowPorts = [
  '22',
  '53',
  '80',
  '443',
  '8000-8010',
  '[443, 8080-8081]',
  '5060-5070',
  '1-1024',
] as const;

function narrow(random: Prng): string {
  const isFour = random.chance(0.8);
  const protocol = random.pick(['any', 'tcp', 'tcp', 'tcp', 'udp', 'tcp/udp', 'esp']);
  const four = (): string =>
    random.chance(0.8)
      ? `10.${1 + random.below(2)}.0.${4 + random.below(200)}`
      : `10.2.0.${16 * random.below(16)}/28`;
  const six = (): string => `fd00:2::${random.below(4_096).toString(16)}`;
  const hosts = isFour ? narrowHosts : (['fd00:1::7', 'fd00:2::5', '2001:db8:9::1'] as const);
  const destination = random.chance(0.5) ? random.pick(hosts) : isFour ? four() : six();
  const source = isFour
    ? random.pick(['any', '10.1.0.0/24', '10.1.0.64/26', `10.1.0.${4 + random.below(200)}`, '203.0.113.0/24'])
    : random.pick(['any', 'fd00:1::/112', 'fd00:1::/64']);
  return [
    `action: ${action(random)}`,
    `interface: ${random.pick(['lan', 'lan', 'lan', 'dmz', 'wan'])}`,
    `family: ${isFour ? 'ipv4' : 'ipv6'}`,
    `protocol: ${protocol}`,
    `source: "${source}"`,
    `destination: "${destination}"`,
    ...(/tcp|udp/.test(protocol) && random.chance(0.9) ? [`ports: ${random.pick(narrowPorts)}`] : []),
    `description: narrow ${random.below(1_000)}`,
  ].join(', ');
}

function floating(random: Prng): string {
  const where = random.pick(['any', '[lan]', '[lan, wan]', '[dmz]']);
  const direction = random.pick(['in', 'out', 'any']);
  return `action: ${action(random)}, interfaces: ${where}, direction: ${direction}, quick: ${random.chance(0.5)}, ${conditions(random)}`;
}

const action = (random: Prng): string => random.pick(['pass', 'pass', 'pass', 'block', 'reject']);

function conditions(random: Prng): string {
  const family = random.pick(['ipv4', 'ipv4', 'ipv4', 'ipv6', 'both']);
  const words: readonly string[] =
    family === 'ipv4' ? words4 : family === 'ipv6' ? words6 : ['any', 'lan net', 'self'];
  const protocol = random.pick([
    ...['any', 'tcp', 'tcp', 'udp', 'tcp/udp', 'icmp', 'gre', 'esp', '99', 'sctp', 'ah', 'igmp', 'ospf'],
    ...(family === 'ipv6' ? ['icmpv6', 'icmpv6', 'icmpv6'] : []),
  ]);
  const withPorts = /tcp|udp|sctp/.test(protocol);
  return [
    `family: ${family}`,
    `protocol: ${protocol}`,
    `source: ${random.chance(0.4) ? 'any' : random.pick(words)}`,
    `destination: ${random.chance(0.4) ? 'any' : random.pick(words)}`,
    ...(withPorts && random.chance(0.7) ? [`ports: ${random.pick(portWords)}`] : []),
    ...(withPorts && random.chance(0.1) ? ['sourcePorts: 1024-40000'] : []),
    ...(protocol === 'icmp' && random.chance(0.6)
      ? [`icmpType: ${random.pick(['echo-request', '[timestamp-request, echo-request]'])}`]
      : []),
    ...(protocol === 'icmpv6'
      ? [
          `icmpType: ${random.pick(['any', 'echo-request', 'nd-neighbor-solicit', '[nd-neighbor-advert, echo-request]'])}`,
        ]
      : []),
    ...(random.chance(0.1) ? [`schedule: ${random.pick(['work', 'night'])}`] : []),
    ...(random.chance(0.1) ? ['disabled: true'] : []),
    ...(random.chance(0.05) ? ['log: true'] : []),
    ...(random.chance(0.5) ? [`description: drawn ${random.below(1_000)}`] : []),
  ].join(', ');
}

/** A packet that comes in on an interface, each a connection of its own as long as `serial` differs. */
export function packetFor(random: Prng, ifname: (typeof interfaces)[number], serial: number): Packet {
  if (ifname === 'wan' && random.chance(0.2)) return forwarded(random, serial);
  const isFour = random.chance(0.8);
  const protocol = random.pick([6, 6, 6, 6, 17, 17, 17, 132, isFour ? 1 : 58, 47, 50, 51, 99, 2, 89]);
  const ends = isFour ? fourEnds(random, ifname, serial) : sixEnds(random, ifname, serial);
  const rest =
    protocol === 6 || protocol === 17 || protocol === 132
      ? {
          sourcePort: 20_000 + (serial % 40_000),
          port: random.pick([22, 53, 80, 443, 2222, 5061, 8005, 8080, 8081, random.below(65_536)]),
        }
      : protocol === 1 || protocol === 58
        ? { icmpType: random.pick(isFour ? [8, 8, 13] : [128, 128, 135, 136]), sourcePort: serial }
        : {};
  return { family: isFour ? 'ipv4' : 'ipv6', protocol, ...ends, ...rest };
}

/** A packet that a narrow rule is for, and where it comes in; another rule may be first. */
export function packetNear(
  random: Prng,
  document: ClusterDocument,
  serial: number,
): { readonly ifname: (typeof interfaces)[number]; readonly packet: Packet } {
  const rule = random.pick(document.rules.filter(({ description }) => description.startsWith('narrow')));
  const isFour = rule.family === 'ipv4';
  const protocol = random.pick(
    protocolsIn(rule.protocol, rule.family === 'ipv6' ? 'ipv6' : 'ipv4') ?? [6, 47],
  );
  const host = (text: string, any: string): string => {
    if (text === 'any') return any;
    const [address = '', length = ''] = text.split('/');
    if (length === '') return address;
    return isFour
      ? address.replace(/\d+$/, (last) => `${Number(last) + 4 + (serial % 10)}`)
      : `${address}${(0x100 + (serial % 4_000)).toString(16)}`;
  };
  return {
    ifname: rule.interface as (typeof interfaces)[number],
    packet: {
      family: isFour ? 'ipv4' : 'ipv6',
      protocol,
      source: host(
        `${rule.source}`,
        isFour ? `10.9.${(serial >> 8) & 255}.${serial & 255}` : 'fd00:9::9',
      ) as Ipv4,
      destination: host(`${rule.destination}`, isFour ? '10.2.0.5' : 'fd00:2::5') as Ipv4,
      ...(protocol === 6 || protocol === 17
        ? {
            sourcePort: 20_000 + (serial % 40_000),
            port: Number(/\d+/.exec(JSON.stringify(rule.ports ?? 9))?.[0]),
          }
        : {}),
    },
  };
}

/** What the port forwards are for. */
function forwarded(random: Prng, serial: number): Packet {
  const [protocol, port] = random.pick([
    [6, 80],
    [6, 2222],
    [17, 5060],
    [17, 5065],
  ] as const);
  const source = `203.0.113.${4 + (serial % 200)}` as Ipv4;
  return {
    family: 'ipv4',
    protocol,
    source,
    destination: '192.0.2.1' as Ipv4,
    sourcePort: 20_000 + (serial % 40_000),
    port,
  };
}

const homes = { lan: '10.1.0', dmz: '10.2.0', wan: '192.0.2' } as const;
const homes6 = { lan: 'fd00:1::', dmz: 'fd00:2::', wan: '2001:db8:1::' } as const;

function fourEnds(
  random: Prng,
  ifname: (typeof interfaces)[number],
  serial: number,
): Pick<Packet, 'source' | 'destination'> {
  // Not the nodes' own addresses, which the kernel would not take from outside.
  const own = `${homes[ifname]}.${random.pick([7, 9, 4 + (serial % 200)])}`;
  const foreign = ifname === 'wan' ? `203.0.113.${random.pick([9, 4 + (serial % 200)])}` : own;
  const source = random.pick([
    own,
    own,
    foreign,
    foreign,
    `10.9.${(serial >> 8) & 255}.${serial & 255}`,
    '10.1.0.200',
  ]);
  const destination = random.pick(
    [
      '10.1.0.7',
      '10.1.0.70',
      '10.2.0.5',
      '10.2.0.6',
      '10.2.0.18',
      '10.1.0.1',
      '10.1.0.2',
      '10.2.0.2',
      '192.0.2.1',
      '192.0.2.2',
      '192.0.2.66',
      '203.0.113.9',
      '203.0.113.77',
      '198.18.0.1',
    ].filter((one) => one !== source),
  );
  return { source: source as Ipv4, destination: destination as Ipv4 };
}

function sixEnds(
  random: Prng,
  ifname: (typeof interfaces)[number],
  serial: number,
): Pick<Packet, 'source' | 'destination'> {
  const source = `${homes6[ifname]}${(0x100 + (serial % 60_000)).toString(16)}`;
  const destination = random.pick(['fd00:1::7', 'fd00:2::5', 'fd00:1::2', '2001:db8:1::2', '2001:db8:9::1']);
  return { source: source as Ipv6, destination: destination as Ipv6 };
}
