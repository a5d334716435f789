import type { Description } from '@edgelore/descriptors';
import {
  type Configuration,
  type Cost,
  type CostLimits,
  defaultConfiguration,
  faceDetectorSpace,
  type SearchSpace,
  sampleConfigurations,
} from '@edgelore/search-space';
import { type Random, seededRandom } from '@edgelore/tensor';
import { type Belief, condition } from './belief.js';
import { type Candidate, candidatesOf, candidatesWithin, fits, isScarce } from './candidates.js';
import { Choices } from './choices.js';
import { configurationFeatures } from './configuration-features.js';
import { type ExperienceTask, meanOf, type TaskTable, taskTables } from './experience.js';
import { type Explanation, explainRanking } from './explain.js';
import { greedyPortfolio, kernelScores, type Neighbour, nearestTasks, nearnessWeights } from './neighbours.js';
import { rank } from './rank.js';
import type { Ranker } from './ranker.js';
import type { Strategy } from './ranker-version.js';
import { chooseNext, taskBelief, VARIANCES } from './task-belief.js';

/** Configurations drawn from the space by default, beside everything ever tried. */
const SAMPLE = 10_000;
/** Best candidates of the portfolio strategies that the greedy choice looks at. */
const SHORTLIST = 200;
/** Candidates that are looked at again in the light of a task's own trials, and proposals that the choice between diverse ones is made from. */
const REVISED = 300;
const PROPOSALS = 4;
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

/** What recommendations are based on. */
export interface RecommenderOptions {
  /** The current ranker, thawed; null before any was trained. */
  readonly ranker: Ranker | null;
  /** Past tasks; base descriptors are not used. The asking task may be among them. */
  readonly experience: readonly ExperienceTask[];
  readonly seed: number | string;
  /** How many configurations are drawn from the space, beside everything ever tried. Default 10,000. */
  readonly sample?: number;
  readonly space?: SearchSpace;
}

/** What is asked for one task. */
export interface Asked {
  readonly description: Description;
  /** How many to return, at least 1. */
  readonly count: number;
  readonly limits?: CostLimits;
  /** The task's id in the experience: its own trials then change what is expected, and what they tried is not recommended again. */
  readonly task?: string;
}

export type RecommendOptions = RecommenderOptions & Asked;

/** {@link Recommender.recommend} for a single task. */
export function recommend({ description, count, limits, task, ...options }: RecommendOptions): Recommendation[] {
  const asked = { description, count, ...(limits && { limits }), ...(task !== undefined && { task }) };
  return new Recommender(options).recommend(asked);
}

/** Candidates, and as they are ranked. */
interface Pool {
  readonly candidates: readonly Candidate[];
  readonly choices: Choices;
}

/** Past tasks that can be compared with a description, and what was tried on them. */
interface Past {
  readonly tables: readonly TaskTable[];
  /** Everything tried, and the default. */
  readonly tried: Pool;
}

/**
 * Recommends configurations for one task after another. What does not depend on the task is done once: reading the experience, drawing candidates and
 * encoding them.
 * @see the example of {@link trainRanker}
 */
export class Recommender {
  readonly #options: Required<RecommenderOptions>;
  readonly #past = new Map<string, Past>();
  #drawn: Pool | undefined;

  constructor({ sample = SAMPLE, space = faceDetectorSpace, ...options }: RecommenderOptions) {
    this.#options = { sample, space, ...options };
  }

