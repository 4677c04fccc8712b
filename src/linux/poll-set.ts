/** Descriptors that a thread waits for, and the wait (ppoll(2)). */
import type { Micros } from '#base/time.ts';
import { fixedBuffer, libc } from './libc.ts';

const POLLIN = 1;
/** struct pollfd { fd, events, revents } */
const entryBytes = 8;

export class PollSet {
  readonly #entries: Buffer;
  /** struct timespec { seconds, nanoseconds } */
  readonly #timeout = fixedBuffer(16);

  /** `places` descriptors, all of them undefined at first. */
  constructor(places: number) {
    this.#entries = fixedBuffer(places * entryBytes);
    for (let place = 0; place < places; place++) this.set(place, undefined);
  }

  /** Puts a descriptor into the list; the kernel skips an undefined one. */
  set(place: number, fd: number | undefined): void {
    this.#entries.writeInt32LE(fd ?? -1, place * entryBytes);
    this.#entries.writeInt16LE(POLLIN, place * entryBytes + 4);
  }

  /** Blocks until one of the first `count` has something to read or the time is over; whether one has. */
  wait(count: number, pause: Micros): boolean {
    const whole = Math.floor(pause / 1_000_000);
    this.#timeout.writeUInt32LE(whole, 0);
    this.#timeout.writeUInt32LE((pause - whole * 1_000_000) * 1_000, 8);
    return (libc.ppoll(this.#entries, count, this.#timeout, null) as number) > 0;
  }

  /** Whether a wait that has just been true found something to read there, or an error. */
  isReady(place: number): boolean {
    return this.#entries.readInt16LE(place * entryBytes + 6) !== 0;
  }
}
