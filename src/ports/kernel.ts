/**
 * What the guard thread needs of the world: frames, link state, and the virtual IPs' devices. `linux/` provides
 * it for real. Every call but `wait` returns at once.
 */
import type { Ipv4, Ipv6, Mac } from '#base/address.ts';
import type { Result } from '#base/result.ts';
import type { Instant } from '#base/time.ts';

/** The device that carries the addresses of one VHID. */
export interface VipDevice {
  /** Kernel name, at most 15 bytes. */
  readonly name: string;
  /** Kernel name of the interface it sits on. */
  readonly parent: string;
  readonly mac: Mac;
  /** Held as /32 and /128 without a prefix route: the parent keeps the route of the network. */
  readonly ipv4: readonly Ipv4[];
  readonly ipv6: readonly Ipv6[];
}

export interface RedundancyKernel {
  /** The monotonic clock, microseconds. */
  now(): Instant;
  /**
   * Exchanges frames on these parents from now on, and watches these links; those that stay lose nothing. What became
   * of links meanwhile shows in `linkIsUp`. On failure nothing has changed.
   */
  follow(parents: readonly string[], watched: readonly string[]): Result<void>;
  /** Blocks until a frame or link event is there, `wake` was called, or `until` has come. */
  wait(until: Instant | undefined): void;
  /**
   * Hands over at most `limit` received CARP/VRRP frames (Ethernet header included) and returns how many there
   * were. `frame` is a shared buffer: read it before returning.
   */
  receive(limit: number, handle: (parent: string, frame: Uint8Array, length: number) => void): number;
  /** Link states that changed since the last call: carrier and administrative state together. */
  linkChanges(handle: (parent: string, up: boolean) => void): void;
  linkIsUp(parent: string): boolean;
  /**
   * Whether another interface of the same name has taken a parent's place since the last call. `linkChanges` tells
   * such a parent down, then up; frames flow again, but the VIP devices on it are gone (`VipProvisioner.prepare`).
   */
  wasReplaced(parent: string): boolean;
  /** Received frames that were lost before `receive` could hand them over, since the start. */
  dropped(): number;
  /** Bytes that the kernel holds of frames not yet read, per interface, when it refused what was asked for. */
  readonly cutBufferBytes: number | undefined;
  /** Sends one whole Ethernet frame from a parent. False when the kernel refused it. */
  send(parent: string, frame: Uint8Array, length: number): boolean;
  /**
   * Sets the links of several VIP devices up or down in one netlink transmission, in the given order. `up: false`
   * means that nothing answers at the addresses any more when the call returns; the link may follow: `linux/` makes
   * devices without IPv6 mute, which takes 20 us, and sets their links down seconds later, when nothing is in a hurry.
   */
  setDevices(changes: readonly { readonly device: VipDevice; readonly up: boolean }[]): Result<void>;
  close(): void;
}

/** Preparing and removing what a node needs; not on the fast path. */
export interface VipProvisioner {
  /**
   * Makes exactly these devices exist (down, with their addresses) and sets the parents' ARP and rp_filter sysctls;
   * devices of a predecessor that are not wanted any more go. Idempotent: devices as wanted are left alone,
   * but for their link, which is set down.
   */
  prepare(devices: readonly VipDevice[]): Result<void>;
  /**
   * As `prepare`, while a node runs: makes devices that are missing, down, and changes the addresses of others. Links
   * that are up stay up, devices that are not named stay. Which addresses answer is settled by `setDevices`. `held`
   * names the devices that carry traffic.
   */
  adapt(devices: readonly VipDevice[], held: ReadonlySet<string>): Result<void>;
  /** Removes devices of ours by name; what is not there, or not ours, is left alone. */
  discard(names: readonly string[]): Result<void>;
  /**
   * Forgets neighbours of a parent that were asked for in vain: the kernel asks again only after a second, and a new
   * master could not reach its gateway until then.
   */
  forgetUnresolvedNeighbours(parent: string): void;
  /** Removes the devices and puts the sysctls back. */
  remove(): void;
  /** Addresses of an interface (without those of VIP devices), and its index and MAC. */
  describe(parent: string): Result<{ index: number; mac: Mac; ipv4: readonly Ipv4[]; ipv6: readonly Ipv6[] }>;
}
