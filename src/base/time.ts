/**
 * Time as the engines see it: branded whole microseconds, so that a bare number, or a value in another unit,
 * does not compile where a time is due.
 */

/** A point on the monotonic clock, in whole microseconds since an arbitrary origin. */
export type Instant = number & { readonly __unit: 'instant-us' };
/** A length of time in whole microseconds. */
export type Micros = number & { readonly __unit: 'us' };

export const instant = (us: number): Instant => Math.round(us) as Instant;
export const micros = (us: number): Micros => Math.round(us) as Micros;
export const millis = (ms: number): Micros => Math.round(ms * 1_000) as Micros;
export const seconds = (s: number): Micros => Math.round(s * 1_000_000) as Micros;

/** The instant `length` after `at`. */
export const after = (at: Instant, length: Micros): Instant => (at + length) as Instant;
/** The time from `earlier` to `later`; negative when they are the other way round. */
export const between = (earlier: Instant, later: Instant): Micros => (later - earlier) as Micros;
/** A length of time in milliseconds, for people. */
export const inMillis = (length: Micros): number => length / 1_000;
