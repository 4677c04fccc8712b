/** Virtual IPs: their addresses, VHIDs, timers and passwords. */
import { type Vhid, virtualMac } from '#base/address.ts';
import { checkVipPassword } from './check-passwords.ts';
import { type CheckContext, familyTitle, reservedKind } from './context.ts';
import type { VirtualIp } from './document.ts';
import {
  deviceOf,
  enabledAt,
  entryOf,
  gatewayAddress,
  networksOf,
  vipAddresses,
  vipDeviceName,
} from './model.ts';
import { type Cidr, cidr, cidrText, contains, isLinkLocal, networkText, sameAddress } from './network.ts';
import { workOutTimers } from './profile.ts';

export function checkVips(context: CheckContext): void {
  context.document.virtualIps.forEach((vip, i) => {
    // An interface that does not exist is a finding of its own; nothing else can be said then.
    if (context.face(vip.interface) === undefined) return;
    checkPlace(context, vip, i);
    vipAddresses(vip).forEach((address, j) => {
      checkAddress(context, vip, address, ['virtualIps', i, 'addresses', j]);
      checkTwin(context, vip, address, i, j);
    });
    checkVhid(context, vip, i);
    checkTimers(context, vip, i);
    checkVipPassword(context, vip, i);
    checkMac(context, vip, i);
  });
  checkOrder(context);
  checkPattern(context);
  checkGroup(context);
}

function checkPlace(context: CheckContext, vip: VirtualIp, i: number): void {
  const { document, nodes } = context;
  const title = context.title(vip.interface);
  const path = ['virtualIps', i, 'interface'];
  const without = nodes.filter((node) => !enabledAt(document, vip.interface, node));
  if (without.length === nodes.length)
    context.report('vip-on-disabled-interface', path, { vhid: vip.vhid, interface: title });
  else if (document.virtualIps.findIndex((other) => other.interface === vip.interface) === i)
    for (const node of without)
      context.report('interface-disabled-on-node', ['interfaces', vip.interface, 'enabled'], {
        interface: title,
        node,
      });
  if (networksOf(document, vip.interface).length === 0)
    context.report('interface-without-address', path, { interface: title });
}

function checkAddress(
  context: CheckContext,
  vip: VirtualIp,
  address: Cidr,
  path: readonly (string | number)[],
): void {
  const { document } = context;
  const title = context.title(vip.interface);
  const owner = context.ownerOf(address);
  if (owner !== undefined)
    context.report('vip-is-node-address', path, {
      address: address.address,
      node: owner.node,
      interface: context.title(owner.ifname),
    });
  const gateway = gatewayAddress(document, context.face(vip.interface)?.gateway);
  if (gateway !== undefined && sameAddress(cidr(gateway), address))
    context.report('vip-is-gateway', path, { address: address.address, interface: title });
  const networks = networksOf(document, vip.interface).filter((network) => !isLinkLocal(network));
  if (networks.length === 0 || isLinkLocal(address)) return;
  const ofFamily = networks.filter((network) => network.family === address.family);
  if (ofFamily.length === 0) {
    const family = familyTitle(address.family);
    context.report('vip-family-missing', path, { address: address.address, family, interface: title });
    return;
  }
  const home = ofFamily.find((network) => contains(network, address));
  if (home === undefined) {
    const list = ofFamily.map(networkText).join(', ');
    context.report('vip-outside-network', path, {
      address: address.address,
      networks: list,
      interface: title,
    });
    return;
  }
  const kind = reservedKind({ ...home, value: address.value });
  if (kind !== undefined)
    context.report('vip-reserved-address', path, {
      address: address.address,
      what: kind,
      network: networkText(home),
    });
  if (home.prefix !== address.prefix)
    context.report('vip-mask-differs', path, {
      address: cidrText(address),
      prefix: home.prefix,
      interface: title,
      right: `${address.address}/${home.prefix}`,
    });
}

/** The same address under an earlier VHID, or twice under this one. */
function checkTwin(context: CheckContext, vip: VirtualIp, address: Cidr, i: number, j: number): void {
  const twin = context.document.virtualIps.find((other, k) =>
    vipAddresses(other).some(
      (candidate, l) =>
        (k < i || (k === i && l < j)) &&
        sameAddress(candidate, address) &&
        (!isLinkLocal(address) || other.interface === vip.interface),
    ),
  );
  if (twin === undefined) return;
  context.report('vip-duplicate', ['virtualIps', i, 'addresses', j], {
    address: address.address,
    vhid: twin.vhid,
    interface: context.title(twin.interface),
    otherVhid: vip.vhid,
    other: context.title(vip.interface),
  });
}

