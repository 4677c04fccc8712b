/** What emulated processors cannot do as fast as real ones, and what is asked of them instead. */
import type { EmulationTimes } from '../drills/timers.ts';
import type { SessionCounts } from '../sessions-wire.ts';

/**
 * On two cores that other work shares, with both guests at it: booting took 10 s to 20 s and the daemon's start as long
 * again. A busy guest lets a packet or a line of the log wait for a quarter of a second.
 */
export const emulationTimes: EmulationTimes = { bootMs: 30_000, startMs: 30_000, busyMs: 300 };

/** From one probe of a flow to the next, ms: a packet takes a guest some 100 us. */
export const emulatedSpacing = 5;

export const emulatedCounts: SessionCounts = { streams: 20, idle: 20, pushed: 10, udp: 5, ftp: 1 };
