/** A network as it should be: switched segments, and hosts with ports on them. Plain data, whatever carries it. */

/** A broadcast domain: one switch. */
export interface Segment {
  readonly name: string;
}

export interface Port {
  /** Kernel name on the host's side. */
  readonly device: string;
  readonly segment: string;
  /** With prefix length: "172.17.1.41/16". */
  readonly addresses: readonly string[];
}

export interface Route {
  /** "default" or a prefix. */
  readonly to: string;
  readonly via: string;
}

export interface Host {
  readonly name: string;
  readonly ports: readonly Port[];
  /** Addresses on the loopback device, with prefix length. */
  readonly loopback: readonly string[];
  readonly routes: readonly Route[];
  /** In the order in which they are to be written, before any device exists. */
  readonly sysctls: Readonly<Record<string, string>>;
}

export interface DesiredNetwork {
  /** Name of the namespace that holds the switches. */
  readonly switchName: string;
  readonly segments: readonly Segment[];
  readonly hosts: readonly Host[];
}