function checkVhid(context: CheckContext, vip: VirtualIp, i: number): void {
  const { document, nodes } = context;
  const path = ['virtualIps', i, 'vhid'];
  const earlier = document.virtualIps.slice(0, i);
  // Interfaces that share a network share the segment, whatever they are called.
  const sharesSegment = (other: VirtualIp): boolean =>
    other.interface === vip.interface ||
    networksOf(document, other.interface).some((a) =>
      networksOf(document, vip.interface).some((b) => !isLinkLocal(a) && networkText(a) === networkText(b)),
    );
  const twin = earlier.findIndex((other) => other.vhid === vip.vhid && sharesSegment(other));
  if (twin >= 0)
    context.report('vhid-duplicate', path, {
      vhid: vip.vhid,
      interface: context.title(vip.interface),
      line: context.line(['virtualIps', twin, 'vhid']),
    });
  for (const node of nodes) {
    const device = vipDeviceName(deviceOf(document, vip.interface, node), vip.vhid);
    const clash = earlier.find(
      (other) =>
        other.interface !== vip.interface &&
        vipDeviceName(deviceOf(document, other.interface, node), other.vhid) === device,
    );
    if (clash === undefined) continue;
    const values = {
      vhid: vip.vhid,
      interface: context.title(clash.interface),
      other: context.title(vip.interface),
    };
    context.report('vip-device-collision', path, { ...values, device, node });
    return;
  }
}

function checkTimers(context: CheckContext, vip: VirtualIp, i: number): void {
  const { document } = context;
  const title = context.title(vip.interface);
  const base = ['virtualIps', i];
  if (document.failover !== 'standard') {
    const fields = (['advbase', 'advskew'] as const).filter((field) => vip[field] !== undefined);
    const [first] = fields;
    if (first !== undefined)
      context.report('timers-ignored', [...base, first], {
        fields: fields.join(' and '),
        vhid: vip.vhid,
        interface: title,
        failover: document.failover,
      });
  } else if (vip.advbase === 0) {
    context.report('advbase-zero-standard', [...base, 'advbase'], { vhid: vip.vhid, interface: title });
  }
  const timers = workOutTimers(document).filter((entry) => entry.vip === i);
  const path = vip.advskew === undefined ? base : [...base, 'advskew'];
  timers.forEach((own, k) => {
    for (const other of timers.slice(0, k)) {
      const distance = Math.abs(own.advskew - other.advskew);
      const values = { node: other.node, other: own.node, vhid: vip.vhid, interface: title };
      if (distance === 0) context.report('equal-skews', path, { ...values, advskew: own.advskew });
      if (distance === 1 && document.failover === 'standard') context.report('skews-close', path, values);
    }
  });
}

/** The same node should be preferred everywhere. */
function checkOrder(context: CheckContext): void {
  const { document } = context;
  const timers = workOutTimers(document);
  const favourite = (vip: number): string | undefined =>
    timers.filter((entry) => entry.vip === vip).sort((a, b) => a.advskew - b.advskew)[0]?.node;
  const [first] = document.virtualIps;
  document.virtualIps.forEach((vip, i) => {
    const node = favourite(i);
    if (first === undefined || node === undefined || node === favourite(0)) return;
    context.report('skew-order-differs', ['virtualIps', i, 'advskew'], {
      node,
      vhid: vip.vhid,
      interface: context.title(vip.interface),
      otherVhid: first.vhid,
      other: context.title(first.interface),
    });
  });
}

function checkMac(context: CheckContext, vip: VirtualIp, i: number): void {
  if (vip.mac !== 'interface') return;
  const path = ['virtualIps', i, 'mac'];
  const values = { vhid: vip.vhid, interface: context.title(vip.interface) };
  const hex = virtualMac(vip.vhid as Vhid).slice(-2);
  context.report('vip-mac-interface-unsupported', path, { ...values, hex });
  if (context.document.failover === 'fastest') context.report('vip-mac-interface-slow', path, values);
}

/** One VIP out of four or more that ends otherwise than all the rest. */
function checkPattern(context: CheckContext): void {
  const octets = context.document.virtualIps.flatMap((vip, i) =>
    vipAddresses(vip).flatMap((address, j) =>
      address.family === 'ipv4'
        ? [
            {
              octet: Number(address.value & 255n),
              address: address.address,
              path: ['virtualIps', i, 'addresses', j],
            },
          ]
        : [],
    ),
  );
  const counts = new Map<number, number>();
  for (const { octet } of octets) counts.set(octet, (counts.get(octet) ?? 0) + 1);
  const [usual, count] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [0, 0];
  if (octets.length < 4 || count !== octets.length - 1) return;
  for (const { octet, address, path } of octets)
    if (octet !== usual) context.report('vip-octet-differs', path, { address, octet, usual });
}

function checkGroup(context: CheckContext): void {
  const { mixed, failover, strict, nodes } = context.document;
  const isPfsense = (node: string): boolean => entryOf(nodes, node)?.kind === 'pfsense';
  const [first, other] = [context.nodes.find(isPfsense), context.nodes.find((node) => !isPfsense(node))];
  if (first !== undefined && failover !== 'standard')
    context.report('pfsense-needs-standard', ['failover'], { node: first, failover });
  if (first !== undefined && other !== undefined && !mixed)
    context.report('pfsense-needs-mixed', ['nodes', first, 'kind'], { node: first, other });
  if (!mixed) return;
  if (failover !== 'standard') context.report('mixed-needs-standard', ['failover'], { failover });
  if (strict === true) context.report('mixed-strict', ['strict'], {});
}
