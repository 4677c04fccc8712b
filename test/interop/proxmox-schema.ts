/**
 * The endpoints of Proxmox VE that Bascule uses, with the names, types and limits of their parameters as the published
 * API schema has them (pve-docs, api-viewer, version 9.1). What is not here is refused, as Proxmox does
 * (`additionalProperties: 0`).
 */

export interface Parameter {
  readonly type: 'string' | 'integer' | 'boolean';
  readonly required?: true;
  readonly values?: readonly string[];
  readonly pattern?: RegExp;
  readonly minimum?: number;
  readonly maximum?: number;
}

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `{name}` stands for a part of the path. */
  readonly path: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** What it gives back: a task's UPID, nothing, or data of its own. */
  readonly returns: 'task' | 'null' | 'data';
}

const flag: Parameter = { type: 'boolean' };
const text: Parameter = { type: 'string' };
const configId = /^[a-z][a-z0-9_-]+$/i;
const sdnId = /^[a-z][a-z0-9]*[a-z0-9]$/i;
const addressList = /^[0-9a-f.:]+(,[0-9a-f.:]+)*$/i;
const net =
  /^(virtio|e1000|e1000e|vmxnet3|rtl8139)(=([0-9A-F]{2}:){5}[0-9A-F]{2})?(,(bridge=[\w.]+|firewall=[01]|mtu=\d+|tag=\d+|trunks=\d+(;\d+)*|link_down=[01]))*$/;
const disk = /^[a-z][\w.-]*:\d+(,[\w-]+=[\w.-]+)*$/i;

const machine: Readonly<Record<string, Parameter>> = {
  name: { type: 'string', pattern: /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/ },
  ostype: {
    type: 'string',
    values: 'other wxp w2k w2k3 w2k8 wvista win7 win8 win10 win11 l24 l26 solaris'.split(' '),
  },
  cores: { type: 'integer', minimum: 1 },
  sockets: { type: 'integer', minimum: 1 },
  cpu: text,
  memory: { type: 'string', pattern: /^(current=)?\d+$/ },
  onboot: flag,
  startup: { type: 'string', pattern: /^(order=)?\d+(,up=\d+)?(,down=\d+)?$/ },
  scsihw: {
    type: 'string',
    values: ['lsi', 'lsi53c810', 'virtio-scsi-pci', 'virtio-scsi-single', 'megasas', 'pvscsi'],
  },
  'scsi[n]': { type: 'string', pattern: disk },
  'ide[n]': { type: 'string', pattern: /^([a-z][\w.-]*:[\w./-]+|none)(,media=(cdrom|disk))?$/i },
  'net[n]': { type: 'string', pattern: net },
  boot: { type: 'string', pattern: /^order=\w+(;\w+)*$/ },
};

const zone: Readonly<Record<string, Parameter>> = {
  peers: { type: 'string', pattern: addressList },
  fabric: { type: 'string', pattern: configId },
  mtu: { type: 'integer' },
  'vxlan-port': { type: 'integer', minimum: 1, maximum: 65536 },
  nodes: text,
  ipam: text,
};

const vnet: Readonly<Record<string, Parameter>> = {
  tag: { type: 'integer', minimum: 1, maximum: 16_777_215 },
  vlanaware: flag,
  alias: text,
  'isolate-ports': flag,
};

