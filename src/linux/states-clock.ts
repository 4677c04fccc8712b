/** What the states thread waits for: news of the kernel, datagrams of peers, somebody who wakes it. */
import type { Instant } from '#base/time.ts';
import type { StatesClock } from '#ports/conntrack.ts';
import { monotonicNow } from './clock.ts';
import { fixedBuffer, libc } from './libc.ts';

const POLLIN = 1;
const PR_SET_TIMERSLACK = 29;
/** A thread's sleeps may last 50 us longer than asked for unless it says otherwise. */
const slackNanoseconds = 1_000;

export class PollClock implements StatesClock {
  readonly #wakeFd: number;
  readonly #polled: Buffer;
  readonly #count: number;
  readonly #timeout = fixedBuffer(16);
  readonly #wakes = Buffer.alloc(8);

  /** `wakeFd` is an eventfd, `fds` what else ends a wait. */
  constructor(wakeFd: number, fds: readonly number[]) {
    this.#wakeFd = wakeFd;
    this.#count = fds.length + 1;
    this.#polled = fixedBuffer(this.#count * 8);
    for (const [i, fd] of [wakeFd, ...fds].entries()) {
      this.#polled.writeInt32LE(fd, i * 8);
      this.#polled.writeInt16LE(POLLIN, i * 8 + 4);
    }
    libc.prctl(PR_SET_TIMERSLACK, slackNanoseconds, 0, 0, 0);
  }

  now(): Instant {
    return monotonicNow();
  }

  wait(until: Instant): void {
    this.#poll(this.#count, until);
  }

  gather(until: Instant): void {
    this.#poll(1, until);
  }

  #poll(count: number, until: Instant): void {
    const pause = Math.max(0, until - monotonicNow());
    const whole = Math.floor(pause / 1_000_000);
    this.#timeout.writeUInt32LE(whole, 0);
    this.#timeout.writeUInt32LE((pause - whole * 1_000_000) * 1_000, 8);
    const ready = libc.ppoll(this.#polled, count, this.#timeout, null) as number;
    if (ready > 0 && this.#polled.readInt16LE(6) !== 0) libc.read(this.#wakeFd, this.#wakes, 8);
  }
}
