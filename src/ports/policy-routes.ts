import type { Family } from '#base/address.ts';
import type { Result } from '#base/result.ts';

/** Packets with the mark look the table up, whose default route is the gateway. */
export interface MarkedRoute {
  readonly mark: number;
  readonly table: number;
  readonly family: Family;
  readonly gateway: string;
  readonly device: string;
  /** Packets for this address look the table up, too. */
  readonly monitor?: string;
}

/** The kernel's routing by marks. */
export interface PolicyRouting {
  /** Makes the kernel hold these and none other of ours. Idempotent; routes that stay carry on meanwhile. */
  set(routes: readonly MarkedRoute[]): Result<void>;
}
