import type { KernelRuntime } from '@edgelore/kernels';
import type { SearchSpace } from '@edgelore/search-space';
import { type LossSpec, rankingLoss } from '../losses/loss-spec.js';
import { fitBilinearScorer, type ViewedList } from '../scorers/bilinear/bilinear-scorer.js';
import { fitNetworkScorer } from '../scorers/network/network-scorer.js';
import type { Items, Scorer, ScorerKind } from '../scorers/scorer.js';
import { fitTreeScorer } from '../scorers/trees/tree-scorer.js';
import { hasGraphs } from './configuration-items.js';
import { isJudged, type TaskTable } from './experience.js';
import { BILINEAR_LOSS } from './ranker-version.js';

/** How a kind of scorer is trained on experience. */
export interface ScorerRecipe {
  readonly kind: ScorerKind;
  readonly loss: LossSpec;
  /** Whether scores are in standard deviations of a task's trials as they are. */
  readonly calibrated: boolean;
  fit(items: Items, lists: readonly ViewedList[], seed: string, runtime: KernelRuntime | undefined): Scorer;
}

/** Judged tasks below which kinds are not compared: there is too little to tell them apart by. */
const LEAST_JUDGED = 4;
/** Steps of a network's training, about: some, and more for every trial, up to a bound. */
const LEAST_STEPS = 600;
const STEPS_PER_TRIAL = 2;
const MOST_STEPS = 3000;
/** Trials that a step ranks at once, about. */
const NETWORK_BATCH = 24;

const bilinear: ScorerRecipe = {
  kind: 'bilinear',
  loss: BILINEAR_LOSS,
  calibrated: true,
  fit: (items, lists, seed) => fitBilinearScorer(items, lists, { loss: rankingLoss(BILINEAR_LOSS), seed }),
};

// On a few noisy lists LambdaRank by itself leaves trees and networks behind losses that use every pair.
const TREE_LOSS: LossSpec = { name: 'ranknet' };
const NETWORK_LOSS: LossSpec = { name: 'pairwise-softmax' };

const trees: ScorerRecipe = {
  kind: 'trees',
  loss: TREE_LOSS,
  calibrated: false,
  fit: (items, lists, seed) =>
    fitTreeScorer(items, lists, {
      loss: rankingLoss(TREE_LOSS),
      seed,
      trees: 60,
      leaves: 4,
      maxDepth: 2,
      learningRate: 0.3,
      featureShare: 0.3,
      rowShare: 0.7,
    }),
};

function network(kind: 'mlp' | 'graph'): ScorerRecipe {
  return {
    kind,
    loss: NETWORK_LOSS,
    calibrated: false,
    fit(items, lists, seed, runtime) {
      const trials = lists.reduce((sum, { labels }) => sum + labels.length, 0);
      const steps = Math.min(MOST_STEPS, LEAST_STEPS + STEPS_PER_TRIAL * trials);
      const perEpoch = lists.reduce(
        (sum, { labels }) => sum + Math.max(1, Math.floor(labels.length / NETWORK_BATCH)),
        0,
      );
      return fitNetworkScorer(runtime!, items, lists, {
        loss: rankingLoss(NETWORK_LOSS),
        seed,
        layers: 2,
        width: 16,
        embedding: 32,
        hidden: 32,
        batch: NETWORK_BATCH,
        epochs: Math.max(1, Math.round(steps / perEpoch)),
        weightDecay: 1,
      });
    },
  };
}

/**
 * The kinds worth trying, simplest first. The bilinear scorer always; the others from four judged tasks on; networks where there are
 * kernels to compute with; the graph ranker where configurations have graphs. Every kind's training is bounded, so that each can be
 * afforded however much there is to learn from.
 */
export function scorerRecipes(
  space: SearchSpace,
  tables: readonly TaskTable[],
  runtime: KernelRuntime | undefined,
): ScorerRecipe[] {
  if (tables.filter(isJudged).length < LEAST_JUDGED) {
    return [bilinear];
  }
  return [bilinear, trees, ...(runtime ? [network('mlp'), ...(hasGraphs(space) ? [network('graph')] : [])] : [])];
}

export { bilinear as bilinearRecipe };
