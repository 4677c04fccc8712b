/** Nodes, interfaces, their addresses and gateways. */
import { type CheckContext, familyTitle, reservedKind } from './context.ts';
import { deviceOf, enabledAt, entryOf, gatewayAddress, vipAddresses } from './model.ts';
import {
  bogonRanges,
  type Cidr,
  cidr,
  cidrText,
  contains,
  distinctNetworks,
  isLinkLocal,
  networkText,
  overlap,
  privateRanges,
  sameAddress,
  sameNetwork,
} from './network.ts';

/** Docker gives its default bridge this network unless told otherwise (dockerd `bip`). */
const dockerNetwork = cidr('172.17.0.0/16');

export function checkInterfaces(context: CheckContext): void {
  checkNodes(context);
  checkNames(context);
  checkAddresses(context);
  checkSegments(context);
  checkDevices(context);
  for (const [ifname] of context.interfaces) {
    checkGateway(context, ifname);
    checkBlocks(context, ifname);
  }
}

function checkNodes(context: CheckContext): void {
  const { nodes, document } = context;
  const [first, second] = nodes;
  if (first !== undefined && second === undefined) context.report('single-node', ['nodes'], { node: first });
  const seen = new Map<number, string>();
  for (const [node, { priority }] of Object.entries(document.nodes)) {
    if (priority === undefined) continue;
    const other = seen.get(priority);
    if (other !== undefined)
      context.report('node-priority-equal', ['nodes', node, 'priority'], { node, other, priority });
    seen.set(priority, node);
  }
}

/** Nodes named as keys anywhere below, and interfaces and gateways referred to by name. */
function checkNames(context: CheckContext): void {
  const { document, interfaces } = context;
  const mapsByNode: [readonly (string | number)[], unknown][] = [
    ...interfaces.flatMap(([ifname, face]): [readonly (string | number)[], unknown][] => [
      [['interfaces', ifname, 'addresses'], face.addresses],
      [['interfaces', ifname, 'device'], face.device],
      [['interfaces', ifname, 'enabled'], face.enabled],
    ]),
    ...document.virtualIps.map((vip, i): [readonly (string | number)[], unknown] => [
      ['virtualIps', i, 'advskew'],
      vip.advskew,
    ]),
    [['ha', 'sync', 'peers'], document.ha.sync?.peers],
    [['ha', 'hostId'], document.ha.hostId],
  ];
  for (const [path, map] of mapsByNode) {
    if (typeof map !== 'object' || map === null) continue;
    for (const name of Object.keys(map))
      if (!Object.hasOwn(document.nodes, name))
        context.report('unknown-node', [...path, name], { name }, 'key');
  }
  const references: [readonly (string | number)[], string][] = [
    ...Object.entries(document.gateways).map(([name, gateway]): [readonly (string | number)[], string] => [
      ['gateways', name, 'interface'],
      gateway.interface,
    ]),
    ...(['virtualIps', 'dhcp', 'rules'] as const).flatMap((list) =>
      document[list].map((entry, i): [readonly (string | number)[], string] => [
        [list, i, 'interface'],
        entry.interface,
      ]),
    ),
    ...document.nat.outbound.rules.map((rule, i): [readonly (string | number)[], string] => [
      ['nat', 'outbound', 'rules', i, 'interface'],
      rule.interface,
    ]),
    ...(['portForwards', 'oneToOne', 'npt'] as const).flatMap((list) =>
      document.nat[list].map((rule, i): [readonly (string | number)[], string] => [
        ['nat', list, i, 'interface'],
        rule.interface,
      ]),
    ),
  ];
  if (document.ha.sync !== undefined)
    references.push([['ha', 'sync', 'interface'], document.ha.sync.interface]);
  for (const [path, name] of references)
    if (context.face(name) === undefined) context.report('unknown-interface', path, { name });
  const from = document.ha.sync?.config?.from;
  if (from !== undefined && !Object.hasOwn(document.nodes, from))
    context.report('unknown-node', ['ha', 'sync', 'config', 'from'], { name: from });
}

function checkAddresses(context: CheckContext): void {
  const { nodeAddresses } = context;
  nodeAddresses.forEach((own, i) => {
    const kind = reservedKind(own.address);
    if (kind !== undefined)
      context.report('node-address-reserved', own.path, {
        address: own.address.address,
        what: kind,
        network: networkText(own.address),
      });
    // Link-local addresses may be the same on every link.
    const twin = nodeAddresses.find(
      (other, j) =>
        j < i &&
        sameAddress(own.address, other.address) &&
        (!isLinkLocal(own.address) || own.ifname === other.ifname),
    );
    if (twin !== undefined)
      context.report('node-address-duplicate', own.path, {
        address: own.address.address,
        where: `${own.node} on ${context.title(own.ifname)}`,
        elsewhere: `${twin.node} on ${context.title(twin.ifname)}`,
      });
  });
}

/** The nodes must share the networks of an interface, and no two interfaces may. */
function checkSegments(context: CheckContext): void {
  const { nodeAddresses, interfaces, document } = context;
  for (const [ifname] of interfaces) {
    const here = nodeAddresses.filter((own) => own.ifname === ifname && !isLinkLocal(own.address));
    for (const family of ['ipv4', 'ipv6'] as const) {
      const ofFamily = here.filter((own) => own.address.family === family);
      const [first] = ofFamily;
      if (first === undefined) continue;
      for (const node of context.nodes) {
        if (!enabledAt(document, ifname, node) || ofFamily.some((own) => own.node === node)) continue;
        context.report('node-address-missing', ['interfaces', ifname, 'addresses'], {
          node,
          family: familyTitle(family),
          interface: context.title(ifname),
          other: first.node,
        });
      }
      const strangers = ofFamily.filter(
        (own) =>
          own.node !== first.node &&
          !ofFamily.some((other) => other.node === first.node && sameNetwork(other.address, own.address)),
      );
      for (const own of strangers)
        context.report('node-networks-differ', own.path, {
          interface: context.title(ifname),
          address: cidrText(own.address),
          network: networkText(own.address),
          other: cidrText(first.address),
          otherNetwork: networkText(first.address),
        });
    }
  }
  checkOverlaps(context);
}

