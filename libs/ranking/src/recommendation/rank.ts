import type { Description } from '@edgelore/descriptors';
import type { Configuration } from '@edgelore/search-space';
import { RankingError } from '../ranking.error.js';
import type { Choices } from './choices.js';
import { meanOf } from './experience.js';
import { ensembleScores, type Ranker } from './ranker.js';

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
export function rank(ranker: Ranker, description: Description, choices: Choices): RankedConfiguration[] {
  const { version } = ranker;
  if (description.extractorHash !== version.extractor.hash) {
    throw new RankingError(
      'INVALID_MODEL',
      `The description was made by extractor ${description.extractorVersion} and this ranker reads version ${version.extractor.version}; align the description first.`,
    );
  }
  if (version.space !== choices.space.id) {
    throw new RankingError(
      'INVALID_MODEL',
      `The ranker is for the space ${version.space}, not ${choices.space.id}; retrain it.`,
    );
  }
  const { scores, spreads, unfamiliarities } = ensembleScores(
    ranker,
    meanOf(description.rows),
    choices.items(version.scorer),
  );
  return choices.configurations.map((configuration, index) => ({
    configuration,
    score: scores[index]!,
    spread: spreads[index]!,
    unfamiliarity: unfamiliarities[index]!,
  }));
}
