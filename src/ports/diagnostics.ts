/** What a person asks of a node's kernel and network: read, or tried out, and never changed. */
import type { Result } from '#base/result.ts';

export interface Traffic {
  readonly rxBytes: number;
  readonly rxPackets: number;
  readonly rxErrors: number;
  readonly rxDropped: number;
  readonly txBytes: number;
  readonly txPackets: number;
  readonly txErrors: number;
  readonly txDropped: number;
}

export interface Device extends Traffic {
  readonly device: string;
  readonly up: boolean;
  readonly mac?: string;
  readonly mtu: number;
  readonly addresses: string[];
}

export interface RouteEntry {
  readonly family: 'ipv4' | 'ipv6';
  readonly destination: string;
  readonly gateway?: string;
  readonly device?: string;
  readonly source?: string;
  readonly metric?: number;
  readonly protocol: string;
  readonly type: string;
  readonly table: string;
}

export interface Neighbour {
  readonly address: string;
  readonly mac?: string;
  readonly device: string;
  readonly state: string;
}

export interface Echoes {
  readonly sent: number;
  readonly received: number;
  readonly replies: { readonly sequence: number; readonly ttl: number; readonly ms: number }[];
  readonly error?: string;
}

export interface Hop {
  readonly hop: number;
  readonly address?: string;
  readonly ms?: number;
}

export interface CaptureWish {
  readonly device: string;
  readonly protocol: 'any' | 'tcp' | 'udp' | 'icmp' | 'icmpv6' | 'arp' | 'carp' | 'esp' | 'gre';
  /** An address that has been parsed. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly seconds: number;
  readonly packets: number;
  /** Bytes of each packet; 0 for all. */
  readonly snapLength: number;
}

export interface Diagnostics {
  /** By device; cheap enough for once a second. */
  traffic(): ReadonlyMap<string, Traffic>;
  devices(): Promise<Result<readonly Device[]>>;
  routes(): Promise<Result<readonly RouteEntry[]>>;
  neighbours(): Promise<Result<readonly Neighbour[]>>;
  /** Addresses are such that have been parsed. `device`: where the packets leave. */
  ping(wish: {
    address: string;
    device?: string | undefined;
    count: number;
    size: number;
  }): Promise<Result<Echoes>>;
  traceroute(wish: {
    address: string;
    device?: string | undefined;
    hops: number;
  }): Promise<Result<readonly Hop[]>>;
  /** A pcap file. */
  capture(wish: CaptureWish): Promise<Result<Buffer>>;
  /** Packets and bytes of the ruleset's lines, by the first two words of their comments: "rule 3fa94c1e". */
  lineCounters(): Promise<Result<ReadonlyMap<string, { readonly packets: number; readonly bytes: number }>>>;
}
