import type { RecommendationQuery } from '../graphql/generated/graphql.js';

export type ShownRecommendation = Exclude<RecommendationQuery['recommendation'], { __typename: 'Failure' }>;
export type RecommendedItem = ShownRecommendation['items'][number];

/** What each kind of reason means. */
export const reasons: Readonly<Record<RecommendedItem['reason'], string>> = {
  COLD_PORTFOLIO: 'did well on every past task; this one is like none of them',
  NEAREST_TASKS: 'did well on the past tasks that are most like this one',
  RANKER: 'ranked by the learned model for this description',
};

/** A command that trains a configuration on the owner's machine. */
export function trainingCommand(item: Pick<RecommendedItem, 'configuration'>): string {
  return `cat > configuration.json <<'JSON'\n${JSON.stringify(item.configuration)}\nJSON\nnpx edgelore train FOLDER --configuration configuration.json`;
}
