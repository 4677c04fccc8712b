/** What the kernel knows of balanced connections. */
import type { Ipv4, Ipv6 } from '#base/address.ts';
import type { Result } from '#base/result.ts';

export interface BalancerKernel {
  /** Figures of the counters in the balancer's table, by their names. */
  counters(): Promise<Result<ReadonlyMap<string, number>>>;
  /** Connections whose destination was translated, by where they lead: "192.0.2.1:80" or "[2001:db8::1]:80". */
  states(): Promise<Result<ReadonlyMap<string, number>>>;
  /**
   * Ends the connections that were translated to a destination; how many there were. The client's next packet begins
   * a new one, which leads elsewhere and is reset there, so that the client learns of it at once.
   */
  endStates(address: Ipv4 | Ipv6, port: number): Promise<Result<number>>;
  /** Numbers of the members that refused a connection of late (`memberOfNumber`). Quick enough to be asked often. */
  doubted(): readonly number[];
  /** Counts every change of nftables by anybody; undefined when it cannot be had. As quick. */
  generation(): number | undefined;
  /** The balancer's table as nft prints it, without counters; empty when there is none. */
  listing(): Promise<Result<string>>;
  close(): void;
}
