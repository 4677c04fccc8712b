/**
 * What the document wants of Proxmox and what there is -> requests in order. Tunnels become one SDN zone of type VXLAN
 * with a VNet per bridge: Proxmox then makes bridge and tunnel on every node. Machines are made and set.
 */
import { fail, ok, type Result } from '#base/result.ts';
import {
  bridgeIsOn,
  guestMtu,
  type Hypervisor,
  type Infrastructure,
  type Machine,
  type Nic,
  osTypeOf,
  vxlanPort,
} from '#config/infrastructure-document.ts';
import type { MachineConfig, Network, Vnet, Zone } from './client.ts';
import type { Method, Params } from './request.ts';

export interface ApiStep {
  /** The hypervisor whose API is asked. */
  readonly hypervisor: string;
  readonly words: string;
  readonly method: Method;
  readonly path: string;
  readonly params: Params;
}

export interface ApiPlan {
  readonly steps: readonly ApiStep[];
  readonly notes: readonly string[];
}

export interface ProxmoxState {
  readonly zones: readonly Zone[];
  readonly vnets: readonly Vnet[];
  /** By hypervisor. */
  readonly networks: Readonly<Record<string, readonly Network[]>>;
  /** Settings of the machines that exist, by hypervisor and VM ID. */
  readonly machines: Readonly<Record<string, ReadonlyMap<number, MachineConfig>>>;
}

/** Names of VNets hold 8 letters and digits (PVE::Network::SDN::Vnets, `parse_sdn_vnet_id`). */
const vnetName = /^[A-Za-z][A-Za-z0-9]{1,7}$/;

export function planProxmox(infrastructure: Infrastructure, state: ProxmoxState): Result<ApiPlan> {
  const hosts = Object.entries(infrastructure.hypervisors).filter(([, { proxmox }]) => proxmox !== undefined);
  const [first] = hosts;
  if (first === undefined) return fail('no hypervisor of the document has a "proxmox" part');
  const notes: string[] = [];
  const network = planSdn(infrastructure, first[0], state);
  if (!network.ok) return network;
  const machines: ApiStep[] = [];
  for (const [name, machine] of Object.entries(infrastructure.machines)) {
    const host = hosts.find(([key]) => key === machine.hypervisor);
    if (host === undefined)
      notes.push(`${name} is on ${machine.hypervisor}, which has no Proxmox; it is left alone`);
    else if (machine.vmid === undefined) return fail(`${name} has no vmid: Proxmox names machines by it`);
    else {
      const there = state.machines[host[0]]?.get(machine.vmid);
      machines.push(...planMachine(host[0], host[1], name, machine, machine.vmid, there, notes));
    }
  }
  return ok({
    steps: [
      ...network.value,
      ...bridgesOf(
        infrastructure,
        hosts.map(([key]) => key),
        state,
      ),
      ...machines,
    ],
    notes,
  });
}

