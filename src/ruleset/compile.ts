/**
 * From the cluster document to one nftables program for one node. The program replaces the whole table in one
 * transaction: the kernel takes all of it or nothing.
 */
import { familyOf } from '#base/address.ts';
import type { ClusterDocument } from '#config/document.ts';
import { deviceOf, enabledAt, entryOf, networksOf, syncInterface, vipDeviceName } from '#config/model.ts';
import { bogonRanges, cidr, privateRanges } from '#config/network.ts';
import { managementPort } from '#config/peers.ts';
import { balancerPassLines } from './balancer.ts';
import { refusal } from './cells.ts';
import { dispatch } from './dispatch.ts';
import { forwardSteps } from './inbound.ts';
import { isMarked } from './marks.ts';
import { families, ownAddresses, setOf, sidesOf, word } from './match.ts';
import { Memory } from './memory.ts';
import { natChains } from './nat.ts';
import { managementPeers } from './peers.ts';
import { type Chain, type NamedSet, programOf, type Ruleset, type VerdictElement } from './program.ts';
import { routingChains } from './routing.ts';
import { antiLockoutAt, recallRules, rulesInto, rulesOutOf, StepMaker } from './rules.ts';
import { type Facts, Setting } from './setting.ts';
import { anyOf, quoted } from './text.ts';

export { removal } from './program.ts';

/** Neighbour and router discovery, which IPv6 cannot live without (RFC 4890 section 4.4.1); never forwarded. */
const discovery = 'nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, nd-router-advert';
/** Multicast listener messages keep a snooping switch forwarding adverts to us. */
const listeners = 'mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report';

/** A ruleset; the text is made when it is asked for, since most changes do without. */
export class Compiled {
  readonly ruleset: Ruleset;
  /** For the next compilation. */
  readonly memory: Memory;
  #program: string | undefined;

  constructor(ruleset: Ruleset, memory: Memory) {
    this.ruleset = ruleset;
    this.memory = memory;
  }

  get program(): string {
    this.#program ??= programOf(this.ruleset);
    return this.#program;
  }
}

/**
 * The program for `node`, for `nft -f`, and the same as data. The document must have no findings of severity error.
 * Rules match in their order, the first decides; nothing passes without one but adverts, state synchronisation, the
 * nodes' own HTTPS, what IPv6 needs and the way to the page (anti-lockout). Who compiles one document after the other
 * gives the same `memory` each time.
 */
export function compile(
  document: ClusterDocument,
  node: string,
  facts: Facts = {},
  memory: Memory = new Memory(),
): Compiled {
  const { aliases, interfaces, virtualIps } = document;
  const setting = new Setting(document, node, facts);
  const marking = [isMarked(document), setting.hasWays];
  memory.begin(JSON.stringify([node, aliases, interfaces, virtualIps, facts.tables, marking]));
  recallRules(setting, memory);
  return new Compiled(rulesetOf(setting, memory), memory);
}

function rulesetOf(setting: Setting, memory: Memory): Ruleset {
  const { document, node, interfaces } = setting;
  const maker = new StepMaker(setting);
  const into = interfaces.flatMap((ifname) => interfaceChains(setting, ifname, maker, memory));
  const out = outChains(setting, maker);
  const chains = [
    ...untrackedChains(setting, maker),
    ...helperChains(document),
    ...baseChains(setting),
    ...into,
    ...out,
    ...routingChains(setting, maker),
    ...maker.chains,
    ...natChains(setting),
  ];
  const refuses = ({ value }: VerdictElement): boolean => value.endsWith(`goto ${refusal.name}`);
  if (chains.some(({ maps = [] }) => maps.some(({ elements }) => elements.some(refuses))))
    chains.push(refusal);
  return {
    title: `${document.cluster}: ${node}`,
    sets: [
      ...interfaces.map((name) => interfaceSet(document, node, name)),
      ...setting.sets.values(),
      ...maker.sets,
    ],
    objects: helperObjects(document),
    chains,
  };
}

/** Where the kernel hands packets for the node, and packets to be forwarded, to the rules. */
function baseChains(setting: Setting): Chain[] {
  const { document, node, interfaces } = setting;
  const common = ['ct state established,related accept', 'ct state invalid counter drop comment "invalid"'];
  const spoofed = interfaces.flatMap((name) => antispoofLines(document, name));
  const judged = [
    ...interfaces.map((name) => `iifname @if_${name} jump in_${name}`),
    'counter comment "default deny"',
  ];
  return [
    {
      name: 'input',
      hook: 'type filter hook input priority filter; policy drop;',
      lines: [
        'iifname "lo" accept',
        ...interfaces.flatMap((name) => advertLines(document, name)),
        ...stateSyncLines(document, node),
        'meta l4proto { 112, 240 } counter drop comment "CARP or pfsync from elsewhere"',
        ...common,
        'ip protocol 2 ip ttl 1 accept comment "IGMP"',
        `ip6 hoplimit 255 icmpv6 type { ${discovery} } accept`,
        `ip6 saddr fe80::/10 icmpv6 type { ${listeners} } accept`,
        ...spoofed,
        ...peerLines(setting, 'from'),
        ...antiLockoutLines(setting),
        ...judged,
      ],
    },
    {
      name: 'forward',
      hook: 'type filter hook forward priority filter; policy drop;',
      lines: [
        'meta l4proto { 112, 240 } counter drop comment "CARP and pfsync stay on their link"',
        ...common,
        ...spoofed,
        ...judged,
      ],
    },
  ];
}

