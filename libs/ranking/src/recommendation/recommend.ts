import type { Description } from '@edgelore/descriptors';
import {
  type Configuration,
  type Cost,
  type CostLimits,
  defaultConfiguration,
  faceDetectorSpace,
  type SearchSpace,
} from '@edgelore/search-space';
import { seededRandom } from '@edgelore/tensor';
import { type Candidate, candidatesWithin } from './candidates.js';
import { configurationFeatures } from './configuration-features.js';
import { type ExperienceTask, meanOf, type TaskTable, taskTables } from './experience.js';
import { greedyPortfolio, kernelScores, type Neighbour, nearestTasks, nearnessWeights } from './neighbours.js';
import { rank } from './rank.js';
import type { Ranker } from './ranker.js';
import type { Strategy } from './ranker-version.js';

/** Configurations drawn from the space by default, beside everything ever tried. */
const SAMPLE = 10_000;
/** Best candidates of the portfolio strategies that the greedy choice looks at. */
const SHORTLIST = 200;
/** Dimensions in which any two recommendations differ, where enough candidates allow it. */
const LEAST_DIFFERENCE = 2;
const NEIGHBOURS = 3;

/** One recommended configuration. */
export interface Recommendation {
  readonly configuration: Configuration;
  /** 1 is tried first. */
  readonly rank: number;
  /** Expected score in standard deviations of a task's trials, 0 being an average trial. Not an average precision. */
  readonly score: number;
  /** Standard error of `score`. */
  readonly spread: number;
  readonly cost: Cost;
  readonly reason: Strategy;
  /** The nearest past tasks; empty without experience. */
  readonly neighbours: readonly Neighbour[];
}

export interface RecommendOptions {
  /** The current ranker, thawed; null before any was trained. */
  readonly ranker: Ranker | null;
  readonly description: Description;
  /** Past tasks, described by the same extractor; base descriptors are not used. The asking task may be among them. */
  readonly experience: readonly ExperienceTask[];
  /** How many to return, at least 1. */
  readonly count: number;
  readonly limits?: CostLimits;
  readonly seed: number | string;
  /** How many configurations are drawn from the space, beside everything ever tried. Default 10,000, about half a second. */
  readonly sample?: number;
  readonly space?: SearchSpace;
}

/**
 * The `count` configurations to try first on a task, best first, always valid and within the limits; fewer only where the limits leave
 * fewer. The strategy is the one that the ranker's out-of-fold evidence favours. Candidates are ordered by score less what is in doubt
 * because a configuration is unlike those tried, so that such a one has to promise more; any two returned differ in two dimensions at least.
 * @throws LimitsTooTightError when no configuration is within the limits.
 * @throws RankingError `INVALID_MODEL` when the description is not by the ranker's extractor; `INVALID_EXPERIENCE` on bad experience.
 * @see the example of {@link trainRanker}
 */
export function recommend(options: RecommendOptions): Recommendation[] {
  const { ranker, description, experience, count, limits = {}, sample = SAMPLE, space = faceDetectorSpace } = options;
  const tables = taskTables(
    space,
    experience.filter(({ description: past }) => past.extractorHash === description.extractorHash),
  ).filter(({ scores }) => scores.length > 0);
  const random = seededRandom(`${options.seed}`);
  const tried = tables.flatMap(({ configurations }) => configurations);
  const candidates = candidatesWithin(space, limits, [defaultConfiguration(space), ...tried], sample, random);
  const mean = meanOf(description.rows);
  const neighbours = nearestTasks(mean, tables).slice(0, NEIGHBOURS);
  const reason: Strategy = ranker && tables.length > 0 ? ranker.version.strategy : 'cold-portfolio';
  const scored = score(reason, candidates, { ranker, description, space, tables, mean });
  const ordered =
    reason === 'ranker' ? byCautiousScore(scored) : portfolio(scored, tables, weightsOf(reason, mean, tables), space);
  return diverse(ordered, count).map(({ candidate, score, spread }, index) => ({
    configuration: candidate.configuration,
    rank: index + 1,
    score,
    spread,
    cost: candidate.cost,
    reason,
    neighbours,
  }));
}

interface Scored {
  readonly candidate: Candidate;
  readonly score: number;
  readonly spread: number;
  readonly caution: number;
}

interface Asked {
  readonly ranker: Ranker | null;
  readonly description: Description;
  readonly space: SearchSpace;
  readonly tables: readonly TaskTable[];
  readonly mean: Float64Array;
}

function score(reason: Strategy, candidates: readonly Candidate[], asked: Asked): Scored[] {
  const { ranker, description, space, tables, mean } = asked;
  if (reason === 'ranker' && ranker) {
    const ranked = rank(
      ranker,
      space,
      description,
      candidates.map(({ configuration }) => configuration),
    );
    return ranked.map(({ score, spread, unfamiliarity }, at) => ({
      candidate: candidates[at]!,
      score,
      spread,
      caution: unfamiliarity,
    }));
  }
  const { scores, spreads } = kernelScores(
    tables,
    weightsOf(reason, mean, tables),
    candidates.map(({ configuration }) => configurationFeatures(space, configuration)),
  );
  return candidates.map((candidate, at) => ({
    candidate,
    score: scores[at]!,
    spread: spreads[at]!,
    caution: spreads[at]!,
  }));
}

function weightsOf(reason: Strategy, mean: Float64Array, tables: readonly TaskTable[]): number[] {
  return reason === 'nearest-tasks' ? nearnessWeights(mean, tables) : tables.map(() => 1);
}

/** By score less what is in doubt because a candidate is unlike those tried. That past tasks disagree about one is no reason against it: its score is their mean. */
function byCautiousScore(scored: readonly Scored[]): Scored[] {
  return [...scored].sort(
    (a, b) => b.score - b.caution - (a.score - a.caution) || (a.candidate.id < b.candidate.id ? -1 : 1),
  );
}

/** As drawn without experience, the default first. Else the best by cautious score, the first of them in the order of a greedy portfolio: each is chosen for the tasks that those before serve badly. */
function portfolio(
  scored: readonly Scored[],
  tables: readonly TaskTable[],
  weights: readonly number[],
  space: SearchSpace,
): Scored[] {
  if (tables.length === 0) {
    return [...scored];
  }
  const ordered = byCautiousScore(scored);
  const shortlist = ordered.slice(0, SHORTLIST);
  const features = shortlist.map(({ candidate }) => configurationFeatures(space, candidate.configuration));
  const expected = tables.map((table) => {
    const { scores, spreads } = kernelScores([table], [1], features);
    return scores.map((value, at) => value - spreads[at]!);
  });
  return [
    ...greedyPortfolio(expected, weights, shortlist.length).map((at) => shortlist[at]!),
    ...ordered.slice(SHORTLIST),
  ];
}

/** The first `count` that differ from each other in two dimensions; where they run out, the next best that differ in one. */
function diverse(ordered: readonly Scored[], count: number): Scored[] {
  const chosen: Scored[] = [];
  for (let difference = LEAST_DIFFERENCE; difference > 0; difference -= 1) {
    for (const scored of ordered) {
      if (chosen.length >= count) {
        return chosen;
      }
      if (chosen.every((other) => dimensionsApart(other.candidate, scored.candidate) >= difference)) {
        chosen.push(scored);
      }
    }
  }
  return chosen;
}

function dimensionsApart(a: Candidate, b: Candidate): number {
  const names = Object.keys(a.configuration.values);
  return names.filter((name) => a.configuration.values[name] !== b.configuration.values[name]).length;
}
