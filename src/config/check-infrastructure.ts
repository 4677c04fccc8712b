/** What lies under the cluster: hypervisors, bridges, tunnels, machines. */
import { checkMachines } from './check-machines.ts';
import { checkTunnels } from './check-tunnels.ts';
import type { CheckContext } from './context.ts';
import type { Path } from './findings.ts';
import { bridgeIsOn, type Infrastructure } from './infrastructure-document.ts';
import { entryOf, gatewayAddress, vipAddresses } from './model.ts';
import { cidr, sameAddress } from './network.ts';

export function checkInfrastructure(context: CheckContext): void {
  const { infrastructure } = context.document;
  if (infrastructure === undefined) return;
  checkNames(context, infrastructure);
  checkAddresses(context, infrastructure);
  checkTunnels(context, infrastructure);
  checkMachines(context, infrastructure);
}

const top = 'infrastructure';

/** Hypervisors, bridges, nodes and interfaces that are referred to by name. */
function checkNames(context: CheckContext, infrastructure: Infrastructure): void {
  const { hypervisors, bridges, tunnels, machines } = infrastructure;
  const hypervisor = (name: string, path: Path, side: 'key' | 'value' = 'value'): boolean => {
    const isKnown = entryOf(hypervisors, name) !== undefined;
    if (!isKnown) context.report('infra-unknown-hypervisor', path, { name }, side);
    return isKnown;
  };
  const bridgeAt = (name: string, on: string, path: Path): void => {
    const bridge = entryOf(bridges, name);
    if (bridge === undefined || !bridgeIsOn(bridge, on))
      context.report('infra-unknown-bridge', path, { name, hypervisor: on });
  };
  for (const [name, bridge] of Object.entries(bridges)) {
    bridge.on?.forEach((on, i) => {
      hypervisor(on, [top, 'bridges', name, 'on', i]);
    });
    for (const field of ['ports', 'addresses'] as const)
      for (const on of Object.keys(bridge[field])) hypervisor(on, [top, 'bridges', name, field, on], 'key');
  }
  for (const [name, tunnel] of Object.entries(tunnels)) {
    const ends = tunnel.between.filter((end, i) => hypervisor(end, [top, 'tunnels', name, 'between', i]));
    for (const end of new Set(ends)) bridgeAt(tunnel.bridge, end, [top, 'tunnels', name, 'bridge']);
    for (const at of Object.keys(tunnel.remotes ?? {}))
      hypervisor(at, [top, 'tunnels', name, 'remotes', at], 'key');
  }
  for (const [name, machine] of Object.entries(machines)) {
    const path = [top, 'machines', name];
    const isPlaced = hypervisor(machine.hypervisor, [...path, 'hypervisor']);
    if (machine.node !== undefined && !Object.hasOwn(context.document.nodes, machine.node))
      context.report('unknown-node', [...path, 'node'], { name: machine.node });
    machine.nics.forEach((nic, i) => {
      if (isPlaced) bridgeAt(nic.bridge, machine.hypervisor, [...path, 'nics', i, 'bridge']);
      if (nic.interface !== undefined && context.face(nic.interface) === undefined)
        context.report('unknown-interface', [...path, 'nics', i, 'interface'], { name: nic.interface });
    });
  }
}

function checkAddresses(context: CheckContext, { hypervisors }: Infrastructure): void {
  const entries = Object.entries(hypervisors).map(([name, { address }]) => ({ name, own: cidr(address) }));
  entries.forEach(({ name, own }, i) => {
    const path = [top, 'hypervisors', name, 'address'];
    const twin = entries.slice(0, i).find((other) => sameAddress(other.own, own));
    if (twin !== undefined)
      context.report('infra-hypervisor-address-duplicate', path, {
        address: own.address,
        hypervisor: name,
        other: twin.name,
      });
    const what = whoHas(context, own);
    if (what !== undefined)
      context.report('infra-address-taken', path, { hypervisor: name, address: own.address, what });
  });
}

/** What in the cluster has an address, in words. */
function whoHas(context: CheckContext, wanted: ReturnType<typeof cidr>): string | undefined {
  const owner = context.ownerOf(wanted);
  if (owner !== undefined) return `${owner.node}'s on ${context.title(owner.ifname)}`;
  const vip = context.document.virtualIps.find((one) =>
    vipAddresses(one).some((address) => sameAddress(address, wanted)),
  );
  if (vip !== undefined) return `a virtual IP of ${context.title(vip.interface)}`;
  const behind = context.interfaces.find(([, face]) => {
    const gateway = gatewayAddress(context.document, face.gateway);
    return gateway !== undefined && sameAddress(cidr(gateway), wanted);
  });
  return behind === undefined ? undefined : `the gateway of ${context.title(behind[0])}`;
}
