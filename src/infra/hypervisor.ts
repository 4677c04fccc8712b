/** What the document wants on one hypervisor. */
import { fail, ok, type Result } from '#base/result.ts';
import {
  type Bridge,
  bridgeIsOn,
  farEnd,
  guestMtu,
  type Infrastructure,
  remoteOf,
  vxlanPort,
} from '#config/infrastructure-document.ts';

export interface WantedTunnel {
  readonly name: string;
  /** The hypervisor at the other end. */
  readonly far: string;
  readonly local: string;
  readonly remote: string;
  readonly key: number;
  /** UDP. */
  readonly port: number;
  readonly bfd: boolean;
  /** The largest packet of a guest that fits, in bytes. */
  readonly limit: number;
}

/** A guest's card that is put into the bridge by us. */
export interface WantedTap {
  readonly device: string;
  readonly tag: number | undefined;
  readonly trunks: readonly number[];
}

export interface WantedBridge {
  readonly name: string;
  readonly kind: Bridge['kind'];
  readonly datapath: Bridge['datapath'];
  readonly mtu: number | undefined;
  readonly ports: readonly string[];
  /** With prefix length. */
  readonly addresses: readonly string[];
  readonly tunnels: readonly WantedTunnel[];
  readonly taps: readonly WantedTap[];
  /** What goes through its tunnels bears VLAN tags. */
  readonly isTagged: boolean;
}

export interface WantedHypervisor {
  readonly name: string;
  readonly address: string;
  readonly underlayMtu: number;
  readonly bridges: readonly WantedBridge[];
}

/** The part of a document about one hypervisor, or why there is none. The document must have no errors. */
export function wantedOn(infrastructure: Infrastructure, name: string): Result<WantedHypervisor> {
  const { hypervisors, bridges } = infrastructure;
  const own = Object.hasOwn(hypervisors, name) ? hypervisors[name] : undefined;
  if (own === undefined)
    return fail(`the document has no hypervisor "${name}"; it has ${Object.keys(hypervisors).join(', ')}`);
  // With SDN, Proxmox makes the tunnels and the bridges that they are in.
  const isOfProxmox = (key: string): boolean =>
    infrastructure.sdn !== undefined &&
    Object.values(infrastructure.tunnels).some(({ bridge }) => bridge === key);
  const here = Object.entries(bridges).filter(
    ([key, bridge]) => bridgeIsOn(bridge, name) && !isOfProxmox(key),
  );
  return ok({
    name,
    address: own.address,
    underlayMtu: own.underlayMtu,
    bridges: here.map(([key, bridge]) => ({
      name: key,
      kind: bridge.kind,
      datapath: bridge.datapath,
      mtu: bridge.mtu,
      ports: of(bridge.ports, name),
      addresses: of(bridge.addresses, name),
      tunnels: tunnelsIn(infrastructure, key, name, own.address),
      taps: tapsIn(infrastructure, key, name),
      isTagged: Object.values(infrastructure.machines).some(({ nics }) =>
        nics.some((nic) => nic.bridge === key && (nic.tag !== undefined || nic.trunks !== undefined)),
      ),
    })),
  });
}

const of = (map: Readonly<Record<string, readonly string[]>>, name: string): readonly string[] =>
  Object.hasOwn(map, name) ? (map[name] ?? []) : [];

function tunnelsIn(
  infrastructure: Infrastructure,
  bridge: string,
  at: string,
  local: string,
): WantedTunnel[] {
  return Object.entries(infrastructure.tunnels).flatMap(([name, tunnel]) => {
    const [far, remote] = [farEnd(tunnel, at), remoteOf(infrastructure, tunnel, at)];
    if (tunnel.bridge !== bridge || far === undefined || remote === undefined) return [];
    const mtus = tunnel.between.map((end) => infrastructure.hypervisors[end]?.underlayMtu ?? 1_500);
    const { key, port, bfd } = tunnel;
    const limit = guestMtu(Math.min(...mtus), remote, false);
    return [{ name, far, local, remote, key, port, bfd, limit }];
  });
}

const tapsIn = ({ machines }: Infrastructure, bridge: string, at: string): WantedTap[] =>
  Object.values(machines)
    .filter(({ hypervisor }) => hypervisor === at)
    .flatMap(({ nics }) => nics)
    .flatMap((nic) =>
      nic.bridge === bridge && nic.device !== undefined
        ? [{ device: nic.device, tag: nic.tag, trunks: nic.trunks ?? [] }]
        : [],
    );

/** The options of a tunnel's interface in Open vSwitch (ovs-vswitchd.conf.db(5)); the usual port is left out. */
export const tunnelOptions = ({ remote, key, port }: WantedTunnel): Readonly<Record<string, string>> => ({
  remote_ip: remote,
  key: String(key),
  ...(port === vxlanPort ? {} : { dst_port: String(port) }),
});

/**
 * BFD every 100 ms (RFC 5880; ovs-vswitchd.conf.db(5)): a cut is seen after three missed packets. `link_state` stays
 * up whatever happens to the way between the hypervisors.
 */
export const bfdSettings: Readonly<Record<string, string>> = {
  enable: 'true',
  min_tx: '100',
  min_rx: '100',
};
