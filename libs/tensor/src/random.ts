/** A stream of pseudo-random numbers that depends on its seed alone. */
export interface Random {
  /** The next number in [0, 1), with 53 random bits. */
  uniform(): number;
  /** The next number of a normal distribution with mean 0 and deviation 1. */
  normal(): number;
  /** The next integer in [0, bound), without bias. Throws a RangeError unless `bound` is an integer from 1 to 2^32. */
  integer(bound: number): number;
  /** A copy of `items` in random order; the items given stay as they are. */
  shuffle<T>(items: readonly T[]): T[];
  /** An independent stream for `label`, without taking a number from this one: equal states and labels give equal streams. */
  fork(label: string): Random;
  /** The state now: `seededRandom(state)` goes on from here. */
  state(): number[];
}

const TWO_32 = 2 ** 32;
const MASK_64 = (1n << 64n) - 1n;

/** SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): fills a state from a seed of any quality. */
function splitMix64(seed: bigint): () => bigint {
  let state = seed & MASK_64;
  return () => {
    state = (state + 0x9e3779b97f4a7c15n) & MASK_64;
    let mixed = state;
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK_64;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & MASK_64;
    return mixed ^ (mixed >> 31n);
  };
}

/** 64-bit FNV-1a over UTF-16 code units. */
function hash(text: string): bigint {
  let value = 0xcbf29ce484222325n;
  for (let index = 0; index < text.length; index++) {
    value = ((value ^ BigInt(text.charCodeAt(index))) * 0x100000001b3n) & MASK_64;
  }
  return value;
}

function words(seed: bigint): Uint32Array {
  const next = splitMix64(seed);
  const [low, high] = [next(), next()];
  return Uint32Array.from([low, low >> 32n, high, high >> 32n], (word) => Number(word & 0xffffffffn));
}

function restored(saved: readonly number[]): Uint32Array {
  const sound = saved.length === 4 && saved.every((word) => Number.isInteger(word) && word >= 0 && word < TWO_32);
  if (!sound || saved.every((word) => word === 0)) {
    throw new RangeError(
      'A saved random state is four integers from 0 to 4294967295, not all zero: pass what state() returned.',
    );
  }
  return Uint32Array.from(saved);
}

function initial(seed: number | string | readonly number[]): Uint32Array {
  if (typeof seed === 'string') return words(hash(seed));
  if (typeof seed !== 'number') return restored(seed);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`A random seed is an integer, not ${seed}.`);
  return words(BigInt(seed));
}

class Xoshiro implements Random {
  readonly #words: Uint32Array;

  constructor(state: Uint32Array) {
    this.#words = state;
  }

  /** xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021). */
  #next(): number {
    const s = this.#words as unknown as [number, number, number, number];
    const scrambled = Math.imul(s[1], 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const carried = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= carried;
    s[3] = (s[3] << 11) | (s[3] >>> 21);
    return result;
  }

  uniform(): number {
    const high = this.#next() >>> 5;
    const low = this.#next() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** Box-Muller, one of its two numbers: the state stays four words and can be saved between any two calls. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > TWO_32) {
      throw new RangeError(`A bound is an integer from 1 to 4294967296, not ${bound}.`);
    }
    const unbiased = TWO_32 - (TWO_32 % bound);
    for (;;) {
      const drawn = this.#next();
      if (drawn < unbiased) return drawn % bound;
    }
  }

  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let last = shuffled.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const kept = shuffled[last] as T;
      shuffled[last] = shuffled[other] as T;
      shuffled[other] = kept;
    }
    return shuffled;
  }

  fork(label: string): Random {
    return seededRandom(`${this.state().join(',')}/${label}`);
  }

  state(): number[] {
    return Array.from(this.#words);
  }
}

/**
 * A seeded random stream: the same seed gives the same numbers on every machine.
 *
 * @param seed an integer, a text, or a state saved by `state()`
 * @throws RangeError when the number is no safe integer or the saved state is not one
 *
 * @example
 * const random = seededRandom('split/7');
 * const held = random.shuffle(images).slice(0, 20);
 */
export function seededRandom(seed: number | string | readonly number[]): Random {
  return new Xoshiro(initial(seed));
}