export const endpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/version', parameters: {}, returns: 'data' },
  {
    method: 'GET',
    path: '/cluster/sdn/zones',
    parameters: {
      pending: flag,
      running: flag,
      type: { type: 'string', values: ['evpn', 'faucet', 'qinq', 'simple', 'vlan', 'vxlan'] },
    },
    returns: 'data',
  },
  {
    method: 'POST',
    path: '/cluster/sdn/zones',
    parameters: {
      ...zone,
      zone: { type: 'string', required: true, pattern: sdnId },
      type: {
        type: 'string',
        required: true,
        values: ['evpn', 'faucet', 'qinq', 'simple', 'vlan', 'vxlan'],
      },
    },
    returns: 'null',
  },
  {
    method: 'PUT',
    path: '/cluster/sdn/zones/{zone}',
    parameters: { ...zone, delete: text, digest: text },
    returns: 'null',
  },
  {
    method: 'GET',
    path: '/cluster/sdn/vnets',
    parameters: { pending: flag, running: flag },
    returns: 'data',
  },
  {
    method: 'POST',
    path: '/cluster/sdn/vnets',
    parameters: {
      ...vnet,
      vnet: { type: 'string', required: true, pattern: sdnId },
      zone: { type: 'string', required: true },
      type: { type: 'string', values: ['vnet'] },
    },
    returns: 'null',
  },
  {
    method: 'PUT',
    path: '/cluster/sdn/vnets/{vnet}',
    parameters: { ...vnet, zone: text, delete: text, digest: text },
    returns: 'null',
  },
  {
    method: 'PUT',
    path: '/cluster/sdn',
    parameters: { 'lock-token': text, 'release-lock': flag },
    returns: 'task',
  },
  { method: 'GET', path: '/nodes/{node}/network', parameters: { type: text }, returns: 'data' },
  {
    method: 'POST',
    path: '/nodes/{node}/network',
    parameters: {
      iface: { type: 'string', required: true, pattern: /^[a-z][a-z0-9_]{1,19}([:.]\d+)?$/i },
      type: {
        type: 'string',
        required: true,
        values: 'bridge bond eth alias vlan fabric OVSBridge OVSBond OVSPort OVSIntPort vnet unknown'.split(
          ' ',
        ),
      },
      autostart: flag,
      cidr: { type: 'string', pattern: /^\d+(\.\d+){3}\/\d+$/ },
      cidr6: { type: 'string', pattern: /^[0-9a-f:]+\/\d+$/i },
      mtu: { type: 'integer', minimum: 1280, maximum: 65520 },
      bridge_ports: text,
      bridge_vlan_aware: flag,
      ovs_ports: text,
      ovs_options: text,
      ovs_tag: { type: 'integer', minimum: 1, maximum: 4094 },
      comments: text,
    },
    returns: 'null',
  },
  {
    method: 'PUT',
    path: '/nodes/{node}/network',
    parameters: { 'regenerate-frr': flag },
    returns: 'task',
  },
  { method: 'GET', path: '/nodes/{node}/qemu', parameters: { full: flag }, returns: 'data' },
  {
    method: 'POST',
    path: '/nodes/{node}/qemu',
    parameters: {
      ...machine,
      vmid: { type: 'integer', required: true, minimum: 100, maximum: 999_999_999 },
      start: flag,
    },
    returns: 'task',
  },
  {
    method: 'GET',
    path: '/nodes/{node}/qemu/{vmid}/config',
    parameters: { current: flag, snapshot: text },
    returns: 'data',
  },
  {
    method: 'PUT',
    path: '/nodes/{node}/qemu/{vmid}/config',
    parameters: { ...machine, delete: text, digest: text },
    returns: 'null',
  },
  { method: 'GET', path: '/nodes/{node}/tasks/{upid}/status', parameters: {}, returns: 'data' },
  {
    method: 'GET',
    path: '/nodes/{node}/tasks/{upid}/log',
    parameters: {
      start: { type: 'integer', minimum: 0 },
      limit: { type: 'integer', minimum: 0 },
      download: flag,
    },
    returns: 'data',
  },
];

/** What is wrong with a request's parameters, by name, in Proxmox's own words. */
export function objections(
  { parameters }: Endpoint,
  given: ReadonlyMap<string, string>,
): Record<string, string> {
  const wrong: Record<string, string> = {};
  for (const [name, value] of given) {
    const parameter = parameters[name] ?? parameters[name.replace(/\d+$/, '[n]')];
    if (parameter === undefined)
      wrong[name] = 'property is not defined in schema and the schema does not allow additional properties';
    else {
      const problem = objection(parameter, value);
      if (problem !== undefined) wrong[name] = problem;
    }
  }
  for (const [name, { required }] of Object.entries(parameters))
    if (required === true && !given.has(name)) wrong[name] = 'property is missing and it is not optional';
  return wrong;
}

function objection(
  { type, values, pattern, minimum, maximum }: Parameter,
  value: string,
): string | undefined {
  if (type === 'boolean' && !/^[01]$/.test(value)) return `type check ('boolean') failed - got '${value}'`;
  if (type === 'integer' && !/^-?\d+$/.test(value)) return `type check ('integer') failed - got '${value}'`;
  if (values !== undefined && !values.includes(value))
    return `value '${value}' does not have a value in the enumeration '${values.join(', ')}'`;
  if (pattern !== undefined && !pattern.test(value)) return 'value does not match the regex pattern';
  if (minimum !== undefined && Number(value) < minimum)
    return `value must have a minimum value of ${minimum}`;
  if (maximum !== undefined && Number(value) > maximum)
    return `value must have a maximum value of ${maximum}`;
  return undefined;
}
