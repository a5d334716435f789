import { seededRandom } from '@edgelore/tensor';
import type { Candidates } from './candidates.js';
import type { Search } from './search.js';
import { ToldSearch } from './told.js';

/**
 * Trains candidates at random.
 *
 * @example
 * ```ts
 * const candidates = wholeSpace({ count: 9, features: new Float32Array(9), width: 1 });
 * randomSearch(candidates, { budget: 4, seed: 1 }).ask().length; // => 4
 * ```
 */
export function randomSearch<Candidate>(
  candidates: Candidates<Candidate>,
  { budget, seed }: { readonly budget: number; readonly seed: number | string },
): Search<Candidate> {
  const random = seededRandom(`${seed}`);
  return new ToldSearch<Candidate>((told) =>
    told.length < budget
      ? candidates.explore(
          budget - told.length,
          new Set(told.map(({ candidate }) => candidates.key(candidate))),
          random.fork(`${told.length}`),
        )
      : [],
  );
}

/**
 * Regularised evolution (Real et al. 2019, algorithm 1): of a random sample of the living population the best is mutated, the oldest dies.
 *
 * @example
 * ```ts
 * const candidates = wholeSpace({ count: 99, features: Float32Array.from({ length: 99 }, (_, at) => at), width: 1 });
 * const search = regularisedEvolution(candidates, { budget: 40, seed: 1 });
 * while (search.ask().length > 0) {
 *   search.tell(search.ask());
 * }
 * search.told.length; // => 40
 * ```
 */
export function regularisedEvolution<Candidate>(
  candidates: Candidates<Candidate>,
  {
    budget,
    seed,
    population = 20,
    sample = 5,
  }: {
    readonly budget: number;
    readonly seed: number | string;
    readonly population?: number;
    readonly sample?: number;
  },
): Search<Candidate> {
  const start = seededRandom(`${seed}`);
  return new ToldSearch<Candidate>((told) => {
    if (told.length >= budget) {
      return [];
    }
    const random = start.fork(`${told.length}`);
    const seen = new Set(told.map(({ candidate }) => candidates.key(candidate)));
    if (told.length < population) {
      return candidates.explore(Math.min(population, budget) - told.length, seen, random);
    }
    const living = random.shuffle(told.slice(-population)).slice(0, sample);
    const parent = living.reduce((best, one) => (one.score > best.score ? one : best));
    const child = candidates.neighbour(parent.candidate, seen, random);
    return child === undefined ? [] : [child];
  });
}
