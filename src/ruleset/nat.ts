/**
 * Outbound NAT. Only forwarded traffic is translated: a backup's own packets would otherwise leave with an address
 * that the master holds, and a rule that matches all of an outside interface catches the node's own adverts.
 */
import { type Family, familyOf } from '#base/address.ts';
import type { OutboundRule } from '#config/document.ts';
import { addressesOf, entryOf, networksOf, outsideInterfaces, syncInterface } from '#config/model.ts';
import { parseAddress } from '#config/network.ts';
import { commentOf, type Named, namedRules } from './identity.ts';
import { inboundLines, inboundSourceLines } from './inbound.ts';
import { families, matchesOf, matchText, setOf, word } from './match.ts';
import type { Chain } from './program.ts';
import type { Setting } from './setting.ts';
import { anyOf, joined, quoted } from './text.ts';

const spared = 'meta l4proto { 112, 240 } return comment "CARP and pfsync keep their source"';

/** The chains of NAT; those without a line are left out. */
export function natChains(setting: Setting): Chain[] {
  const { mode, rules } = setting.document.nat.outbound;
  const own =
    mode === 'automatic' || mode === 'off'
      ? []
      : namedRules(rules, 'outbound NAT', ['nat', 'outbound', 'rules']).flatMap((one) =>
          ruleLines(setting, one),
        );
  const automatic = mode === 'automatic' || mode === 'hybrid' ? automaticLines(setting) : [];
  const inbound = inboundLines(setting);
  const source = [...inboundSourceLines(setting), ...own, ...automatic];
  return [
    ...(inbound.length === 0
      ? []
      : [
          {
            name: 'inbound',
            hook: 'type nat hook prerouting priority dstnat; policy accept;',
            lines: ['meta l4proto { 112, 240 } return', ...inbound],
          },
        ]),
    ...(mode === 'off' && source.length === 0
      ? []
      : [
          {
            name: 'outbound',
            hook: 'type nat hook postrouting priority srcnat; policy accept;',
            lines: [spared, 'fib saddr type local return comment "so does the node itself"', ...source],
          },
        ]),
  ];
}

function ruleLines(setting: Setting, one: Named<OutboundRule>): string[] {
  const { rule } = one;
  if (!setting.interfaces.includes(rule.interface)) return [];
  const comment = `comment ${quoted(commentOf('nat', one))}`;
  const out = `oifname @if_${rule.interface}`;
  return families.flatMap((family) => {
    const to = rule.translateTo === 'none' ? 'none' : translation(setting, rule, family);
    if (to === undefined) return [];
    const act = to === 'none' ? 'return' : `snat ${word[family]} to ${to}`;
    // The kernel keeps the source port where it is free; only the opposite must be asked for.
    const port = rule.staticPort === false && to !== 'none' ? 'fully-random' : '';
    return matchesOf(setting, { ...rule, family }).map((match) =>
      joined(out, matchText(match), 'counter', act, port, comment),
    );
  });
}

/** The new source address; undefined when the rule has none of this family. */
function translation(setting: Setting, rule: OutboundRule, family: Family): string | undefined {
  if (rule.translateTo === 'interface') return interfaceAddress(setting, rule.interface, family);
  const address = parseAddress(rule.translateTo);
  return address.ok && familyOf(address.value) === family ? address.value : undefined;
}

const interfaceAddress = ({ document, node }: Setting, ifname: string, family: Family) =>
  addressesOf(entryOf(document.interfaces, ifname), node).find((address) => address.family === family)
    ?.address;

/** As pfSense: IPv4 from every inner network to every outside interface, with the address of that interface. */
function automaticLines(setting: Setting): string[] {
  const { document, interfaces } = setting;
  const outside = outsideInterfaces(document);
  const inside = interfaces
    .filter((name) => !outside.includes(name) && name !== syncInterface(document))
    .flatMap((name) => networksOf(document, name));
  const sources = setOf(inside, 'ipv4');
  if (sources.length === 0) return [];
  return outside
    .filter((name) => interfaces.includes(name))
    .flatMap((name) => {
      const to = interfaceAddress(setting, name, 'ipv4');
      if (to === undefined) return [];
      const match = `oifname @if_${name} ip saddr ${anyOf(sources)}`;
      return [`${match} counter snat ip to ${to} comment "automatic outbound NAT"`];
    });
}
