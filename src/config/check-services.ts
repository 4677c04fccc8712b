/** Outbound NAT and DHCP. */

import { networksBehind, plainPorts, portsBehind } from './aliases.ts';
import { checkEndpoints, checkPorts } from './check-rules.ts';
import { asList, type CheckContext, endpointPath, readEndpoint } from './context.ts';
import type { OutboundRule } from './document.ts';
import type { Path } from './findings.ts';
import { networksOf, outsideInterfaces, vipAddresses } from './model.ts';
import type { PortForward } from './nat-document.ts';
import { type Cidr, cidr, contains, networkText, sameAddress } from './network.ts';

export function checkNat(context: CheckContext): void {
  const { mode, rules } = context.document.nat.outbound;
  const usesRules = mode === 'hybrid' || mode === 'manual';
  if (!usesRules && rules.length > 0)
    context.report('nat-rules-ignored', ['nat', 'outbound', 'mode'], { count: rules.length, mode });
  rules.forEach((rule, i) => {
    const path = ['nat', 'outbound', 'rules', i];
    checkEndpoints(context, rule.source, [...path, 'source']);
    checkEndpoints(context, rule.destination, [...path, 'destination']);
    checkPorts(context, rule.sourcePorts, [...path, 'sourcePorts']);
    checkPorts(context, rule.ports, [...path, 'ports']);
    if (rule.disabled || rule.translateTo === 'none') return;
    checkTranslation(context, rule, path);
    checkSource(context, rule, path);
  });
  checkInboundNat(context);
  if (mode === 'off') return;
  // Every outside interface with a virtual IP needs one rule that leads to a virtual IP.
  for (const ifname of outsideInterfaces(context.document)) {
    // IPv6 needs no translation: the inside has addresses of its own.
    const hasVip = context.document.virtualIps.some(
      (vip) => vip.interface === ifname && vipAddresses(vip).some(({ family }) => family === 'ipv4'),
    );
    const used =
      usesRules &&
      rules.some((rule) => !rule.disabled && rule.interface === ifname && isVip(context, rule.translateTo));
    const wrong = usesRules && rules.some((rule) => !rule.disabled && rule.interface === ifname);
    if (hasVip && !used && !wrong)
      context.report('nat-not-on-vip', ['nat', 'outbound', 'mode'], {
        mode,
        interface: context.title(ifname),
      });
  }
}

const isVip = (context: CheckContext, text: string): boolean =>
  text !== 'interface' &&
  text !== 'none' &&
  context.document.virtualIps.some((vip) => vipAddresses(vip).some((own) => sameAddress(own, cidr(text))));

function checkTranslation(context: CheckContext, rule: OutboundRule, path: Path): void {
  const at = [...path, 'translateTo'];
  const isOutside = context.document.virtualIps.some((vip) => vip.interface === rule.interface);
  if (rule.translateTo === 'interface') {
    if (isOutside) context.report('nat-translates-to-node', at, { what: "the interface's own address" });
    return;
  }
  if (isVip(context, rule.translateTo)) return;
  const owner = context.ownerOf(cidr(rule.translateTo));
  if (owner !== undefined)
    context.report('nat-translates-to-node', at, {
      what: `${rule.translateTo}, the address of ${owner.node}`,
    });
  else context.report('nat-address-foreign', at, { address: rule.translateTo });
}

/** A source that covers the nodes' own addresses on the interface where the traffic leaves. */
function checkSource(context: CheckContext, rule: OutboundRule, path: Path): void {
  const own = context.nodeAddresses.filter((address) => address.ifname === rule.interface);
  asList(rule.source).forEach((text, i) => {
    if (
      !covers(
        context,
        text,
        own.map(({ address }) => address),
      )
    )
      return;
    context.report('nat-catches-pair', endpointPath([...path, 'source'], rule.source, i), {
      source: text,
      interface: context.title(rule.interface),
    });
  });
}

function covers(context: CheckContext, text: string, addresses: readonly Cidr[]): boolean {
  const { bare, negated, ifname, address } = readEndpoint(text);
  if (bare === 'any') return !negated;
  if (bare === 'self') return !negated;
  const networks =
    address !== undefined
      ? [address]
      : ifname !== undefined
        ? networksOf(context.document, ifname)
        : networksBehind(context.document, bare);
  return !negated && addresses.some((own) => networks.some((network) => contains(network, own)));
}

