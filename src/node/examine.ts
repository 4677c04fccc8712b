/** Gathers what an examination wants to know of this node, while the node goes on. */
import { createHash } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { DocumentStatus, NodeStatus } from '#api/contract/control.ts';
import type { Ipv4, Ipv6, Mac } from '#base/address.ts';
import type { ClusterDocument } from '#config/document.ts';
import { syncInterface, titleOf } from '#config/model.ts';
import { keyOf, vipDevicesOf } from '#config/wiring.ts';
import type { InterfaceEvidence, NodeEvidence, VipEvidence } from '#doctor/evidence.ts';
import {
  type InterfacePlan,
  interfacePlans,
  isIpv4,
  listenMs,
  wantedSettings,
  weakPasswords,
} from '#doctor/plan.ts';
import {
  askResolvers,
  deviceTo,
  isAnswered,
  lackingFeatures,
  pingPeer,
  readConnections,
  readDisk,
  wrongSettings,
} from '#doctor/probe/host.ts';
import { LinkMemory, type LinkState, readLinkStates } from '#doctor/probe/links.ts';
import { examineSegments, type Question, type Segment } from '#doctor/probe/segment.ts';
import type { Drift } from './drift.ts';

export interface ExamineParts {
  readonly node: string;
  readonly version: string;
  /** Where revisions are kept. */
  readonly folder: string;
  readonly document: () => ClusterDocument;
  readonly status: () => Promise<NodeStatus>;
  readonly drift: Pick<Drift, 'inspect'>;
  readonly links: LinkMemory;
}

/** What the life of the document knows. */
export interface LifeFacts {
  readonly isApiRunning: () => boolean;
  readonly document: () => DocumentStatus | undefined;
}
export type Examiner = (life: LifeFacts) => Promise<NodeEvidence>;

/** Bits of a password's hash that are told: two passwords agree by chance once in 65,536, and guessing learns little. */
const printDigits = 4;
/** The smallest packet that every IPv4 way carries unfragmented is shorter; this one says that somebody answers. */
const gatewayPing = 84;

