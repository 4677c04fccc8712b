/**
 * Wanted bridges and what the kernel has -> lines of `ip -batch`: bridges and tunnels of Linux, and for those of Open
 * vSwitch the hypervisor's own addresses.
 */
import type { WantedBridge, WantedTunnel } from './hypervisor.ts';
import type { Link } from './links.ts';
import type { GroundPlan, GroundStep } from './steps.ts';

type Say = (words: string, line: string) => void;

export function planLinks(bridges: readonly WantedBridge[], links: readonly Link[]): GroundPlan {
  const steps: GroundStep[] = [];
  const notes: string[] = [];
  const problems: string[] = [];
  const say: Say = (words, line) => {
    steps.push({ tool: 'ip', words, line });
  };
  const byName = new Map(links.map((link) => [link.name, link]));
  for (const bridge of bridges) {
    problems.push(...borneBy(bridge, byName));
    if (bridge.kind === 'linux') {
      problems.push(...notOurs(bridge, byName));
      planBridge(bridge, byName, say);
      for (const tunnel of bridge.tunnels)
        planTunnel(bridge, tunnel, byName, (words, line) => {
          steps.push({ tool: 'ip', words, line, tunnel: tunnel.name });
        });
      planPorts(bridge, byName, say, notes);
    } else if (byName.get(bridge.name)?.kind === 'bridge')
      problems.push(
        `${bridge.name} is a Linux bridge, but the document wants it in Open vSwitch: remove it first`,
      );
    planAddresses(bridge, byName, say);
  }
  // Flows learnt while the address was missing send the tunnel's packets to the host, and BFD keeps them alive.
  const ends = new Set(bridges.flatMap(({ tunnels }) => tunnels.map(({ local }) => local)));
  for (const { kind, datapath, name, addresses } of bridges) {
    if (kind !== 'ovs' || datapath !== 'netdev') continue;
    const fresh = addresses.filter((address) => byName.get(name)?.addresses.includes(address) !== true);
    const end = fresh.map((address) => address.split('/')[0] ?? '').find((address) => ends.has(address));
    if (end !== undefined)
      steps.push({
        tool: 'appctl',
        words: `let the switch forget what it learnt without ${end}`,
        command: ['revalidator/purge'],
        after: { command: ['tnl/ports/show', '-v'], says: `(dst=${end},` },
      });
  }
  return { steps, notes, problems };
}

type Links = ReadonlyMap<string, Link>;

/** Plugging in a card that bears the hypervisor's address would cut off whoever asked for it. */
function borneBy(bridge: WantedBridge, links: Links): string[] {
  return bridge.ports.flatMap((port) => {
    const link = links.get(port);
    return link === undefined || link.addresses.length === 0
      ? []
      : [
          `${port} bears ${link.addresses.join(', ')}: in ${bridge.name} it would be unreachable. ` +
            `Move the address to the bridge, in /etc/network/interfaces and at the console`,
        ];
  });
}

function notOurs(bridge: WantedBridge, links: Links): string[] {
  const there = links.get(bridge.name);
  const missing = bridge.ports
    .filter((port) => !links.has(port))
    .map((port) => `${bridge.name} wants the network card ${port}, which this machine does not have`);
  const tagged = bridge.taps
    .filter(({ tag, trunks }) => tag !== undefined || trunks.length > 0)
    .map(
      ({ device }) => `${device} wants VLAN tags on the Linux bridge ${bridge.name}; use kind: ovs for that`,
    );
  const foreign =
    there === undefined || there.kind === 'bridge'
      ? []
      : [`${bridge.name} is no bridge (${there.kind ?? 'a network card'}): give the bridge another name`];
  return [...missing, ...tagged, ...foreign];
}

function planBridge({ name, mtu }: WantedBridge, links: Links, say: Say): void {
  const there = links.get(name);
  // CARP's adverts are multicast that nobody joins by IGMP in time: snooping would keep them back.
  if (there === undefined)
    say(
      `make the bridge ${name}`,
      `link add name ${name} type bridge stp_state 0 mcast_snooping 0 forward_delay 0`,
    );
  // Before its ports: the kernel keeps an MTU that was set, but forgets one that the ports had brought already.
  if (mtu !== undefined && there?.mtu !== mtu)
    say(`give ${name} an MTU of ${mtu}`, `link set dev ${name} mtu ${mtu}`);
}

function planTunnel(bridge: WantedBridge, tunnel: WantedTunnel, links: Links, say: Say): void {
  const { name, far, local, remote, key, port } = tunnel;
  const there = links.get(name);
  const has = there?.vxlan;
  const isRight =
    has !== undefined && has.key === key && has.local === local && has.remote === remote && has.port === port;
  // The kernel changes neither key nor port of a tunnel that is there (vxlan_changelink).
  if (there !== undefined && !isRight)
    say(
      `remove the tunnel ${name}, which is ${has === undefined ? 'something else' : `to ${has.remote}, key ${has.key}`}`,
      `link del dev ${name}`,
    );
  if (!isRight)
    say(
      `make the tunnel ${name} to ${far} (${remote}, key ${key})`,
      `link add name ${name} type vxlan id ${key} local ${local} remote ${remote} dstport ${port}`,
    );
  // Made without a device below, it would have 1500 bytes whatever fits.
  const mtu = bridge.mtu ?? tunnel.limit;
  if (!isRight || there?.mtu !== mtu) say(`give ${name} an MTU of ${mtu}`, `link set dev ${name} mtu ${mtu}`);
  plug(bridge.name, name, isRight ? there : undefined, say);
}

function planPorts(bridge: WantedBridge, links: Links, say: Say, notes: string[]): void {
  for (const port of bridge.ports) {
    const link = links.get(port);
    if (link !== undefined) plug(bridge.name, port, link, say);
  }
  for (const { device } of bridge.taps) {
    const link = links.get(device);
    if (link !== undefined) plug(bridge.name, device, link, say);
    else notes.push(`${device} is not there (the guest is off): it goes into ${bridge.name} when it is`);
  }
}

function plug(bridge: string, device: string, link: Link | undefined, say: Say): void {
  if (link?.master !== bridge)
    say(
      link?.master === undefined
        ? `put ${device} into ${bridge}`
        : `move ${device} from ${link.master} to ${bridge}`,
      `link set dev ${device} master ${bridge}`,
    );
  if (link?.isUp !== true) say(`switch ${device} on`, `link set dev ${device} up`);
}

function planAddresses({ name, kind, addresses }: WantedBridge, links: Links, say: Say): void {
  const there = links.get(name);
  for (const address of addresses)
    if (there?.addresses.includes(address) !== true)
      say(`give ${name} the address ${address}`, `addr add ${address} dev ${name}`);
  const isNeeded = kind === 'linux' || addresses.length > 0;
  if (isNeeded && there?.isUp !== true) say(`switch ${name} on`, `link set dev ${name} up`);
}
