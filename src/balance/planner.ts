/**
 * The table of a pool: where each place leads. It follows from the document and from who is online, never from what
 * was before, so that all nodes come to the same. When a member goes, only its own places change.
 */
import type { Family } from '#base/address.ts';
import type { Member, Pool } from '#config/balancer.ts';

/** held: serves only where nobody is online. */
export type Availability = 'online' | 'held' | 'out';

/** Places in order; empty when nobody serves. Of a failover pool the first serves, the others stand by in their order. */
export type Table = readonly Member[];

/** The tables of one pool in one family. */
export class PoolTables {
  readonly #pool: Pool;
  readonly #members: readonly Member[];
  /** Whose place each is when all are online: indices of members. */
  readonly #owners: readonly number[];

  constructor(pool: Pool, family: Family) {
    this.#pool = pool;
    this.#members = pool.members.filter((member) => member.family === family);
    this.#owners =
      this.#members.length === 0 || pool.mode === 'failover' ? [] : ownersOf(pool, this.#members);
  }

  table(availability: (member: Member) => Availability): Table {
    const states = this.#members.map(availability);
    const wanted: Availability = states.includes('online') ? 'online' : 'held';
    const serving = this.#members.filter((_, i) => states[i] === wanted);
    if (serving.length === 0 || this.#pool.mode === 'failover') return serving;
    const vacant: number[] = [];
    const table = this.#owners.map((owner, place) => {
      const member = this.#members[owner] as Member;
      if (states[owner] !== wanted) vacant.push(place);
      return member;
    });
    const substitutes = this.#pool.sticky ? undefined : inTurn(serving, vacant.length);
    vacant.forEach((place, nth) => {
      table[place] = serving[substitutes?.[nth] ?? nearest(serving, place)] as Member;
    });
    return table;
  }
}

/** Every place's owner, as the weights say. */
function ownersOf(pool: Pool, members: readonly Member[]): number[] {
  if (!pool.sticky) return inTurn(members, pool.slots);
  const left = shares(members, pool.slots);
  const seeds = members.map(({ id }) => hashText(id));
  return Array.from({ length: pool.slots }, (_, place) => {
    let best = -1;
    let highest = -1;
    seeds.forEach((seed, i) => {
      const score = mix(seed, place);
      if ((left[i] as number) > 0 && score > highest) [best, highest] = [i, score];
    });
    left[best] = (left[best] as number) - 1;
    return best;
  });
}

/** Smooth weighted round robin: heavy members come often, and never all at once (nginx's way). */
function inTurn(members: readonly Member[], places: number): number[] {
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  if (members.every(({ weight }) => weight === members[0]?.weight))
    return Array.from({ length: places }, (_, place) => place % members.length);
  const credit = members.map(() => 0);
  return Array.from({ length: places }, () => {
    let best = 0;
    members.forEach(({ weight }, i) => {
      credit[i] = (credit[i] as number) + weight;
      if ((credit[i] as number) > (credit[best] as number)) best = i;
    });
    credit[best] = (credit[best] as number) - total;
    return best;
  });
}

/** How many places each member gets: whole numbers that add up, as near to the weights as can be, at least one. */
function shares(members: readonly Member[], places: number): number[] {
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  const exact = members.map(({ weight }) => (weight / total) * places);
  const whole = exact.map((share) => Math.max(1, Math.floor(share)));
  const byRest = exact
    .map((share, i) => ({ i, rest: share - Math.floor(share) }))
    .sort((a, b) => b.rest - a.rest || a.i - b.i);
  let missing = places - whole.reduce((sum, share) => sum + share, 0);
  for (let k = 0; missing > 0; k = (k + 1) % byRest.length) {
    const { i } = byRest[k] as { i: number };
    whole[i] = (whole[i] as number) + 1;
    missing -= 1;
  }
  return whole;
}

/**
 * Who takes a place over that its owner has left: by weighted rendezvous hashing (Thaler and Ravishankar), so that the
 * next to go moves nobody but its own clients.
 */
function nearest(serving: readonly Member[], place: number): number {
  let best = 0;
  let highest = Number.NEGATIVE_INFINITY;
  serving.forEach(({ id, weight }, i) => {
    const score = -weight / Math.log((mix(hashText(id), place) + 1) / 4_294_967_297);
    if (score > highest) [best, highest] = [i, score];
  });
  return best;
}

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** The finaliser of MurmurHash3 over a seed and a number, 32 bits. */
function mix(seed: number, value: number): number {
  let hash = (seed ^ Math.imul(value + 1, 0x9e3779b1)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
