/** Taken out of the global object once: in a sandboxed context every look-up in an inner loop would go through it. */
const { floor, imul } = Math;

/**
 * Small generator (mulberry32) in integer arithmetic only. It is kept apart from the shared seeded generator on purpose: the filters of the
 * base descriptor and the order of pooling are part of what a description means, so its stream may never change.
 */
export class FrozenRandom {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** A number in [0, 1), a multiple of 2^-32. */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }

  /** A whole number in [0, bound). */
  integer(bound: number): number {
    return floor(this.uniform() * bound);
  }

  /** Shuffles in place (Fisher and Yates) and returns the same array. */
  shuffle<T>(items: T[]): T[] {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const kept = items[last] as T;
      items[last] = items[other] as T;
      items[other] = kept;
    }
    return items;
  }
}
