/** What the states thread waits for: news of the kernel, datagrams of peers, somebody who wakes it. */
import { type Instant, micros } from '#base/time.ts';
import type { StatesClock } from '#ports/conntrack.ts';
import { monotonicNow } from './clock.ts';
import { libc } from './libc.ts';
import { PollSet } from './poll-set.ts';
import { sleepExactly } from './realtime.ts';

export class PollClock implements StatesClock {
  readonly #wakeFd: number;
  readonly #polled: PollSet;
  readonly #count: number;
  readonly #wakes = Buffer.alloc(8);

  /** `wakeFd` is an eventfd, `fds` what else ends a wait. */
  constructor(wakeFd: number, fds: readonly number[]) {
    this.#wakeFd = wakeFd;
    this.#count = fds.length + 1;
    this.#polled = new PollSet(this.#count);
    for (const [i, fd] of [wakeFd, ...fds].entries()) this.#polled.set(i, fd);
    sleepExactly();
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
    const isReady = this.#polled.wait(count, micros(Math.max(0, until - monotonicNow())));
    if (isReady && this.#polled.isReady(0)) libc.read(this.#wakeFd, this.#wakes, 8);
  }
}