  /**
   * The `count` configurations to try first on a task, best first, always valid and within the limits; fewer only where the limits leave
   * fewer. The strategy is the one that the ranker's out-of-fold evidence favours. Candidates are ordered by score less what is in doubt
   * because a configuration is unlike those tried, so that such a one has to promise more; any two returned differ in two dimensions at least.
   * A task that has trials of its own is told what to try next: see {@link taskBelief} and {@link chooseNext}.
   * @throws LimitsTooTightError when no configuration is within the limits.
   * @throws RankingError `INVALID_MODEL` when the description is not by the ranker's extractor; `INVALID_EXPERIENCE` on bad experience.
   */
  recommend({ count, limits = {}, ...asked }: Asked): Recommendation[] {
    const { space, seed } = this.#options;
    const { tables, tried, mean, reason, weights, expect, own } = this.#viewOf(asked);
    const known = new Set(tried.candidates.map(({ id }) => id));
    const scored = [
      ...expect(tried),
      ...expect(this.#poolWithin(limits)).filter(({ candidate }) => !known.has(candidate.id)),
    ].filter(({ candidate }) => fits(candidate.cost, limits));
    const ordered = own
      ? own.next(scored, PROPOSALS * count, seededRandom(`${seed}/next`))
      : reason === 'ranker'
        ? byCautiousScore(scored)
        : portfolio(scored, tables, weights, space);
    const neighbours = nearestTasks(mean, tables).slice(0, NEIGHBOURS);
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

  /**
   * Why configurations that were recommended for a description stand in this order: the scorer's own answers with one dimension changed at a time.
   * @throws RankingError as {@link recommend} does.
   */
  explain(asked: Pick<Asked, 'description' | 'task'>, ranked: readonly Configuration[]): Explanation[] {
    const { expect, own } = this.#viewOf(asked);
    return explainRanking(this.#options.space, ranked, (configurations) => {
      const expected = expect(this.#poolOf(candidatesOf(this.#options.space, configurations)));
      const scored = own ? own.revise(expected) : expected;
      return { scores: scored.map(({ score }) => score), cautions: scored.map(({ caution }) => caution) };
    });
  }

  /** Everything that depends on the task: what is expected of candidates, and what its own trials make of that. */
  #viewOf({ description, task }: Pick<Asked, 'description' | 'task'>) {
    const { ranker, space } = this.#options;
    const { tables: all, tried } = this.#pastOf(description.extractorHash);
    const table = all.find(({ id }) => id === task);
    const tables = all.filter((other) => other !== table);
    const mean = meanOf(description.rows);
    const reason: Strategy = ranker && tables.length > 0 ? ranker.version.strategy : 'cold-portfolio';
    const nearness = () => nearnessWeights(mean, tables);
    const everywhere = tables.map(() => 1);
    const weights = reason === 'nearest-tasks' ? nearness() : everywhere;
    const expect = (pool: Pool): Scored[] =>
      reason === 'ranker' && ranker ? scoreByRanker(pool, ranker, description) : scoreByKernel(pool, tables, weights);
    const own = table
      ? new OwnTrials(space, table, expect(this.#poolOf(candidatesOf(space, table.configurations))), {
          past: tables,
          weights: reason === 'cold-portfolio' ? everywhere : nearness(),
        })
      : null;
    return { tables, tried, mean, reason, weights, expect, own };
  }

  #pastOf(extractorHash: string): Past {
    const known = this.#past.get(extractorHash);
    if (known) {
      return known;
    }
    const { space, experience } = this.#options;
    const comparable = experience.filter(({ description }) => description.extractorHash === extractorHash);
    const tables = taskTables(space, comparable).filter(({ scores }) => scores.length > 0);
    const tried = tables.flatMap(({ configurations }) => configurations);
    const past = { tables, tried: this.#poolOf(candidatesOf(space, [defaultConfiguration(space), ...tried])) };
    this.#past.set(extractorHash, past);
    return past;
  }

  #poolWithin(limits: CostLimits): Pool {
    const { space, sample, seed } = this.#options;
    const random = seededRandom(`${seed}`);
    if (isScarce(space, limits)) {
      return this.#poolOf(candidatesWithin(space, limits, sample, random));
    }
    this.#drawn ??= this.#poolOf(candidatesOf(space, sampleConfigurations(space, sample, random)));
    return this.#drawn;
  }

  #poolOf(candidates: readonly Candidate[]): Pool {
    const configurations = candidates.map(({ configuration }) => configuration);
    return { candidates, choices: new Choices(this.#options.space, configurations) };
  }
}

/** A task's own trials, and what they make of the expectations of other candidates. */
class OwnTrials {
  readonly #ids: ReadonlySet<string>;

  constructor(
    private readonly space: SearchSpace,
    private readonly table: TaskTable,
    private readonly tried: readonly Scored[],
    private readonly known: { readonly past: readonly TaskTable[]; readonly weights: readonly number[] },
  ) {
    this.#ids = new Set(table.configurationIds);
  }

  /** The candidates as they are expected to do after these trials. */
  revise(scored: readonly Scored[]): Scored[] {
    const belief = this.#beliefOf(scored);
    return scored.map((each, at) => ({
      ...each,
      score: belief.mean[at]!,
      spread: Math.sqrt(Math.max(0, belief.covariance(at, at))),
    }));
  }

  /** What to try next, best first; nothing that was tried. */
  next(scored: readonly Scored[], count: number, random: Random): Scored[] {
    const open = byCautiousScore(scored.filter(({ candidate }) => !this.#ids.has(candidate.id))).slice(0, REVISED);
    const revised = this.revise(open);
    const tried = this.tried.map((_, at) => open.length + at);
    return chooseNext(this.#beliefOf(open), tried, count, random).map((at) => revised[at]!);
  }

  /** Over the candidates, then those tried. */
  #beliefOf(scored: readonly Scored[]): Belief {
    const both = [...scored, ...this.tried];
    const { past, weights } = this.known;
    const prior = taskBelief({
      expected: both.map(({ score }) => score),
      features: both.map(({ candidate }) => configurationFeatures(this.space, candidate.configuration)),
      past,
      weights,
    });
    return condition(
      prior,
      this.tried.map((_, at) => {
        return { candidate: scored.length + at, score: this.table.standardised[at]!, noise: VARIANCES.noise };
      }),
    );
  }
}

interface Scored {
  readonly candidate: Candidate;
  readonly score: number;
  readonly spread: number;
  readonly caution: number;
}

function scoreByRanker({ candidates, choices }: Pool, ranker: Ranker, description: Description): Scored[] {
  return rank(ranker, description, choices).map(({ score, spread, unfamiliarity }, at) => ({
    candidate: candidates[at]!,
    score,
    spread,
    caution: unfamiliarity,
  }));
}

function scoreByKernel(
  { candidates, choices: { space } }: Pool,
  tables: readonly TaskTable[],
  weights: readonly number[],
): Scored[] {
  const features = candidates.map(({ configuration }) => configurationFeatures(space, configuration));
  const { scores, spreads } = kernelScores(tables, weights, features);
  return candidates.map((candidate, at) => ({
    candidate,
    score: scores[at]!,
    spread: spreads[at]!,
    caution: spreads[at]!,
  }));
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
