import type { Result } from '#base/result.ts';

/** The kernel's packet filter. Programs are whole nft scripts; each call is one transaction. */
export interface Nft {
  /** `nft -c`: would the kernel take it? Changes nothing. */
  check(program: string): Promise<Result<void>>;
  apply(program: string): Promise<Result<void>>;
  /** The kernel's table "inet bascule" as nft prints it, without counters; empty when there is none. */
  list(): Promise<Result<string>>;
  /** The rules of some chains of the table, in their order; a chain that is not there is left out. */
  lines(chains: readonly string[]): Promise<Result<ReadonlyMap<string, readonly NftLine[]>>>;
}

/** A rule in the kernel. */
export interface NftLine {
  readonly handle: number;
  readonly packets: number;
  readonly bytes: number;
}
