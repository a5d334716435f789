import { seededRandom } from '@edgelore/tensor';
import { RankingError } from '../ranking.error.js';
import type { Items, Scorer } from '../scorers/scorer.js';
import type { Candidates } from './candidates.js';
import type { Search, Told } from './search.js';
import { ToldSearch } from './told.js';

export interface RankedSearchOptions {
  /** B: trainings spent in rounds. */
  readonly budget: number;
  /** k: best-scored trained at the end. */
  readonly final: number;
  /** Default 5. */
  readonly rounds?: number;
  /** Share of a later round that goes to the best-scored; the rest explores. Default 0.5. */
  readonly topShare?: number;
  readonly seed: number | string;
  /** Trains a scorer on what is known: `rows` of `items` with their scores. */
  fit(items: Items, rows: Int32Array, labels: Float64Array, seed: string): Pick<Scorer, 'score'>;
}

/**
 * Rounds of acquire, train, score (AceNAS, section on sampling): the first round explores; then a part of each round is the best-scored and the
 * rest explores; in the end the `final` best-scored follow. B + k trainings in all.
 * @throws RankingError `INVALID_EXPERIENCE` for a budget that has not two trainings for every round.
 *
 * @example
 * ```ts
 * const candidates = wholeSpace({ count: 100, features: Float32Array.from({ length: 100 }, (_, at) => at / 100), width: 1 });
 * const byFeature = { score: (items: { features: Float32Array }) => Float64Array.from(items.features) };
 * const search = rankedSearch(candidates, { budget: 10, final: 1, rounds: 2, seed: 1, fit: () => byFeature });
 * while (search.ask().length > 0) {
 *   search.tell(search.ask().map((row) => row / 100));
 * }
 * [search.told.length, Math.max(...search.told.map(({ score }) => score))]; // => [11, 0.99]
 * ```
 */
export function rankedSearch<Candidate>(
  candidates: Candidates<Candidate>,
  options: RankedSearchOptions,
): Search<Candidate> {
  const { budget, final, rounds = 5, topShare = 0.5, seed } = options;
  if (!(rounds >= 1 && budget >= 2 * rounds && final >= 0 && topShare >= 0 && topShare <= 1)) {
    throw new RankingError(
      'INVALID_EXPERIENCE',
      `A budget of ${budget} + ${final} in ${rounds} rounds, ${topShare} of them best-scored, cannot be searched with; give every round two trainings or more.`,
    );
  }
  const ends = Array.from({ length: rounds }, (_, round) => Math.floor(((round + 1) * budget) / rounds));
  return new ToldSearch<Candidate>((told) => {
    const round = ends.findIndex((end) => told.length < end);
    const random = seededRandom(`${seed}`).fork(`round ${round}`);
    const seen = new Set(told.map(({ candidate }) => candidates.key(candidate)));
    if (round === 0) {
      return candidates.explore(ends[0]! - told.length, seen, random);
    }
    if (round < 0 && told.length >= budget + final) {
      return [];
    }
    const scorer = fitTold(candidates, told, options, `${seed}/${round}`);
    if (round < 0) {
      return candidates.best(scorer, budget + final - told.length, seen, random);
    }
    const count = ends[round]! - told.length;
    const top = candidates.best(scorer, Math.floor(count * topShare), seen, random);
    for (const candidate of top) {
      seen.add(candidates.key(candidate));
    }
    return [...top, ...candidates.explore(count - top.length, seen, random)];
  });
}

function fitTold<Candidate>(
  candidates: Candidates<Candidate>,
  told: readonly Told<Candidate>[],
  { fit }: RankedSearchOptions,
  seed: string,
): Pick<Scorer, 'score'> {
  const { items, rows } = candidates.encode(told.map(({ candidate }) => candidate));
  return fit(
    items,
    rows,
    Float64Array.from(told, ({ score }) => score),
    seed,
  );
}
