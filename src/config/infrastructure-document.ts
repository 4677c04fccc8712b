/**
 * The `infrastructure` part of the document: the hypervisors under the cluster, their bridges, the tunnels between
 * them and the virtual machines on them. Names of Proxmox parameters are those of its API schema.
 */
import { z } from 'zod';
import {
  address,
  addressWithPrefix,
  type DeepReadonly,
  deviceName,
  interfaceName,
  nodeName,
  whole,
} from './fields.ts';

/** VXLAN's own port (RFC 7348, section 5). */
export const vxlanPort = 4789;
/** What VXLAN adds around a guest's frame in IPv4: IP 20, UDP 8, VXLAN 8, inner Ethernet 14 bytes. */
const overheadIpv4 = 50;
/** IPv6's header is 20 bytes longer. */
const overheadIpv6 = 70;
/** An 802.1Q tag inside the tunnel takes 4 bytes more. */
const tagBytes = 4;

/** The largest packet that a guest may send through a tunnel, in bytes; `remote` is the address of the far end. */
export const guestMtu = (underlayMtu: number, remote: string, isTagged: boolean): number =>
  underlayMtu - (remote.includes(':') ? overheadIpv6 : overheadIpv4) - (isTagged ? tagBytes : 0);

/** Guest types of Proxmox (qm.conf(5), `ostype`). */
const osTypes = [
  'other',
  'wxp',
  'w2k',
  'w2k3',
  'w2k8',
  'wvista',
  'win7',
  'win8',
  'win10',
  'win11',
  'l24',
  'l26',
  'solaris',
] as const;
/** Network cards that Proxmox can show a guest and that a firewall can use. */
const nicModels = ['virtio', 'e1000', 'e1000e', 'vmxnet3', 'rtl8139'] as const;

/** A DNS label: Proxmox takes nothing else for a node or a machine. */
const hostName = z
  .string()
  .regex(/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/, 'a name is letters, digits and hyphens');
const mtu = whole(1280, 65520, 'an MTU');
const vlanTag = whole(1, 4094, 'a VLAN tag');
const perHypervisor = <T extends z.ZodType>(value: T) => z.record(hostName, value);

const bridgeDocument = z.strictObject({
  kind: z.enum(['linux', 'ovs'], { error: 'kind is linux or ovs' }),
  datapath: z
    .enum(['system', 'netdev'], { error: 'datapath is system (the kernel) or netdev (userspace)' })
    .default('system')
    .describe('Open vSwitch only.'),
  on: z.array(hostName).min(1, 'at least one is due').optional().describe('All hypervisors when left out.'),
  mtu: mtu.optional(),
  ports: perHypervisor(z.array(deviceName)).default({}).describe('Network cards in the bridge.'),
  addresses: perHypervisor(z.array(addressWithPrefix)).default({}).describe("The hypervisor's own."),
});

const tunnelDocument = z.strictObject({
  bridge: deviceName,
  between: z.tuple([hostName, hostName], { error: 'a tunnel is between two hypervisors' }),
  key: whole(1, 16_777_215, 'the key of a VXLAN tunnel'),
  port: whole(1, 65535, 'a port').default(vxlanPort),
  remotes: perHypervisor(address).optional().describe("The far end as each sees it; the other's address."),
  bfd: z.boolean().default(true).describe('Probe the tunnel from both ends; Open vSwitch only.'),
});

const nicDocument = z.strictObject({
  interface: interfaceName.optional().describe('The interface of the cluster that it is.'),
  bridge: deviceName,
  tag: vlanTag.optional().describe('VLAN of an access port.'),
  trunks: z.array(vlanTag).min(1, 'at least one is due').optional(),
  model: z.enum(nicModels, { error: `model is one of ${nicModels.join(', ')}` }).default('virtio'),
  firewall: z.boolean().default(false).describe("The hypervisor's own firewall."),
  mtu: mtu.optional().describe('What the guest sends at most; that of the bridge when left out.'),
  mac: z
    .string()
    .regex(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i, 'a MAC is six hex bytes with colons')
    .optional(),
  device: deviceName
    .optional()
    .describe('Name at the hypervisor, where Bascule is to put it into the bridge.'),
  checksumOffload: z.boolean().optional().describe('Whether the guest leaves checksums to the card.'),
});

const machineDocument = z.strictObject({
  hypervisor: hostName,
  node: nodeName.optional().describe('The node of the cluster that runs in it.'),
  vmid: whole(100, 999_999_999, 'a VM ID').optional(),
  os: z.enum(['linux', 'freebsd', 'windows', 'other'], { error: 'os is linux, freebsd, windows or other' }),
  osType: z.enum(osTypes, { error: `osType is one of ${osTypes.join(', ')}` }).optional(),
  cores: whole(1, 512, 'cores').default(2),
  memoryMib: whole(256, 16_777_216, 'memoryMib').default(4_096),
  diskGib: whole(1, 131_072, 'diskGib').default(32),
  image: z.string().max(200, 'at most 200 characters').optional().describe('Volume of the installer.'),
  startAtBoot: z.boolean().default(true),
  startOrder: whole(0, 10_000, 'startOrder').optional(),
  nics: z.array(nicDocument).max(32, 'a machine has at most 32 network cards').default([]),
});