function planSdn(
  infrastructure: Infrastructure,
  hypervisor: string,
  state: ProxmoxState,
): Result<readonly ApiStep[]> {
  const { sdn, hypervisors, tunnels } = infrastructure;
  if (sdn === undefined) return ok([]);
  const all = Object.values(tunnels);
  const ends = Object.entries(hypervisors).filter(([key]) =>
    all.some(({ between }) => between.includes(key)),
  );
  const ports = new Set(all.map(({ port }) => port));
  if (ports.size > 1) return fail('an SDN zone has one VXLAN port, but the tunnels have several');
  const peers = ends.map(([, { address }]) => address).join(',');
  const underlay = Math.min(...ends.map(([, { underlayMtu }]) => underlayMtu));
  const mtu = guestMtu(underlay, ends[0]?.[1].address ?? '', false);
  const port = [...ports][0] ?? vxlanPort;
  const steps: ApiStep[] = [];
  const say = (words: string, method: Method, path: string, params: Params): void => {
    steps.push({ hypervisor, words, method, path, params });
  };
  const zone = state.zones.find((one) => one.zone === sdn.zone);
  const settings = { peers, mtu, ...(port === vxlanPort ? {} : { 'vxlan-port': port }) };
  if (zone !== undefined && zone.type !== 'vxlan')
    return fail(`the SDN zone ${sdn.zone} exists and is of type ${zone.type}: choose another name`);
  if (zone === undefined)
    say(`make the VXLAN zone ${sdn.zone} between ${peers}`, 'POST', '/cluster/sdn/zones', {
      zone: sdn.zone,
      type: 'vxlan',
      ...settings,
    });
  else if (
    sorted(zone.peers ?? '') !== sorted(peers) ||
    zone.mtu !== mtu ||
    (zone['vxlan-port'] ?? vxlanPort) !== port
  )
    say(`set the VXLAN zone ${sdn.zone} to ${peers}, MTU ${mtu}`, 'PUT', `/cluster/sdn/zones/${sdn.zone}`, {
      ...settings,
    });
  for (const [bridge, tags] of bridgesWithTunnel(infrastructure)) {
    const [tag, ...others] = tags;
    if (tag === undefined) continue;
    if (others.length > 0) return fail(`the tunnels of ${bridge} have several keys; a VNet has one`);
    if (!vnetName.test(bridge))
      return fail(`${bridge} cannot be a VNet: 2 to 8 letters and digits are due, letter first`);
    const there = state.vnets.find(({ vnet }) => vnet === bridge);
    if (there === undefined)
      say(`make the VNet ${bridge} with key ${tag}`, 'POST', '/cluster/sdn/vnets', {
        vnet: bridge,
        zone: sdn.zone,
        tag,
      });
    else if (there.zone !== sdn.zone || there.tag !== tag)
      say(
        `set the VNet ${bridge} to zone ${sdn.zone}, key ${tag} (it is ${there.zone}, ${there.tag ?? 'none'})`,
        'PUT',
        `/cluster/sdn/vnets/${bridge}`,
        { zone: sdn.zone, tag },
      );
  }
  if (steps.length > 0) say('let every node carry the zone', 'PUT', '/cluster/sdn', {});
  return ok(steps);
}

/** The keys of the tunnels in each bridge. */
function bridgesWithTunnel({ tunnels }: Infrastructure): Map<string, number[]> {
  const keys = new Map<string, number[]>();
  for (const { bridge, key } of Object.values(tunnels))
    keys.set(bridge, [...new Set([...(keys.get(bridge) ?? []), key])]);
  return keys;
}

const sorted = (list: string): string =>
  list
    .split(/[,;\s]+/)
    .sort()
    .join(',');

/** Bridges without a tunnel that a node lacks. Changes wait until they are applied, by a task per node. */
function bridgesOf(infrastructure: Infrastructure, hosts: readonly string[], state: ProxmoxState): ApiStep[] {
  const withTunnel = bridgesWithTunnel(infrastructure);
  return hosts.flatMap((hypervisor) => {
    const node = nodeOf(infrastructure, hypervisor);
    const missing = Object.entries(infrastructure.bridges).filter(
      ([name, bridge]) =>
        bridgeIsOn(bridge, hypervisor) &&
        // A tunnel of Open vSwitch cannot be made by this API; its bridge belongs with it in the file.
        !withTunnel.has(name) &&
        state.networks[hypervisor]?.some(({ iface }) => iface === name) !== true,
    );
    if (missing.length === 0) return [];
    return [
      ...missing.map(([name, bridge]): ApiStep => {
        const ports = (bridge.ports[hypervisor] ?? []).join(' ');
        const [address] = bridge.addresses[hypervisor] ?? [];
        return {
          hypervisor,
          words: `make the bridge ${name} on ${hypervisor}`,
          method: 'POST',
          path: `/nodes/${node}/network`,
          params: {
            iface: name,
            type: bridge.kind === 'ovs' ? 'OVSBridge' : 'bridge',
            autostart: true,
            ...(ports === '' ? {} : { [bridge.kind === 'ovs' ? 'ovs_ports' : 'bridge_ports']: ports }),
            ...(address === undefined ? {} : { [address.includes(':') ? 'cidr6' : 'cidr']: address }),
            ...(bridge.mtu === undefined ? {} : { mtu: bridge.mtu }),
          },
        };
      }),
      {
        hypervisor,
        words: `let ${hypervisor} carry its new bridges`,
        method: 'PUT',
        path: `/nodes/${node}/network`,
        params: {},
      },
    ];
  });
}

