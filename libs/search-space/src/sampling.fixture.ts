import type { IntegerSource } from './sampling.js';

/** A small linear congruential source (Numerical Recipes constants), enough for specs. */
export function lcg(seed: number): IntegerSource {
  let state = seed >>> 0;
  return {
    integer(bound) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * bound);
    },
  };
}
