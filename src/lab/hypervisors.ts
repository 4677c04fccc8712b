/**
 * The lab of a document that says which hypervisors its nodes run on: each hypervisor is a host of its own with the
 * document's bridges, and the tunnel between them is a real one. Pure.
 */
import type { ClusterDocument } from '#config/document.ts';
import { guestMtu, type Infrastructure, infrastructureDocument } from '#config/infrastructure-document.ts';
import { deviceOf } from '#config/model.ts';
import type { Host, Port } from '#infra/network.ts';
import { withoutIpv6 } from '#infra/plan.ts';
import { clientName, type Guest, type Topology } from './topology.ts';

/** A card of a guest: what it hangs on at its hypervisor. */
interface Card {
  readonly host: string;
  readonly device: string;
  /** The interface of the document that it is on. */
  readonly interface: string;
  readonly hypervisor: string;
  readonly bridge: string;
  /** Its end at the hypervisor, named as Proxmox names it. */
  readonly tap: string;
  readonly tag: number | undefined;
}

export interface Ground {
  readonly hypervisors: readonly string[];
  /** What is applied to them: the document's, on a way between them that is the lab's own. */
  readonly infrastructure: Infrastructure;
  readonly cards: readonly Card[];
  /** Bytes that a guest may send, by bridge; bridges without a tunnel are not in it. */
  readonly mtus: Readonly<Record<string, number>>;
}

/** The document may name tunnel ends that its firewalls use as well, as d4 does: the lab has others. */
const underlay = (place: number): string => `10.99.0.${place + 1}`;
const underlayMtu = 1_500;
const uplink = 'uplink';
const underlayBridge = 'br-phy';
const underlaySegment = 'underlay';

/** The ground of a document; undefined when it does not say for every node which hypervisor it runs on. */
export function groundOf(document: ClusterDocument, guests: readonly Guest[]): Ground | undefined {
  const { infrastructure } = document;
  if (infrastructure === undefined) return undefined;
  const cards = cardsOf(document, infrastructure, guests);
  const isPlaced = (node: string) => cards.some(({ host }) => host === node);
  const hypervisors = Object.keys(infrastructure.hypervisors);
  if (hypervisors.length < 2 || !Object.keys(document.nodes).every(isPlaced)) return undefined;
  const tunnelled = new Set(Object.values(infrastructure.tunnels).map(({ bridge }) => bridge));
  const isTagged = cards.some(({ tag }) => tag !== undefined);
  const mtu = guestMtu(underlayMtu, underlay(0), isTagged);
  return {
    hypervisors,
    infrastructure: asApplied(infrastructure, cards, mtu),
    cards,
    mtus: Object.fromEntries([...tunnelled].map((bridge) => [bridge, mtu])),
  };
}

/** The same topology with the hypervisors between the guests' cables and the switches. */
export function standOn(topology: Topology, { hypervisors, infrastructure, cards }: Ground): Topology {
  const { network } = topology;
  const access = (card: Card): string => `${card.host}-${card.interface}`;
  const cardOf = (host: string, device: string) =>
    cards.find((card) => card.host === host && card.device === device);
  const rewired = network.hosts.map((host) => ({
    ...host,
    ports: host.ports.map((port) => {
      const card = cardOf(host.name, port.device);
      return card === undefined ? port : { ...port, segment: access(card) };
    }),
  }));
  const grounds = hypervisors.map((name): Host => {
    const own = cards.filter((card) => card.hypervisor === name);
    const outside = Object.entries(infrastructure.bridges).flatMap(([bridge, { ports }]) => {
      const segment = own.find((card) => card.bridge === bridge)?.interface;
      if (segment === undefined) return [];
      return (ports[name] ?? []).map((device): Port => ({ device, segment, addresses: [] }));
    });
    return {
      name,
      ports: [
        { device: uplink, segment: underlaySegment, addresses: [] },
        ...outside,
        ...own.map((card): Port => ({ device: card.tap, segment: access(card), addresses: [] })),
      ],
      loopback: [],
      routes: [],
      sysctls: withoutIpv6,
    };
  });
  const segments = [
    ...network.segments,
    { name: underlaySegment },
    ...cards.map((card) => ({ name: access(card) })),
  ];
  return { ...topology, network: { ...network, segments, hosts: [...rewired, ...grounds] } };
}

function cardsOf(
  document: ClusterDocument,
  { machines, hypervisors }: Infrastructure,
  guests: readonly Guest[],
): Card[] {
  const ofNodes = Object.values(machines).flatMap(({ node, hypervisor, vmid = 100, nics }) =>
    nics.flatMap((nic, place): Card[] =>
      node === undefined || nic.interface === undefined
        ? []
        : [
            {
              host: node,
              device: deviceOf(document, nic.interface, node),
              interface: nic.interface,
              hypervisor,
              bridge: nic.bridge,
              tap: `tap${vmid}i${place}`,
              tag: nic.tag,
            },
          ],
    ),
  );
  const [first = ''] = Object.keys(hypervisors);
  const lan = ofNodes.find((card) =>
    document.virtualIps.some(
      (vip) => vip.interface === card.interface && document.interfaces[card.interface]?.gateway === undefined,
    ),
  );
  const others = [
    ...(lan === undefined ? [] : [{ name: clientName, interface: lan.interface, hypervisor: first }]),
    ...guests,
  ];
  const ofOthers = others.flatMap(({ name, interface: ifname, hypervisor = first }, place): Card[] => {
    const like = ofNodes.find((card) => card.interface === ifname);
    return like === undefined
      ? []
      : [{ ...like, host: name, device: 'eth0', hypervisor, tap: `tap${900 + place}i0` }];
  });
  return [...ofNodes, ...ofOthers];
}

/** Open vSwitch in userspace, its tunnel's own address on a bridge that holds the uplink, and each card in its bridge. */
function asApplied(infrastructure: Infrastructure, cards: readonly Card[], mtu: number): Infrastructure {
  const names = Object.keys(infrastructure.hypervisors);
  const perName = <T>(value: (place: number) => T): Record<string, T> =>
    Object.fromEntries(names.map((name, place) => [name, value(place)]));
  const tunnelled = new Set(Object.values(infrastructure.tunnels).map(({ bridge }) => bridge));
  return infrastructureDocument.parse({
    hypervisors: perName((place) => ({ address: underlay(place), underlayMtu })),
    bridges: {
      [underlayBridge]: {
        kind: 'ovs',
        datapath: 'netdev',
        ports: perName(() => [uplink]),
        addresses: perName((place) => [`${underlay(place)}/24`]),
      },
      ...Object.fromEntries(
        Object.entries(infrastructure.bridges).map(([name, bridge]) => [
          name,
          {
            kind: bridge.kind,
            ...(bridge.kind === 'ovs' ? { datapath: 'netdev' } : {}),
            ...(tunnelled.has(name) ? { mtu } : {}),
            ports: bridge.ports,
          },
        ]),
      ),
    },
    tunnels: Object.fromEntries(
      Object.entries(infrastructure.tunnels).map(([name, { bridge, between, key, port }]) => [
        name,
        { bridge, between, key, port },
      ]),
    ),
    machines: Object.fromEntries(
      cards.map(({ host, hypervisor, bridge, tap, tag }, place) => [
        `${host}-${place}`,
        { hypervisor, os: 'linux', nics: [{ bridge, device: tap, ...(tag === undefined ? {} : { tag }) }] },
      ]),
    ),
  });
}
