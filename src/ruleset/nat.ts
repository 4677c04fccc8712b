/**
 * Outbound NAT. Only forwarded traffic is translated: a backup's own packets would otherwise leave with an address
 * that the master holds, and a rule that matches all of an outside interface catches the node's own adverts.
 */
import { type Family, familyOf } from '#base/address.ts';
import type { ClusterDocument, OutboundRule } from '#config/document.ts';
import {
  addressesOf,
  enabledAt,
  entryOf,
  networksOf,
  outsideInterfaces,
  syncInterface,
} from '#config/model.ts';
import { parseAddress } from '#config/network.ts';
import { endpointsOf, joined, setOf } from './match.ts';
import { anyOf, chain, quoted } from './text.ts';

const word = { ipv4: 'ip', ipv6: 'ip6' } as const;
const families: readonly Family[] = ['ipv4', 'ipv6'];

/** The chain of outbound NAT of a node; undefined when NAT is off. */
export function outboundNat(document: ClusterDocument, node: string): string | undefined {
  const { mode, rules } = document.nat.outbound;
  if (mode === 'off') return undefined;
  const own = mode === 'automatic' ? [] : rules.flatMap((rule, i) => ruleLines(document, node, rule, i));
  const automatic = mode === 'manual' ? [] : automaticLines(document, node);
  return chain('outbound', [
    'type nat hook postrouting priority srcnat; policy accept;',
    'meta l4proto { 112, 240 } return comment "CARP and pfsync keep their source"',
    'fib saddr type local return comment "so does the node itself"',
    ...own,
    ...automatic,
  ]);
}

function ruleLines(document: ClusterDocument, node: string, rule: OutboundRule, i: number): string[] {
  if (rule.disabled || !enabledAt(document, rule.interface, node)) return [];
  return families.flatMap((family) => {
    const to = translation(document, node, rule, family);
    const source = endpointsOf(document, node, rule.source, family, 'saddr');
    const destination = endpointsOf(document, node, rule.destination, family, 'daddr');
    if (to === undefined || source === undefined || destination === undefined) return [];
    const only = source === '' && destination === '' ? `meta nfproto ${family}` : '';
    const name = rule.description === '' ? `nat ${i + 1}` : `nat ${i + 1}: ${rule.description}`;
    const match = joined(`oifname @if_${rule.interface}`, only, source, destination);
    return [`${match} counter snat ${word[family]} to ${to} comment ${quoted(name)}`];
  });
}

/** The new source address; undefined when the rule has none of this family. */
function translation(
  document: ClusterDocument,
  node: string,
  rule: OutboundRule,
  family: Family,
): string | undefined {
  if (rule.translateTo === 'interface') return interfaceAddress(document, node, rule.interface, family);
  const address = parseAddress(rule.translateTo);
  return address.ok && familyOf(address.value) === family ? address.value : undefined;
}

const interfaceAddress = (document: ClusterDocument, node: string, ifname: string, family: Family) =>
  addressesOf(entryOf(document.interfaces, ifname), node).find((address) => address.family === family)
    ?.address;

/** As pfSense: IPv4 from every inner network to every outside interface, with the address of that interface. */
function automaticLines(document: ClusterDocument, node: string): string[] {
  const outside = outsideInterfaces(document);
  const inside = Object.keys(document.interfaces)
    .filter((name) => enabledAt(document, name, node))
    .filter((name) => !outside.includes(name) && name !== syncInterface(document))
    .flatMap((name) => networksOf(document, name));
  const sources = setOf(inside, 'ipv4');
  if (sources.length === 0) return [];
  return outside
    .filter((name) => enabledAt(document, name, node))
    .flatMap((name) => {
      const to = interfaceAddress(document, node, name, 'ipv4');
      if (to === undefined) return [];
      const match = `oifname @if_${name} ip saddr ${anyOf(sources)}`;
      return [`${match} counter snat ip to ${to} comment "automatic outbound NAT"`];
    });
}