export function nodeOf({ hypervisors }: Infrastructure, hypervisor: string): string {
  return hypervisors[hypervisor]?.proxmox?.node ?? hypervisor;
}

function planMachine(
  hypervisor: string,
  host: Hypervisor,
  name: string,
  machine: Machine,
  vmid: number,
  there: MachineConfig | undefined,
  notes: string[],
): ApiStep[] {
  const node = host.proxmox?.node ?? hypervisor;
  const settings = settingsOf(name, machine);
  if (there === undefined) {
    const disk = `${host.proxmox?.storage ?? 'local-lvm'}:${machine.diskGib}`;
    const image = machine.image === undefined ? {} : { ide2: `${machine.image},media=cdrom` };
    return [
      {
        hypervisor,
        words: `make the machine ${name} (${vmid}) on ${hypervisor}`,
        method: 'POST',
        path: `/nodes/${node}/qemu`,
        params: {
          vmid,
          ...settings,
          ...Object.fromEntries(machine.nics.map((nic, i) => [`net${i}`, netText(nic, undefined)])),
          scsihw: 'virtio-scsi-single',
          scsi0: disk,
          ...image,
          boot: machine.image === undefined ? 'order=scsi0' : 'order=scsi0;ide2',
        },
      },
    ];
  }
  const wanted: Record<string, string | number | boolean> = { ...settings };
  machine.nics.forEach((nic, i) => {
    const has = there[`net${i}`];
    const text = netText(nic, has === undefined ? undefined : String(has));
    if (has === undefined || !sameOptions(text, String(has))) wanted[`net${i}`] = text;
  });
  const different = Object.entries(wanted).filter(([key, value]) => asText(there[key]) !== asText(value));
  const extra = Object.keys(there).filter(
    (key) => /^net\d+$/.test(key) && Number(key.slice(3)) >= machine.nics.length,
  );
  if (extra.length > 0)
    notes.push(`${name} has ${extra.join(', ')}, which the document does not know; left alone`);
  if (different.length === 0) return [];
  return [
    {
      hypervisor,
      words: `set ${different.map(([key]) => key).join(', ')} of ${name} (${vmid}); some settings wait for its next start`,
      // The synchronous form of the two; changes of hardware that cannot be plugged stay pending.
      method: 'PUT',
      path: `/nodes/${node}/qemu/${vmid}/config`,
      params: Object.fromEntries(different),
    },
  ];
}

function settingsOf(name: string, machine: Machine): Record<string, string | number | boolean> {
  return {
    name,
    ostype: machine.osType ?? osTypeOf(machine.os),
    cores: machine.cores,
    cpu: 'host',
    memory: machine.memoryMib,
    onboot: machine.startAtBoot,
    ...(machine.startOrder === undefined ? {} : { startup: `order=${machine.startOrder}` }),
  };
}

/** A card as qm.conf(5) writes it. A MAC that Proxmox has chosen is kept: guests know their cards by it. */
function netText(nic: Nic, there: string | undefined): string {
  const chosen = there === undefined ? undefined : /=((?:[0-9A-F]{2}:){5}[0-9A-F]{2})/i.exec(there)?.[1];
  const mac = nic.mac ?? chosen;
  return [
    mac === undefined ? nic.model : `${nic.model}=${mac.toUpperCase()}`,
    `bridge=${nic.bridge}`,
    `firewall=${nic.firewall ? 1 : 0}`,
    ...(nic.mtu === undefined || nic.model !== 'virtio' ? [] : [`mtu=${nic.mtu}`]),
    ...(nic.tag === undefined ? [] : [`tag=${nic.tag}`]),
    ...(nic.trunks === undefined ? [] : [`trunks=${nic.trunks.join(';')}`]),
  ].join(',');
}

/** Options in any order; one that is off may be left out. */
function sameOptions(a: string, b: string): boolean {
  const parts = (text: string): string =>
    text
      .split(',')
      .filter((part) => part !== 'firewall=0')
      .sort()
      .join(',')
      .toUpperCase();
  return parts(a) === parts(b);
}

const asText = (value: string | number | boolean | undefined): string =>
  typeof value === 'boolean' ? (value ? '1' : '0') : String(value ?? '');
