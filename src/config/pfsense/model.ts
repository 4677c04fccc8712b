/**
 * What Bascule uses of a config.xml. Values are as the file writes them and may be wrong; every part keeps its element,
 * so that a finding can name the line.
 */
import type { XmlElement } from './xml.ts';

export type Product = 'pfsense' | 'opnsense';

export interface Part {
  readonly element: XmlElement;
}

export interface PfInterface extends Part {
  /** wan, lan, opt1 and so on: what everything else refers to. */
  readonly key: string;
  /** The name for people, or the key in capitals. */
  readonly name: string;
  readonly device: string;
  readonly enabled: boolean;
  /** An address, or dhcp, pppoe and the like. */
  readonly address: string;
  readonly prefix: number | undefined;
  readonly address6: string;
  readonly prefix6: number | undefined;
  readonly gateway: string;
  readonly gateway6: string;
  readonly blockPrivate: boolean;
  readonly blockBogons: boolean;
  readonly mtu: string;
}

export interface PfVip extends Part {
  readonly mode: string;
  /** An interface, or `_vip` and the id of a CARP VIP that carries this alias. */
  readonly interface: string;
  readonly address: string;
  readonly prefix: number | undefined;
  readonly vhid: number | undefined;
  readonly advbase: number;
  readonly advskew: number;
  readonly password: string;
  readonly id: string;
  readonly description: string;
  /** Unicast CARP (OPNsense). */
  readonly peer: string;
  readonly nosync: boolean;
}

export interface PfSync extends Part {
  readonly states: boolean;
  readonly interface: string;
  readonly peer: string;
  readonly hostId: string;
  readonly target: string;
  readonly user: string;
  readonly password: string;
  readonly adminSync: boolean;
  /** Names of pfSense's boxes without "synchronize", or OPNsense's ids. */
  readonly sections: ReadonlySet<string>;
  readonly preempt: boolean;
}

export interface PfEndpoint {
  readonly any: boolean;
  readonly not: boolean;
  /** lan, wanip, (self), or a network in outbound NAT. */
  readonly network: string;
  readonly address: string;
  readonly port: string;
}

export interface PfRule extends Part {
  readonly type: string;
  readonly interfaces: readonly string[];
  readonly floating: boolean;
  readonly quick: boolean;
  readonly direction: string;
  readonly family: string;
  readonly protocol: string;
  readonly icmpTypes: readonly string[];
  readonly source: PfEndpoint;
  readonly destination: PfEndpoint;
  readonly gateway: string;
  readonly log: boolean;
  readonly disabled: boolean;
  readonly nosync: boolean;
  readonly nopfsync: boolean;
  readonly description: string;
}

export interface PfOutbound extends Part {
  readonly interface: string;
  readonly source: PfEndpoint;
  readonly destination: PfEndpoint;
  readonly target: string;
  readonly nonat: boolean;
  readonly disabled: boolean;
  readonly description: string;
}

export interface PfForward extends Part {
  readonly interface: string;
  readonly protocol: string;
  readonly source: PfEndpoint;
  readonly destination: PfEndpoint;
  readonly target: string;
  /** The first of the target's ports, or an alias. */
  readonly localPort: string;
  /** Empty, "pass", or the id that its filter rule has too. */
  readonly associated: string;
  readonly reflection: string;
  /** It says what is not to be forwarded. */
  readonly exempt: boolean;
  readonly disabled: boolean;
  readonly nosync: boolean;
  readonly description: string;
}

export interface PfAlias extends Part {
  readonly name: string;
  readonly type: string;
  readonly entries: readonly string[];
  readonly description: string;
}

export interface PfGateway extends Part {
  readonly name: string;
  readonly interface: string;
  readonly address: string;
  readonly family: 'inet' | 'inet6';
  readonly monitored: boolean;
  readonly monitor: string;
  readonly disabled: boolean;
  readonly description: string;
}

export interface PfDhcp extends Part {
  readonly interface: string;
  readonly enabled: boolean;
  readonly from: string;
  readonly to: string;
  readonly gateway: string;
  readonly dns: readonly string[];
  readonly failoverPeer: string;
}

export interface PfUser extends Part {
  readonly name: string;
  readonly uid: string;
  readonly disabled: boolean;
  /** Each kind of hash that the user has. */
  readonly hashes: readonly string[];
  readonly privileges: readonly string[];
}

export interface PfCertificate extends Part {
  readonly name: string;
  readonly id: string;
  /** PEM in base64. */
  readonly data: string;
}

/** A service that listens on chosen interfaces; none chosen means everywhere. */
export interface PfListener extends Part {
  readonly service: 'resolver' | 'forwarder' | 'ntp';
  readonly interfaces: readonly string[];
}

/** A VPN instance that answers or dials on an interface. */
export interface PfVpn extends Part {
  readonly kind: 'openvpn-server' | 'openvpn-client' | 'ipsec';
  readonly interface: string;
  readonly description: string;
}

export interface PfConfig extends Part {
  readonly product: Product;
  readonly version: string;
  readonly hostname: string;
  readonly domain: string;
  readonly timeServers: readonly string[];
  readonly dnsServers: readonly string[];
  readonly webgui: Part & { readonly protocol: string; readonly port: string };
  readonly users: readonly PfUser[];
  readonly groups: readonly {
    readonly name: string;
    readonly members: readonly string[];
    readonly privileges: readonly string[];
  }[];
  readonly interfaces: readonly PfInterface[];
  readonly vlans: readonly (Part & {
    readonly device: string;
    readonly parent: string;
    readonly tag: string;
  })[];
  readonly laggs: readonly (Part & {
    readonly device: string;
    readonly protocol: string;
    readonly members: readonly string[];
  })[];
  readonly vips: readonly PfVip[];
  /** The element is absent when carp was never put into persistent maintenance. */
  readonly maintenance: XmlElement | undefined;
  readonly sync: PfSync;
  readonly rules: readonly PfRule[];
  readonly nat: Part & {
    readonly mode: string;
    readonly outbound: readonly PfOutbound[];
    readonly forwards: readonly PfForward[];
    readonly oneToOne: readonly XmlElement[];
    readonly npt: readonly XmlElement[];
  };
  readonly schedules: readonly XmlElement[];
  readonly aliases: readonly PfAlias[];
  readonly gateways: readonly PfGateway[];
  readonly gatewayGroups: readonly XmlElement[];
  readonly defaultGateways: readonly string[];
  readonly routes: readonly XmlElement[];
  readonly dhcp: readonly PfDhcp[];
  readonly listeners: readonly PfListener[];
  readonly vpns: readonly PfVpn[];
  readonly certificates: readonly PfCertificate[];
  readonly tunables: readonly (Part & { readonly name: string; readonly value: string })[];
  /** if-bound, floating, or empty for the default of the version. */
  readonly statePolicy: string;
  readonly maximumStates: string;
  readonly packages: readonly string[];
  /** Top-level elements that nothing here reads. */
  readonly others: readonly XmlElement[];
}
