/**
 * The stanzas of a hypervisor, in the one form that Proxmox's parser writes back unchanged and that a reload of
 * ifupdown2 carries out without taking running guests' taps out of the bridge: a tunnel has a stanza of its own and
 * the bridge does not list it.
 */
import { bfdSettings, tunnelOptions, type WantedBridge, type WantedHypervisor } from '../hypervisor.ts';
import type { Option, Stanza } from './file.ts';

/** Bridges first, each followed by its ports and tunnels. */
export const stanzasOf = ({ bridges }: WantedHypervisor): Stanza[] =>
  bridges.flatMap((bridge) => (bridge.kind === 'ovs' ? ovsStanzas(bridge) : linuxStanzas(bridge)));

function ovsStanzas(bridge: WantedBridge): Stanza[] {
  const { name, mtu, ports, tunnels } = bridge;
  return [
    {
      name,
      ...addressing(bridge),
      options: [
        ...addressOptions(bridge),
        ...option('ovs_type', 'OVSBridge'),
        // A list of ports makes a reload remove every port that is not in it; network cards must be listed.
        ...option('ovs_ports', ports.join(' ')),
        ...(ports.length === 0 ? [] : option('ovs_ports_condone_regex', guestPorts)),
        ...option('ovs_mtu', mtu),
        ...(bridge.datapath === 'system'
          ? []
          : option('ovs_extra', `set bridge ${name} datapath_type=${bridge.datapath}`)),
      ],
    },
    ...ports.map((port) => ({
      name: port,
      method: 'inet manual',
      options: [...option('ovs_type', 'OVSPort'), ...option('ovs_bridge', name)],
    })),
    ...tunnels.map((tunnel) => ({
      name: tunnel.name,
      method: 'inet manual',
      options: [
        ...option('ovs_type', 'OVSTunnel'),
        ...option('ovs_bridge', name),
        ...option('ovs_tunnel_type', 'vxlan'),
        ...option('ovs_tunnel_options', settings('options', tunnelOptions(tunnel))),
        ...(tunnel.bfd
          ? option('ovs_extra', `set interface ${tunnel.name} ${settings('bfd', bfdSettings)}`)
          : []),
      ],
    })),
  ];
}

/** The names that Proxmox gives to guests' ports: a reload leaves them in the bridge. */
const guestPorts = '^(tap|veth|fwln|fwpr).*$';

function linuxStanzas(bridge: WantedBridge): Stanza[] {
  const { name, mtu, ports, tunnels } = bridge;
  const members = [...ports, ...tunnels.map((tunnel) => tunnel.name)];
  return [
    ...tunnels.map((tunnel) => ({
      name: tunnel.name,
      method: 'inet manual',
      options: [
        ...option('vxlan-id', tunnel.key),
        ...option('vxlan-local-tunnelip', tunnel.local),
        ...option('vxlan_remoteip', tunnel.remote),
        ...option('vxlan-port', tunnel.port),
        ...option('mtu', mtu ?? tunnel.limit),
      ],
    })),
    {
      name,
      ...addressing(bridge),
      options: [
        ...addressOptions(bridge),
        ...option('bridge-ports', members.join(' ') || 'none'),
        ...option('bridge-stp', 'off'),
        ...option('bridge-fd', 0),
        ...option('bridge-mcsnoop', 'no'),
        ...option('mtu', mtu),
      ],
    },
  ];
}

const addressing = ({ addresses }: WantedBridge): { method: string } => ({
  method: addresses.length === 0 ? 'inet manual' : 'inet static',
});

const addressOptions = ({ addresses }: WantedBridge): Option[] =>
  addresses.flatMap((address) => option('address', address));

const option = (key: string, value: string | number | undefined): Option[] =>
  value === undefined || value === '' ? [] : [{ key, value: String(value) }];

const settings = (column: string, map: Readonly<Record<string, string>>): string =>
  Object.entries(map)
    .map(([key, value]) => `${column}:${key}=${value}`)
    .join(' ');
