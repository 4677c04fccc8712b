/** Tunnels between hypervisors: their ends, keys, loops, and what fits into them. */
import type { CheckContext } from './context.ts';
import type { Path } from './findings.ts';
import {
  bridgeIsOn,
  farEnd,
  guestMtu,
  type Infrastructure,
  remoteOf,
  type Tunnel,
} from './infrastructure-document.ts';
import { entryOf } from './model.ts';
import { cidr, sameAddress } from './network.ts';

const top = 'infrastructure';
/** What a network card sends when nobody says otherwise, in bytes. */
const ethernetMtu = 1_500;

export function checkTunnels(context: CheckContext, infrastructure: Infrastructure): void {
  const tunnels = Object.entries(infrastructure.tunnels);
  /** Hypervisors joined so far, per bridge: each maps to one that stands for its group. */
  const groups = new Map<string, Map<string, string>>();
  tunnels.forEach(([name, tunnel], i) => {
    const path = [top, 'tunnels', name];
    const [one, two] = tunnel.between;
    if (one === two) {
      context.report('infra-tunnel-self', [...path, 'between'], { tunnel: name, hypervisor: one });
      return;
    }
    checkRemotes(context, infrastructure, name, tunnel);
    const twin = tunnels.slice(0, i).find(([, other]) => areTwins(other, tunnel));
    if (twin !== undefined)
      context.report('infra-tunnel-twin', [...path, 'key'], {
        tunnel: name,
        other: twin[0],
        key: tunnel.key,
      });
    const joined = groups.get(tunnel.bridge) ?? new Map<string, string>();
    groups.set(tunnel.bridge, joined);
    if (twin === undefined && !join(joined, one, two))
      context.report('infra-tunnel-loop', path, { tunnel: name, bridge: tunnel.bridge });
    checkDatapath(context, infrastructure, name, tunnel);
  });
  checkMtu(context, infrastructure);
}

const areTwins = (a: Tunnel, b: Tunnel): boolean =>
  a.key === b.key && a.port === b.port && b.between.every((end) => a.between.includes(end));

/** Joins two hypervisors; false when they were joined already. */
function join(groups: Map<string, string>, one: string, two: string): boolean {
  const [first, second] = [groups.get(one) ?? one, groups.get(two) ?? two];
  if (first === second) return false;
  groups.set(one, first);
  groups.set(two, first);
  for (const [member, group] of groups) if (group === second) groups.set(member, first);
  return true;
}

function checkRemotes(
  context: CheckContext,
  { hypervisors }: Infrastructure,
  name: string,
  tunnel: Tunnel,
): void {
  for (const [at, said] of Object.entries(tunnel.remotes ?? {})) {
    const path: Path = [top, 'tunnels', name, 'remotes', at];
    const own = entryOf(hypervisors, at);
    const far = farEnd(tunnel, at);
    const right = far === undefined ? undefined : entryOf(hypervisors, far)?.address;
    if (own === undefined || far === undefined || right === undefined) continue;
    if (sameAddress(cidr(said), cidr(right))) continue;
    const isOwn = sameAddress(cidr(said), cidr(own.address));
    const owner = context.ownerOf(cidr(said));
    const firewall = owner === undefined ? 'no address of it' : `${owner.node}'s`;
    context.report('infra-remote-wrong', path, {
      hypervisor: at,
      tunnel: name,
      address: said,
      what: isOwn ? 'its own address' : firewall,
      far,
      right,
    });
  }
}

/** A userspace datapath routes by itself: the hypervisor's address must be on one of its bridges. */
function checkDatapath(
  context: CheckContext,
  { hypervisors, bridges }: Infrastructure,
  name: string,
  tunnel: Tunnel,
): void {
  if (entryOf(bridges, tunnel.bridge)?.datapath !== 'netdev') return;
  for (const end of tunnel.between) {
    const address = entryOf(hypervisors, end)?.address;
    if (address === undefined) continue;
    const isHeld = Object.values(bridges).some(
      (bridge) =>
        bridge.datapath === 'netdev' &&
        bridgeIsOn(bridge, end) &&
        (entryOf(bridge.addresses, end) ?? []).some((own) => sameAddress(cidr(own), cidr(address))),
    );
    if (!isHeld)
      context.report('infra-underlay-outside-datapath', [top, 'tunnels', name, 'bridge'], {
        hypervisor: end,
        address,
        tunnel: name,
      });
  }
}

/** The narrowest tunnel of a bridge seen from a hypervisor. */
function narrowest(
  infrastructure: Infrastructure,
  bridge: string,
  at: string,
  isTagged: boolean,
): { name: string; limit: number; needed: (mtu: number) => number } | undefined {
  const all = Object.entries(infrastructure.tunnels).flatMap(([name, tunnel]) => {
    const remote = tunnel.bridge === bridge ? remoteOf(infrastructure, tunnel, at) : undefined;
    if (remote === undefined) return [];
    const underlay = Math.min(
      ...tunnel.between.map((end) => entryOf(infrastructure.hypervisors, end)?.underlayMtu ?? ethernetMtu),
    );
    const limit = guestMtu(underlay, remote, isTagged);
    return [{ name, limit, needed: (mtu: number) => mtu + underlay - limit }];
  });
  return all.sort((a, b) => a.limit - b.limit)[0];
}

function checkMtu(context: CheckContext, infrastructure: Infrastructure): void {
  const { bridges, machines, hypervisors } = infrastructure;
  for (const [name, { mtu }] of Object.entries(bridges)) {
    if (mtu === undefined) continue;
    const tight = Object.keys(hypervisors)
      .map((at) => narrowest(infrastructure, name, at, false))
      .find((one) => one !== undefined && mtu > one.limit);
    if (tight !== undefined)
      context.report('infra-mtu-too-large', [top, 'bridges', name, 'mtu'], {
        what: `the bridge ${name}`,
        mtu,
        limit: tight.limit,
        tunnel: tight.name,
        needed: tight.needed(mtu),
      });
  }
  for (const [name, machine] of Object.entries(machines))
    machine.nics.forEach((nic, i) => {
      const isTagged = nic.tag !== undefined || nic.trunks !== undefined;
      const tight = narrowest(infrastructure, nic.bridge, machine.hypervisor, isTagged);
      const mtu = nic.mtu ?? entryOf(bridges, nic.bridge)?.mtu ?? ethernetMtu;
      if (tight === undefined || mtu <= tight.limit) return;
      const path = [top, 'machines', name, 'nics', i];
      context.report('infra-mtu-too-large', nic.mtu === undefined ? path : [...path, 'mtu'], {
        what: name,
        mtu,
        limit: tight.limit,
        tunnel: tight.name,
        needed: tight.needed(mtu),
      });
    });
}