/** Examines on demand; who asks while that is under way gets the same answer. */
export function makeExaminer(parts: Omit<ExamineParts, 'links'>): Examiner {
  const devices = (): string[] => interfacePlans(parts.document(), parts.node).map(({ device }) => device);
  const links = new LinkMemory(devices);
  let underWay: Promise<NodeEvidence> | undefined;
  return (life) => {
    underWay ??= examine({ ...parts, links }, life).finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

/** Takes some 1.5 s: adverts are waited for. */
async function examine(parts: ExamineParts, life: LifeFacts): Promise<NodeEvidence> {
  const { node } = parts;
  const document = parts.document();
  const plans = interfacePlans(document, node);
  const [before, links] = await Promise.all([parts.status(), readLinkStates()]);
  // Counters first: what is sent below would count.
  const interfaces = plans.map((plan) => interfaceOf(plan, links, parts.links));
  const segments = plans.flatMap((plan) => segmentOf(document, node, plan, links));
  const listened = listenMs(document);
  const began = performance.now();
  const [{ heard, arp }, pings, routes, gateways, resolvers, drift, disk] = await Promise.all([
    examineSegments(node, segments, listened),
    pingPeers(plans, links),
    strayRoutes(plans),
    pingGateways(plans),
    askResolvers(),
    parts.drift.inspect(),
    readDisk(parts.folder),
  ]);
  const status = await parts.status();
  return {
    cluster: status.cluster,
    node,
    version: parts.version,
    uptimeMs: status.uptimeMs,
    listenedMs: listened,
    ready: status.ready,
    carp: status.carp,
    maintenance: status.maintenance,
    demotion: status.demotion,
    demotionReasons: status.demotionReasons,
    vips: vipsOf(document, node, status, links),
    interfaces,
    refused: rise(before.counters, status.counters),
    findings: status.findings.map(({ code, subject, cause, remedy }) => ({ code, subject, cause, remedy })),
    states: statesOf(before, status),
    syncInterface: syncInterface(document),
    document: life.document(),
    api: life.isApiRunning(),
    drift: drift.filter((line) => line.startsWith('rules:')),
    heard,
    arp,
    pings,
    routes,
    gateways: gateways.map(({ answered, ...where }) => ({
      ...where,
      answered:
        answered || arp.some(({ address, answers }) => address === where.address && answers.length > 0),
    })),
    resolvers,
    passwords: weakPasswords(document),
    settings: wrongSettings(wantedSettings(document, node)),
    lacking: lackingFeatures(),
    connections: readConnections(),
    disk,
    listenedAgoMs: performance.now() - began,
    wallMs: Date.now(),
  };
}

function interfaceOf(
  { name, title, device, addresses }: InterfacePlan,
  links: ReadonlyMap<string, LinkState>,
  memory: LinkMemory,
): InterfaceEvidence {
  const link = links.get(device);
  const { mac, mtu, isUp: up } = link ?? { mac: '', mtu: 0, isUp: false };
  return {
    name,
    title,
    device,
    addresses: [...addresses],
    linkLocals: linkLocalsOf(device),
    carrierChanges: memory.changesOf(device),
    ...(link === undefined ? {} : { link: { up, mac, mtu, ...memory.since(device, link) } }),
  };
}

/** An interface that is there, and whom to ask on it. */
function segmentOf(
  document: ClusterDocument,
  node: string,
  plan: InterfacePlan,
  links: ReadonlyMap<string, LinkState>,
): Segment[] {
  const link = links.get(plan.device);
  if (link === undefined || !link.isUp) return [];
  const ask = (addresses: readonly string[], rest: Omit<Question, 'address'>): Question[] =>
    addresses.map((address) => ({ address: address as Ipv4 | Ipv6, ...rest }));
  const vips = vipDevicesOf(document, node).filter(({ device }) => device.parent === plan.device);
  const questions = [
    ...ask(plan.addresses, { purpose: 'own' }),
    ...vips.flatMap(({ key, device }) =>
      ask([...device.ipv4, ...device.ipv6], { purpose: 'vip', of: key, direct: device.mac }),
    ),
    ...plan.peers.flatMap((peer) => ask(peer.addresses, { purpose: 'peer', of: peer.node })),
    ...ask(plan.gateway === undefined ? [] : [plan.gateway], { purpose: 'gateway' }),
  ];
  const source: Ipv4 | undefined = plan.addresses.find(isIpv4);
  const source6 = linkLocalsOf(plan.device)[0];
  return [{ interface: plan.name, device: plan.device, mac: link.mac as Mac, source, source6, questions }];
}

/** As the kernel has given them to the device: documents do not list them. */
const linkLocalsOf = (device: string): Ipv6[] =>
  (networkInterfaces()[device] ?? [])
    .map(({ address }) => address)
    .filter((address) => address.startsWith('fe80:')) as Ipv6[];

function vipsOf(
  document: ClusterDocument,
  node: string,
  status: NodeStatus,
  links: ReadonlyMap<string, LinkState>,
): VipEvidence[] {
  return vipDevicesOf(document, node).flatMap(({ key, device }) => {
    const vip = document.virtualIps.find((one) => keyOf(one) === key);
    if (vip === undefined) return [];
    const found = links.get(device.name);
    const told = status.vips.find((one) => `${one.interface}@${one.vhid}` === key);
    return {
      key,
      title: `${titleOf(document, vip.interface)}@${vip.vhid}`,
      interface: vip.interface,
      vhid: vip.vhid,
      addresses: [...device.ipv4, ...device.ipv6],
      device: device.name,
      mac: device.mac,
      status: told?.status ?? 'INIT',
      passwordPrint: printOf(document.cluster, vip.password),
      ...(found === undefined ? {} : { found: { mac: found.mac, up: found.isEnabled } }),
    };
  });
}

/** CARP knows the first 19 bytes of a password alone (FreeBSD ifconfig `setcarp_callback`). */
function printOf(cluster: string, password: string): string {
  const key = Buffer.from(password).subarray(0, 19);
  return createHash('sha256').update(`print ${cluster} `).update(key).digest('hex').slice(0, printDigits);
}

/** A lag is what it was when the last news went over: only one that changed while it was listened is one of now. */
function statesOf(before: NodeStatus, { states }: NodeStatus): NodeEvidence['states'] {
  if (states === undefined) return undefined;
  const peers = states.peers.map(({ node, state, lagMs }) => {
    const earlier = before.states?.peers.find((peer) => peer.node === node)?.lagMs;
    return { node, state, lagMs: lagMs === earlier ? 0 : lagMs };
  });
  return { peers, counters: states.counters };
}

const pingPeers = async (
  plans: readonly InterfacePlan[],
  links: ReadonlyMap<string, LinkState>,
): Promise<NodeEvidence['pings']> => {
  const wanted = plans.flatMap(({ name, device, peers }) =>
    peers.flatMap(({ node, addresses: [address] }) => {
      const link = links.get(device);
      return address === undefined || link === undefined || !link.isUp
        ? []
        : [{ where: { interface: name, node, address }, device, mtu: link.mtu }];
    }),
  );
  return (await Promise.all(wanted.map(({ where, device, mtu }) => pingPeer(where, device, mtu)))).flat();
};

/** Ways to peers that do not leave by the interface that both are on. */
async function strayRoutes(plans: readonly InterfacePlan[]): Promise<NodeEvidence['routes']> {
  const wanted = plans.flatMap(({ name, device, peers }) =>
    peers.flatMap(({ node, addresses }) =>
      addresses
        .filter((address) => !address.startsWith('fe80'))
        .map((address) => ({ node, address, interface: name, device })),
    ),
  );
  const found = await Promise.all(wanted.map(async (one) => ({ ...one, via: await deviceTo(one.address) })));
  return found.flatMap(({ via, ...one }) =>
    via === undefined || via === one.device ? [] : [{ ...one, via }],
  );
}

const pingGateways = (plans: readonly InterfacePlan[]): Promise<NodeEvidence['gateways']> =>
  Promise.all(
    plans.flatMap(({ name, gateway }) =>
      gateway === undefined
        ? []
        : [
            isAnswered(gateway, gatewayPing).then((answered) => ({
              interface: name,
              address: gateway,
              answered,
            })),
          ],
    ),
  );

function rise(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Record<string, number> {
  const risen = Object.entries(after).map(([name, count]): [string, number] => [
    name,
    count - (before[name] ?? 0),
  ]);
  return Object.fromEntries(risen.filter(([, count]) => count > 0));
}