/** Port forwards, 1:1 and prefix translation. */
function checkInboundNat(context: CheckContext): void {
  const { portForwards, oneToOne, npt } = context.document.nat;
  portForwards.forEach((rule, i) => {
    const path = ['nat', 'portForwards', i];
    checkEndpoints(context, rule.source, [...path, 'source']);
    checkEndpoints(context, rule.destination, [...path, 'destination']);
    checkPorts(context, rule.sourcePorts, [...path, 'sourcePorts']);
    checkPorts(context, rule.ports, [...path, 'ports']);
    if (rule.disabled) return;
    checkTargetPort(context, rule, path);
    asList(rule.destination).forEach((text, j) => {
      const { negated, address, bare } = readEndpoint(text);
      const isNode =
        / address$/.test(bare) || (address !== undefined && context.ownerOf(address) !== undefined);
      const hasVip = context.document.virtualIps.some((vip) => vip.interface === rule.interface);
      if (!negated && isNode && hasVip)
        context.report('forward-not-on-vip', endpointPath([...path, 'destination'], rule.destination, j), {
          address: text,
          interface: context.title(rule.interface),
        });
    });
  });
  for (const [list, rules] of [
    ['oneToOne', oneToOne],
    ['npt', npt],
  ] as const)
    rules.forEach((rule, i) => {
      const path = ['nat', list, i];
      const [external, internal] = [cidr(rule.external), cidr(rule.internal)];
      const isWrongFamily = list === 'npt' && internal.family !== 'ipv6';
      if (external.family !== internal.family || external.prefix !== internal.prefix || isWrongFamily)
        context.report('nat-sizes-differ', [...path, 'external'], {
          external: rule.external,
          internal: rule.internal,
        });
    });
  oneToOne.forEach((rule, i) => {
    checkEndpoints(context, rule.destination, ['nat', 'oneToOne', i, 'destination']);
  });
}

/** A single range moves as a whole; whatever else has several ports comes down to one. */
function checkTargetPort(context: CheckContext, { ports, targetPort }: PortForward, path: Path): void {
  if (targetPort === undefined) return;
  const ranges = asList(ports).flatMap((port) => {
    const plain = plainPorts(port);
    return plain.length > 0 ? plain : portsBehind(context.document, String(port));
  });
  const [range] = ranges;
  const isPlain = typeof ports !== 'object' && /^\d/.test(String(ports));
  const last = targetPort + (range === undefined ? 0 : range[1] - range[0]);
  if (isPlain && last > 65_535)
    context.report('forward-ports-beyond', [...path, 'targetPort'], { ports: String(ports), last });
  const count = ranges.reduce((sum, [low, high]) => sum + high - low + 1, 0);
  if (!isPlain && count > 1)
    context.report('forward-ports-merged', [...path, 'targetPort'], {
      ports: asList(ports).join(', '),
      targetPort,
    });
}

export function checkDhcp(context: CheckContext): void {
  context.document.dhcp.forEach((entry, i) => {
    if (context.face(entry.interface) === undefined) return;
    const path = ['dhcp', i];
    const title = context.title(entry.interface);
    const gatewayOwner = entry.gateway === undefined ? undefined : context.ownerOf(cidr(entry.gateway));
    if (entry.gateway !== undefined && gatewayOwner !== undefined)
      context.report('dhcp-gateway-is-node', [...path, 'gateway'], {
        interface: title,
        address: entry.gateway,
        node: gatewayOwner.node,
      });
    entry.dns.forEach((address, j) => {
      const owner = context.ownerOf(cidr(address));
      if (owner !== undefined)
        context.report('dhcp-dns-is-node', [...path, 'dns', j], {
          interface: title,
          address,
          node: owner.node,
        });
    });
    checkRange(context, entry, path, title);
  });
}

function checkRange(
  context: CheckContext,
  {
    interface: ifname,
    range,
  }: { readonly interface: string; readonly range: { readonly from: string; readonly to: string } },
  path: Path,
  title: string,
): void {
  const [from, to] = [cidr(range.from), cidr(range.to)];
  const at = [...path, 'range'];
  const networks = networksOf(context.document, ifname);
  const isRange = from.family === to.family && from.value <= to.value;
  if (!isRange || !networks.some((network) => contains(network, from) && contains(network, to))) {
    const list = networks.length === 0 ? 'any network' : networks.map(networkText).join(', ');
    context.report('dhcp-range-invalid', at, {
      from: range.from,
      to: range.to,
      networks: list,
      interface: title,
    });
  }
  if (!isRange) return;
  const takes = (address: Cidr): boolean =>
    address.family === from.family && from.value <= address.value && address.value <= to.value;
  for (const own of context.nodeAddresses)
    if (own.ifname === ifname && takes(own.address))
      context.report('dhcp-range-takes-address', at, {
        from: range.from,
        to: range.to,
        address: own.address.address,
        owner: own.node,
      });
  for (const vip of context.document.virtualIps)
    for (const address of vip.interface === ifname ? vipAddresses(vip).filter(takes) : [])
      context.report('dhcp-range-takes-address', at, {
        from: range.from,
        to: range.to,
        address: address.address,
        owner: `VHID ${vip.vhid}`,
      });
}
