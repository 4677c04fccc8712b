import type { Instant } from '#base/time.ts';

/** CLOCK_MONOTONIC in whole microseconds: the same in every thread and process of the machine. */
export function monotonicNow(): Instant {
  const [seconds, nanoseconds] = process.hrtime();
  return (seconds * 1_000_000 + Math.floor(nanoseconds / 1_000)) as Instant;
}
