import type { Description } from '@edgelore/descriptors';
import type { Configuration, SearchSpace } from '@edgelore/search-space';
import { RankingError } from '../ranking.error.js';
import { type ScoreWeights, thaw } from '../scorers/bilinear/score-network.js';
import { configurationFeatures } from './configuration-features.js';
import { meanOf } from './experience.js';
import type { RankerVersion } from './ranker-version.js';

/** A configuration as the ranker sees it for one task. */
export interface RankedConfiguration {
  readonly configuration: Configuration;
  /** Expected score in standard deviations of the task's trials; comparable within the task only. */
  readonly score: number;
  /** Standard error of `score`: disagreement of the members and unfamiliarity of the configuration. */
  readonly spread: number;
  /** The part of `spread` that comes from the configuration being unlike those tried. */
  readonly unfamiliarity: number;
}

/**
 * Scores configurations for a description, in the order given.
 * @throws RankingError `INVALID_MODEL` when the description is of another extractor or the ranker of another space.
 * @see the example of {@link trainRanker}
 */
export function rank(
  ranker: RankerVersion,
  space: SearchSpace,
  description: Description,
  configurations: readonly Configuration[],
): RankedConfiguration[] {
  if (description.extractorHash !== ranker.extractor.hash) {
    throw new RankingError(
      'INVALID_MODEL',
      `The description was made by extractor ${description.extractorVersion} and this ranker reads version ${ranker.extractor.version}; align the description first.`,
    );
  }
  if (ranker.space !== space.id) {
    throw new RankingError(
      'INVALID_MODEL',
      `The ranker is for the space ${ranker.space}, not ${space.id}; retrain it.`,
    );
  }
  const features = configurations.map((configuration) => configurationFeatures(space, configuration));
  const { scores, spreads, unfamiliarities } = ensembleScores(ranker, meanOf(description.rows), features);
  return configurations.map((configuration, index) => ({
    configuration,
    score: scores[index]!,
    spread: spreads[index]!,
    unfamiliarity: unfamiliarities[index]!,
  }));
}

/** Mean and spread of the members' scores, and the part of the spread that unfamiliarity makes, [n] each. */
export function ensembleScores(
  ranker: RankerVersion,
  mean: ArrayLike<number>,
  features: readonly Float64Array[],
): { scores: Float64Array; spreads: Float64Array; unfamiliarities: Float64Array } {
  const count = ranker.members.length;
  const all = ranker.members.map((member) => memberScores(member, mean, features));
  const scores = Float64Array.from(features, (_, index) => all.reduce((sum, one) => sum + one[index]!, 0) / count);
  const unfamiliarities = Float64Array.from(
    features,
    (row) => ranker.residual * Math.sqrt(unfamiliarity(ranker.familiarity, row)),
  );
  const spreads = Float64Array.from(unfamiliarities, (unfamiliar, index) => {
    const squares = all.reduce((sum, one) => sum + (one[index]! - scores[index]!) ** 2, 0);
    // Members leave one fold out each, so this is the jackknife's variance (Efron and Stein 1981).
    const disagreement = ((count - 1) / count) * squares;
    return Math.sqrt(disagreement + unfamiliar ** 2);
  });
  return { scores, spreads, unfamiliarities };
}

/** One member's scores, [n]. */
export function memberScores(
  weights: ScoreWeights,
  mean: ArrayLike<number>,
  features: readonly Float64Array[],
): Float64Array {
  return thaw(weights).forward(mean, features).scores;
}

/** Lower Cholesky factor of I + sum of x x' over the rows. */
export function familiarityOf(rows: readonly Float64Array[], size: number): number[][] {
  const matrix = Array.from({ length: size }, (_, i) =>
    Array.from({ length: size }, (_, j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, i === j ? 1 : 0)),
  );
  const factor = matrix.map((row) => row.map(() => 0));
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let rest = matrix[i]![j]!;
      for (let k = 0; k < j; k += 1) {
        rest -= factor[i]![k]! * factor[j]![k]!;
      }
      factor[i]![j] = i === j ? Math.sqrt(rest) : rest / factor[j]![j]!;
    }
  }
  return factor.map((row, i) => row.slice(0, i + 1));
}

/** x' (I + sum of x x')^-1 x: near 0 where configurations like x were tried, |x|^2 where none were. */
export function unfamiliarity(factor: readonly (readonly number[])[], row: Float64Array): number {
  const solved = new Float64Array(row.length);
  let total = 0;
  for (let i = 0; i < row.length; i += 1) {
    let rest = row[i]!;
    for (let j = 0; j < i; j += 1) {
      rest -= factor[i]![j]! * solved[j]!;
    }
    solved[i] = rest / factor[i]![i]!;
    total += solved[i]! * solved[i]!;
  }
  return total;
}
