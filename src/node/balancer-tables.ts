/**
 * Keeps the balancer's table in the kernel as it should be. Changes gather while one is under way; each is one
 * transaction. When the kernel refuses a change the whole table is written, and again until it is there.
 */
import { fail, ok, type Result } from '#base/result.ts';
import { balancerOf, poolsInUse } from '#config/balancer.ts';
import type { ClusterDocument } from '#config/document.ts';
import type { BalancerKernel } from '#ports/balancer-kernel.ts';
import type { Nft } from '#ports/nft.ts';
import {
  absolution,
  balancerProgram,
  balancerRemoval,
  type Destination,
  type Places,
  placeNumbers,
  placesProgram,
} from '#ruleset/balancer.ts';
import { differences, type Picture, pictureOf } from './balancer-drift.ts';

/** Between attempts at writing the whole table, ms. */
const patience = 1_000;

export class BalancerTables {
  readonly #nft: Pick<Nft, 'check' | 'apply'>;
  readonly #placesOf: (pool: string) => Places;
  readonly #kernel: Pick<BalancerKernel, 'generation' | 'listing'>;
  readonly #told: (behind: string | undefined) => void;
  #document: ClusterDocument;
  /** What the kernel has; undefined when that is not known. */
  #applied: Map<string, Places> | undefined;
  #touched = new Set<string>();
  #working: Promise<Result<unknown>> | undefined;
  #retry: NodeJS.Timeout | undefined;
  /** The table when it was written as a whole. */
  #picture: Picture | undefined;
  #generation: number | undefined;
  #behind: string | undefined;
  #stopped = false;

  constructor(parts: {
    document: ClusterDocument;
    nft: Pick<Nft, 'check' | 'apply'>;
    placesOf: (pool: string) => Places;
    kernel: Pick<BalancerKernel, 'generation' | 'listing'>;
    /** Told why the kernel does not have the newest tables, and that it has them again. */
    told: (behind: string | undefined) => void;
  }) {
    this.#document = parts.document;
    this.#nft = parts.nft;
    this.#placesOf = parts.placesOf;
    this.#kernel = parts.kernel;
    this.#told = parts.told;
  }

  /** Why the kernel does not have the newest tables. */
  get behind(): string | undefined {
    return this.#behind;
  }

  /** Whether the kernel would take the table of a document whose members all are offline. */
  check(document: ClusterDocument): Promise<Result<void>> {
    return this.#nft.check(balancerProgram(document, () => ({ ipv4: [], ipv6: [] })));
  }

