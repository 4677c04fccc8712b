/**
 * Strict mode, for clusters of Bascule nodes alone. CARP hashes neither advbase nor advskew and accepts any
 * counter; both holes close without a change on the wire: the 64-bit counter, which is hashed, is made of a
 * 48-bit sequence number that only rises, and a copy of advbase and advskew in its low 16 bits.
 */

/** The two 32-bit halves of the counter of one advert. `sequence`: 0 .. 2^48 - 1. */
export function boundCounter(sequence: number, advbase: number, advskew: number): { hi: number; lo: number } {
  const hi = Math.floor(sequence / 65_536) >>> 0;
  const lo = (((sequence % 65_536) << 16) | (advbase << 8) | advskew) >>> 0;
  return { hi, lo };
}

/** The 48-bit sequence number of a counter. */
export const sequenceOf = (hi: number, lo: number): number => hi * 65_536 + (lo >>> 16);

/** Whether the hashed copy of the priority is the one on the wire. */
export const priorityBound = (lo: number, advbase: number, advskew: number): boolean =>
  (lo & 0xffff) === ((advbase << 8) | advskew);
