/** CARP's intervals. Sources: FreeBSD ip_carp.c `carp_setrun`, `carp_send_ad_locked`; types.ts `Timing`. */
import { type Micros, micros } from '#base/time.ts';
import type { Timing } from './types.ts';

/** Highest skew on the wire of a node that is not leaving (FreeBSD `CARP_MAXSKEW`). */
export const maxSkew = 240;
/** Advskew that stands for persistent maintenance mode (pfSense `interfaces_carp_set_maintenancemode`). */
export const maintenanceSkew = 254;
/** OpenBSD's farewell (`sc_bow_out`): advbase and advskew. */
export const farewell = 255;

const perSkew = 1_000_000 / 256;

/** advbase + advskew / 256 s. */
export const interval = (advbase: number, advskew: number): Micros =>
  micros(advbase * 1_000_000 + advskew * perSkew);

/** How long a backup that has heard nothing in this state waits before it takes over. */
export function ownMasterDown(timing: Timing, advbase: number, advskew: number, listen: Micros): Micros {
  if (timing === 'freebsd') return micros(3 * advbase * 1_000_000 + advskew * perSkew);
  return micros(Math.max(3 * interval(advbase, advskew), listen));
}

/**
 * How long a backup waits after an advert. `their` is the sender's configured priority where the document tells
 * it, else what it announced. `turn`: how long those before us in the line go first.
 */
export function masterDown(
  timing: Timing,
  mine: { readonly advbase: number; readonly advskew: number },
  their: { readonly advbase: number; readonly advskew: number },
  turn: Micros,
): Micros {
  if (timing === 'freebsd') return micros(3 * mine.advbase * 1_000_000 + mine.advskew * perSkew);
  return micros(3 * interval(their.advbase, their.advskew) + turn);
}

/** How long each node further down the line lets the one before it go first: quick timing only. */
export const slot: Micros = micros(perSkew);

/** The lexicographic order of (advbase, advskew): negative when the first advertises more often and so wins. */
export const compareFrequency = (
  a: { readonly advbase: number; readonly advskew: number },
  b: { readonly advbase: number; readonly advskew: number },
): number => a.advbase - b.advbase || a.advskew - b.advskew;