  /** Resolves when the kernel has what is known by now, or has refused it: then it is tried again. */
  async settle(): Promise<void> {
    do await this.#work();
    while (this.#working !== undefined);
  }

  /** Writes the whole table for another document. When the kernel refuses, the old one stays. */
  async replace(document: ClusterDocument): Promise<Result<void>> {
    while (this.#working !== undefined) await this.#working;
    return this.#alone(() => this.#swap(document));
  }

  /** The places of these pools may have changed. */
  touch(pools: readonly string[]): void {
    for (const pool of pools) this.#touched.add(pool);
    void this.#work();
  }

  /** How the table differs from what was written, one line each: somebody else changed it. */
  async inspect(): Promise<readonly string[]> {
    await this.settle();
    while (this.#working !== undefined) await this.#working;
    const found = await this.#alone(async () => ok(await this.#drift()));
    return found.ok ? found.value : [];
  }

  /** Looks whether anything in nftables has changed, and writes the table anew if that concerns it. */
  async guard(): Promise<readonly string[]> {
    const generation = this.#kernel.generation();
    if (generation === this.#generation || this.#stopped) return [];
    this.#generation = generation;
    const found = await this.inspect();
    if (found.length > 0) this.#applied = undefined;
    await this.settle();
    return found;
  }

  async #drift(): Promise<readonly string[]> {
    const [before, applied] = [this.#picture, this.#applied];
    if (before === undefined || applied === undefined) return [];
    const listed = await this.#kernel.listing();
    if (!listed.ok) return [];
    const balancer = balancerOf(this.#document);
    return differences(before, pictureOf(listed.value), (pool, family) =>
      placeNumbers(balancer, applied.get(pool)?.[family] ?? []),
    );
  }

  /** Ends the kernel's doubt about members. Nothing is lost when it fails: doubt ends by itself. */
  async absolve(members: readonly Destination[], trust: boolean): Promise<void> {
    await this.settle();
    const program = absolution(balancerOf(this.#document), members, trust);
    if (program !== '' && this.#applied !== undefined) await this.#nft.apply(program);
  }

  /** Takes the table away. */
  async remove(): Promise<Result<void>> {
    this.#stopped = true;
    clearTimeout(this.#retry);
    await this.#working;
    return this.#nft.apply(balancerRemoval);
  }

  /** Resolves when everything that was asked for up to then is in the kernel, or could not be. */
  #work(): Promise<Result<unknown>> {
    return this.#working ?? this.#alone(() => this.#carryOut());
  }

  /** One at a time; what was touched meanwhile comes next. */
  #alone<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
    const working = work().finally(() => {
      this.#working = undefined;
      if (this.#touched.size > 0 && this.#applied !== undefined) void this.#work();
    });
    this.#working = working;
    return working;
  }

  async #swap(document: ClusterDocument): Promise<Result<void>> {
    const before = this.#document;
    this.#document = document;
    const done = await this.#writeAll();
    if (done.ok) return done;
    this.#document = before;
    for (const pool of Object.keys(before.loadBalancer.pools)) this.#touched.add(pool);
    return done;
  }

  async #carryOut(): Promise<Result<void>> {
    while (!this.#stopped && (this.#applied === undefined || this.#touched.size > 0)) {
      const done = this.#applied === undefined ? await this.#writeAll() : await this.#writeDifference();
      if (done.ok) continue;
      this.#behind = done.error;
      this.#told(done.error);
      // A difference that was refused is tried as a whole at once; a whole that was refused, a little later.
      if (this.#applied !== undefined) this.#applied = undefined;
      else {
        clearTimeout(this.#retry);
        this.#retry = setTimeout(() => void this.#work(), patience);
        this.#retry.unref();
        return done;
      }
    }
    return ok(undefined);
  }

  async #writeAll(): Promise<Result<void>> {
    this.#touched = new Set();
    const places = new Map<string, Places>(
      Object.keys(this.#document.loadBalancer.pools).map((pool) => [pool, this.#placesOf(pool)]),
    );
    const none: Places = { ipv4: [], ipv6: [] };
    const done = await this.#nft.apply(balancerProgram(this.#document, (pool) => places.get(pool) ?? none));
    if (!done.ok) return fail(done.error);
    this.#applied = places;
    const wasBehind = this.#behind !== undefined;
    this.#behind = undefined;
    if (wasBehind) this.#told(undefined);
    const listed = await this.#kernel.listing();
    this.#picture = listed.ok ? pictureOf(listed.value) : undefined;
    return done;
  }

  async #writeDifference(): Promise<Result<void>> {
    const applied = this.#applied ?? new Map<string, Places>();
    const touched = this.#touched;
    this.#touched = new Set();
    // A pool that no virtual server uses has no map.
    const balancer = balancerOf(this.#document);
    const used = new Set(poolsInUse(balancer).map(({ name }) => name));
    const wanted = [...touched]
      .filter((pool) => used.has(pool))
      .map((pool) => ({ pool, from: applied.get(pool), to: this.#placesOf(pool) }));
    const program = wanted
      .map(({ pool, from, to }) => placesProgram(balancer, pool, from ?? { ipv4: [], ipv6: [] }, to))
      .join('');
    if (program === '') return ok(undefined);
    const done = await this.#nft.apply(program);
    if (done.ok) for (const { pool, to } of wanted) applied.set(pool, to);
    return done;
  }
}
