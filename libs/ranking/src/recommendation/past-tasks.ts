import type { Belief } from './belief.js';
import { cholesky, dot, solveLower, solveUpper } from './cholesky.js';
import type { TaskTable } from './experience.js';
import { configurationSimilarity, nearestTasks } from './neighbours.js';

/** Variances of standardised scores about what is expected of them. */
export const VARIANCES = {
  /** Of what all tasks have in common. */
  shared: 0.3,
  /** Of what tasks have in common that are described alike. */
  described: 0.3,
  /** Of what one task has for itself. */
  own: 0.1,
  /** Of what one configuration has for itself and no other has that is like it, as a share of each of these. */
  exact: 0.3,
  /** Of a trial repeated with another seed. */
  noise: 0.05,
} as const;

/** Variance of how good a task's trials are as a whole, which nothing is known of beforehand. */
export const LEVEL = 100;

/** Trials that a belief is made from; beyond them those of the tasks that are described most alike. */
const MOST_TRIALS = 1000;

/** A new task's candidates. */
export interface TaskCandidates {
  /** Mean of the task's description, [d]. */
  readonly mean: ArrayLike<number>;
  /** Scores that are expected before any departure, in deviations of a task's trials, [n]. */
  readonly expected: ArrayLike<number>;
  readonly features: readonly Float64Array[];
}

/**
 * What past tasks say of a new one: how their scores departed from what was expected of them goes for tasks that are described alike and for configurations that
 * are alike. A Gaussian process over pairs of task and configuration whose covariance is the product of one over tasks and one over configurations (Bonilla, Chai,
 * Williams 2007). Its variances are fixed, {@link VARIANCES}; what does not depend on the new task is done once.
 */
export class PastTasks {
  /** The last made with and without descriptions. */
  readonly #made = new Map<boolean, { readonly of: string; readonly trials: PastTrials }>();

  constructor(private readonly tables: readonly TaskTable[]) {}

  /**
   * @param departuresOf a past task's trials less what was expected of them, [n]
   * @param isDescribed whether tasks that are described alike are taken to be more alike than others
   *
   * @example
   * ```ts
   * const features = [Float64Array.of(-4), Float64Array.of(4)];
   * const scores = Float64Array.of(-1, 1);
   * const past = { id: 'past', collection: 'past', rows: [[0]], mean: Float64Array.of(0), configurations: [], configurationIds: ['a', 'b'], features, scores, standardised: scores };
   * const { mean } = new PastTasks([past]).believe({ mean: [0], expected: [0.1, 0], features }, () => scores);
   * mean[1]! > mean[0]!; // => true
   * ```
   */
  believe(candidates: TaskCandidates, departuresOf: (past: TaskTable) => Float64Array, isDescribed = true): Belief {
    const heard = this.#heard(candidates.mean);
    const of = JSON.stringify(heard.map(({ id }) => id));
    let made = this.#made.get(isDescribed);
    if (made?.of !== of) {
      made = { of, trials: new PastTrials(heard, isDescribed) };
      this.#made.set(isDescribed, made);
    }
    return made.trials.believe(candidates, heard.map(departuresOf));
  }

  #heard(mean: ArrayLike<number>): readonly TaskTable[] {
    if (this.tables.reduce((sum, { scores }) => sum + scores.length, 0) <= MOST_TRIALS) {
      return this.tables;
    }
    const byId = new Map(this.tables.map((table) => [table.id, table]));
    let room = MOST_TRIALS;
    return nearestTasks(mean, this.tables)
      .map(({ id }) => byId.get(id)!)
      .filter(({ scores }) => {
        room -= scores.length;
        return room >= 0;
      });
  }
}

/** The trials of some tasks, their covariance factorised: work that grows with the cube of their number. */
class PastTrials {
  /** Different configurations, and of each trial which it is and whose. */
  readonly #features: Float64Array[] = [];
  readonly #trials: readonly { readonly task: number; readonly item: number }[];
  readonly #factor: readonly Float64Array[];
  readonly #reach: number;

  constructor(
    private readonly tables: readonly TaskTable[],
    private readonly isDescribed: boolean,
  ) {
    const items = new Map<string, number>();
    this.#trials = tables.flatMap(({ configurationIds, features }, task) =>
      configurationIds.map((id, at) => {
        const item = items.get(id) ?? this.#features.push(features[at]!) - 1;
        items.set(id, item);
        return { task, item };
      }),
    );
    this.#reach = medianDistance(tables);
    const between = tables.map(({ mean }) => this.#covariancesWith(mean));
    const similarity = this.#features.map((row) => this.#features.map((other) => alike(row, other)));
    this.#factor = cholesky(
      this.#trials.map(({ task, item }, row) =>
        Float64Array.from({ length: row + 1 }, (_, column) => {
          const other = this.#trials[column]!;
          const isSame = task === other.task;
          const tasks = between[task]![other.task]! + (isSame ? VARIANCES.own : 0);
          const noise = row === column ? VARIANCES.noise : 0;
          return tasks * similarity[item]![other.item]! + (isSame ? LEVEL : 0) + noise;
        }),
      ),
    );
  }

  believe({ mean, expected, features }: TaskCandidates, departures: readonly Float64Array[]): Belief {
    const factor = this.#factor;
    const told = Float64Array.from(departures.flatMap((values) => [...values]));
    const weights = solveUpper(factor, solveLower(factor, told));
    const tasks = this.#covariancesWith(mean);
    const byItem = new Float64Array(this.#features.length);
    this.#trials.forEach(({ task, item }, at) => {
      byItem[item]! += tasks[task]! * weights[at]!;
    });
    const known = new Map<number, Float64Array>();
    const reach = (candidate: number): Float64Array => {
      let solved = known.get(candidate);
      if (!solved) {
        const similar = this.#features.map((row) => alike(row, features[candidate]!));
        solved = solveLower(
          factor,
          this.#trials.map(({ task, item }) => tasks[task]! * similar[item]!),
        );
        known.set(candidate, solved);
      }
      return solved;
    };
    const variance = VARIANCES.shared + VARIANCES.described + VARIANCES.own;
    return {
      mean: Float64Array.from(features, (row, at) =>
        this.#features.reduce((sum, other, item) => sum + byItem[item]! * alike(row, other), expected[at]!),
      ),
      covariance: (a, b) => LEVEL + variance * alike(features[a]!, features[b]!) - dot(reach(a), reach(b)),
    };
  }

  /** Of a task with each of these, [tasks]. */
  #covariancesWith(mean: ArrayLike<number>): Float64Array {
    return Float64Array.from(this.tables, (table) => {
      const likeness = this.isDescribed ? Math.exp(-distance(mean, table.mean) / (2 * this.#reach)) : 1;
      return VARIANCES.shared + VARIANCES.described * likeness;
    });
  }
}

function alike(a: Float64Array, b: Float64Array): number {
  const similarity = configurationSimilarity(a, b);
  return similarity === 1 ? 1 + VARIANCES.exact : similarity;
}

/** Squared. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) {
    sum += (a[at]! - b[at]!) ** 2;
  }
  return sum;
}

/** Of the squared distances between tasks; 1 where there are none. */
function medianDistance(tables: readonly TaskTable[]): number {
  const all = tables
    .flatMap(({ mean }, at) => tables.slice(at + 1).map((other) => distance(mean, other.mean)))
    .filter((value) => value > 0)
    .sort((a, b) => a - b);
  return all[Math.floor(all.length / 2)] ?? 1;
}