/** Adverts and state synchronisation are no connections; rules without state make none either. */
function untrackedChains(setting: Setting, maker: StepMaker): Chain[] {
  const parts = setting.interfaces.flatMap((ifname) => {
    const steps = maker.shadowOf(
      rulesInto(setting, ifname),
      ({ state }) => state === 'none',
      ({ state }) => (state === 'none' ? 'notrack accept' : 'accept'),
    );
    return steps.length === 0 ? [] : [{ ifname, chains: dispatch(`stateless_${ifname}`, steps) }];
  });
  return [
    {
      name: 'untracked',
      hook: 'type filter hook prerouting priority raw; policy accept;',
      lines: [
        'meta l4proto { 112, 240 } notrack',
        ...parts.map(({ ifname }) => `iifname @if_${ifname} jump stateless_${ifname}`),
      ],
    },
    {
      name: 'untracked_out',
      hook: 'type filter hook output priority raw; policy accept;',
      lines: ['meta l4proto { 112, 240 } notrack'],
    },
    ...parts.flatMap(({ chains }) => chains),
  ];
}

/** What comes in on one interface, for the node or to be forwarded. */
function interfaceChains(setting: Setting, ifname: string, maker: StepMaker, memory: Memory): Chain[] {
  const face = entryOf(setting.document.interfaces, ifname);
  const steps = [
    ...forwardSteps(setting, ifname, 'pass'),
    ...maker.stepsOf(rulesInto(setting, ifname), 'in'),
    ...forwardSteps(setting, ifname, 'associated'),
  ];
  const [first, ...others] = dispatch(`in_${ifname}`, steps, memory.trees);
  if (first === undefined) throw new Error('bug: a dispatch has at least its own chain');
  const blocked = [
    ...(face?.blockPrivate === true ? blockLines(privateRanges, 'block private networks') : []),
    ...bogonLines(setting, face?.blockBogons ?? false),
  ];
  const balanced = balancerPassLines(setting.document, ifname);
  return [{ ...first, lines: [...blocked, ...first.lines, ...balanced] }, ...others];
}

/** What nobody may use ever, and what an alias lists besides: one that is fetched keeps up with what is handed out. */
function bogonLines(setting: Setting, bogons: boolean | string): string[] {
  if (bogons === false) return [];
  const comment = 'block bogon networks';
  const sides =
    typeof bogons === 'string'
      ? families.flatMap((family) => sidesOf(setting, bogons, family).map((side) => ({ side, family })))
      : [];
  return [
    ...blockLines(bogonRanges, comment),
    ...sides.map(
      ({ side, family }) =>
        `${side.tests.map((test) => `${word[family]} saddr ${test}`).join(' ')} counter drop comment ${quoted(comment)}`,
    ),
  ];
}

/** What leaves is judged by floating rules alone, after it was let in. */
function outChains(setting: Setting, maker: StepMaker): Chain[] {
  const parts = setting.interfaces.flatMap((ifname) => {
    const steps = maker.stepsOf(rulesOutOf(setting, ifname), 'out');
    return steps.length === 0 ? [] : [{ ifname, chains: dispatch(`out_${ifname}`, steps) }];
  });
  if (parts.length === 0) return [];
  const lines = [
    'meta l4proto { 112, 240 } accept comment "CARP and pfsync"',
    'ct state established,related accept',
    `ip6 hoplimit 255 icmpv6 type { ${discovery} } accept`,
    ...parts.map(({ ifname }) => `oifname @if_${ifname} jump out_${ifname}`),
  ];
  return [
    { name: 'leaving', hook: 'type filter hook forward priority filter + 10; policy accept;', lines },
    {
      name: 'sending',
      hook: 'type filter hook output priority filter; policy accept;',
      lines: [...peerLines(setting, 'to'), ...lines],
    },
    ...parts.flatMap(({ chains }) => chains),
  ];
}

