/**
 * From the cluster document to one nftables program for one node. The program replaces the whole table in one
 * transaction: the kernel takes all of it or nothing.
 */
import type { ClusterDocument, Rule } from '#config/document.ts';
import { deviceOf, enabledAt, entryOf, networksOf, syncInterface, vipDeviceName } from '#config/model.ts';
import { bogonRanges, cidr, privateRanges } from '#config/network.ts';
import { joined, matchesOf, setOf } from './match.ts';
import { outboundNat } from './nat.ts';
import { anyOf, chain, quoted } from './text.ts';

const table = 'table inet bascule';

/** Takes the table away, whether it is there or not. */
export const removal = `${table} {}\ndelete ${table}\n`;

/** Neighbour and router discovery, which IPv6 cannot live without (RFC 4890 section 4.4.1); never forwarded. */
const discovery = 'nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, nd-router-advert';
/** Multicast listener messages keep a snooping switch forwarding adverts to us. */
const listeners = 'mld-listener-query, mld-listener-report, mld-listener-done, mld2-listener-report';

/**
 * The program for `node`, for `nft -f`. The document must have no findings of severity error. Rules match in their
 * order, the first decides; nothing passes without one but adverts, state synchronisation and what IPv6 needs.
 */
export function compile(document: ClusterDocument, node: string): { readonly program: string } {
  const names = Object.keys(document.interfaces).filter((name) => enabledAt(document, name, node));
  const dispatch = names.map((name) => `iifname @if_${name} jump in_${name}`);
  const nat = outboundNat(document, node);
  const parts = [
    `# ${document.cluster}: ${node}`,
    `${removal}${table} {`,
    ...names.map((name) => interfaceSet(document, node, name)),
    chain('untracked', [
      'type filter hook prerouting priority raw; policy accept;',
      'meta l4proto { 112, 240 } notrack',
    ]),
    chain('untracked_out', [
      'type filter hook output priority raw; policy accept;',
      'meta l4proto { 112, 240 } notrack',
    ]),
    ...helperParts(document),
    chain('input', [
      'type filter hook input priority filter; policy drop;',
      'iifname "lo" accept',
      ...names.flatMap((name) => advertLines(document, name)),
      ...stateSyncLines(document, node),
      'meta l4proto { 112, 240 } counter drop comment "CARP or pfsync from elsewhere"',
      'ct state established,related accept',
      'ct state invalid counter drop comment "invalid"',
      'ip protocol 2 ip ttl 1 accept comment "IGMP"',
      `ip6 hoplimit 255 icmpv6 type { ${discovery} } accept`,
      `ip6 saddr fe80::/10 icmpv6 type { ${listeners} } accept`,
      ...dispatch,
      'counter comment "default deny"',
    ]),
    chain('forward', [
      'type filter hook forward priority filter; policy drop;',
      'meta l4proto { 112, 240 } counter drop comment "CARP and pfsync stay on their link"',
      'ct state established,related accept',
      'ct state invalid counter drop comment "invalid"',
      ...dispatch,
      'counter comment "default deny"',
    ]),
    ...names.map((name) => chain(`in_${name}`, interfaceLines(document, node, name))),
    ...(nat === undefined ? [] : [nat]),
    '}',
    '',
  ];
  return { program: parts.join('\n') };
}

/** An interface and the devices of its virtual IPs are one interface to every rule. */
function interfaceSet(document: ClusterDocument, node: string, ifname: string): string {
  const parent = deviceOf(document, ifname, node);
  const vips = document.virtualIps.filter((vip) => vip.interface === ifname);
  const devices = [...new Set([parent, ...vips.map((vip) => vipDeviceName(parent, vip.vhid))])];
  const list = devices.map((device) => `"${device}"`).join(', ');
  return [`\tset if_${ifname} {`, '\t\ttype ifname', `\t\telements = { ${list} }`, '\t}'].join('\n');
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
function helperParts(document: ClusterDocument): string[] {
  if (document.helpers.length === 0) return [];
  const objects = document.helpers.map((name) => {
    const [transport] = helperPorts[name];
    return `\tct helper ${name}_helper {\n\t\ttype "${name}" protocol ${transport}\n\t}`;
  });
  const lines = document.helpers.map((name) => {
    const [transport, port] = helperPorts[name];
    return `${transport} dport ${port} ct helper set "${name}_helper"`;
  });
  return [
    ...objects,
    chain('helpers', ['type filter hook prerouting priority filter; policy accept;', ...lines]),
  ];
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

/** What comes in on one interface, for the node or to be forwarded. */
function interfaceLines(document: ClusterDocument, node: string, ifname: string): string[] {
  const face = entryOf(document.interfaces, ifname);
  return [
    ...(face?.blockPrivate === true ? blockLines(privateRanges, 'block private networks') : []),
    ...(face?.blockBogons === true ? blockLines(bogonRanges, 'block bogon networks') : []),
    ...document.rules.flatMap((rule, i) =>
      rule.interface === ifname && !rule.disabled ? ruleLines(document, node, rule, i) : [],
    ),
  ];
}

const blockLines = (ranges: readonly string[], name: string): string[] => [
  `ip saddr ${anyOf(setOf(ranges.map(cidr), 'ipv4'))} counter drop comment ${quoted(name)}`,
  `ip6 saddr ${anyOf(setOf(ranges.map(cidr), 'ipv6'))} counter drop comment ${quoted(name)}`,
];

/** One line per family; the comment leads back to the rule by its place in the document, 1 first. */
function ruleLines(document: ClusterDocument, node: string, rule: Rule, i: number): string[] {
  const name = quoted(rule.description === '' ? `rule ${i + 1}` : `rule ${i + 1}: ${rule.description}`);
  const log = rule.log ? `log prefix "bascule rule ${i + 1} " ` : '';
  return matchesOf(document, node, rule).flatMap((match) =>
    verdictsOf(rule).map(
      ([extra, verdict]) => `${joined(match, extra, log.trim(), 'counter', verdict)} comment ${name}`,
    ),
  );
}

/** A refused TCP connection wants a reset, everything else an ICMP message (as pf's "return"). */
function verdictsOf(rule: Rule): readonly (readonly [extra: string, verdict: string])[] {
  if (rule.action === 'pass') return [['', 'accept']];
  if (rule.action === 'block') return [['', 'drop']];
  const other = ['', 'reject with icmpx port-unreachable'] as const;
  if (rule.protocol === 'tcp') return [['', 'reject with tcp reset']];
  if (rule.protocol === 'any' || rule.protocol === 'tcp/udp')
    return [['meta l4proto tcp', 'reject with tcp reset'], other];
  return [other];
}
