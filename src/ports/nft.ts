import type { Result } from '#base/result.ts';

/** The kernel's packet filter. Programs are whole nft scripts; each call is one transaction. */
export interface Nft {
  /** `nft -c`: would the kernel take it? Changes nothing. */
  check(program: string): Promise<Result<void>>;
  apply(program: string): Promise<Result<void>>;
  /** The kernel's table "inet bascule" as nft prints it, without counters; empty when there is none. */
  list(): Promise<Result<string>>;
  /** The rules of some chains of the table, in their order; a chain that is not there has none. */
  lines(chains: readonly string[]): Result<ReadonlyMap<string, readonly NftLine[]>>;
  /** The elements of some maps of the table, in no order; a map that is not there has none. */
  elements(maps: readonly string[]): Result<ReadonlyMap<string, readonly NftCount[]>>;
}

/** What a rule or an element in the kernel has counted; 0 when it does not count. */
export interface NftCount {
  readonly packets: number;
  readonly bytes: number;
  readonly comment: string;
}

/** A rule in the kernel. */
export interface NftLine extends NftCount {
  readonly handle: number;
}
