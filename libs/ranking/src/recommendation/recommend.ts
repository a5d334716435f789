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
import { seededRandom } from '@edgelore/tensor';
import { type Candidate, candidatesOf, candidatesWithin, fits, isScarce } from './candidates.js';
import { Choices } from './choices.js';
import { configurationItems } from './configuration-items.js';
import { departures } from './evidence.js';
import { type ExperienceTask, meanOf, type TaskTable, taskTables } from './experience.js';
import { type Explanation, explainRanking } from './explain.js';
import { type Neighbour, nearestTasks } from './neighbours.js';
import { PastTasks } from './past-tasks.js';
import { rank } from './rank.js';
import { ensembleScores, type Ranker } from './ranker.js';
import type { Strategy } from './ranker-version.js';
import { type Pool, type Scored, TaskView } from './task-view.js';

/** Configurations drawn from the space by default, beside everything ever tried. */
const SAMPLE = 10_000;
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

/** Past tasks that can be compared with a description, and what was tried on them. */
interface Past {
  readonly tables: readonly TaskTable[];
  readonly all: PastTasks;
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
  readonly #departures = new Map<TaskTable, Float64Array>();
  #drawn: Pool | undefined;

  constructor({ sample = SAMPLE, space = faceDetectorSpace, ...options }: RecommenderOptions) {
    this.#options = { sample, space, ...options };
  }

  /**
   * The `count` configurations to try first on a task, best first, always valid and within the limits; fewer only where the limits leave
   * fewer. The strategy is the one that the ranker's out-of-fold evidence favours. Candidates are ordered by score less what is in doubt
   * because a configuration is unlike those tried, so that such a one has to promise more; any two returned differ in two dimensions at least.
   * What past tasks' trials departed from the ranker by is added: see `PastTasks`. A task's own trials change them likewise.
   * @throws LimitsTooTightError when no configuration is within the limits.
   * @throws RankingError `INVALID_MODEL` when the description is not by the ranker's extractor; `INVALID_EXPERIENCE` on bad experience.
   */
  recommend({ count, limits = {}, ...asked }: Asked): Recommendation[] {
    const { tables, tried, mean, reason, own, view } = this.#viewOf(asked);
    const known = new Set(tried.candidates.map(({ id }) => id));
    const expected = [
      ...view.expect(tried),
      ...view.expect(this.#poolWithin(limits)).filter(({ candidate }) => !known.has(candidate.id)),
    ].filter(({ candidate }) => fits(candidate.cost, limits));
    const ordered = tables.length > 0 || own ? view.order(expected, known) : expected;
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
    return explainRanking(this.#options.space, ranked, (configurations) => {
      const scored = this.#scored(asked, configurations);
      return { scores: scored.map(({ score }) => score), cautions: scored.map(({ caution }) => caution) };
    });
  }

  /**
   * Expected scores of configurations for a description, in the order given, in standard deviations of a task's trials, [n].
   * @param configurations each once
   * @throws RankingError as {@link recommend} does.
   */
  scores(asked: Pick<Asked, 'description' | 'task'>, configurations: readonly Configuration[]): Float64Array {
    return Float64Array.from(this.#scored(asked, configurations), ({ score }) => score);
  }

  #scored(asked: Pick<Asked, 'description' | 'task'>, configurations: readonly Configuration[]): Scored[] {
    const { view } = this.#viewOf(asked);
    return view.revise(view.expect(this.#poolOf(candidatesOf(this.#options.space, configurations))));
  }

  /** Everything that depends on the task. */
  #viewOf({ description, task }: Pick<Asked, 'description' | 'task'>) {
    const { ranker, space } = this.#options;
    const { tables: known, all, tried } = this.#pastOf(description.extractorHash);
    const own = known.find(({ id }) => id === task) ?? null;
    const tables = known.filter((other) => other !== own);
    const mean = meanOf(description.rows);
    const reason: Strategy = ranker && tables.length > 0 ? ranker.version.strategy : 'cold-portfolio';
    const asked = reason === 'ranker' ? ranker : null;
    const view = new TaskView({
      space,
      reason,
      mean,
      past: own ? new PastTasks(tables) : all,
      ranked: asked && ((choices) => rank(asked, description, choices)),
      departuresOf: (table) => (asked ? this.#departuresOf(table, asked) : table.standardised),
      own: own && { table: own, tried: this.#poolOf(candidatesOf(space, own.configurations)) },
    });
    return { tables, tried, mean, reason, own, view };
  }

  /** From the ranker's word on a task: of the member that never saw it, or of all where none did. */
  #departuresOf(table: TaskTable, ranker: Ranker): Float64Array {
    let departed = this.#departures.get(table);
    if (!departed) {
      const items = configurationItems(this.#options.space, table.configurations, ranker.version.scorer);
      const fold = ranker.folds.find(({ heldOut }) => heldOut.some(({ id }) => id === table.id));
      const held = fold?.heldOut.find(({ id }) => id === table.id);
      const expected =
        fold && held ? fold.member.score(items, held.mean) : ensembleScores(ranker, table.mean, items).scores;
      departed = departures(table, expected);
      this.#departures.set(table, departed);
    }
    return departed;
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
    const past = {
      tables,
      all: new PastTasks(tables),
      tried: this.#poolOf(candidatesOf(space, [defaultConfiguration(space), ...tried])),
    };
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