const secretName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'not a name of a secret');
/** Both firewalls hold the document and neither needs the token, so it is looked up only where it is used. */
const secretElsewhere = z.union(
  [z.strictObject({ secret: secretName }), z.strictObject({ env: secretName })],
  {
    error: 'a token is {secret: NAME} or {env: NAME}: the document goes to both firewalls',
  },
);

const hypervisorDocument = z.strictObject({
  address: address.describe('The end of its tunnels, and of its API.'),
  underlayMtu: mtu.default(1_500).describe('Of the way between the hypervisors.'),
  diskGib: whole(1, 1_000_000, 'diskGib').optional(),
  proxmox: z
    .strictObject({
      host: z.string().min(1, 'not empty').max(253, 'at most 253 characters').optional(),
      port: whole(1, 65535, 'a port').default(8_006),
      node: hostName.optional().describe('Its name in the Proxmox cluster; the key when left out.'),
      fingerprint: z
        .string()
        .regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/i, 'a SHA-256 fingerprint: 32 hex bytes with colons')
        .describe('SHA-256 of its certificate: `pvenode cert info`.'),
      token: secretElsewhere.describe('USER@REALM!TOKENID=UUID'),
      storage: z.string().min(1, 'not empty').default('local-lvm'),
    })
    .optional(),
});

export const infrastructureDocument = z.strictObject({
  hypervisors: z
    .record(hostName, hypervisorDocument)
    .refine((all) => Object.keys(all).length > 0, 'at least one hypervisor is due'),
  sdn: z
    .strictObject({
      zone: z
        .string()
        .regex(/^[a-z][a-z0-9]{1,7}$/, 'a zone is 2 to 8 lower-case letters and digits, letter first'),
    })
    .optional()
    .describe('Let Proxmox make the tunnels: one VXLAN zone, a VNet per bridge with a tunnel.'),
  bridges: z.record(deviceName, bridgeDocument).default({}),
  tunnels: z.record(deviceName, tunnelDocument).default({}),
  machines: z.record(hostName, machineDocument).default({}),
});

export type Infrastructure = DeepReadonly<z.infer<typeof infrastructureDocument>>;
export type Hypervisor = Infrastructure['hypervisors'][string];
export type Bridge = Infrastructure['bridges'][string];
export type Tunnel = Infrastructure['tunnels'][string];
export type Machine = Infrastructure['machines'][string];
export type Nic = Machine['nics'][number];

/** Whether a bridge is to be on a hypervisor. */
export const bridgeIsOn = (bridge: Bridge, hypervisor: string): boolean =>
  bridge.on?.includes(hypervisor) ?? true;

/** The other end of a tunnel, or undefined when the hypervisor is no end of it. */
export function farEnd(tunnel: Tunnel, hypervisor: string): string | undefined {
  const [one, two] = tunnel.between;
  if (hypervisor === one) return two;
  return hypervisor === two ? one : undefined;
}

/** Where a hypervisor sends a tunnel's packets; undefined when it is no end of it or its far end is unknown. */
export function remoteOf(
  infrastructure: Infrastructure,
  tunnel: Tunnel,
  hypervisor: string,
): string | undefined {
  const far = farEnd(tunnel, hypervisor);
  if (far === undefined) return undefined;
  const said = tunnel.remotes !== undefined && Object.hasOwn(tunnel.remotes, hypervisor);
  if (said) return tunnel.remotes[hypervisor];
  return Object.hasOwn(infrastructure.hypervisors, far)
    ? infrastructure.hypervisors[far]?.address
    : undefined;
}

/** The guest type that Proxmox should be told: FreeBSD has none of its own. */
export const osTypeOf = (os: Machine['os']): (typeof osTypes)[number] =>
  (({ linux: 'l26', freebsd: 'other', windows: 'win11', other: 'other' }) as const)[os];

/**
 * GiB that Proxmox's installer leaves for machines on a disk (installation guide, "Advanced LVM Configuration
 * Options"): all but root, swap (at most 8 GiB) and what the volume group keeps free.
 */
export function spaceForMachines(diskGib: number): number {
  const root = diskGib < 48 ? diskGib / 2 : Math.min(diskGib / 4, 96);
  const swap = Math.min(diskGib / 8, 8);
  const free = diskGib > 128 ? 16 : diskGib / 8;
  return Math.floor(diskGib - root - swap - free);
}
