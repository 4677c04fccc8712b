/** The virtual machines of the cluster, and how those of its nodes fit together. */
import type { CheckContext } from './context.ts';
import {
  bridgeIsOn,
  type Infrastructure,
  type Machine,
  type Nic,
  osTypeOf,
  spaceForMachines,
} from './infrastructure-document.ts';
import { enabledAt, entryOf } from './model.ts';

const top = 'infrastructure';
const osTitles = { linux: 'Linux', freebsd: 'FreeBSD', windows: 'Windows', other: 'something else' } as const;

export function checkMachines(context: CheckContext, infrastructure: Infrastructure): void {
  const machines = Object.entries(infrastructure.machines);
  machines.forEach(([name, machine], i) => {
    const path = [top, 'machines', name];
    const twin = machines
      .slice(0, i)
      .find(([, other]) => other.vmid !== undefined && other.vmid === machine.vmid);
    if (twin !== undefined && machine.vmid !== undefined)
      context.report('infra-vmid-duplicate', [...path, 'vmid'], {
        machine: name,
        other: twin[0],
        vmid: machine.vmid,
      });
    if (machine.osType !== undefined && !suits(machine.os, machine.osType))
      context.report('infra-os-type', [...path, 'osType'], {
        machine: name,
        os: osTitles[machine.os],
        osType: machine.osType,
        right: osTypeOf(machine.os),
      });
    if (machine.node !== undefined) checkNode(context, infrastructure, name, machine, machine.node);
    checkOffload(context, infrastructure, name, machine);
  });
  checkDisks(context, infrastructure);
  checkPairs(context, infrastructure);
}

/** Whether Proxmox's guest type is one of the system's. */
function suits(os: Machine['os'], osType: NonNullable<Machine['osType']>): boolean {
  if (os === 'linux') return osType === 'l26' || osType === 'l24';
  return os === 'windows'
    ? osType.startsWith('w')
    : osType === 'other' || (os === 'other' && osType === 'solaris');
}

function checkNode(
  context: CheckContext,
  infrastructure: Infrastructure,
  name: string,
  machine: Machine,
  node: string,
): void {
  const path = [top, 'machines', name];
  if (!machine.startAtBoot)
    context.report('infra-not-at-boot', [...path, 'startAtBoot'], { machine: name, node });
  machine.nics.forEach((nic, i) => {
    if (nic.firewall)
      context.report('infra-nic-firewall', [...path, 'nics', i, 'firewall'], {
        machine: name,
        interface: nic.interface === undefined ? `card ${i}` : context.title(nic.interface),
      });
  });
  for (const [ifname] of context.interfaces) {
    if (!enabledAt(context.document, ifname, node) || context.addresses(ifname, node).length === 0) continue;
    if (machine.nics.some((nic) => nic.interface === ifname)) continue;
    context.report('infra-nic-missing', path, {
      machine: name,
      interface: context.title(ifname),
      node,
      key: ifname,
    });
  }
  const [first] = Object.entries(infrastructure.machines).filter(
    ([, other]) => other.node !== undefined && other.hypervisor === machine.hypervisor,
  );
  if (first !== undefined && first[0] !== name && first[1].node !== undefined)
    context.report('infra-hypervisor-shared', [...path, 'hypervisor'], {
      node,
      other: first[1].node,
      hypervisor: machine.hypervisor,
    });
}

/** Only packets that go into a tunnel of a userspace datapath lack what nobody has filled in. */
function checkOffload(
  context: CheckContext,
  { bridges, tunnels }: Infrastructure,
  name: string,
  { nics }: Machine,
): void {
  nics.forEach((nic, i) => {
    const isUserspace = entryOf(bridges, nic.bridge)?.datapath === 'netdev';
    const hasTunnel = Object.values(tunnels).some((tunnel) => tunnel.bridge === nic.bridge);
    if (isUserspace && hasTunnel && nic.checksumOffload !== false)
      context.report('infra-checksum-offload', [top, 'machines', name, 'nics', i], {
        machine: name,
        bridge: nic.bridge,
      });
  });
}

