/** A queue of things by time: the earliest first, equals in the order in which they came (a binary heap). */
import type { Instant } from '#base/time.ts';

interface Entry<T> {
  readonly at: Instant;
  readonly order: number;
  readonly item: T;
}

export class TimeQueue<T> {
  readonly #heap: Entry<T>[] = [];
  #order = 0;

  get size(): number {
    return this.#heap.length;
  }

  peek(): { readonly at: Instant; readonly item: T } | undefined {
    return this.#heap[0];
  }

  push(at: Instant, item: T): void {
    const heap = this.#heap;
    let place = heap.length;
    const entry = { at, order: this.#order++, item };
    heap.push(entry);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[place] = above;
      place = parent;
    }
    heap[place] = entry;
  }

  pop(): T | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || heap.length === 0) return top?.item;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      let below = heap[child];
      if (below === undefined) break;
      const other = heap[child + 1];
      if (other !== undefined && isBefore(other, below)) {
        below = other;
        child += 1;
      }
      if (!isBefore(below, last)) break;
      heap[place] = below;
      place = child;
    }
    heap[place] = last;
    return top.item;
  }
}

const isBefore = (a: Entry<unknown>, b: Entry<unknown>): boolean =>
  a.at !== b.at ? a.at < b.at : a.order < b.order;
