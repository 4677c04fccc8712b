/** The network of a simulation: frames are late, lost or cut off, as chance and the faults have it. */
import type { Prng } from '#base/prng.ts';
import { type Instant, instant, micros } from '#base/time.ts';

/** A frame under way. */
export interface Delivery {
  readonly at: Instant;
  readonly to: number;
  readonly segment: number;
  readonly frame: Uint8Array;
}

/** The time that a frame is under way when nothing is wrong: at least, and longest. */
const minimumDelay = micros(20);
export const calmDelay = micros(200);

export class LossyWire {
  /** Probability that a frame gets lost, for each receiver by itself. */
  loss = 0;
  /** Longest delay, microseconds; each frame draws its own, so that frames overtake each other. */
  delay: number = calmDelay;
  /** "FROM>TO@SEGMENT": directions that do not get through. */
  readonly cuts = new Set<string>();
  /** In order of arrival; equal times in the order of sending. */
  readonly #underWay: Delivery[] = [];
  readonly #chance: Prng;
  readonly #nodes: number;

  constructor(nodes: number, chance: Prng) {
    this.#nodes = nodes;
    this.#chance = chance;
  }

  /** Multicast: a copy to every other node of the segment. */
  send(from: number, segment: number, frame: Uint8Array, now: Instant): void {
    for (let to = 0; to < this.#nodes; to++) {
      if (to === from || this.#isCut(from, to, segment) || this.#chance.chance(this.loss)) continue;
      const at = instant(now + minimumDelay + this.#chance.below(this.delay));
      this.#insert({ at, to, segment, frame });
    }
  }

  /** The next frame to arrive, without taking it. */
  get next(): Delivery | undefined {
    return this.#underWay[0];
  }

  take(): Delivery | undefined {
    return this.#underWay.shift();
  }

  calm(): void {
    this.loss = 0;
    this.delay = calmDelay;
    this.cuts.clear();
  }

  #isCut(from: number, to: number, segment: number): boolean {
    return this.cuts.size > 0 && this.cuts.has(cut(from, to, segment));
  }

  #insert(delivery: Delivery): void {
    let place = this.#underWay.length;
    while (place > 0 && (this.#underWay[place - 1] as Delivery).at > delivery.at) place -= 1;
    this.#underWay.splice(place, 0, delivery);
  }
}

/** Names one direction between two nodes on one segment. */
export const cut = (from: number, to: number, segment: number): string => `${from}>${to}@${segment}`;