function checkOverlaps(context: CheckContext): void {
  const networks = context.interfaces.map(([ifname]) => ({
    ifname,
    list: distinctNetworks(
      context.nodeAddresses.filter((own) => own.ifname === ifname).map(({ address }) => address),
    ).filter((network) => !isLinkLocal(network)),
  }));
  networks.forEach(({ ifname, list }, i) => {
    for (const network of list) {
      if (overlap(network, dockerNetwork))
        context.report('docker-network', ['interfaces', ifname, 'addresses'], {
          interface: context.title(ifname),
          network: networkText(network),
        });
      for (const earlier of networks.slice(0, i)) {
        const clash = earlier.list.find((other) => overlap(network, other));
        if (clash !== undefined)
          context.report('interfaces-overlap', ['interfaces', ifname, 'addresses'], {
            interface: context.title(ifname),
            network: networkText(network),
            other: context.title(earlier.ifname),
            otherNetwork: networkText(clash),
          });
      }
    }
  });
}

function checkDevices(context: CheckContext): void {
  const { document, interfaces, nodes } = context;
  interfaces.forEach(([ifname, face], i) => {
    const [first, ...others] = nodes;
    const differing = others.find(
      (node) => first !== undefined && deviceOf(document, ifname, node) !== deviceOf(document, ifname, first),
    );
    if (first !== undefined && differing !== undefined)
      context.report('device-names-differ', ['interfaces', ifname, 'device'], {
        interface: context.title(ifname),
        device: deviceOf(document, ifname, first),
        node: first,
        otherDevice: deviceOf(document, ifname, differing),
        other: differing,
      });
    for (const [other] of interfaces.slice(0, i)) {
      const node = nodes.find((name) => deviceOf(document, ifname, name) === deviceOf(document, other, name));
      if (node === undefined) continue;
      context.report(
        'device-duplicate',
        ['interfaces', ifname, ...(face.device === undefined ? [] : ['device'])],
        {
          interface: context.title(ifname),
          other: context.title(other),
          device: deviceOf(document, ifname, node),
          node,
        },
      );
    }
  });
}

function checkGateway(context: CheckContext, ifname: string): void {
  const { document } = context;
  const reference = context.face(ifname)?.gateway;
  if (reference === undefined) return;
  const path = ['interfaces', ifname, 'gateway'];
  const text = gatewayAddress(document, reference);
  if (text === undefined) {
    context.report('unknown-gateway', path, { name: reference });
    return;
  }
  const gateway = cidr(text);
  const networks = context.nodeAddresses.filter((own) => own.ifname === ifname).map(({ address }) => address);
  if (networks.length > 0 && !isLinkLocal(gateway) && !networks.some((network) => contains(network, gateway)))
    context.report('gateway-outside-network', path, { address: text, interface: context.title(ifname) });
  const owner = context.ownerOf(gateway);
  if (owner !== undefined)
    context.report('gateway-is-own', path, { address: text, what: `the address of ${owner.node}` });
  // A virtual IP that is the gateway is reported at the virtual IP.
}

/** Whether what an interface blocks covers the network that it is in itself. */
function checkBlocks(context: CheckContext, ifname: string): void {
  const face = context.face(ifname);
  const own = distinctNetworks(
    context.nodeAddresses.filter((address) => address.ifname === ifname).map(({ address }) => address),
  );
  const covered = (ranges: readonly string[]): Cidr | undefined =>
    own.find((network) => ranges.some((range) => overlap(cidr(range), network)));
  const isPrivate = face?.blockPrivate === true ? covered(privateRanges) : undefined;
  const isBogon = face !== undefined && face.blockBogons !== false ? covered(bogonRanges) : undefined;
  if (typeof face?.blockBogons === 'string') checkBogonAlias(context, ifname, face.blockBogons);
  const title = context.title(ifname);
  if (isPrivate !== undefined)
    context.report('block-private-cuts-pair', ['interfaces', ifname, 'blockPrivate'], {
      interface: title,
      network: networkText(isPrivate),
    });
  if (isBogon !== undefined)
    context.report('block-bogons-cuts-pair', ['interfaces', ifname, 'blockBogons'], {
      interface: title,
      network: networkText(isBogon),
    });
}

function checkBogonAlias(context: CheckContext, ifname: string, name: string): void {
  const path = ['interfaces', ifname, 'blockBogons'];
  const alias = entryOf(context.document.aliases, name);
  if (alias === undefined) context.report('unknown-alias', path, { name });
  else if (alias.type === 'ports')
    context.report('alias-type', path, { name, holds: 'ports', wanted: 'addresses' });
}

/** Whether any virtual IP sits on an interface. */
export const hasVip = (context: CheckContext, ifname: string): boolean =>
  context.document.virtualIps.some((vip) => vip.interface === ifname);

/** The virtual IP that has an address, on any interface. */
export const vipWith = (context: CheckContext, address: Cidr) =>
  context.document.virtualIps.find((vip) => vipAddresses(vip).some((own) => sameAddress(own, address)));
