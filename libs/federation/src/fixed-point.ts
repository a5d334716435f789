import { FederationError } from './federation.error.js';
import type { RoundPlan } from './round-plan.js';

type Scale = Pick<RoundPlan, 'seats' | 'bound' | 'length'>;

const MOST = 2 ** 31 - 1;

/** Steps between 0 and the bound: as many as still let `seats` contributions at the bound stay below 2^31. */
function steps(seats: number): number {
  return Math.floor(MOST / seats);
}

/**
 * The greatest error of a decoded sum: each contribution is rounded by half a step at most.
 *
 * @example
 * ```ts
 * greatestError({ seats: 64, bound: 1 }) < 1e-6; // => true
 * ```
 */
export function greatestError({ seats, bound }: Omit<Scale, 'length'>): number {
  return (seats * bound) / (2 * steps(seats));
}

/**
 * A vector as whole numbers modulo 2^32, negative ones as their complement. Adding is exact, and no sum of a round can wrap around: every number is at
 * most floor((2^31 - 1) / seats) in absolute value.
 * @throws FederationError INVALID_VECTOR for another length, or a number that is not finite or beyond the bound.
 *
 * @example
 * ```ts
 * const plan = { seats: 10, bound: 1, length: 2 };
 * Array.from(decodeSum(encode([0.5, -1], plan), plan), (value) => value.toFixed(6)); // => ['0.500000', '-1.000000']
 * ```
 */
export function encode(vector: ArrayLike<number>, { seats, bound, length }: Scale): Uint32Array {
  if (vector.length !== length) {
    throw new FederationError(
      'INVALID_VECTOR',
      'vector',
      `The vector has ${vector.length} numbers, the round sums ${length}.`,
    );
  }
  const words = new Uint32Array(length);
  for (let at = 0; at < length; at += 1) {
    const value = vector[at]!;
    if (!(Math.abs(value) <= bound)) {
      throw new FederationError(
        'INVALID_VECTOR',
        `vector[${at}]`,
        `Number ${at} of the vector is ${value}; the round takes up to ${bound} either way, so clip it first.`,
      );
    }
    words[at] = Math.round((value / bound) * steps(seats));
  }
  return words;
}

/** The sum behind the words, `[length]`. */
export function decodeSum(words: Uint32Array, { seats, bound }: Scale): Float64Array {
  return Float64Array.from(Int32Array.from(words), (word) => (word / steps(seats)) * bound);
}

/** Adds, or takes away, in place and modulo 2^32. */
export function addWords(words: Uint32Array, other: Uint32Array, sign: 1 | -1): void {
  for (let at = 0; at < words.length; at += 1) words[at]! += sign * other[at]!;
}

/** Words as little-endian bytes, on every machine. */
export function wordsToBytes(words: Uint32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, at) => {
    view.setUint32(4 * at, word, true);
  });
  return new Uint8Array(view.buffer);
}

/** The words that {@link wordsToBytes} wrote. */
export function bytesToWords(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.byteLength / 4 }, (_, at) => view.getUint32(4 * at, true));
}