function checkDisks(context: CheckContext, { hypervisors, machines }: Infrastructure): void {
  for (const [name, { diskGib }] of Object.entries(hypervisors)) {
    if (diskGib === undefined) continue;
    const needed = Object.values(machines)
      .filter((machine) => machine.hypervisor === name)
      .reduce((sum, machine) => sum + machine.diskGib, 0);
    const space = spaceForMachines(diskGib);
    if (needed > space)
      context.report('infra-disk-too-small', [top, 'hypervisors', name, 'diskGib'], {
        hypervisor: name,
        needed,
        disk: diskGib,
        space,
      });
  }
}

/** One card of a node's machine, and where it stands. */
interface Plugged {
  readonly node: string;
  readonly hypervisor: string;
  readonly nic: Nic;
  readonly path: readonly (string | number)[];
}

/** The cards of one interface at all nodes must be in one network. */
function checkPairs(context: CheckContext, infrastructure: Infrastructure): void {
  for (const [ifname] of context.interfaces) {
    const all = Object.entries(infrastructure.machines).flatMap(([name, { node, hypervisor, nics }]) =>
      node === undefined
        ? []
        : nics.flatMap((nic, i): Plugged[] =>
            nic.interface === ifname
              ? [{ node, hypervisor, nic, path: [top, 'machines', name, 'nics', i] }]
              : [],
          ),
    );
    const [first, ...others] = all;
    if (first === undefined) continue;
    for (const other of others)
      if (other.node !== first.node) compare(context, infrastructure, ifname, first, other);
  }
}

function compare(
  context: CheckContext,
  infrastructure: Infrastructure,
  ifname: string,
  first: Plugged,
  other: Plugged,
): void {
  const values = { interface: context.title(ifname), node: first.node, other: other.node };
  if (first.nic.bridge !== other.nic.bridge)
    context.report('infra-bridge-differs', [...other.path, 'bridge'], {
      ...values,
      bridge: first.nic.bridge,
      otherBridge: other.nic.bridge,
    });
  else if (first.hypervisor !== other.hypervisor && !areJoined(infrastructure, first, other))
    context.report('infra-segment-split', [...other.path, 'bridge'], {
      interface: context.title(ifname),
      bridge: first.nic.bridge,
      hypervisor: first.hypervisor,
      other: other.hypervisor,
    });
  const [tag, otherTag] = [first, other].map(({ nic }) =>
    nic.tag === undefined ? 'no tag' : `tag ${nic.tag}`,
  );
  if (tag !== undefined && otherTag !== undefined && tag !== otherTag)
    context.report('infra-tag-differs', [...other.path, ...(other.nic.tag === undefined ? [] : ['tag'])], {
      ...values,
      tag,
      otherTag,
    });
  if (first.nic.model !== other.nic.model)
    context.report('infra-nic-model-differs', [...other.path, 'model'], {
      ...values,
      model: first.nic.model,
      otherModel: other.nic.model,
    });
}

/** By tunnels, over any number of hypervisors, or by ports that presumably lead to one switch. */
function areJoined({ bridges, tunnels }: Infrastructure, first: Plugged, other: Plugged): boolean {
  const { bridge: name } = first.nic;
  const bridge = entryOf(bridges, name);
  if (bridge === undefined) return true;
  const reached = new Set([first.hypervisor]);
  for (let before = 0; before !== reached.size; ) {
    before = reached.size;
    for (const tunnel of Object.values(tunnels))
      if (tunnel.bridge === name && tunnel.between.some((end) => reached.has(end)))
        for (const end of tunnel.between) reached.add(end);
  }
  const hasPort = (at: string): boolean =>
    bridgeIsOn(bridge, at) && (entryOf(bridge.ports, at) ?? []).length > 0;
  return reached.has(other.hypervisor) || (hasPort(first.hypervisor) && hasPort(other.hypervisor));
}