/** As pf's "antispoof": nobody elsewhere may claim an address of an interface's networks. */
function antispoofLines(document: ClusterDocument, ifname: string): string[] {
  if (entryOf(document.interfaces, ifname)?.antispoof !== true) return [];
  return families.flatMap((family) => {
    const networks = setOf(networksOf(document, ifname), family);
    if (networks.length === 0) return [];
    return [
      `iifname != @if_${ifname} ${word[family]} saddr ${anyOf(networks)} counter drop comment ${quoted(`antispoof ${ifname}`)}`,
    ];
  });
}

/** The nodes agree over HTTPS: a rule that cut it could not be taken back at the other node. */
function peerLines({ document, node }: Setting, direction: 'from' | 'to'): string[] {
  const [device, side] = direction === 'from' ? ['iifname', 'saddr'] : ['oifname', 'daddr'];
  return managementPeers(document, node).map(
    ({ ifname, address }) =>
      `${device} @if_${ifname} ${word[familyOf(address)]} ${side} ${address} tcp dport ${managementPort} counter accept comment "HTTPS between the nodes"`,
  );
}

/** SSH and the page stay within reach, whatever the rules say (pfSense's anti-lockout rule). */
function antiLockoutLines(setting: Setting): string[] {
  const ifname = antiLockoutAt(setting);
  if (ifname === undefined) return [];
  return families.flatMap((family) => {
    const own = setOf(ownAddresses(setting), family);
    if (own.length === 0) return [];
    return [
      `iifname @if_${ifname} ${word[family]} daddr ${anyOf(own)} tcp dport { 22, 80, 443 } counter accept comment "anti-lockout"`,
    ];
  });
}

/** An interface and the devices of its virtual IPs are one interface to every rule. */
function interfaceSet(document: ClusterDocument, node: string, ifname: string): NamedSet {
  const parent = deviceOf(document, ifname, node);
  const vips = document.virtualIps.filter((vip) => vip.interface === ifname);
  const devices = [...new Set([parent, ...vips.map((vip) => vipDeviceName(parent, vip.vhid))])];
  return { name: `if_${ifname}`, head: ['type ifname'], elements: devices.map((device) => `"${device}"`) };
}

/** Transport and port of the protocols that the kernel's helpers listen to. */
const helperPorts = {
  ftp: ['tcp', 21],
  tftp: ['udp', 69],
  sip: ['udp', 5060],
  irc: ['tcp', 6667],
  pptp: ['tcp', 1723],
} as const;

/** A helper finds in a connection what further ones it announces; they then pass as related. */
const helperObjects = (document: ClusterDocument): Ruleset['objects'] =>
  document.helpers.map((name) => ({
    name: `ct helper ${name}_helper`,
    body: [`type "${name}" protocol ${helperPorts[name][0]}`],
  }));

function helperChains(document: ClusterDocument): Chain[] {
  if (document.helpers.length === 0) return [];
  const lines = document.helpers.map((name) => {
    const [transport, port] = helperPorts[name];
    return `${transport} dport ${port} ct helper set "${name}_helper"`;
  });
  return [{ name: 'helpers', hook: 'type filter hook prerouting priority filter; policy accept;', lines }];
}

/** Adverts of the neighbours in an interface's own networks pass before anything else. */
function advertLines(document: ClusterDocument, ifname: string): string[] {
  const networks = networksOf(document, ifname);
  const four = setOf(networks, 'ipv4');
  const six = setOf([cidr('fe80::/10'), ...networks], 'ipv6');
  const from = `iifname @if_${ifname} meta l4proto 112`;
  return [
    ...(four.length === 0 ? [] : [`${from} ip saddr ${anyOf(four)} counter accept comment "CARP"`]),
    ...(six.length === 1 ? [] : [`${from} ip6 saddr ${anyOf(six)} counter accept comment "CARP"`]),
  ];
}

/** pfsync is bare IP protocol 240: whoever can send it can add states, so it passes on the sync link alone. */
function stateSyncLines(document: ClusterDocument, node: string): string[] {
  const ifname = syncInterface(document);
  if (ifname === undefined || document.ha.sync?.states !== true || !enabledAt(document, ifname, node))
    return [];
  return (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const networks = setOf(networksOf(document, ifname), family);
    if (networks.length === 0) return [];
    const source = `${family === 'ipv4' ? 'ip' : 'ip6'} saddr ${anyOf(networks)}`;
    return [`iifname @if_${ifname} meta l4proto 240 ${source} counter accept comment "pfsync"`];
  });
}

const blockLines = (ranges: readonly string[], name: string): string[] => [
  `ip saddr ${anyOf(setOf(ranges.map(cidr), 'ipv4'))} counter drop comment ${quoted(name)}`,
  `ip6 saddr ${anyOf(setOf(ranges.map(cidr), 'ipv6'))} counter drop comment ${quoted(name)}`,
];
